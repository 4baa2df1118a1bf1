/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a typed order line is shown while it is typed. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/measure.h"
#include "screens/order_entry.h"

enum { SENTENCE_ROWS = 3, PROBLEMS_MAX = 4, WEIGHT_OLD_DAYS = 90, WEIGHT_OLD_DAYS_CHILD = 30 };

static enum style style_of_span(const struct order_entry *e, size_t span, char *out_mark)
{
    *out_mark = ' ';
    if (e->line.spans[span].meaning == ORDER_LINE_UNKNOWN) {
        *out_mark = '^';
        return STYLE_ERROR;
    }
    enum style style = STYLE_TEXT;
    for (size_t i = 0; i < e->line.warning_count; i++) {
        if (e->line.warnings[i].span == span) {
            bool blocks = order_line_warning_blocks(e->line.warnings[i].kind);
            *out_mark = blocks ? '?' : *out_mark == '?' ? '?' : '~';
            style = STYLE_WARNING;
        }
    }
    return style;
}

static int cells_between(const char *text, size_t from, size_t to)
{
    char part[ORDER_LINE_MAX + 1];
    size_t len = to - from < sizeof part - 1 ? to - from : sizeof part - 1;
    memcpy(part, text + from, len);
    part[len] = '\0';
    return text_width_cells(part);
}

void order_entry_draw_marks(const struct order_entry *e, struct area row, int left, size_t first)
{
    for (size_t i = 0; i < e->line.span_count; i++) {
        const struct order_line_span *span = &e->line.spans[i];
        char mark;
        enum style style = style_of_span(e, i, &mark);
        if (mark != ' ' && span->start >= first) {
            draw_fill(row, 0, left + cells_between(e->text, first, span->start), cells_between(e->text, span->start, span->end),
                      style, mark);
        }
    }
}

/* "15 mg/kg x 6.4 kg (weighed 2 Nov 2026) = 96 mg; 3.8 mL of 125 mg/5 mL" */
static int draw_weight(const struct order_entry *e, const struct patient *patient, struct area a)
{
    char per_kg[DECIMAL_TEXT_MAX], kg[DECIMAL_TEXT_MAX], exact[DECIMAL_TEXT_MAX], dose[DECIMAL_TEXT_MAX], day[DATE_TEXT_MAX];
    char volume[DECIMAL_TEXT_MAX];
    if (e->sig.weight_basis == WEIGHT_BASIS_NONE) {
        return 0;
    }
    if (decimal_is_zero(e->sig.weight_kg)) {
        draw_text(a, 0, 1, STYLE_WARNING, _("NOT CALCULATED: no weight is known. Record it first, or the dose stays open."));
        return 1;
    }
    struct local_time now = site_now(e->site);
    int days = (int)(date_to_days(now.date) - date_to_days(e->sig.weight_on));
    bool is_child = date_age_years(patient->birth_date, now.date) < 18;
    int col = draw_format(a, 0, 1, STYLE_TEXT, _("%s %s/kg %s x %s kg"), decimal_format(e->sig.per_kg, per_kg),
                          unit_word(e->sig.per_kg_unit),
                          e->sig.weight_basis == WEIGHT_BASIS_PER_DAY ? _("per day") : _("per dose"),
                          weight_format(e->sig.weight_kg, kg));
    bool is_old = days > (is_child ? WEIGHT_OLD_DAYS_CHILD : WEIGHT_OLD_DAYS);
    draw_format(a, 0, col + 1, is_old ? STYLE_WARNING : STYLE_DIM, is_old ? _("(weighed %s, %d days ago: still right?)") : _("(weighed %s)"),
                date_format_human(e->sig.weight_on, day), days);
    draw_format(a, 1, 3, STYLE_TEXT, _("= %s %s, rounded to %s %s a dose%s%s%s"), decimal_format(e->exact, exact),
                unit_word(e->sig.per_kg_unit), decimal_format(e->sig.dose, dose), unit_word(e->sig.unit), e->has_volume ? " = " : "",
                e->has_volume ? decimal_format(e->volume_ml, volume) : "", e->has_volume ? " mL" : "");
    return 2;
}

static int draw_problem(const struct order_entry *e, const struct order_line_warning *w, struct area row)
{
    char words[ORDER_LINE_MAX + 1] = "";
    bool blocks = order_line_warning_blocks(w->kind);
    if (w->span != ORDER_LINE_NO_SPAN) {
        const struct order_line_span *span = &e->line.spans[w->span];
        (void)snprintf(words, sizeof words, "%.*s: ", span->end - span->start, e->text + span->start);
    }
    draw_format(row, 0, 1, blocks ? STYLE_WARNING : STYLE_DIM, "%s %s%s%s%s", blocks ? "?" : "~", words,
                order_line_warning_text(w->kind), w->safe != NULL ? " " : "", w->safe != NULL ? _(w->safe) : "");
    return 1;
}

