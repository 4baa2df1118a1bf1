/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of a patient's chart: the banner, the tabs (chart_tab.h), and a pane with what the safety engine says or with
 * the chosen row in full. A wide terminal has the pane beside the rows, with both. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "screens/chart_tab.h"
#include "service/emergencies.h"
#include "service/restrictions.h"

enum { BEFORE_H = 24, AFTER_H = 24, PANE_ROWS = 4, HEAD_ROWS = BANNER_ROWS + 1, FINDINGS_ROWS = 8 };

static const struct chart_tab *const TABS[] = {&CHART_TAB_MEDS, &CHART_TAB_DOSES, &CHART_TAB_ALLERGIES,
                                               &CHART_TAB_PROBLEMS, &CHART_TAB_RECONCILE, &CHART_TAB_METRICS, &CHART_TAB_PROFILE, &CHART_TAB_ACCESS};
enum { TAB_COUNT = sizeof TABS / sizeof *TABS };

static const struct screen_part *const PARTS[] = {&CHART_TAB_MEDS.part, &CHART_TAB_DOSES.part, &CHART_TAB_ALLERGIES.part,
                                                  &CHART_TAB_PROBLEMS.part, &CHART_TAB_RECONCILE.part, &CHART_TAB_METRICS.part, &CHART_TAB_PROFILE.part,
                                                  &CHART_TAB_ACCESS.part, NULL};

void *chart_tab_state(const struct chart_view *v)
{
    return v->states[v->tab];
}

int chart_row(const struct chart_view *v)
{
    const struct list *list = &v->tables[v->tab].list;
    return TABS[v->tab]->rows != NULL && v->is_open[v->tab] && list->count > 0 ? list->selected : -1;
}

bool chart_is_new(const struct chart_view *v, int64_t recorded_at_us)
{
    return v->ws->actor != NULL && v->ws->actor->last_sign_off_us > 0 && recorded_at_us > v->ws->actor->last_sign_off_us;
}

void chart_say_saved(struct shell *sh, const struct chart_view *v, const char *what)
{
    char *name = patient_display_name(&v->chart->patient);
    shell_say(sh, MESSAGE_GOOD, _("%s: %s. Saved here."), name, what);
    mem_free(name);
}

/* ---- rows of a tab, as the kit's table wants them ---- */

struct binding {
    const struct chart_view *view;
    const struct chart_rows *rows;
};

static struct uid bound_id(const void *context, int row)
{
    const struct binding *b = context;
    return b->rows->id(b->view, row);
}

static const char *bound_cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct binding *b = context;
    return b->rows->cell(b->view, row, column, buf, style);
}

static enum mark bound_mark(const void *context, int row)
{
    const struct binding *b = context;
    return b->rows->mark(b->view, row);
}

static struct table_source source_of(const struct binding *b)
{
    return (struct table_source){.context = b,
                                 .id = bound_id,
                                 .cell = bound_cell,
                                 .empty_text = b->rows->empty(b->view),
                                 .mark = b->rows->mark != NULL ? bound_mark : NULL};
}

/* ---- opening and reading again ---- */

static bool is_offered(const struct chart_view *v, int tab)
{
    enum permission needed = (enum permission)TABS[tab]->permission;
    return needed == 0 || (actor_may(v->ws->actor, needed) && (!v->ws->is_emergency || restriction_in_emergency(needed)));
}

static void note_failure(struct chart_view *v, int tab, enum status status, struct error *err)
{
    mem_free(v->errors[tab]);
    err->status = status;
    v->errors[tab] = status == STATUS_OK ? NULL : mem_copy_text(error_text(err));
}

static void refresh_rows(struct chart_view *v, int tab)
{
    int shown = v->tab;
    v->tab = tab; /* a tab finds its own state by the one that is shown */
    if (TABS[tab]->rows != NULL && v->is_open[tab]) {
        struct binding b = {v, TABS[tab]->rows};
        struct table_source source = source_of(&b);
        table_refresh(&v->tables[tab], &source, TABS[tab]->rows->count(v));
    }
    v->tab = shown;
}

static void refresh_tab(struct chart_view *v, int tab)
{
    struct error err = ERROR_INIT;
    if (v->is_open[tab] && TABS[tab]->refresh != NULL) {
        note_failure(v, tab, TABS[tab]->refresh(v, v->states[tab], &err), &err);
    }
    refresh_rows(v, tab);
}

