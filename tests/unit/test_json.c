/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "support/random.h"

static struct json_document *parse(const char *text)
{
    struct json_document *doc = NULL;
    struct error err = ERROR_INIT;
    cr_assert_eq(json_parse(text, strlen(text), &JSON_LIMITS_DEFAULT, 1, &doc, &err), STATUS_OK,
                 "%s: %s", text, err.message);
    return doc;
}

Test(json, reads_values_by_name_and_path)
{
    struct json_document *doc = parse("\xEF\xBB\xBF {\"a\": {\"b\": [10, {\"c\": \"deep\"}, "
                                      "null]}, \"Name\": \"x\", \"name\": \"y\", "
                                      "\"yes\": true, \"no\": false, \"\": \"empty\", \"text\": "
                                      "\"\\u00e9\\ud83d\\ude00\\n\\\"\\/\"}");
    const struct json *root = json_root(doc);
    cr_assert(json_is_object(root));
    cr_assert_eq(json_count(root), 7);
    cr_assert_str_eq(json_string(json_path(root, "a.b.1.c")), "deep");
    cr_assert(json_is_null(json_path(root, "a.b.2")));
    cr_assert_null(json_path(root, "a.b.3"));
    cr_assert_null(json_path(root, "a.b.-1"));
    cr_assert_null(json_path(root, "a.b.1x"));
    cr_assert_null(json_path(root, "a.b.99999999999999999999"));
    cr_assert_null(json_path(root, "a.x.c"));
    cr_assert_null(json_path(root, "Name.x"));
    cr_assert_str_eq(json_get_string(root, "Name"), "x");
    cr_assert_str_eq(json_get_string(root, "name"), "y");
    cr_assert_str_eq(json_get_string(root, ""), "empty");
    cr_assert_str_eq(json_get_string(root, "text"), "é\xF0\x9F\x98\x80\n\"/");
    cr_assert_null(json_get_string(root, "yes"));
    bool value = false;
    cr_assert(json_get_bool(json_get(root, "yes"), &value) && value);
    cr_assert(json_get_bool(json_get(root, "no"), &value) && !value);
    cr_assert_not(json_get_bool(json_get(root, "name"), &value));
    cr_assert(json_is_true(json_get(root, "yes")));
    cr_assert_not(json_is_true(json_get(root, "no")));
    const struct json *array = json_path(root, "a.b");
    cr_assert(json_is_array(array));
    cr_assert(json_is_number(json_first(array)));
    cr_assert(json_is_string(json_get(root, "name")));
    cr_assert_str_eq(json_key(json_first(root)), "a");
    cr_assert_null(json_key(json_first(array)));
    int seen = 0;
    for (const struct json *at = json_first(array); at; at = json_next(at)) {
        seen++;
    }
    cr_assert_eq(seen, json_count(array));
    cr_assert_null(json_get(array, "a"), "an array has no names");
    json_free(doc);
}

Test(json, accepts_absent_nodes_everywhere)
{
    struct decimal number;
    bool value;
    cr_assert_null(json_root(NULL));
    cr_assert_null(json_get(NULL, "a"));
    cr_assert_null(json_path(NULL, "a.b"));
    cr_assert_null(json_key(NULL));
    cr_assert_null(json_first(NULL));
    cr_assert_null(json_next(NULL));
    cr_assert_null(json_string(NULL));
    cr_assert_null(json_get_string(NULL, "a"));
    cr_assert_eq(json_count(NULL), 0);
    cr_assert_eq(json_line(NULL), 0);
    cr_assert_not(json_is_true(NULL) || json_get_bool(NULL, &value) || json_is_object(NULL) ||
                  json_is_array(NULL));
    cr_assert_not(json_is_string(NULL) || json_is_number(NULL) || json_is_null(NULL));
    cr_assert_eq(json_decimal(NULL, &number, NULL), STATUS_INVALID);
    json_free(NULL);
}

