/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cabinet of controlled drugs: what should be in it, and counting it with a second person. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "kit/table.h"
#include "screens/screens.h"
#include "service/controlled.h"
#include "service/step_up.h"

/* ---- the list ---- */

static const struct table_column COLUMNS[] = {
    {N_("Drug"), 30, 1, 0, false}, {N_("Should be"), 12, 0, 0, true}, {N_("Last count"), 12, 0, 0, false}, {N_("State"), 18, 0, 0, false},
};

struct cabinet {
    struct workstation *ws;
    struct stock_list list;
    struct table table;
    struct area head, body;
};

static const struct stock *at(const void *context, int row)
{
    return &((const struct cabinet *)context)->list.items[row];
}

static const char *cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct cabinet *c = context;
    const struct stock *stock = at(context, row);
    char amount[DOSE_AMOUNT_TEXT_MAX];
    struct local_time when = zone_local(c->ws->site->zone, stock->counted_us);
    switch (column) {
    case 0:
        return stock->drug;
    case 1:
        (void)snprintf(buf, TABLE_CELL_MAX, "%s", stock->is_counted ? dose_amount_format(stock->expected, stock->unit, amount) : "-");
        return buf;
    case 2:
        (void)snprintf(buf, TABLE_CELL_MAX, "%02d-%02d %02d:%02d", when.date.month, when.date.day, when.hour, when.minute);
        return stock->counted_us != 0 ? buf : _("never");
    default:
        break;
    }
    if (stock->open_count > 0) {
        *style = STYLE_WARNING;
        (void)snprintf(buf, TABLE_CELL_MAX, ngettext("%d removal open", "%d removals open", (unsigned long)stock->open_count), stock->open_count);
        return buf;
    }
    if (!decimal_is_zero(stock->difference)) {
        *style = STYLE_ERROR;
        (void)snprintf(buf, TABLE_CELL_MAX, _("DIFFERS %s"), dose_amount_format(stock->difference, stock->unit, amount));
        return buf;
    }
    return stock->is_counted ? _("even") : _("to be counted");
}

static enum mark mark(const void *context, int row)
{
    const struct stock *stock = at(context, row);
    return !decimal_is_zero(stock->difference) ? MARK_MAJOR : stock->open_count > 0 || !stock->is_counted ? MARK_DUE : MARK_GIVEN;
}

static struct table_source source(const struct cabinet *c)
{
    return (struct table_source){.context = c, .cell = cell, .mark = mark,
                                 .empty_text = _("No controlled drug was counted or taken out yet. F5 begins with a count.")};
}

static enum status read(struct cabinet *c, bool is_first, struct error *err)
{
    struct stock_list fresh = {0};
    enum status status = is_first ? stock_list_get(c->ws->actor, &fresh, err) : stock_list_refresh(c->ws->actor, &fresh, err);
    if (status != STATUS_OK) {
        return status;
    }
    stock_list_release(&c->list);
    c->list = fresh;
    const struct table_source from = source(c);
    table_refresh(&c->table, &from, (int)c->list.len);
    return STATUS_OK;
}

static void cabinet_close(void *state)
{
    struct cabinet *c = state;
    stock_list_release(&c->list);
    mem_free(c);
}

static enum status cabinet_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct cabinet *c = mem_alloc(sizeof *c);
    (void)argument;
    c->ws = shell_app(sh);
    table_init(&c->table, COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
    c->table.has_signs = true;
    enum status status = read(c, true, err);
    if (status != STATUS_OK) {
        cabinet_close(c);
        return status;
    }
    *out_state = c;
    return STATUS_OK;
}

static void cabinet_layout(void *state, struct area body)
{
    struct cabinet *c = state;
    c->head = area_rows(body, 0, 2);
    c->body = area_rows(body, 2, body.rows - 2);
    table_layout(&c->table, c->body.rows, c->body.cols);
}

static void cabinet_draw(void *state, struct area body)
{
    struct cabinet *c = state;
    const struct table_source from = source(c);
    (void)body;
    draw_text(c->head, 0, 1, STYLE_HEADING, _("Controlled drugs of this site"));
    table_draw(&c->table, &from, c->body);
}

static unsigned cabinet_key(struct shell *sh, void *state, const struct event *event)
{
    struct cabinet *c = state;
    const struct table_source from = source(c);
    (void)sh;
    return table_handle(&c->table, &from, event);
}

static unsigned cabinet_event(struct shell *sh, void *state, const struct event *event)
{
    struct error err = ERROR_INIT;
    if (event->kind == EVENT_CLOSED) {
        return STALE_DATA;
    }
    if (event->kind != EVENT_DATA) {
        return EVENT_UNHANDLED;
    }
    if (read(state, false, &err) != STATUS_OK) {
        shell_fail(sh, &err); /* the picture of before stays */
    }
    return STALE_CELLS;
}

static bool has_row(const void *state)
{
    return ((const struct cabinet *)state)->list.len > 0;
}

static unsigned run_count(struct shell *sh, void *state)
{
    const struct cabinet *c = state;
    shell_open_or_say(sh, &SCREEN_COUNT, at(c, c->table.list.selected)->drug);
    return STALE_CELLS;
}

