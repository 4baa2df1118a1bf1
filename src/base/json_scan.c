/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/utf8.h"

#define NUMBER_DIGITS_MAX 15 /* what a double holds exactly */
#define NUMBER_BYTES_MAX 40  /* cJSON reads no more than 63 */
#define EXPONENT_MAX 99
#define DEPTH_MAX 512 /* cJSON's own limit is 1000 */

struct key {
    const char *body; /* behind the quote */
    uint64_t hash;    /* of the decoded characters */
    int line;
};

struct scan {
    const char *at, *end;
    const struct json_limits *limits;
    int line, depth;
    size_t nodes;
    struct json_lines lines;
    struct {
        struct key *items;
        size_t len, cap;
    } keys; /* of the objects that are open */
    struct error *err;
};

void json_lines_release(struct json_lines *lines)
{
    mem_free(lines->items);
    mem_free(lines->numbers.items);
    *lines = (struct json_lines)JSON_LINES_INIT;
}

/* `why` is a translated sentence. */
static enum status refuse(const struct scan *s, enum status status, const char *why)
{
    char field[32];
    (void)snprintf(field, sizeof field, "line %d", s->line); /* 11 digits at most */
    return error_set_field(s->err, status, field, _("line %d: %s"), s->line, why);
}

static char peek(const struct scan *s)
{
    return s->at < s->end ? *s->at : '\0';
}

static void skip_space(struct scan *s)
{
    for (; s->at < s->end && strchr(" \t\r\n", *s->at) && *s->at; s->at++) {
        s->line += *s->at == '\n' ? 1 : 0;
    }
}

static enum status refuse_here(const struct scan *s)
{
    if (s->at >= s->end) {
        return refuse(s, STATUS_INVALID, _("the text ends too early."));
    }
    if (*s->at == '\0') {
        return refuse(s, STATUS_INVALID, _("there is a NUL byte."));
    }
    return refuse(s, STATUS_INVALID, _("this is not JSON."));
}

/* --- strings --- */

static bool read_hex(const char **at, const char *end, int32_t *out)
{
    if (end - *at < 4) {
        return false;
    }
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = *(*at)++;
        int32_t digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
        if (digit < 0) {
            return false;
        }
        value = value << 4 | digit;
    }
    *out = value;
    return true;
}

static bool read_escape(const char **at, const char *end, int32_t *out, const char **out_why)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    char letter = *at < end ? *(*at)++ : '\0';
    const char *known = letter ? strchr(letters, letter) : NULL;
    if (known) {
        *out = meanings[known - letters];
        return true;
    }
    *out_why = N_("there is an unknown escape in a text.");
    int32_t code;
    if (letter != 'u' || !read_hex(at, end, &code)) {
        return false;
    }
    if (code >= 0xD800 && code <= 0xDFFF) {
        int32_t low = 0;
        *out_why = N_("half of a character stands alone in a text.");
        if (code > 0xDBFF || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u') {
            return false;
        }
        *at += 2;
        if (!read_hex(at, end, &low) || low < 0xDC00 || low > 0xDFFF) {
            return false;
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    *out_why = N_("there is a NUL character in a text.");
    *out = code;
    return code != 0;
}

/* The next character of a string's body, escapes resolved. */
static bool read_character(const char **at, const char *end, int32_t *out, const char **out_why)
{
    if (**at == '\\') {
        *at += 1;
        return read_escape(at, end, out, out_why);
    }
    size_t step = utf8_decode(*at, (size_t)(end - *at), out);
    *out_why = step == 0 ? N_("a text is not UTF-8.")
                         : N_("there is a control character in a text.");
    *at += step;
    return step > 0 && *out >= 0x20;
}

/* At the opening quote. */
static enum status scan_string(struct scan *s, uint64_t *out_hash)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    const char *why = NULL;
    s->at++;
    while (s->at < s->end && *s->at != '"') {
        int32_t code;
        const char *before = s->at;
        if (!read_character(&s->at, s->end, &code, &why)) {
            if (*before == '\0') {
                why = N_("there is a NUL byte.");
            }
            return refuse(s, STATUS_INVALID, _(why));
        }
        hash = (hash ^ (uint64_t)(uint32_t)code) * UINT64_C(0x100000001b3);
    }
    if (s->at >= s->end) {
        return refuse_here(s);
    }
    s->at++;
    *out_hash = hash;
    return STATUS_OK;
}