static int number_of(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

static void check_lines(const struct json *node)
{
    for (const struct json *at = json_first(node); at; at = json_next(at)) {
        if (json_is_string(at)) { /* the text says on which line it stands */
            cr_assert_eq(json_line(at), number_of(json_string(at)), "%s", json_string(at));
        } else {
            const struct json *line = json_is_object(at) ? json_get(at, "line") : json_first(at);
            cr_assert_eq(json_line(at), number_of(json_string(line)), "container of line %s",
                         json_string(line));
            check_lines(at);
        }
    }
}

Test(json, knows_the_line_of_every_node)
{
    struct json_document *doc = parse(
        "[\"1\",\n \"2\", {\"line\": \"2\"}, {\"line\":\"2\",\n\"a\":\n \"4\"},\n\n[\"6\", "
        "\"6\",\n{\"line\":\"7\", "
        "\"s\": [\"7\"]}],\r\n\"8\"]");
    cr_assert_eq(json_line(json_root(doc)), 1);
    check_lines(json_root(doc));
    json_free(doc);

    const char *text = "\n\n{\"a\": 5,\n\"b\": [\n\ntrue, null,\n 3]}";
    cr_assert_eq(json_parse(text, strlen(text), &JSON_LIMITS_DEFAULT, 100, &doc, NULL), STATUS_OK);
    const struct json *root = json_root(doc);
    cr_assert_eq(json_line(root), 102);
    cr_assert_eq(json_line(json_get(root, "a")), 102);
    cr_assert_eq(json_line(json_get(root, "b")), 103);
    cr_assert_eq(json_line(json_path(root, "b.0")), 105);
    cr_assert_eq(json_line(json_path(root, "b.1")), 105);
    cr_assert_eq(json_line(json_path(root, "b.2")), 106);
    cr_assert(json_is_true(json_path(root, "b.0")));
    json_free(doc);
}

static void refused(const char *bytes, size_t len, enum status status, int line)
{
    struct json_document *doc = NULL;
    struct error err = ERROR_INIT;
    cr_assert_eq(json_parse(bytes, len, &JSON_LIMITS_DEFAULT, 1, &doc, &err), status,
                 "'%.60s' gave %s", bytes, err.message);
    cr_assert_null(doc);
    char expected[32];
    (void)snprintf(expected, sizeof expected, "line %d: ", line);
    cr_assert_eq(strncmp(err.message, expected, strlen(expected)), 0, "'%.60s' gave '%s'", bytes,
                 err.message);
    cr_assert_eq(strncmp(err.field, expected, strlen(err.field)), 0, "field '%s'", err.field);
}

Test(json, refuses_what_is_not_json)
{
    static const char *const rows[] = {
        "",
        " ",
        "{",
        "[",
        "}",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "{1:1}",
        "[1}",
        "{\"a\":1]",
        "nul",
        "True",
        "nulll",
        "truefalse",
        "1 2",
        "{} {}",
        "\"abc",
        "'abc'",
        "\"a\\x\"",
        "\"\\u12\"",
        "\"\\u12G4\"",
        "\"\\",
        "\"\\u",
        "\"a\tb\"",
        "\"a\x1F\"",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1.e5",
        "1e",
        "1e+",
        "-01",
        "0x10",
        "NaN",
        "Infinity",
        "-Infinity",
        "1_000",
        "// c\n1",
        "/* c */1",
        "[1,2",
        "{\"a\":1",
        "[\"a\"",
        "\xFF\xFE",
        "\"\xC3(\"",
        "\"\xED\xA0\x80\"",
        "\"\xC0\xAF\"",
        "\"\xF4\x90\x80\x80\"",
        "\"\xC3\"",
        "\"\xE2\x82\"",
        "\xC2\xA0"
        "1",
        "\xEF\xBB\xBF\xEF\xBB\xBF"
        "1",
        "\x0B"
        "1",
        "1\x0C",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800x\"",
        "\"\\ud800\\n\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800\\ud800\"",
        "\"\\ud83d",
        "\"\\ud83d\\u",
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "{\"\\u0000\":1}",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        refused(rows[i], strlen(rows[i]), STATUS_INVALID, 1);
    }
    refused("[1,\n2,\n\n x]", 11, STATUS_INVALID, 4);
    refused("{\"a\":\n\n\"\xFF\"}", 11, STATUS_INVALID, 3);
    refused("1\0", 2, STATUS_INVALID, 1);
    refused("\"a\0b\"", 5, STATUS_INVALID, 1);
    refused("\0", 1, STATUS_INVALID, 1);
    refused("[1\n\0]", 5, STATUS_INVALID, 2);
}

Test(json, refuses_a_name_that_stands_twice)
{
    static const struct {
        const char *text;
        int line; /* of the refused name; 0: it is fine */
    } rows[] = {
        {"{\"a\":1,\n\"a\":2}", 2},
        {"{\"a\":1,\n\"b\":{\"a\":1},\n\"c\":1,\n\"\\u0061\":2}", 4},
        {"{\"\":1,\"\":2}", 1},
        {"{\"x\":[{\"k\":1},\n{\"k\":1,\n\"k\":1}]}", 3},
        {"{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}", 1},
        {"{\"a\":1,\"A\":2}", 0},
        {"[{\"a\":1},{\"a\":2}]", 0},
        {"{\"a\":{\"a\":{\"a\":1}}}", 0},
        {"{\"ab\":1,\"a\":2,\"abc\":3}", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].line) {
            refused(rows[i].text, strlen(rows[i].text), STATUS_INVALID, rows[i].line);
        } else {
            json_free(parse(rows[i].text));
        }
    }
    struct buffer many = BUFFER_INIT;
    buffer_append_byte(&many, '{');
    for (int i = 0; i < 50000; i++) {
        buffer_append_format(&many, "\"key%d\":%d,\n", i, i);
    }
    size_t len = many.len;
    buffer_append_text(&many, "\"last\":1}");
    json_free(parse(many.bytes));
    many.len = len;
    buffer_append_text(&many, "\"key777\":1}");
    refused(many.bytes, many.len, STATUS_INVALID, 50001);
    buffer_release(&many);
}

