/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The right patient, always (ui.md rule 1): who; weight, kidneys, pregnancy; allergies worst first, of which a severe one is
 * never hidden behind a count. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/kidney.h"
#include "model/measure.h"
#include "screens/screens.h"

enum { ALLERGY_ROWS = 2, OLD_DAYS = 365, MRN_HEAD = 9 };

/* ---- who ---- */

static const char *sex_letter(enum gender gender)
{
    switch (gender) {
    case GENDER_FEMALE:
        /* TRANSLATORS: one letter for female, in the banner */
        return _("F");
    case GENDER_MALE:
        /* TRANSLATORS: one letter for male, in the banner */
        return _("M");
    default:
        return _("sex not known");
    }
}

/* Of joined records: whoever came here by another number or an old wristband sees why. */
static void draw_other_numbers(struct area a, int col, const struct patient *p)
{
    for (size_t i = 0; i < p->identifiers.len; i++) {
        const struct identifier *number = &p->identifiers.items[i];
        if (number->kind == IDENTIFIER_KIND_MRN && number->system[0] == '\0' && strcmp(number->value, p->mrn) != 0) {
            col = draw_format(a, 0, col + 2, STYLE_PATIENT, _("also MRN %s"), number->value);
        }
    }
}

static void draw_who(struct area a, const struct patient *p, struct date today)
{
    char age[DATE_TEXT_MAX], birth[DATE_TEXT_MAX], died[DATE_TEXT_MAX], mrn[64];
    char *name = patient_display_name(p);
    char *rest = mem_format("%s %s  %s  ", sex_letter(p->gender), date_format_age(p->birth_date, today, age),
                            date_is_none(p->birth_date) ? _("birth date not known") : date_format_human(p->birth_date, birth));
    (void)snprintf(mrn, sizeof mrn, _("MRN %s"), p->mrn); /* cut is fine */
    int cells = text_width_cells(rest) + text_width_cells(mrn) + 4;
    if (text_width_cells(name) > a.cols - 1 - cells && strlen(p->mrn) > MRN_HEAD) { /* another system's long id: its beginning will do */
        size_t head = 0; /* as much as a list shows of it, not cut within a letter */
        for (int i = 0; i < MRN_HEAD && p->mrn[head] != '\0'; i++) {
            head = text_next(p->mrn, head);
        }
        (void)snprintf(mrn, sizeof mrn, _("MRN %.*s%s"), (int)head, p->mrn, area_is_ascii(a) ? "~" : "\u2026"); /* fits */
        cells = text_width_cells(rest) + text_width_cells(mrn) + 4;
    }
    draw_fill(a, 0, 0, a.cols, STYLE_PATIENT, ' ');
    /* The name is cut before the rest is; it is never so narrow that it says nothing. */
    int room = a.cols - 1 - cells < 12 ? 12 : a.cols - 1 - cells, own = text_width_cells(name);
    int col = own <= room ? draw_text(a, 0, 1, STYLE_PATIENT, name) : draw_fit(a, 0, 1, room, STYLE_PATIENT, name);
    col = draw_text(a, 0, col + 2, STYLE_PATIENT, rest);
    col = draw_text(a, 0, col, STYLE_PATIENT, mrn);
    if (!date_is_none(p->death_date)) {
        col = draw_format(a, 0, col + 2, STYLE_CONTRAINDICATED, _("DIED %s"), date_format_human(p->death_date, died));
    }
    draw_other_numbers(a, col, p);
    mem_free(rest);
    mem_free(name);
}

/* ---- facts that doses depend on ---- */

static int draw_weight(struct area a, int col, const struct patient *p, struct date today, const struct zone *zone)
{
    char on[DATE_TEXT_MAX], weight[DECIMAL_TEXT_MAX];
    int age = date_age_years(p->birth_date, today);
    if (!decimal_is_zero(p->weight_kg)) {
        return draw_format(a, 0, col, STYLE_TEXT, _("%s kg (%s)"), weight_format(p->weight_kg, weight),
                           date_format_human(zone_local(zone, p->weight_at_us).date, on));
    }
    bool is_child = age >= 0 && age < KIDNEY_ADULT_YEARS; /* a dose goes by the weight */
    return draw_text(a, 0, col, is_child ? STYLE_CONTRAINDICATED : STYLE_DIM, is_child ? _("NO WEIGHT") : _("weight not known"));
}

/* A laboratory's own number, where the clearance cannot be calculated. */
static int draw_egfr(struct area a, int col, const struct patient *p, struct date today, const struct zone *zone)
{
    char value[DECIMAL_TEXT_MAX], on[DATE_TEXT_MAX];
    struct date measured = zone_local(zone, p->egfr.at_us).date;
    bool is_old = date_to_days(today) - date_to_days(measured) > OLD_DAYS;
    return draw_format(a, 0, col + 3, is_old ? STYLE_WARNING : STYLE_TEXT, is_old ? _("eGFR %s (OLD: %s)") : _("eGFR %s (%s)"),
                       decimal_format(decimal_round(p->egfr.value, 0), value), date_format_human(measured, on));
}

