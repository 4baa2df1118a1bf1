/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The round: what is due and overdue for everybody of this site, by time and then by patient. A wristband, or Enter on a
 * row, begins that patient's pass. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/table.h"
#include "screens/screens.h"
#include "service/patients.h"

enum { BEFORE_H = 12, AHEAD_H = 1, AHEAD_MAX_H = 12, HEAD_ROWS = 2 };

#define COLUMNS_WITH(time_cells, drug_cells)                                                                                   \
    {                                                                                                                \
        {N_("Time"), time_cells, 0, 0, false}, {N_("Patient"), 18, 1, 0, false}, {N_("MRN"), 10, 0, 110, false},     \
            {N_("Drug and dose"), drug_cells, 2, 0, false}, {N_("State"), 15, 0, 0, false},                          \
    }
static const struct table_column COLUMNS[] = COLUMNS_WITH(5, 32);
static const struct table_column COLUMNS_OF_CHANGE[] = COLUMNS_WITH(9, 28); /* "01:30 EST" */

struct round {
    struct workstation *ws;
    struct due_list list;
    struct table table;
    int ahead_h;
    int patients;
    int64_t now_us; /* when it was read */
    struct area head, body;
};

static const struct due_dose *at(const void *context, int row)
{
    return &((const struct round *)context)->list.items[row];
}

static struct uid row_id(const void *context, int row)
{
    return at(context, row)->slot.id;
}

static enum mark row_mark(const void *context, int row)
{
    return slot_mark(&at(context, row)->slot);
}

static const char *cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct round *r = context;
    const struct due_dose *due = at(context, row);
    const struct zone *zone = r->ws->site->zone;
    switch (column) {
    case 0:
        return zone_clock(zone, due->slot.planned_us, buf);
    case 1:
        return due->patient_name;
    case 2:
        return due->mrn;
    case 3:
        (void)snprintf(buf, TABLE_CELL_MAX, "%s %s", due->drug, due->dose); /* cut is fine */
        return buf;
    default:
        *style = slot_style(&due->slot);
        return slot_words(&due->slot, r->now_us, zone, buf);
    }
}

static struct table_source source(const struct round *r)
{
    return (struct table_source){.context = r, .id = row_id, .cell = cell, .mark = row_mark,
                                 .empty_text = _("Nothing is due. Right looks an hour further; a wristband opens the pass.")};
}

static int count_patients(const struct due_list *list)
{
    int count = 0;
    for (size_t i = 0; i < list->len; i++) {
        size_t k = 0;
        while (k < i && uid_compare(list->items[k].patient, list->items[i].patient) != 0) {
            k++;
        }
        count += k == i;
    }
    return count;
}

/* The first time audited, later not: the same list stays open. */
static enum status read(struct round *r, bool is_first, struct error *err)
{
    struct due_list fresh = {0};
    enum status status = is_first ? due_list_get(r->ws->actor, BEFORE_H, r->ahead_h, &fresh, err)
                                  : due_list_refresh(r->ws->actor, BEFORE_H, r->ahead_h, &fresh, err);
    if (status != STATUS_OK) {
        return status;
    }
    due_list_release(&r->list);
    r->list = fresh;
    r->patients = count_patients(&fresh);
    r->now_us = clock_now_us(r->ws->clock);
    const struct table_source from = source(r);
    table_refresh(&r->table, &from, (int)r->list.len);
    return STATUS_OK;
}

static unsigned read_again(struct shell *sh, struct round *r)
{
    struct error err = ERROR_INIT;
    if (read(r, false, &err) != STATUS_OK) {
        shell_fail(sh, &err); /* the picture of before stays */
    }
    return STALE_CELLS;
}

static void round_close(void *state)
{
    struct round *r = state;
    due_list_release(&r->list);
    mem_free(r);
}

static enum status round_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct round *r = mem_alloc(sizeof *r);
    (void)argument;
    r->ws = shell_app(sh);
    r->ahead_h = AHEAD_H;
    const struct zone *zone = r->ws->site->zone;
    bool is_change = zone_is_change_day(zone, site_today(r->ws->site)) ||
                     zone_is_change_day(zone, zone_local(zone, clock_now_us(r->ws->clock) + AHEAD_MAX_H * US_PER_HOUR).date);
    table_init(&r->table, is_change ? COLUMNS_OF_CHANGE : COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
    r->table.has_signs = true;
    enum status status = read(r, true, err);
    if (status != STATUS_OK) {
        round_close(r);
        return status;
    }
    *out_state = r;
    return STATUS_OK;
}

static void round_layout(void *state, struct area body)
{
    struct round *r = state;
    r->head = area_rows(body, 0, HEAD_ROWS);
    r->body = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS);
    table_layout(&r->table, r->body.rows, r->body.cols);
}

static void round_draw(void *state, struct area body)
{
    struct round *r = state;
    struct local_time to = zone_local(r->ws->site->zone, r->now_us + r->ahead_h * US_PER_HOUR);
    const struct table_source from = source(r);
    (void)body;
    char *doses = mem_format(ngettext("%d dose", "%d doses", (unsigned long)r->list.len), (int)r->list.len);
    char *patients = mem_format(ngettext("%d patient", "%d patients", (unsigned long)r->patients), r->patients);
    draw_format(r->head, 0, 1, STYLE_HEADING, _("Round to %02d:%02d: %s of %s, %d late"), to.hour, to.minute, doses, patients,
                r->list.overdue_count);
    if (r->ws->back_form[0] != '\0') { /* until it is ended: nobody may forget it */
        char *form = mem_format(_("  BE form %s"), r->ws->back_form);
        draw_text(r->head, 0, r->head.cols - text_width_cells(form) - 1, STYLE_WARNING, form);
        mem_free(form);
    }
    mem_free(doses);
    mem_free(patients);
    table_draw(&r->table, &from, r->body);
}

