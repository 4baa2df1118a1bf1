/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/dose_text.h"

#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "model/order_line.h"
#include "safety/dose_words.h"

/* Weekly and rarer: what a weekly drug may be. */
#define WEEKLY_THOUSANDTHS 150
#define SHARE_SCALE 6

/* One dose of a day's amount; without a number of doses nobody knows what one dose is. */
static void share_day(struct screen_dose *dose)
{
    struct decimal one;
    if (!decimal_is_zero(dose->doses_per_day) &&
        decimal_divide(dose->amount, dose->doses_per_day, SHARE_SCALE, &one) == STATUS_OK) {
        dose->amount = one;
    } else {
        dose->doses_per_day = decimal_from_int(0);
    }
}

/* Whole days from dose to dose where it is rarer than daily and regular ("every 4 weeks", "weekly"); 0 elsewhere. */
static int days_between(const struct sig *sig)
{
    bool is_single_day = sig->weekdays != 0 && (sig->weekdays & (sig->weekdays - 1)) == 0;
    if (sig->kind != SCHEDULE_KIND_WALL || sig_is_as_needed(sig) || sig->times_count != 1) {
        return 0;
    }
    return is_single_day ? 7 : sig->weekdays == 0 && sig->month_day == 0 && sig->every_n_days > 1 ? sig->every_n_days : 0;
}

static struct screen_dose dose_of_step(const struct sig *sig)
{
    struct screen_dose dose = {.presence = SCREEN_NOT_ASSESSED};
    int thousandths = sig_doses_per_day_thousandths(sig);
    bool is_by_weight = sig->weight_basis != WEIGHT_BASIS_NONE && decimal_is_zero(sig->dose);
    struct decimal amount = decimal_is_zero(sig->dose_high) ? sig->dose : sig->dose_high;
    enum unit unit = is_by_weight ? sig->per_kg_unit : sig->unit;
    amount = is_by_weight ? sig->per_kg : sig->scale.count > 0 ? scale_most(&sig->scale) : amount;
    if (unit != UNIT_NONE && amount.mantissa > 0) {
        dose.presence = SCREEN_PRESENT;
        dose.amount = amount;
        dose.unit = unit;
        dose.is_per_kg = is_by_weight;
    }
    dose.is_prn = sig->as_needed;
    dose.is_single = sig->kind == SCHEDULE_KIND_ONCE;
    dose.is_weekly = thousandths > 0 && thousandths <= WEEKLY_THOUSANDTHS;
    dose.doses_per_day = (struct decimal){thousandths, 3};
    int days = days_between(sig);
    if (days > 0) { /* exactly, and cut off: a weekly maximum is not passed by rounding */
        dose.doses_per_day = (struct decimal){1000000 / days, SHARE_SCALE};
        dose.interval_h = decimal_from_int(INT64_C(24) * days);
    } else if (thousandths == 143) {
        dose.doses_per_day = (struct decimal){142857, SHARE_SCALE};
    }
    if (is_by_weight && sig->weight_basis == WEIGHT_BASIS_PER_DAY) {
        share_day(&dose);
    }
    if (sig->interval_min > 0 &&
        decimal_divide(decimal_from_int(sig->interval_min), decimal_from_int(60), 4,
                       &dose.interval_h) != STATUS_OK) {
        dose.interval_h = decimal_from_int(0);
    }
    return dose;
}

static struct decimal a_day_of(const struct screen_dose *dose)
{
    struct decimal total;
    return decimal_multiply(dose->amount, dose->doses_per_day, &total) == STATUS_OK ? total : dose->amount;
}

static struct decimal highest_of(const struct sig *part)
{
    return decimal_is_zero(part->dose_high) ? part->dose : part->dose_high;
}

/* The most that parallel directions give on one day. */
static enum status most_a_day(const struct sig *sig, struct decimal *out)
{
    enum status status = STATUS_OK;
    *out = decimal_from_int(0);
    for (int day = 1; day <= 7; day++) {
        struct decimal sum = decimal_from_int(0);
        for (size_t i = 0; i < sig_step_count(sig) && status == STATUS_OK; i++) {
            struct sig part;
            struct decimal amount;
            sig_step(sig, i, &part);
            bool is_day = part.weekdays == 0 || (part.weekdays & SIG_WEEKDAY(day)) != 0;
            status = decimal_multiply(highest_of(&part), decimal_from_int(is_day ? part.times_count : 0), &amount);
            status = status == STATUS_OK ? decimal_add(sum, amount, &sum) : status;
        }
        *out = decimal_compare(sum, *out) > 0 ? sum : *out;
    }
    return status;
}