static int draw_kidney(struct area a, int col, const struct patient *p, struct date today, const struct zone *zone)
{
    struct kidney k = kidney_clearance(p, today);
    char crcl[DECIMAL_TEXT_MAX], on[DATE_TEXT_MAX];
    if (k.gap != KIDNEY_KNOWN && p->egfr.at_us != 0) {
        return draw_egfr(a, col, p, today, zone);
    }
    if (k.gap == KIDNEY_CHILD) {
        return col;
    }
    if (k.gap != KIDNEY_KNOWN) {
        return draw_format(a, 0, col + 3, STYLE_DIM, _("CrCl not known: %s"), kidney_gap_text(k.gap));
    }
    struct date measured = zone_local(zone, k.creatinine_at_us).date;
    bool is_old = date_to_days(today) - date_to_days(measured) > OLD_DAYS;
    return draw_format(a, 0, col + 3, is_old ? STYLE_WARNING : STYLE_TEXT, is_old ? _("CrCl %s mL/min (OLD: %s)") : _("CrCl %s mL/min (%s)"),
                       decimal_format(k.crcl, crcl), date_format_human(measured, on));
}

static int draw_pregnancy(struct area a, int col, const struct patient *p)
{
    char due[DATE_TEXT_MAX];
    if (p->pregnancy == PREGNANCY_PREGNANT && date_is_none(p->due_date)) {
        col = draw_text(a, 0, col + 3, STYLE_MAJOR, _("PREGNANT"));
    } else if (p->pregnancy == PREGNANCY_PREGNANT) {
        col = draw_format(a, 0, col + 3, STYLE_MAJOR, _("PREGNANT, due %s"), date_format_human(p->due_date, due));
    } else if (p->pregnancy == PREGNANCY_POSSIBLE) {
        col = draw_text(a, 0, col + 3, STYLE_MAJOR, _("POSSIBLY PREGNANT"));
    }
    return p->lactation == LACTATION_LACTATING ? draw_text(a, 0, col + 3, STYLE_MAJOR, _("BREASTFEEDING")) : col;
}

/* ---- allergies ---- */

static bool counts(const struct allergy *a)
{
    return a->kind != ALLERGY_KIND_TOLERATED &&
           (a->state == ALLERGY_STATE_NONE_GIVEN || a->state == ALLERGY_STATE_ACTIVE || a->state == ALLERGY_STATE_UNCONFIRMED);
}

static bool is_severe(const struct allergy *a)
{
    return allergy_severity(a) >= REACTION_SEVERITY_SEVERE;
}

/* The worst first; then allergies before intolerances and side effects. */
static int by_severity(const void *a, const void *b)
{
    const struct allergy *x = *(const struct allergy *const *)a, *y = *(const struct allergy *const *)b;
    enum reaction_severity worse_x = allergy_severity(x), worse_y = allergy_severity(y);
    if (worse_x != worse_y) {
        return worse_x > worse_y ? -1 : 1;
    }
    bool first = x->kind == ALLERGY_KIND_ALLERGY, second = y->kind == ALLERGY_KIND_ALLERGY;
    return first != second ? (first ? -1 : 1) : uid_compare(x->id, y->id);
}

/* "!! penicillin: anaphylaxis, life-threatening (verified)", or only "!! penicillin". Caller frees. */
static char *allergy_words(const struct allergy *a, bool is_full)
{
    struct buffer out = BUFFER_INIT;
    const char *sign = allergy_severity(a) == REACTION_SEVERITY_LIFE_THREATENING ? "!! " : is_severe(a) ? "! " : "";
    buffer_append_format(&out, "%s%s", sign, a->allergen_name);
    if (is_full && a->reaction != NULL && a->reaction[0] != '\0') {
        buffer_append_format(&out, ": %s", a->reaction);
    }
    if (is_full && a->severity != REACTION_SEVERITY_NONE_GIVEN) {
        buffer_append_format(&out, ", %s", enum_label(ENUM_REACTION_SEVERITY, (int)a->severity));
    }
    if (is_full && a->kind != ALLERGY_KIND_ALLERGY && a->kind != ALLERGY_KIND_NONE_GIVEN) {
        buffer_append_format(&out, " (%s)", enum_label(ENUM_ALLERGY_KIND, (int)a->kind));
    }
    if (is_full && a->is_verified) {
        buffer_append_format(&out, " %s", _("(verified)"));
    }
    return buffer_take(&out);
}

/* Places the words into the rows from column `col` of the first, the first `full` of them in full; with `paint` paints them.
 * How many had room; the last row keeps room for the count of the others. */
