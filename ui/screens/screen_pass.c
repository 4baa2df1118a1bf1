/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A medication pass of one patient: wristband, then products, each ticking its dose, one confirmation, one event each; the
 * next patient by wristband. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/picker.h"
#include "kit/table.h"
#include "screens/identify.h"
#include "service/passes.h"
#include "service/products.h"

enum { BEFORE_H = 24, AFTER_H = 2, FOOT_ROWS = 4 };

static const struct table_column COLUMNS[] = {
    {N_("Time"), 5, 0, 0, false}, {N_("Drug and dose"), 36, 2, 0, false}, {N_("State"), 18, 0, 0, false}, {N_("This pass"), 12, 1, 0, false},
};

struct pass_screen {
    struct workstation *ws;
    struct chart *chart;
    struct identify who;
    struct pass pass;
    struct table table;
    struct area banner, head, body, foot, form_area;
};

static bool is_identified(const void *state)
{
    return identify_is_done(&((const struct pass_screen *)state)->who);
}

static const struct pass_item *at(const void *context, int row)
{
    return &((const struct pass_screen *)context)->pass.items[row];
}

static struct uid row_id(const void *context, int row)
{
    return at(context, row)->slot.id;
}

static enum mark row_mark(const void *context, int row)
{
    const struct pass_item *item = at(context, row);
    return !uid_is_none(item->saved) ? MARK_GIVEN : pass_is_ticked(item) && !item->is_ready ? MARK_MAJOR : slot_mark(&item->slot);
}

static const char *tick_words(const struct pass_screen *s, const struct pass_item *item, char *buf, enum style *style)
{
    if (!uid_is_none(item->saved)) {
        struct local_time when = zone_local(s->ws->site->zone, item->saved_us);
        *style = STYLE_GOOD;
        (void)snprintf(buf, TABLE_CELL_MAX, _("given %02d:%02d"), when.hour, when.minute);
        return buf;
    }
    *style = item->is_ready ? STYLE_GOOD : STYLE_WARNING;
    if (!pass_is_ticked(item)) {
        *style = STYLE_DIM;
        return item->words[0] != '\0' ? _("[ ] asks") : "[ ]";
    }
    return item->is_ready ? (item->is_chosen ? _("[x] no scan") : _("[x] scanned")) : _("[x] asks");
}

static const char *cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct pass_screen *s = context;
    const struct pass_item *item = at(context, row);
    const struct zone *zone = s->ws->site->zone;
    struct local_time when = zone_local(zone, item->slot.planned_us);
    switch (column) {
    case 0:
        (void)snprintf(buf, TABLE_CELL_MAX, "%02d:%02d", when.hour, when.minute);
        return buf;
    case 1:
        (void)snprintf(buf, TABLE_CELL_MAX, "%s %s", item->drug, item->dose); /* cut is fine */
        return buf;
    case 2:
        *style = slot_style(&item->slot);
        return slot_words(&item->slot, clock_now_us(s->ws->clock), zone, buf);
    default:
        return tick_words(s, item, buf, style);
    }
}

static struct table_source source(const struct pass_screen *s)
{
    return (struct table_source){.context = s, .id = row_id, .cell = cell, .mark = row_mark,
                                 .empty_text = _("Nothing is due for this patient. Scan the next wristband, or Esc.")};
}

static void fill(struct pass_screen *s)
{
    const struct table_source from = source(s);
    s->pass.identified_by = s->who.by;
    pass_fill(s->ws->actor, &s->pass, s->chart);
    table_refresh(&s->table, &from, (int)s->pass.len);
}

/* ---- opening ---- */

static void pass_screen_close(void *state)
{
    struct pass_screen *s = state;
    identify_release(&s->who);
    pass_release(&s->pass);
    chart_free(s->chart);
    mem_free(s);
}

static enum status pass_screen_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct pass_argument *pass = argument;
    if (((struct workstation *)shell_app(sh))->back_form[0] != '\0') {
        return error_set(err, STATUS_REFUSED, _("A paper form is being entered: each dose by itself with its time, F6 in the round."));
    }
    struct pass_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    identify_init(&s->who);
    table_init(&s->table, COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
    s->table.has_signs = true;
    enum status status = chart_open(s->ws->actor, pass->patient, BEFORE_H, AFTER_H, &s->chart, err);
    if (status == STATUS_OK && pass->wristband != NULL) {
        status = patient_identify(s->ws->actor, pass->patient, true, pass->wristband, NULL, &s->who.by, err);
    }
    if (status != STATUS_OK) {
        pass_screen_close(s);
        return status;
    }
    fill(s);
    *out_state = s;
    return STATUS_OK;
}