/* A weekly dose in parts is one dose of their sum. Elsewhere it is the largest one, as often as makes up the fullest day. */
static struct screen_dose dose_of_parallel(const struct sig *sig)
{
    struct screen_dose dose = {.presence = SCREEN_NOT_ASSESSED};
    struct decimal day, sum = decimal_from_int(0);
    enum status status = most_a_day(sig, &day);
    for (size_t i = 0; i < sig_step_count(sig) && status == STATUS_OK; i++) {
        struct sig part;
        struct decimal amount;
        sig_step(sig, i, &part);
        dose.amount = decimal_compare(highest_of(&part), dose.amount) > 0 ? highest_of(&part) : dose.amount;
        status = decimal_multiply(highest_of(&part), decimal_from_int(sig_week_of(&part).doses), &amount);
        status = status == STATUS_OK ? decimal_add(sum, amount, &sum) : status;
    }
    if (sig->unit == UNIT_NONE || status != STATUS_OK || dose.amount.mantissa <= 0) {
        return dose;
    }
    dose.unit = sig->unit;
    dose.is_weekly = sig_is_weekly(sig);
    if (dose.is_weekly) {
        dose.amount = sum;
        dose.doses_per_day = (struct decimal){142857, SHARE_SCALE};
        dose.interval_h = decimal_from_int(INT64_C(24) * 7);
    } else {
        status = decimal_divide(day, dose.amount, SHARE_SCALE, &dose.doses_per_day);
    }
    dose.presence = status == STATUS_OK ? SCREEN_PRESENT : SCREEN_NOT_ASSESSED;
    return dose;
}

/* Of an order in steps the step with the most a day, and of equal ones the largest single dose: what it says must hold
 * for all of them. */
struct screen_dose screen_dose_of_sig(const struct sig *sig)
{
    struct screen_dose most = {.presence = SCREEN_NOT_ASSESSED};
    if (sig->is_parallel) {
        return dose_of_parallel(sig);
    }
    for (size_t i = 0; i < sig_step_count(sig); i++) {
        struct sig step;
        sig_step(sig, i, &step);
        struct screen_dose dose = dose_of_step(&step);
        int by_day = decimal_compare(a_day_of(&dose), a_day_of(&most));
        if (i == 0 || by_day > 0 || (by_day == 0 && decimal_compare(dose.amount, most.amount) > 0)) {
            most = dose;
        }
    }
    return most;
}

void screen_drug_read_amount(const struct knowledge *k, struct screen_drug *drug)
{
    if (drug->dose.presence != SCREEN_PRESENT || drug->dose.is_per_kg) {
        return;
    }
    int part = drug_read_amount(k, drug->text ? drug->text : "", &drug->identity, drug->dose.amount, drug->dose.unit);
    if (part >= 0) {
        drug->dose.is_of_part = true;
        drug->dose.part = (uint8_t)part;
    }
}

/* ---- what a check forgives ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Bytes of `word` at p when no letter follows it; 0 when it is not there. */
static size_t word_at(const char *p, const char *word)
{
    size_t len = 0;
    while (word[len]) {
        if (lower(p[len]) != word[len]) {
            return 0;
        }
        len++;
    }
    char next = lower(p[len]);
    return next >= 'a' && next <= 'z' ? 0 : len;
}

/* "/day", " per day", " a day", "/24 h" behind a unit: 0 when it is none. */
static size_t day_at(const char *p)
{
    static const char *const days[] = {"/day",   "/d",     " / day",   "/24 h",   "/24h",
                                       " a day", " per day", " per 24 h", " each day"};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        size_t len = word_at(p, days[i]);
        if (len > 0) {
            return len;
        }
    }
    return 0;
}

/* The unit word right before p, e.g. of "10 mg" in "10 mg/day"; "3 times a day" has none. */
static bool is_behind_unit(const char *text, const char *p)
{
    char word[16];
    const char *start = p;
    while (start > text && strchr(" 0123456789/.", start[-1]) == NULL) {
        start--;
    }
    size_t len = (size_t)(p - start);
    if (len == 0 || len >= sizeof word) {
        return false;
    }
    memcpy(word, start, len);
    word[len] = '\0';
    return unit_parse(word, NULL) != UNIT_NONE;
}

/* "/h", "/hr", " per hour" behind a unit: 0 when it is none. */
static size_t hour_at(const char *p)
{
    static const char *const hours[] = {"/h", "/hr", "/hour", " / h", " per hour", " an hour", " per h"};
    for (size_t i = 0; i < sizeof hours / sizeof *hours; i++) {
        size_t len = word_at(p, hours[i]);
        if (len > 0) {
            return len;
        }
    }
    return 0;
}