/* Bodies that were scanned before, up to their quotes. */
static bool is_same_text(const char *a, const char *b, const char *end)
{
    const char *why;
    for (;;) {
        int32_t left = 0, right = 0;
        bool has_left = *a != '"' && read_character(&a, end, &left, &why);
        bool has_right = *b != '"' && read_character(&b, end, &right, &why);
        if (!has_left || !has_right) {
            return has_left == has_right;
        }
        if (left != right) {
            return false;
        }
    }
}

/* --- numbers --- */

static int skip_digits(struct scan *s)
{
    int count = 0;
    for (; peek(s) >= '0' && peek(s) <= '9'; s->at++) {
        count += count < NUMBER_BYTES_MAX ? 1 : 0;
    }
    return count;
}

static int significant_digits(const char *from, const char *to)
{
    int count = 0;
    for (; from < to && *from != 'e' && *from != 'E'; from++) {
        bool is_digit = *from >= '0' && *from <= '9';
        count += is_digit && (count > 0 || *from != '0') ? 1 : 0;
    }
    return count;
}

static enum status scan_number(struct scan *s)
{
    const char *start = s->at;
    s->at += peek(s) == '-' ? 1 : 0;
    if (peek(s) == '0') {
        s->at++;
    } else if (skip_digits(s) == 0) {
        return refuse_here(s);
    }
    int places = 0;
    if (peek(s) == '.') {
        s->at++;
        places = skip_digits(s);
        if (places == 0) {
            return refuse_here(s);
        }
    }
    int exponent = 0;
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        s->at += peek(s) == '+' || peek(s) == '-' ? 1 : 0;
        for (const char *digit = s->at; digit < s->end && *digit >= '0' && *digit <= '9'; digit++) {
            exponent = exponent > EXPONENT_MAX ? exponent : exponent * 10 + (*digit - '0');
        }
        if (skip_digits(s) == 0) {
            return refuse_here(s);
        }
    }
    size_t len = (size_t)(s->at - start);
    bool is_readable = len <= NUMBER_BYTES_MAX && exponent <= EXPONENT_MAX;
    bool is_long = significant_digits(start, s->at) > NUMBER_DIGITS_MAX;
    if (is_readable && (is_long || places > DECIMAL_SCALE_MAX) && s->limits->keep_long_numbers) {
        MEM_GROW(&s->lines.numbers);
        s->lines.numbers.items[s->lines.numbers.len++] = (struct json_long_number){
            .node = s->lines.len - 1, .text = start, .len = len};
        return STATUS_OK;
    }
    if (!is_readable || is_long) {
        return refuse(s, STATUS_LIMIT,
                      _("a number has more than 15 digits. Write it as text, in quotes."));
    }
    return STATUS_OK;
}

/* --- values --- */

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static enum status scan_value(struct scan *s);

static int compare_keys(const void *a, const void *b)
{
    const struct key *left = a;
    const struct key *right = b;
    if (left->hash != right->hash) {
        return left->hash < right->hash ? -1 : 1;
    }
    return (left->body > right->body) - (left->body < right->body);
}

/* A plain name is told; whatever else stands there came from outside and is not repeated. */
static enum status refuse_twice(struct scan *s, const struct key *key)
{
    char name[41];
    char why[128];
    size_t len = 0;
    while (len < sizeof name - 1 && key->body + len < s->end && is_word_byte(key->body[len])) {
        name[len] = key->body[len];
        len++;
    }
    name[len] = '\0';
    bool is_plain = len > 0 && key->body[len] == '"';
    s->line = key->line;
    (void)snprintf(why, sizeof why, _("the name %s stands twice in one object."), name); /* cut at worst */
    return refuse(s, STATUS_INVALID, is_plain ? why : _("a name stands twice in one object."));
}

