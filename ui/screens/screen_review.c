/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The review of one emergency opening: who, whom, why, in which words; and what the privacy officer says of it. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/verdict_form.h"
#include "service/emergencies.h"

struct review {
    struct verdict_form base; /* first: verdict_form.h */
    struct emergency_list list;
    size_t at;
};

static unsigned run_save(struct shell *sh, void *state)
{
    struct review *r = state;
    struct error err = ERROR_INIT;
    enum status status = emergency_review(r->base.ws->actor, r->list.items[r->at].id, verdict_form_verdict(&r->base),
                                          verdict_form_words(&r->base), &err);
    return verdict_form_answered(&r->base, sh, status, &err, _("Reviewed; the opening leaves the list."));
}

static void review_close(void *state)
{
    struct review *r = state;
    emergency_list_release(&r->list);
    verdict_form_release(&r->base);
    mem_free(r);
}

static enum status review_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct review *r = mem_alloc(sizeof *r);
    verdict_form_init(&r->base, sh, run_save);
    enum status status = emergency_reviews(r->base.ws->actor, &r->list, err);
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
    *out_state = r;
    return STATUS_OK;
}

static void review_draw(void *state, struct area body)
{
    struct review *r = state;
    const struct emergency *e = &r->list.items[r->at];
    struct area a = verdict_form_facts(&r->base, body);
    int row = 3;
    char *who = mem_format("%s, %s", e->by_name, enum_label(ENUM_ROLE, (int)e->role));
    draw_text(a, 1, 2, STYLE_HEADING, _("Emergency opening of a restricted record"));
    row += verdict_form_row(a, row, _("Opened by"), who);
    row += verdict_form_row(a, row, _("Patient"), e->patient_name);
    row += verdict_form_row(a, row, _("Restricted"), enum_label(ENUM_RESTRICTION_RULE, (int)e->rule));
    bool is_running = e->ended_us == 0 && clock_now_us(r->base.ws->clock) < e->expires_us;
    row += verdict_form_time(&r->base, a, row, _("Begun"), e->begun_us);
    row += e->ended_us != 0 ? verdict_form_time(&r->base, a, row, _("Left"), e->ended_us)
                            : verdict_form_row(a, row, _("Left"), is_running ? _("not yet: the chart is still open")
                                                                             : _("it ran until its hour was over"));
    row += verdict_form_row(a, row, _("Reason"), enum_label(ENUM_EMERGENCY_REASON, (int)e->reason));
    row += verdict_form_row(a, row, _("In words"), e->reason_text);
    verdict_form_time(&r->base, a, row, _("Review by"), e->due_us);
    mem_free(who);
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
    .layout = verdict_form_layout,
    .draw = review_draw,
    .key = verdict_form_key,
    .close = review_close,
    .actions = ACTIONS,
    .text_focus = verdict_form_text_focus,
    .unsaved = verdict_form_unsaved,
};
