/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/demo_screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/field.h"
#include "kit/form.h"
#include "kit/mark.h"
#include "kit/picker.h"
#include "kit/table.h"

/* ---- the list: a field to find, a table below ---- */

struct demo_list {
    struct demo_app *app;
    struct field find;
    bool find_has_focus;
    struct table table;
    int *rows; /* numbers of the names that match */
    int row_count;
    struct area find_area, table_area;
};

static const struct table_column COLUMNS[] = {
    {N_("Name"), 24, 3, 0, false},   {N_("Drug"), 22, 2, 0, false},
    {N_("Due"), 12, 0, 0, false},    {N_("Age"), 4, 0, 0, true},
    {N_("Ward"), 10, 1, 100, false}, {N_("Prescriber"), 16, 1, 120, false},
};

static const char *demo_name(const struct demo_app *app, int row, char *buf)
{
    static const char *const LAST[] = {"OKAFOR",   "HALVORSEN", "NGUYEN", "REYES",
                                       "KOWALSKI", "SATO",      "OSEI"};
    static const char *const FIRST[] = {"Grace", "Nils",   "Thi Mai", "Carlos",
                                        "Ewa",   "Haruki", "Kofi",    "Anna"};
    if (app->names) {
        return app->names[row];
    }
    snprintf(buf, TABLE_CELL_MAX, "%s %s %d", LAST[row % 7], FIRST[row % 8], row);
    return buf;
}

static struct uid row_id(const void *context, int row)
{
    const struct demo_list *d = context;
    struct uid id = {{0}};
    int number = d->rows[row] + 1;
    memcpy(id.bytes, &number, sizeof number);
    return id;
}

static const char *cell(const void *context, int row, int column, char *buf, enum style *style)
{
    const struct demo_list *d = context;
    int number = d->rows[row];
    switch (column) {
    case 0:
        return demo_name(d->app, number, buf);
    case 1:
        return number % 3 ? "metoprolol tartrate 25 mg" : "insulin lispro 6 units";
    case 2: {
        enum mark mark = number % 4 == 0 ? MARK_OVERDUE : MARK_DUE;
        *style = mark_style(mark);
        return mark_word(mark);
    }
    case 3:
        snprintf(buf, TABLE_CELL_MAX, "%d", 20 + number % 70);
        return buf;
    case 4:
        return "North 2";
    default:
        return "Dr Osei";
    }
}

static struct table_source source_of(const struct demo_list *d)
{
    return (struct table_source){.context = d, .id = row_id, .cell = cell, .empty_text = _("Nobody matches. Press F5 to add a person.")};
}

static void read_rows(struct demo_list *d)
{
    char buf[TABLE_CELL_MAX];
    d->app->reads++;
    d->rows = mem_resize_array(d->rows, (size_t)d->app->row_count + 1, sizeof *d->rows);
    d->row_count = 0;
    for (int i = 0; i < d->app->row_count; i++) {
        if (strstr(demo_name(d->app, i, buf), field_text(&d->find))) {
            d->rows[d->row_count++] = i;
        }
    }
    struct table_source source = source_of(d);
    table_refresh(&d->table, &source, d->row_count);
}