/* Two parsers may pick different ones of two equal keys: an attack on whoever checks with one and
 * acts with the other. */
static enum status refuse_duplicates(struct scan *s, size_t first)
{
    size_t count = s->keys.len - first;
    if (count > 1) {
        struct key *keys = s->keys.items + first;
        qsort(keys, count, sizeof *keys, compare_keys);
        for (size_t i = 1; i < count; i++) {
            for (size_t j = i; j > 0 && keys[j - 1].hash == keys[i].hash; j--) {
                if (is_same_text(keys[j - 1].body, keys[i].body, s->end)) {
                    return refuse_twice(s, &keys[i]);
                }
            }
        }
    }
    s->keys.len = first;
    return STATUS_OK;
}

static enum status scan_member(struct scan *s)
{
    if (peek(s) != '"') {
        return refuse_here(s);
    }
    struct key key = {.body = s->at + 1, .line = s->line};
    enum status status = scan_string(s, &key.hash);
    if (status != STATUS_OK) {
        return status;
    }
    MEM_GROW(&s->keys);
    s->keys.items[s->keys.len++] = key;
    skip_space(s);
    if (peek(s) != ':') {
        return refuse_here(s);
    }
    s->at++;
    return scan_value(s);
}

/* At the opening bracket. */
static enum status scan_container(struct scan *s, bool is_object)
{
    char close = is_object ? '}' : ']';
    size_t first_key = s->keys.len;
    int most = s->limits->max_depth < DEPTH_MAX ? s->limits->max_depth : DEPTH_MAX;
    if (++s->depth > most) {
        return refuse(s, STATUS_LIMIT, _("it is nested too deep."));
    }
    s->at++;
    skip_space(s);
    for (bool is_first = true; peek(s) != close; is_first = false) {
        if (!is_first) {
            if (peek(s) != ',') {
                return refuse_here(s);
            }
            s->at++;
            skip_space(s);
        }
        enum status status = is_object ? scan_member(s) : scan_value(s);
        if (status != STATUS_OK) {
            return status;
        }
        skip_space(s);
    }
    s->at++;
    s->depth--;
    return refuse_duplicates(s, first_key);
}

static enum status scan_word(struct scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);
        if ((size_t)(s->end - s->at) >= len && memcmp(s->at, words[i], len) == 0) {
            s->at += len;
            return STATUS_OK;
        }
    }
    return refuse_here(s);
}

static enum status scan_value(struct scan *s)
{
    skip_space(s);
    if (++s->nodes > s->limits->max_nodes) {
        return refuse(s, STATUS_LIMIT, _("it has too many values."));
    }
    MEM_GROW(&s->lines);
    s->lines.items[s->lines.len++] = s->line;
    char c = peek(s);
    if (c == '{' || c == '[') {
        return scan_container(s, c == '{');
    }
    if (c == '"') {
        uint64_t hash;
        return scan_string(s, &hash);
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
        return scan_number(s);
    }
    return scan_word(s);
}

enum status json_scan(const char *bytes, size_t len_bytes, const struct json_limits *limits,
                      int first_line, struct json_lines *out, struct error *err)
{
    struct scan s = {
        .at = bytes, .end = bytes + len_bytes, .limits = limits, .line = first_line, .err = err};
    enum status status = STATUS_OK;
    if (len_bytes > limits->max_bytes) {
        status = refuse(&s, STATUS_LIMIT, _("the text is too large."));
    }
    if (status == STATUS_OK) {
        status = scan_value(&s);
    }
    skip_space(&s);
    if (status == STATUS_OK && s.at < s.end) {
        status = refuse_here(&s);
    }
    mem_free(s.keys.items);
    if (status != STATUS_OK) {
        json_lines_release(&s.lines);
        return status;
    }
    *out = s.lines;
    return STATUS_OK;
}
