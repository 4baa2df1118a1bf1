/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#include "base/buffer.h"
#include "base/text.h"

/* Independent of the locale, so that a name looks the same on every terminal. */
char *text_upper(const char *text)
{
    struct buffer out = BUFFER_INIT;
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(text);
    while (left > 0) {
        utf8proc_int32_t code;
        utf8proc_ssize_t len = utf8proc_iterate(at, left, &code);
        if (len <= 0) {
            buffer_append(&out, at, 1); /* not UTF-8: left as it is */
            len = 1;
        } else {
            utf8proc_uint8_t bytes[4];
            utf8proc_ssize_t count = utf8proc_encode_char(utf8proc_toupper(code), bytes);
            buffer_append(&out, bytes, (size_t)count);
        }
        at += len;
        left -= len;
    }
    return buffer_take(&out);
}
