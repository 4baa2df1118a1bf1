/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strict look at JSON text before cJSON reads it: grammar, UTF-8, limits, duplicate keys, and the line of each
 * value. Only json.c uses this. The caller releases the lines. */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include "base/json.h"

struct json_long_number {
    size_t node;      /* which value, in the order of the text */
    const char *text; /* in the scanned bytes */
    size_t len;
};

struct json_lines {
    int *items; /* of each value, in the order of the text */
    size_t len, cap;
    struct {
        struct json_long_number *items;
        size_t len, cap;
    } numbers; /* ascending; empty unless keep_long_numbers */
};
#define JSON_LINES_INIT {0, 0, 0, {0, 0, 0}}

enum status json_scan(const char *bytes, size_t len_bytes, const struct json_limits *limits, int first_line,
                      struct json_lines *out, struct error *err) MUST_USE;
void json_lines_release(struct json_lines *lines);

#endif
