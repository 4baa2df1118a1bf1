/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_element.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

#define WARNINGS_MAX 16 /* of one resource */
#define PATH_MAX_BYTES 200
#define MEASURE_SCALE 3 /* finer than any of these is measured */
#define REPLACEMENT "\xEF\xBF\xBD"

enum status fhir_say_where(struct error *err, enum status status, const char *file_name, int line,
                           const char *field, const char *path, const char *why)
{
    if (*path) {
        /* TRANSLATORS: file, line, field of the file's format, its path in the file, what is
         * wrong there */
        return error_set_field(err, status, field, _("%s, line %d, %s at %s: %s"), file_name, line,
                               field, path, why);
    }
    /* TRANSLATORS: file, line, field of the file's format, what is wrong there */
    return error_set_field(err, status, field, _("%s, line %d, %s: %s"), file_name, line, field,
                           why);
}

/* Writes the way from `from` to `node` behind `out`; false leaves `out` as it was. The tree is no
 * deeper than json_parse() allows. */
static bool append_path(const struct json *from, const struct json *node, struct buffer *out)
{
    size_t index = 0, before = out->len;
    for (const struct json *child = json_first(from); child; child = json_next(child), index++) {
        if (json_is_object(from)) {
            buffer_append_format(out, "%s%s", out->len ? "." : "", json_key(child));
        } else {
            buffer_append_format(out, "[%zu]", index);
        }
        if (child == node || append_path(child, node, out)) {
            return true;
        }
        out->len = before;
        if (out->bytes) {
            out->bytes[before] = '\0';
        }
    }
    return false;
}

/* Of `at` in the file, or of the member `key` that the resource lacks. Keys come from outside. */
static char *path_of(const struct fhir_input *in, const struct json *at, const char *key)
{
    struct buffer path = BUFFER_INIT;
    buffer_append_text(&path, in->path ? in->path : "");
    if (at && at != in->resource) {
        (void)append_path(in->resource, at, &path); /* else the resource is the place */
    } else if (*key) {
        buffer_append_format(&path, "%s%s", path.len ? "." : "", key);
    }
    char *clean = text_clean(path.bytes ? path.bytes : "", path.len, PATH_MAX_BYTES, TEXT_LINE,
                             NULL);
    buffer_release(&path);
    return clean;
}

void fhir_refuse(struct fhir_input *in, const struct json *at, const char *key, const char *why)
{
    if (in->is_refused) {
        return;
    }
    char field[sizeof in->error.field];
    (void)snprintf(field, sizeof field, "%s%s%s%s%s", in->type, *in->where ? "." : "", in->where,
                   *key ? "." : "", key); /* a cut name is still a name */
    in->is_refused = true;
    char *path = path_of(in, at, key);
    (void)fhir_say_where(&in->error, STATUS_INVALID, in->file_name,
                         json_line(at ? at : in->resource), field, path, why);
    mem_free(path);
}

void fhir_warn(struct fhir_input *in, const struct json *at, const char *message)
{
    for (size_t i = 0; i < in->warnings.len; i++) {
        if (strcmp(in->warnings.items[i].message, message) == 0) {
            return;
        }
    }
    if (in->warnings.len < WARNINGS_MAX) {
        MEM_GROW(&in->warnings);
        in->warnings.items[in->warnings.len++] = (struct fhir_warning){
            .line = json_line(at ? at : in->resource),
            .message = mem_copy_text(message),
        };
    }
}

static bool has_shape(const struct json *node, enum fhir_shape shape)
{
    bool value;
    switch (shape) {
    case FHIR_OBJECT:
        return json_is_object(node);
    case FHIR_ARRAY:
        return json_is_array(node);
    case FHIR_STRING:
        return json_is_string(node);
    case FHIR_NUMBER:
        return json_is_number(node) || json_is_string(node);
    case FHIR_BOOLEAN:
        return json_get_bool(node, &value);
    }
    return false;
}

const struct json *fhir_get(struct fhir_input *in, const struct json *object, const char *key,
                            enum fhir_shape shape)
{
    static const char *const reasons[] = {
        [FHIR_OBJECT] = N_("an object is expected here."),
        [FHIR_ARRAY] = N_("a list is expected here."),
        [FHIR_STRING] = N_("a text is expected here."),
        [FHIR_NUMBER] = N_("a number is expected here."),
        [FHIR_BOOLEAN] = N_("true or false is expected here."),
    };
    const struct json *node = json_get(object, key);
    if (!node || json_is_null(node)) {
        return NULL;
    }
    if (!has_shape(node, shape)) {
        fhir_refuse(in, node, key, _(reasons[shape]));
        return NULL;
    }
    return node;
}

/* A primitive list may hold null beside its extensions; a list of objects should not, but some do.
 */
static const struct json *first_object(struct fhir_input *in, const struct json *node)
{
    for (; node; node = json_next(node)) {
        if (json_is_object(node)) {
            return node;
        }
        if (!json_is_null(node)) {
            fhir_refuse(in, node, "", _("the members of this list must be objects."));
        }
    }
    return NULL;
}

