/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "model/order_line.h"
#include "model/order_line_words.h"
#include "support/random.h"

#define LINES_FILE PC_SRCDIR "/tests/unit/order_lines.tsv"
#define HEADER                                                                           \
    "line\tmeanings\tdrug\tsentence\telse\tnot understood\tsafe spellings\twarnings (! " \
    "blocks)\tready\n"

static struct order_line parse(const char *text)
{
    struct order_line line;
    cr_assert_eq(order_line_parse(text, NULL, &line, NULL), STATUS_OK, "%s", text);
    return line;
}

static const char *const warning_names[] = {"",
#define NAME(name, blocks, text) #name,
                                            ORDER_LINE_WARNING_LIST(NAME)
#undef NAME
};

/* One row of order_lines.tsv: all that a person reviewed. */
static void append_row(struct buffer *out, const char *text)
{
    static const char letters[] = "?DSFAURPTHMNQXIJ#RC.";
    char sentence[SIG_TEXT_MAX];
    struct order_line line = parse(text);
    buffer_append_format(out, "%s\t", text);
    for (size_t i = 0; i < line.span_count; i++) {
        buffer_append_byte(out, letters[line.spans[i].meaning]);
    }
    buffer_append_format(out, "\t%s\t%s\t", line.drug, sig_format(&line.sig, sentence));
    buffer_append_format(out, "%s%s%s%s", *line.site ? "at:" : "", line.site,
                         *line.indication ? "for:" : "", line.indication);
    if (line.quantity >= 0) {
        buffer_append_format(out, "#%d%s", line.quantity, unit_word(line.quantity_unit));
    }
    if (line.refills >= 0) {
        buffer_append_format(out, " r%d", line.refills);
    }
    buffer_append_byte(out, '\t');
    for (size_t i = 0, count = 0; i < line.span_count; i++) {
        const struct order_line_span *span = &line.spans[i];
        if (span->meaning == ORDER_LINE_UNKNOWN) {
            buffer_append_format(out, "%s%.*s", count++ > 0 ? " | " : "", span->end - span->start,
                                 text + span->start);
        }
    }
    buffer_append_byte(out, '\t');
    for (size_t i = 0, count = 0; i < line.warning_count; i++) {
        if (line.warnings[i].safe != NULL) {
            buffer_append_format(out, "%s%s", count++ > 0 ? " | " : "", line.warnings[i].safe);
        }
    }
    buffer_append_byte(out, '\t');
    for (size_t i = 0; i < line.warning_count; i++) {
        enum order_line_warning_kind kind = line.warnings[i].kind;
        buffer_append_format(out, "%s%s%s", i > 0 ? " " : "",
                             order_line_warning_blocks(kind) ? "!" : "", warning_names[kind]);
    }
    buffer_append_format(out, "\t%s\n", order_line_is_ready(&line) ? "ready" : "");
}

/* UPDATE_GOLDENS=1 writes the rows anew from their first column: read the difference. */
Test(order_line, reads_lines_as_a_person_reviewed_them)
{
    struct buffer file = BUFFER_INIT;
    struct buffer now = BUFFER_INIT;
    size_t count = 0;
    cr_assert_eq(buffer_read_file(&file, LINES_FILE, 1 << 20, NULL), STATUS_OK);
    buffer_append_text(&now, HEADER);
    char *row = strchr(file.bytes, '\n') + 1;
    for (char *end; (end = strchr(row, '\n')) != NULL; row = end + 1, count++) {
        struct buffer expect = BUFFER_INIT;
        struct buffer actual = BUFFER_INIT;
        buffer_append(&expect, row, (size_t)(end - row) + 1);
        row[strcspn(row, "\t\n")] = '\0';
        append_row(&actual, row);
        append_row(&now, row);
        if (getenv("UPDATE_GOLDENS") == NULL) {
            cr_expect_str_eq(actual.bytes, expect.bytes, "row %zu\n%s%s", count + 2, actual.bytes,
                             expect.bytes);
        }
        buffer_release(&expect);
        buffer_release(&actual);
    }
    cr_assert_geq(count, 200);
    if (getenv("UPDATE_GOLDENS") != NULL) {
        FILE *out = fopen(LINES_FILE, "w");
        cr_assert_not_null(out);
        fputs(now.bytes, out);
        fclose(out);
    }
    buffer_release(&file);
    buffer_release(&now);
}

