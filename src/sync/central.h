/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an administrator does at the centre, with a login of the administrator's own (a libpq connection string): making
 * and upgrading the database, enrolling and revoking devices, maintenance. The certificate authority lies in a folder
 * that the administrator names; its key never goes to the centre or to a device. */
#ifndef SYNC_CENTRAL_H
#define SYNC_CENTRAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct central_version {
    int migration, schema_version;
};

/* The first time. STATUS_EXISTS when the database holds a centre already. */
enum status central_init(const char *conninfo, struct central_version *out, struct error *err) MUST_USE;
enum status central_upgrade(const char *conninfo, struct central_version *out, struct error *err) MUST_USE;

/* Makes authority and server certificate (ca.crt, ca.key, server.crt, server.key, ca.crl) in a folder. STATUS_EXISTS leaves
 * an authority that is there alone. hosts: "db.example,10.0.0.5". */
enum status central_make_authority(const char *folder, const char *hosts, const struct clock *clock, struct error *err) MUST_USE;

struct central_enrolment {
    const char *device_name, *site_name;
    const char *authority_folder;
    const char *hosts, *ports; /* that the device shall use; NULL: those of the connection */
    const char *out_file;
};

/* Role, replica, certificate and secret, in a file sealed under a code that is given back once. Caller frees. */
enum status central_enroll(const char *conninfo, const struct central_enrolment *what, const struct clock *clock, char **out_code,
                           struct error *err) MUST_USE;

struct central_device {
    char *role, *name, *site, *state;
    int64_t enrolled_us, joined_us, seen_us;
    int64_t changes, audit_records, quarantined;
    int64_t erasures; /* that it has not confirmed: it may hold those persons still */
};
struct central_device_list {
    struct central_device *items;
    size_t len, cap;
};
void central_device_list_release(struct central_device_list *list);
enum status central_devices(const char *conninfo, struct central_device_list *out, struct error *err) MUST_USE;

/* No further sign-in, open connections ended, certificate on the revocation list of the folder (NULL: not). device: name
 * or role; STATUS_NOT_FOUND. */
enum status central_revoke(const char *conninfo, const char *device, const char *authority_folder, const struct clock *clock,
                           struct error *err) MUST_USE;

/* Erases a person's records here and, as they next connect, on every device; central_devices() says which have. STATUS_NOT_FOUND. */
enum status central_erase(const char *conninfo, const char *user_id, struct error *err) MUST_USE;

/* To be run after a backup or a dump of the centre was put back: devices send again what may be lost, and start afresh. */
enum status central_restored(const char *conninfo, struct error *err) MUST_USE;

struct central_health {
    struct central_version version;
    char *server, *incarnation;
    int64_t patients, devices, waiting_quarantine, open_conflicts, change_rows, misplaced_rows, bytes;
};
void central_health_release(struct central_health *health);
enum status central_status(const char *conninfo, struct central_health *out, struct error *err) MUST_USE;

/* The audit trail of a device as the centre holds it. */
struct central_trail {
    char *device, *site;
    int64_t records, checkpoints, forks;
    int64_t first_bad; /* record */
    char *what;        /* of the first one; NULL: the trail holds */
};
struct central_trail_list {
    struct central_trail *items;
    size_t len, cap;
};
void central_trail_list_release(struct central_trail_list *list);
/* Every link from the first record on, every checkpoint's signature, and the ends, of every device (security.md 3.4): what somebody
 * changed in the centre's own tables is found. */
enum status central_audit(const char *conninfo, struct central_trail_list *out, struct error *err) MUST_USE;

/* Partitions ahead and to the archive, change log and ledger cut behind the backup horizon. */
enum status central_maintain(const char *conninfo, struct central_health *out, struct error *err) MUST_USE;

#endif
