/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One patient's chart: the banner, a tab, and what the safety engine says of the whole. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/picker.h"
#include "safety/finding_text.h"
#include "screens/screens.h"
#include "service/orders.h"
#include "service/screening.h"

enum { BEFORE_H = 24, AFTER_H = 24, PANE_ROWS = 4, HEAD_ROWS = BANNER_ROWS + 1 };
enum chart_tab { TAB_MEDS, TAB_DOSES, TAB_ALLERGIES, TAB_PROBLEMS, TAB_COUNT };

static const char *const TABS[TAB_COUNT] = {N_("Meds"), N_("Doses"), N_("Allergies"), N_("Problems")};

/* Why an order is stopped or held: the words are kept with the order. */
static const char *const STOP_REASONS[] = {N_("no longer needed"), N_("side effect"),  N_("not effective"),
                                           N_("replaced by another drug"), N_("wish of the patient"), N_("entered in error")};
static const char *const HOLD_REASONS[] = {N_("before a procedure"), N_("side effect"), N_("laboratory value"),
                                           N_("vital signs"), N_("patient cannot take it"), N_("waiting for the prescriber")};
enum { REASONS = 6 };

struct chart_screen {
    struct workstation *ws;
    struct chart *chart;
    int tab;
    struct list lists[TAB_COUNT];
    int finding; /* shown in the pane: findings first, then what could not be checked */
    struct area banner, tabs, list_area, pane;
    const char *const *reasons; /* while one is chosen */
    int shown_reasons[REASONS], shown_count;
    struct uid order, version;  /* that the reason is for */
    bool is_stop;
};

/* ---- rows ---- */

static int row_count(const struct chart_screen *c, int tab)
{
    const size_t counts[TAB_COUNT] = {c->chart->orders.len, c->chart->slots.len, c->chart->allergies.len,
                                      c->chart->conditions.len};
    return (int)counts[tab];
}

static struct uid row_id(const void *context, int row)
{
    const struct chart_screen *c = context;
    switch (c->tab) {
    case TAB_MEDS:
        return c->chart->orders.items[row].id;
    case TAB_DOSES:
        return c->chart->slots.items[row].id;
    case TAB_ALLERGIES:
        return c->chart->allergies.items[row].id;
    default:
        return c->chart->conditions.items[row].id;
    }
}

static const struct order *find_order(const struct chart *chart, struct uid id)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        if (uid_compare(chart->orders.items[i].id, id) == 0) {
            return &chart->orders.items[i];
        }
    }
    return NULL;
}

static enum mark severity_mark(enum interaction_type severity)
{
    static const enum mark MARKS[INTERACTION_TYPE_COUNT] = {
        [INTERACTION_TYPE_CONTRAINDICATED] = MARK_CONTRAINDICATED,
        [INTERACTION_TYPE_MAJOR] = MARK_MAJOR,
        [INTERACTION_TYPE_MODERATE] = MARK_MODERATE,
        [INTERACTION_TYPE_MINOR] = MARK_MINOR,
    };
    return MARKS[severity];
}

