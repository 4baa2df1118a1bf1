/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recalls: which lots are not handed out any more, and who has one. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "kit/table.h"
#include "screens/screens.h"
#include "service/fills_list.h"
#include "service/list_out.h"

enum { HEAD_ROWS = 2 };

/* ---- the lots ---- */

static const struct table_column LOT_COLUMNS[] = {
    {N_("Lot"), 14, 0, 0, false}, {N_("Product"), 22, 1, 0, false}, {N_("Reason"), 24, 2, 0, false}, {N_("Since"), 12, 0, 0, false}, {N_("By"), 16, 0, 110, false},
};

struct recalls {
    struct workstation *ws;
    struct recall_rows rows;
    struct table table;
    struct area body;
};

static const char *recall_cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct recalls *s = context;
    const struct recall_row *r = &s->rows.items[row];
    (void)style;
    switch (column) {
    case 0:
        return r->lot;
    case 1:
        return r->product[0] != '\0' ? r->product : _("every product");
    case 2:
        return r->reason;
    case 3:
        return date_format_human(zone_local(s->ws->site->zone, r->at_us).date, buf);
    default:
        return r->by;
    }
}

static struct uid recall_id(const void *context, int row)
{
    return ((const struct recalls *)context)->rows.items[row].id;
}

static struct table_source recall_source(const struct recalls *s)
{
    return (struct table_source){.context = s, .id = recall_id, .cell = recall_cell,
                                 .empty_text = _("No lot is recalled. F5 recalls one; 4 asks who has a lot.")};
}

static enum status read_recalls(struct recalls *s, struct error *err)
{
    struct recall_rows fresh = {0};
    enum status status = recall_rows_get(s->ws->actor, &fresh, err);
    if (status == STATUS_OK) {
        recall_rows_release(&s->rows);
        s->rows = fresh;
        const struct table_source source = recall_source(s);
        table_refresh(&s->table, &source, (int)fresh.len);
    }
    return status;
}

static void recalls_close(void *state)
{
    struct recalls *s = state;
    recall_rows_release(&s->rows);
    mem_free(s);
}

static enum status recalls_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct recalls *s = mem_alloc(sizeof *s);
    (void)argument;
    s->ws = shell_app(sh);
    table_init(&s->table, LOT_COLUMNS, sizeof LOT_COLUMNS / sizeof *LOT_COLUMNS);
    enum status status = read_recalls(s, err);
    if (status != STATUS_OK) {
        recalls_close(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void recalls_layout(void *state, struct area body)
{
    struct recalls *s = state;
    s->body = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS);
    table_layout(&s->table, s->body.rows, s->body.cols);
}

static void recalls_draw(void *state, struct area body)
{
    struct recalls *s = state;
    const struct table_source source = recall_source(s);
    draw_text(body, 0, 1, STYLE_HEADING, _("Recalled lots: nothing of them is handed out"));
    table_draw(&s->table, &source, s->body);
}

static unsigned recalls_key(struct shell *sh, void *state, const struct event *event)
{
    struct recalls *s = state;
    const struct table_source source = recall_source(s);
    (void)sh;
    return table_handle(&s->table, &source, event);
}

static unsigned recalls_event(struct shell *sh, void *state, const struct event *event)
{
    struct error err = ERROR_INIT;
    if (event->kind != EVENT_CLOSED && event->kind != EVENT_DATA) {
        return EVENT_UNHANDLED;
    }
    if (read_recalls(state, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

static bool has_recall(const void *state)
{
    return ((const struct recalls *)state)->rows.len > 0;
}

static const struct recall_row *chosen(const struct recalls *s)
{
    return &s->rows.items[s->table.list.selected];
}

static unsigned run_holders(struct shell *sh, void *state)
{
    shell_open_or_say(sh, &SCREEN_LOT, chosen(state)->lot);
    return STALE_CELLS;
}

static unsigned run_recall(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_RECALL, NULL);
    return STALE_CELLS;
}

static unsigned lot_given(struct shell *sh, void *state, const char *text)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_LOT, text);
    return STALE_CELLS;
}

static unsigned run_ask(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_TEXT, &(struct text_argument){_("Who has a lot?"), N_("Lot"), LOT_TEXT_MAX - 1, lot_given});
    return STALE_CELLS;
}

