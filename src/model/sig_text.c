/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "model/sig.h"

/* The sentence is a row of phrases that are each translated whole: what, by which route, when, with
 * what, how long. Free combination makes one format for the whole sentence impossible; the phrases
 * stand in this order everywhere. */

#define PIECE_MAX 256

static const char *const route_phrases[ROUTE_COUNT] = {
    [ROUTE_NONE_GIVEN] = "",
    [ROUTE_ORAL] = N_("by mouth"),
    [ROUTE_SUBLINGUAL] = N_("under the tongue"),
    [ROUTE_BUCCAL] = N_("in the cheek"),
    [ROUTE_IV] = N_("intravenously"),
    [ROUTE_IM] = N_("intramuscularly"),
    [ROUTE_SUBCUT] = N_("subcut"),
    [ROUTE_INTRATHECAL] = N_("intrathecally"),
    [ROUTE_RECTAL] = N_("rectally"),
    [ROUTE_TRANSDERMAL] = N_("as a skin patch"),
    [ROUTE_TOPICAL] = N_("on the skin"),
    [ROUTE_OPHTHALMIC] = N_("in the eye"),
    [ROUTE_OTIC] = N_("in the ear"),
    [ROUTE_NASAL] = N_("in the nose"),
    [ROUTE_INHALED] = N_("inhaled"),
    [ROUTE_VAGINAL] = N_("vaginally"),
    [ROUTE_OTHER] = "",
};

static const char *const weekday_names[] = {N_("Monday"),   N_("Tuesday"), N_("Wednesday"),
                                            N_("Thursday"), N_("Friday"),  N_("Saturday"),
                                            N_("Sunday")};

struct sentence {
    char *buf;
    size_t len;
    bool is_cut;
};

static void add(struct sentence *s, const char *piece)
{
    static const char ellipsis[] = "\xe2\x80\xa6";
    size_t len = strlen(piece);
    if (len == 0 || s->is_cut) {
        return;
    }
    if (s->len > 0 && *piece != ',') {
        s->buf[s->len++] = ' ';
    }
    size_t room = SIG_TEXT_MAX - sizeof ellipsis - 1 - s->len;
    if (len > room) {
        for (len = room; len > 0 && (piece[len] & 0xc0) == 0x80; len--) {
        }
        s->is_cut = true;
    }
    memcpy(s->buf + s->len, piece, len);
    s->len += len;
    s->buf[s->len] = '\0';
    if (s->is_cut) {
        memcpy(s->buf + s->len, ellipsis, sizeof ellipsis);
    }
}

