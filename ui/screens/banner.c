/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The right patient, always: who, then allergies worst first, then room before what follows. */
#include <stdlib.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "screens/screens.h"

static bool counts(const struct allergy *a)
{
    return a->kind != ALLERGY_KIND_TOLERATED &&
           (a->state == ALLERGY_STATE_NONE_GIVEN || a->state == ALLERGY_STATE_ACTIVE || a->state == ALLERGY_STATE_UNCONFIRMED);
}

static bool is_severe(const struct allergy *a)
{
    return a->severity >= REACTION_SEVERITY_SEVERE;
}

static int by_severity(const void *a, const void *b)
{
    const struct allergy *x = *(const struct allergy *const *)a, *y = *(const struct allergy *const *)b;
    if (x->severity != y->severity) {
        return x->severity > y->severity ? -1 : 1;
    }
    return uid_compare(x->id, y->id);
}

/* "!! penicillin: anaphylaxis (verified)". Caller frees. */
static char *allergy_words(const struct allergy *a)
{
    bool has_reaction = a->reaction != NULL && a->reaction[0] != '\0';
    const char *sign = a->severity == REACTION_SEVERITY_LIFE_THREATENING ? "!! " : is_severe(a) ? "! " : "";
    return mem_format("%s%s%s%s%s%s%s%s", sign, a->allergen_name, has_reaction ? ": " : "", has_reaction ? a->reaction : "",
                      a->severity != REACTION_SEVERITY_NONE_GIVEN ? ", " : "",
                      enum_label(ENUM_REACTION_SEVERITY, (int)a->severity), a->is_verified ? " " : "",
                      a->is_verified ? _("(verified)") : "");
}

/* As many as fit in two rows; what does not is counted, and severe ones among them are said aloud. */
static void draw_listed(struct area a, int col, const struct allergy **sorted, size_t count)
{
    int row = 0;
    for (size_t i = 0; i < count; i++) {
        char *words = allergy_words(sorted[i]);
        int cells = text_width_cells(words), room = a.cols - (row == 1 && i + 1 < count ? 26 : 1);
        if (row == 0 && col + cells > room) {
            row = 1;
            col = 2;
            room = a.cols - (i + 1 < count ? 26 : 1);
        }
        if (col + cells > room && i + 1 < count) {
            mem_free(words);
            size_t severe = 0;
            for (size_t j = i; j < count; j++) {
                severe += is_severe(sorted[j]);
            }
            if (severe > 0) {
                draw_format(a, row, col, STYLE_CONTRAINDICATED, _("+%zu more, %zu SEVERE"), count - i, severe);
            } else {
                draw_format(a, row, col, STYLE_ALLERGY, _("+%zu more"), count - i);
            }
            return;
        }
        col = draw_text(a, row, col, is_severe(sorted[i]) ? STYLE_ALLERGY : STYLE_TEXT, words) + 3;
        mem_free(words);
    }
}

static void draw_allergies(struct area a, const struct chart *chart)
{
    const struct allergy **sorted = mem_alloc_array(chart->allergies.len + 1, sizeof *sorted);
    size_t count = 0;
    for (size_t i = 0; i < chart->allergies.len; i++) {
        if (counts(&chart->allergies.items[i])) {
            sorted[count++] = &chart->allergies.items[i];
        }
    }
    if (count > 0) {
        qsort(sorted, count, sizeof *sorted, by_severity);
        draw_listed(a, draw_text(a, 0, 1, STYLE_ALLERGY, _("ALLERGIES")) + 1, sorted, count);
    } else if (chart->patient.allergy_status == ALLERGY_STATUS_NONE_KNOWN) {
        draw_text(a, 0, 1, STYLE_TEXT, _("No known allergies"));
    } else if (chart->patient.allergy_status == ALLERGY_STATUS_UNABLE) {
        draw_text(a, 0, 1, STYLE_ALLERGY, _("ALLERGIES COULD NOT BE ASKED"));
    } else {
        draw_text(a, 0, 1, STYLE_CONTRAINDICATED, _("ALLERGIES NOT ASKED"));
    }
    mem_free(sorted);
}

void banner_draw(struct area a, const struct chart *chart, struct date today, const struct zone *zone)
{
    const struct patient *p = &chart->patient;
    char age[DATE_TEXT_MAX], birth[DATE_TEXT_MAX], on[DATE_TEXT_MAX], weight[DECIMAL_TEXT_MAX];
    char *name = patient_display_name(p);
    draw_fill(a, 0, 0, a.cols, STYLE_PATIENT, ' ');
    int col = draw_text(a, 0, 1, STYLE_PATIENT, name);
    mem_free(name);
    col = draw_format(a, 0, col + 2, STYLE_PATIENT, "%s  %s  %s", enum_label(ENUM_GENDER, (int)p->gender),
                      date_format_age(p->birth_date, today, age), date_format_human(p->birth_date, birth));
    col = draw_format(a, 0, col + 2, STYLE_PATIENT, _("MRN %s"), p->mrn);
    if (!decimal_is_zero(p->weight_kg)) {
        struct local_time at = zone_local(zone, p->weight_at_us);
        draw_format(a, 0, col + 2, STYLE_PATIENT, _("%s kg (%s)"), decimal_format(p->weight_kg, weight),
                    date_format_human(at.date, on));
    }
    draw_allergies(area_rows(a, 1, 2), chart);
}
