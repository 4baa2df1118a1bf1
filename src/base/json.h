/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON from outside and to outside. Reading is strict: UTF-8, depth, size, duplicate keys, NUL and numbers of more than
 * 15 digits are checked by our own scan before cJSON sees a byte, and every node knows its line. Trees are owned by the
 * struct json_document; nodes are borrowed. Writing goes through struct json_writer, which escapes everything. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/decimal.h"
#include "base/error.h"

struct json; /* a node; NULL is accepted everywhere and means "absent" */
struct json_document;

struct json_limits {
    size_t max_bytes;
    int max_depth;
    size_t max_nodes;
    bool keep_long_numbers; /* else a number of more than 15 digits refuses the whole text (decisions.md 17) */
};
extern const struct json_limits JSON_LIMITS_DEFAULT; /* 64 MiB, depth 64, 4,000,000 nodes */

/* STATUS_INVALID or STATUS_LIMIT with "line N: ..." in the message. first_line is what the first line is called. */
enum status json_parse(const char *bytes, size_t len_bytes, const struct json_limits *limits, int first_line,
                       struct json_document **out, struct error *err) MUST_USE;
void json_free(struct json_document *doc);
const struct json *json_root(const struct json_document *doc);

bool json_is_object(const struct json *node);
bool json_is_array(const struct json *node);
bool json_is_string(const struct json *node);
bool json_is_number(const struct json *node);
bool json_is_null(const struct json *node);
const struct json *json_get(const struct json *object, const char *key);   /* NULL when absent or not an object */
const struct json *json_path(const struct json *object, const char *path); /* "a.b.0.c" */
const char *json_key(const struct json *member);                           /* name of an object's member */
const struct json *json_first(const struct json *container);
const struct json *json_next(const struct json *child);
int json_count(const struct json *container);
const char *json_string(const struct json *node);                          /* NULL when not a string */
const char *json_get_string(const struct json *object, const char *key);
bool json_is_true(const struct json *node);
bool json_get_bool(const struct json *node, bool *out);                    /* false when not a boolean */
/* STATUS_LIMIT for a number of more than 15 digits (a double has lost some) or of more places than a decimal has. */
enum status json_decimal(const struct json *node, struct decimal *out, struct error *err) MUST_USE;
/* The text of such a number as it stood, kept under keep_long_numbers; NULL for any other. */
const char *json_long_number(const struct json *node);
int json_line(const struct json *node); /* where it starts; 0 when absent */

struct json_writer {
    struct buffer out; /* released by the caller through json_writer_release() */
    uint64_t has_item; /* bit per depth */
    int depth;
    bool after_key;
};
#define JSON_WRITER_INIT {BUFFER_INIT, 0, 0, false}
void json_writer_release(struct json_writer *w);
void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);
void json_write_key(struct json_writer *w, const char *key);
void json_write_string(struct json_writer *w, const char *text); /* NULL writes null; invalid UTF-8 is replaced */
void json_write_int(struct json_writer *w, int64_t value);
void json_write_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w);
void json_write_raw(struct json_writer *w, const char *json); /* trusted JSON made by us */
void json_write_node(struct json_writer *w, const struct json *node); /* a tree that was read; NULL writes null */
void json_write_member(struct json_writer *w, const char *key, const char *text); /* key and string */

#endif
