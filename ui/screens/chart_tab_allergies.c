/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart's tab of allergies, intolerances, side effects and what is tolerated, with the four-way assessment. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/picker.h"
#include "screens/chart_tab.h"
#include "service/allergies.h"

/* Why the allergies could not be asked: the words are kept with the assessment. */
static const char *const UNABLE_REASONS[] = {N_("unconscious or sedated"), N_("confused"), N_("no common language, no interpreter"),
                                             N_("too young, no carer present"), N_("emergency"), N_("refuses to answer")};
enum { REASONS = sizeof UNABLE_REASONS / sizeof *UNABLE_REASONS };

struct allergies {
    const struct chart_view *view;
    int shown[REASONS], shown_count; /* of the reasons, while one is chosen */
    int32_t base_ver;
};

static const struct table_column COLUMNS[] = {
    {N_("Substance"), 18, 2, 0, false},  {N_("Kind"), 11, 0, 0, false},  {N_("Reaction"), 13, 2, 0, false},
    {N_("Severity"), 16, 0, 0, false},   {N_("State"), 12, 1, 0, false}, {N_("Since"), 11, 0, 110, false},
    {N_("Recorded"), 11, 0, 110, false},
};

static const struct allergy *at(const struct chart_view *v, int row)
{
    return &v->chart->allergies.items[row];
}

static int count(const struct chart_view *v)
{
    return (int)v->chart->allergies.len;
}

static struct uid id(const struct chart_view *v, int row)
{
    return at(v, row)->id;
}

static bool is_live(const struct allergy *a)
{
    return a->state == ALLERGY_STATE_ACTIVE || a->state == ALLERGY_STATE_UNCONFIRMED || a->state == ALLERGY_STATE_NONE_GIVEN;
}

static bool is_checked(const struct allergy *a)
{
    return a->allergen_key != NULL && a->allergen_key[0] != '\0';
}

static enum mark mark(const struct chart_view *v, int row)
{
    const struct allergy *a = at(v, row);
    return !is_live(a) || a->kind == ALLERGY_KIND_TOLERATED       ? MARK_NONE
           : a->severity == REACTION_SEVERITY_LIFE_THREATENING    ? MARK_CONTRAINDICATED
           : a->severity == REACTION_SEVERITY_SEVERE              ? MARK_MAJOR
                                                                  : MARK_NONE;
}

static const char *state_text(const struct chart_view *v, const struct allergy *a, char *buf, enum style *style)
{
    if (is_live(a) && !is_checked(a)) {
        *style = STYLE_WARNING;
        return _("NOT CHECKED");
    }
    (void)snprintf(buf, TABLE_CELL_MAX, "%s%s%s", enum_label(ENUM_ALLERGY_STATE, (int)a->state), a->is_verified ? _(", confirmed") : "",
                   chart_is_new(v, a->recorded_at_us) ? _(", new") : ""); /* fits */
    return buf;
}

static const char *cell(const struct chart_view *v, int row, int column, char *buf, enum style *style)
{
    const struct allergy *a = at(v, row);
    *style = !is_live(a) ? STYLE_DIM : a->severity >= REACTION_SEVERITY_SEVERE && column == 0 ? STYLE_ALLERGY : STYLE_TEXT;
    switch (column) {
    case 0:
        return a->allergen_name;
    case 1:
        return enum_label(ENUM_ALLERGY_KIND, (int)a->kind);
    case 2:
        return a->reaction != NULL ? a->reaction : "";
    case 3:
        return enum_label(ENUM_REACTION_SEVERITY, (int)a->severity);
    case 4:
        return state_text(v, a, buf, style);
    case 5:
        return date_format_human(a->onset, buf);
    default:
        return date_format_human(zone_local(v->ws->site->zone, a->recorded_at_us).date, buf);
    }
}

