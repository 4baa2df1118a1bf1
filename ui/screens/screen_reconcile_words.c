/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two small forms: who the list was gone through with, and acts that need a reason and nothing else. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/reconcile_parts.h"

enum { WORDS_BYTES = 200, HEAD_ROWS = 2 };

struct words_form {
    struct workstation *ws;
    struct chart *chart;
    struct uid reconciliation;
    enum reconcile_words_for what;
    bool is_facts;
    struct form form;
    const char *with[RECONCILED_WITH_COUNT];
    struct area banner, head, form_area;
};

static const char *const HEADINGS[] = {
    [RECONCILE_WORDS_TAKE] = N_("Take this reconciliation over"),
    [RECONCILE_WORDS_ABANDON] = N_("Close it without a signature"),
    [RECONCILE_WORDS_REJECT] = N_("Give the list back"),
    [RECONCILE_WORDS_TELL] = N_("The patient has the list"),
};
static const char *const LABELS[] = {
    [RECONCILE_WORDS_TAKE] = N_("Why"),
    [RECONCILE_WORDS_ABANDON] = N_("Why"),
    [RECONCILE_WORDS_REJECT] = N_("What is wrong"),
    [RECONCILE_WORDS_TELL] = N_("How"),
};
typedef enum status (*door_fn)(struct actor *actor, struct uid id, const char *words, struct error *err);
static const door_fn DOORS[] = {
    [RECONCILE_WORDS_TAKE] = reconcile_take_over,
    [RECONCILE_WORDS_ABANDON] = reconcile_abandon,
    [RECONCILE_WORDS_REJECT] = reconcile_reject,
    [RECONCILE_WORDS_TELL] = reconcile_tell,
};

static void close_form(void *state)
{
    struct words_form *f = state;
    form_release(&f->form);
    chart_free(f->chart);
    mem_free(f);
}

static enum status open_any(struct shell *sh, struct uid patient, struct uid id, struct words_form **out, struct error *err)
{
    struct words_form *f = mem_alloc(sizeof *f);
    f->ws = shell_app(sh);
    f->reconciliation = id;
    form_init(&f->form);
    enum status status = chart_open(f->ws->actor, patient, 1, 1, &f->chart, err);
    if (status != STATUS_OK) {
        close_form(f);
        return status;
    }
    *out = f;
    return STATUS_OK;
}

static enum status words_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct reconcile_words_argument *a = argument;
    struct words_form *f = NULL;
    enum status status = open_any(sh, a->patient, a->reconciliation, &f, err);
    if (status == STATUS_OK) {
        f->what = a->what;
        form_add_text(&f->form, a->what == RECONCILE_WORDS_TELL ? "how" : "reason", LABELS[a->what], WORDS_BYTES, 0, 0);
        if (a->what == RECONCILE_WORDS_TELL) {
            form_set_hint(&f->form, "how", N_("printed and gone through; declined"));
        }
        form_mark_clean(&f->form);
        *out_state = f;
    }
    return status;
}

static enum status facts_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct row_argument *a = argument;
    struct words_form *f = NULL;
    struct reconcile_view *view = NULL;
    enum status status = open_any(sh, a->patient, a->row, &f, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = reconcile_look(f->ws->actor, a->row, &view, err);
    if (status != STATUS_OK) {
        close_form(f);
        return status;
    }
    f->is_facts = true;
    f->with[0] = N_("choose");
    for (int i = 1; i < RECONCILED_WITH_COUNT; i++) {
        f->with[i] = enum_list(ENUM_RECONCILED_WITH)->labels[i];
    }
    form_add_choice(&f->form, "with", N_("Gone through with"), f->with, RECONCILED_WITH_COUNT);
    form_add_check(&f->form, "single", N_("There is one source only"));
    form_add_text(&f->form, "no_history", N_("No list, because"), WORDS_BYTES, 0, 0);
    form_show(&f->form, "single", view->sources.len == 1);
    form_show(&f->form, "no_history", view->sources.len == 0);
    form_set_choice(&f->form, "with", (int)view->session.with);
    form_set_choice(&f->form, "single", view->session.is_single_source);
    form_set_text(&f->form, "no_history", view->session.no_history_reason);
    form_mark_clean(&f->form);
    reconcile_view_free(view);
    *out_state = f;
    return STATUS_OK;
}

static void layout(void *state, struct area body)
{
    struct words_form *f = state;
    f->banner = area_rows(body, 0, BANNER_ROWS);
    f->head = area_part(body, BANNER_ROWS, 1, HEAD_ROWS, body.cols - 2);
    f->form_area = area_part(body, BANNER_ROWS + HEAD_ROWS, 1, body.rows - BANNER_ROWS - HEAD_ROWS, body.cols - 2);
    form_layout(&f->form, f->form_area.rows, f->form_area.cols);
}

static void draw(void *state, struct area body)
{
    struct words_form *f = state;
    (void)body;
    banner_draw(f->banner, f->chart, site_today(f->ws->site), f->ws->site->zone);
    draw_text(f->head, 0, 0, STYLE_HEADING, f->is_facts ? _("Before the signature") : _(HEADINGS[f->what]));
    form_draw(&f->form, f->form_area);
}

static unsigned key(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    return form_handle(&((struct words_form *)state)->form, event);
}

static unsigned event(struct shell *sh, void *state, const struct event *event)
{
    (void)sh;
    (void)state;
    return event->kind == EVENT_DATA || event->kind == EVENT_CLOSED ? (unsigned)STALE_CELLS : (unsigned)EVENT_UNHANDLED;
}

static enum status save_facts(struct words_form *f, struct error *err)
{
    const struct reconcile_facts facts = {.with = (enum reconciled_with)form_choice(&f->form, "with"),
                                          .is_single_source = form_choice(&f->form, "single") == 1,
                                          .no_history_reason = form_text(&f->form, "no_history")};
    if (facts.with == RECONCILED_WITH_NONE_GIVEN) {
        return error_set_field(err, STATUS_INVALID, "with", _("Choose who it was gone through with."));
    }
    return reconcile_set_facts(f->ws->actor, f->reconciliation, &facts, err);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct words_form *f = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&f->form);
    enum status status = f->is_facts ? save_facts(f, &err)
                                     : DOORS[f->what](f->ws->actor, f->reconciliation,
                                                      form_text(&f->form, f->what == RECONCILE_WORDS_TELL ? "how" : "reason"), &err);
    if (status != STATUS_OK) {
        if (!form_show_error(&f->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_CELLS;
    }
    form_mark_clean(&f->form);
    shell_close(sh, 1);
    return STALE_CELLS;
}

static bool text_focus(const void *state)
{
    return form_has_text_focus(&((const struct words_form *)state)->form);
}

static bool unsaved(const void *state)
{
    return form_is_changed(&((const struct words_form *)state)->form);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, 0, N_("save"), N_("Check and save."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

#define FORM_OPS                                                                                                     \
    .layout = layout, .draw = draw, .key = key, .event = event, .close = close_form, .actions = ACTIONS,            \
    .text_focus = text_focus, .unsaved = unsaved

const struct screen_ops SCREEN_RECONCILE_WORDS = {
    .name = "reconcile.words", .title = N_("Reconciliation: why"), .open = words_open, FORM_OPS};
const struct screen_ops SCREEN_RECONCILE_FACTS = {
    .name = "reconcile.facts", .title = N_("Reconciliation: with whom"), .open = facts_open, FORM_OPS};
