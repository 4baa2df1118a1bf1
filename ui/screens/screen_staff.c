/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everybody who has an account here. What is typed narrows the list. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "kit/field.h"
#include "kit/table.h"
#include "screens/staff_view.h"

enum { HEAD_ROWS = 3, TYPED_BYTES = 64 };

struct staff_screen {
    struct workstation *ws;
    struct field typed;
    struct staff_list list;
    size_t *shown; /* indexes of the list that match */
    size_t shown_count;
    struct table table;
    struct area field_area, table_area;
};

static const struct table_column COLUMNS[] = {
    {N_("Sign-in name"), 16, 1, 0, false}, {N_("Name"), 22, 2, 0, false},     {N_("Role"), 16, 0, 0, false},
    {N_("Account"), 8, 0, 0, false},       {N_("Sessions"), 8, 0, 0, true},   {N_("License"), 30, 1, 104, false},
};

const char *staff_state_words(const struct staff *staff, enum style *style)
{
    *style = staff->is_disabled ? STYLE_WARNING : STYLE_TEXT;
    return staff->is_disabled ? _("closed") : _("open");
}

const char *staff_license_words(const struct staff_license *license, struct date today, char *buf, size_t size, enum style *style)
{
    char day[DATE_TEXT_MAX];
    enum license_state state = staff_license_state(license, today);
    (void)date_format_human(license->expires, day);
    *style = state == LICENSE_EXPIRED ? STYLE_ERROR : state == LICENSE_EXPIRES_SOON ? STYLE_WARNING : STYLE_TEXT;
    switch (state) {
    case LICENSE_NONE:
        *style = STYLE_DIM;
        (void)snprintf(buf, size, "%s", _("no license kept here"));
        break;
    case LICENSE_VALID:
        (void)snprintf(buf, size, _("license until %s"), day); /* cut is fine, as below */
        break;
    case LICENSE_EXPIRES_SOON:
        (void)snprintf(buf, size, _("license ends soon: %s"), day);
        break;
    case LICENSE_EXPIRED:
        (void)snprintf(buf, size, _("license ended %s"), day);
        break;
    }
    return buf;
}

static const struct staff *at(const struct staff_screen *s, int row)
{
    return &s->list.items[s->shown[row]];
}

static struct uid row_id(const void *context, int row)
{
    return at(context, row)->user;
}

static const char *cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct staff_screen *s = context;
    const struct staff *one = at(s, row);
    switch (column) {
    case 0:
        return one->login;
    case 1:
        (void)snprintf(buf, TABLE_CELL_MAX, "%s%s%s", one->first_name, one->first_name[0] != '\0' ? " " : "", one->last_name);
        return buf; /* cut is fine */
    case 2:
        return enum_label(ENUM_ROLE, (int)one->role);
    case 3:
        return staff_state_words(one, style);
    case 4:
        (void)snprintf(buf, TABLE_CELL_MAX, "%d", one->open_sessions);
        return one->open_sessions > 0 ? buf : "";
    default:
        return staff_license_words(&one->license, site_today(s->ws->site), buf, TABLE_CELL_MAX, style);
    }
}

static struct table_source source_of(const struct staff_screen *s)
{
    return (struct table_source){.context = s, .id = row_id, .cell = cell, .empty_text = _("Nobody matches. Type less, or press F5 to add a person.")};
}

static bool matches(const struct staff *one, const char *typed)
{
    char *all = mem_format("%s %s %s %s %s", one->login, one->first_name, one->last_name, enum_label(ENUM_ROLE, (int)one->role),
                           one->is_disabled ? _("closed") : _("open"));
    char *where = text_fold(all), *what = text_fold(typed);
    bool is_in = strstr(where, what) != NULL;
    mem_free(all);
    mem_free(where);
    mem_free(what);
    return is_in;
}

static void narrow(struct staff_screen *s)
{
    struct table_source source = source_of(s);
    s->shown_count = 0;
    for (size_t i = 0; i < s->list.len; i++) {
        if (matches(&s->list.items[i], field_text(&s->typed))) {
            s->shown[s->shown_count++] = i;
        }
    }
    table_refresh(&s->table, &source, (int)s->shown_count);
}

