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

/* A new enrolment may part from what the centre has once, before it sends anything, and not whenever somebody wants to. */
Test(anchor, a_trail_that_is_put_back_long_after_a_new_enrolment_is_fenced)
{
    NEEDS_POSTGRES();
    struct engine_report report;
    centre_run(centre, "UPDATE sync.replica SET state = 'fenced' WHERE device_name = 'desk-a'");
    terminal_reopen(a);
    cr_expect_eq(terminal_try(a, &report, &err), STATUS_NOT_PERMITTED);
    join_again(a, "desk-a2");
    terminal_sync(a);
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    terminal_sync(a);
    char *copy = keep_copy(a);
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Brown"});
    terminal_sync(a);
    int64_t generation = terminal_number(a, "SELECT value FROM site_meta WHERE key = 'central.generation'");
    put_back(a, copy);
    char *sql = mem_format("UPDATE site_meta SET value = '%lld' WHERE key = 'central.generation'", (long long)generation + 5);
    terminal_exec(a, sql);
    terminal_reopen(a);
    cr_expect_eq(terminal_try(a, &report, &err), STATUS_NOT_PERMITTED);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.audit_fork"), 0);
    mem_free(sql);
    folder_remove(copy);
}

/* What the administrator sees of a device's trail at the centre: NULL, it holds. Caller frees. */
static char *verdict(const char *device, int64_t *out_first_bad)
{
    struct central_trail_list list = {0};
    char *what = NULL;
    bool is_found = false;
    cr_assert_eq(central_audit(centre->admin, &list, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < list.len; i++) {
        if (strcmp(list.items[i].device, device) == 0) {
            what = list.items[i].what != NULL ? mem_copy_text(list.items[i].what) : NULL;
            *out_first_bad = list.items[i].first_bad;
            is_found = list.items[i].records > 0 && list.items[i].checkpoints > 0;
        }
    }
    cr_expect(is_found, "%s", device);
    central_trail_list_release(&list);
    return what;
}

static void expect_holds(const char *device)
{
    int64_t at = 0;
    char *what = verdict(device, &at);
    cr_expect_null(what, "%s at record %lld: %s", device, (long long)at, what);
    mem_free(what);
}

/* Whoever rules the centre's database can take its triggers off: what they do then is found. */
Test(anchor, what_is_changed_in_the_tables_of_the_centre_is_found)
{
    NEEDS_POSTGRES();
    static const struct {
        const char *name, *sql;
    } deeds[] = {
        {"a record is changed", "UPDATE clin.audit_logs SET record = set_byte(record, 40, get_byte(record, 40) # 1) WHERE seq = 3 AND"},
        {"a hash is changed", "UPDATE clin.audit_logs SET hash = set_byte(hash, 5, get_byte(hash, 5) # 1) WHERE seq = 3 AND"},
        {"one is gone", "DELETE FROM clin.audit_logs WHERE seq = 3 AND"},
        {"the first is gone", "DELETE FROM clin.audit_logs WHERE seq = 1 AND"},
        {"the last are gone", "DELETE FROM clin.audit_logs WHERE seq > 4 AND"},
        {"a number is changed", "UPDATE clin.audit_logs SET seq = 4000000000000 WHERE seq = 3 AND"},
        {"one stands twice", "INSERT INTO clin.audit_logs SELECT (r).* FROM (SELECT jsonb_populate_record(l, jsonb_build_object('log_id', gen_random_uuid())) r "
                             "FROM clin.audit_logs l WHERE seq = 3 AND"},
        {"a checkpoint is changed", "UPDATE clin.audit_checkpoints SET note = overlay(note PLACING 'x' FROM length(note) - 20) WHERE seq > 0 AND"},
        {"the end is put back", "UPDATE sync.replica SET audit_seq = 4, audit_hash = (SELECT hash FROM clin.audit_logs l WHERE seq = 4 AND l.device_id = "
                                "device_uuid) WHERE audit_seq > 4 AND"},
    };
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    desks_sync(a, b);
    expect_holds("desk-a");
    expect_holds("desk-b");
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        int64_t at = 0;
        bool is_replica = strstr(deeds[i].sql, "UPDATE sync.replica") == deeds[i].sql, is_insert = strstr(deeds[i].sql, "INSERT") == deeds[i].sql;
        char *sql = mem_format("ALTER TABLE clin.audit_logs DISABLE TRIGGER ALL; CREATE TABLE public.kept AS SELECT * FROM clin.audit_logs; CREATE TABLE "
                               "public.notes AS SELECT * FROM clin.audit_checkpoints; CREATE TABLE public.replicas AS SELECT * FROM sync.replica; %s %s "
                               "IN (SELECT x.device_uuid FROM sync.replica x WHERE x.device_name = 'desk-a')%s",
                               deeds[i].sql, is_replica ? "device_uuid" : "device_id", is_insert ? ") q" : "");
        centre_run(centre, sql);
        char *what = verdict("desk-a", &at);
        cr_expect_not_null(what, "%s", deeds[i].name);
        expect_holds("desk-b");
        centre_run(centre, "DELETE FROM clin.audit_logs; INSERT INTO clin.audit_logs SELECT * FROM public.kept; DELETE FROM clin.audit_checkpoints; INSERT INTO "
                           "clin.audit_checkpoints SELECT * FROM public.notes; UPDATE sync.replica r SET audit_seq = x.audit_seq, audit_hash = x.audit_hash "
                           "FROM public.replicas x WHERE x.replica_id = r.replica_id; DROP TABLE public.kept, public.notes, public.replicas; ALTER TABLE "
                           "clin.audit_logs ENABLE TRIGGER ALL");
        mem_free(what);
        mem_free(sql);
    }
    expect_holds("desk-a");
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
    expect_holds("desk-a2");
    centre_run(centre, "UPDATE sync.audit_fork SET fork_seq = fork_seq + 1");
    int64_t at = 0;
    char *what = verdict("desk-a2", &at);
    cr_expect_not_null(what, "two ends that part where nobody said so");
    mem_free(what);
    desk_expect_same(a, "after going on");
    desk_expect_same(b, "after going on");
    folder_remove(copy);
}
