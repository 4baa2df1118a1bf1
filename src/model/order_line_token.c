/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/order_line_token.h"

#include <stdbool.h>
#include <string.h>

size_t token_space_bytes(const char *text)
{
    static const char *const wide[] = {"\xc2\xa0", "\xe2\x80\x89", "\xe2\x80\xaf"};
    if (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r') {
        return 1;
    }
    for (size_t i = 0; (*text & 0x80) != 0 && i < sizeof wide / sizeof *wide; i++) {
        if (strncmp(text, wide[i], strlen(wide[i])) == 0) {
            return strlen(wide[i]);
        }
    }
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct spelling {
    const char *source;
    char letter;
};

/* One spelled byte for a sequence of the line; *out_len its bytes. */
static char spell(const char *text, size_t *out_len)
{
    static const struct spelling others[] = {
        {"\xe2\x80\x93", '-'},    {"\xe2\x80\x94", '-'},
        {"\xe2\x88\x92", '-'},    {"\xe2\x80\x91", '-'},
        {"\xc3\x97", 'x'},        {"\xc2\xbc", TOKEN_QUARTER},
        {"\xc2\xbd", TOKEN_HALF}, {"\xc2\xbe", TOKEN_THREE_QUARTERS}};
    for (size_t i = 0; (*text & 0x80) != 0 && i < sizeof others / sizeof *others; i++) {
        if (strncmp(text, others[i].source, strlen(others[i].source)) == 0) {
            *out_len = strlen(others[i].source);
            return others[i].letter;
        }
    }
    *out_len = 1;
    if (*text >= 'A' && *text <= 'Z') {
        return (char)(*text - 'A' + 'a');
    }
    return (*text & 0x80) == 0 && *text < ' ' ? '?' : *text; /* TOKEN_HALF cannot be typed */
}

/* "b.i.d.", "p.o.": letters with points between them. */
static bool is_pointed(const char *text, size_t len)
{
    size_t points = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '.') {
            points += i > 0 && i + 1 < len;
        } else if (!is_letter(text[i])) {
            return false;
        }
    }
    return points > 0 && is_letter(text[0]);
}

static bool is_clock(const char *text, size_t len)
{
    return len >= 4 && is_digit(text[0]) && is_digit(text[1]) && is_digit(text[2]) &&
           is_digit(text[3]) && (len == 4 || !is_digit(text[4]));
}

/* A comma inside a number stays ("1,000", "2,5"); between words and times of day it separates. */
static bool separates(const char *word, size_t len, size_t at)
{
    switch (word[at]) {
    case '&':
    case ';':
    case '(':
    case ')':
        return true;
    case ',': {
        bool is_in_number = at > 0 && is_digit(word[at - 1]) && at + 1 < len &&
                            is_digit(word[at + 1]);
        bool is_between_times = memchr(word, ':', len) != NULL ||
                                (at >= 4 && is_clock(word + at - 4, 4) &&
                                 is_clock(word + at + 1, len - at - 1));
        return !is_in_number || is_between_times;
    }
    case ':':
        return at + 1 == len;
    case '@':
        return at == 0;
    case '.':
        return at + 1 == len && at > 0 && !is_digit(word[at - 1]) && memchr(word, '.', at) == NULL;
    default:
        return false;
    }
}

static void add(struct token_list *list, size_t *used, size_t start, size_t end)
{
    const char *text = list->line + start;
    size_t len = end - start;
    bool drops_points = is_pointed(text, len);
    struct token *token = &list->items[list->len++];
    if (*used > 0) {
        list->words[(*used)++] = ' ';
    }
    *token = (struct token){
        .start = (uint16_t)start, .end = (uint16_t)end, .word = (uint16_t)*used};
    for (size_t at = 0, bytes = 0; at < len; at += bytes) {
        char letter = spell(text + at, &bytes);
        if (letter != '.' || !drops_points) {
            list->words[(*used)++] = letter;
        }
    }
    token->len = (uint16_t)(*used - token->word);
}

static void cut_word(struct token_list *list, size_t *used, size_t start, size_t end)
{
    const char *line = list->line;
    size_t piece = start;
    for (size_t at = start; at < end; at++) {
        if (line[at] == '#' && at > piece) { /* "7d#21" */
            add(list, used, piece, at);
            piece = at;
        }
        if (!separates(line + piece, end - piece, at - piece)) {
            continue;
        }
        if (at > piece) {
            add(list, used, piece, at);
        }
        add(list, used, at, at + 1);
        piece = at + 1;
    }
    if (end > piece) {
        add(list, used, piece, end);
    }
}

void token_list_read(struct token_list *list, const char *line)
{
    size_t used = 0;
    size_t at = 0;
    list->line = line;
    list->len = 0;
    while (line[at] != '\0') {
        size_t space = token_space_bytes(line + at);
        if (space > 0) {
            at += space;
            continue;
        }
        size_t end = at;
        while (line[end] != '\0' && token_space_bytes(line + end) == 0) {
            end++;
        }
        cut_word(list, &used, at, end);
        at = end;
    }
    list->words[used] = '\0';
}

const char *token_word(const struct token_list *list, size_t index)
{
    return index < list->len ? list->words + list->items[index].word : "";
}

size_t token_word_len(const struct token_list *list, size_t index)
{
    return index < list->len ? list->items[index].len : 0;
}

uint16_t token_source(const struct token_list *list, size_t index, size_t at)
{
    const struct token *token = &list->items[index];
    size_t source = token->start;
    for (size_t bytes = 0; at > 0 && source < token->end; at--, source += bytes) {
        (void)spell(list->line + source, &bytes);
    }
    return (uint16_t)source;
}
