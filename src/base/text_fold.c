/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of text.h that serves search: folding and sounding-alike keys. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

#define KEY_MAX 8

/* Letters that Unicode does not decompose but that people leave out their stroke of. */
static const struct {
    int32_t code;
    const char *ascii;
} SPELLINGS[] = {
    {0xDF, "ss"}, {0xE6, "ae"},  {0xF0, "d"},  {0xF8, "o"},  {0xFE, "th"},
    {0x111, "d"}, {0x127, "h"},  {0x131, "i"}, {0x138, "k"}, {0x142, "l"},
    {0x14B, "n"}, {0x153, "oe"}, {0x167, "t"}, {0x180, "b"}, {0x19A, "l"},
};

struct folder {
    struct buffer out;
    bool is_space_due;
};

static void fold_bytes(struct folder *f, const char *bytes, size_t len)
{
    if (f->is_space_due && f->out.len > 0) {
        buffer_append_byte(&f->out, ' ');
    }
    f->is_space_due = false;
    buffer_append(&f->out, bytes, len);
}

static void fold_code(struct folder *f, int32_t code)
{
    for (size_t i = 0; i < sizeof SPELLINGS / sizeof *SPELLINGS; i++) {
        if (SPELLINGS[i].code == code) {
            fold_bytes(f, SPELLINGS[i].ascii, strlen(SPELLINGS[i].ascii));
            return;
        }
    }
    utf8proc_category_t category = utf8proc_category(code);
    if (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME) {
        return;
    }
    bool is_word = (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
                   (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
    if (is_word) {
        char bytes[4];
        fold_bytes(f, bytes, utf8_encode(code, bytes));
    } else {
        f->is_space_due = true;
    }
}

static void fold_ascii(struct folder *f, char c)
{
    if (c >= 'A' && c <= 'Z') {
        c = (char)(c - 'A' + 'a');
    }
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        fold_bytes(f, &c, 1);
    } else {
        f->is_space_due = true;
    }
}

static void fold_wide(struct folder *f, int32_t code)
{
    utf8proc_int32_t parts[32]; /* the longest compatibility decomposition is 18 */
    int boundary = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        code, parts, sizeof parts / sizeof *parts,
        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &boundary);
    for (utf8proc_ssize_t i = 0; i < count && i < (utf8proc_ssize_t)(sizeof parts / sizeof *parts);
         i++) {
        fold_code(f, parts[i]);
    }
}

char *text_fold(const char *text)
{
    struct folder f = {.out = BUFFER_INIT};
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        int32_t code;
        size_t step = utf8_decode(text + at, len - at, &code);
        if (step == 0) {
            f.is_space_due = true;
            step = 1;
        } else if (code < 0x80) {
            fold_ascii(&f, (char)code);
        } else {
            fold_wide(&f, code);
        }
        at += step;
    }
    return buffer_take(&f.out);
}

bool text_equal_folded(const char *a, const char *b)
{
    char *folded_a = text_fold(a);
    char *folded_b = text_fold(b);
    bool is_equal = strcmp(folded_a, folded_b) == 0;
    mem_free(folded_a);
    mem_free(folded_b);
    return is_equal;
}

/* --- sounding alike --- */

enum where { ANYWHERE, AT_START, NOT_AT_START, BEFORE_FRONT_VOWEL, BEFORE_CONSONANT, AT_END };

/* First match wins, so longer spellings stand first. '.' in the sound is nothing heard. */
static const struct {
    const char *letters;
    enum where where;
    const char *sound;
} SOUNDS[] = {
    {"sch", ANYWHERE, "x"},
    {"tch", ANYWHERE, "x"},
    {"chr", ANYWHERE, "kr"},
    {"ngh", AT_START, "n"},
    {"ng", AT_START, "n"},
    {"ng", AT_END, "n"},
    {"kn", AT_START, "n"},
    {"gn", AT_START, "n"},
    {"pn", AT_START, "n"},
    {"ps", AT_START, "s"},
    {"wr", AT_START, "r"},
    {"gh", AT_START, "g"},
    {"gh", NOT_AT_START, "."},
    {"ph", ANYWHERE, "f"},
    {"sh", ANYWHERE, "x"},
    {"ch", ANYWHERE, "x"},
    {"cz", ANYWHERE, "x"},
    {"sz", ANYWHERE, "x"},
    {"zh", ANYWHERE, "j"},
    {"th", ANYWHERE, "t"},
    {"kh", ANYWHERE, "k"},
    {"bh", ANYWHERE, "b"},
    {"dh", ANYWHERE, "d"},
    {"rh", ANYWHERE, "r"},
    {"wh", AT_START, "w"},
    {"ck", ANYWHERE, "k"},
    {"cq", ANYWHERE, "k"},
    {"qu", ANYWHERE, "k"},
    {"dt", ANYWHERE, "t"},
    {"tz", ANYWHERE, "s"},
    {"ts", ANYWHERE, "s"},
    {"ds", AT_END, "s"},
    {"mb", AT_END, "m"},
    {"dg", BEFORE_FRONT_VOWEL, "j"},
    {"dj", ANYWHERE, "j"},
    {"sc", BEFORE_FRONT_VOWEL, "s"},
    {"c", BEFORE_FRONT_VOWEL, "s"},
    {"c", ANYWHERE, "k"},
    {"g", BEFORE_FRONT_VOWEL, "j"},
    {"q", ANYWHERE, "k"},
    {"x", AT_START, "s"},
    {"x", ANYWHERE, "ks"},
    {"z", ANYWHERE, "s"},
    {"v", ANYWHERE, "f"},
    {"w", AT_START, "w"},
    {"w", BEFORE_CONSONANT, "."},
    {"w", AT_END, "."},
    {"w", ANYWHERE, "f"},
    {"h", NOT_AT_START, "."},
};

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