/* The worst of the findings that this order takes part in. */
static enum mark order_mark(const struct chart *chart, struct uid order)
{
    const struct screen_result *result = chart->findings;
    for (int i = 0; result != NULL && i < result->finding_count; i++) { /* the worst come first */
        const struct screen_finding *f = &result->findings[i];
        for (int d = 0; d < f->drug_count; d++) {
            if (uid_compare(chart->screening->drug_orders[f->drugs[d]], order) == 0) {
                return severity_mark(f->severity);
            }
        }
    }
    return MARK_NONE;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static void draw_order(const struct chart_screen *c, const struct order *order, struct area line)
{
    char words[SIG_TEXT_MAX];
    bool is_current = order_is_current(order);
    enum style style = is_current ? STYLE_TEXT : STYLE_DIM;
    char *drug = order_display_drug(order);
    int drug_cells = line.cols / 3, rest = line.cols - drug_cells - 7;
    if (is_current) {
        mark_draw_symbol(line, 0, 2, order_mark(c->chart, order->id));
    }
    draw_fit(line, 0, 5, drug_cells, style, drug);
    mem_free(drug);
    const char *sig = sig_format(&order->sig, words);
    char *what = is_current ? mem_format("%s%s%s%s%s", order->status == MEDICATION_STATUS_ON_HOLD ? _("ON HOLD ") : "",
                                         or_empty(order->ingredients)[0] == '\0' ? _("NOT CHECKED ") : "",
                                         sig[0] != '\0' ? sig : or_empty(order->directions),
                                         or_empty(order->prescriber_name)[0] != '\0' ? "  " : "",
                                         or_empty(order->prescriber_name))
                            : mem_format("%s: %s", enum_label(ENUM_MEDICATION_STATUS, (int)order->status), or_empty(order->reason));
    draw_fit(line, 0, drug_cells + 6, rest, or_empty(order->ingredients)[0] == '\0' && is_current ? STYLE_WARNING : style, what);
    mem_free(what);
}

static enum mark slot_mark(const struct dose_slot *slot)
{
    switch (slot->status) {
    case DOSE_STATUS_GIVEN:
    case DOSE_STATUS_SELF:
        return MARK_GIVEN;
    case DOSE_STATUS_PARTIAL:
        return MARK_PARTIAL;
    case DOSE_STATUS_HELD:
        return MARK_HELD;
    case DOSE_STATUS_REFUSED:
        return MARK_REFUSED;
    case DOSE_STATUS_MISSED:
        return MARK_MISSED;
    default:
        return slot->state == SLOT_LATE || slot->state == SLOT_OVERDUE ? MARK_OVERDUE : MARK_DUE;
    }
}

static void draw_slot(const struct chart_screen *c, const struct dose_slot *slot, struct area line)
{
    static const char *const PLANNED = N_("planned");
    const struct order *order = find_order(c->chart, slot->order);
    struct local_time at = zone_local(c->ws->site->zone, slot->planned_us);
    char day[DATE_TEXT_MAX], dose[SIG_TEXT_MAX];
    enum mark mark = slot_mark(slot);
    mark_draw_symbol(line, 0, 2, mark);
    draw_format(line, 0, 5, STYLE_TEXT, "%02d:%02d", at.hour, at.minute);
    draw_fit(line, 0, 11, 11, STYLE_DIM, date_format_human(at.date, day));
    if (order != NULL) {
        char *drug = order_display_drug(order);
        char *what = mem_format("%s  %s", drug, sig_format_dose(&order->sig, dose));
        draw_fit(line, 0, 23, line.cols - 23 - 19, STYLE_TEXT, what);
        mem_free(what);
        mem_free(drug);
    }
    const char *word = slot->state == SLOT_CONFLICT ? _("POSSIBLE DOUBLE")
                       : slot->status != DOSE_STATUS_NONE_GIVEN ? enum_label(ENUM_DOSE_STATUS, (int)slot->status)
                       : slot->state == SLOT_FUTURE ? _(PLANNED)
                                                    : mark_word(mark);
    draw_fit(line, 0, line.cols - 18, 18, slot->state == SLOT_CONFLICT ? STYLE_ERROR : mark_style(mark), word);
}

static void draw_allergy(const struct allergy *a, struct area line)
{
    int third = line.cols / 3;
    draw_fit(line, 0, 2, third - 3, a->severity >= REACTION_SEVERITY_SEVERE ? STYLE_ALLERGY : STYLE_TEXT, a->allergen_name);
    draw_fit(line, 0, third, third - 1, STYLE_TEXT, or_empty(a->reaction));
    draw_format(line, 0, 2 * third, STYLE_TEXT, "%s  %s%s", enum_label(ENUM_REACTION_SEVERITY, (int)a->severity),
                enum_label(ENUM_ALLERGY_STATE, (int)a->state),
                or_empty(a->allergen_key)[0] == '\0' ? _("  NOT CHECKED") : "");
}

static void draw_condition(const struct condition *condition, struct area line)
{
    char day[DATE_TEXT_MAX];
    int half = line.cols / 2;
    draw_fit(line, 0, 2, half - 3, STYLE_TEXT, condition->name);
    draw_format(line, 0, half, STYLE_TEXT, "%s  %s", enum_label(ENUM_CONDITION_STATUS, (int)condition->status),
                date_format_human(condition->diagnosed, day));
}

static void draw_row(const void *context, int row, struct area line, bool is_selected)
{
    const struct chart_screen *c = context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    switch (c->tab) {
    case TAB_MEDS:
        draw_order(c, &c->chart->orders.items[row], line);
        break;
    case TAB_DOSES:
        draw_slot(c, &c->chart->slots.items[row], line);
        break;
    case TAB_ALLERGIES:
        draw_allergy(&c->chart->allergies.items[row], line);
        break;
    default:
        draw_condition(&c->chart->conditions.items[row], line);
    }
}

static struct list_source source_of(const struct chart_screen *c)
{
    static const char *const EMPTY[TAB_COUNT] = {N_("No medication on this chart."), N_("No dose is planned for these two days."),
                                                 N_("No allergy is listed."), N_("No problem is listed.")};
    return (struct list_source){c, row_id, draw_row, _(EMPTY[c->tab])};
}

static void refresh_lists(struct chart_screen *c)
{
    int shown = c->tab;
    for (c->tab = 0; c->tab < TAB_COUNT; c->tab++) {
        struct list_source source = source_of(c);
        list_refresh(&c->lists[c->tab], &source, row_count(c, c->tab));
    }
    c->tab = shown;
}

/* ---- findings pane ---- */

static int pane_count(const struct chart_screen *c)
{
    const struct screen_result *r = c->chart->findings;
    return r == NULL ? 0 : r->finding_count + r->incomplete_count;
}

/* "warfarin x amiodarone". Caller frees. */
static char *finding_subject(const struct chart *chart, const struct screen_finding *f)
{
    const struct screen_drug *drugs = chart->screening->input.drugs;
    const char *first = f->drug_count > 0 ? drugs[f->drugs[0]].text : "";
    const char *second = f->drug_count > 1 ? drugs[f->drugs[1]].text : or_empty(f->with);
    return mem_format("%s%s%s", first, second[0] != '\0' ? " x " : "", second);
}

static void draw_pane(const struct chart_screen *c, struct area a)
{
    const struct screen_result *r = c->chart->findings;
    const struct knowledge *k = c->ws->site->knowledge;
    char text[FINDING_TEXT_MAX];
    int total = pane_count(c);
    draw_fill(a, 0, 0, a.cols, STYLE_BAR, ' ');
    if (total == 0) {
        draw_text(a, 0, 1, STYLE_BAR, _("No finding; everything on this chart was checked."));
        return;
    }
    draw_format(a, 0, 1, STYLE_BAR, _("%d of %d   findings %d, not checked %d"), c->finding + 1, total, r->finding_count,
                r->incomplete_count);
    if (c->finding >= r->finding_count) {
        const struct screen_incomplete *item = &r->incomplete[c->finding - r->finding_count];
        char *words = mem_format("%s%s%s", or_empty(item->item), or_empty(item->item)[0] != '\0' ? ": " : "",
                                 incomplete_text(item, text));
        int col = draw_text(a, 1, 1, STYLE_WARNING, _("NOT CHECKED"));
        draw_wrapped(area_part(a, 1, 0, a.rows - 1, a.cols - 1), 0, col + 1, STYLE_TEXT, words);
        mem_free(words);
        return;
    }
    const struct screen_finding *f = &r->findings[c->finding];
    char *subject = finding_subject(c->chart, f);
    int col = mark_draw(a, 1, 1, severity_mark(f->severity));
    char *line = mem_format("%s: %s", subject, finding_effect(k, &c->chart->screening->input, f, text));
    int rows = draw_wrapped(area_part(a, 1, 0, 2, a.cols - 1), 0, col + 1, STYLE_TEXT, line);
    draw_wrapped(area_part(a, 1 + rows, 3, a.rows - 1 - rows, a.cols - 4), 0, 0, STYLE_TEXT,
                 finding_management(k, &c->chart->screening->input, f, text));
    mem_free(line);
    mem_free(subject);
}

/* ---- the screen ---- */

static enum status chart_screen_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct uid *patient = argument;
    struct workstation *ws = shell_app(sh);
    struct chart *chart = NULL;
    enum status status = chart_open(ws->actor, *patient, BEFORE_H, AFTER_H, &chart, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct chart_screen *c = mem_alloc(sizeof *c);
    c->ws = ws;
    c->chart = chart;
    for (int i = 0; i < TAB_COUNT; i++) {
        list_init(&c->lists[i]);
    }
    refresh_lists(c);
    *out_state = c;
    return STATUS_OK;
}

static void chart_screen_close(void *state)
{
    struct chart_screen *c = state;
    chart_free(c->chart);
    mem_free(c);
}

static void chart_screen_layout(void *state, struct area body)
{
    struct chart_screen *c = state;
    c->banner = area_rows(body, 0, BANNER_ROWS);
    c->tabs = area_rows(body, BANNER_ROWS, 1);
    c->list_area = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS - PANE_ROWS);
    c->pane = area_rows(body, body.rows - PANE_ROWS, PANE_ROWS);
    for (int i = 0; i < TAB_COUNT; i++) {
        list_layout(&c->lists[i], c->list_area.rows);
    }
}