static void pass_screen_layout(void *state, struct area body)
{
    struct pass_screen *s = state;
    s->banner = area_rows(body, 0, BANNER_ROWS);
    s->head = area_part(body, BANNER_ROWS, 1, 3, body.cols - 2);
    s->form_area = area_part(body, BANNER_ROWS + 4, 1, body.rows - BANNER_ROWS - 4, body.cols - 2);
    s->body = area_rows(body, BANNER_ROWS, body.rows - BANNER_ROWS - FOOT_ROWS);
    s->foot = area_part(body, body.rows - FOOT_ROWS, 1, FOOT_ROWS, body.cols - 2);
    form_layout(&s->who.form, s->form_area.rows, s->form_area.cols);
    table_layout(&s->table, s->body.rows, s->body.cols);
}

static void draw_foot(const struct pass_screen *s)
{
    int ready = pass_ready(&s->pass), asks = pass_ticked(&s->pass) - ready;
    char *name = patient_display_name(&s->chart->patient);
    const struct pass_item *item = s->pass.len > 0 ? at(s, s->table.list.selected) : NULL;
    if (item != NULL && item->words[0] != '\0') {
        draw_wrapped(area_rows(s->foot, 0, FOOT_ROWS - 1), 0, 0, STYLE_WARNING, item->words);
    }
    if (ready > 0) {
        draw_format(s->foot, FOOT_ROWS - 1, 0, STYLE_PATIENT,
                    ngettext(" F10 records %d dose as given for %s ", " F10 records %d doses as given for %s ", (unsigned long)ready),
                    ready, name);
    } else {
        draw_text(s->foot, FOOT_ROWS - 1, 0, STYLE_DIM,
                  asks > 0 ? _("Enter answers what the chosen dose asks.") : _("Scan a product, or tick with Space. Enter: held, refused, partial ..."));
    }
    mem_free(name);
}

static void pass_screen_draw(void *state, struct area body)
{
    struct pass_screen *s = state;
    const struct table_source from = source(s);
    (void)body;
    if (!is_identified(s)) {
        identify_draw(&s->who, &s->chart->patient, s->banner, s->head, s->form_area);
        return;
    }
    banner_draw(s->banner, s->chart, site_today(s->ws->site), s->ws->site->zone);
    table_draw(&s->table, &from, s->body);
    draw_foot(s);
}

/* ---- scans ---- */

static unsigned fail(struct shell *sh, const struct error *err)
{
    shell_bell(sh);
    shell_fail(sh, err);
    return STALE_CELLS;
}

static unsigned open_dose(struct shell *sh, const struct pass_screen *s, struct uid order, struct uid slot, const char *codes)
{
    const struct dose_argument dose = {.patient = s->chart->patient.id, .order = order, .slot = slot, .identified_by = s->who.by,
                                       .product = codes};
    shell_open_or_say(sh, &SCREEN_DOSE, &dose);
    return STALE_CELLS;
}

static unsigned scanned_product(struct shell *sh, struct pass_screen *s, const char *code, size_t len)
{
    struct error err = ERROR_INIT;
    struct uid order;
    size_t item = 0;
    enum status status = pass_scan(s->ws->actor, &s->pass, s->chart, code, len, &item, &order, &err);
    if (status != STATUS_OK && !uid_is_none(order)) {
        shell_say(sh, MESSAGE_INFO, "%s", error_text(&err));
        return open_dose(sh, s, order, UID_NONE, code);
    }
    if (status != STATUS_OK) {
        return fail(sh, &err);
    }
    const struct table_source from = source(s);
    table_select(&s->table, &from, (int)item);
    const struct pass_item *found = at(s, (int)item);
    if (found->is_ready) { /* nothing is recorded before F10: "done" would say so */
        shell_say(sh, MESSAGE_INFO, _("Ticked, not recorded yet: %s %s"), found->drug, found->dose);
    } else {
        shell_say(sh, MESSAGE_WARNING, "%s %s%s%s", found->drug, found->dose, found->words[0] != '\0' ? ": " : "", found->words);
    }
    return STALE_CELLS;
}