static enum status read(struct staff_screen *s, bool is_first, struct error *err)
{
    struct staff_list fresh = {0};
    enum status status = is_first ? staff_list_all(s->ws->actor, &fresh, err) : staff_list_again(s->ws->actor, &fresh, err);
    if (status == STATUS_OK) {
        staff_list_release(&s->list);
        s->list = fresh;
        mem_free(s->shown);
        s->shown = mem_alloc_array(fresh.len + 1, sizeof *s->shown);
        narrow(s);
    }
    return status;
}

static enum status staff_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    (void)argument;
    struct staff_screen *s = mem_alloc(sizeof *s);
    s->ws = shell_app(sh);
    field_init(&s->typed, TYPED_BYTES, 0);
    table_init(&s->table, COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
    enum status status = read(s, true, err);
    if (status != STATUS_OK) {
        field_release(&s->typed);
        mem_free(s);
        return status;
    }
    *out_state = s;
    return STATUS_OK;
}

static void staff_close(void *state)
{
    struct staff_screen *s = state;
    staff_list_release(&s->list);
    field_release(&s->typed);
    mem_free(s->shown);
    mem_free(s);
}

static void staff_layout(void *state, struct area body)
{
    struct staff_screen *s = state;
    int label = text_width_cells(_("Find in staff:")) + 2;
    s->field_area = area_part(body, 1, label, 1, body.cols - label - 1);
    s->table_area = area_rows(body, HEAD_ROWS, body.rows - HEAD_ROWS);
    table_layout(&s->table, s->table_area.rows, s->table_area.cols);
}

static void staff_draw(void *state, struct area body)
{
    struct staff_screen *s = state;
    struct table_source source = source_of(s);
    draw_text(body, 0, 1, STYLE_HEADING, _("Staff"));
    draw_text(body, 1, 1, STYLE_LABEL_FOCUS, _("Find in staff:"));
    table_draw(&s->table, &source, s->table_area);
    field_draw(&s->typed, s->field_area, true); /* last: the cursor is the focus */
}

static unsigned staff_key(struct shell *sh, void *state, const struct event *event)
{
    struct staff_screen *s = state;
    struct table_source source = source_of(s);
    (void)sh;
    unsigned stale = field_handle(&s->typed, event);
    if (stale & TEXT_CHANGED) {
        narrow(s);
        return STALE_CELLS;
    }
    return stale & EVENT_UNHANDLED ? table_handle(&s->table, &source, event) : stale;
}

static unsigned staff_event(struct shell *sh, void *state, const struct event *event)
{
    struct error err = ERROR_INIT;
    if (event->kind == EVENT_CLOSED) {
        return STALE_DATA;
    }
    if (event->kind != EVENT_DATA) {
        return EVENT_UNHANDLED;
    }
    if (read(state, false, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_CELLS;
}

static bool always(const void *state)
{
    (void)state;
    return true;
}

static bool has_row(const void *state)
{
    return ((const struct staff_screen *)state)->shown_count > 0;
}

static unsigned run_open(struct shell *sh, void *state)
{
    struct staff_screen *s = state;
    shell_open_or_say(sh, &SCREEN_STAFF_MEMBER, at(s, s->table.list.selected)->login);
    return STALE_CELLS;
}

static unsigned run_add(struct shell *sh, void *state)
{
    (void)state;
    shell_open_or_say(sh, &SCREEN_STAFF_ACT, &(struct staff_act_argument){STAFF_ADD, ""});
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"open", KEYS_OPEN, PERMISSION_STAFF_ADMIN, N_("open"), N_("Open the chosen person: role, sessions, license, password."), run_open,
     ACTION_IN_BAR, has_row},
    {"add", "F5, a, Ctrl-N", PERMISSION_STAFF_ADMIN, N_("add a person"), N_("Give somebody an account."), run_add, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_STAFF = {
    .name = "staff",
    .title = N_("Staff"),
    .open = staff_open,
    .layout = staff_layout,
    .draw = staff_draw,
    .key = staff_key,
    .event = staff_event,
    .close = staff_close,
    .actions = ACTIONS,
    .text_focus = always,
};