static void chart_screen_draw(void *state, struct area body)
{
    struct chart_screen *c = state;
    struct list_source source = source_of(c);
    (void)body;
    banner_draw(c->banner, c->chart, site_today(c->ws->site), c->ws->site->zone);
    tabs_draw(c->tabs, TABS, TAB_COUNT, c->tab);
    draw_pane(c, c->pane);
    list_draw(&c->lists[c->tab], &source, c->list_area);
}

static unsigned chart_screen_key(struct shell *sh, void *state, const struct event *event)
{
    struct chart_screen *c = state;
    struct list_source source = source_of(c);
    (void)sh;
    return list_handle(&c->lists[c->tab], &source, event);
}

static unsigned chart_screen_event(struct shell *sh, void *state, const struct event *event)
{
    struct chart_screen *c = state;
    struct error err = ERROR_INIT;
    if (event->kind == EVENT_CLOSED) {
        return STALE_DATA;
    }
    if (event->kind != EVENT_DATA) {
        return EVENT_UNHANDLED;
    }
    if (chart_refresh(c->ws->actor, &c->chart, &err) != STATUS_OK) {
        shell_fail(sh, &err); /* the picture of before stays */
        return STALE_CELLS;
    }
    if (c->finding >= pane_count(c)) {
        c->finding = 0;
    }
    refresh_lists(c);
    return STALE_CELLS;
}