/* Another wristband: the next patient, unless something of this one is ticked and not recorded. */
static unsigned next_patient(struct shell *sh, struct pass_screen *s, struct uid patient, const char *wristband)
{
    int ticked = pass_ticked(&s->pass);
    if (uid_compare(patient, s->chart->patient.id) == 0) {
        shell_say(sh, MESSAGE_GOOD, "%s", _("The wristband is this patient's."));
        return STALE_CELLS;
    }
    if (ticked > 0) {
        char *name = patient_display_name(&s->chart->patient);
        shell_bell(sh);
        shell_say(sh, MESSAGE_ERROR,
                  ngettext("ANOTHER PATIENT: %d ticked dose of %s is not recorded. F10 records it, Esc leaves.",
                           "ANOTHER PATIENT: %d ticked doses of %s are not recorded. F10 records them, Esc leaves.",
                           (unsigned long)ticked),
                  ticked, name);
        mem_free(name);
        return STALE_CELLS;
    }
    const struct pass_argument next = {patient, wristband};
    shell_close(sh, 0);
    shell_open_or_say(sh, &SCREEN_PASS, &next);
    return STALE_LAYOUT;
}

static unsigned scanned(struct shell *sh, struct pass_screen *s, const struct event *event)
{
    struct scan scan;
    struct error err = ERROR_INIT;
    struct uid patient;
    if (!is_identified(s)) {
        if (!identify_by_scan(&s->who, sh, s->chart->patient.id, event->text)) {
            return STALE_CELLS;
        }
        fill(s);
        return STALE_LAYOUT;
    }
    char lot[PACK_CODE_BYTES];
    if (pack_reads_lot(s->ws->actor, &s->pass.pack, event->text, event->len_bytes, &scan, lot)) {
        return scanned_product(sh, s, event->text, event->len_bytes);
    }
    if (product_read_scan(s->ws->site, event->text, event->len_bytes, &scan, &err) != STATUS_OK) {
        return fail(sh, &err);
    }
    bool is_product = scan.kind == SCAN_KIND_GS1 || scan.kind == SCAN_KIND_NDC || scan.kind == SCAN_KIND_EAN13 ||
                      scan.kind == SCAN_KIND_UPC;
    if (is_product) {
        return scanned_product(sh, s, event->text, event->len_bytes);
    }
    unsigned stale = scan_route(sh, s->ws, event, &patient);
    return uid_is_none(patient) ? stale : next_patient(sh, s, patient, event->text);
}

/* ---- events ---- */

static unsigned pass_screen_key(struct shell *sh, void *state, const struct event *event)
{
    struct pass_screen *s = state;
    const struct table_source from = source(s);
    (void)sh;
    return is_identified(s) ? table_handle(&s->table, &from, event) : form_handle(&s->who.form, event);
}

static unsigned pass_screen_event(struct shell *sh, void *state, const struct event *event)
{
    struct pass_screen *s = state;
    struct error err = ERROR_INIT;
    switch (event->kind) {
    case EVENT_SCAN:
        return scanned(sh, s, event);
    case EVENT_CLOSED:
        return STALE_DATA;
    case EVENT_DATA:
        if (chart_refresh(s->ws->actor, &s->chart, &err) != STATUS_OK) {
            shell_fail(sh, &err); /* the picture of before stays */
        } else {
            fill(s);
        }
        return STALE_LAYOUT;
    default:
        return EVENT_UNHANDLED;
    }
}

static bool has_row(const void *state)
{
    const struct pass_screen *s = state;
    return is_identified(s) && s->pass.len > 0;
}

static bool is_ready(const void *state)
{
    const struct pass_screen *s = state;
    return is_identified(s) && pass_ticked(&s->pass) > 0;
}

/* Enter compares the identifiers; on a row it opens the dose with what was scanned. */
static unsigned run_open(struct shell *sh, void *state)
{
    struct pass_screen *s = state;
    if (!is_identified(s)) {
        if (identify_by_typing(&s->who, sh, s->chart->patient.id)) {
            fill(s);
        }
        return STALE_LAYOUT;
    }
    if (s->pass.len == 0) {
        return STALE_NOTHING;
    }
    const struct pass_item *item = at(s, s->table.list.selected);
    if (!uid_is_none(item->saved)) {
        shell_say(sh, MESSAGE_INFO, "%s", _("This dose is recorded. u takes your last record back within 60 seconds."));
        return STALE_CELLS;
    }
    return open_dose(sh, s, item->order, item->slot.id, item->codes);
}