Test(order_line, fills_every_field_of_an_order)
{
    struct order_line line = parse("amox 500 mg tid 7d #21 r0");
    cr_assert_str_eq(line.drug, "amox");
    cr_assert_eq(decimal_compare(line.sig.dose, decimal_from_int(500)), 0);
    cr_assert_eq(line.sig.unit, UNIT_MG);
    cr_assert_eq(line.sig.kind, SCHEDULE_KIND_WALL);
    cr_assert_eq(line.sig.times_count, 3);
    cr_assert_eq(line.sig.times_min[1], 14 * 60);
    cr_assert_str_eq(line.sig.timing_word, "tid");
    cr_assert_eq(line.sig.duration_days, 7);
    cr_assert_eq(line.quantity, 21);
    cr_assert_eq(line.refills, 0);
    cr_assert(order_line_is_ready(&line));
    static const struct order_line_span spans[] = {
        {0, 4, ORDER_LINE_DRUG},     {5, 8, ORDER_LINE_AMOUNT},     {9, 11, ORDER_LINE_UNIT},
        {12, 15, ORDER_LINE_TIMING}, {16, 18, ORDER_LINE_DURATION}, {19, 22, ORDER_LINE_QUANTITY},
        {23, 25, ORDER_LINE_REFILLS}};
    cr_assert_eq(line.span_count, sizeof spans / sizeof *spans);
    for (size_t i = 0; i < line.span_count; i++) {
        cr_assert(line.spans[i].start == spans[i].start && line.spans[i].end == spans[i].end &&
                      line.spans[i].meaning == spans[i].meaning,
                  "span %zu", i);
    }
    line = parse("q6h prn pain max 4");
    cr_assert_eq(line.sig.kind, SCHEDULE_KIND_PRN);
    cr_assert_eq(line.sig.interval_min, 360);
    cr_assert_eq(line.sig.max_times_per_day, 4);
    cr_assert_str_eq(line.sig.prn_reason, "pain");
    line = parse("1-2 tab po q4-6h prn");
    cr_assert_eq(decimal_compare(line.sig.dose_high, decimal_from_int(2)), 0);
    cr_assert_eq(line.sig.interval_high_min, 360);
    line = parse("40 mg/kg/day divided tid");
    cr_assert_eq(line.sig.weight_basis, WEIGHT_BASIS_PER_DAY);
    cr_assert(decimal_is_zero(line.sig.dose));
}

/* A slip must stop the order, whatever else was understood. */
Test(order_line, is_not_ready_when_anything_is_doubtful)
{
    static const char *const lines[] = {
        "amox 500 tid",
        "heparin 1,000 units bid",
        "heparin 1.000 units bid",
        "levothyroxine 12.500 mcg daily",
        "gentamicin 5 mg/kg q8h",
        "gentamicin 5 mg/kg/d q8h",
        "10 mg per m2 daily",
        "10 mg/min daily",
        "prednisone 5 mg daily except sunday",
        "prednisone 40 mg daily then 20 mg daily",
        "warfarin 5 mg daily or 7.5 mg daily",
        "digoxin 125 mcg daily hold if dizzy",
        "methotrexate 15 mg weekly daily",
        "methotrexate 15 mg daily weekly",
        "methotrexate 15 mg daily every week",
        "methotrexate 15 mg q7d daily",
        "5 mg bid tid",
        "5 mg 10 mg bid",
        "5 mg qam 10 mg qhs",
        "5 mg po iv bid",
        "5 mg od",
        "5 mg biweekly",
        "5 mg monthly",
        "5 mg tiw",
        "5 mg three times weekly",
        "5 mg bid x5",
        "5 mg bid 8 am",
        "metformin bid 1000",
        "2 tabs q6h prn pain max 8",
        "5 mg q6h prn pain max 2 tabs",
        "5 mg q6h prn pain max 1,000 mg",
        "5 mg daily foo",
        "lisinopril 5 mg foo daily",
        "5 mg q6 daily",
        "5 mg q4-6",
        "-5 mg daily",
        "1-10 tabs daily",
        "1//2 tab daily",
        "1/3 tab daily",
        "0 mg daily",
        "007 mg daily",
        "70 kg daily",
        "2 tsp daily",
        "5 gr daily",
        "5 mg not daily",
        "5 mg daily if npo",
        "5 mg stop daily",
        "5 mg",
        "",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct order_line line = parse(lines[i]);
        char text[SIG_TEXT_MAX];
        cr_expect_not(order_line_is_ready(&line), "%s: %s", lines[i], sig_format(&line.sig, text));
    }
}