static size_t place(struct area a, int col, const struct allergy **sorted, size_t count, size_t full, bool paint, int more_cells,
                    int *out_row, int *out_col)
{
    int row = 0;
    size_t placed = 0;
    for (; placed < count; placed++) {
        char *words = allergy_words(sorted[placed], placed < full);
        int cells = text_width_cells(words), keep = placed + 1 < count ? more_cells : 0;
        if (row < ALLERGY_ROWS - 1 && col + cells > a.cols - 1) {
            row++;
            col = 2;
        }
        bool fits = col + cells <= a.cols - 1 - (row == ALLERGY_ROWS - 1 ? keep : 0);
        if (fits && paint) {
            (void)draw_text(a, row, col, is_severe(sorted[placed]) ? STYLE_ALLERGY : STYLE_TEXT, words);
        }
        mem_free(words);
        if (!fits) {
            break;
        }
        col += cells + 3;
    }
    *out_row = row;
    *out_col = col;
    return placed;
}

static void draw_listed(struct area a, int col, const struct allergy **sorted, size_t count)
{
    size_t severe = 0, placed = 0;
    int row = 0, at = 0;
    char more[64] = "";
    for (size_t i = 0; i < count; i++) {
        severe += is_severe(sorted[i]);
    }
    (void)snprintf(more, sizeof more, _("+%zu more, %zu SEVERE"), count, count); /* the widest that may be needed */
    int more_cells = text_width_cells(more) + 1;
    /* Fewer words for the milder ones, until no severe one is left out. */
    size_t full = count;
    while ((placed = place(a, col, sorted, count, full, false, more_cells, &row, &at)) < severe && full > 0) {
        full--;
    }
    placed = place(a, col, sorted, count, full, true, more_cells, &row, &at);
    if (placed < severe) {
        draw_format(a, row, at, STYLE_CONTRAINDICATED, _("+%zu more, %zu SEVERE"), count - placed, severe - placed);
    } else if (placed < count) {
        draw_format(a, row, at, STYLE_ALLERGY, _("+%zu more"), count - placed);
    }
}

static void draw_allergies(struct area a, const struct chart *chart, const struct zone *zone)
{
    const struct allergy **sorted = mem_alloc_array(chart->allergies.len + 1, sizeof *sorted);
    const struct patient *p = &chart->patient;
    char day[DATE_TEXT_MAX] = "";
    size_t count = 0;
    for (size_t i = 0; i < chart->allergies.len; i++) {
        if (counts(&chart->allergies.items[i])) {
            sorted[count++] = &chart->allergies.items[i];
        }
    }
    if (p->allergy_status_at_us != 0) {
        (void)date_format_human(zone_local(zone, p->allergy_status_at_us).date, day);
    }
    if (count > 0) {
        qsort(sorted, count, sizeof *sorted, by_severity);
        draw_listed(a, draw_text(a, 0, 1, STYLE_ALLERGY, _("ALLERGIES")) + 1, sorted, count);
    } else if (p->allergy_status == ALLERGY_STATUS_NONE_KNOWN) {
        draw_format(a, 0, 1, STYLE_TEXT, _("No known allergies (%s%s%s)"), day, p->allergy_status_by[0] != '\0' ? ", " : "", p->allergy_status_by);
    } else if (p->allergy_status == ALLERGY_STATUS_UNABLE) {
        draw_format(a, 0, 1, STYLE_ALLERGY, _("ALLERGIES COULD NOT BE ASKED (%s): %s"), day, p->allergy_status_reason);
    } else if (p->allergy_status == ALLERGY_STATUS_LISTED) {
        draw_text(a, 0, 1, STYLE_TEXT, _("No allergy in force; see the list for those that were refuted or resolved"));
    } else {
        draw_text(a, 0, 1, STYLE_CONTRAINDICATED, _("ALLERGIES NOT ASKED"));
    }
    mem_free(sorted);
}

/* Over the right end of the first row: what must not be overlooked while it lasts. */
static void draw_restriction(struct area a, const struct restriction_view *r, const struct zone *zone)
{
    if (!r->is_restricted) {
        return;
    }
    struct local_time until = zone_local(zone, r->emergency_until_us);
    char *words = r->emergency_until_us != 0 ? mem_format(_(" EMERGENCY until %02d:%02d "), until.hour, until.minute)
                                             : mem_format("%s", _(" RESTRICTED "));
    int cells = text_width_cells(words);
    draw_fit(a, 0, a.cols - cells, cells, r->emergency_until_us != 0 ? STYLE_CONTRAINDICATED : STYLE_ALLERGY, words);
    mem_free(words);
}

void banner_draw(struct area a, const struct chart *chart, struct date today, const struct zone *zone)
{
    const struct patient *p = &chart->patient;
    draw_who(a, p, today);
    draw_restriction(a, &chart->restriction, zone);
    struct area facts = area_rows(a, 1, 1);
    int col = 1;
    if (chart->doubles[0] != '\0') { /* until somebody has judged it */
        col = draw_format(facts, 0, col, STYLE_CONTRAINDICATED, _("DOUBLE? %s"), chart->doubles) + 3;
    }
    col = draw_weight(facts, col, p, today, zone);
    col = draw_pregnancy(facts, col, p); /* before what may be long and cut */
    (void)draw_kidney(facts, col, p, today, zone);
    draw_allergies(area_rows(a, BANNER_ROWS - ALLERGY_ROWS, ALLERGY_ROWS), chart, zone);
}
