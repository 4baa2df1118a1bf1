/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random secrets as text, for SCRAM and for the password of a key file: 192 bits in hex. The caller wipes and frees. */
#ifndef SYNC_SECRET_TEXT_H
#define SYNC_SECRET_TEXT_H

char *secret_text_new(void);

#endif