static enum status with_limits(const char *text, size_t max_bytes, int max_depth, size_t max_nodes)
{
    struct json_limits limits = {
        .max_bytes = max_bytes, .max_depth = max_depth, .max_nodes = max_nodes};
    struct json_document *doc = NULL;
    enum status status = json_parse(text, strlen(text), &limits, 1, &doc, NULL);
    json_free(doc);
    return status;
}

Test(json, keeps_its_limits)
{
    cr_assert_eq(with_limits("[1,2]", 5, 1, 3), STATUS_OK);
    cr_assert_eq(with_limits("[1,2]", 4, 1, 3), STATUS_LIMIT, "bytes");
    cr_assert_eq(with_limits("[1,2]", 5, 1, 2), STATUS_LIMIT, "nodes");
    cr_assert_eq(with_limits("[[]]", 5, 1, 9), STATUS_LIMIT, "depth");
    cr_assert_eq(with_limits("[[],[]]", 9, 2, 9), STATUS_OK, "width is not depth");
    cr_assert_eq(with_limits("7", 5, 0, 1), STATUS_OK);
    struct buffer deep = BUFFER_INIT;
    for (int i = 0; i < 64; i++) {
        buffer_append_text(&deep, i % 2 ? "{\"a\":" : "[");
    }
    size_t half = deep.len;
    buffer_append_text(&deep, "1");
    for (int i = 63; i >= 0; i--) {
        buffer_append_byte(&deep, i % 2 ? '}' : ']');
    }
    json_free(parse(deep.bytes));
    deep.len = half;
    buffer_append_text(&deep, "[]");
    refused(deep.bytes, deep.len, STATUS_LIMIT, 1);
    buffer_clear(&deep);
    for (int i = 0; i < 1000000; i++) {
        buffer_append_byte(&deep, '[');
    }
    refused(deep.bytes, deep.len, STATUS_LIMIT, 1);
    cr_assert_eq(with_limits(deep.bytes, SIZE_MAX, INT32_MAX, SIZE_MAX), STATUS_LIMIT,
                 "our own stack has a limit too");
    buffer_release(&deep);
}