/* What was not understood, then what must be settled, then what should be seen; as many as fit. */
static int draw_problems(const struct order_entry *e, struct area a)
{
    int row = 0;
    for (size_t i = 0; i < e->line.span_count && row < PROBLEMS_MAX; i++) {
        const struct order_line_span *span = &e->line.spans[i];
        if (span->meaning == ORDER_LINE_UNKNOWN) {
            draw_format(a, row++, 1, STYLE_ERROR, _("^ %.*s: not understood"), span->end - span->start, e->text + span->start);
        }
    }
    for (int blocking = 1; blocking >= 0; blocking--) {
        for (size_t i = 0; i < e->line.warning_count && row < PROBLEMS_MAX; i++) {
            if (order_line_warning_blocks(e->line.warnings[i].kind) == (blocking != 0)) {
                row += draw_problem(e, &e->line.warnings[i], area_rows(a, row, 1));
            }
        }
    }
    if (e->is_unit_guessed && row < PROBLEMS_MAX) {
        draw_format(a, row++, 1, STYLE_DIM, _("~ %s: the unit of every product of this drug."), unit_word(e->sig.unit));
    }
    if (e->is_route_guessed && row < PROBLEMS_MAX) {
        draw_format(a, row++, 1, STYLE_DIM, _("~ %s: the usual way of this drug; type another one where it is meant."),
                    enum_label(ENUM_ROUTE, (int)e->sig.route));
    }
    const char *assumed = e->is_drug_settled ? drug_assumed_form(e->site->knowledge, &e->drug) : "";
    if (assumed[0] != '\0' && row < PROBLEMS_MAX) {
        char *words = mem_format("~ %s", assumed);
        row += draw_wrapped(area_part(a, row, 0, a.rows - row, a.cols - 1), 0, 1, STYLE_DIM, words);
        mem_free(words);
    }
    return row;
}

static void draw_suggestion(const struct order_entry *e, int which, struct area row)
{
    const struct drug_suggestion *d = &e->suggestions[which];
    bool is_selected = which == e->selected;
    const char *partner = order_entry_lookalike_of(e, which);
    draw_text(row, 0, 1, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    int col = draw_format(row, 0, 3, STYLE_TEXT, "%s%s%s", d->name, d->ingredients[0] != '\0' && strcmp(d->ingredients, d->name) != 0 ? "  " : "",
                          strcmp(d->ingredients, d->name) != 0 ? d->ingredients : "");
    if (partner != NULL) {
        col = mark_draw_symbol(row, 0, col + 1, MARK_NAME_ALERT);
        col = draw_format(row, 0, col, STYLE_WARNING, _(" looks like %s"), partner);
    }
    if (!d->is_curated) {
        draw_text(row, 0, col + 1, STYLE_WARNING, _("known by name only: cannot be checked"));
    }
}

static void draw_suggestions(const struct order_entry *e, struct area a)
{
    if (e->suggestion_count == 0) {
        if (e->drug_words[0] != '\0' && !e->is_drug_settled) {
            draw_format(a, 0, 1, STYLE_WARNING, _("No drug is called \"%s\"."), e->drug_words);
        }
        return;
    }
    int page = a.rows - 1 > 0 ? a.rows - 1 : 1, top = e->selected < page ? 0 : e->selected - page + 1, row = 1;
    if (e->is_misspelt) {
        draw_format(a, 0, 1, STYLE_WARNING, _("No drug is called \"%s\". Did you mean? Down chooses, Enter takes it."),
                    e->drug_words);
    } else {
        draw_text(a, 0, 1, STYLE_HEADING, _("Which drug? Up and Down, Enter takes it."));
    }
    for (int i = top; i < e->suggestion_count && row < a.rows; i++) {
        draw_suggestion(e, i, area_rows(a, row++, 1));
    }
}

void order_entry_draw(const struct order_entry *e, const struct patient *patient, struct area a)
{
    char *sentence = order_entry_sentence(e);
    const char *partner = order_entry_lookalike(e);
    int row = 0;
    if (sentence[0] != '\0') {
        row += draw_wrapped(area_part(a, 0, 0, SENTENCE_ROWS, a.cols - 1), 0, 1, STYLE_HEADING, sentence);
    } else {
        draw_text(a, row++, 1, STYLE_DIM, _("Type the order in one line: amox 500 tid 7d #21 r0"));
    }
    row += draw_weight(e, patient, area_rows(a, row, 2));
    if (partner != NULL) {
        int col = mark_draw_symbol(a, row, 1, MARK_NAME_ALERT);
        draw_format(a, row++, col, STYLE_WARNING, _(" looks like %s: read the name once more"), partner);
    }
    if (e->also_for != NULL) {
        draw_format(a, row++, 1, STYLE_WARNING, _("%s is as needed for the same: say which comes first."), e->also_for);
    }
    if (e->sig.by_tube && (e->drug.is_extended_release || e->drug.is_delayed_release)) {
        draw_text(a, row++, 1, STYLE_WARNING, _("Not for a feeding tube: crushed, all of it comes at once. Order another form."));
    }
    row += draw_problems(e, area_rows(a, row, a.rows - row));
    draw_suggestions(e, area_rows(a, row, a.rows - row));
    mem_free(sentence);
}