static unsigned end_answered(struct shell *sh, void *state, int answer)
{
    struct recalls *s = state;
    struct error err = ERROR_INIT;
    if (answer != 1 || s->rows.len == 0) {
        return STALE_CELLS;
    }
    const struct recall_row *r = chosen(s);
    char *lot = mem_copy_text(r->lot);
    if (recall_end(s->ws->actor, r->id, r->ver, &err) != STATUS_OK || read_recalls(s, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    } else {
        shell_say(sh, MESSAGE_GOOD, _("Lot %s may be handed out again. Saved here."), lot);
    }
    mem_free(lot);
    return STALE_CELLS;
}

static unsigned run_end(struct shell *sh, void *state)
{
    char *text = mem_format(_("May lot %s be handed out again?"), chosen(state)->lot);
    shell_ask(sh, &(struct shell_question){.title = _("End the recall"), .text = text, .answers = {_("Keep the recall"), _("End it")},
                                           .answered = end_answered});
    mem_free(text);
    return STALE_CELLS;
}

static const struct action RECALLS_ACTIONS[] = {
    {"open", KEYS_OPEN, PERMISSION_FILL_PREPARE, N_("who has it"), N_("Show everybody whose bag holds the chosen lot."), run_holders, ACTION_IN_BAR,
     has_recall},
    {"add", KEYS_ADD, PERMISSION_FILL_CHECK, N_("recall a lot"), N_("Recall a lot: from now on nothing of it is handed out."), run_recall,
     ACTION_IN_BAR, NULL},
    {"lot.ask", "4", PERMISSION_FILL_PREPARE, N_("who has lot"), N_("Show everybody whose bag holds a lot that you type."), run_ask, ACTION_IN_BAR,
     NULL},
    {"change", KEYS_CHANGE, PERMISSION_FILL_CHECK, N_("end recall"), N_("End the chosen recall; asks."), run_end, ACTION_IN_BAR, has_recall},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_RECALLS = {
    .name = "recalls",
    .title = N_("Recalled lots"),
    .open = recalls_open,
    .layout = recalls_layout,
    .draw = recalls_draw,
    .key = recalls_key,
    .event = recalls_event,
    .close = recalls_close,
    .actions = RECALLS_ACTIONS,
};

/* ---- who has a lot ---- */

static const struct table_column HOLDER_COLUMNS[] = {
    {N_("Patient"), 22, 2, 0, false}, {N_("MRN"), 8, 0, 0, false}, {N_("Product"), 20, 1, 0, false}, {N_("Quantity"), 9, 0, 0, false},
    {N_("Handed over"), 12, 0, 0, false}, {N_("Rx"), 10, 0, 100, false}, {N_("State"), 14, 0, 120, false},
};

struct lot_screen {
    struct workstation *ws;
    char *lot;
    struct fill_rows rows;
    struct table table;
    struct area body;
};

static const char *holder_cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct lot_screen *s = context;
    const struct fill_row *r = &s->rows.items[row];
    switch (column) {
    case 0:
        return r->patient_name;
    case 1:
        return r->mrn;
    case 2:
        return r->drug;
    case 3:
        return r->quantity;
    case 4:
        *style = r->since_us != 0 ? STYLE_WARNING : STYLE_TEXT;
        return r->since_us != 0 ? date_format_human(zone_local(s->ws->site->zone, r->since_us).date, buf) : _("still here");
    case 5:
        return r->number;
    default:
        return enum_label(ENUM_FILL_STATE, (int)r->state);
    }
}

static struct table_source holder_source(const struct lot_screen *s)
{
    return (struct table_source){.context = s, .cell = holder_cell, .empty_text = _("Nobody's bag holds this lot.")};
}

static void lot_close(void *state)
{
    struct lot_screen *s = state;
    fill_rows_release(&s->rows);
    mem_free(s->lot);
    mem_free(s);
}

static enum status read_holders(struct lot_screen *s, struct error *err)
{
    struct fill_rows fresh = {0};
    enum status status = lot_holders(s->ws->actor, s->lot, &fresh, err);
    if (status == STATUS_OK) {
        fill_rows_release(&s->rows);
        s->rows = fresh;
        const struct table_source source = holder_source(s);
        table_refresh(&s->table, &source, (int)fresh.len);
    }
    return status;
}

static enum status lot_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct lot_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    s->lot = mem_copy_text(argument);
    table_init(&s->table, HOLDER_COLUMNS, sizeof HOLDER_COLUMNS / sizeof *HOLDER_COLUMNS);
    enum status status = read_holders(s, err);
    if (status != STATUS_OK) {
        lot_close(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void lot_layout(void *state, struct area body)
{
    struct lot_screen *s = state;
    s->body = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS);
    table_layout(&s->table, s->body.rows, s->body.cols);
}

static void lot_draw(void *state, struct area body)
{
    struct lot_screen *s = state;
    const struct table_source source = holder_source(s);
    draw_format(body, 0, 1, STYLE_HEADING, ngettext("Who has lot %s: %d bag", "Who has lot %s: %d bags", s->rows.len), s->lot, (int)s->rows.len);
    table_draw(&s->table, &source, s->body);
}

static unsigned lot_key(struct shell *sh, void *state, const struct event *event)
{
    struct lot_screen *s = state;
    const struct table_source source = holder_source(s);
    (void)sh;
    return table_handle(&s->table, &source, event);
}

static unsigned lot_event(struct shell *sh, void *state, const struct event *event)
{
    struct error err = ERROR_INIT;
    if (event->kind != EVENT_CLOSED || event->text == NULL || strcmp(event->text, SCREEN_FILL.name) != 0) {
        return EVENT_UNHANDLED; /* each reading has its row */
    }
    if (read_holders(state, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

static bool has_holder(const void *state)
{
    return ((const struct lot_screen *)state)->rows.len > 0;
}

static unsigned run_fill(struct shell *sh, void *state)
{
    const struct lot_screen *s = state;
    const struct fill_row *r = &s->rows.items[s->table.list.selected];
    shell_open_or_say(sh, &SCREEN_FILL, &(struct fill_argument){r->patient, r->order, r->fill});
    return STALE_CELLS;
}

static unsigned run_chart(struct shell *sh, void *state)
{
    const struct lot_screen *s = state;
    shell_open_or_say(sh, &SCREEN_CHART, &s->rows.items[s->table.list.selected].patient);
    return STALE_CELLS;
}

/* Whom to call, on paper or as a file. */
static unsigned run_out(struct shell *sh, void *state)
{
    static const char *const HEADS[] = {N_("Handed over"), N_("Patient"), N_("MRN"), N_("Rx"), N_("Product"), N_("Quantity"), N_("Lot"), N_("State")};
    const struct lot_screen *s = state;
    char *title = mem_format(_("Who has lot %s"), s->lot);
    struct list_out *out = list_out_new("lot", title, PERMISSION_FILL_PREPARE, HEADS, sizeof HEADS / sizeof *HEADS);
    for (size_t i = 0; i < s->rows.len; i++) {
        const struct fill_row *r = &s->rows.items[i];
        char when[LIST_OUT_WHEN_MAX];
        list_out_row(out, (const char *const[]){list_out_when(s->ws->site, r->since_us, when), r->patient_name, r->mrn, r->number, r->drug, r->quantity,
                                                r->lot, enum_label(ENUM_FILL_STATE, (int)r->state)});
    }
    if (s->rows.is_cut) {
        out->is_cut = true;
    }
    mem_free(title);
    screen_print_list(sh, out);
    return STALE_CELLS;
}

static const struct action LOT_ACTIONS[] = {
    {"open", KEYS_OPEN, PERMISSION_FILL_PREPARE, N_("open"), N_("Open the chosen fill."), run_fill, ACTION_IN_BAR, has_holder},
    {"chart.open", KEYS_CHART, PERMISSION_CLINICAL_READ, N_("chart"), N_("Open the chart of the chosen row's patient."), run_chart, ACTION_IN_BAR,
     has_holder},
    {"list.out", ")", PERMISSION_FILL_PREPARE, N_("print list"), N_("Print the list that is shown, or save it as a CSV file."), run_out,
     ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_LOT = {
    .name = "lot",
    .title = N_("Who has a lot"),
    .open = lot_open,
    .layout = lot_layout,
    .draw = lot_draw,
    .key = lot_key,
    .event = lot_event,
    .close = lot_close,
    .actions = LOT_ACTIONS,
};

/* ---- a new recall ---- */

struct recall_form {
    struct workstation *ws;
    struct form form;
    struct area form_area;
};

static enum status recall_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct recall_form *s = mem_alloc(sizeof *s);
    (void)argument;
    (void)err;
    s->ws = shell_app(sh);
    form_init(&s->form);
    form_add_text(&s->form, "lot", N_("Lot"), LOT_TEXT_MAX - 1, 20, 0);
    form_add_text(&s->form, "product", N_("Product"), 120, 40, 0);
    form_set_hint(&s->form, "product", N_("empty: every product of that lot"));
    form_add_text(&s->form, "reason", N_("Why, and who says so"), 200, 0, 0);
    form_mark_clean(&s->form);
    *out_state = s;
    return STATUS_OK;
}

static void recall_close(void *state)
{
    struct recall_form *s = state;
    form_release(&s->form);
    mem_free(s);
}

static void recall_layout(void *state, struct area body)
{
    struct recall_form *s = state;
    s->form_area = area_part(body, HEAD_ROWS + 1, 1, body.rows - HEAD_ROWS - 1, body.cols - 2);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
}

static void recall_draw(void *state, struct area body)
{
    draw_text(body, 0, 1, STYLE_HEADING, _("Recall a lot"));
    draw_text(body, 1, 1, STYLE_DIM, _("From now on nothing of it is scanned, checked or handed out."));
    form_draw(&((struct recall_form *)state)->form, ((struct recall_form *)state)->form_area); /* last: the cursor is the focus */
}

static unsigned recall_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return form_handle(&((struct recall_form *)state)->form, event);
}

static bool recall_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct recall_form *)state)->form);
}

static bool recall_unsaved(const void *state)
{
    return form_is_changed(&((const struct recall_form *)state)->form);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct recall_form *s = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    if (recall_add(s->ws->actor, form_text(&s->form, "lot"), form_text(&s->form, "product"), form_text(&s->form, "reason"), &err) != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    char *lot = mem_copy_text(form_text(&s->form, "lot"));
    form_mark_clean(&s->form);
    shell_close(sh, 1);
    shell_say(sh, MESSAGE_GOOD, _("Lot %s is recalled. Enter shows who has it."), lot);
    mem_free(lot);
    return STALE_DATA;
}

static const struct action RECALL_ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_FILL_CHECK, N_("recall"), N_("Recall this lot."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_RECALL = {
    .name = "recall",
    .title = N_("Recall of a lot"),
    .open = recall_open,
    .layout = recall_layout,
    .draw = recall_draw,
    .key = recall_key,
    .close = recall_close,
    .actions = RECALL_ACTIONS,
    .text_focus = recall_text_focus,
    .unsaved = recall_unsaved,
};
