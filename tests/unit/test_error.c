/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/utf8.h"

static bool is_utf8(const char *text)
{
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        int32_t code;
        size_t step = utf8_decode(text + at, len - at, &code);
        if (step == 0) {
            return false;
        }
        at += step;
    }
    return true;
}

Test(error, gives_the_status_back_and_keeps_the_message)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(error_set_field(&err, STATUS_INVALID, "birth_date", "line %d is %s", 3, "bad"),
                 STATUS_INVALID);
    cr_assert_eq(err.status, STATUS_INVALID);
    cr_assert_str_eq(err.field, "birth_date");
    cr_assert_str_eq(error_text(&err), "line 3 is bad");
    cr_assert_eq(error_set(&err, STATUS_BUSY, "busy"), STATUS_BUSY);
    cr_assert_str_eq(err.field, "", "the old field must not stay");
}

Test(error, accepts_nobody_who_listens)
{
    cr_assert_eq(error_set(NULL, STATUS_IO, "%s", "x"), STATUS_IO);
    cr_assert_eq(error_set_field(NULL, STATUS_IO, "f", "%s", "x"), STATUS_IO);
    cr_assert_eq(error_prefix(NULL, STATUS_IO, "%s", "x"), STATUS_IO);
    cr_assert_str_eq(error_text(NULL), status_text(STATUS_OK));
}

Test(error, falls_back_to_the_sentence_of_the_status)
{
    struct error err = {.status = STATUS_DISK_FULL};
    cr_assert_str_eq(error_text(&err), status_text(STATUS_DISK_FULL));
}

Test(error, prefix_stands_before_what_is_there)
{
    struct error err = ERROR_INIT;
    (void)error_set_field(&err, STATUS_INVALID, "line 12", "no birth date");
    cr_assert_eq(error_prefix(&err, STATUS_INVALID, "%s, line %d", "patients.json", 12),
                 STATUS_INVALID);
    cr_assert_str_eq(err.message, "patients.json, line 12: no birth date");
    cr_assert_str_eq(err.field, "line 12");
    struct error empty = ERROR_INIT;
    (void)error_prefix(&empty, STATUS_BUSY, "a");
    cr_assert(strstr(empty.message, status_text(STATUS_BUSY)), "%s", empty.message);
    cr_assert_eq(empty.status, STATUS_BUSY);
}

Test(error, may_quote_itself)
{
    struct error err = ERROR_INIT;
    (void)error_set(&err, STATUS_IO, "inner");
    (void)error_set(&err, STATUS_IO, "outer (%s)", err.message);
    cr_assert_str_eq(err.message, "outer (inner)");
}

Test(error, never_cuts_inside_a_character)
{
    for (size_t len = 500; len < 530; len++) {
        struct buffer made = BUFFER_INIT;
        buffer_append_format(&made, "%0*d", (int)len, 0);
        for (int i = 0; i < 20; i++) {
            buffer_append_text(&made, i % 2 ? "\xC3\xA9" : "\xF0\x9F\x98\x80");
        }
        const char *text = made.bytes;
        struct error err = ERROR_INIT;
        (void)error_set_field(&err, STATUS_IO, text + len - 60, "%s", text);
        cr_assert(is_utf8(err.message), "message of %zu bytes", len);
        cr_assert(is_utf8(err.field), "field at %zu bytes", len);
        cr_assert_gt(strlen(err.message), sizeof err.message - 6);
        (void)error_prefix(&err, STATUS_IO, "%s", text + len - 260);
        cr_assert(is_utf8(err.message), "prefixed message of %zu bytes", len);
        buffer_release(&made);
    }
}
