/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The review of one emergency opening: who, whom, why, in which words; and what the privacy officer says of it. */
#include "base/i18n.h"
#include "base/memory.h"
#include "kit/form.h"
#include "screens/screens.h"
#include "service/emergencies.h"

enum { WORDS_BYTES = 400, LABEL_CELLS = 14, FORM_ROWS = 5 };

struct review {
    struct workstation *ws;
    struct emergency_list list;
    size_t at;
    struct form form;
    const char *verdicts[REVIEW_VERDICT_COUNT];
    struct area area;
};

static void review_close(void *state)
{
    struct review *r = state;
    emergency_list_release(&r->list);
    form_release(&r->form);
    mem_free(r);
}

static enum status review_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct review *r = mem_alloc(sizeof *r);
    r->ws = shell_app(sh);
    form_init(&r->form);
    enum status status = emergency_reviews(r->ws->actor, &r->list, err);
    while (status == STATUS_OK && r->at < r->list.len && uid_compare(r->list.items[r->at].id, *(const struct uid *)argument) != 0) {
        r->at++;
    }
    if (status == STATUS_OK && r->at == r->list.len) {
        status = error_set(err, STATUS_STALE, _("This opening was reviewed already."));
    }
    if (status != STATUS_OK) {
        review_close(r);
        return status;
    }
    r->verdicts[0] = N_("choose");
    for (int i = 1; i < REVIEW_VERDICT_COUNT; i++) {
        r->verdicts[i] = enum_list(ENUM_REVIEW_VERDICT)->labels[i];
    }
    form_add_choice(&r->form, "verdict", N_("Verdict"), r->verdicts, REVIEW_VERDICT_COUNT);
    form_add_text(&r->form, "reason", N_("In words"), WORDS_BYTES, 0, 0);
    form_mark_clean(&r->form);
    *out_state = r;
    return STATUS_OK;
}

static void review_layout(void *state, struct area body)
{
    struct review *r = state;
    r->area = area_part(body, body.rows - FORM_ROWS, 2, FORM_ROWS, body.cols - 4);
    form_layout(&r->form, r->area.rows, r->area.cols);
}

static int draw_row(struct area a, int row, const char *label, const char *text)
{
    draw_fit(a, row, 2, LABEL_CELLS, STYLE_LABEL, label);
    return draw_wrapped(area_part(a, row, 2 + LABEL_CELLS, a.rows - row, a.cols - LABEL_CELLS - 4), 0, 0, STYLE_TEXT, text);
}

/* otherwise: where there is no such time yet. */
static int draw_time(const struct review *r, struct area a, int row, const char *label, int64_t at_us, const char *otherwise)
{
    struct local_time at = zone_local(r->ws->site->zone, at_us);
    char day[DATE_TEXT_MAX];
    char *text = mem_format("%s %02d:%02d", date_format_human(at.date, day), at.hour, at.minute);
    int rows = draw_row(a, row, label, at_us != 0 ? text : otherwise);
    mem_free(text);
    return rows;
}

static void review_draw(void *state, struct area body)
{
    struct review *r = state;
    const struct emergency *e = &r->list.items[r->at];
    struct area a = area_rows(body, 0, body.rows - FORM_ROWS);
    int row = 3;
    char *who = mem_format("%s, %s", e->by_name, enum_label(ENUM_ROLE, (int)e->role));
    draw_text(a, 1, 2, STYLE_HEADING, _("Emergency opening of a restricted record"));
    row += draw_row(a, row, _("Opened by"), who);
    row += draw_row(a, row, _("Patient"), e->patient_name);
    row += draw_row(a, row, _("Restricted"), enum_label(ENUM_RESTRICTION_RULE, (int)e->rule));
    bool is_running = e->ended_us == 0 && clock_now_us(r->ws->clock) < e->expires_us;
    row += draw_time(r, a, row, _("Begun"), e->begun_us, "");
    row += draw_time(r, a, row, _("Left"), e->ended_us, is_running ? _("not yet: the chart is still open") : _("it ran until its hour was over"));
    row += draw_row(a, row, _("Reason"), enum_label(ENUM_EMERGENCY_REASON, (int)e->reason));
    row += draw_row(a, row, _("In words"), e->reason_text);
    draw_time(r, a, row, _("Review by"), e->due_us, "");
    mem_free(who);
    form_draw(&r->form, r->area);
}

static unsigned run_save(struct shell *sh, void *state)
{
    struct review *r = state;
    struct error err = ERROR_INIT;
    form_clear_errors(&r->form);
    enum status status = emergency_review(r->ws->actor, r->list.items[r->at].id,
                                          (enum review_verdict)form_choice(&r->form, "verdict"), form_text(&r->form, "reason"), &err);
    if (status != STATUS_OK) {
        err.status = status;
        if (!form_show_error(&r->form, &err)) {
            shell_fail(sh, &err);
        }
        return STALE_LAYOUT;
    }
    shell_say(sh, MESSAGE_GOOD, "%s", _("Reviewed; the opening leaves the list."));
    shell_close(sh, 1);
    return STALE_CELLS;
}

static unsigned review_key(struct shell *sh, void *state, const struct event *event)
{
    struct review *r = state;
    unsigned stale = form_handle(&r->form, event);
    bool is_enter = event->kind == EVENT_KEY && event->key == UI_KEY_ENTER;
    return stale & EVENT_UNHANDLED && is_enter ? run_save(sh, r) : stale;
}

static bool review_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct review *)state)->form);
}

static bool review_unsaved(const void *state)
{
    return form_is_changed(&((const struct review *)state)->form);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_EMERGENCY_REVIEW, N_("save"), N_("Save the review."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_REVIEW = {
    .name = "review",
    .title = N_("Emergency opening"),
    .open = review_open,
    .layout = review_layout,
    .draw = review_draw,
    .key = review_key,
    .close = review_close,
    .actions = ACTIONS,
    .text_focus = review_text_focus,
    .unsaved = review_unsaved,
};