static bool fits(enum where where, bool is_start, char next)
{
    switch (where) {
    case ANYWHERE:
        return true;
    case AT_START:
        return is_start;
    case NOT_AT_START:
        return !is_start;
    case BEFORE_FRONT_VOWEL:
        return is_one_of(next, "eiy");
    case BEFORE_CONSONANT:
        return next && !is_one_of(next, "aeiouy");
    case AT_END:
        return !next;
    }
    return false;
}

/* How many letters one sound takes at `at`; 0 when the letter stands for itself. */
static size_t match_sound(const char *word, size_t at, const char **out_sound)
{
    for (size_t i = 0; i < sizeof SOUNDS / sizeof *SOUNDS; i++) {
        if (SOUNDS[i].letters[0] != word[at]) {
            continue;
        }
        size_t len = strlen(SOUNDS[i].letters);
        if (strncmp(word + at, SOUNDS[i].letters, len) == 0 &&
            fits(SOUNDS[i].where, at == 0, word[at + len])) {
            *out_sound = SOUNDS[i].sound;
            return len;
        }
    }
    return 0;
}

static char vowel_class(char vowel)
{
    return is_one_of(vowel, "ou") ? 'o' : is_one_of(vowel, "eiy") ? 'e' : 'a';
}

struct skeleton {
    char sounds[KEY_MAX + 1];
    int len;
    char last;        /* to hear double letters once; 0 behind a vowel */
    char first_vowel; /* its class */
    bool starts_with_vowel;
};

static void hear(struct skeleton *s, char sound)
{
    if (sound != '.' && sound != s->last) {
        if (s->len < KEY_MAX) {
            s->sounds[s->len++] = sound;
        }
        s->last = sound;
    }
}

static void hear_vowel(struct skeleton *s, char letter, bool is_start)
{
    s->last = 0;
    s->starts_with_vowel = s->starts_with_vowel || is_start;
    if (!s->first_vowel) {
        s->first_vowel = vowel_class(letter);
    }
}

static struct skeleton listen(const char *word)
{
    struct skeleton s = {.len = 0};
    for (size_t at = 0; word[at];) {
        const char *sound;
        size_t taken = match_sound(word, at, &sound);
        if (taken > 0) {
            for (; *sound; sound++) {
                hear(&s, *sound);
            }
        } else {
            bool is_glide = word[at] == 'y' && at == 0 && is_one_of(word[1], "aeiou");
            if (is_one_of(word[at], "aeiouy") && !is_glide) {
                hear_vowel(&s, word[at], at == 0);
            } else {
                hear(&s, word[at]);
            }
            taken = 1;
        }
        at += taken;
    }
    return s;
}

void text_phonetic(const char *word, char out[KEY_MAX + 1])
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    bool is_ascii = true;
    for (const char *at = word; *at; at++) {
        hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
        is_ascii = is_ascii && (unsigned char)*at < 0x80;
    }
    if (!is_ascii) { /* no rules for other scripts: only the same word sounds the same */
        (void)snprintf(out, KEY_MAX + 1, "#%07" PRIx32, (uint32_t)(hash >> 36) & 0xFFFFFFF);
        return;
    }
    struct skeleton s = listen(word);
    /* Short names differ in their vowel only (Lee, Lo; Chen, Chan); in long ones vowels are what
     * people misspell. */
    bool needs_vowel = s.len <= 2 && s.first_vowel;
    int at = 0;
    int from = 0;
    if (s.starts_with_vowel) {
        out[at++] = needs_vowel ? s.first_vowel : 'a';
    } else if (needs_vowel) {
        out[at++] = s.sounds[from++];
        out[at++] = s.first_vowel;
    }
    while (from < s.len && at < KEY_MAX) {
        out[at++] = s.sounds[from++];
    }
    out[at] = '\0';
}
