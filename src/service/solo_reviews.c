/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/solo_reviews.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/act.h"
#include "service/restrictions.h"

enum { WORDS_BYTES = 400, REVIEWS_MAX = 500 };

/* Restricted records of others are left out. */
static enum status read_open(struct actor *actor, struct solo_list *out, struct error *err)
{
    struct solo_list list = {0};
    struct restriction_memo memo = {.is_known = false};
    size_t kept = 0;
    enum status status = solo_list_open(actor->site->store, REVIEWS_MAX, &list, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < list.len; i++) {
        if (restriction_hides(actor, list.items[i].decision.patient, &memo)) {
            solo_decision_release(&list.items[i]);
        } else {
            list.items[kept++] = list.items[i];
        }
    }
    list.len = kept;
    *out = list;
    return STATUS_OK;
}

enum status solo_reviews_refresh(struct actor *actor, struct solo_list *out, struct error *err)
{
    return actor_may(actor, PERMISSION_OVERRIDE_CONTRAINDICATED) ? read_open(actor, out, err) : actor_refuse(actor, err);
}

enum status solo_reviews(struct actor *actor, struct solo_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_OVERRIDE_CONTRAINDICATED, "solo.list", "finding_decisions", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? solo_reviews_refresh(actor, out, err) : status;
}

static const struct decision *find(const struct solo_list *list, struct uid id)
{
    for (size_t i = 0; i < list->len; i++) {
        if (uid_compare(list->items[i].decision.id, id) == 0) {
            return &list->items[i].decision;
        }
    }
    return NULL;
}

static enum status write_review(struct act *act, const struct decision *d, enum review_verdict verdict, const char *words,
                                struct error *err)
{
    struct actor *actor = act->actor;
    if (d == NULL) {
        return error_set(err, STATUS_STALE, _("This decision was reviewed already."));
    }
    if (uid_compare(d->decided_by, actor->user) == 0) {
        return error_set(err, STATUS_REFUSED, _("This was your own decision. Somebody else has to review it."));
    }
    char *clean = text_clean(words, strlen(words), WORDS_BYTES, 0, NULL);
    const struct decision_review review = {.id = uid_new(actor->site->clock),
                                           .patient = d->patient,
                                           .decision = d->id,
                                           .verdict = verdict,
                                           .words = clean,
                                           .by = actor->user,
                                           .at_us = clock_now_us(actor->site->clock)};
    act->record = review.id;
    enum status status = decision_review_insert(actor->site->store, &review, &act->new_values, err);
    mem_free(clean);
    return status;
}

enum status solo_review(struct actor *actor, struct uid decision, enum review_verdict verdict, const char *words,
                        struct error *err)
{
    struct act act = ACT(actor, PERMISSION_OVERRIDE_CONTRAINDICATED, "solo.review", "decision_reviews", UID_NONE);
    struct solo_list list = {0};
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = act_reason_check(words, err);
    }
    if (status == STATUS_OK && (verdict == REVIEW_VERDICT_NONE_GIVEN || verdict >= REVIEW_VERDICT_COUNT)) {
        status = error_set_field(err, STATUS_INVALID, "verdict", _("Choose what the review says."));
    }
    if (status == STATUS_OK) {
        status = read_open(actor, &list, err);
        const struct decision *d = find(&list, decision);
        act.subject = d != NULL ? d->patient : UID_NONE;
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status == STATUS_OK) { /* once more, now that nobody else writes */
        solo_list_release(&list);
        status = read_open(actor, &list, err);
        act.risk = RISK_LEVEL_HIGH;
        (void)snprintf(act.details, sizeof act.details, "%s", enum_word(ENUM_REVIEW_VERDICT, (int)verdict)); /* fits */
        status = act_end(&act, status == STATUS_OK ? write_review(&act, find(&list, decision), verdict, words, err) : status, err);
    }
    solo_list_release(&list);
    return status;
}
