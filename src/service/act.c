/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/act.h"

#include <stdio.h>
#include <string.h>

#include "base/disk_reserve.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/restrictions.h"
#include "service/step_up.h"
#include "store/audit_store.h"

static enum status audit_about(struct act *act, struct uid subject, const char *outcome, struct error *err)
{
    const struct audit_entry entry = {
        .actor = act->actor->user,
        .role = enum_word(ENUM_ROLE, (int)act->actor->role),
        .session = act->actor->session_id,
        .action = act->action,
        .table = act->table,
        .record = act->record,
        .subject = subject,
        .old_values = act->old_values,
        .new_values = act->new_values,
        .outcome = outcome,
        .details = act->details,
        .risk = act->risk,
        .address = act->actor->address,
    };
    return audit_append(act->actor->site->store, &entry, err);
}

static enum status audit(struct act *act, const char *outcome, struct error *err)
{
    enum status status = audit_about(act, act->subject, outcome, err);
    return status == STATUS_OK && !uid_is_none(act->also) ? audit_about(act, act->also, outcome, err) : status;
}

enum status act_reason_check(const char *reason, struct error *err)
{
    int letters = 0;
    for (size_t at = 0; reason[at] != '\0'; at = text_next(reason, at)) {
        letters += strchr(" .,;:!?-_*/", reason[at]) == NULL;
    }
    return letters >= ACT_REASON_LEAST
               ? STATUS_OK
               : error_set_field(err, STATUS_INVALID, "reason", _("Say why, in words of at least %d letters."), ACT_REASON_LEAST);
}

void act_set_reason(struct act *act, const char *reason)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "reason", reason);
    json_end_object(&w);
    mem_free(act->new_values);
    act->new_values = mem_copy_bytes(w.out.bytes, w.out.len);
    json_writer_release(&w);
}

void act_because(struct act *act, const char *reason)
{
    const char *given = reason != NULL && reason[0] != '\0' ? reason : "unsaid";
    char *clean = text_clean(given, strlen(given), sizeof act->details - sizeof "because: ", 0, NULL);
    (void)snprintf(act->details, sizeof act->details, "because: %s", clean); /* fits */
    mem_free(clean);
}

static void release(struct act *act)
{
    mem_free(act->old_values);
    mem_free(act->new_values);
    act->old_values = NULL;
    act->new_values = NULL;
}

/* Inside store_begin(), which it ends. The answer that was given stays, unless it could not be written down. */
static enum status refuse(struct act *act, enum status answer, struct error *err)
{
    struct store *store = act->actor->site->store;
    struct error second = ERROR_INIT;
    act->risk = RISK_LEVEL_MEDIUM;
    enum status status = audit(act, status_name(answer), &second);
    if (status == STATUS_OK) {
        status = store_commit(store, &second);
    } else {
        store_rollback(store);
    }
    if (status != STATUS_OK && err != NULL) {
        *err = second;
    }
    return status == STATUS_OK ? answer : status;
}

enum status act_permit(struct actor *actor, enum permission permission, const char *action, struct error *err)
{
    struct act act = ACT(actor, permission, action, "", UID_NONE);
    if (actor_may(actor, permission)) {
        return STATUS_OK;
    }
    enum status status = store_begin(actor->site->store, err);
    return status == STATUS_OK ? refuse(&act, actor_refuse(actor, err), err) : status;
}

/* What goes on when the disk is full: reading, the doses that are given, one's own session. */
static bool cannot_wait(enum permission permission)
{
    switch ((int)permission) {
    case PERMISSION_PATIENT_FIND:
    case PERMISSION_PATIENT_READ:
    case PERMISSION_CLINICAL_READ:
    case PERMISSION_ACCESS_READ:
    case PERMISSION_PICKUP_READ:
    case PERMISSION_DOSE_RECORD:
    case PERMISSION_DOSE_ASSIST:
    case PERMISSION_DOSE_WITNESS:
    case PERMISSION_EMERGENCY_ACCESS:
    case PERMISSION_AUDIT_READ:
    case PERMISSION_AUDIT_VERIFY:
    case PERMISSION_DRAFT_OWN:
    case PERMISSION_SESSION_OWN:
        return true;
    default:
        return false;
    }
}

enum status act_begin(struct act *act, struct error *err)
{
    struct store *store = act->actor->site->store;
    enum disk_room room = disk_reserve_look(act->actor->site->folder);
    if (room == DISK_ROOM_RESERVE && !cannot_wait(act->permission)) {
        return error_set(err, STATUS_DISK_FULL, "%s", site_disk_full_words());
    }
    enum status status = store_begin(store, err);
    if (status != STATUS_OK) {
        return status;
    }
    /* What was typed may still be kept when the session is over. */
    status = act->permission == PERMISSION_DRAFT_OWN ? STATUS_OK : session_check(act->actor, err);
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    status = actor_may(act->actor, act->permission)
                 ? restriction_gate(act->actor, act->subject, act->permission, err)
                 : actor_refuse(act->actor, err);
    if (status == STATUS_OK) {
        status = restriction_gate(act->actor, act->also, act->permission, err);
    }
    if (status == STATUS_OK) {
        return STATUS_OK;
    }
    if (status == STATUS_NOT_PERMITTED || status == STATUS_RESTRICTED) {
        return refuse(act, status, err);
    }
    store_rollback(store);
    return status;
}

enum status act_begin_proved(struct act *act, const char *reason, struct error *err)
{
    enum status status = act_permit(act->actor, act->permission, act->action, err);
    if (status == STATUS_OK) {
        status = act_reason_check(reason != NULL ? reason : "", err);
    }
    if (status == STATUS_OK) {
        status = step_up_require(act->actor, STEP_UP_ACT_US, err);
    }
    return status == STATUS_OK ? act_begin(act, err) : status;
}

enum status act_end(struct act *act, enum status status, struct error *err)
{
    struct store *store = act->actor->site->store;
    if (status == STATUS_OK) {
        status = audit(act, act->outcome != NULL ? act->outcome : "ok", err);
    }
    if (status == STATUS_OK) {
        status = store_commit(store, err);
    } else {
        store_rollback(store);
    }
    release(act);
    return status;
}

enum status act_read(struct act *act, struct error *err)
{
    enum status status = act_begin(act, err);
    return status == STATUS_OK ? act_end(act, STATUS_OK, err) : status;
}