static const char *empty(const struct chart_view *v)
{
    switch (v->chart->patient.allergy_status) {
    case ALLERGY_STATUS_NONE_KNOWN:
        return _("No known allergies. F5 adds one that turned up.");
    case ALLERGY_STATUS_UNABLE:
        return _("The allergies could not be asked. Ask again as soon as somebody can answer: F5 adds one, o records that there is none.");
    case ALLERGY_STATUS_LISTED:
        return _("No allergy is in force any more. o records that none is known.");
    default:
        return _("NOBODY HAS ASKED ABOUT ALLERGIES. F5 adds one, o records that none is known, w that they could not be asked.");
    }
}

/* Who assessed it and when, for the pane. */
static void draw_assessment(const struct chart_view *v, int row, struct area a)
{
    const struct patient *p = &v->chart->patient;
    char day[DATE_TEXT_MAX];
    if (p->allergy_status_at_us == 0) {
        return;
    }
    struct local_time when = zone_local(v->ws->site->zone, p->allergy_status_at_us);
    draw_format(a, row, 1, STYLE_DIM, _("Assessed %s%s%s: %s%s%s"), date_format_human(when.date, day),
                p->allergy_status_by[0] != '\0' ? ", " : "", p->allergy_status_by, enum_label(ENUM_ALLERGY_STATUS, (int)p->allergy_status),
                p->allergy_status_reason[0] != '\0' ? ", " : "", p->allergy_status_reason);
}

static void details(const struct chart_view *v, int row, struct area a)
{
    const struct allergy *allergy = at(v, row);
    char day[DATE_TEXT_MAX];
    draw_format(a, 0, 1, STYLE_BAR, "%s", allergy->allergen_name);
    int line = 1;
    draw_text(a, line++, 1, is_checked(allergy) ? STYLE_TEXT : STYLE_WARNING,
              allergen_kind_text(v->ws->site, is_checked(allergy) ? allergy->allergen_name : "", NULL));
    const char *note = allergy->note != NULL ? allergy->note : "", *original = allergy->original != NULL ? allergy->original : "";
    draw_format(a, line++, 1, STYLE_TEXT, _("Recorded %s  %s   %s%s%s"),
                date_format_human(zone_local(v->ws->site->zone, allergy->recorded_at_us).date, day),
                allergy->recorded_by != NULL ? allergy->recorded_by : "", note, original[0] != '\0' ? _("   source: ") : "", original);
    draw_assessment(v, line, a);
}

static const struct chart_rows ROWS = {COLUMNS, sizeof COLUMNS / sizeof *COLUMNS, count, id, cell, mark, empty, details, NULL};

static enum status tab_open(struct chart_view *v, void **out_state, struct error *err)
{
    struct allergies *m = mem_alloc(sizeof *m);
    (void)err;
    m->view = v;
    *out_state = m;
    return STATUS_OK;
}

static void tab_close(void *state)
{
    mem_free(state);
}

/* ---- actions ---- */

static unsigned run_add(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_ALLERGY, &(struct row_argument){v->chart->patient.id, UID_NONE});
    return STALE_CELLS;
}

static bool has_row(const void *state)
{
    return chart_row(state) >= 0;
}

static unsigned run_change(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_ALLERGY, &(struct row_argument){v->chart->patient.id, at(v, chart_row(v))->id});
    return STALE_CELLS;
}

static unsigned run_history(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    const struct allergy *a = at(v, chart_row(v));
    shell_open_or_say(sh, &SCREEN_HISTORY, &(struct history_argument){v->chart->patient.id, a->id, HISTORY_ALLERGY, a->allergen_name});
    return STALE_CELLS;
}

