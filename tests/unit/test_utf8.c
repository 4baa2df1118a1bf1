/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/utf8.h"

Test(utf8, reads_back_every_character)
{
    for (int32_t code = 0; code <= 0x10FFFF; code++) {
        if (code >= 0xD800 && code <= 0xDFFF) {
            continue;
        }
        char bytes[4];
        int32_t read = -1;
        size_t len = utf8_encode(code, bytes);
        if (utf8_decode(bytes, len, &read) != len || read != code ||
            (len > 1 && utf8_decode(bytes, len - 1, &read))) {
            cr_assert_fail("U+%04X", (unsigned)code);
        }
    }
}

Test(utf8, refuses_what_the_standard_refuses)
{
    static const struct {
        const char *bytes;
        size_t len;
    } rows[] = {
        {"", 0},
        {"\x80", 1},
        {"\xBF", 1},
        {"\xC0\x80", 2},
        {"\xC1\xBF", 2},
        {"\xE0\x80\x80", 3},
        {"\xE0\x9F\xBF", 3},
        {"\xED\xA0\x80", 3},
        {"\xED\xBF\xBF", 3},
        {"\xF0\x80\x80\x80", 4},
        {"\xF0\x8F\xBF\xBF", 4},
        {"\xF4\x90\x80\x80", 4},
        {"\xF5\x80\x80\x80", 4},
        {"\xFF", 1},
        {"\xFE", 1},
        {"\xF8\x88\x80\x80\x80", 5},
        {"\xC3", 1},
        {"\xC3(", 2},
        {"\xE2\x82", 2},
        {"\xE2(\xA1", 3},
        {"\xF0\x9F\x98", 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int32_t code = 77;
        cr_assert_eq(utf8_decode(rows[i].bytes, rows[i].len, &code), 0, "row %zu", i);
        cr_assert_eq(code, 77, "row %zu touched the result", i);
    }
}

Test(utf8, writes_a_replacement_for_what_is_no_character)
{
    static const int32_t rows[] = {-1, 0xD800, 0xDFFF, 0x110000, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char bytes[4];
        cr_assert_eq(utf8_encode(rows[i], bytes), 3);
        cr_assert_eq(memcmp(bytes, "\xEF\xBF\xBD", 3), 0);
    }
}