Test(json, reads_a_big_array_in_order)
{
    struct buffer text = BUFFER_INIT;
    buffer_append_byte(&text, '[');
    for (int i = 0; i < 300000; i++) {
        buffer_append_format(&text, "%s%d", i ? ",\n" : "", i);
    }
    buffer_append_byte(&text, ']');
    struct json_document *doc = parse(text.bytes);
    int i = 0;
    for (const struct json *at = json_first(json_root(doc)); at; at = json_next(at), i++) {
        struct decimal value = {-1, 0};
        if (json_decimal(at, &value, NULL) != STATUS_OK || value.mantissa != i ||
            value.scale != 0 || json_line(at) != i + 1) {
            cr_assert_fail("item %d", i);
        }
    }
    cr_assert_eq(i, 300000);
    json_free(doc);
    buffer_release(&text);
}

Test(json, gives_exact_decimals)
{
    static const struct {
        const char *json, *decimal;
    } rows[] = {
        {"0", "0"},
        {"-0", "0"},
        {"-0.0", "0"},
        {"0e9", "0"},
        {"1.50", "1.5"},
        {"0.1", "0.1"},
        {"-2.675", "-2.675"},
        {"123456789012345", "123456789012345"},
        {"0.000000000001", "0.000000000001"},
        {"0.00123456789012", "limit"},
        {"999999999999999", "999999999999999"},
        {"999.999999999999", "999.999999999999"},
        {"1e3", "1000"},
        {"1.5E+2", "150"},
        {"25e-3", "0.025"},
        {"1e17", "100000000000000000"},
        {"9e17", "900000000000000000"},
        {"1e18", "limit"},
        {"1e-12", "0.000000000001"},
        {"1e-13", "limit"},
        {"1e99", "limit"},
        {"1e-99", "limit"},
        {"\"5\"", "invalid"},
        {"true", "invalid"},
        {"null", "invalid"},
        {"[1]", "invalid"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_document *doc = parse(rows[i].json);
        struct decimal value = {7, 7};
        struct error err = ERROR_INIT;
        char text[DECIMAL_TEXT_MAX];
        enum status status = json_decimal(json_root(doc), &value, &err);
        const char *got = status == STATUS_OK ? decimal_format(value, text) : status_name(status);
        cr_assert_str_eq(got, rows[i].decimal, "%s gave %s", rows[i].json, got);
        cr_assert(status == STATUS_OK || (value.mantissa == 7 && strlen(err.message) > 0), "%s",
                  rows[i].json);
        json_free(doc);
    }
}

/* The proof that a double on the way loses nothing: any number of up to 15 digits comes out as
 * decimal_parse reads it. */
Test(json, loses_no_digit_of_fifteen)
{
    struct random r = random_start("json_decimal");
    for (int i = 0; i < 200000; i++) {
        char text[40];
        int digits = 1 + (int)random_below(&r, 15);
        int places = (int)random_below(&r, 13);
        struct decimal exact = {0, (uint8_t)places};
        for (int d = 0; d < digits; d++) {
            exact.mantissa = exact.mantissa * 10 + (int64_t)random_below(&r, 10);
        }
        exact.mantissa = random_below(&r, 2) ? exact.mantissa : -exact.mantissa;
        (void)decimal_format(exact, text);
        struct json_document *doc = parse(text);
        struct decimal parsed, read;
        cr_assert_eq(decimal_parse(text, &parsed, NULL), STATUS_OK, "%s", text);
        cr_assert_eq(json_decimal(json_root(doc), &read, NULL), STATUS_OK, "%s, seed %llu", text,
                     (unsigned long long)r.seed);
        cr_assert(read.mantissa == parsed.mantissa && read.scale == parsed.scale, "%s, seed %llu",
                  text, (unsigned long long)r.seed);
        json_free(doc);
    }
}

Test(json, refuses_numbers_that_a_double_would_bend)
{
    static const char *const rows[] = {
        "1234567890123456",
        "0.1234567890123456",
        "1.234567890123456e5",
        "1000000000000000",
        "1.000000000000000",
        "12345678901234567890",
        "1e100",
        "1e-100",
        "1e99999999999999",
        "1e-400",
        "0.00000000000000000000000000000000000000000000000000000000000000000000001",
        "1e0000000000000000000000000000000000000000000000000000000000000000000001",
        "-1234567890123456",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[128];
        (void)snprintf(text, sizeof text, "{\"ok\": 1,\n\"dose\": %s}", rows[i]);
        refused(text, strlen(text), STATUS_LIMIT, 2);
    }
}

/* Some C library locales write a decimal comma. */
Test(json, does_not_care_for_the_locale)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR", "C.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (setlocale(LC_ALL, names[i])) {
            struct json_document *doc = parse("[1.25, -0.5e-1]");
            struct decimal a, b;
            char text[DECIMAL_TEXT_MAX];
            cr_assert_eq(json_decimal(json_path(json_root(doc), "0"), &a, NULL), STATUS_OK);
            cr_assert_eq(json_decimal(json_path(json_root(doc), "1"), &b, NULL), STATUS_OK);
            cr_assert_str_eq(decimal_format(a, text), "1.25", "%s", names[i]);
            cr_assert_str_eq(decimal_format(b, text), "-0.05", "%s", names[i]);
            json_free(doc);
        }
    }
}

