/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/audits.h"

#include "service/act.h"

enum status audit_check(struct actor *actor, struct audit_report *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_AUDIT_VERIFY, "audit.verify", "audit_logs", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? audit_verify(actor->site->store, out, err) : status;
}

enum status site_check(struct actor *actor, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SITE_ADMIN, "site.check", "", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? store_check(actor->site->store, err) : status;
}