static void check_covered(const char *text, const struct order_line *line, uint64_t seed)
{
    size_t at = 0;
    for (size_t i = 0; i <= line->span_count; i++) {
        size_t start = i < line->span_count ? line->spans[i].start : strlen(text);
        cr_assert_leq(at, start, "seed %lu: spans overlap in '%s'", (unsigned long)seed, text);
        for (; at < start; at++) {
            bool is_space = strchr(" \t\r\n\xc2\xa0\xe2\x80\x89\xaf", text[at]) != NULL;
            cr_assert(is_space, "seed %lu: byte %zu is in no span of '%s'", (unsigned long)seed, at,
                      text);
        }
        if (i < line->span_count) {
            cr_assert_lt(line->spans[i].start, line->spans[i].end, "seed %lu: '%s'",
                         (unsigned long)seed, text);
            at = line->spans[i].end;
        }
    }
    cr_assert_eq(at, strlen(text), "seed %lu: '%s'", (unsigned long)seed, text);
}

static void check_consistent(const char *text, const struct order_line *line, uint64_t seed)
{
    size_t unknown = 0;
    for (size_t i = 0; i < line->span_count; i++) {
        unknown += line->spans[i].meaning == ORDER_LINE_UNKNOWN;
    }
    cr_assert_eq(unknown, line->unknown_count, "seed %lu: '%s'", (unsigned long)seed, text);
    for (size_t i = 0; i < line->warning_count; i++) {
        uint16_t span = line->warnings[i].span;
        cr_assert(span == ORDER_LINE_NO_SPAN || span < line->span_count, "seed %lu: '%s'",
                  (unsigned long)seed, text);
    }
    if (!order_line_is_ready(line)) {
        return;
    }
    char sentence[SIG_TEXT_MAX];
    struct sig back;
    cr_assert_eq(unknown, 0);
    cr_assert_neq(*sig_format(&line->sig, sentence), '\0', "seed %lu: '%s'", (unsigned long)seed,
                  text);
    char *json = sig_to_json(&line->sig);
    cr_assert_eq(sig_from_json(json, &back, NULL), STATUS_OK, "seed %lu: '%s': %s",
                 (unsigned long)seed, text, json);
    cr_assert(sig_equal(&back, &line->sig), "seed %lu: '%s': %s", (unsigned long)seed, text, json);
    mem_free(json);
}

static void append_random_piece(struct buffer *out, struct random *r)
{
    static const char *const pieces[] = {
        "amox",  "vitamin d", "b12",   "5-fu",    "500",      "0.5",
        ".5",    "5.0",       "1,000", "2,5",     "1-2",      "5/325",
        "1/2",   "½",         "mg",    "mcg",     "µg",       "units",
        "U",     "mL",        "tab",   "patch",   "mg/kg",    "mg/kg/day",
        "mg/5",  "%",         "kg",    "per",     "kg",       "day",
        "q6h",   "q4-6h",     "q",     "6",       "h",        "x7d",
        "x",     "7",         "d",     "days",    "#21",      "#",
        "r0",    "refills",   "max",   "4",       "/day",     "08:00",
        "24:00", "0800",      "8am",   "pm",      "-",        "to",
        "and",   ",",         ";",     ".",       "(",        ")",
        "@",     "for",       "pain",  "then",    "\xc2\xa0", "\xff",
        "\x01",  "×",         "–",     "million", "1e9",      "999999999999999999999",
        "0",     "00",        "q0h",   "1.2.3"};
    static const char *const joints[] = {" ", " ", " ", " ",           "", "  ", ",",
                                         "/", "-", ".", "\xe2\x80\x89"};
    uint64_t kind = random_below(r, 10);
    if (kind < 4) {
        size_t count = 0;
        while (order_word_at(count) != NULL) {
            count++;
        }
        buffer_append_text(out, order_word_at(random_below(r, count))->text);
    } else if (kind < 9) {
        buffer_append_text(out, pieces[random_below(r, sizeof pieces / sizeof *pieces)]);
    } else {
        for (uint64_t i = random_below(r, 6); i > 0; i--) {
            buffer_append_byte(out, (char)(1 + random_below(r, 255)));
        }
    }
    buffer_append_text(out, joints[random_below(r, sizeof joints / sizeof *joints)]);
}

