/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit trail of a device and what the centre holds of it: they lead to each other, or somebody is told. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "service/audits.h"
#include "store/audit_export.h"
#include "support/folder.h"
#include "sync/central.h"
#include "sync/desks.h"
#include "sync/join.h"
#include "sync/sync_test.h"

static struct centre *centre;
static struct terminal *a, *b;
static struct error err;

static void start(void)
{
    if (desks_open(&centre, &a, &b)) {
        desks_sync(a, b);
    }
}

static void stop(void)
{
    desks_close(centre, a, b);
}

TestSuite(anchor, .init = start, .fini = stop);

static const char *const FILES[] = {"site.db", "audit.key"};

static void copy_files(const char *from, const char *to)
{
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        char *source = folder_path(from, FILES[i]), *target = folder_path(to, FILES[i]);
        file_copy(source, target);
        mem_free(source);
        mem_free(target);
    }
}

/* The site's files as they are now, with nobody at work. */
static char *keep_copy(struct terminal *t)
{
    char *copy = folder_new();
    terminal_close(t);
    copy_files(t->clinic->site_folder, copy);
    terminal_open(t);
    return copy;
}

static void put_back(struct terminal *t, const char *copy)
{
    terminal_close(t);
    copy_files(copy, t->clinic->site_folder);
    terminal_open(t);
}

static void join_again(struct terminal *t, const char *device)
{
    struct clock clock = clock_system();
    char *file = folder_path(t->clinic->folder, device), *code = NULL, port[16];
    struct join_result joined = {0};
    (void)snprintf(port, sizeof port, "%d", postgres_port()); /* fits */
    const struct central_enrolment what = {device, "Eastside", centre->authority, "127.0.0.1", port, file};
    cr_assert_eq(central_enroll(centre->admin, &what, &clock, &code, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(join_centre(t->mirror, t->clinic->site_folder, file, code, true, t->clinic->site->device.signing.public_key, &joined, &err),
                 STATUS_OK, "%s", error_text(&err));
    terminal_reopen(t);
    mem_free(joined.site_name);
    mem_free(code);
    mem_free(file);
}

/* Each as the centre has it: the last number and, of each record that is there under it, the hash. */
static void expect_anchored(struct terminal *t, const char *device)
{
    char sql[256];
    uint8_t hash[CHAIN_HASH_BYTES];
    char text[2 * CHAIN_HASH_BYTES + 1] = "";
    bool is_here = false;
    (void)snprintf(sql, sizeof sql, "SELECT audit_seq FROM sync.replica WHERE device_name = '%s'", device); /* fits */
    int64_t seq = centre_number(centre, sql);
    cr_assert_gt(seq, 0);
    cr_assert_eq(audit_hash_at(t->mirror, (uint64_t)seq, hash, &is_here, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert(is_here, "record %lld", (long long)seq);
    for (size_t i = 0; i < sizeof hash; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", hash[i]); /* fits */
    }
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM sync.replica WHERE device_name = '%s' AND audit_hash = '\\x%s'", device, text); /* fits */
    cr_expect_eq(centre_number(centre, sql), 1, "the hash of record %lld", (long long)seq);
}

Test(anchor, the_centre_keeps_the_checkpoints_of_each_device)
{
    NEEDS_POSTGRES();
    char *note = NULL;
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    cr_assert_eq(audit_checkpoint(clinic_actor(a->clinic, CLINIC_ADMIN), &note, &err), STATUS_OK, "%s", error_text(&err));
    terminal_sync(a);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.audit_checkpoints WHERE device_id = (SELECT device_uuid FROM sync.replica "
                                       "WHERE device_name = 'desk-a')"),
                 terminal_number(a, "SELECT count(*) FROM audit_checkpoints WHERE seq <= (SELECT max(seq) FROM audit_logs)"));
    char *kept = mem_format("SELECT count(*) FROM clin.audit_checkpoints WHERE note = '%s'", note);
    cr_expect_eq(centre_number(centre, kept), 1, "word for word, signature and all");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.audit_checkpoints c JOIN clin.audit_logs l USING (device_id, seq) WHERE "
                                       "l.hash = decode(split_part(c.note, E'\\n', 3), 'base64') AND c.epoch = l.epoch"),
                 centre_number(centre, "SELECT count(*) FROM clin.audit_checkpoints"));
    expect_anchored(a, "desk-a");
    mem_free(kept);
    mem_free(note);
}

/* Somebody put database and audit key back together: nothing here can find it, what the centre holds does. */
Test(anchor, a_trail_that_was_put_back_is_fenced)
{
    NEEDS_POSTGRES();
    struct engine_report report;
    struct audit_report chain;
    char *copy = keep_copy(a);
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    terminal_sync(a);
    int64_t generation = terminal_number(a, "SELECT value FROM site_meta WHERE key = 'central.generation'");
    put_back(a, copy);
    char *sql = mem_format("UPDATE site_meta SET value = '%lld' WHERE key = 'central.generation'", (long long)generation + 5);
    terminal_exec(a, sql); /* whoever does that gets past the fence against copies */
    terminal_reopen(a);
    cr_assert_eq(audit_check(clinic_actor(a->clinic, CLINIC_ADMIN), NULL, &chain, &err), STATUS_OK, "nothing is wrong with it here");
    cr_expect_eq(terminal_try(a, &report, &err), STATUS_NOT_PERMITTED);
    cr_expect_not_null(strstr(error_text(&err), "audit trail"), "%s", error_text(&err));
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.replica WHERE device_name = 'desk-a' AND state = 'fenced'"), 1,
                 "the administrator of the centre sees it");
    mem_free(sql);
    folder_remove(copy);
}

/* decisions.md 14: from an older copy of the site, under a new enrolment. */
Test(anchor, a_device_that_goes_on_from_an_older_copy_keeps_both_ends_of_its_trail)
{
    NEEDS_POSTGRES();
    struct engine_report report;
    char *copy = keep_copy(a);
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    for (int i = 0; i < 5; i++) {
        clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Brown"});
    }
    terminal_sync(a);
    int64_t sent = centre_number(centre, "SELECT audit_seq FROM sync.replica WHERE device_name = 'desk-a'");
    put_back(a, copy);
    int64_t common = terminal_number(a, "SELECT max(seq) FROM audit_logs WHERE action_type <> 'session.sign_in'");
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Mensah"});
    cr_expect_eq(terminal_try(a, &report, &err), STATUS_NOT_PERMITTED);
    centre_run(centre, "UPDATE sync.replica SET state = 'fenced' WHERE device_name = 'desk-a'");
    join_again(a, "desk-a2");
    desks_sync(a, b);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.audit_fork"), 1);
    cr_expect_eq(centre_number(centre, "SELECT head_seq FROM sync.audit_fork"), sent);
    cr_expect_geq(centre_number(centre, "SELECT fork_seq FROM sync.audit_fork"), common - 1, "no further back than they part");
    cr_expect_lt(centre_number(centre, "SELECT fork_seq FROM sync.audit_fork"), sent);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.audit_logs WHERE seq = (SELECT fork_seq + 1 FROM sync.audit_fork) AND device_id = "
                                       "(SELECT device_uuid FROM sync.audit_fork)"),
                 2, "both ends are kept");
    expect_anchored(a, "desk-a2");
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Silva"});
    terminal_reopen(a);
    desks_sync(a, b);
    expect_anchored(a, "desk-a2");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.audit_fork"), 1, "once");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name IN ('Okafor', 'Mensah', 'Silva')"), 3);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine"), 0);
    desk_expect_same(a, "after going on");
    desk_expect_same(b, "after going on");
    folder_remove(copy);
}
