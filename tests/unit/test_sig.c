/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "model/sig.h"
#include "support/random.h"

static struct decimal number(const char *text)
{
    struct decimal value;
    cr_assert_eq(decimal_parse(text, &value, NULL), STATUS_OK, "%s", text);
    return value;
}

static struct sig wall(const char *dose, enum unit unit, enum route route, int count,
                       const int *minutes)
{
    struct sig sig = {
        .dose = number(dose), .unit = unit, .route = route, .kind = SCHEDULE_KIND_WALL};
    for (int i = 0; i < count; i++) {
        sig.times_min[sig.times_count++] = (uint16_t)minutes[i];
    }
    return sig;
}

static void expect_text(struct sig sig, const char *expect)
{
    char text[SIG_TEXT_MAX];
    cr_expect_eq(sig_check(&sig, NULL), STATUS_OK, "%s", expect);
    cr_expect_str_eq(sig_format(&sig, text), expect, "%s\nfor %s", text, expect);
}

Test(sig, reads_as_one_sentence_at_fixed_times)
{
    struct sig sig = wall("1", UNIT_TABLET, ROUTE_ORAL, 2, (int[]){480, 1200});
    sig.duration_days = 7;
    expect_text(sig, "1 tab by mouth twice daily at 08:00, 20:00 for 7 days");
    sig.duration_days = 1;
    sig.first_now = true;
    expect_text(sig, "1 tab by mouth twice daily at 08:00, 20:00 for 1 day, first dose now");
    sig = wall("10", UNIT_UNITS, ROUTE_SUBCUT, 1, (int[]){1320});
    (void)snprintf(sig.timing_word, sizeof sig.timing_word, "%s", "qhs");
    expect_text(sig, "10 units subcut daily at bedtime at 22:00");
    sig = wall("1", UNIT_UNITS, ROUTE_SUBCUT, 1, (int[]){480});
    expect_text(sig, "1 unit subcut daily at 08:00");
    sig = wall("0.5", UNIT_MG, ROUTE_IV, 3, (int[]){480, 840, 1200});
    sig.before_food = true;
    expect_text(sig, "0.5 mg intravenously 3 times daily at 08:00, 14:00, 20:00 before food");
    sig = wall("15", UNIT_MG, ROUTE_ORAL, 1, (int[]){480});
    sig.weekdays = SIG_WEEKDAY(1);
    expect_text(sig, "15 mg by mouth every Monday at 08:00");
    sig.weekdays = SIG_WEEKDAY(1) | SIG_WEEKDAY(3) | SIG_WEEKDAY(5);
    expect_text(sig, "15 mg by mouth every Monday, Wednesday, Friday at 08:00");
    sig.weekdays = 0x7f;
    expect_text(sig, "15 mg by mouth daily at 08:00");
    sig = wall("1", UNIT_TABLET, ROUTE_ORAL, 2, (int[]){480, 1200});
    sig.weekdays = SIG_WEEKDAY(6);
    expect_text(sig, "1 tab by mouth twice a day every Saturday at 08:00, 20:00");
    sig = wall("1", UNIT_TABLET, ROUTE_ORAL, 1, (int[]){480});
    sig.every_n_days = 2;
    expect_text(sig, "1 tab by mouth every other day at 08:00");
    sig.every_n_days = 3;
    sig.with_food = true;
    expect_text(sig, "1 tab by mouth every 3 days at 08:00 with food");
}