/* ---- actions ---- */

static unsigned run_next_tab(struct shell *sh, void *state)
{
    struct chart_screen *c = state;
    (void)sh;
    c->tab = (c->tab + 1) % TAB_COUNT;
    return STALE_CELLS;
}

static unsigned run_previous_tab(struct shell *sh, void *state)
{
    struct chart_screen *c = state;
    (void)sh;
    c->tab = (c->tab + TAB_COUNT - 1) % TAB_COUNT;
    return STALE_CELLS;
}

static unsigned run_findings(struct shell *sh, void *state)
{
    struct chart_screen *c = state;
    (void)sh;
    c->finding = (c->finding + 1) % pane_count(c);
    return STALE_CELLS;
}

static bool has_findings(const void *state)
{
    return pane_count(state) > 0;
}

static const struct order *selected_order(const struct chart_screen *c)
{
    int row = c->lists[TAB_MEDS].selected;
    return c->tab == TAB_MEDS && row < (int)c->chart->orders.len ? &c->chart->orders.items[row] : NULL;
}

static bool on_active(const void *state)
{
    const struct order *order = selected_order(state);
    return order != NULL && order->status == MEDICATION_STATUS_ACTIVE;
}

static bool on_current(const void *state)
{
    const struct order *order = selected_order(state);
    return order != NULL && order_is_current(order);
}

static bool on_held(const void *state)
{
    const struct order *order = selected_order(state);
    return order != NULL && order->status == MEDICATION_STATUS_ON_HOLD;
}

/* Says what was saved, for whom and where. */
static void say_saved(struct shell *sh, const struct chart_screen *c, const char *what)
{
    char *name = patient_display_name(&c->chart->patient);
    shell_say(sh, MESSAGE_GOOD, _("%s: %s. Saved here."), name, what);
    mem_free(name);
}

