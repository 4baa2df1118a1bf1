/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json_scan.h"
#include "base/memory.h"

const struct json_limits JSON_LIMITS_DEFAULT = {
    .max_bytes = (size_t)64 << 20, .max_depth = 64, .max_nodes = 4000000};

struct json_document {
    cJSON *root;
};

/* struct json has no body: a node is a cJSON, which nobody outside this file needs to know. */
static const cJSON *item_of(const struct json *node)
{
    return (const cJSON *)(const void *)node;
}

static const struct json *node_of(const cJSON *item)
{
    return (const struct json *)(const void *)item;
}

/* A number has no use for cJSON's valuestring, and cJSON frees it: it keeps the digits that the
 * double has lost. */
static void put_number(cJSON *item, const struct json_lines *lines, size_t at, size_t *next)
{
    if (*next < lines->numbers.len && lines->numbers.items[*next].node == at) {
        const struct json_long_number *number = &lines->numbers.items[*next];
        item->valuestring = mem_copy_bytes(number->text, number->len);
        *next += 1;
    }
}

/* cJSON's valueint is a rounded copy of valuedouble that nothing here reads: it keeps the line
 * instead. */
static size_t put_lines(cJSON *item, const struct json_lines *lines, size_t at, size_t *next_number)
{
    for (; item; item = item->next) {
        item->valueint = at < lines->len ? lines->items[at] : 0;
        put_number(item, lines, at, next_number);
        at = put_lines(item->child, lines, at + 1, next_number);
    }
    return at;
}

enum status json_parse(const char *bytes, size_t len_bytes, const struct json_limits *limits,
                       int first_line, struct json_document **out, struct error *err)
{
    static const char bom[] = "\xEF\xBB\xBF";
    if (len_bytes >= 3 && memcmp(bytes, bom, 3) == 0) { /* RFC 8259 lets a reader ignore it */
        bytes += 3;
        len_bytes -= 3;
    }
    struct json_lines lines = JSON_LINES_INIT;
    enum status status = json_scan(bytes, len_bytes, limits, first_line, &lines, err);
    if (status != STATUS_OK) {
        return status;
    }
    cJSON *root = cJSON_ParseWithLength(bytes, len_bytes);
    if (root) {
        size_t next_number = 0;
        (void)put_lines(root, &lines, 0, &next_number); /* the count is checked by the tests */
        *out = mem_alloc(sizeof **out);
        (*out)->root = root;
    }
    json_lines_release(&lines);
    return root ? STATUS_OK
                : error_set(err, STATUS_LIMIT, _("There is not enough memory to read this."));
}

void json_free(struct json_document *doc)
{
    if (doc) {
        cJSON_Delete(doc->root);
        mem_free(doc);
    }
}

const struct json *json_root(const struct json_document *doc)
{
    return doc ? node_of(doc->root) : NULL;
}

bool json_is_object(const struct json *node)
{
    return cJSON_IsObject(item_of(node));
}

bool json_is_array(const struct json *node)
{
    return cJSON_IsArray(item_of(node));
}

bool json_is_string(const struct json *node)
{
    return cJSON_IsString(item_of(node));
}

bool json_is_number(const struct json *node)
{
    return cJSON_IsNumber(item_of(node));
}

bool json_is_null(const struct json *node)
{
    return cJSON_IsNull(item_of(node));
}

const struct json *json_get(const struct json *object, const char *key)
{
    return json_is_object(object) ? node_of(cJSON_GetObjectItemCaseSensitive(item_of(object), key))
                                  : NULL;
}

static const struct json *item_at(const struct json *array, const char *index)
{
    char *end;
    unsigned long wanted = strtoul(index, &end, 10);
    if (*end || !*index || strlen(index) > 9 || *index < '0' || *index > '9') {
        return NULL;
    }
    const struct json *item = json_first(array);
    while (item && wanted-- > 0) {
        item = json_next(item);
    }
    return item;
}

const struct json *json_path(const struct json *object, const char *path)
{
    while (object && *path) {
        size_t len = strcspn(path, ".");
        char *part = mem_copy_bytes(path, len);
        object = json_is_array(object) ? item_at(object, part) : json_get(object, part);
        mem_free(part);
        path += len + (path[len] ? 1 : 0);
    }
    return object;
}

const char *json_key(const struct json *member)
{
    return member ? item_of(member)->string : NULL;
}

const struct json *json_first(const struct json *container)
{
    return container ? node_of(item_of(container)->child) : NULL;
}

const struct json *json_next(const struct json *child)
{
    return child ? node_of(item_of(child)->next) : NULL;
}

int json_count(const struct json *container)
{
    return container ? cJSON_GetArraySize(item_of(container)) : 0;
}

const char *json_string(const struct json *node)
{
    return json_is_string(node) ? item_of(node)->valuestring : NULL;
}

const char *json_get_string(const struct json *object, const char *key)
{
    return json_string(json_get(object, key));
}

bool json_is_true(const struct json *node)
{
    return cJSON_IsTrue(item_of(node));
}

bool json_get_bool(const struct json *node, bool *out)
{
    if (!cJSON_IsBool(item_of(node))) {
        return false;
    }
    *out = json_is_true(node);
    return true;
}

int json_line(const struct json *node)
{
    return node ? item_of(node)->valueint : 0;
}

const char *json_long_number(const struct json *node)
{
    return json_is_number(node) ? item_of(node)->valuestring : NULL;
}

/* A double gives back the 15 digits it was made from, and a longer number carries its text. So the
 * digits of "%.14e" are those of the text; whatever the locale writes for a point is skipped. */
enum status json_decimal(const struct json *node, struct decimal *out, struct error *err)
{
    if (!json_is_number(node)) {
        return error_set(err, STATUS_INVALID, _("line %d: a number is expected here."),
                         json_line(node));
    }
    if (json_long_number(node)) {
        return error_set(err, STATUS_LIMIT,
                         _("line %d: a number is too large or has too many digits."),
                         json_line(node));
    }
    char text[64];
    (void)snprintf(text, sizeof text, "%.14e",
                   item_of(node)->valuedouble); /* 21 bytes, more with a long point */
    const char *tail = strchr(text, 'e');
    int64_t mantissa = 0;
    for (const char *at = text; tail && at < tail; at++) {
        if (*at >= '0' && *at <= '9') {
            mantissa = mantissa * 10 + (*at - '0');
        }
    }
    int scale = tail ? 14 - (int)strtol(tail + 1, NULL, 10) : DECIMAL_SCALE_MAX + 1;
    while (mantissa != 0 && scale > 0 && mantissa % 10 == 0) {
        mantissa /= 10;
        scale--;
    }
    for (; mantissa != 0 && scale < 0 && mantissa < INT64_C(100000000000000000); scale++) {
        mantissa *= 10;
    }
    if (mantissa == 0) {
        scale = 0;
    }
    if (scale < 0 || scale > DECIMAL_SCALE_MAX) {
        return error_set(err, STATUS_LIMIT,
                         _("line %d: a number is too large or has too many digits."),
                         json_line(node));
    }
    *out = (struct decimal){.mantissa = text[0] == '-' ? -mantissa : mantissa,
                            .scale = (uint8_t)scale};
    return STATUS_OK;
}

void json_write_node(struct json_writer *w, const struct json *node)
{
    char *text = node == NULL ? NULL : cJSON_PrintUnformatted((const cJSON *)(const void *)node);
    json_write_raw(w, text == NULL ? "null" : text);
    cJSON_free(text);
}