Test(order_line, drops_no_byte_of_any_line)
{
    struct random r = random_start("order_line");
    struct buffer text = BUFFER_INIT;
    size_t ready = 0;
    for (int round = 0; round < 100000; round++) {
        struct order_line line;
        struct order_line_options options = {.is_drug_known = random_below(&r, 2) == 0};
        buffer_clear(&text);
        for (uint64_t i = random_below(&r, 12); i > 0; i--) {
            append_random_piece(&text, &r);
        }
        if (text.len == 0) {
            buffer_append_text(&text, "");
        }
        if (text.len > ORDER_LINE_MAX) {
            text.bytes[ORDER_LINE_MAX] = '\0';
        }
        cr_assert_eq(order_line_parse(text.bytes, &options, &line, NULL), STATUS_OK);
        check_covered(text.bytes, &line, r.seed);
        check_consistent(text.bytes, &line, r.seed);
        ready += order_line_is_ready(&line);
    }
    cr_assert_gt(ready, 0, "no generated line was an order: the test tests too little");
    buffer_release(&text);
}

Test(order_line, refuses_a_line_that_is_too_long)
{
    char text[ORDER_LINE_MAX + 2];
    struct order_line line;
    memset(text, 'a', sizeof text);
    text[ORDER_LINE_MAX] = '\0';
    cr_assert_eq(order_line_parse(text, NULL, &line, NULL), STATUS_OK);
    cr_assert_eq(strlen(line.drug), ORDER_LINE_MAX);
    text[ORDER_LINE_MAX] = 'a';
    text[ORDER_LINE_MAX + 1] = '\0';
    cr_assert_eq(order_line_parse(text, NULL, &line, NULL), STATUS_LIMIT);
    cr_assert_eq(line.span_count, 0);
    for (size_t i = 0; i < ORDER_LINE_MAX; i++) {
        text[i] = ','; /* the most spans a line can have, and a warning for none */
    }
    text[ORDER_LINE_MAX] = '\0';
    cr_assert_eq(order_line_parse(text, NULL, &line, NULL), STATUS_OK);
    cr_assert_eq(line.span_count, ORDER_LINE_MAX);
}

Test(order_line, stops_counting_warnings_and_says_so)
{
    static const char pair[] = "od qd ";
    char text[ORDER_LINE_MAX + 1];
    struct order_line line;
    for (size_t i = 0; i < ORDER_LINE_MAX; i++) {
        text[i] = pair[i % (sizeof pair - 1)];
    }
    text[ORDER_LINE_MAX] = '\0';
    cr_assert_eq(order_line_parse(text, NULL, &line, NULL), STATUS_OK);
    cr_assert_eq(line.warning_count, ORDER_LINE_WARNINGS_MAX);
    cr_assert_eq(line.warnings[ORDER_LINE_WARNINGS_MAX - 1].kind, ORDER_LINE_WARNING_TOO_MANY);
    cr_assert_not(order_line_is_ready(&line));
}

Test(order_line, uses_the_sites_times_and_the_chosen_drug)
{
    struct timing_table times = timing_table_default();
    struct order_line line;
    cr_assert_eq(timing_table_set(&times, "bid", "09:00 21:00", NULL), STATUS_OK);
    struct order_line_options options = {.times = &times, .is_drug_known = true, .unit = UNIT_MG};
    cr_assert_eq(order_line_parse("500 bid", &options, &line, NULL), STATUS_OK);
    cr_assert_eq(line.sig.times_min[0], 9 * 60);
    cr_assert_eq(line.sig.unit, UNIT_MG);
    cr_assert(order_line_is_ready(&line));
    cr_assert_eq(order_line_parse("amox 500 bid", &options, &line, NULL), STATUS_OK);
    cr_assert_eq(line.unknown_count, 1, "the drug is chosen: a second name is not understood");
    cr_assert_str_eq(line.drug, "");
}