static unsigned run_add(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_COUNT, NULL);
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, PERMISSION_DOSE_RECORD, N_("count"), N_("Count the chosen drug, or enter a delivery."), run_count, ACTION_IN_BAR, has_row},
    {"add", KEYS_ADD, PERMISSION_DOSE_RECORD, N_("new drug"), N_("Begin with a drug that is not on the list."), run_add, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_CABINET = {
    .name = "cabinet",
    .title = N_("Controlled drugs"),
    .open = cabinet_open,
    .layout = cabinet_layout,
    .draw = cabinet_draw,
    .key = cabinet_key,
    .event = cabinet_event,
    .close = cabinet_close,
    .actions = ACTIONS,
};

/* ---- one count ---- */

struct count_screen {
    struct workstation *ws;
    struct form form;
    const char *kinds[COUNT_KIND_COUNT];
    struct witness second; /* signed in, while the acting person proves who they are once more */
    struct area head, form_area;
};

static enum status count_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct count_screen *s = mem_alloc(sizeof *s);
    const struct enum_list *list = enum_list(ENUM_COUNT_KIND);
    (void)err;
    s->ws = shell_app(sh);
    for (int i = 1; i <= list->count; i++) {
        s->kinds[i - 1] = list->labels[i];
    }
    form_init(&s->form);
    form_add_choice(&s->form, "kind", N_("What it is"), s->kinds, actor_may(s->ws->actor, PERMISSION_DOSE_SUPERVISE) ? list->count : list->count - 1);
    form_add_text(&s->form, "drug", N_("Drug"), 120, 50, 0);
    form_set_hint(&s->form, "drug", N_("morphine 10 mg/mL injection"));
    form_add_text(&s->form, "amount", N_("Amount"), 40, 20, 0);
    form_set_hint(&s->form, "amount", N_("24 tab"));
    form_add_text(&s->form, "note", N_("In words"), 200, 50, 0);
    if (argument != NULL) {
        form_set_text(&s->form, "drug", argument);
        form_focus(&s->form, "amount");
    }
    form_mark_clean(&s->form);
    *out_state = s;
    return STATUS_OK;
}

static void count_close(void *state)
{
    struct count_screen *s = state;
    form_release(&s->form);
    mem_free(s);
}

static void count_layout(void *state, struct area body)
{
    struct count_screen *s = state;
    s->head = area_part(body, 0, 1, 4, body.cols - 2);
    s->form_area = area_part(body, 4, 1, body.rows - 4, body.cols - 2);
    form_layout(&s->form, s->form_area.rows, s->form_area.cols);
}

static void count_draw(void *state, struct area body)
{
    struct count_screen *s = state;
    (void)body;
    draw_text(s->head, 0, 0, STYLE_HEADING, _("Controlled drugs: two people count"));
    draw_wrapped(s->head, 1, 0, STYLE_TEXT,
                 _("Count what is there before you look at what should be. F10 checks; then the second person signs in."));
    form_draw(&s->form, s->form_area);
}

static unsigned count_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return form_handle(&((struct count_screen *)state)->form, event);
}

static bool count_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct count_screen *)state)->form);
}

static bool count_unsaved(const void *state)
{
    return form_is_changed(&((const struct count_screen *)state)->form);
}

static unsigned record(struct shell *sh, void *state)
{
    struct count_screen *s = state;
    const struct witness *who = &s->second;
    struct error err = ERROR_INIT;
    struct decimal amount = {0, 0};
    enum unit unit = UNIT_NONE;
    enum count_kind kind = (enum count_kind)(form_choice(&s->form, "kind") + 1);
    enum status status = kind == COUNT_KIND_EXPLAINED ? STATUS_OK : dose_amount_parse(form_text(&s->form, "amount"), &amount, &unit, &err);
    if (status == STATUS_OK) {
        status = stock_record(s->ws->actor, kind, form_text(&s->form, "drug"), amount, unit, form_text(&s->form, "note"), who, &err);
    }
    if (status == STATUS_STEP_UP) { /* the second person took longer to come than a proof lasts */
        return step_up_ask(sh, &err, record);
    }
    if (status != STATUS_OK) {
        if (!form_show_error(&s->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    shell_say(sh, MESSAGE_GOOD, _("%s: %s, with %s. Saved here."), form_text(&s->form, "drug"), enum_label(ENUM_COUNT_KIND, (int)kind), who->name);
    form_mark_clean(&s->form);
    shell_close(sh, 1);
    return STALE_DATA;
}

static unsigned counted(struct shell *sh, void *state, const struct witness *who, const struct double_check *check)
{
    struct count_screen *s = state;
    (void)check;
    s->second = *who;
    return record(sh, s);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct count_screen *s = state;
    struct error err = ERROR_INIT;
    struct decimal amount;
    enum unit unit;
    form_clear_errors(&s->form);
    bool needs_amount = form_choice(&s->form, "kind") + 1 != COUNT_KIND_EXPLAINED;
    if (needs_amount && dose_amount_parse(form_text(&s->form, "amount"), &amount, &unit, &err) != STATUS_OK) {
        (void)form_show_error(&s->form, &err); /* the field is there */
        return STALE_LAYOUT;
    }
    if (step_up_require(s->ws->actor, STEP_UP_ACT_US, &err) == STATUS_STEP_UP) { /* before the second person is called */
        return step_up_ask(sh, &err, run_save);
    }
    const struct second_argument second = {.title = _("Second person"), .text = _("The second person counted too and signs in here."), .stands = counted};
    shell_open_or_say(sh, &SCREEN_SECOND, &second);
    return STALE_LAYOUT;
}

static const struct action COUNT_ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_DOSE_RECORD, N_("save"), N_("Check, and have the second person sign in."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_COUNT = {
    .name = "count",
    .title = N_("Count of a controlled drug"),
    .open = count_open,
    .layout = count_layout,
    .draw = count_draw,
    .key = count_key,
    .close = count_close,
    .actions = COUNT_ACTIONS,
    .text_focus = count_text_focus,
    .unsaved = count_unsaved,
};
