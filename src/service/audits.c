/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/audits.h"

#include <stdio.h>
#include <string.h>

#include "exchange/fhir_audit.h"
#include "service/access.h"
#include "service/act.h"
#include "store/patient_store.h"

enum status audit_check(struct actor *actor, const struct audit_anchor_list *anchors, struct audit_report *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_AUDIT_VERIFY, "audit.verify", "audit_logs", UID_NONE);
    (void)snprintf(act.details, sizeof act.details, "anchors %zu", anchors != NULL ? anchors->len : (size_t)0); /* fits */
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? audit_verify_against(actor->site->store, anchors, out, err) : status;
}

enum status audit_checkpoint(struct actor *actor, char **out_note, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_AUDIT_VERIFY, "audit.checkpoint", "audit_checkpoints", UID_NONE);
    if (actor_may(actor, act.permission)) {
        audit_request_checkpoint(actor->site->store); /* with the record of this act */
    }
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? audit_newest_note(actor->site->store, out_note, err) : status;
}

enum status site_check(struct actor *actor, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SITE_ADMIN, "site.check", "", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? store_check(actor->site->store, err) : status;
}

enum status audit_show(struct actor *actor, const struct audit_period *period, struct audit_line_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_AUDIT_READ, "audit.read", "audit_logs", period->subject);
    (void)snprintf(act.details, sizeof act.details, "person %d action %d outcome %d risk %d from %d to %d", !uid_is_none(period->actor),
                   period->action_begin[0] != '\0', period->outcome != NULL, (int)period->least_risk,
                   period->from_us > 0, period->to_us < INT64_MAX); /* fits */
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? audit_list_period(actor->site->store, period, out, err) : status;
}

enum status audit_show_again(struct actor *actor, const struct audit_period *period, struct audit_line_list *out,
                             struct error *err)
{
    if (!actor_may(actor, PERMISSION_AUDIT_READ)) {
        return actor_refuse(actor, err);
    }
    return audit_list_period(actor->site->store, period, out, err);
}

enum status audit_subject_of(struct actor *actor, const char *text, struct uid *out, struct error *err)
{
    if (!actor_may(actor, PERMISSION_AUDIT_READ)) {
        return actor_refuse(actor, err);
    }
    return uid_parse(text, out, NULL) == STATUS_OK ? STATUS_OK : patient_by_mrn(actor->site->store, text, out, err);
}

/* To come and to go, and an emergency, are events of their own and neither read nor write. */
static bool is_read(const char *action)
{
    return access_is_read(action) && strncmp(action, "session.", strlen("session.")) != 0 && strcmp(action, "emergency.begin") != 0 &&
           strcmp(action, "emergency.end") != 0;
}

void audit_write_event(const struct site *site, const struct audit_line *line, struct buffer *out)
{
    const struct fhir_audit_event event = {
        .id = line->id,
        .at_us = line->at_us,
        .agent = line->actor,
        .agent_name = line->actor_name,
        .role = enum_word(ENUM_ROLE, (int)line->actor_role),
        .action = line->action,
        .is_read = is_read(line->action),
        .table = line->table,
        .address = line->address,
        .risk = enum_word(ENUM_RISK_LEVEL, (int)line->risk),
        .outcome = line->outcome,
        .patient = line->subject,
        .device = site->device.device_id,
        .site_name = site->row.name,
        .seq = line->seq,
    };
    fhir_audit_write(&event, out);
}