Test(sig, reads_as_one_sentence_otherwise)
{
    struct sig sig = {.dose = number("1"),
                      .unit = UNIT_PATCH,
                      .route = ROUTE_TRANSDERMAL,
                      .kind = SCHEDULE_KIND_ELAPSED,
                      .interval_min = 72 * 60};
    expect_text(sig, "1 patch on the skin every 72 hours");
    sig = (struct sig){.kind = SCHEDULE_KIND_ELAPSED, .interval_min = 90};
    expect_text(sig, "every 90 minutes");
    sig.times_count = 1;
    sig.times_min[0] = 1200;
    sig.interval_min = 360;
    expect_text(sig, "every 6 hours, first at 20:00");
    sig = (struct sig){.dose = number("1"),
                       .dose_high = number("2"),
                       .unit = UNIT_TABLET,
                       .route = ROUTE_ORAL,
                       .kind = SCHEDULE_KIND_PRN,
                       .as_needed = true,
                       .interval_min = 240,
                       .interval_high_min = 360,
                       .prn_reason = "pain",
                       .max_per_day = number("8"),
                       .max_times_per_day = 4};
    expect_text(
        sig, "1-2 tab by mouth every 4 to 6 hours as needed for pain, at most 4 doses in 24 hours, "
             "at most 8 tab in 24 hours");
    sig = (struct sig){.kind = SCHEDULE_KIND_PRN, .as_needed = true, .timing_word = "qhs"};
    expect_text(sig, "at bedtime as needed");
    sig = (struct sig){.dose = number("2"),
                       .unit = UNIT_MG,
                       .kind = SCHEDULE_KIND_ONCE,
                       .timing_word = "stat",
                       .route = ROUTE_IM};
    expect_text(sig, "2 mg intramuscularly once, immediately");
    sig = (struct sig){.per_kg = number("0.5"),
                       .per_kg_unit = UNIT_MG,
                       .weight_basis = WEIGHT_BASIS_PER_DOSE,
                       .kind = SCHEDULE_KIND_ELAPSED,
                       .interval_min = 480};
    expect_text(sig, "0.5 mg/kg per dose (dose not calculated) every 8 hours");
    sig.dose = number("10");
    sig.unit = UNIT_MG;
    sig.weight_kg = number("20");
    expect_text(sig, "10 mg (0.5 mg/kg per dose, 20 kg) every 8 hours");
    sig = (struct sig){.kind = SCHEDULE_KIND_UNSTRUCTURED};
    expect_text(sig, "");
}

Test(sig, has_room_for_the_longest_sentence)
{
    int minutes[SIG_TIMES_MAX];
    for (int i = 0; i < SIG_TIMES_MAX; i++) {
        minutes[i] = i * 60 + 7;
    }
    char text[SIG_TEXT_MAX];
    struct sig sig = wall("123456.789", UNIT_MILLION_UNITS, ROUTE_SUBLINGUAL, SIG_TIMES_MAX,
                          minutes);
    sig.weekdays = 0x3f;
    sig.with_food = sig.before_food = sig.after_food = sig.first_now = true;
    sig.duration_days = 65535;
    sig_format(&sig, text);
    cr_assert_str_eq(text + strlen(text) - strlen("for 65535 days, first dose now"),
                     "for 65535 days, first dose now", "the longest there is fits: %s", text);
    cr_assert_null(strstr(text, "\xe2\x80\xa6"));
}

Test(sig, formats_the_dose_alone)
{
    char text[SIG_TEXT_MAX];
    struct sig sig = {0};
    cr_assert_str_eq(sig_format_dose(&sig, text), "");
    sig.dose = number("500");
    sig.unit = UNIT_MG;
    cr_assert_str_eq(sig_format_dose(&sig, text), "500 mg");
    sig = (struct sig){.dose = number("0.50"), .unit = UNIT_ML};
    cr_assert_str_eq(sig_format_dose(&sig, text), "0.5 mL");
    sig = (struct sig){.dose = number("1"), .dose_high = number("2"), .unit = UNIT_TABLET};
    cr_assert_str_eq(sig_format_dose(&sig, text), "1-2 tab");
    sig = (struct sig){
        .per_kg = number("15"), .per_kg_unit = UNIT_MG, .weight_basis = WEIGHT_BASIS_PER_DAY};
    cr_assert_str_eq(sig_format_dose(&sig, text), "15 mg/kg per day");
}

