/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "safety/drug_reading.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Bytes of a trade mark sign: it says nothing, and folding would glue its letters to the name. */
static size_t trade_sign(const char *p)
{
    static const char *const signs[] = {"\xe2\x84\xa2", "\xc2\xae", "\xc2\xa9", "\xe2\x84\xa0"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t len = strlen(signs[i]);
        if (strncmp(p, signs[i], len) == 0) {
            return len;
        }
    }
    return 0;
}

/* Bytes of the number at p: digits, one point followed by digits, or commas before three digits. */
static size_t number_len(const char *p)
{
    size_t len = 0;
    while (drug_is_digit(p[len])) {
        len++;
    }
    while (p[len] == ',' && drug_is_digit(p[len + 1]) && drug_is_digit(p[len + 2]) &&
           drug_is_digit(p[len + 3]) && !drug_is_digit(p[len + 4])) {
        len += 4;
    }
    if (p[len] == '.' && drug_is_digit(p[len + 1])) {
        len++;
        while (drug_is_digit(p[len])) {
            len++;
        }
    }
    return len;
}

static struct decimal number_value(const char *p, size_t len)
{
    char plain[DECIMAL_TEXT_MAX];
    size_t n = 0;
    struct decimal value = {0, 0};
    for (size_t i = 0; i < len && n + 1 < sizeof plain; i++) {
        if (p[i] != ',') {
            plain[n++] = p[i];
        }
    }
    plain[n] = '\0';
    if (decimal_parse(plain, &value, NULL) != STATUS_OK) {
        value = (struct decimal){0, 0}; /* too long to be a strength: no strength */
    }
    return value;
}

void drug_tokenize(struct reading *r)
{
    const char *text = r->text;
    char before = ' ';
    bool is_in_brackets = false;
    size_t at = 0;
    while (text[at]) {
        char c = text[at];
        size_t sign = trade_sign(text + at);
        if (sign > 0) {
            before = before ? before : ' ';
            at += sign;
            continue;
        }
        if (!drug_is_digit(c) && !is_letter(c) && c != '%') {
            is_in_brackets = c == '[' || (is_in_brackets && c != ']');
            before = c == '/' || c == '-' || c == '+' || c == '&' || c == ',' ? c
                     : before                                                 ? before
                                                                              : ' ';
            at++;
            continue;
        }
        if (r->count == TOKENS_MAX) {
            r->is_cut = true;
            return;
        }
        struct token *t = &r->tokens[r->count++];
        *t = (struct token){.start = at, .before = before, .is_in_brackets = is_in_brackets};
        if (drug_is_digit(c)) {
            size_t len = number_len(text + at);
            t->is_number = true;
            t->value = number_value(text + at, len);
            at += len;
        } else if (c == '%') {
            at++;
        } else {
            while ((is_letter(text[at]) || drug_is_digit(text[at])) && !trade_sign(text + at)) {
                at++;
            }
        }
        t->end = at;
        before = '\0';
    }
}

void drug_fold_tokens(const struct reading *r, int first, int last, char out[FOLDED_MAX])
{
    size_t start = r->tokens[first].start;
    size_t end = r->tokens[last].end;
    size_t n = 0;
    bool is_space_due = false;
    out[0] = '\0';
    for (size_t i = start; i < end; i++) {
        char c = r->text[i];
        if ((unsigned char)c >= 0x80) {
            char *slice = mem_copy_bytes(r->text + start, end - start);
            char *folded = text_fold(slice);
            size_t len = strlen(folded);
            memcpy(out, folded, len < FOLDED_MAX ? len + 1 : 0);
            mem_free(folded);
            mem_free(slice);
            return;
        }
        if (!is_letter(c) && !drug_is_digit(c)) {
            is_space_due = n > 0;
            continue;
        }
        if (n + 2 >= FOLDED_MAX) {
            out[0] = '\0';
            return;
        }
        if (is_space_due) {
            out[n++] = ' ';
        }
        is_space_due = false;
        out[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    out[n] = '\0';
}
