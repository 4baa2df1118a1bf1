/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "support/random.h"

#define FFFD "\xEF\xBF\xBD"
#define ACUTE "\xCC\x81"
#define DOTS "\xCC\x88"
#define WIFE "\xE5\xA6\xBB" /* two cells */
#define FACE "\xF0\x9F\x98\x80"

Test(text, cleans_at_the_door)
{
    static const struct {
        const char *in;
        unsigned flags;
        const char *out;
    } rows[] = {
        {"", TEXT_LINE, ""},
        {"Amoxicillin 500 mg", TEXT_LINE, "Amoxicillin 500 mg"},
        {"Müller", TEXT_LINE, "Müller"},
        {WIFE FACE, TEXT_LINE, WIFE FACE},
        {"a\tb", TEXT_LINE, "a b"},
        {"a\r\nb", TEXT_LINE, "a b"},
        {"a\n\n\t\nb", TEXT_LINE, "a b"},
        {"a \nb", TEXT_LINE, "a  b"},
        {"a\r\nb", TEXT_KEEP_NEWLINES, "a\nb"},
        {"a\n\nb\tc\rd", TEXT_KEEP_NEWLINES, "a\n\nb c d"},
        {"\x1B[31mred", TEXT_LINE, FFFD "[31mred"},
        {"bell\a del\x7F", TEXT_LINE, "bell" FFFD " del" FFFD},
        {"c1 \xC2\x9B"
         "31m",
         TEXT_LINE, "c1 " FFFD "31m"},
        {"dose \xE2\x80\xAE"
         "gm 05",
         TEXT_LINE, "dose " FFFD "gm 05"},
        {"\xE2\x81\xA6iso\xE2\x81\xA9", TEXT_LINE, FFFD "iso" FFFD},
        {"zero\xE2\x80\x8Bwidth\xE2\x80\x8D", TEXT_LINE, "zero" FFFD "width" FFFD},
        {"\xEF\xBB\xBF"
         "bom",
         TEXT_LINE, FFFD "bom"},
        {"soft\xC2\xADhyphen", TEXT_LINE, "soft" FFFD "hyphen"},
        {"tag\xF3\xA0\x81\x81", TEXT_LINE, "tag" FFFD},
        {"line\xE2\x80\xA8para\xE2\x80\xA9", TEXT_LINE, "line" FFFD "para" FFFD},
        {"private\xEE\x80\x80", TEXT_LINE, "private" FFFD},
        {"nonchar\xEF\xBF\xBE", TEXT_LINE, "nonchar" FFFD},
        {"unassigned\xCD\xB8", TEXT_LINE, "unassigned" FFFD},
        {"filler\xE3\x85\xA4", TEXT_LINE, "filler" FFFD},
        {"surrogate\xED\xA0\x80", TEXT_LINE, "surrogate" FFFD FFFD FFFD},
        {"latin1 M\xFCller", TEXT_LINE, "latin1 M" FFFD "ller"},
        {"cut \xE2\x82", TEXT_LINE, "cut " FFFD FFFD},
        {"over\xC0\xAFlong", TEXT_LINE, "over" FFFD FFFD "long"},
        {"e" ACUTE, TEXT_LINE, "e" ACUTE},
        {"e" ACUTE DOTS, TEXT_LINE, "e" ACUTE DOTS},
        {"e" ACUTE DOTS ACUTE, TEXT_LINE, "e" ACUTE DOTS FFFD},
        {"e" ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE "x", TEXT_LINE, "e" ACUTE ACUTE FFFD "x"},
        {ACUTE "x", TEXT_LINE, FFFD "x"},
        {"a\n" ACUTE, TEXT_KEEP_NEWLINES, "a\n" FFFD},
        {"a\n" ACUTE, TEXT_LINE, "a " ACUTE},
        {"Müller 5 µg", TEXT_ASCII, "M?ller 5 ?g"},
        {"e" ACUTE "\xE2\x80\xAE"
         "\xFF",
         TEXT_ASCII, "e???"},
        {"a\n\x01", TEXT_ASCII | TEXT_KEEP_NEWLINES, "a\n?"},
        {"ज़िं", TEXT_LINE, "ज़िं"},
        {"กำ", TEXT_LINE, "กำ"},
        {"\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8\xE1\x86\xA8", TEXT_LINE,
         "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8" FFFD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_changed = false;
        size_t len = strlen(rows[i].in);
        char *out = text_clean(rows[i].in, len, 1000, rows[i].flags, &is_changed);
        cr_assert_str_eq(out, rows[i].out, "row %zu gave '%s'", i, out);
        cr_assert_eq(is_changed, strcmp(rows[i].in, rows[i].out) != 0, "row %zu", i);
        cr_assert(text_is_clean(out), "row %zu", i);
        mem_free(out);
        out = text_clean(rows[i].in, len, 1000, rows[i].flags, NULL);
        mem_free(out);
    }
    bool is_changed = false;
    char *nul = text_clean("a\0b", 3, 10, TEXT_LINE, &is_changed);
    cr_assert_str_eq(nul, "a" FFFD "b");
    cr_assert(is_changed);
    mem_free(nul);
}

Test(text, judges_cleanness_without_changing_anything)
{
    static const struct {
        const char *text;
        bool is_clean;
    } rows[] = {{"", true},
                {"plain", true},
                {"two\nlines", true},
                {"Müller " WIFE, true},
                {"tab\t", false},
                {"a\r\n", false},
                {"\x1B[2J", false},
                {"\xFF", false},
                {"e" ACUTE ACUTE ACUTE, false},
                {"\xE2\x80\xAE", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(text_is_clean(rows[i].text), rows[i].is_clean, "row %zu", i);
    }
}

Test(text, cuts_between_clusters)
{
    static const struct {
        const char *in;
        size_t max_bytes;
        const char *out;
    } rows[] = {
        {"abcdef", 3, "abc"},
        {"abc", 0, ""},
        {"aé", 2, "a"},
        {"aé", 3, "aé"},
        {"ae" ACUTE, 2, "a"},
        {"ae" ACUTE, 3, "a"},
        {"ae" ACUTE, 4, "ae" ACUTE},
        {"ae" ACUTE DOTS "b", 5, "a"},
        {WIFE WIFE, 5, WIFE},
        {"a\x01", 3, "a"},
        {"a\x01", 4, "a" FFFD},
        {"\xF0\x9F\x87\xAC\xF0\x9F\x87\xA7x", 7, ""}, /* a flag is one cluster */
        {"\xF0\x9F\x87\xAC\xF0\x9F\x87\xA7x", 8, "\xF0\x9F\x87\xAC\xF0\x9F\x87\xA7"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_changed = false;
        char *out = text_clean(rows[i].in, strlen(rows[i].in), rows[i].max_bytes, TEXT_LINE,
                               &is_changed);
        cr_assert_str_eq(out, rows[i].out, "row %zu gave '%s'", i, out);
        cr_assert_eq(is_changed, strcmp(out, rows[i].in) != 0, "row %zu", i);
        mem_free(out);
    }
}

/* Random bytes, with what hurts most mixed in. */
static size_t any_bytes(struct random *r, char *out, size_t size)
{
    static const char *const pieces[] = {ACUTE,
                                         DOTS,
                                         WIFE,
                                         FACE,
                                         FFFD,
                                         "\r\n",
                                         "\t",
                                         "\n",
                                         "\x1B[",
                                         "\xE2\x80\xAE",
                                         "\xC2\x9B",
                                         "a",
                                         "Z",
                                         " ",
                                         "\xED\xA0\x80",
                                         "\xF0\x9F\x87\xAC",
                                         "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD",
                                         "\xE2\x80\x8D",
                                         "\xEF\xB8\x8F",
                                         "\xE1\x84\x80",
                                         "\xE1\x85\xA1",
                                         "\xE0\xA4\xBF",
                                         "\xE0\xA5\x8D",
                                         "\xD8\x80",
                                         "\xF0\x9F",
                                         "\xE3\x85\xA4"};
    size_t len = 0;
    size_t target = random_below(r, size - 8);
    while (len < target) {
        if (random_below(r, 3) == 0) {
            out[len++] = (char)random_below(r, 256);
        } else if (random_below(r, 2) == 0) {
            len += utf8_encode((int32_t)random_below(r, random_below(r, 4) ? 0x3000 : 0x110000),
                               out + len);
        } else {
            const char *piece = pieces[random_below(r, sizeof pieces / sizeof *pieces)];
            size_t piece_len = strlen(piece);
            memcpy(out + len, piece, piece_len);
            len += piece_len;
        }
    }
    return len;
}

static void check_placement(const char *text, int cells, uint64_t seed)
{
    int used = -1;
    size_t prefix = text_prefix_bytes(text, cells, &used);
    cr_assert(used >= 0 && used <= cells && prefix <= strlen(text), "seed %llu",
              (unsigned long long)seed);
    char small[24], buf[512];
    (void)text_fit(text, cells, false, buf, sizeof buf);
    cr_assert_eq(text_width_cells(buf), cells, "fit to %d, seed %llu", cells,
                 (unsigned long long)seed);
    (void)text_fit(text, cells, true, small, sizeof small);
    cr_assert_lt(strlen(small), sizeof small);
    size_t at = 0;
    while (text[at]) {
        size_t next = text_next(text, at);
        cr_assert_gt(next, at, "seed %llu", (unsigned long long)seed);
        cr_assert_eq(text_previous(text, next), at, "back from %zu, seed %llu", next,
                     (unsigned long long)seed);
        at = next;
    }
    cr_assert_eq(at, strlen(text));
}

Test(text, is_always_clean_after_cleaning)
{
    struct random r = random_start("text_clean");
    for (int i = 0; i < 100000; i++) {
        char bytes[72];
        size_t len = any_bytes(&r, bytes, sizeof bytes);
        size_t max_bytes = random_below(&r, 3) ? 1000 : random_below(&r, 40);
        unsigned flags = (unsigned)random_below(&r, 4);
        bool is_changed, is_changed_again;
        char *once = text_clean(bytes, len, max_bytes, flags, &is_changed);
        size_t once_len = strlen(once);
        cr_assert_leq(once_len, max_bytes, "seed %llu", (unsigned long long)r.seed);
        cr_assert(text_is_clean(once), "step %d, seed %llu", i, (unsigned long long)r.seed);
        cr_assert_eq(is_changed, once_len != len || memcmp(once, bytes, len) != 0, "seed %llu",
                     (unsigned long long)r.seed);
        char *twice = text_clean(once, once_len, max_bytes, flags, &is_changed_again);
        cr_assert_str_eq(twice, once, "step %d, seed %llu", i, (unsigned long long)r.seed);
        cr_assert_not(is_changed_again);
        for (const char *at = once; *at; at++) {
            bool is_control = (unsigned char)*at < 0x20 || *at == 0x7F;
            cr_assert(!is_control || (*at == '\n' && (flags & TEXT_KEEP_NEWLINES)), "seed %llu",
                      (unsigned long long)r.seed);
            cr_assert(!(flags & TEXT_ASCII) || (unsigned char)*at < 0x7F, "seed %llu",
                      (unsigned long long)r.seed);
        }
        cr_assert_geq(text_width_cells(once), 0, "seed %llu", (unsigned long long)r.seed);
        check_placement(once, (int)random_below(&r, 40), r.seed);
        mem_free(twice);
        mem_free(once);
        bytes[len] = '\0'; /* measuring raw bytes must be safe too */
        cr_assert_geq(text_width_cells(bytes), 0, "seed %llu", (unsigned long long)r.seed);
        check_placement(bytes, (int)random_below(&r, 40), r.seed);
    }
}

Test(text, measures_cells)
{
    static const struct {
        const char *text;
        int cells;
    } rows[] = {
        {"", 0},
        {"abc", 3},
        {"Müller", 6},
        {"Mu" DOTS "ller", 6},
        {WIFE, 2},
        {FACE, 2},
        {"e" ACUTE DOTS, 1},
        {FFFD, 1},
        {"\xEF\xBC\xA1", 2},
        {"\xEF\xBD\xB1", 1},
        {"가", 2},
        {"日本語", 6},
        {"\xFF\xFE", 2},
        {"µg", 2},
        {"½", 1},
        {"नमस्ते", 4},
        {"नि", 2},
        {"שלום", 4},
        {"…", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(text_width_cells(rows[i].text), rows[i].cells, "'%s': %d", rows[i].text,
                     text_width_cells(rows[i].text));
    }
}

/* curses places by wcwidth(): a difference would shift the rest of the line. A few newer characters
 * may differ. */
Test(text, measures_as_the_c_library_does)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        cr_skip_test("no C.UTF-8 locale here");
    }
    int differing = 0;
    int known = 0;
    for (int32_t code = 0x20; code <= 0x10FFFF; code++) {
        char text[6] = "a"; /* the base of a mark */
        text[1 + utf8_encode(code, text + 1)] = '\0';
        int cells = wcwidth((wchar_t)code);
        if (cells >= 0 && text_is_clean(text)) {
            known++;
            differing += cells != text_width_cells(text) - 1;
        }
    }
    cr_assert_gt(known, 100000);
    cr_assert_leq(differing, 50, "%d of %d", differing, known);
}

Test(text, takes_whole_clusters_that_fit)
{
    static const struct {
        const char *text;
        int max_cells;
        size_t bytes;
        int cells;
    } rows[] = {{"abc", 2, 2, 2},         {"abc", 9, 3, 3},    {"abc", 0, 0, 0},
                {"abc", -1, 0, 0},        {WIFE "a", 1, 0, 0}, {WIFE "a", 2, 3, 2},
                {"e" ACUTE "x", 1, 3, 1}, {"a" WIFE, 2, 1, 1}, {WIFE WIFE, 3, 3, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int cells = -1;
        cr_assert_eq(text_prefix_bytes(rows[i].text, rows[i].max_cells, &cells), rows[i].bytes,
                     "row %zu", i);
        cr_assert_eq(cells, rows[i].cells, "row %zu", i);
        cr_assert_eq(text_prefix_bytes(rows[i].text, rows[i].max_cells, NULL), rows[i].bytes,
                     "row %zu", i);
    }
}

Test(text, fits_a_column_exactly)
{
    static const struct {
        const char *text;
        int cells;
        bool is_ascii;
        const char *out;
    } rows[] = {
        {"abc", 5, false, "abc  "},
        {"abc", 3, false, "abc"},
        {"abcd", 3, false, "ab…"},
        {"abcd", 3, true, "ab~"},
        {"abcd", 1, false, "…"},
        {"abcd", 0, false, ""},
        {"", 2, false, "  "},
        {"abcd", -3, false, ""},
        {WIFE WIFE, 3, false, WIFE "…"},
        {WIFE WIFE, 2, false, "… "},
        {"a" WIFE, 2, true, "a~"},
        {"e" ACUTE "xyz", 2, false, "e" ACUTE "…"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buf[64];
        cr_assert_str_eq(text_fit(rows[i].text, rows[i].cells, rows[i].is_ascii, buf, sizeof buf),
                         rows[i].out, "row %zu gave '%s'", i, buf);
    }
    char tiny[4];
    cr_assert_str_eq(text_fit(WIFE WIFE, 8, false, tiny, sizeof tiny), WIFE,
                     "a small buffer holds whole clusters");
    cr_assert_str_eq(text_fit("abcdefgh", 8, false, tiny, sizeof tiny), "abc");
    cr_assert_str_eq(text_fit("abc", 3, false, tiny, 0), "");
}

Test(text, steps_by_clusters)
{
    const char *text = "e" ACUTE WIFE "\xF0\x9F\x87\xAC\xF0\x9F\x87\xA7"
                       "\nx";
    static const size_t places[] = {0, 3, 6, 14, 15, 16};
    for (size_t i = 0; i + 1 < sizeof places / sizeof *places; i++) {
        cr_assert_eq(text_next(text, places[i]), places[i + 1], "from %zu", places[i]);
        cr_assert_eq(text_previous(text, places[i + 1]), places[i], "back from %zu", places[i + 1]);
    }
    cr_assert_eq(text_next(text, 16), 16, "the end stays the end");
    cr_assert_eq(text_previous(text, 0), 0);
}

Test(text, drops_what_a_byte_limit_left_of_a_character)
{
    static const struct {
        const char *in, *out;
    } rows[] = {{"", ""},           {"abc", "abc"}, {"aé", "aé"},           {"a\xC3", "a"},
                {"a\xE2\x80", "a"}, {"a\xE2", "a"}, {"a\xF0\x9F\x98", "a"}, {"a" FACE, "a" FACE},
                {"\xF0", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = mem_copy_text(rows[i].in);
        text_drop_cut(text);
        cr_assert_str_eq(text, rows[i].out, "row %zu", i);
        mem_free(text);
    }
}

Test(text, trims_in_place)
{
    static const struct {
        const char *in, *out;
    } rows[] = {{"", ""}, {"   ", ""}, {" a b ", "a b"}, {"\t\r\nx\n", "x"}, {"x", "x"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = mem_copy_text(rows[i].in);
        cr_assert_str_eq(text_trim(text), rows[i].out, "row %zu", i);
        mem_free(text);
    }
}