static void assess(struct shell *sh, struct chart_view *v, int32_t ver, enum allergy_status value, const char *reason)
{
    struct error err = ERROR_INIT;
    if (allergy_assess(v->ws->actor, v->chart->patient.id, ver, value, reason, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    } else {
        chart_say_saved(sh, v, enum_label(ENUM_ALLERGY_STATUS, (int)value));
    }
}

static unsigned none_answered(struct shell *sh, void *state, int answer)
{
    struct chart_view *v = state;
    struct allergies *m = chart_tab_state(v);
    if (answer == 1) {
        assess(sh, v, m->base_ver, ALLERGY_STATUS_NONE_KNOWN, NULL);
    }
    return STALE_DATA;
}

static unsigned run_none(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    struct allergies *m = chart_tab_state(v);
    char *name = patient_display_name(&v->chart->patient);
    char *text = mem_format(_("%s was asked, and knows of no allergy. Record that?"), name);
    m->base_ver = v->chart->patient.ver;
    shell_ask(sh, &(struct shell_question){.title = _("No known allergies"),
                                           .text = text,
                                           .answers = {_("Not asked yet"), _("Asked: none known")},
                                           .answered = none_answered});
    mem_free(text);
    mem_free(name);
    return STALE_CELLS;
}

static int filter_reasons(void *context, const char *text)
{
    struct allergies *m = context;
    m->shown_count = 0;
    for (int i = 0; i < REASONS; i++) {
        if (strstr(_(UNABLE_REASONS[i]), text) != NULL) {
            m->shown[m->shown_count++] = i;
        }
    }
    return m->shown_count;
}

static void draw_reason(const void *context, int row, struct area line, bool is_selected)
{
    const struct allergies *m = context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, _(UNABLE_REASONS[m->shown[row]]));
}

static unsigned reason_picked(struct shell *sh, void *state, int row)
{
    struct chart_view *v = state;
    struct allergies *m = chart_tab_state(v);
    if (row >= 0) {
        assess(sh, v, m->base_ver, ALLERGY_STATUS_UNABLE, _(UNABLE_REASONS[m->shown[row]]));
    }
    return STALE_DATA;
}

static unsigned run_unable(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    struct allergies *m = chart_tab_state(v);
    struct picker_source source = {{m, NULL, draw_reason, _("No such reason.")}, filter_reasons, m};
    m->base_ver = v->chart->patient.ver;
    shell_pick(sh, _("Why could the allergies not be asked?"), N_("Reason"), &source, reason_picked);
    return STALE_CELLS;
}

static bool has_no_allergy(const void *state)
{
    const struct chart_view *v = state;
    for (size_t i = 0; i < v->chart->allergies.len; i++) {
        if (v->chart->allergies.items[i].kind == ALLERGY_KIND_ALLERGY && is_live(&v->chart->allergies.items[i])) {
            return false;
        }
    }
    return true;
}

static const struct action ACTIONS[] = {
    {"add", KEYS_ADD, PERMISSION_ALLERGY_WRITE, N_("add"), N_("Add an allergy, intolerance, side effect or tolerated substance."),
     run_add, ACTION_IN_BAR, NULL},
    {"change", KEYS_CHANGE, PERMISSION_ALLERGY_WRITE, N_("correct"), N_("Correct the chosen row, or mark it refuted or resolved."),
     run_change, ACTION_IN_BAR, has_row},
    {"history", KEYS_HISTORY, 0, N_("history"), N_("Show who changed the chosen row, when and how."), run_history, ACTION_IN_BAR, has_row},
    {"allergy.none", "o", PERMISSION_ALLERGY_WRITE, N_("none known"), N_("Record that the patient was asked and knows of none; asks."),
     run_none, ACTION_IN_BAR, has_no_allergy},
    {"allergy.unable", "w", PERMISSION_ALLERGY_WRITE, N_("unable to ask"), N_("Record that the allergies could not be asked, and why."),
     run_unable, ACTION_IN_BAR, has_no_allergy},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct chart_tab CHART_TAB_ALLERGIES = {
    .part = {N_("Allergies"), ACTIONS},
    .name = "allergies",
    .fresh_min = FRESH_PROFILE,
    .rows = &ROWS,
    .open = tab_open,
    .close = tab_close,
};