static void add_format(struct sentence *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add_format(struct sentence *s, const char *format, ...)
{
    char piece[PIECE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(piece, sizeof piece, format, args);
    va_end(args);
    add(s, piece);
}

struct plural {
    const char *one, *many;
};

/* Things with a written-out word; tab and cap are short for both. */
static const struct plural plurals[UNIT_COUNT] = {
    [UNIT_UNITS] = {N_("unit"), N_("units")},
    [UNIT_PUFF] = {N_("puff"), N_("puffs")},
    [UNIT_DROP] = {N_("drop"), N_("drops")},
    [UNIT_PATCH] = {N_("patch"), N_("patches")},
    [UNIT_SPRAY] = {N_("spray"), N_("sprays")},
    [UNIT_APPLICATION] = {N_("application"), N_("applications")},
    [UNIT_SUPPOSITORY] = {N_("suppository"), N_("suppositories")},
    [UNIT_SACHET] = {N_("sachet"), N_("sachets")},
    [UNIT_LOZENGE] = {N_("lozenge"), N_("lozenges")},
    [UNIT_VIAL] = {N_("vial"), N_("vials")},
    [UNIT_RING] = {N_("ring"), N_("rings")},
    [UNIT_IMPLANT] = {N_("implant"), N_("implants")},
    [UNIT_DOSE] = {N_("dose"), N_("doses")},
};

static const char *shown_unit(struct decimal value, enum unit unit)
{
    const struct plural *words = (unsigned)unit < UNIT_COUNT ? &plurals[unit] : &plurals[UNIT_NONE];
    if (words->one == NULL) {
        return unit_word(unit);
    }
    bool is_one = decimal_compare(value, decimal_from_int(1)) == 0;
    bool is_part = decimal_compare(value, decimal_from_int(1)) < 0 &&
                   unit != UNIT_UNITS; /* half a patch */
    return is_one || is_part ? _(words->one) : _(words->many);
}

static void add_per_kg(struct sentence *s, const struct sig *sig)
{
    char amount[DECIMAL_TEXT_MAX];
    char weight[DECIMAL_TEXT_MAX];
    const char *unit = unit_word(sig->per_kg_unit);
    decimal_format(sig->per_kg, amount);
    decimal_format(sig->weight_kg, weight);
    bool is_per_day = sig->weight_basis == WEIGHT_BASIS_PER_DAY;
    bool has_dose = !decimal_is_zero(sig->dose);
    if (has_dose && decimal_is_zero(sig->weight_kg)) {
        add_format(s, is_per_day ? _("(%s %s/kg per day)") : _("(%s %s/kg per dose)"), amount,
                   unit);
    } else if (has_dose) {
        add_format(s, is_per_day ? _("(%s %s/kg per day, %s kg)") : _("(%s %s/kg per dose, %s kg)"),
                   amount, unit, weight);
    } else {
        add_format(s, is_per_day ? _("%s %s/kg per day") : _("%s %s/kg per dose"), amount, unit);
    }
}

static void add_dose(struct sentence *s, const struct sig *sig)
{
    char low[DECIMAL_TEXT_MAX];
    char high[DECIMAL_TEXT_MAX];
    if (sig->scale.count > 0) {
        add(s, _("by scale"));
        return;
    }
    if (!decimal_is_zero(sig->dose_high)) {
        add_format(s, "%s-%s", decimal_format(sig->dose, low),
                   decimal_format(sig->dose_high, high));
        add(s, shown_unit(sig->dose_high, sig->unit));
    } else if (!decimal_is_zero(sig->dose)) {
        add(s, decimal_format(sig->dose, low));
        add(s, shown_unit(sig->dose, sig->unit));
    }
    if (sig->weight_basis != WEIGHT_BASIS_NONE) {
        add_per_kg(s, sig);
    } else if (!decimal_is_zero(sig->per_kg)) { /* asked back: never a plain mg/kg */
        add_format(s, _("%s %s/kg (per dose or per day?)"), decimal_format(sig->per_kg, low),
                   unit_word(sig->per_kg_unit));
    }
}

const char *sig_route_label(const struct sig *sig)
{
    return sig->by_tube ? _("by feeding tube") : enum_label(ENUM_ROUTE, (int)sig->route);
}

const char *sig_format_dose(const struct sig *sig, char buf[SIG_TEXT_MAX])
{
    struct sentence s = {buf, 0, false};
    buf[0] = '\0';
    add_dose(&s, sig);
    return buf;
}

static void add_interval(struct sentence *s, const struct sig *sig)
{
    unsigned low = sig->interval_min;
    unsigned high = sig->interval_high_min;
    bool is_hours = low % 60 == 0 && high % 60 == 0;
    if (low == 0) {
        return;
    }
    if (high != 0 && is_hours) {
        add_format(s, _("every %u to %u hours"), low / 60, high / 60);
    } else if (high != 0) {
        add_format(s, _("every %u to %u minutes"), low, high);
    } else if (is_hours) {
        add_format(s, ngettext("every hour", "every %u hours", low / 60), low / 60);
    } else {
        add_format(s, ngettext("every minute", "every %u minutes", low), low);
    }
}

static void format_weekdays(uint8_t mask, char *buf, size_t size)
{
    size_t len = 0;
    buf[0] = '\0';
    for (int day = 1; day <= 7; day++) {
        if ((mask & SIG_WEEKDAY(day)) != 0 && len < size) {
            len += (size_t)snprintf(buf + len, size - len, "%s%s", len > 0 ? ", " : "",
                                    _(weekday_names[day - 1]));
        }
    }
}

static void add_times_a_day(struct sentence *s, unsigned count)
{
    switch (count) {
    case 0:
    case 1:
        return;
    case 2:
        add(s, _("twice a day"));
        return;
    default:
        add_format(s, ngettext("%u time a day", "%u times a day", count), count);
        return;
    }
}

static void add_daily(struct sentence *s, const struct sig *sig)
{
    if (sig->times_count == 2) {
        add(s, _("twice daily"));
    } else if (sig->times_count > 2) {
        add_format(s, ngettext("%u time daily", "%u times daily", sig->times_count),
                   (unsigned)sig->times_count);
    } else if (strcmp(sig->timing_word, "qhs") == 0) {
        add(s, _("daily at bedtime"));
    } else if (strcmp(sig->timing_word, "qam") == 0) {
        add(s, _("daily in the morning"));
    } else if (strcmp(sig->timing_word, "qpm") == 0) {
        add(s, _("daily in the evening"));
    } else {
        add(s, _("daily"));
    }
}

static void add_days(struct sentence *s, const struct sig *sig)
{
    char days[PIECE_MAX / 2];
    uint8_t all = SIG_WEEKDAY(8) - 1;
    if (sig->weekdays != 0 && sig->weekdays != all) {
        format_weekdays(sig->weekdays, days, sizeof days);
        add_times_a_day(s, sig->times_count);
        /* TRANSLATORS: %s is one weekday or several, "every Monday, Friday" */
        add_format(s, _("every %s"), days);
    } else if (sig->month_day == 31) {
        add_times_a_day(s, sig->times_count);
        add(s, _("on the last day of each month"));
    } else if (sig->month_day != 0) {
        add_times_a_day(s, sig->times_count);
        /* TRANSLATORS: %u is a day of the month */
        add_format(s, sig->month_day > 28 ? _("on day %u of each month (or its last day)") : _("on day %u of each month"),
                   (unsigned)sig->month_day);
    } else if (sig->every_n_days == 2) {
        add_times_a_day(s, sig->times_count);
        add(s, _("every other day"));
    } else if (sig->every_n_days > 2) {
        add_times_a_day(s, sig->times_count);
        add_format(s, ngettext("every %u day", "every %u days", sig->every_n_days),
                   (unsigned)sig->every_n_days);
    } else {
        add_daily(s, sig);
    }
}

static void add_times(struct sentence *s, const struct sig *sig)
{
    char list[SIG_TIMES_MAX * 7 + 1] = "";
    size_t len = 0;
    for (int i = 0; i < sig->times_count && i < SIG_TIMES_MAX; i++) {
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%02u:%02u", i > 0 ? ", " : "",
                                sig->times_min[i] / 60u % 100u, sig->times_min[i] % 60u);
    }
    if (len > 0) {
        /* TRANSLATORS: %s is one time of day or several, "at 08:00, 20:00" */
        add_format(s, _("at %s"), list);
    }
}

static void add_as_needed(struct sentence *s, const struct sig *sig)
{
    char amount[DECIMAL_TEXT_MAX];
    if (sig->weekdays != 0 || sig->every_n_days > 1) {
        add_days(s, sig);
    }
    if (strcmp(sig->timing_word, "qhs") == 0) {
        add(s, _("at bedtime"));
    } else if (sig->times_count > 0 && sig->max_times_per_day == 0) {
        add_format(s, ngettext("up to %u time daily", "up to %u times daily", sig->times_count),
                   (unsigned)sig->times_count);
    }
    add_interval(s, sig);
    if (sig->prn_reason[0] != '\0') {
        /* TRANSLATORS: %s is a symptom as typed: "as needed for pain" */
        add_format(s, _("as needed for %s"), sig->prn_reason);
    } else {
        add(s, _("as needed"));
    }
    if (sig->max_times_per_day > 0) {
        add_format(s,
                   ngettext(", at most %u dose in 24 hours", ", at most %u doses in 24 hours",
                            sig->max_times_per_day),
                   (unsigned)sig->max_times_per_day);
    }
    if (!decimal_is_zero(sig->max_per_day)) {
        /* TRANSLATORS: amount and unit, ", at most 8 tab in 24 hours" */
        add_format(s, _(", at most %s %s in 24 hours"), decimal_format(sig->max_per_day, amount),
                   shown_unit(sig->max_per_day, sig->unit));
    }
}

static void add_timing(struct sentence *s, const struct sig *sig)
{
    if (sig_is_as_needed(sig)) {
        add_as_needed(s, sig);
        return;
    }
    switch (sig->kind) {
    case SCHEDULE_KIND_WALL:
        add_days(s, sig);
        add_times(s, sig);
        return;
    case SCHEDULE_KIND_ELAPSED:
        add_interval(s, sig);
        if (sig->times_count > 0) {
            /* TRANSLATORS: %02u:%02u is a time of day: "every 6 hours, first at 20:00" */
            add_format(s, _(", first at %02u:%02u"), sig->times_min[0] / 60u,
                       sig->times_min[0] % 60u);
        }
        return;
    case SCHEDULE_KIND_ONCE:
        if (strcmp(sig->timing_word, "stat") == 0) {
            add(s, _("once, immediately"));
        } else {
            add(s, strcmp(sig->timing_word, "now") == 0 ? _("once, now") : _("once"));
        }
        add_times(s, sig);
        return;
    case SCHEDULE_KIND_NONE_GIVEN:
    case SCHEDULE_KIND_PRN:
    case SCHEDULE_KIND_UNSTRUCTURED:
    case SCHEDULE_KIND_COUNT:
        return;
    }
}

static void add_duration(struct sentence *s, const struct sig *sig)
{
    if (sig->duration_days > 0) {
        add_format(s, ngettext("for %u day", "for %u days", sig->duration_days), (unsigned)sig->duration_days);
    } else if (sig->duration_doses > 0) {
        add_format(s, ngettext("for %u dose", "for %u doses", sig->duration_doses), (unsigned)sig->duration_doses);
    }
}

static void add_part(struct sentence *s, const struct sig *sig, size_t number)
{
    struct sig part;
    sig_step(sig, number, &part);
    /* TRANSLATORS: the next dose of the same week: "5 mg every Monday at 20:00, and 2.5 mg every Tuesday at 08:00" */
    add(s, _(", and"));
    add_dose(s, &part);
    add_timing(s, &part);
}

static void add_rules(struct sentence *s, const struct sig *sig)
{
    char words[SCALE_TEXT_MAX], rule[OBSERVATION_TEXT_MAX];
    for (size_t i = 0; i < sig->hold_count; i++) {
        add(s, i == 0 ? _(", hold if") : _("or"));
        add(s, hold_rule_words(&sig->holds[i], rule));
    }
    if (sig->scale.count > 0) {
        add(s, ",");
        add(s, scale_words(&sig->scale, shown_unit(decimal_from_int(2), sig->unit), words));
    }
}

const char *sig_format(const struct sig *sig, char buf[SIG_TEXT_MAX])
{
    struct sentence s = {buf, 0, false};
    buf[0] = '\0';
    if (sig->kind == SCHEDULE_KIND_UNSTRUCTURED) {
        return buf;
    }
    add_dose(&s, sig);
    if (sig->weight_basis != WEIGHT_BASIS_NONE && decimal_is_zero(sig->dose)) {
        add(&s, _("(dose not calculated)"));
    }
    const char *route = (unsigned)sig->route < ROUTE_COUNT ? route_phrases[sig->route] : "";
    if (sig->route == ROUTE_TRANSDERMAL && sig->unit == UNIT_PATCH) {
        route = route_phrases[ROUTE_TOPICAL]; /* "1 patch on the skin" says it */
    }
    route = sig->by_tube ? N_("by feeding tube") : route;
    add(&s, *route != '\0' ? _(route) : "");
    add_timing(&s, sig);
    for (size_t i = 1; i < sig_step_count(sig) && sig->is_parallel; i++) {
        add_part(&s, sig, i);
    }
    if (sig->with_food) {
        add(&s, _("with food"));
    }
    if (sig->before_food) {
        add(&s, _("before food"));
    }
    if (sig->after_food) {
        add(&s, _("after food"));
    }
    add_duration(&s, sig);
    if (sig->first_now) {
        add(&s, _(", first dose now"));
    }
    for (size_t i = 1; i < sig_step_count(sig) && !sig->is_parallel; i++) {
        struct sig step;
        sig_step(sig, i, &step);
        add(&s, _(", then"));
        add_dose(&s, &step);
        add_timing(&s, &step);
        add_duration(&s, &step);
    }
    add_rules(&s, sig);
    return buf;
}