Test(sig, counts_doses_a_day)
{
    struct sig weekly = wall("15", UNIT_MG, ROUTE_ORAL, 1, (int[]){480});
    weekly.weekdays = SIG_WEEKDAY(1);
    struct sig mwf = weekly;
    mwf.weekdays = SIG_WEEKDAY(1) | SIG_WEEKDAY(3) | SIG_WEEKDAY(5);
    struct sig alternate = wall("15", UNIT_MG, ROUTE_ORAL, 1, (int[]){480});
    alternate.every_n_days = 2;
    struct sig prn = {.dose = number("1"),
                      .dose_high = number("2"),
                      .unit = UNIT_TABLET,
                      .kind = SCHEDULE_KIND_PRN,
                      .as_needed = true,
                      .interval_min = 240};
    struct sig prn_max = prn;
    prn_max.max_per_day = number("8");
    struct sig prn_times = prn;
    prn_times.max_times_per_day = 3;
    const struct {
        const char *name;
        struct sig sig;
        int expect;
    } rows[] = {
        {"daily", wall("1", UNIT_MG, ROUTE_ORAL, 1, (int[]){480}), 1000},
        {"three times", wall("1", UNIT_MG, ROUTE_ORAL, 3, (int[]){480, 840, 1200}), 3000},
        {"weekly", weekly, 143},
        {"mwf", mwf, 429},
        {"every other day", alternate, 500},
        {"q6h", {.kind = SCHEDULE_KIND_ELAPSED, .interval_min = 360}, 4000},
        {"q72h", {.kind = SCHEDULE_KIND_ELAPSED, .interval_min = 4320}, 333},
        {"once", {.kind = SCHEDULE_KIND_ONCE}, 1000},
        {"prn q4h", prn, 6000},
        {"prn q4h at most 8 tab of 2", prn_max, 4000},
        {"prn q4h at most 3 times", prn_times, 3000},
        {"prn without limits", {.kind = SCHEDULE_KIND_PRN, .as_needed = true}, 0},
        {"unstructured", {.kind = SCHEDULE_KIND_UNSTRUCTURED}, 0},
        {"elapsed without interval", {.kind = SCHEDULE_KIND_ELAPSED}, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(sig_doses_per_day_thousandths(&rows[i].sig), rows[i].expect, "%s: %d",
                     rows[i].name, sig_doses_per_day_thousandths(&rows[i].sig));
    }
}

static struct decimal random_decimal(struct random *r)
{
    struct decimal value = {(int64_t)random_below(r, UINT64_C(1000000000000000000)), 0};
    value.mantissa >>= random_below(r, 60);
    value.scale = (uint8_t)random_below(r, DECIMAL_SCALE_MAX + 1);
    return value;
}

static struct sig random_sig(struct random *r)
{
    static const char *const reasons[] = {"", "pain", "\"q\\uoted\"\n", "fièvre > 38.5 °C", "咳"};
    struct sig sig = {.route = (enum route)random_below(r, ROUTE_COUNT)};
    sig.kind = (enum schedule_kind)(1 + random_below(r, SCHEDULE_KIND_COUNT - 1));
    sig.dose = random_decimal(r);
    sig.unit = (enum unit)(1 + random_below(r, UNIT_COUNT - 1));
    if (random_below(r, 3) == 0 &&
        decimal_add(sig.dose, decimal_from_int(1), &sig.dose_high) != STATUS_OK) {
        sig.dose_high = (struct decimal){0};
    }
    if (random_below(r, 3) == 0) {
        sig.weight_basis = (enum weight_basis)(1 + random_below(r, 2));
        sig.per_kg = decimal_from_int(1 + (int64_t)random_below(r, 100));
        sig.per_kg_unit = UNIT_MG;
        sig.weight_kg = number("20.35");
        sig.weight_on = (struct date){2026, 2, (uint8_t)(1 + random_below(r, 28))};
    }
    uint64_t most = sig.kind == SCHEDULE_KIND_ELAPSED || sig.kind == SCHEDULE_KIND_ONCE
                        ? 2
                        : SIG_TIMES_MAX + 1;
    uint64_t count = sig.kind == SCHEDULE_KIND_WALL ? 1 + random_below(r, most - 1)
                                                    : random_below(r, most);
    for (uint64_t i = 0; i < count; i++) {
        sig.times_min[sig.times_count++] = (uint16_t)(i * 60 + random_below(r, 60));
    }
    if (random_below(r, 2) == 0) {
        sig.weekdays = (uint8_t)random_below(r, 128);
    } else {
        sig.every_n_days = (uint16_t)random_below(r, 65536);
    }
    sig.interval_min = 1 + (uint32_t)random_below(r, 1u << 31);
    sig.interval_high_min = (uint32_t)random_below(r, 2) * (sig.interval_min + 1);
    sig.as_needed = random_below(r, 2) == 0;
    sig.max_per_day = random_decimal(r);
    sig.max_times_per_day = (uint16_t)random_below(r, 65536);
    (void)snprintf(sig.prn_reason, sizeof sig.prn_reason, "%s", reasons[random_below(r, 5)]);
    (void)snprintf(sig.timing_word, sizeof sig.timing_word, "%s",
                   random_below(r, 2) == 0 ? "q4-6h" : "");
    sig.with_food = random_below(r, 2) == 0;
    sig.before_food = random_below(r, 2) == 0;
    sig.after_food = random_below(r, 2) == 0;
    sig.first_now = random_below(r, 2) == 0;
    sig.duration_days = (uint16_t)random_below(r, 65536);
    return sig;
}

Test(sig, survives_json_exactly)
{
    struct random r = random_start("sig_json");
    for (int round = 0; round < 5000; round++) {
        struct sig sig = random_sig(&r);
        struct sig back;
        struct error err = ERROR_INIT;
        cr_assert_eq(sig_check(&sig, &err), STATUS_OK, "seed %lu round %d: %s",
                     (unsigned long)r.seed, round, err.message);
        char *json = sig_to_json(&sig);
        cr_assert_eq(sig_from_json(json, &back, &err), STATUS_OK, "seed %lu: %s: %s",
                     (unsigned long)r.seed, json, err.message);
        cr_assert(sig_equal(&sig, &back), "seed %lu: %s", (unsigned long)r.seed, json);
        char *again = sig_to_json(&back);
        cr_assert_str_eq(json, again);
        mem_free(json);
        mem_free(again);
    }
}

Test(sig, is_written_with_amounts_as_text)
{
    struct sig sig = wall("1.50", UNIT_TABLET, ROUTE_ORAL, 2, (int[]){480, 1200});
    sig.weekdays = SIG_WEEKDAY(1) | SIG_WEEKDAY(7);
    (void)snprintf(sig.timing_word, sizeof sig.timing_word, "%s", "bid");
    char *json = sig_to_json(&sig);
    cr_assert_str_eq(json, "{\"kind\":\"wall\",\"dose\":\"1.5\",\"unit\":\"tab\",\"route\":"
                           "\"oral\",\"timing\":\"bid\","
                           "\"times\":[\"08:00\",\"20:00\"],\"weekdays\":[\"mon\",\"sun\"]}");
    mem_free(json);
}

Test(sig, refuses_what_it_cannot_hold)
{
    static const struct {
        const char *json;
        enum status status;
    } rows[] = {
        {"", STATUS_INVALID},
        {"[]", STATUS_INVALID},
        {"{}", STATUS_INVALID},
        {"{\"kind\":\"moon\"}", STATUS_INVALID},
        {"{\"kind\":\"once\",\"dose\":1.5}", STATUS_INVALID},     /* a number loses digits */
        {"{\"kind\":\"once\",\"dose\":\"1.5\"}", STATUS_INVALID}, /* no unit */
        {"{\"kind\":\"once\",\"dose\":\"1,5\",\"unit\":\"mg\"}", STATUS_INVALID},
        {"{\"kind\":\"once\",\"dose\":\"-1\",\"unit\":\"mg\"}", STATUS_INVALID},
        {"{\"kind\":\"once\",\"dose\":\"1\",\"unit\":\"IU\"}", STATUS_INVALID},
        {"{\"kind\":\"once\",\"dose\":\"2\",\"dose_high\":\"1\",\"unit\":\"mg\"}", STATUS_INVALID},
        {"{\"kind\":\"wall\"}", STATUS_INVALID},
        {"{\"kind\":\"wall\",\"times\":[\"8:00\"]}", STATUS_INVALID},
        {"{\"kind\":\"wall\",\"times\":[\"24:00\"]}", STATUS_INVALID},
        {"{\"kind\":\"wall\",\"times\":[\"12:60\"]}", STATUS_INVALID},
        {"{\"kind\":\"wall\",\"times\":[\"12:00\",\"08:00\"]}", STATUS_INVALID},
        {"{\"kind\":\"wall\",\"times\":[\"12:00\",\"12:00\"]}", STATUS_INVALID},
        {"{\"kind\":\"wall\",\"times\":[\"12:00\",null]}", STATUS_INVALID},
        {"{\"kind\":\"wall\",\"times\":\"12:00\"}", STATUS_INVALID},
        {"{\"kind\":\"wall\",\"times\":[\"12:00\"],\"weekdays\":[\"someday\"]}", STATUS_INVALID},
        {"{\"kind\":\"wall\",\"times\":[\"12:00\"],\"weekdays\":[\"mon\"],\"every_n_days\":2}",
         STATUS_INVALID},
        {"{\"kind\":\"elapsed\"}", STATUS_INVALID},
        {"{\"kind\":\"elapsed\",\"interval_min\":-5}", STATUS_INVALID},
        {"{\"kind\":\"elapsed\",\"interval_min\":1.5}", STATUS_INVALID},
        {"{\"kind\":\"elapsed\",\"interval_min\":\"5\"}", STATUS_INVALID},
        {"{\"kind\":\"elapsed\",\"interval_min\":360,\"interval_high_min\":240}", STATUS_INVALID},
        {"{\"kind\":\"elapsed\",\"interval_min\":360,\"times\":[\"08:00\",\"09:00\"]}",
         STATUS_INVALID},
        {"{\"kind\":\"once\",\"duration_days\":65536}", STATUS_INVALID},
        {"{\"kind\":\"once\",\"per\":\"week\"}", STATUS_INVALID},
        {"{\"kind\":\"once\",\"per_kg\":\"5\",\"per_kg_unit\":\"mg\"}",
         STATUS_INVALID}, /* per what? */
        {"{\"kind\":\"once\",\"as_needed\":\"yes\"}", STATUS_INVALID},
        {"{\"kind\":\"once\",\"timing\":\"longer than sixteen\"}", STATUS_INVALID},
        {"{\"kind\":\"once\",\"moon_phase\":\"full\"}", STATUS_NEWER},
        {"{\"kind\":\"once\"}", STATUS_OK},
        {"{\"kind\":\"unstructured\"}", STATUS_OK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sig sig = {.duration_days = 77};
        struct error err = ERROR_INIT;
        cr_expect_eq(sig_from_json(rows[i].json, &sig, &err), rows[i].status, "%s: %s",
                     rows[i].json, err.message);
        cr_expect(rows[i].status == STATUS_OK ||
                      (sig.duration_days == 77 && err.message[0] != '\0'),
                  "%s", rows[i].json);
    }
    struct sig sig;
    cr_expect_neq(sig_from_json(NULL, &sig, NULL), STATUS_OK);
    char *times = mem_format(
        "{\"kind\":\"wall\",\"times\":[%s\"23:59\"]}",
        "\"00:00\",\"00:01\",\"00:02\",\"00:03\",\"00:04\",\"00:05\",\"00:06\",\"00:07\",\"00:08\","
        "\"00:09\",\"00:10\",\"00:11\",\"00:12\",\"00:13\",\"00:14\",\"00:15\",\"00:16\",\"00:17\","
        "\"00:18\",\"00:19\",\"00:20\",\"00:21\",\"00:22\",\"00:23\",");
    cr_expect_eq(sig_from_json(times, &sig, NULL), STATUS_INVALID, "25 times");
    mem_free(times);
}

Test(sig, calculates_a_dose_from_the_weight)
{
    static const struct {
        const char *per_kg;
        enum weight_basis basis;
        int times; /* a day; 0: every 6 hours */
        const char *weight;
        uint8_t scale;
        const char *expect; /* "" refused */
    } rows[] = {
        {"0.5", WEIGHT_BASIS_PER_DOSE, 3, "20", 1, "10"},
        {"90", WEIGHT_BASIS_PER_DAY, 2, "12.4", 0, "558"},
        {"40", WEIGHT_BASIS_PER_DAY, 3, "10", 1, "133.3"},
        {"40", WEIGHT_BASIS_PER_DAY, 0, "10", 0, "100"},
        {"0.05", WEIGHT_BASIS_PER_DOSE, 1, "70", 2, "3.5"},
        {"0.05", WEIGHT_BASIS_PER_DOSE, 1, "3.33", 2, "0.17"},
        {"0.001", WEIGHT_BASIS_PER_DOSE, 1, "3", 2, ""},
        {"10", WEIGHT_BASIS_PER_DOSE, 1, "0", 2, ""},
        {"10", WEIGHT_BASIS_NONE, 1, "70", 2, ""},
        {"10", WEIGHT_BASIS_PER_DOSE, 1, "999999999999999999", 2, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sig sig = {.per_kg = number(rows[i].per_kg), .per_kg_unit = UNIT_MG};
        char text[DECIMAL_TEXT_MAX];
        sig.weight_basis = rows[i].basis;
        sig.kind = rows[i].times > 0 ? SCHEDULE_KIND_WALL : SCHEDULE_KIND_ELAPSED;
        sig.times_count = (uint8_t)rows[i].times;
        sig.interval_min = 360;
        struct date on = {2026, 3, 1};
        enum status status = sig_apply_weight(&sig, number(rows[i].weight), on, rows[i].scale,
                                              NULL);
        cr_expect_eq(status == STATUS_OK, rows[i].expect[0] != '\0', "row %zu", i);
        cr_expect_str_eq(decimal_format(sig.dose, text), *rows[i].expect ? rows[i].expect : "0",
                         "row %zu: %s", i, text);
        cr_expect_eq(date_is_none(sig.weight_on), status != STATUS_OK, "row %zu", i);
    }
    struct sig weekly = {.per_kg = number("1"), .per_kg_unit = UNIT_MG, .kind = SCHEDULE_KIND_WALL};
    weekly.weight_basis = WEIGHT_BASIS_PER_DAY;
    weekly.times_count = 1;
    weekly.weekdays = SIG_WEEKDAY(1);
    cr_expect_eq(sig_apply_weight(&weekly, number("70"), (struct date){2026, 3, 1}, 1, NULL),
                 STATUS_INVALID, "a day's amount once a week: how much is that?");
}

/* Side by side: what every reader of directions makes of doses that differ by day. */
static struct sig split_week(void)
{
    struct sig sig = wall("5", UNIT_MG, ROUTE_ORAL, 1, (int[]){1200});
    struct sig tuesday = wall("2.5", UNIT_MG, ROUTE_ORAL, 2, (int[]){480, 1200});
    sig.weekdays = SIG_WEEKDAY(1);
    tuesday.weekdays = SIG_WEEKDAY(2);
    cr_assert(sig_add_step(&sig, &tuesday));
    sig.is_parallel = true;
    sig.duration_days = 28;
    return sig;
}

Test(sig, holds_doses_that_differ_by_day)
{
    struct sig sig = split_week(), back;
    expect_text(sig, "5 mg by mouth every Monday at 20:00, and 2.5 mg twice a day every Tuesday at 08:00, 20:00 for 28 days");
    char *json = sig_to_json(&sig);
    cr_assert_not_null(strstr(json, "\"and\":[{"), "%s", json);
    cr_assert_eq(sig_from_json(json, &back, NULL), STATUS_OK, "%s", json);
    cr_expect(sig_equal(&sig, &back), "%s", json);
    mem_free(json);
    back.is_parallel = false;
    cr_expect_not(sig_equal(&sig, &back), "one after the other is something else");
    cr_expect_eq(sig_doses_per_day_thousandths(&sig), 429);
    struct sig_week week = sig_week_of(&sig);
    cr_expect_eq(week.doses, 3u);
    cr_expect_eq(week.least_gap_min, 12u * 60);
    cr_expect_eq(week.span_min, 24u * 60);
    cr_expect(sig_is_weekly(&sig));
    cr_expect_eq(sig_from_json("{\"kind\":\"wall\",\"dose\":\"5\",\"unit\":\"mg\",\"times\":[\"08:00\"],\"and\":[],\"then\":[]}", &back, NULL),
                 STATUS_INVALID);
}

Test(sig, refuses_doses_that_differ_by_day_where_nobody_knows_which)
{
    struct sig sig = split_week();
    sig.later[0].weekdays |= SIG_WEEKDAY(1);
    cr_expect_eq(sig_check(&sig, NULL), STATUS_INVALID, "two doses on Monday at 20:00");
    sig = split_week();
    sig.later[0].weekdays = 0;
    cr_expect_eq(sig_check(&sig, NULL), STATUS_INVALID, "every day is Monday too");
    sig = split_week();
    sig.later[0].duration_days = 3;
    cr_expect_eq(sig_check(&sig, NULL), STATUS_INVALID, "two ends");
    sig = split_week();
    sig.first_now = true;
    cr_expect_eq(sig_check(&sig, NULL), STATUS_INVALID, "which dose is the first");
    sig = split_week();
    sig.later[0].kind = SCHEDULE_KIND_ELAPSED;
    sig.later[0].interval_min = 360;
    sig.later[0].times_count = 0;
    cr_expect_eq(sig_check(&sig, NULL), STATUS_INVALID, "an interval has no days");
    sig = split_week();
    sig.as_needed = true;
    cr_expect_eq(sig_check(&sig, NULL), STATUS_INVALID, "as needed");
    sig = split_week();
    sig.later_count = 0;
    cr_expect_eq(sig_check(&sig, NULL), STATUS_INVALID, "alone");
}

Test(sig, is_weekly_by_the_span_of_its_week)
{
    static const struct {
        uint8_t weekdays;
        int times[3], count;
        bool is_weekly;
        uint32_t least_gap_min;
    } rows[] = {
        {SIG_WEEKDAY(1), {480}, 1, true, 7 * 1440},
        {SIG_WEEKDAY(1), {480, 1200}, 2, true, 720},
        {SIG_WEEKDAY(7) | SIG_WEEKDAY(1), {480}, 1, true, 1440}, /* over the end of the week */
        {SIG_WEEKDAY(1) | SIG_WEEKDAY(4), {480}, 1, false, 3 * 1440},
        {0, {480}, 1, false, 1440},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sig sig = wall("5", UNIT_MG, ROUTE_ORAL, rows[i].count, rows[i].times);
        sig.weekdays = rows[i].weekdays;
        cr_expect_eq(sig_is_weekly(&sig), rows[i].is_weekly, "row %zu", i);
        cr_expect_eq(sig_week_of(&sig).least_gap_min, rows[i].least_gap_min, "row %zu", i);
    }
}

Test(sig, goes_through_a_feeding_tube_what_is_for_the_mouth)
{
    struct sig sig = wall("500", UNIT_MG, ROUTE_ORAL, 1, (int[]){480}), back;
    sig.by_tube = true;
    expect_text(sig, "500 mg by feeding tube daily at 08:00");
    char *json = sig_to_json(&sig);
    cr_assert_eq(sig_from_json(json, &back, NULL), STATUS_OK, "%s", json);
    cr_expect(sig_equal(&sig, &back), "%s", json);
    mem_free(json);
    back.by_tube = false;
    cr_expect_not(sig_equal(&sig, &back));
    sig.route = ROUTE_IV;
    cr_expect_eq(sig_check(&sig, NULL), STATUS_INVALID);
}
