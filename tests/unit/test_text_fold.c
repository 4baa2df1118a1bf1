/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/random.h"

Test(text_fold, folds_for_search)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", ""},
        {"O'Brien-Smith", "o brien smith"},
        {"  Müller,  JÖRG ", "muller jorg"},
        {"Mu\xCC\x88ller", "muller"},
        {"Straße", "strasse"},
        {"STRASSE", "strasse"},
        {"Ørsted Æbelø", "orsted aebelo"},
        {"Łukasz", "lukasz"},
        {"Đorđe", "dorde"},
        {"Þór", "thor"},
        {"İstanbul ısı", "istanbul isi"},
        {"Œuvre", "oeuvre"},
        {"ﬁne", "fine"},
        {"Ａｂｃ１２", "abc12"},
        {"ΣΊΣΥΦΟΣ", "σισυφοσ"},
        {"Σίσυφος", "σισυφοσ"},
        {"Иванов", "иванов"},
        {"Nguyễn", "nguyen"},
        {"500 mg/5 mL", "500 mg 5 ml"},
        {"...", ""},
        {"a\xFF"
         "b",
         "a b"},
        {"½", "1 2"},
        {"日本語", "日本語"},
        {"a\xE2\x80\x8B"
         "b",
         "a b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *out = text_fold(rows[i].in);
        cr_assert_str_eq(out, rows[i].out, "'%s' gave '%s'", rows[i].in, out);
        mem_free(out);
    }
    cr_assert(text_equal_folded("MÜLLER", "muller"));
    cr_assert(text_equal_folded("", "-"));
    cr_assert_not(text_equal_folded("Muller", "Miller"));
}

Test(text_fold, is_idempotent_on_any_bytes)
{
    struct random r = random_start("text_fold");
    for (int i = 0; i < 20000; i++) {
        char bytes[40];
        size_t len = random_below(&r, sizeof bytes - 1);
        for (size_t at = 0; at < len; at++) {
            bytes[at] = (char)(1 + random_below(&r, random_below(&r, 2) ? 127 : 255));
        }
        bytes[len] = '\0';
        char *once = text_fold(bytes);
        char *twice = text_fold(once);
        cr_assert_str_eq(twice, once, "seed %llu", (unsigned long long)r.seed);
        size_t folded = strlen(once);
        cr_assert(folded == 0 || (once[0] != ' ' && once[folded - 1] != ' '), "seed %llu",
                  (unsigned long long)r.seed);
        cr_assert_null(strstr(once, "  "), "seed %llu", (unsigned long long)r.seed);
        mem_free(twice);
        mem_free(once);
    }
}

static void key_of(const char *name, char out[9])
{
    char *folded = text_fold(name);
    text_phonetic(folded, out);
    mem_free(folded);
}

Test(text_fold, hears_names_that_sound_alike)
{
    static const char *const pairs[][2] = {
        {"Nguyen", "Nguien"},
        {"Okafor", "Okafour"},
        {"Smith", "Smyth"},
        {"Smith", "Smithe"},
        {"Schmidt", "Schmitt"},
        {"Meier", "Meyer"},
        {"Thompson", "Tompson"},
        {"Thomas", "Tomas"},
        {"Stephen", "Steven"},
        {"Philip", "Filip"},
        {"Catherine", "Katharine"},
        {"Mohammed", "Muhammad"},
        {"Ahmed", "Ahmad"},
        {"Khan", "Kahn"},
        {"Jon", "John"},
        {"Reid", "Read"},
        {"Lee", "Leigh"},
        {"Wright", "Right"},
        {"Knight", "Night"},
        {"Braun", "Brown"},
        {"Ivanov", "Ivanoff"},
        {"Schultz", "Schulz"},
        {"Kowalczyk", "Kowalchik"},
        {"Szymanski", "Shimanski"},
        {"Geoffrey", "Jeffrey"},
        {"Christensen", "Kristensen"},
        {"McDonald", "MacDonald"},
        {"Vaughan", "Vaughn"},
        {"Moore", "More"},
        {"Becker", "Beker"},
        {"Johansson", "Johanson"},
        {"Müller", "Mueller"},
        {"Gonzalez", "Gonzales"},
        {"Kowalski", "Kovalski"},
        {"Allan", "Alan"},
        {"Rhodes", "Rodes"},
        {"Xavier", "Savier"},
        {"Yusuf", "Yousuf"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char a[9], b[9];
        key_of(pairs[i][0], a);
        key_of(pairs[i][1], b);
        cr_assert_str_eq(a, b, "%s gave %s, %s gave %s", pairs[i][0], a, pairs[i][1], b);
        cr_assert_gt(strlen(a), 0);
    }
}

Test(text_fold, tells_other_names_apart)
{
    static const char *const pairs[][2] = {
        {"Ward", "Ford"},
        {"Chen", "Chan"},
        {"Wang", "Wong"},
        {"Lee", "Lo"},
        {"Kim", "Kam"},
        {"Brown", "Green"},
        {"Miller", "Muller-Hansen"},
        {"Garcia", "Gomez"},
        {"Patel", "Pinto"},
        {"Anna", "Hanna"},
        {"Smith", "Schmidt"},
        {"Baker", "Parker"},
        {"Martin", "Marten-Berg"},
        {"Davis", "Daniels"},
        {"Rossi", "Ricci"},
        {"Taylor", "Tyrell"},
        {"Nguyen", "Tran"},
        {"Adams", "Evans"},
        {"Иванов", "Петров"},
        {"Иванов", "Ivanov"},
        {"Cole", "Cook"},
        {"Jones", "James"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char a[9], b[9];
        key_of(pairs[i][0], a);
        key_of(pairs[i][1], b);
        cr_assert_str_neq(a, b, "%s and %s gave %s", pairs[i][0], pairs[i][1], a);
    }
}

Test(text_fold, keys_are_short_ascii_whatever_comes)
{
    struct random r = random_start("phonetic");
    for (int i = 0; i < 50000; i++) {
        char word[40];
        size_t len = random_below(&r, sizeof word - 1);
        for (size_t at = 0; at < len; at++) {
            word[at] = (char)(random_below(&r, 20) ? 'a' + random_below(&r, 26)
                                                   : 1 + random_below(&r, 255));
        }
        word[len] = '\0';
        char key[9], again[9];
        memset(key, 'X', sizeof key);
        text_phonetic(word, key);
        cr_assert_not_null(memchr(key, '\0', sizeof key), "seed %llu", (unsigned long long)r.seed);
        for (const char *at = key; *at; at++) {
            cr_assert((unsigned char)*at < 0x80, "seed %llu", (unsigned long long)r.seed);
        }
        text_phonetic(word, again);
        cr_assert_str_eq(again, key);
    }
    char key[9];
    text_phonetic("", key);
    cr_assert_str_eq(key, "");
}