/* Whatever the scan lets through cJSON must read as well. */
Test(json, survives_mutated_documents)
{
    static const char seed_text[] =
        "{\"resourceType\":\"Patient\",\"id\":\"p-1\",\n\"name\":[{\"family\":\"M\\u00fcller\","
        "\"given\":[\"J\xC3\xB6rg\"]}],\n\"n\":[-1.5e2,0,true,false,null,{}],\"t\":\"\\\"\\\\\"}";
    struct random r = random_start("json");
    int good = 0;
    for (int i = 0; i < 100000; i++) {
        char text[sizeof seed_text];
        memcpy(text, seed_text, sizeof text);
        size_t len = sizeof text - 1;
        for (uint64_t changes = 1 + random_below(&r, 3); changes > 0; changes--) {
            size_t at = random_below(&r, len);
            text[at] = random_below(&r, 2) ? text[random_below(&r, len)]
                                           : (char)random_below(&r, 256);
        }
        len -= random_below(&r, 10) == 0 ? random_below(&r, len) : 0;
        char *exact = mem_copy_bytes(text, len); /* so that reading past the end is seen */
        struct json_document *doc = NULL;
        struct error err = ERROR_INIT;
        if (json_parse(exact, len, &JSON_LIMITS_DEFAULT, 1, &doc, &err) == STATUS_OK) {
            good++;
            cr_assert(json_line(json_root(doc)) >= 1, "seed %llu", (unsigned long long)r.seed);
            json_free(doc);
        } else {
            cr_assert_not_null(strstr(err.message, "line "), "'%s', seed %llu", err.message,
                               (unsigned long long)r.seed);
        }
        mem_free(exact);
    }
    cr_assert_gt(good, 1000);
}

Test(json, keeps_the_text_of_long_numbers_where_a_reader_asks)
{
    static const struct {
        const char *json;
        const char *text; /* NULL: short enough for a decimal */
    } rows[] = {
        {"0.012352318306247197", "0.012352318306247197"},
        {"-112.41600000000001", "-112.41600000000001"},
        {"76.5983833686536", "76.5983833686536"}, /* 15 digits, but 13 places */
        {"1234567890123456", "1234567890123456"},
        {"123456789012345", NULL},
        {"1.50", NULL},
    };
    struct json_limits limits = JSON_LIMITS_DEFAULT;
    limits.keep_long_numbers = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_document *doc = NULL;
        struct decimal value;
        char *json = mem_format("{\"before\":[1,\"2\"],\"n\":%s,\"after\":0.5}", rows[i].json);
        cr_assert_eq(json_parse(json, strlen(json), &limits, 1, &doc, NULL), STATUS_OK, "%s", json);
        const struct json *node = json_get(json_root(doc), "n");
        const char *kept = json_long_number(node);
        cr_assert_eq(kept == NULL, rows[i].text == NULL, "%s", json);
        cr_assert(kept == NULL || strcmp(kept, rows[i].text) == 0, "%s", json);
        cr_assert_eq(json_decimal(node, &value, NULL), kept ? STATUS_LIMIT : STATUS_OK, "%s", json);
        cr_assert_null(json_long_number(json_get(json_root(doc), "after")), "%s", json);
        cr_assert_null(json_long_number(json_path(json_root(doc), "before.1")), "%s", json);
        json_free(doc);
        mem_free(json);
    }
}