static unsigned look_ahead(struct shell *sh, struct round *r, int by_h)
{
    int wanted = r->ahead_h + by_h;
    r->ahead_h = wanted < AHEAD_H ? AHEAD_H : wanted > AHEAD_MAX_H ? AHEAD_MAX_H : wanted;
    return read_again(sh, r);
}

static unsigned round_key(struct shell *sh, void *state, const struct event *event)
{
    struct round *r = state;
    const struct table_source from = source(r);
    if (event->kind == EVENT_KEY && event->key == UI_KEY_RIGHT) {
        return look_ahead(sh, r, 1);
    }
    if (event->kind == EVENT_KEY && event->key == UI_KEY_LEFT) {
        return look_ahead(sh, r, -1);
    }
    return table_handle(&r->table, &from, event);
}

/* A wristband begins the pass, identified; anything else says what it is. */
static unsigned scanned(struct shell *sh, struct round *r, const struct event *event)
{
    struct uid patient;
    unsigned stale = scan_route(sh, r->ws, event, &patient);
    if (!uid_is_none(patient)) {
        const struct pass_argument pass = {patient, event->text};
        shell_open_or_say(sh, &SCREEN_PASS, &pass);
    }
    return stale;
}

static unsigned round_event(struct shell *sh, void *state, const struct event *event)
{
    struct round *r = state;
    switch (event->kind) {
    case EVENT_SCAN:
        return scanned(sh, r, event);
    case EVENT_DATA:
        return read_again(sh, r);
    case EVENT_CLOSED:
        return STALE_DATA;
    case EVENT_TICK:
        return clock_now_us(r->ws->clock) - r->now_us < US_PER_MINUTE ? (unsigned)STALE_NOTHING : read_again(sh, r);
    default:
        return EVENT_UNHANDLED;
    }
}

static bool has_row(const void *state)
{
    return ((const struct round *)state)->list.len > 0;
}

static unsigned run_record(struct shell *sh, void *state);

/* A pass is given now, all at one time; from paper each dose has its own. */
static unsigned run_pass(struct shell *sh, void *state)
{
    const struct round *r = state;
    if (r->ws->back_form[0] != '\0') {
        return run_record(sh, state);
    }
    const struct pass_argument pass = {at(r, r->table.list.selected)->patient, NULL};
    shell_open_or_say(sh, &SCREEN_PASS, &pass);
    return STALE_CELLS;
}

static unsigned run_record(struct shell *sh, void *state)
{
    const struct round *r = state;
    const struct due_dose *due = at(r, r->table.list.selected);
    const struct dose_argument dose = {.patient = due->patient, .order = due->order, .slot = due->slot.id};
    shell_open_or_say(sh, &SCREEN_DOSE, &dose);
    return STALE_CELLS;
}

static unsigned run_chart(struct shell *sh, void *state)
{
    const struct round *r = state;
    shell_open_or_say(sh, &SCREEN_CHART, &at(r, r->table.list.selected)->patient);
    return STALE_CELLS;
}

static unsigned run_handover(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_HANDOVER, NULL);
    return STALE_CELLS;
}

/* Back entry: from here on records are written down as from this paper form, until the number is taken away. */
static unsigned form_named(struct shell *sh, void *state, const char *number)
{
    struct round *r = state;
    (void)snprintf(r->ws->back_form, sizeof r->ws->back_form, "%s", number); /* cut is fine: the field is as short */
    shell_say(sh, MESSAGE_INFO, number[0] != '\0' ? _("Back entry of form %s. Every rule stays on; a second person checks the form.") : _("Back entry is over.%s"), number);
    return STALE_CELLS;
}

static unsigned run_back_entry(struct shell *sh, void *state)
{
    struct round *r = state;
    const struct text_argument ask = {.title = r->ws->back_form[0] != '\0' ? _("Back entry: another form, or empty to end") : _("Back entry after a downtime"),
                                      .label = N_("Form number"), .max_bytes = sizeof r->ws->back_form - 1, .given = form_named};
    shell_open_or_say(sh, &SCREEN_TEXT, &ask);
    return STALE_CELLS;
}

static unsigned run_cabinet(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_CABINET, NULL);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, PERMISSION_DOSE_RECORD, N_("pass"), N_("Begin the chosen patient's medication pass."), run_pass, ACTION_IN_BAR,
     has_row},
    {"dose.record", KEYS_RECORD, PERMISSION_DOSE_RECORD, N_("one dose"), N_("Record the chosen dose by itself: held, refused, partial ..."),
     run_record, ACTION_IN_BAR, has_row},
    {"chart.open", KEYS_CHART, PERMISSION_CLINICAL_READ, N_("chart"), N_("Open the chart of the chosen row's patient."), run_chart,
     ACTION_IN_BAR, has_row},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back to Home."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {"controlled.open", "*", PERMISSION_DOSE_RECORD, N_("controlled"), N_("Count the controlled drugs."), run_cabinet, ACTION_IN_BAR, NULL},
    {"handover.open", "x", PERMISSION_DOSE_RECORD, N_("hand over"), N_("What this shift tells the next; the next nurse accepts it."), run_handover,
     ACTION_IN_BAR, NULL},
    {"downtime.enter", "q", PERMISSION_DOSE_RECORD, N_("from paper"), N_("Enter what was written on a paper form during a downtime, or end that."),
     run_back_entry, 0, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_ROUND = {
    .name = "round",
    .title = N_("Round"),
    .open = round_open,
    .layout = round_layout,
    .draw = round_draw,
    .key = round_key,
    .event = round_event,
    .close = round_close,
    .actions = ACTIONS,
    .flags = SCREEN_TICKS,
};
