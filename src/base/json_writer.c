/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writing half of json.h. */
#include <inttypes.h>
#include <string.h>
#include <utf8proc.h>

#include "base/fatal.h"
#include "base/json.h"
#include "base/utf8.h"

#define DEPTH_MAX 63 /* bits of has_item */

void json_writer_release(struct json_writer *w)
{
    buffer_release(&w->out);
    *w = (struct json_writer)JSON_WRITER_INIT;
}

/* The comma before every item but the first; a value behind its key needs none. */
static void begin_item(struct json_writer *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    uint64_t bit = UINT64_C(1) << w->depth;
    if (w->has_item & bit) {
        buffer_append_byte(&w->out, ',');
    }
    w->has_item |= w->depth > 0 ? bit : 0;
}

static void open_container(struct json_writer *w, char bracket)
{
    begin_item(w);
    if (w->depth == DEPTH_MAX) {
        fatal("JSON nested deeper than %d", DEPTH_MAX);
    }
    w->depth++;
    w->has_item &= ~(UINT64_C(1) << w->depth);
    buffer_append_byte(&w->out, bracket);
}

static void close_container(struct json_writer *w, char bracket)
{
    if (w->depth == 0 || w->after_key) {
        fatal("JSON closed without being open");
    }
    w->depth--;
    buffer_append_byte(&w->out, bracket);
}

void json_begin_object(struct json_writer *w)
{
    open_container(w, '{');
}

void json_end_object(struct json_writer *w)
{
    close_container(w, '}');
}

void json_begin_array(struct json_writer *w)
{
    open_container(w, '[');
}

void json_end_array(struct json_writer *w)
{
    close_container(w, ']');
}

/* The output may land on a terminal: what cannot be seen there is written as an escape. */
static bool is_invisible(int32_t code)
{
    if (code < 0x7F) {
        return code < 0x20;
    }
    switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN: /* letters of tomorrow, and what is none */
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return false;
    }
}

static void append_escape(struct buffer *out, int32_t code)
{
    static const char controls[] = "\b\f\n\r\t";
    static const char letters[] = "bfnrt";
    const char *known = code < 0x20 && code > 0 ? strchr(controls, code) : NULL;
    if (known) {
        buffer_append_format(out, "\\%c", letters[known - controls]);
    } else if (code > 0xFFFF) {
        uint32_t rest = (uint32_t)code - 0x10000;
        buffer_append_format(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xD800 + (rest >> 10),
                             0xDC00 + (rest & 0x3FF));
    } else {
        buffer_append_format(out, "\\u%04" PRIx32, (uint32_t)code);
    }
}

static void append_quoted(struct buffer *out, const char *text)
{
    size_t len = strlen(text);
    buffer_append_byte(out, '"');
    for (size_t at = 0; at < len;) {
        int32_t code;
        size_t step = utf8_decode(text + at, len - at, &code);
        if (step == 0) {
            char replacement[4];
            buffer_append(out, replacement, utf8_encode(UTF8_REPLACEMENT, replacement));
            step = 1;
        } else if (code == '"' || code == '\\') {
            buffer_append_format(out, "\\%c", (char)code);
        } else if (is_invisible(code)) {
            append_escape(out, code);
        } else {
            buffer_append(out, text + at, step);
        }
        at += step;
    }
    buffer_append_byte(out, '"');
}

void json_write_key(struct json_writer *w, const char *key)
{
    begin_item(w);
    append_quoted(&w->out, key);
    buffer_append_byte(&w->out, ':');
    w->after_key = true;
}

void json_write_string(struct json_writer *w, const char *text)
{
    if (!text) {
        json_write_null(w);
        return;
    }
    begin_item(w);
    append_quoted(&w->out, text);
}

void json_write_int(struct json_writer *w, int64_t value)
{
    begin_item(w);
    buffer_append_format(&w->out, "%" PRId64, value);
}

void json_write_bool(struct json_writer *w, bool value)
{
    json_write_raw(w, value ? "true" : "false");
}

void json_write_null(struct json_writer *w)
{
    json_write_raw(w, "null");
}

void json_write_raw(struct json_writer *w, const char *json)
{
    begin_item(w);
    buffer_append_text(&w->out, json);
}

void json_write_member(struct json_writer *w, const char *key, const char *text)
{
    json_write_key(w, key);
    json_write_string(w, text);
}
