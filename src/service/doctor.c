/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/key_file.h"
#include "host/process.h"
#include "host/sandbox.h"
#include "service/audits.h"
#include "service/central_link.h"
#include "service/recovery_mark.h"

enum { ROOM_LEAST_MB = 200, MB = 1000000 };

static void tell(struct doctor_report *r, const char *name, enum doctor_verdict verdict, enum status status, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
static void tell(struct doctor_report *r, const char *name, enum doctor_verdict verdict, enum status status, const char *format, ...)
{
    struct doctor_check *check = &r->checks[r->count++];
    va_list args;
    *check = (struct doctor_check){.name = name, .verdict = verdict, .status = status};
    va_start(args, format);
    (void)vsnprintf(check->words, sizeof check->words, format, args); /* cut is fine */
    va_end(args);
    if (verdict == DOCTOR_BAD && r->worst != STATUS_DAMAGED) {
        r->worst = status;
    }
}

static void look_at_files(const struct site *site, struct doctor_report *r)
{
    static const char *const NAMES[] = {"site.db", "keys", "audit.key"};
    struct error err = ERROR_INIT;
    enum status status = process_check_private(site->folder, &err);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES && status == STATUS_OK; i++) {
        char *path = mem_format("%s/%s", site->folder, NAMES[i]);
        status = process_check_private(path, &err);
        mem_free(path);
    }
    if (status == STATUS_OK) {
        status = process_check_private(site->device_key_path, &err);
    }
    tell(r, "files", status == STATUS_OK ? DOCTOR_GOOD : DOCTOR_BAD, status, "%s",
         status == STATUS_OK ? _("They belong to this account and are closed to all others.") : error_text(&err));
}

static void look_at_keys(const struct site *site, struct doctor_report *r)
{
    struct error err = ERROR_INIT;
    bool has_recovery = key_file_recovery_public(&site->keys) != NULL;
    enum status status = site_keep_device(site, &err);
    if (!has_recovery) {
        tell(r, "recovery", DOCTOR_BAD, STATUS_NOT_FOUND, "%s", _("There is no recovery key. Make one: prescripcare rekey recovery."));
    } else if (status != STATUS_OK) {
        tell(r, "recovery", DOCTOR_BAD, status, "%s", error_text(&err));
    } else if (recovery_mark_is_set(site->folder)) {
        tell(r, "recovery", DOCTOR_BAD, STATUS_NOT_FOUND, "%s",
             _("Nobody has shown to hold the recovery key. Make a new one and keep it: prescripcare rekey recovery."));
    } else {
        tell(r, "recovery", DOCTOR_GOOD, STATUS_OK, "%s", _("The recovery key and a copy of the folder open the site elsewhere."));
    }
}

static void look_at_room(const struct site *site, struct doctor_report *r)
{
    struct statvfs fs;
    long long mb = statvfs(site->folder, &fs) == 0 ? (long long)((double)fs.f_bavail * (double)fs.f_frsize / MB) : 0;
    tell(r, "room", mb >= ROOM_LEAST_MB ? DOCTOR_GOOD : DOCTOR_BAD, mb >= ROOM_LEAST_MB ? STATUS_OK : STATUS_DISK_FULL,
         _("%lld MB are free where the site is kept."), mb);
}

static void look_at_walls(struct doctor_report *r)
{
    const struct sandbox_level level = sandbox_available();
    bool is_whole = level.landlock_abi > 0 && level.has_seccomp;
    tell(r, "sandbox", is_whole ? DOCTOR_GOOD : DOCTOR_NOTE, STATUS_OK,
         is_whole ? _("Landlock %d and seccomp stand round the workstation.") : _("This system gives Landlock %d and not all walls round the workstation."),
         level.landlock_abi);
}

enum status doctor_look(struct actor *actor, struct doctor_report *out, struct error *err)
{
    struct doctor_report r = {.worst = STATUS_OK};
    struct audit_report chain = {0};
    struct error why = ERROR_INIT;
    enum status status = site_check(actor, &why);
    if (status == STATUS_NOT_PERMITTED || status == STATUS_SIGNED_OUT) {
        return error_set(err, status, "%s", error_text(&why));
    }
    tell(&r, "records", status == STATUS_OK ? DOCTOR_GOOD : DOCTOR_BAD, status, "%s",
         status == STATUS_OK ? _("Every page and every index of the records holds.") : error_text(&why));
    status = audit_check(actor, NULL, &chain, &why);
    if (status == STATUS_OK) {
        tell(&r, "audit", DOCTOR_GOOD, STATUS_OK, _("%llu records of the audit trail hold."), (unsigned long long)chain.records);
    } else {
        tell(&r, "audit", DOCTOR_BAD, status, "%s", error_text(&why));
    }
    look_at_files(actor->site, &r);
    look_at_keys(actor->site, &r);
    look_at_room(actor->site, &r);
    look_at_walls(&r);
    if (central_link_is_joined(actor->site)) {
        tell(&r, "waiting", DOCTOR_GOOD, STATUS_OK, _("%lld changes wait for the centre."), (long long)site_unsent_count(actor->site));
    } else {
        tell(&r, "centre", DOCTOR_GOOD, STATUS_OK, "%s", _("The site stands alone."));
    }
    tell(&r, "knowledge", DOCTOR_GOOD, STATUS_OK, "%s", knowledge_version(actor->site->knowledge));
    *out = r;
    return STATUS_OK;
}