const struct json *fhir_first(struct fhir_input *in, const struct json *object, const char *key)
{
    return first_object(in, json_first(fhir_get(in, object, key, FHIR_ARRAY)));
}

const struct json *fhir_next(struct fhir_input *in, const struct json *member)
{
    return first_object(in, json_next(member));
}

static char *clean(struct fhir_input *in, const struct json *node, size_t max_bytes, unsigned flags)
{
    const char *raw = json_string(node);
    if (!raw) {
        return mem_copy_text("");
    }
    size_t len = strlen(raw);
    char *text = text_clean(raw, len, max_bytes, flags, NULL);
    if (len > max_bytes && strlen(text) + 4 < len) {
        fhir_warn(in, node, _("A text was too long and was cut."));
    }
    if (strstr(text, REPLACEMENT) && !strstr(raw, REPLACEMENT)) {
        fhir_warn(in, node,
                  _("A text held characters that cannot be shown safely; they were replaced."));
    }
    char *trimmed = mem_copy_text(text_trim(text));
    mem_free(text);
    return trimmed;
}

char *fhir_text(struct fhir_input *in, const struct json *object, const char *key, size_t max_bytes)
{
    return clean(in, fhir_get(in, object, key, FHIR_STRING), max_bytes, TEXT_LINE);
}

char *fhir_lines(struct fhir_input *in, const struct json *object, const char *key,
                 size_t max_bytes)
{
    return clean(in, fhir_get(in, object, key, FHIR_STRING), max_bytes, TEXT_KEEP_NEWLINES);
}

const char *fhir_code(struct fhir_input *in, const struct json *object, const char *key)
{
    return json_string(fhir_get(in, object, key, FHIR_STRING));
}

bool fhir_is_true(struct fhir_input *in, const struct json *object, const char *key)
{
    return json_is_true(fhir_get(in, object, key, FHIR_BOOLEAN));
}

/* --- time --- */

struct date fhir_date(struct fhir_input *in, const struct json *object, const char *key)
{
    struct date date = {0, 0, 0};
    const struct json *node = fhir_get(in, object, key, FHIR_STRING);
    const char *text = json_string(node);
    if (!text) {
        return date;
    }
    char day[11] = "";
    size_t len = strcspn(text, "T");
    int64_t at_us;
    bool is_good = len < sizeof day;
    if (is_good) {
        memcpy(day, text, len);
        is_good = date_parse_iso(day, &date, NULL) == STATUS_OK;
    }
    if (is_good && text[len]) {
        is_good = instant_parse_iso(text, &at_us, NULL) == STATUS_OK;
    }
    if (!is_good) {
        fhir_refuse(in, node, key, _("this is not a date that exists."));
        return (struct date){0, 0, 0};
    }
    return date;
}

static int64_t day_start(const struct fhir_input *in, struct date date)
{
    if (in->options->zone) {
        date.month = date.month ? date.month : 1;
        date.day = date.day ? date.day : 1;
        return zone_day_start(in->options->zone, date);
    }
    return (int64_t)date_to_days(date) * 24 * US_PER_HOUR;
}

/* The day behind the whole of a partial date. */
static struct date day_behind(struct date date)
{
    if (date.day) {
        return date_add_days(date, 1);
    }
    bool is_year = date.month == 0 || date.month == 12;
    return (struct date){(int16_t)(date.year + (is_year ? 1 : 0)),
                         (uint8_t)(is_year ? 1 : date.month + 1), 1};
}

int64_t fhir_instant(struct fhir_input *in, const struct json *object, const char *key, bool is_end)
{
    int64_t at_us = 0;
    const struct json *node = fhir_get(in, object, key, FHIR_STRING);
    const char *text = json_string(node);
    if (text && strchr(text, 'T')) {
        if (instant_parse_iso(text, &at_us, NULL) != STATUS_OK) {
            fhir_refuse(in, node, key, _("this is not a date and time that exists."));
        }
        return at_us;
    }
    struct date date = fhir_date(in, object, key);
    return date_is_none(date) ? 0 : day_start(in, is_end ? day_behind(date) : date);
}

/* --- numbers --- */

bool fhir_decimal(struct fhir_input *in, const struct json *object, const char *key,
                  struct decimal *out)
{
    const struct json *node = fhir_get(in, object, key, FHIR_NUMBER);
    if (!node) {
        return false;
    }
    if (json_long_number(node)) {
        fhir_refuse(in, node, key, _("the number has more than 15 digits or 12 places."));
        return false;
    }
    enum status status = json_is_string(node) ? decimal_parse(json_string(node), out, NULL)
                                              : json_decimal(node, out, NULL);
    if (status != STATUS_OK) {
        fhir_refuse(in, node, key, _("this is not a number that can be kept exactly."));
    }
    return status == STATUS_OK;
}

/* Digits, point and sign; the digit past the last place decides the rounding. Exponents are left to
 * the double. */