/* A tab is opened when it is first shown; what failed is tried again at the next time. */
static void show_tab(struct chart_view *v, int tab)
{
    struct error err = ERROR_INIT;
    v->tab = tab;
    if (v->is_open[tab]) {
        return;
    }
    enum status status = TABS[tab]->open != NULL ? TABS[tab]->open(v, &v->states[tab], &err) : STATUS_OK;
    note_failure(v, tab, status, &err);
    v->is_open[tab] = status == STATUS_OK;
    refresh_rows(v, tab);
}

static void read_waiting(struct chart_view *v)
{
    struct uid_list list = {0};
    if (v->ws->is_joined && central_link_waiting_rows(v->ws->actor, v->chart->patient.id, &list, NULL) != STATUS_OK) {
        list = (struct uid_list){0}; /* shown as at the centre until the next refresh; the bar still counts what waits */
    }
    mem_free(v->waiting.items);
    v->waiting = list;
}

static enum status chart_screen_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct uid *patient = argument;
    struct workstation *ws = shell_app(sh);
    struct chart *chart = NULL;
    enum status status = chart_open(ws->actor, *patient, BEFORE_H, AFTER_H, &chart, err);
    if (status == STATUS_RESTRICTED && actor_may(ws->actor, PERMISSION_EMERGENCY_ACCESS)) {
        shell_open_or_say(sh, &SCREEN_BREAK_GLASS, patient); /* below the message that says why */
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct chart_view *v = mem_alloc(sizeof *v);
    v->ws = ws;
    v->chart = chart;
    ws->is_emergency = chart->restriction.emergency_until_us != 0;
    for (int i = 0; i < TAB_COUNT; i++) {
        if (TABS[i]->rows != NULL) {
            table_init(&v->tables[i], TABS[i]->rows->columns, TABS[i]->rows->column_count);
            v->tables[i].has_signs = TABS[i]->rows->mark != NULL;
        }
    }
    read_waiting(v);
    show_tab(v, 0);
    *out_state = v;
    return STATUS_OK;
}

static void chart_screen_close(void *state)
{
    struct chart_view *v = state;
    for (int i = 0; i < TAB_COUNT; i++) {
        if (v->is_open[i] && TABS[i]->close != NULL) {
            TABS[i]->close(v->states[i]);
        }
        mem_free(v->errors[i]);
    }
    mem_free(v->waiting.items);
    v->ws->is_emergency = false;
    bool is_emergency = v->chart->restriction.emergency_until_us != 0 && v->ws->actor != NULL;
    if (is_emergency && emergency_end(v->ws->actor, v->chart->patient.id, NULL) != STATUS_OK) {
        log_write(LOG_WARNING, "an emergency opening could not be ended; it ends when its hour is over");
    }
    chart_free(v->chart);
    mem_free(v);
}

/* ---- the picture ---- */

static char *note_of(const struct chart_view *v)
{
    const struct chart_rows *rows = TABS[v->tab]->rows;
    return rows != NULL && rows->note != NULL && v->is_open[v->tab] ? rows->note(v) : NULL;
}

static void layout_tab(struct chart_view *v)
{
    const struct chart_tab *tab = TABS[v->tab];
    if (tab->rows != NULL) {
        table_layout(&v->tables[v->tab], v->body.rows, v->body.cols);
    } else if (v->is_open[v->tab] && tab->layout != NULL) {
        tab->layout(v, v->states[v->tab], v->body);
    }
}

static void chart_screen_layout(void *state, struct area body)
{
    struct chart_view *v = state;
    struct area rest = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS);
    bool is_wide = body.cols >= CHART_WIDE_COLS, has_details = TABS[v->tab]->rows != NULL && TABS[v->tab]->rows->details != NULL;
    v->banner = area_rows(body, 0, BANNER_ROWS);
    v->tabs = area_rows(body, BANNER_ROWS, 1);
    if (is_wide) {
        int left = rest.cols * 2 / 3, findings = has_details ? rest.rows / 3 : rest.rows;
        findings = has_details && findings < FINDINGS_ROWS ? FINDINGS_ROWS : findings;
        v->body = area_part(rest, 0, 0, rest.rows, left - 1);
        v->findings = area_part(rest, 0, left, findings, rest.cols - left);
        v->pane = area_part(rest, findings, left, rest.rows - findings, rest.cols - left);
    } else {
        v->body = area_rows(rest, 0, rest.rows - PANE_ROWS);
        v->findings = v->pane = area_rows(rest, rest.rows - PANE_ROWS, PANE_ROWS);
        if (has_details) {
            v->findings.rows = 0;
        }
    }
    char *note = note_of(v);
    v->note = area_rows(v->body, 0, note != NULL ? 1 : 0);
    v->body = area_rows(v->body, v->note.rows, v->body.rows - v->note.rows);
    mem_free(note);
    layout_tab(v);
}