static unsigned tick(struct pass_screen *s)
{
    pass_tick(s->ws->actor, &s->pass, (size_t)s->table.list.selected);
    return STALE_CELLS;
}

/* ---- why there is no scan: asked once a pass ---- */

static void draw_reason(const void *context, int row, struct area line, bool is_selected)
{
    (void)context;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    draw_text(line, 0, 2, STYLE_TEXT, enum_label(ENUM_NO_SCAN_REASON, row + 1));
}

static int all_reasons(void *context, const char *text)
{
    (void)context;
    (void)text;
    return NO_SCAN_REASON_OTHER - 1; /* "other" needs words: that is the dose's own form */
}

static unsigned reason_picked(struct shell *sh, void *state, int row)
{
    struct pass_screen *s = state;
    (void)sh;
    if (row < 0) {
        return STALE_CELLS;
    }
    s->pass.no_scan = (enum no_scan_reason)(row + 1);
    return tick(s);
}

static unsigned run_tick(struct shell *sh, void *state)
{
    struct pass_screen *s = state;
    const struct pass_item *item = at(s, s->table.list.selected);
    if (pass_is_ticked(item) || !uid_is_none(item->saved) || s->pass.no_scan != NO_SCAN_REASON_NONE_GIVEN) {
        return tick(s);
    }
    const struct picker_source reasons = {.list = {s, NULL, draw_reason, ""}, .filter = all_reasons, .filter_context = s};
    shell_pick(sh, _("Why is nothing scanned?"), N_("Reason for this pass:"), &reasons, reason_picked);
    return STALE_CELLS;
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct pass_screen *s = state;
    struct error err = ERROR_INIT;
    int saved = 0;
    char *name = patient_display_name(&s->chart->patient);
    enum status status = pass_record(s->ws->actor, &s->pass, &saved, &err);
    for (size_t i = 0; i < s->pass.len && saved > 0; i++) {
        const struct pass_item *item = &s->pass.items[i];
        if (!uid_is_none(item->saved) && !item->is_told) {
            workstation_remember_dose(s->ws, item->saved, name, item->drug, DOSE_STATUS_GIVEN);
            s->pass.items[i].is_told = true;
        }
    }
    if (status != STATUS_OK) {
        fail(sh, &err);
    } else {
        int left = pass_ticked(&s->pass);
        char *rest = left > 0 ? mem_format(ngettext(" %d dose asks: Enter.", " %d doses ask: Enter.", (unsigned long)left), left) : mem_copy_text("");
        shell_say(sh, left > 0 ? MESSAGE_WARNING : MESSAGE_GOOD,
                  ngettext("%s: %d dose given. Saved here (u: undo).%s", "%s: %d doses given. Saved here (u: undo, one by one).%s",
                           (unsigned long)saved),
                  name, saved, rest);
        mem_free(rest);
    }
    mem_free(name);
    return STALE_DATA;
}

static bool text_focus(const void *state)
{
    const struct pass_screen *s = state;
    return !is_identified(s) && form_has_text_focus(&s->who.form);
}

static bool unsaved(const void *state)
{
    return pass_ticked(&((const struct pass_screen *)state)->pass) > 0;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_DOSE_RECORD, N_("record"), N_("Record every ticked dose as given, one event each."), run_save,
     ACTION_IN_BAR, is_ready},
    {"pass.tick", "Space", PERMISSION_DOSE_RECORD, N_("tick"), N_("Tick the chosen dose without a scan, or take the tick away."), run_tick,
     ACTION_IN_BAR, has_row},
    {"open", KEYS_OPEN, PERMISSION_DOSE_RECORD, N_("this dose"),
     N_("Compare the identifiers; then open the chosen dose: held, refused, partial, and what it asks."), run_open, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back to the round."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_PASS = {
    .name = "pass",
    .title = N_("Medication pass"),
    .open = pass_screen_open,
    .layout = pass_screen_layout,
    .draw = pass_screen_draw,
    .key = pass_screen_key,
    .event = pass_screen_event,
    .close = pass_screen_close,
    .actions = ACTIONS,
    .text_focus = text_focus,
    .unsaved = unsaved,
};