static bool round_text(const char *text, struct decimal *out)
{
    char kept[DECIMAL_TEXT_MAX];
    const char *point = strchr(text, '.');
    size_t len = strlen(text);
    if (strpbrk(text, "eE") || !point) {
        return false;
    }
    size_t most = (size_t)(point - text) + 2 + MEASURE_SCALE; /* one more place than is kept */
    len = len < most ? len : most;
    if (len >= sizeof kept) {
        return false;
    }
    memcpy(kept, text, len);
    kept[len] = '\0';
    struct decimal value;
    if (decimal_parse(kept, &value, NULL) != STATUS_OK) {
        return false;
    }
    *out = decimal_round(value, MEASURE_SCALE);
    return true;
}

bool fhir_measure(struct fhir_input *in, const struct json *object, const char *key,
                  struct decimal *out, char **out_text)
{
    const struct json *node = fhir_get(in, object, key, FHIR_NUMBER);
    const char *text = json_long_number(node);
    if (text && round_text(text, out)) {
        mem_free(*out_text);
        *out_text = mem_copy_text(text);
        return true;
    }
    return fhir_decimal(in, object, key, out);
}

int fhir_count(struct fhir_input *in, const struct json *object, const char *key, int most)
{
    struct decimal value;
    if (!fhir_decimal(in, object, key, &value)) {
        return -1;
    }
    struct decimal whole = decimal_round(value, 0);
    if (decimal_compare(value, whole) != 0 || value.mantissa < 0 ||
        decimal_compare(value, decimal_from_int(most)) > 0) {
        fhir_refuse(in, json_get(object, key), key,
                    _("a whole number of a sensible size is expected here."));
        return -1;
    }
    return (int)whole.mantissa;
}

/* --- notes --- */

void fhir_append(struct buffer *out, const char *separator, const char *text)
{
    if (text && *text) {
        if (out->len > 0) {
            buffer_append_text(out, separator);
        }
        buffer_append_text(out, text);
    }
}

void fhir_append_notes(struct fhir_input *in, const struct json *object, struct buffer *out)
{
    for (const struct json *note = fhir_first(in, object, "note"); note;
         note = fhir_next(in, note)) {
        char *text = fhir_lines(in, note, "text", FHIR_TEXT_MAX);
        fhir_append(out, "; ", text);
        mem_free(text);
    }
}

void fhir_append_concepts(struct fhir_input *in, const struct json *object, const char *key,
                          struct buffer *out)
{
    static const char *const any[] = {NULL};
    for (const struct json *node = fhir_first(in, object, key); node; node = fhir_next(in, node)) {
        struct fhir_concept concept;
        fhir_concept_read(in, fhir_concept_in(in, node), any, &concept);
        fhir_append(out, "; ", concept.words);
        fhir_concept_release(&concept);
    }
}

/* --- whole trees --- */

static uint64_t mix(uint64_t hash, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    }
    return (hash ^ 0xff) * UINT64_C(0x100000001b3); /* an end that no text holds */
}

static uint64_t print_tree(uint64_t hash, const struct json *node)
{
    char shape = json_is_object(node)   ? '{'
                 : json_is_array(node)  ? '['
                 : json_is_string(node) ? '"'
                                        : '0';
    hash = mix(hash, &shape, 1);
    const char *text = json_is_string(node) ? json_string(node) : json_long_number(node);
    struct decimal value;
    char digits[DECIMAL_TEXT_MAX];
    bool is_true;
    if (text) {
        hash = mix(hash, text, strlen(text));
    } else if (json_is_number(node) && json_decimal(node, &value, NULL) == STATUS_OK) {
        (void)decimal_format(value, digits); /* before its length is asked for */
        hash = mix(hash, digits, strlen(digits));
    } else if (json_get_bool(node, &is_true)) {
        hash = mix(hash, is_true ? "t" : "f", 1);
    }
    for (const struct json *child = json_first(node); child; child = json_next(child)) {
        const char *key = json_is_object(node) ? json_key(child) : "";
        hash = print_tree(mix(hash, key, strlen(key)), child);
    }
    return mix(hash, "}", 1);
}

uint64_t fhir_print(const struct json *node)
{
    return print_tree(UINT64_C(0xcbf29ce484222325), node);
}

const struct json *fhir_find_modifier(const struct json *node, const char **out_url)
{
    const struct json *rules = json_get(node, "implicitRules");
    if (json_is_string(rules)) {
        *out_url = json_string(rules);
        return rules;
    }
    const struct json *modifiers = json_get(node, "modifierExtension");
    if (modifiers && !json_is_null(modifiers) &&
        (!json_is_array(modifiers) || json_first(modifiers))) {
        const char *url = json_get_string(json_first(modifiers), "url");
        *out_url = url ? url : "";
        return modifiers;
    }
    for (const struct json *child = json_first(node); child; child = json_next(child)) {
        const struct json *found = fhir_find_modifier(child, out_url);
        if (found) {
            return found;
        }
    }
    return NULL;
}