static bool waits(const struct chart_view *v, struct uid id)
{
    for (size_t i = 0; i < v->waiting.len; i++) {
        if (uid_compare(v->waiting.items[i], id) == 0) {
            return true;
        }
    }
    return false;
}

/* Where the chosen row is: a slot is where the records of its dose are. */
static const char *where_row_is(const struct chart_view *v, struct uid id)
{
    bool is_here_only = waits(v, id);
    for (size_t i = 0; i < v->chart->events.len; i++) {
        is_here_only = is_here_only || (uid_compare(v->chart->events.items[i].slot, id) == 0 && waits(v, v->chart->events.items[i].id));
    }
    return is_here_only ? _("saved here") : _("at central");
}

/* Right in the pane's bar, or beside the tabs where there is no pane: the chosen record's place and the pane's age. */
static void draw_freshness(const struct chart_view *v)
{
    const struct chart_tab *tab = TABS[v->tab];
    char stale[32], words[80];
    int row = chart_row(v);
    if (!v->ws->is_joined || tab->fresh_min == 0) {
        return;
    }
    bool has_row = tab->rows != NULL && row >= 0;
    (void)workstation_stale(v->ws, tab->fresh_min, stale, sizeof stale);
    (void)snprintf(words, sizeof words, "%s%s%s", has_row ? where_row_is(v, tab->rows->id(v, row)) : "", has_row && stale[0] != '\0' ? "  " : "",
                   stale);
    int cells = text_width_cells(words);
    bool is_in_pane = tab->rows != NULL && tab->rows->details != NULL && v->pane.rows > 0;
    struct area area = is_in_pane ? v->pane : v->tabs;
    if (cells > 0 && cells + 2 < area.cols) {
        (void)draw_fit(area, 0, area.cols - cells - 2, cells + 2, is_in_pane ? STYLE_BAR : stale[0] != '\0' ? STYLE_WARNING : STYLE_DIM, "");
        draw_text(area, 0, area.cols - cells - 1, is_in_pane ? STYLE_BAR : stale[0] != '\0' ? STYLE_WARNING : STYLE_DIM, words);
    }
}

static void draw_details(const struct chart_view *v)
{
    const struct chart_rows *rows = TABS[v->tab]->rows;
    int row = chart_row(v);
    if (rows == NULL || rows->details == NULL || v->pane.rows == 0) {
        return;
    }
    draw_fill(v->pane, 0, 0, v->pane.cols, STYLE_BAR, ' ');
    if (row >= 0) {
        rows->details(v, row, v->pane);
    }
}

static void chart_screen_draw(void *state, struct area body)
{
    struct chart_view *v = state;
    const struct chart_tab *tab = TABS[v->tab];
    const char *titles[TAB_COUNT];
    int shown = 0, current = 0;
    (void)body;
    banner_draw(v->banner, v->chart, site_today(v->ws->site), v->ws->site->zone);
    for (int i = 0; i < TAB_COUNT; i++) {
        if (is_offered(v, i)) {
            current = i == v->tab ? shown : current;
            titles[shown++] = TABS[i]->part.title;
        }
    }
    tabs_draw(v->tabs, titles, shown, current);
    if (v->findings.rows > 0) {
        chart_findings_draw(v, v->findings);
    }
    draw_details(v);
    draw_freshness(v);
    char *note = v->note.rows > 0 ? note_of(v) : NULL;
    if (note != NULL) {
        draw_fit(v->note, 0, 1, v->note.cols - 2, STYLE_WARNING, note);
        mem_free(note);
    }
    if (v->errors[v->tab] != NULL) {
        draw_wrapped(v->body, 0, 2, STYLE_ERROR, v->errors[v->tab]);
    } else if (tab->rows != NULL) {
        struct binding b = {v, tab->rows};
        struct table_source source = source_of(&b);
        table_draw(&v->tables[v->tab], &source, v->body);
    } else if (tab->draw != NULL) {
        tab->draw(v, v->states[v->tab], v->body);
    }
}

/* ---- events ---- */

