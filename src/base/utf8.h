/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 by the letter (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF. Borrowed bytes, no memory. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT 0xFFFD

/* Length in bytes (1..4) of the character at `bytes`, or 0 when there is none: *out is untouched then. */
size_t utf8_decode(const char *bytes, size_t len_bytes, int32_t *out);

/* Writes 1..4 bytes, no NUL; returns how many. What is no character is written as U+FFFD. */
size_t utf8_encode(int32_t code, char out[4]);

#endif
