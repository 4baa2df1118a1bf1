/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/utf8.h"

#include <stdbool.h>

static bool is_character(int32_t code)
{
    return code >= 0 && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
}

size_t utf8_decode(const char *bytes, size_t len, int32_t *out)
{
    static const int32_t least[5] = {0, 0, 0x80, 0x800,
                                     0x10000}; /* of each length; below is overlong */
    if (len == 0) {
        return 0;
    }
    unsigned char lead = (unsigned char)bytes[0];
    if (lead < 0x80) {
        *out = lead;
        return 1;
    }
    size_t need = lead >= 0xF0 && lead < 0xF8   ? 4
                  : lead >= 0xE0 && lead < 0xF0 ? 3
                  : lead >= 0xC0 && lead < 0xE0 ? 2
                                                : 0;
    if (need == 0 || need > len) {
        return 0;
    }
    int32_t code = lead & (0xFF >> (need + 1));
    for (size_t i = 1; i < need; i++) {
        unsigned char next = (unsigned char)bytes[i];
        if ((next & 0xC0) != 0x80) {
            return 0;
        }
        code = code << 6 | (next & 0x3F);
    }
    if (code < least[need] || !is_character(code)) {
        return 0;
    }
    *out = code;
    return need;
}

size_t utf8_encode(int32_t code, char out[4])
{
    uint32_t c = is_character(code) ? (uint32_t)code : UTF8_REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}