static unsigned chart_screen_key(struct shell *sh, void *state, const struct event *event)
{
    struct chart_view *v = state;
    const struct chart_tab *tab = TABS[v->tab];
    if (!v->is_open[v->tab]) {
        return EVENT_UNHANDLED;
    }
    if (tab->rows != NULL) {
        struct binding b = {v, tab->rows};
        struct table_source source = source_of(&b);
        return table_handle(&v->tables[v->tab], &source, event);
    }
    return tab->key != NULL ? tab->key(sh, v, v->states[v->tab], event) : (unsigned)EVENT_UNHANDLED;
}

static unsigned read_again(struct shell *sh, struct chart_view *v)
{
    struct error err = ERROR_INIT;
    enum status status = chart_refresh(v->ws->actor, &v->chart, &err);
    if (status == STATUS_RESTRICTED) { /* its hour is over, or the privacy officer closed it */
        shell_close(sh, 0);
    }
    if (status != STATUS_OK) {
        shell_fail(sh, &err); /* the picture of before stays */
        return STALE_CELLS;
    }
    read_waiting(v);
    if (v->finding >= chart_finding_count(v)) {
        v->finding = 0;
    }
    for (int i = 0; i < TAB_COUNT; i++) {
        refresh_tab(v, i);
    }
    return STALE_CELLS;
}

static unsigned chart_screen_event(struct shell *sh, void *state, const struct event *event)
{
    struct chart_view *v = state;
    const struct chart_tab *tab = TABS[v->tab];
    if (event->kind == EVENT_TICK) {
        int64_t until_us = v->chart->restriction.emergency_until_us, now_us = clock_now_us(v->ws->clock);
        bool is_over = until_us != 0 && now_us >= until_us;
        return is_over || now_us - v->chart->read_us >= US_PER_MINUTE ? read_again(sh, v) : (unsigned)STALE_NOTHING;
    }
    if (event->kind == EVENT_DATA) {
        return read_again(sh, v);
    }
    unsigned stale = v->is_open[v->tab] && tab->event != NULL ? tab->event(sh, v, v->states[v->tab], event)
                                                              : (unsigned)EVENT_UNHANDLED;
    return event->kind == EVENT_CLOSED ? (stale & ~(unsigned)EVENT_UNHANDLED) | STALE_DATA : stale;
}

/* ---- actions ---- */

static unsigned walk_tabs(struct chart_view *v, int by)
{
    int tab = v->tab;
    do {
        tab = (tab + by + TAB_COUNT) % TAB_COUNT;
    } while (!is_offered(v, tab));
    show_tab(v, tab);
    return STALE_LAYOUT;
}

static unsigned run_next_tab(struct shell *sh, void *state)
{
    (void)sh;
    return walk_tabs(state, 1);
}

static unsigned run_previous_tab(struct shell *sh, void *state)
{
    (void)sh;
    return walk_tabs(state, -1);
}

static unsigned run_findings(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    (void)sh;
    v->finding = (v->finding + 1) % chart_finding_count(v);
    return STALE_CELLS;
}

static unsigned run_add_allergy(struct shell *sh, void *state)
{
    struct chart_view *v = state;
    shell_open_or_say(sh, &SCREEN_ALLERGY, &(struct row_argument){v->chart->patient.id, UID_NONE});
    return STALE_CELLS;
}

static bool has_findings(const void *state)
{
    return chart_finding_count(state) > 0;
}

static const struct action ACTIONS[] = {
    {"tab.next", "Right, n", 0, N_("next tab"), N_("Show the next tab."), run_next_tab, ACTION_IN_BAR, NULL},
    {"tab.previous", "Left", 0, N_("previous tab"), N_("Show the tab before."), run_previous_tab, 0, NULL},
    {"findings", "i, F3", 0, N_("findings"), N_("Show the next finding, then what could not be checked."), run_findings,
     ACTION_IN_BAR, has_findings},
    {"allergy.add", "l", PERMISSION_ALLERGY_WRITE, N_("add allergy"), N_("Add an allergy from any tab."), run_add_allergy, 0, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back to Home."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

/* None while the tab could not be opened: its actions would look for what it did not get. */
static const struct screen_part *shown_part(const void *state)
{
    const struct chart_view *v = state;
    return v->is_open[v->tab] ? &TABS[v->tab]->part : NULL;
}

const struct screen_ops SCREEN_CHART = {
    .name = "chart",
    .title = N_("Chart"),
    .open = chart_screen_open,
    .layout = chart_screen_layout,
    .draw = chart_screen_draw,
    .key = chart_screen_key,
    .event = chart_screen_event,
    .close = chart_screen_close,
    .actions = ACTIONS,
    .parts = PARTS,
    .part = shown_part,
    .flags = SCREEN_TICKS,
};