static int filter_reasons(void *context, const char *text)
{
    struct chart_screen *c = context;
    c->shown_count = 0;
    for (int i = 0; i < REASONS; i++) {
        if (strstr(_(c->reasons[i]), text) != NULL) {
            c->shown_reasons[c->shown_count++] = i;
        }
    }
    return c->shown_count;
}

static void draw_reason(const void *context, int row, struct area line, bool is_selected)
{
    const struct chart_screen *c = context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, _(c->reasons[c->shown_reasons[row]]));
}

static unsigned reason_picked(struct shell *sh, void *state, int row)
{
    struct chart_screen *c = state;
    struct error err = ERROR_INIT;
    if (row < 0) {
        return STALE_CELLS;
    }
    const char *reason = _(c->reasons[c->shown_reasons[row]]);
    enum status status = c->is_stop ? order_stop(c->ws->actor, c->order, c->version, reason, &err)
                                    : order_hold(c->ws->actor, c->order, c->version, reason, &err);
    if (status != STATUS_OK) {
        shell_fail(sh, &err);
    } else {
        say_saved(sh, c, c->is_stop ? _("order stopped") : _("order on hold"));
    }
    return STALE_DATA;
}

static unsigned pick_reason(struct shell *sh, struct chart_screen *c, bool is_stop)
{
    const struct order *order = selected_order(c);
    c->order = order->id; /* the list may change while the reason is chosen */
    c->version = order->version;
    c->is_stop = is_stop;
    c->reasons = is_stop ? STOP_REASONS : HOLD_REASONS;
    char *drug = order_display_drug(order), *name = patient_display_name(&c->chart->patient);
    char *title = mem_format(is_stop ? _("Stop %s for %s") : _("Hold %s for %s"), drug, name);
    struct picker_source source = {{c, NULL, draw_reason, _("No such reason.")}, filter_reasons, c};
    shell_pick(sh, title, N_("Reason"), &source, reason_picked);
    mem_free(title);
    mem_free(name);
    mem_free(drug);
    return STALE_CELLS;
}

static unsigned run_stop(struct shell *sh, void *state)
{
    return pick_reason(sh, state, true);
}

static unsigned run_hold(struct shell *sh, void *state)
{
    return pick_reason(sh, state, false);
}

static unsigned run_resume(struct shell *sh, void *state)
{
    struct chart_screen *c = state;
    const struct order *order = selected_order(c);
    struct error err = ERROR_INIT;
    if (order_resume(c->ws->actor, order->id, order->version, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    } else {
        say_saved(sh, c, _("order resumed"));
    }
    return STALE_DATA;
}

static unsigned run_add(struct shell *sh, void *state)
{
    struct chart_screen *c = state;
    shell_open_or_say(sh, &SCREEN_ORDER, &c->chart->patient.id);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"add", "F5, a, Ctrl-N", PERMISSION_ORDER_WRITE, N_("add"), N_("Add a medication."), run_add, ACTION_IN_BAR, NULL},
    {"tab.next", "Right, n", 0, N_("next tab"), N_("Show the next tab."), run_next_tab, ACTION_IN_BAR, NULL},
    {"tab.previous", "Left", 0, N_("previous tab"), N_("Show the tab before."), run_previous_tab, 0, NULL},
    {"order.stop", "s, F8, Ctrl-R", PERMISSION_ORDER_STOP, N_("stop"), N_("Stop the chosen order, with a reason."), run_stop,
     ACTION_IN_BAR, on_current},
    {"order.hold", "h, F7, Ctrl-E", PERMISSION_ORDER_STOP, N_("hold"), N_("Hold the chosen order, with a reason."), run_hold,
     ACTION_IN_BAR, on_active},
    {"order.resume", "r", PERMISSION_ORDER_STOP, N_("resume"), N_("Resume the chosen order that is on hold."), run_resume,
     ACTION_IN_BAR, on_held},
    {"findings", "i, F3", 0, N_("findings"), N_("Show the next finding, then what could not be checked."), run_findings,
     ACTION_IN_BAR, has_findings},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back to Home."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

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
};