static enum status list_open(struct shell *sh, const void *argument, void **out_state,
                             struct error *err)
{
    (void)argument;
    (void)err;
    struct demo_list *d = mem_alloc(sizeof *d);
    d->app = shell_app(sh);
    d->find_has_focus = true;
    field_init(&d->find, 64, 0);
    table_init(&d->table, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    read_rows(d);
    *out_state = d;
    return STATUS_OK;
}

static void list_close(void *state)
{
    struct demo_list *d = state;
    field_release(&d->find);
    mem_free(d->rows);
    mem_free(d);
}

static void list_layout_(void *state, struct area body)
{
    struct demo_list *d = state;
    d->find_area = area_part(body, 0, 16, 1, body.cols - 18);
    d->table_area = area_rows(body, 2, body.rows - 2);
    table_layout(&d->table, d->table_area.rows, d->table_area.cols);
}

static void list_draw_(void *state, struct area body)
{
    struct demo_list *d = state;
    draw_text(body, 0, 1, d->find_has_focus ? STYLE_LABEL_FOCUS : STYLE_LABEL, _("Find or scan:"));
    struct table_source source = source_of(d);
    table_draw(&d->table, &source, d->table_area);
    field_draw(&d->find, d->find_area, d->find_has_focus); /* last: the cursor is the focus */
}

static unsigned list_key(struct shell *sh, void *state, const struct event *event)
{
    struct demo_list *d = state;
    struct table_source source = source_of(d);
    (void)sh;
    if (event->kind == EVENT_KEY && event->key == UI_KEY_TAB) {
        d->find_has_focus = !d->find_has_focus;
        return STALE_CELLS;
    }
    unsigned stale = d->find_has_focus ? field_handle(&d->find, event) : (unsigned)EVENT_UNHANDLED;
    if (stale & TEXT_CHANGED) {
        return stale | STALE_DATA;
    }
    return stale & EVENT_UNHANDLED ? table_handle(&d->table, &source, event) : stale;
}

static unsigned list_event(struct shell *sh, void *state, const struct event *event)
{
    struct demo_list *d = state;
    if (event->kind == EVENT_DATA) {
        read_rows(d);
        return STALE_CELLS;
    }
    if (event->kind == EVENT_SCAN && event->len_bytes > 2 &&
        event->text[0] == '0') { /* our codes begin with 0 */
        snprintf(d->app->last_scan, sizeof d->app->last_scan, "%s", event->text);
        shell_say(sh, MESSAGE_GOOD, _("Scanned %s"), event->text);
        return STALE_CELLS;
    }
    if (event->kind == EVENT_CLOSED && strcmp(event->text, "demo.form") == 0 && event->key == 1) {
        shell_say(sh, MESSAGE_GOOD, _("Saved here: %s"), d->app->saved_name);
        return STALE_DATA;
    }
    return EVENT_UNHANDLED;
}

static bool list_text_focus(const void *state)
{
    return ((const struct demo_list *)state)->find_has_focus;
}

static bool has_row(const void *state)
{
    return ((const struct demo_list *)state)->row_count > 0;
}

static unsigned run_open(struct shell *sh, void *state)
{
    struct demo_list *d = state;
    char buf[TABLE_CELL_MAX];
    d->app->opened++;
    shell_open_or_say(sh, &DEMO_FORM, demo_name(d->app, d->rows[d->table.list.selected], buf));
    return STALE_NOTHING;
}

static unsigned run_add(struct shell *sh, void *state)
{
    struct demo_list *d = state;
    d->app->opened++;
    shell_open_or_say(sh, &DEMO_FORM, "");
    return STALE_NOTHING;
}

static unsigned removed(struct shell *sh, void *state, int answer)
{
    struct demo_list *d = state;
    if (answer == 1) {
        d->app->removed++;
        shell_say(sh, MESSAGE_GOOD, _("Removed."));
    }
    return STALE_CELLS;
}

static unsigned run_remove(struct shell *sh, void *state)
{
    struct demo_list *d = state;
    char buf[TABLE_CELL_MAX];
    char *text = mem_format(_("Remove %s from the list?"),
                            demo_name(d->app, d->rows[d->table.list.selected], buf));
    shell_ask(sh, &(struct shell_question){.title = _("Remove"),
                                           .text = text,
                                           .answers = {_("Keep"), _("Remove")},
                                           .answered = removed});
    mem_free(text);
    return STALE_NOTHING;
}

static bool work_step(void *context, struct shell_progress *progress)
{
    struct demo_app *app = context;
    app->tasks++;
    progress->done = app->tasks;
    progress->total = app->work_total;
    progress->what = "Counting";
    return app->tasks < app->work_total;
}

static unsigned work_done(struct shell *sh, void *state, void *context, bool was_cancelled)
{
    struct demo_app *app = context;
    (void)state;
    app->was_cancelled = was_cancelled;
    shell_say(sh, MESSAGE_INFO, _("Counted to %d."), app->tasks);
    return STALE_CELLS;
}

static unsigned run_count(struct shell *sh, void *state)
{
    struct demo_list *d = state;
    d->app->tasks = 0;
    struct error err = ERROR_INIT;
    struct shell_work work = {_("Counting"), d->app, work_step, work_done};
    if (shell_work(sh, &work, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    return STALE_NOTHING;
}

static unsigned run_crash(struct shell *sh, void *state)
{
    (void)sh;
    (void)state;
    abort();
}

static const struct action LIST_ACTIONS[] = {
    {"open", KEYS_OPEN, 0, N_("open"), N_("Open the chosen person."), run_open, ACTION_IN_BAR,
     has_row},
    {"add", "F5, a, Ctrl-N", 0, N_("add"), N_("Add a person."), run_add, ACTION_IN_BAR, NULL},
    {"remove", "F8, Ctrl-R", DEMO_PERMISSION_REMOVE, N_("remove"),
     N_("Remove the chosen person; asks."), run_remove, ACTION_IN_BAR, has_row},
    {"count", "F7, Ctrl-E", 0, N_("count"), N_("Count slowly."), run_count, ACTION_IN_BAR, NULL},
    {"crash", "Ctrl-X", 0, NULL, N_("End by a crash."), run_crash, 0, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops DEMO_LIST = {
    .name = "demo.list",
    .title = N_("People"),
    .open = list_open,
    .layout = list_layout_,
    .draw = list_draw_,
    .key = list_key,
    .event = list_event,
    .close = list_close,
    .actions = LIST_ACTIONS,
    .text_focus = list_text_focus,
};

/* ---- the form ---- */

struct demo_form {
    struct demo_app *app;
    struct form form;
    struct area area;
};

static enum status form_open_(struct shell *sh, const void *argument, void **out_state,
                              struct error *err)
{
    static const char *const SEXES[] = {N_("female"), N_("male"), N_("other"), N_("not known")};
    (void)err;
    struct demo_form *d = mem_alloc(sizeof *d);
    d->app = shell_app(sh);
    form_init(&d->form);
    form_add_text(&d->form, "name", N_("Name"), 80, 40, 0);
    form_add_text(&d->form, "birth_date", N_("Birth date"), 20, 12, 0);
    form_set_hint(&d->form, "birth_date", N_("14/3/58 or 1958-03-14"));
    form_add_choice(&d->form, "sex", N_("Sex"), SEXES, 4);
    form_add_check(&d->form, "consent", N_("Has agreed"));
    form_add_text(&d->form, "pin", N_("PIN"), 8, 8, FIELD_PASSWORD | FIELD_DIGITS);
    form_set_text(&d->form, "name", argument);
    form_mark_clean(&d->form);
    *out_state = d;
    return STATUS_OK;
}

static void form_close(void *state)
{
    struct demo_form *d = state;
    form_release(&d->form);
    mem_free(d);
}

static void form_layout_(void *state, struct area body)
{
    struct demo_form *d = state;
    d->area = area_part(body, 2, 0, body.rows - 2, body.cols);
    form_layout(&d->form, d->area.rows, d->area.cols);
}

static void form_draw_(void *state, struct area body)
{
    struct demo_form *d = state;
    draw_text(body, 0, 1, STYLE_HEADING, _("Person"));
    form_draw(&d->form, d->area);
}

static unsigned form_key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return form_handle(&((struct demo_form *)state)->form, event);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct demo_form *d = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&d->form);
    if (!*form_text(&d->form, "name")) {
        error_set_field(&err, STATUS_INVALID, "name", "%s",
                        _("A person needs a name. Type at least the last name."));
    } else if (strlen(form_text(&d->form, "birth_date")) < 8) {
        error_set_field(&err, STATUS_INVALID, "birth_date",
                        _("\"%s\" is no date. Write it as 1958-03-14 or 14/3/58."),
                        form_text(&d->form, "birth_date"));
    }
    if (err.status != STATUS_OK) {
        if (!form_show_error(&d->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_CELLS;
    }
    d->app->saved++;
    snprintf(d->app->saved_name, sizeof d->app->saved_name, "%s", form_text(&d->form, "name"));
    shell_close(sh, 1);
    return STALE_CELLS;
}

static bool form_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct demo_form *)state)->form);
}

static bool form_unsaved(const void *state)
{
    return form_is_changed(&((const struct demo_form *)state)->form);
}

static const struct action FORM_ACTIONS[] = {
    {"save", KEYS_SAVE, 0, N_("save"), N_("Save this person."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL,
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops DEMO_FORM = {
    .name = "demo.form",
    .title = N_("Person"),
    .open = form_open_,
    .layout = form_layout_,
    .draw = form_draw_,
    .key = form_key,
    .close = form_close,
    .actions = FORM_ACTIONS,
    .text_focus = form_text_focus,
    .unsaved = form_unsaved,
};

/* ---- the lock ---- */

struct demo_lock {
    struct field pin;
};

static enum status lock_open(struct shell *sh, const void *argument, void **out_state,
                             struct error *err)
{
    (void)sh;
    (void)argument;
    (void)err;
    struct demo_lock *d = mem_alloc(sizeof *d);
    field_init(&d->pin, 16, FIELD_PASSWORD);
    *out_state = d;
    return STATUS_OK;
}

static void lock_close(void *state)
{
    field_release(&((struct demo_lock *)state)->pin);
    mem_free(state);
}

static void lock_draw(void *state, struct area body)
{
    struct demo_lock *d = state;
    draw_text(body, 4, 10, STYLE_HEADING, _("Locked"));
    int col = draw_text(body, 6, 10, STYLE_LABEL_FOCUS, _("PIN:"));
    field_draw(&d->pin, area_part(body, 6, col + 1, 1, 16), true);
}

static unsigned lock_key(struct shell *sh, void *state, const struct event *event)
{
    struct demo_lock *d = state;
    if (event->kind == EVENT_KEY && event->key == UI_KEY_ENTER) {
        if (strcmp(field_text(&d->pin), "4711") == 0) {
            shell_close(sh, 1);
            return STALE_CELLS;
        }
        field_clear(&d->pin);
        shell_say(sh, MESSAGE_ERROR, _("That is not the PIN. Try again."));
        return STALE_CELLS;
    }
    return field_handle(&d->pin, event);
}

static bool lock_text_focus(const void *state)
{
    (void)state;
    return true;
}

const struct screen_ops DEMO_LOCK = {
    .name = "demo.lock",
    .title = N_("Locked"),
    .open = lock_open,
    .draw = lock_draw,
    .key = lock_key,
    .close = lock_close,
    .text_focus = lock_text_focus,
    .flags = SCREEN_SECRET,
};

const struct screen_ops *const DEMO_SCREENS[] = {&DEMO_LIST, &DEMO_FORM, &DEMO_LOCK, NULL};

/* ---- the program around them ---- */

static unsigned run_find(struct shell *sh, void *state)
{
    (void)state;
    shell_say(sh, MESSAGE_INFO, _("Find."));
    return STALE_CELLS;
}

const struct action DEMO_ACTIONS[] = {
    {"find", KEYS_FIND, 0, N_("find"), N_("Find a person."), run_find, 0, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

static bool may(void *app, unsigned permission)
{
    return permission != DEMO_PERMISSION_REMOVE || ((struct demo_app *)app)->may_remove;
}

static bool poll_changed(struct shell *sh, void *app_)
{
    struct demo_app *app = app_;
    (void)sh;
    bool was_changed = app->is_changed;
    app->polls++;
    app->is_changed = false;
    return was_changed;
}

static void lock(struct shell *sh, void *app)
{
    (void)app;
    shell_open_or_say(sh, &DEMO_LOCK, NULL);
}

static void tell_status(void *app, struct shell_status *status)
{
    snprintf(status->left, sizeof status->left, "PrescripCare  Eastside Clinic");
    snprintf(status->middle, sizeof status->middle, "%s", mark_word(MARK_ONLINE));
    status->middle_mark = MARK_ONLINE;
    snprintf(status->right, sizeof status->right, "%s", ((struct demo_app *)app)->status);
}

struct shell_options demo_options(struct demo_app *app)
{
    return (struct shell_options){
        .app = app,
        .screens = DEMO_SCREENS,
        .actions = DEMO_ACTIONS,
        .may = may,
        .poll = poll_changed,
        .lock = lock,
        .status = tell_status,
        .idle_seconds = 300,
    };
}