struct forgiven {
    struct buffer text;
    bool is_rate;     /* "75 mcg/h": of a patch */
    bool is_per_day;  /* "10 mg/day": the amount is a day's */
    bool is_kg_a_day; /* "10 mg/kg/day" */
};

static struct forgiven forgive(const char *text)
{
    struct forgiven f = {.text = BUFFER_INIT};
    for (const char *p = text; *p;) {
        size_t kg = word_at(p, "/kg");
        size_t day = day_at(p);
        size_t hour = hour_at(p);
        size_t dose = p > text + 1 && word_at(p - 2, "kg/dose") == 0 ? word_at(p, "/dose") : 0;
        if (dose > 0 && is_behind_unit(text, p)) {
            p += dose;
        } else if (hour > 0 && is_behind_unit(text, p) && !f.is_rate) {
            f.is_rate = true;
            p += hour;
        } else if (kg > 0) {
            bool has_basis = p[kg] == '/' || day_at(p + kg) > 0;
            f.is_kg_a_day = f.is_kg_a_day || day_at(p + kg) > 0;
            buffer_append_text(&f.text, has_basis ? "/kg" : "/kg/dose");
            p += kg;
            if (day_at(p) > 0) {
                buffer_append_text(&f.text, "/day");
                p += day_at(p);
            }
        } else if (day > 0 && is_behind_unit(text, p)) {
            f.is_per_day = true;
            p += day;
            size_t divided = word_at(p, " divided") + word_at(p, " div"); /* "600 mg/day divided bid" */
            p += divided;
        } else {
            buffer_append_byte(&f.text, *p++);
        }
    }
    return f;
}

/* ---- reading ---- */

static enum status read_line(const char *text, struct order_line *line)
{
    static const struct order_line_options options = {.is_drug_known = true};
    return order_line_parse(text, &options, line, NULL);
}

static bool lacks_timing(const struct order_line *line)
{
    for (int i = 0; i < line->warning_count; i++) {
        if (line->warnings[i].kind == ORDER_LINE_WARNING_TIMING_MISSING) {
            return true;
        }
    }
    return false;
}

/* Whether anything but the frequency was left open. */
static bool is_partly_read(const struct order_line *line)
{
    bool is_open = line->unknown_count > 0;
    for (int i = 0; i < line->warning_count; i++) {
        enum order_line_warning_kind kind = line->warnings[i].kind;
        is_open = is_open || (order_line_warning_blocks(kind) &&
                              kind != ORDER_LINE_WARNING_TIMING_MISSING &&
                              kind != ORDER_LINE_WARNING_NAME_WEEKDAYS);
    }
    return is_open;
}

bool dose_text_parse(const char *text, struct screen_dose *out, enum route *out_route)
{
    struct order_line line;
    char *said = dose_words_reword(text);
    struct forgiven f = forgive(said);
    mem_free(said);
    *out = (struct screen_dose){.presence = SCREEN_MISSING};
    *out_route = ROUTE_NONE_GIVEN;
    bool has_line = f.text.len > 0 && read_line(f.text.bytes, &line) == STATUS_OK;
    if (has_line && (f.is_per_day || f.is_kg_a_day) && lacks_timing(&line)) {
        buffer_append_text(&f.text, " daily");
        has_line = read_line(f.text.bytes, &line) == STATUS_OK;
    }
    buffer_release(&f.text);
    if (!has_line) {
        return false;
    }
    *out_route = line.sig.route;
    *out = screen_dose_of_sig(&line.sig);
    if (out->presence != SCREEN_PRESENT) {
        out->presence = SCREEN_MISSING;
        return false;
    }
    bool is_rare = !decimal_is_zero(out->doses_per_day) && decimal_compare(out->doses_per_day, decimal_from_int(1)) < 0;
    if (f.is_per_day && !is_rare) { /* a patch of "0.1 mg/day twice weekly" gives that much every day */
        share_day(out);
    }
    if (f.is_rate) {
        out->unit = out->unit == UNIT_MCG ? UNIT_MCG_H : out->unit == UNIT_MG ? UNIT_MG_H : UNIT_NONE;
        out->presence = out->unit == UNIT_NONE ? SCREEN_MISSING : out->presence;
    }
    out->is_partly_read = is_partly_read(&line);
    return !out->is_partly_read && !lacks_timing(&line);
}
