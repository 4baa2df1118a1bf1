/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/witness.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"
#include "service/session_private.h"

static enum status refuse_actor(struct error *err)
{
    return error_set_field(err, STATUS_REFUSED, "witness",
                           _("The second person has to be somebody else than the one who is signed in."));
}

static enum status refuse_role(enum role role, struct error *err)
{
    return error_set_field(err, STATUS_NOT_PERMITTED, "witness", _("The role of the second person (%s) may not stand for this."),
                           enum_label(ENUM_ROLE, (int)role));
}

static enum status judge(const struct actor *actor, const struct staff *staff, enum permission permission, struct error *err)
{
    if (uid_compare(staff->user, actor->user) == 0) {
        return refuse_actor(err);
    }
    if (staff->is_disabled) {
        return error_set_field(err, STATUS_NOT_PERMITTED, "witness", _("This account is disabled."));
    }
    return permission_allows(staff->role, permission) ? STATUS_OK : refuse_role(staff->role, err);
}

/* The audit row of a try, whoever it was; a refusal is a fact too. A recovery code that was typed is spent in the same act.
 * Returns the verdict, or why it could not be written down. */
static enum status record(struct actor *actor, const struct identity *who, enum permission permission,
                          const struct staff *staff, enum status verdict, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "witness.authenticate", "staff_members", UID_NONE);
    struct error second = ERROR_INIT;
    enum status status = act_begin(&act, &second);
    if (status == STATUS_OK) {
        act.record = staff != NULL ? staff->user : UID_NONE;
        act.outcome = status_name(verdict);
        act.risk = staff != NULL ? RISK_LEVEL_MEDIUM : RISK_LEVEL_HIGH;
        (void)snprintf(act.details, sizeof act.details, "%s for %s: %s",
                       staff != NULL ? enum_word(ENUM_ROLE, (int)staff->role) : "nobody", permission_word(permission),
                       verdict == STATUS_OK ? "ok" : "refused"); /* fits */
        status = act_end(&act, staff != NULL ? session_spend_code(actor->site, who, &second) : STATUS_OK, &second);
    }
    if (status != STATUS_OK && err != NULL) {
        *err = second;
    }
    return status == STATUS_OK ? verdict : status;
}

enum status witness_authenticate(struct actor *actor, const char *login, const char *password, const char *code,
                                 enum permission permission, struct witness *out, struct error *err)
{
    struct staff staff = {0};
    struct identity who = {.spent = -1};
    enum status status = session_check_identity(actor->site, login, password, code != NULL ? code : "", NULL, &who, err);
    if (status == STATUS_STEP_UP) { /* the password was right, the code is to be typed: no try yet */
        return status;
    }
    if (status != STATUS_OK) {
        return record(actor, &who, permission, NULL, status, err);
    }
    status = staff_get(actor->site->store, who.user, &staff, err);
    if (status == STATUS_OK) {
        status = record(actor, &who, permission, &staff, judge(actor, &staff, permission, err), err);
    }
    if (status == STATUS_OK) {
        char *name = session_short_name(&staff);
        *out = (struct witness){.user = staff.user, .role = staff.role, .actor = actor->user,
                                .at_us = clock_now_us(actor->site->clock)};
        (void)snprintf(out->name, sizeof out->name, "%s", name); /* a longer one is cut; the id counts */
        mem_free(name);
    }
    staff_release(&staff);
    return status;
}

enum status witness_check(const struct actor *actor, const struct witness *witness, enum permission permission,
                          struct error *err)
{
    int64_t age_us = clock_now_us(actor->site->clock) - witness->at_us;
    if (uid_compare(witness->actor, actor->user) != 0 || uid_compare(witness->user, actor->user) == 0) {
        return refuse_actor(err);
    }
    if (age_us < 0 || age_us > WITNESS_LIFE_US) {
        return error_set_field(err, STATUS_REFUSED, "witness",
                               _("The second person's sign-in is too old by now. Please type it again."));
    }
    return permission_allows(witness->role, permission) ? STATUS_OK : refuse_role(witness->role, err);
}
