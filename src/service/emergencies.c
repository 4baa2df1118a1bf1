/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/emergencies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/act.h"
#include "service/central_link.h"
#include "service/restrictions.h"
#include "service/step_up.h"
#include "store/patient_store.h"

enum { WORDS_BYTES = 400, REVIEWS_MAX = 500 };

static enum status check_words(enum emergency_reason reason, const char *words, struct error *err)
{
    if (reason == EMERGENCY_REASON_NONE_GIVEN || reason >= EMERGENCY_REASON_COUNT) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Choose why you open this record."));
    }
    if (act_reason_check(words, NULL) != STATUS_OK) {
        return error_set_field(err, STATUS_INVALID, "words", _("Say what is the matter, in words of at least %d letters."),
                               ACT_REASON_LEAST);
    }
    return STATUS_OK;
}

static enum status write_access(struct act *act, enum restriction_rule rule, enum emergency_reason reason, const char *words,
                                struct error *err)
{
    struct actor *actor = act->actor;
    int64_t now_us = clock_now_us(actor->site->clock);
    char *clean = text_clean(words, strlen(words), WORDS_BYTES, 0, NULL);
    struct emergency e = {.id = uid_new(actor->site->clock), .patient = act->subject, .by = actor->user, .role = actor->role,
                          .rule = rule, .reason = reason, .reason_text = clean, .begun_us = now_us,
                          .expires_us = now_us + EMERGENCY_LIFE_US, .due_us = now_us + EMERGENCY_REVIEW_US};
    memcpy(e.session, actor->session_id, sizeof e.session);
    act->record = e.id;
    act_set_reason(act, clean);
    (void)snprintf(act->details, sizeof act->details, "%s: %s", enum_word(ENUM_RESTRICTION_RULE, (int)rule),
                   enum_word(ENUM_EMERGENCY_REASON, (int)reason)); /* fits */
    enum status status = emergency_insert(actor->site->store, &e, err);
    mem_free(clean);
    return status;
}

enum status emergency_ask(struct actor *actor, struct uid patient, struct emergency_prompt *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_EMERGENCY_ACCESS, "emergency.ask", "emergency_accesses", patient);
    struct emergency_prompt prompt = {0};
    struct restriction_view view;
    struct patient who = {0};
    act.risk = RISK_LEVEL_MEDIUM;
    enum status status = act_read(&act, err);
    if (status == STATUS_OK) {
        status = patient_get(actor->site->store, patient, &who, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = restriction_see(actor, patient, &view, err);
    if (status == STATUS_OK && !view.is_restricted) {
        status = error_set(err, STATUS_NOT_FOUND, _("This record is not restricted: open it as always."));
    }
    if (status == STATUS_OK) {
        prompt.rule = view.rule;
        prompt.birth_date = who.birth_date;
        prompt.name = patient_display_name(&who);
        prompt.mrn = mem_copy_text(who.mrn);
        *out = prompt;
    }
    patient_release(&who);
    return status;
}

void emergency_prompt_release(struct emergency_prompt *prompt)
{
    mem_free(prompt->name);
    mem_free(prompt->mrn);
    memset(prompt, 0, sizeof *prompt);
}

enum status emergency_begin(struct actor *actor, struct uid patient, enum emergency_reason reason, const char *words,
                            struct error *err)
{
    struct act act = ACT(actor, PERMISSION_EMERGENCY_ACCESS, "emergency.begin", "emergency_accesses", patient);
    struct restriction_view view;
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = check_words(reason, words, err);
    }
    if (status == STATUS_OK) {
        status = step_up_require(actor, STEP_UP_ACT_US, err);
    }
    act.risk = RISK_LEVEL_CRITICAL;
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = restriction_see(actor, patient, &view, err);
    if (status == STATUS_OK && !view.is_restricted) {
        status = error_set(err, STATUS_NOT_FOUND, _("This record is not restricted: open it as always."));
    } else if (status == STATUS_OK && (view.is_open || view.emergency_until_us != 0)) {
        status = error_set(err, STATUS_EXISTS, _("This record is open to you already."));
    }
    if (status == STATUS_OK) {
        status = write_access(&act, view.rule, reason, words, err);
    }
    return act_end(&act, status, err);
}

enum status emergency_end(struct actor *actor, struct uid patient, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_EMERGENCY_ACCESS, "emergency.end", "emergency_accesses", patient);
    struct store *store = actor->site->store;
    struct emergency e = {0};
    int64_t now_us = clock_now_us(actor->site->clock);
    bool found = false;
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = emergency_find(store, patient, actor->user, actor->session_id, now_us, &found, &e, err);
    if (status != STATUS_OK || !found) {
        return status;
    }
    act.risk = RISK_LEVEL_HIGH;
    act.record = e.id;
    status = act_begin(&act, err);
    if (status == STATUS_OK) {
        status = act_end(&act, emergency_set_ended(store, &e, now_us, err), err);
    }
    emergency_release(&e);
    return status;
}

