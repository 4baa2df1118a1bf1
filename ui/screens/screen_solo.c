/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The review of one contraindication that somebody went past alone: what was shown, why it was given, what is watched; and what
 * another person says of it. */
#include "base/i18n.h"
#include "base/memory.h"
#include "screens/verdict_form.h"
#include "service/solo_reviews.h"

struct review {
    struct verdict_form base; /* first: verdict_form.h */
    struct solo_list list;
    size_t at;
};

static unsigned run_save(struct shell *sh, void *state)
{
    struct review *r = state;
    struct error err = ERROR_INIT;
    enum status status = solo_review(r->base.ws->actor, r->list.items[r->at].decision.id, verdict_form_verdict(&r->base),
                                     verdict_form_words(&r->base), &err);
    return verdict_form_answered(&r->base, sh, status, &err, _("Reviewed; the decision leaves the list. What is not right is changed on the chart."));
}

static void review_close(void *state)
{
    struct review *r = state;
    solo_list_release(&r->list);
    verdict_form_release(&r->base);
    mem_free(r);
}

static enum status review_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    struct review *r = mem_alloc(sizeof *r);
    verdict_form_init(&r->base, sh, run_save);
    enum status status = solo_reviews(r->base.ws->actor, &r->list, err);
    while (status == STATUS_OK && r->at < r->list.len && uid_compare(r->list.items[r->at].decision.id, *(const struct uid *)argument) != 0) {
        r->at++;
    }
    if (status == STATUS_OK && r->at == r->list.len) {
        status = error_set(err, STATUS_STALE, _("This decision was reviewed already."));
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
    const struct solo_decision *e = &r->list.items[r->at];
    const struct decision *d = &e->decision;
    struct area a = verdict_form_facts(&r->base, body);
    int row = 2;
    char *who = mem_format("%s, %s", e->by_name, enum_label(ENUM_ROLE, (int)d->role));
    char *why = mem_format("%s%s%s", enum_label(ENUM_OVERRIDE_REASON, (int)d->reason), d->reason_text[0] ? ": " : "", d->reason_text);
    draw_text(a, 0, 2, STYLE_HEADING, _("A contraindication that was gone past alone"));
    row += verdict_form_row(a, row, _("Patient"), e->patient_name);
    row += verdict_form_row(a, row, _("Drug"), e->drug);
    row += verdict_form_row(a, row, _("Shown"), d->shown);
    row += verdict_form_row(a, row, _("Decided by"), who);
    row += verdict_form_time(&r->base, a, row, _("Decided"), d->decided_us);
    row += verdict_form_row(a, row, _("Why"), why);
    row += verdict_form_row(a, row, _("Plan"), d->plan);
    row += verdict_form_time(&r->base, a, row, _("Review by"), d->review_due_us);
    if (d->review_due_us < clock_now_us(r->base.ws->clock)) {
        mark_draw(a, row, 2 + VERDICT_LABEL_CELLS, MARK_OVERDUE);
    }
    mem_free(why);
    mem_free(who);
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_OVERRIDE_CONTRAINDICATED, N_("save"), N_("Save the review."), run_save, ACTION_IN_BAR, NULL},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back."), NULL, ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct screen_ops SCREEN_SOLO = {
    .name = "solo",
    .title = N_("Decided alone"),
    .open = review_open,
    .layout = verdict_form_layout,
    .draw = review_draw,
    .key = verdict_form_key,
    .close = review_close,
    .actions = ACTIONS,
    .text_focus = verdict_form_text_focus,
    .unsaved = verdict_form_unsaved,
};