Test(order_line, has_no_word_twice_and_labels_everything)
{
    struct order_word_index index;
    order_word_index_fill(&index);
    for (size_t i = 0; order_word_at(i) != NULL; i++) {
        size_t tokens;
        cr_expect_eq(order_word_find(&index, order_word_at(i)->text, &tokens), order_word_at(i),
                     "%s is there twice", order_word_at(i)->text);
        cr_expect_lt(strlen(order_word_at(i)->safe != NULL ? order_word_at(i)->safe : ""), 48);
    }
    for (int i = 0; i < ORDER_LINE_MEANING_COUNT; i++) {
        cr_expect_gt(strlen(order_line_meaning_label((enum order_line_meaning)i)), 2, "meaning %d",
                     i);
    }
    for (int i = 1; i < ORDER_LINE_WARNING_COUNT; i++) {
        cr_expect_gt(strlen(order_line_warning_text((enum order_line_warning_kind)i)), 8,
                     "warning %d", i);
    }
}

Test(order_line, parses_within_20_microseconds)
{
    static const char *const lines[] = {
        "amox 500 tid 7d #21 r0",
        "warf 5 mg daily 18:00",
        "acetaminophen 650 mg q4-6h prn pain nte 3000 mg in 24 hours",
        ("hydrocodone/apap 5/325 1-2 tab po q4-6h prn pain not relieved by tylenol max 8 tabs/day "
         "for 10 days #30 r0"),
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        double best = 1e9;
        for (int round = 0; round < 15; round++) {
            struct order_line line;
            int64_t begin_us = clock_monotonic_us();
            for (int k = 0; k < 200; k++) {
                cr_assert_eq(order_line_parse(lines[i], NULL, &line, NULL), STATUS_OK);
            }
            double took = (double)(clock_monotonic_us() - begin_us) / 200;
            best = took < best ? took : best;
        }
        fprintf(stderr, "order line of %zu bytes: %.1f us\n", strlen(lines[i]), best);
#ifndef PC_SANITIZED
        cr_assert_leq(best, 20.0, "%s", lines[i]);
#endif
    }
}

/* Every reviewed line that is ready: what is written for its directions is read as the same ones. */
Test(order_line, is_written_so_that_it_reads_back_the_same)
{
    struct buffer file = BUFFER_INIT;
    FILE *lines = fopen(LINES_FILE, "r");
    char row[2000], words[ORDER_LINE_MAX + 1], before[SIG_TEXT_MAX], after[SIG_TEXT_MAX];
    int ready = 0, written = 0;
    cr_assert_not_null(lines);
    while (fgets(row, sizeof row, lines) != NULL) {
        row[strcspn(row, "\t\n")] = '\0';
        struct order_line line = parse(row);
        if (!order_line_is_ready(&line)) {
            continue;
        }
        ready++;
        if (!order_line_write(&line.sig, NULL, words, sizeof words)) {
            cr_expect_str_eq(words, "", "\"%s\": a line that is not right was left behind", row);
            buffer_append_format(&file, "%s | ", row);
            continue;
        }
        written++;
        struct order_line again = parse(words);
        cr_expect_eq(again.unknown_count, 0, "\"%s\" -> \"%s\"", row, words);
        cr_expect_str_eq(sig_format(&again.sig, after), sig_format(&line.sig, before), "\"%s\" -> \"%s\"", row, words);
    }
    fclose(lines);
    cr_assert_gt(ready, 200);
    cr_assert_geq(written * 100, ready * 97, "%d of %d; not: %s", written, ready, file.bytes);
    buffer_release(&file);
}

Test(order_line, is_written_for_imported_directions_that_have_no_word)
{
    char words[ORDER_LINE_MAX + 1];
    struct sig sig = {.dose = decimal_from_int(25), .unit = UNIT_MG, .route = ROUTE_ORAL, .kind = SCHEDULE_KIND_WALL,
                      .times_count = 2, .times_min = {420, 1140}};
    cr_assert(order_line_write(&sig, NULL, words, sizeof words));
    cr_assert_str_eq(words, "25 mg po bid 07:00 19:00");
}

Test(order_line, is_not_written_where_no_line_says_the_same)
{
    char words[ORDER_LINE_MAX + 1] = "x", small[12];
    struct order_line line = parse("amoxicillin 500 mg tid for 7 days");
    cr_expect_not(order_line_write(&line.sig, NULL, small, sizeof small), "what does not fit is not cut");
    cr_expect_str_eq(small, "");
    line.sig.route = ROUTE_OTHER; /* no word for it */
    cr_expect_not(order_line_write(&line.sig, NULL, words, sizeof words));
    cr_expect_str_eq(words, "");
    struct sig unstructured = {.kind = SCHEDULE_KIND_UNSTRUCTURED};
    cr_expect_not(order_line_write(&unstructured, NULL, words, sizeof words));
}