enum status emergency_reviews_refresh(struct actor *actor, struct emergency_list *out, struct error *err)
{
    return actor_may(actor, PERMISSION_EMERGENCY_REVIEW) ? emergency_list_open(actor->site->store, REVIEWS_MAX, out, err)
                                                         : actor_refuse(actor, err);
}

enum status emergency_reviews(struct actor *actor, struct emergency_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_EMERGENCY_REVIEW, "emergency.list", "emergency_accesses", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? emergency_reviews_refresh(actor, out, err) : status;
}

static enum status review(struct act *act, const struct emergency *e, enum review_verdict verdict, const char *words,
                          struct error *err)
{
    struct actor *actor = act->actor;
    if (e->reviewed_us != 0) {
        return error_set(err, STATUS_STALE, _("Somebody reviewed this opening meanwhile: %s."),
                         enum_label(ENUM_REVIEW_VERDICT, (int)e->verdict));
    }
    if (uid_compare(e->by, actor->user) == 0) {
        return error_set(err, STATUS_REFUSED, _("This was your own opening. Somebody else has to review it."));
    }
    if (e->ended_us == 0 && clock_now_us(actor->site->clock) < e->expires_us) { /* what comes after it would be seen by nobody */
        return error_set(err, STATUS_REFUSED, _("The record is still open in this emergency. Review it when it was left, or when its hour is over."));
    }
    char *clean = text_clean(words, strlen(words), WORDS_BYTES, 0, NULL);
    enum status status = emergency_set_reviewed(actor->site->store, e, actor->user, clock_now_us(actor->site->clock), verdict,
                                                clean, err);
    act_set_reason(act, clean);
    mem_free(clean);
    return status;
}

enum status emergency_review(struct actor *actor, struct uid access, enum review_verdict verdict, const char *words,
                             struct error *err)
{
    struct act act = ACT(actor, PERMISSION_EMERGENCY_REVIEW, "emergency.review", "emergency_accesses", UID_NONE);
    struct emergency e = {0};
    enum status status = act_permit(actor, act.permission, act.action, err);
    if (status == STATUS_OK) {
        status = act_reason_check(words, err);
    }
    if (status == STATUS_OK && (verdict == REVIEW_VERDICT_NONE_GIVEN || verdict >= REVIEW_VERDICT_COUNT)) {
        status = error_set_field(err, STATUS_INVALID, "verdict", _("Choose what the review says."));
    }
    if (status == STATUS_OK) {
        status = emergency_get(actor->site->store, access, &e, err);
        act.subject = e.patient;
    }
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status == STATUS_OK) { /* once more, now that nobody else writes */
        emergency_release(&e);
        status = emergency_get(actor->site->store, access, &e, err);
        act.record = access;
        act.risk = RISK_LEVEL_HIGH;
        (void)snprintf(act.details, sizeof act.details, "%s", enum_word(ENUM_REVIEW_VERDICT, (int)verdict)); /* fits */
        status = act_end(&act, status == STATUS_OK ? review(&act, &e, verdict, words, err) : status, err);
    }
    emergency_release(&e);
    return status;
}

/* ---- the 72 hours are over ---- */

#define META_LATE_NOTED "emergency.late_noted_us" /* openings that were due up to then have their row */

static enum status noted_get(struct store *store, int64_t *out, struct error *err)
{
    char *text = NULL;
    enum status status = store_meta_get(store, META_LATE_NOTED, &text, err);
    *out = status == STATUS_OK && text != NULL ? strtoll(text, NULL, 10) : 0;
    mem_free(text);
    return status;
}

static enum status note_late(struct actor *actor, const struct emergency *e, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "emergency.review_late", "emergency_accesses", UID_NONE);
    char text[24];
    int64_t noted_us = 0;
    act.risk = RISK_LEVEL_HIGH;
    act.record = e->id;
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = noted_get(actor->site->store, &noted_us, err);
    if (status == STATUS_OK && noted_us >= e->due_us) { /* another session was quicker */
        status = STATUS_EXISTS;
    }
    if (status == STATUS_OK) {
        (void)snprintf(text, sizeof text, "%lld", (long long)e->due_us); /* fits */
        status = store_meta_set(actor->site->store, META_LATE_NOTED, text, err);
    }
    status = act_end(&act, status, err);
    return status == STATUS_EXISTS ? STATUS_OK : status;
}

enum status emergency_sweep(struct actor *actor, struct error *err)
{
    struct site *site = actor->site;
    struct emergency_list open = {0};
    int64_t noted_us = 0;
    if (!site_is_lead(site)) {
        return STATUS_OK;
    }
    enum status status = emergency_list_open(site->store, REVIEWS_MAX, &open, err); /* the first due on top */
    if (status == STATUS_OK) {
        status = noted_get(site->store, &noted_us, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < open.len; i++) {
        if (open.items[i].due_us > noted_us && open.items[i].due_us < clock_now_us(site->clock)) {
            status = note_late(actor, &open.items[i], err);
        }
    }
    emergency_list_release(&open);
    return status;
}
