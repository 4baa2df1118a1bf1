/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unpredictable bytes from the system, for keys, nonces and file ids. */
#ifndef CRYPT_RANDOM_H
#define CRYPT_RANDOM_H

#include <stddef.h>

void random_fill(void *out, size_t len);

#endif
