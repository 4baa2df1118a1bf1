/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of a fill's steps, and the steps that ask for nothing else. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/fills_private.h"
#include "service/refills.h"
#include "store/order_store.h"

enum status fill_act_begin(struct fill_act *a, struct actor *actor, enum permission permission, struct uid fill, int32_t ver,
                           enum fill_state to, struct error *err)
{
    struct fill peek = {0};
    enum status status = act_permit(actor, permission, "fill.step", err);
    if (status == STATUS_OK) {
        status = fill_get(actor->site->store, fill, &peek, err); /* whose it is: a restricted record asks before anything else */
    }
    *a = (struct fill_act){.act = ACT(actor, permission, "fill.step", "fills", peek.patient)};
    fill_release(&peek);
    if (status == STATUS_OK) {
        status = act_begin(&a->act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = fill_get(actor->site->store, fill, &a->fill, err);
    if (status == STATUS_OK) {
        status = order_get(actor->site->store, a->fill.order, &a->order, err);
    }
    if (status == STATUS_OK && a->fill.ver != ver) {
        status = error_set(err, STATUS_STALE, _("Somebody went on with this fill meanwhile: it is %s now. Look at it again."),
                           enum_label(ENUM_FILL_STATE, (int)a->fill.state));
    }
    if (status == STATUS_OK) {
        a->transition = fill_transition_find(a->fill.state, to);
        if (a->transition == NULL || a->transition->permission != permission) {
            status = error_set(err, STATUS_REFUSED, _("A fill that is %s cannot become %s."), enum_label(ENUM_FILL_STATE, (int)a->fill.state),
                               enum_label(ENUM_FILL_STATE, (int)to));
        }
    }
    if (status != STATUS_OK) {
        return fill_act_end(a, status, err);
    }
    a->act.action = a->transition->name;
    a->act.subject = a->fill.patient;
    a->act.record = fill;
    a->act.risk = a->fill.is_controlled ? RISK_LEVEL_MEDIUM : RISK_LEVEL_LOW;
    return STATUS_OK;
}

enum status fill_act_end(struct fill_act *a, enum status status, struct error *err)
{
    struct store *store = a->act.actor->site->store;
    if (status == STATUS_OK) {
        const struct fill_step step = {
            .id = uid_new(a->act.actor->site->clock),
            .patient = a->fill.patient,
            .fill = a->fill.id,
            .from = a->fill.state,
            .to = a->transition->to,
            .quantity = a->quantity,
            .reason = (char *)(a->reason != NULL ? a->reason : ""), /* not written to */
            .note = (char *)(a->note != NULL ? a->note : ""),
            .witness = a->witness,
            .done_by = a->act.actor->user,
            .done_us = clock_now_us(a->act.actor->site->clock),
        };
        a->fill.state = a->transition->to;
        status = fill_update(store, &a->fill, &a->act.old_values, &a->act.new_values, err);
        if (status == STATUS_OK) {
            status = fill_step_insert(store, &step, err);
        }
    }
    fill_release(&a->fill);
    order_release(&a->order);
    return act_end(&a->act, status, err);
}

enum status fill_take(struct actor *actor, struct uid fill, int32_t ver, struct error *err)
{
    struct fill_act a;
    enum status status = fill_act_begin(&a, actor, PERMISSION_FILL_PREPARE, fill, ver, FILL_STATE_IN_PROGRESS, err);
    if (status != STATUS_OK) {
        return status;
    }
    return fill_act_end(&a, fill_check_order(actor->site, &a.order, a.fill.version, err), err);
}

enum status fill_put_back(struct actor *actor, struct uid fill, int32_t ver, struct error *err)
{
    struct fill_act a;
    enum status status = fill_act_begin(&a, actor, PERMISSION_FILL_PREPARE, fill, ver, FILL_STATE_NEW, err);
    return status == STATUS_OK ? fill_act_end(&a, STATUS_OK, err) : status;
}

enum status fill_send_back(struct actor *actor, struct uid fill, int32_t ver, const char *why, struct error *err)
{
    struct fill_act a;
    enum status status = fill_act_begin(&a, actor, PERMISSION_FILL_CHECK, fill, ver, FILL_STATE_IN_PROGRESS, err);
    if (status != STATUS_OK) {
        return status;
    }
    char *note = fill_clean(why);
    if (note[0] == '\0') {
        status = error_set_field(err, STATUS_REFUSED, "note", _("Say what is wrong with it."));
    }
    a.note = note;
    a.fill.filled_by = a.fill.checked_by = a.fill.second_by = UID_NONE;
    a.fill.filled_us = a.fill.checked_us = a.fill.return_us = 0;
    a.fill.counted = a.fill.recounted = a.fill.filled = (struct decimal){0, 0};
    status = fill_act_end(&a, status, err);
    mem_free(note);
    return status;
}

/* ---- it ends without a patient who has it ---- */

static enum status check_reason(enum fill_end_reason reason, const char *note, struct error *err)
{
    if (reason == FILL_END_REASON_NONE_GIVEN) {
        return error_set_field(err, STATUS_REFUSED, "reason", _("Choose why."));
    }
    if (reason == FILL_END_REASON_OTHER && note[0] == '\0') {
        return error_set_field(err, STATUS_INVALID, "note", _("\"Other\" needs a few words."));
    }
    return STATUS_OK;
}

/* A rest spent nothing; its first part was handed over and keeps its refill. */
static enum status give_back(struct fill_act *a, struct error *err)
{
    if (uid_compare(a->fill.root, a->fill.id) != 0) {
        return STATUS_OK;
    }
    enum status status = refills_reverse(&a->act, a->fill.id, enum_word(ENUM_FILL_END_REASON, (int)a->fill.end_reason), err);
    mem_free(a->act.old_values); /* the fill's own row says more */
    mem_free(a->act.new_values);
    a->act.old_values = a->act.new_values = NULL;
    return status;
}

static enum status end(struct actor *actor, struct uid fill, int32_t ver, enum fill_state to, enum fill_end_reason reason,
                       const char *words, struct error *err)
{
    struct fill_act a;
    enum permission permission = to == FILL_STATE_HANDED_OVER ? PERMISSION_FILL_HAND_OVER : PERMISSION_FILL_PREPARE;
    enum status status = fill_act_begin(&a, actor, permission, fill, ver, to, err);
    if (status != STATUS_OK) {
        return status;
    }
    char *note = fill_clean(words);
    status = check_reason(reason, note, err);
    a.reason = enum_word(ENUM_FILL_END_REASON, (int)reason);
    a.note = note;
    a.fill.end_reason = reason;
    a.fill.return_us = 0;
    if (status == STATUS_OK && to != FILL_STATE_HANDED_OVER) {
        status = give_back(&a, err);
    }
    status = fill_act_end(&a, status, err);
    mem_free(note);
    return status;
}

enum status fill_cancel(struct actor *actor, struct uid fill, int32_t ver, enum fill_end_reason reason, const char *note,
                        struct error *err)
{
    return end(actor, fill, ver, FILL_STATE_CANCELLED, reason, note, err);
}

enum status fill_return(struct actor *actor, struct uid fill, int32_t ver, enum fill_end_reason reason, const char *note,
                        struct error *err)
{
    return end(actor, fill, ver, FILL_STATE_RETURNED, reason, note, err);
}

enum status fill_forget_rest(struct actor *actor, struct uid fill, int32_t ver, enum fill_end_reason reason, const char *note,
                             struct error *err)
{
    struct fill root = {0};
    struct decimal owed;
    struct uid open = UID_NONE;
    enum status status = act_permit(actor, PERMISSION_FILL_HAND_OVER, "fill.rest", err);
    if (status == STATUS_OK) {
        status = fill_get(actor->site->store, fill, &root, err);
    }
    if (status == STATUS_OK) {
        status = fill_owed(actor->site->store, &root, &owed, &open, err);
    }
    if (status == STATUS_OK && !uid_is_none(open)) {
        status = error_set(err, STATUS_REFUSED, _("The rest is in the queue already. Cancel that fill first."));
    }
    fill_release(&root);
    return status == STATUS_OK ? end(actor, fill, ver, FILL_STATE_HANDED_OVER, reason, note, err) : status;
}

enum status fill_count_label(struct actor *actor, struct uid fill, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_FILL_PREPARE, "fill.label", "fills", UID_NONE);
    struct fill now = {0};
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.record = fill;
    status = fill_get(actor->site->store, fill, &now, err);
    if (status == STATUS_OK) {
        act.subject = now.patient;
        now.labels++;
        status = fill_update(actor->site->store, &now, &act.old_values, &act.new_values, err);
    }
    fill_release(&now);
    return act_end(&act, status, err);
}
