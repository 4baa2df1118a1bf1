/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "support/random.h"

Test(json_writer, places_commas_and_colons)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "a", "x");
    json_write_key(&w, "b");
    json_begin_array(&w);
    json_write_int(&w, INT64_MIN);
    json_write_bool(&w, true);
    json_write_bool(&w, false);
    json_write_null(&w);
    json_write_string(&w, NULL);
    json_begin_array(&w);
    json_end_array(&w);
    json_begin_object(&w);
    json_end_object(&w);
    json_end_array(&w);
    json_write_key(&w, "c");
    json_write_raw(&w, "{\"r\":1}");
    json_write_member(&w, "d", NULL);
    json_end_object(&w);
    cr_assert_str_eq(w.out.bytes, "{\"a\":\"x\",\"b\":[-9223372036854775808,true,false,null,null,[]"
                                  ",{}],\"c\":{\"r\":1},\"d\":null}");
    json_writer_release(&w);
    json_write_string(&w, "top");
    cr_assert_str_eq(w.out.bytes, "\"top\"", "a released writer can be used again");
    json_writer_release(&w);
}

Test(json_writer, escapes_everything_that_cannot_be_seen)
{
    static const struct {
        const char *text, *json;
    } rows[] = {
        {"", "\"\""},
        {"a\"b\\c/", "\"a\\\"b\\\\c/\""},
        {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
        {"\x01\x1B\x7F", "\"\\u0001\\u001b\\u007f\""},
        {"\xC2\x9B", "\"\\u009b\""},
        {"\xE2\x80\xAE\xE2\x80\xA8\xEF\xBB\xBF", "\"\\u202e\\u2028\\ufeff\""},
        {"\xF3\xA0\x81\x81", "\"\\udb40\\udc41\""},
        {"\xEF\xBF\xBE\xEE\x80\x80", "\"\\ufffe\\ue000\""},
        {"Müller \xF0\x9F\x98\x80", "\"Müller \xF0\x9F\x98\x80\""},
        {"bad \xFF\xC3", "\"bad \xEF\xBF\xBD\xEF\xBF\xBD\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_writer w = JSON_WRITER_INIT;
        json_write_string(&w, rows[i].text);
        cr_assert_str_eq(w.out.bytes, rows[i].json, "row %zu gave %s", i, w.out.bytes);
        json_writer_release(&w);
    }
}

static void write_any(struct random *r, struct json_writer *w, int depth)
{
    char text[24];
    size_t len = random_below(r, sizeof text - 1);
    for (size_t i = 0; i < len; i++) {
        text[i] = (char)(1 + random_below(r, random_below(r, 3) ? 126 : 255));
    }
    text[len] = '\0';
    uint64_t kind = random_below(r, depth > 6 ? 5 : 8);
    if (kind == 0) {
        json_write_int(w, (int64_t)random_below(r, 1000000));
    } else if (kind == 1) {
        json_write_bool(w, random_below(r, 2));
    } else if (kind == 2) {
        json_write_null(w);
    } else if (kind < 5) {
        json_write_string(w, text);
    } else if (kind < 7) {
        json_begin_array(w);
        for (uint64_t n = random_below(r, 5); n > 0; n--) {
            write_any(r, w, depth + 1);
        }
        json_end_array(w);
    } else {
        json_begin_object(w);
        for (uint64_t n = random_below(r, 5); n > 0; n--) {
            char *key = mem_format("%llu%s", (unsigned long long)n, text);
            json_write_key(w, key);
            mem_free(key);
            write_any(r, w, depth + 1);
        }
        json_end_object(w);
    }
}

static void copy(const struct json *node, struct json_writer *w)
{
    struct decimal number;
    bool value;
    if (json_is_object(node) || json_is_array(node)) {
        if (json_is_object(node)) {
            json_begin_object(w);
        } else {
            json_begin_array(w);
        }
        for (const struct json *at = json_first(node); at; at = json_next(at)) {
            if (json_is_object(node)) {
                json_write_key(w, json_key(at));
            }
            copy(at, w);
        }
        if (json_is_object(node)) {
            json_end_object(w);
        } else {
            json_end_array(w);
        }
    } else if (json_decimal(node, &number, NULL) == STATUS_OK) {
        json_write_int(w, number.mantissa);
    } else if (json_get_bool(node, &value)) {
        json_write_bool(w, value);
    } else {
        json_write_string(w, json_string(node));
    }
}

Test(json_writer, is_read_back_as_it_was_written)
{
    struct random r = random_start("json_writer");
    for (int i = 0; i < 20000; i++) {
        struct json_writer first = JSON_WRITER_INIT, second = JSON_WRITER_INIT;
        write_any(&r, &first, 0);
        struct json_document *doc = NULL;
        struct error err = ERROR_INIT;
        cr_assert_eq(
            json_parse(first.out.bytes, first.out.len, &JSON_LIMITS_DEFAULT, 1, &doc, &err),
            STATUS_OK, "%s: %s, seed %llu", first.out.bytes, err.message,
            (unsigned long long)r.seed);
        copy(json_root(doc), &second);
        cr_assert_str_eq(second.out.bytes, first.out.bytes, "seed %llu",
                         (unsigned long long)r.seed);
        json_free(doc);
        json_writer_release(&first);
        json_writer_release(&second);
    }
}

Test(json_writer, stops_the_program_when_it_is_closed_too_often, .signal = SIGABRT)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_end_object(&w);
}

Test(json_writer, stops_the_program_when_it_is_nested_without_end, .signal = SIGABRT)
{
    struct json_writer w = JSON_WRITER_INIT;
    for (int i = 0; i < 64; i++) {
        json_begin_array(&w);
    }
}
