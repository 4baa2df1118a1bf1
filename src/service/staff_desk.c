/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/staff_desk.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/random.h"
#include "model/care.h"
#include "service/act.h"

enum { GROUPS = 4, GROUP_LETTERS = 5, SOON_DAYS = 60, NUMBER_MAX_BYTES = 64 };

void staff_password_make(char out[STAFF_PASSWORD_TEXT])
{
    /* 32 of them: a random byte gives each the same chance. No 0 O 1 l I. */
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    unsigned char bytes[GROUPS * GROUP_LETTERS];
    size_t at = 0;
    random_fill(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i > 0 && i % GROUP_LETTERS == 0) {
            out[at++] = '-';
        }
        out[at++] = letters[bytes[i] % 32];
    }
    out[at] = '\0';
    mem_wipe(bytes, sizeof bytes);
}

enum status staff_sessions(struct actor *actor, const char *login, struct staff_session_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.sessions", "session_management", UID_NONE);
    struct staff staff = {0};
    enum status status = act_read(&act, err);
    if (status == STATUS_OK) {
        status = staff_find(actor->site->store, login, &staff, err);
    }
    if (status == STATUS_OK) {
        status = session_list_active(actor->site->store, staff.user, out, err);
    }
    staff_release(&staff);
    return status;
}

enum status staff_sessions_end(struct actor *actor, const char *login, const char *reason, int *out_ended, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.sessions_end", "session_management", UID_NONE);
    struct store *store = actor->site->store;
    struct staff_session_list open = {0};
    struct staff staff = {0};
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.risk = RISK_LEVEL_MEDIUM;
    act_because(&act, reason);
    status = staff_find(store, login, &staff, err);
    if (status == STATUS_OK && uid_compare(staff.user, actor->user) == 0) {
        status = error_set_field(err, STATUS_REFUSED, "name", _("These are your own sessions: sign out there."));
    }
    if (status == STATUS_OK) {
        act.record = staff.user;
        status = session_list_active(store, staff.user, &open, err);
    }
    if (status == STATUS_OK && open.len == 0) {
        status = error_set(err, STATUS_EXISTS, _("This person is signed in nowhere at this site."));
    }
    if (status == STATUS_OK) {
        status = session_end_all(store, staff.user, SESSION_END_REVOKED, clock_now_us(actor->site->clock), err);
    }
    *out_ended = status == STATUS_OK ? (int)open.len : 0;
    staff_session_list_release(&open);
    staff_release(&staff);
    return act_end(&act, status, err);
}

static enum status check_license(const struct staff_license *license, struct error *err)
{
    if (license->npi[0] != '\0' && !npi_is_valid(license->npi)) {
        return error_set_field(err, STATUS_INVALID, "npi", _("An NPI has ten digits, the last of which checks the others. Compare it "
                                                             "with the card."));
    }
    if (strlen(license->number) > NUMBER_MAX_BYTES || strlen(license->authority) > NUMBER_MAX_BYTES) {
        return error_set_field(err, STATUS_INVALID, "license", _("That is longer than a license number."));
    }
    if (license->number[0] != '\0' && date_is_none(license->expires)) {
        return error_set_field(err, STATUS_INVALID, "license_expires", _("Type until when the license is valid."));
    }
    if (license->number[0] == '\0' && !date_is_none(license->expires)) {
        return error_set_field(err, STATUS_INVALID, "license", _("Type the number of the license that ends on this day."));
    }
    return STATUS_OK;
}

enum status staff_set_license(struct actor *actor, const char *login, const struct staff_license *license, const char *reason,
                              struct error *err)
{
    struct act act = ACT(actor, PERMISSION_STAFF_ADMIN, "staff.license", "staff_members", UID_NONE);
    struct staff staff = {0};
    enum status status = act_begin(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    act.risk = RISK_LEVEL_MEDIUM;
    act_because(&act, reason);
    status = check_license(license, err);
    if (status == STATUS_OK) {
        status = staff_find(actor->site->store, login, &staff, err);
    }
    if (status == STATUS_OK) {
        act.record = staff.user;
        status = staff_update_license(actor->site->store, &staff, license, &act.old_values, &act.new_values, err);
    }
    staff_release(&staff);
    return act_end(&act, status, err);
}

enum license_state staff_license_state(const struct staff_license *license, struct date today)
{
    if (license->number == NULL || license->number[0] == '\0') {
        return LICENSE_NONE;
    }
    int32_t left = date_to_days(license->expires) - date_to_days(today);
    return left < 0 ? LICENSE_EXPIRED : left <= SOON_DAYS ? LICENSE_EXPIRES_SOON : LICENSE_VALID;
}
