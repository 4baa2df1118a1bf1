/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "store/change.h"
#include "support/proxy.h"
#include "support/random.h"
#include "support/terminal.h"
#include "sync/central.h"

enum { PATIENTS_MAX = 512, PHONES_MAX = 4096, QUIET_ROUNDS = 3 };
#define SKEW_US (48 * US_PER_HOUR)

struct person {
    struct uid id;
    char hex[33];
    long metrics, allergies; /* that were saved somewhere */
    long bad;                /* allergies that the centre cannot take */
    bool is_erased;
    int64_t seen[SIMULATE_TERMINALS_MAX]; /* version of the profile that stood on a terminal, confirmed */
};

/* A telephone number is its place in the list. */
struct phone {
    int person;
    bool is_replaced; /* by somebody who saw it */
};

struct sim {
    struct random random;
    struct centre *centre;
    struct proxy *proxies[SIMULATE_TERMINALS_MAX];
    struct terminal *terminals[SIMULATE_TERMINALS_MAX];
    int count;
    struct person people[PATIENTS_MAX];
    int people_count;
    struct phone phones[PHONES_MAX];
    int phones_count;
    char *old_cursors[SIMULATE_TERMINALS_MAX]; /* places where a terminal was before */
    struct simulate_result *out;
};

const char *simulate_claim_text(enum simulate_claim claim)
{
    static const char *const texts[] = {
        [CLAIM_SAME_ROWS] = "I1  every terminal holds the rows of the centre in its scope",
        [CLAIM_LEDGER] = "I2  every saved change is in the ledger, once, without a hole",
        [CLAIM_ONCE] = "I3  what is only added is there exactly once",
        [CLAIM_LOSERS_KEPT] = "I4  every value that lost against one that had not seen it is kept as a conflict",
        [CLAIM_NOTHING_GONE] = "I5  no allergy is gone without an erasure",
        [CLAIM_ERASED_GONE] = "I7  nobody holds an erased patient, nor a change about one",
        [CLAIM_REPLAY] = "I8  what is sent again and fetched again changes nothing",
        [CLAIM_AUDIT] = "I10 the audit of each device has no hole",
        [CLAIM_VERSIONS] = "I11 the version of a confirmed row never goes back",
        [CLAIM_NOTHING_STUCK] = "I13 nothing waits behind a bad change, and nothing good was put aside",
    };
    return texts[claim];
}

static long below(struct sim *sim, long n)
{
    return (long)random_below(&sim->random, (uint64_t)n);
}

/* --- what people do ------------------------------------------------------------------------------------------------- */

static void pass_time(struct sim *sim, struct terminal *t)
{
    clinic_pass(t->clinic, (1 + below(sim, 20)) * US_PER_SECOND);
}

static void register_patient(struct sim *sim, struct terminal *t)
{
    char last[32];
    if (sim->people_count == PATIENTS_MAX) {
        return;
    }
    struct person *person = &sim->people[sim->people_count];
    (void)snprintf(last, sizeof last, "Person%d", sim->people_count);
    person->id = clinic_add_patient(t->clinic, &(struct clinic_patient){.last = last});
    for (int i = 0; i < 16; i++) {
        (void)snprintf(person->hex + 2 * i, 3, "%02x", person->id.bytes[i]);
    }
    sim->people_count++;
    sim->out->writes++;
}

static long at(struct terminal *t, const char *format, const char *hex)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM ");
    size_t n = strlen(sql);
    const char *mark = strchr(format, '$');
    (void)snprintf(sql + n, sizeof sql - n, "%.*sx'%s'%s", (int)(mark - format), format, hex, mark + 1);
    return (long)terminal_number(t, sql);
}

/* Somebody whom this terminal holds; NULL: nobody was drawn. */
static struct person *somebody_at(struct sim *sim, struct terminal *t)
{
    if (sim->people_count == 0) {
        return NULL;
    }
    struct person *person = &sim->people[below(sim, sim->people_count)];
    return at(t, "user_profiles WHERE user_id = $", person->hex) > 0 ? person : NULL;
}

static void add_metric(struct sim *sim, struct terminal *t)
{
    struct error err = ERROR_INIT;
    struct person *person = somebody_at(sim, t);
    if (person == NULL) {
        return;
    }
    const struct cell cells[] = {CELL_TEXT("metric_type", "weight"), CELL_TEXT("metric_value", "60"),
                                 CELL_INT("recorded_at", clock_now_us(&t->clinic->clock)), CELL_TEXT("recorded_via", "workstation")};
    bool saved = store_begin(t->mirror, &err) == STATUS_OK &&
                 change_insert(t->mirror, "health_metrics", uid_new(&t->clinic->clock), person->id, cells, sizeof cells / sizeof *cells, NULL, &err) ==
                     STATUS_OK &&
                 store_commit(t->mirror, &err) == STATUS_OK;
    if (!saved) {
        (void)fprintf(stderr, "simulate: a metric is not saved: %s\n", error_text(&err));
        abort();
    }
    person->metrics++;
    sim->out->writes++;
}

static void add_allergy(struct sim *sim, struct terminal *t)
{
    char name[32]; /* the same one twice is refused */
    struct person *person = somebody_at(sim, t);
    bool is_bad = below(sim, 8) == 0;
    if (person == NULL) {
        return;
    }
    (void)snprintf(name, sizeof name, "dust of kind %ld", person->allergies + person->bad);
    clinic_add_allergy(t->clinic, person->id, name, "rash", (enum reaction_severity)(1 + below(sim, 3)));
    sim->out->writes++;
    if (is_bad) { /* a word that the centre does not know */
        terminal_exec(t, "UPDATE outbox SET op = json_set(op, '$.new.reaction_severity', 'dreadful') WHERE seq = (SELECT max(seq) FROM outbox WHERE "
                         "table_name = 'user_allergies')");
        person->bad++;
        sim->out->bad++;
    } else {
        person->allergies++;
    }
}

/* The centre takes the later one of two; the severity of an allergy never falls by a change that did not see the other. */
static void change_phone(struct sim *sim, struct terminal *t)
{
    struct error err = ERROR_INIT;
    struct person *person = somebody_at(sim, t);
    char sql[160], phone[16];
    if (person == NULL || sim->phones_count == PHONES_MAX) {
        return;
    }
    (void)snprintf(sql, sizeof sql, "SELECT coalesce(phone_number, '-1') FROM user_profiles WHERE user_id = x'%s'", person->hex);
    int64_t seen = terminal_number(t, sql);
    if (seen >= 0) {
        sim->phones[seen].is_replaced = true;
    }
    (void)snprintf(sql, sizeof sql, "SELECT ver FROM user_profiles WHERE user_id = x'%s'", person->hex);
    int32_t ver = (int32_t)terminal_number(t, sql);
    (void)snprintf(sql, sizeof sql, "SELECT lower(hex(profile_id)) FROM user_profiles WHERE user_id = x'%s'", person->hex);
    char *hex = terminal_text(t, sql);
    struct uid key = UID_NONE;
    for (int i = 0; i < 16; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        key.bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    mem_free(hex);
    (void)snprintf(phone, sizeof phone, "%d", sim->phones_count);
    sim->phones[sim->phones_count++] = (struct phone){(int)(person - sim->people), false};
    const struct cell cells[] = {CELL_TEXT("phone_number", phone)};
    bool saved = store_begin(t->mirror, &err) == STATUS_OK &&
                 change_update(t->mirror, "user_profiles", key, person->id, ver, cells, 1, NULL, NULL, &err) == STATUS_OK &&
                 store_commit(t->mirror, &err) == STATUS_OK;
    if (!saved) {
        (void)fprintf(stderr, "simulate: a change is not saved: %s\n", error_text(&err));
        abort();
    }
    sim->out->writes++;
}

static void expect(struct sim *sim, enum simulate_claim claim, bool holds, int where)
{
    if (!holds) {
        (void)fprintf(stderr, "simulate: seed %llu, %ld steps, %d: not so: %s\n", (unsigned long long)sim->random.seed, sim->out->steps, where,
                      simulate_claim_text(claim));
        sim->out->wrong[claim]++;
    }
}

/* --- what happens to them --------------------------------------------------------------------------------------------- */

/* I11. What has changes on top that the centre has not confirmed is ahead of it, and may come back to it. */
static void look_at_versions(struct sim *sim, int which)
{
    char *list = terminal_text(sim->terminals[which],
                               "SELECT group_concat(lower(hex(p.user_id)) || p.ver, ' ') FROM user_profiles p WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE "
                               "o.row_id = p.profile_id AND (o.state <> 1 OR o.ack_xid > 0))");
    for (const char *word = list; *word != '\0'; word += strcspn(word, " "), word += *word == ' ') {
        for (int i = 0; i < sim->people_count; i++) {
            struct person *person = &sim->people[i];
            if (strncmp(person->hex, word, 32) == 0) {
                int64_t ver = strtoll(word + 32, NULL, 10);
                expect(sim, CLAIM_VERSIONS, ver >= person->seen[which], which);
                person->seen[which] = ver;
            }
        }
    }
    mem_free(list);
}

/* The acknowledgements were lost, from one of them on; or what was fetched is fetched again. */
static void repeat(struct sim *sim, int which)
{
    struct terminal *t = sim->terminals[which];
    if (below(sim, 2) == 0) {
        char *sql = mem_format("UPDATE outbox SET state = 0, ack_xid = NULL, problem = NULL WHERE seq > %ld", below(sim, 200));
        terminal_exec(t, sql);
        mem_free(sql);
    } else if (sim->old_cursors[which] != NULL) {
        char *sql = mem_format("UPDATE site_meta SET value = '%s' WHERE key = 'central.cursor'", sim->old_cursors[which]);
        terminal_exec(t, sql);
        mem_free(sql);
        mem_free(sim->old_cursors[which]);
        sim->old_cursors[which] = NULL;
    } else {
        sim->old_cursors[which] = terminal_text(t, "SELECT value FROM site_meta WHERE key = 'central.cursor'");
    }
    sim->out->repeats++;
}

static void exchange(struct sim *sim, int which, bool is_cut)
{
    struct engine_report report;
    struct error err = ERROR_INIT;
    if (is_cut) {
        proxy_cut_after(sim->proxies[which], below(sim, 2) == 0 ? PROXY_TO_CENTRE : PROXY_TO_TERMINAL, below(sim, 40000));
    }
    sim->out->exchanges++;
    sim->out->broken += terminal_try(sim->terminals[which], &report, &err) != STATUS_OK;
    proxy_cut_after(sim->proxies[which], PROXY_TO_CENTRE, -1);
    proxy_cut_after(sim->proxies[which], PROXY_TO_TERMINAL, -1);
    look_at_versions(sim, which);
}

static void erase(struct sim *sim)
{
    struct error err = ERROR_INIT;
    char id[UID_TEXT_MAX];
    if (sim->people_count == 0) {
        return;
    }
    struct person *person = &sim->people[below(sim, sim->people_count)];
    if (!person->is_erased && central_erase(sim->centre->admin, uid_format(person->id, id), &err) == STATUS_OK) {
        person->is_erased = true;
        sim->out->erased++;
    }
}

/* Whom the centre knows comes to both sites. */
static void enter(struct sim *sim)
{
    char id[UID_TEXT_MAX];
    if (sim->people_count > 0) {
        char *sql = mem_format("INSERT INTO sync.scope (user_id, site_no, reason) SELECT u.user_id, s.site_no, 'transferred' FROM clin.users u, sync.site s "
                               "WHERE u.user_id = '%s' ON CONFLICT DO NOTHING", uid_format(sim->people[below(sim, sim->people_count)].id, id));
        centre_run(sim->centre, sql);
        mem_free(sql);
        sim->out->entered++;
    }
}

static void step(struct sim *sim)
{
    int which = (int)below(sim, sim->count);
    struct terminal *t = sim->terminals[which];
    long drawn = below(sim, 100);
    pass_time(sim, t);
    if (drawn < 12) {
        register_patient(sim, t);
    } else if (drawn < 30) {
        add_metric(sim, t);
    } else if (drawn < 42) {
        add_allergy(sim, t);
    } else if (drawn < 58) {
        change_phone(sim, t);
    } else if (drawn < 74) {
        exchange(sim, which, true);
    } else if (drawn < 90) {
        exchange(sim, which, false);
    } else if (drawn < 93) {
        repeat(sim, which);
    } else if (drawn < 96) {
        terminal_reopen(t);
        sim->out->restarts++;
    } else if (drawn < 98) {
        enter(sim);
    } else {
        erase(sim);
    }
    sim->out->steps++;
}

/* --- what has to hold --------------------------------------------------------------------------------------------------- */

static long at_centre(struct sim *sim, const char *table, struct uid user)
{
    char id[UID_TEXT_MAX], *sql = mem_format("SELECT count(*) FROM clin.%s WHERE user_id = '%s'", table, uid_format(user, id));
    long count = (long)centre_number(sim->centre, sql);
    mem_free(sql);
    return count;
}

static void check_terminal(struct sim *sim, int which)
{
    struct terminal *t = sim->terminals[which];
    struct engine_verdict verdict = {0};
    struct error err = ERROR_INIT;
    expect(sim, CLAIM_SAME_ROWS, engine_verify(t->engine, &verdict, &err) == STATUS_OK && verdict.differing == 0, which);
    expect(sim, CLAIM_NOTHING_STUCK, terminal_number(t, "SELECT count(*) FROM outbox WHERE state = 0") == 0, which);
    char *sql = mem_format("SELECT last_op_seq - (SELECT count(*) FROM sync.op o WHERE o.replica_id = r.replica_id) FROM sync.replica r WHERE role_name = "
                           "'%s'", t->role);
    expect(sim, CLAIM_LEDGER, centre_number(sim->centre, sql) == 0, which);
    mem_free(sql);
    sql = mem_format("SELECT last_op_seq FROM sync.replica WHERE role_name = '%s'", t->role);
    expect(sim, CLAIM_LEDGER, centre_number(sim->centre, sql) == terminal_number(t, "SELECT max(seq) FROM outbox"), which);
    mem_free(sql);
    sql = mem_format("SELECT count(*) - coalesce(max(l.seq), 0) FROM clin.audit_logs l JOIN sync.replica r ON r.device_uuid = l.device_id WHERE "
                     "r.role_name = '%s'", t->role);
    expect(sim, CLAIM_AUDIT, centre_number(sim->centre, sql) == 0, which);
    mem_free(sql);
    for (int i = 0; i < sim->people_count; i++) {
        if (sim->people[i].is_erased) {
            expect(sim, CLAIM_ERASED_GONE,
                   at(t, "user_profiles WHERE user_id = $", sim->people[i].hex) == 0 && at(t, "health_metrics WHERE user_id = $", sim->people[i].hex) == 0 &&
                       at(t, "outbox WHERE user_id = $ AND op NOT LIKE '%\"new\":{}}'", sim->people[i].hex) == 0,
                   which);
        }
    }
}

/* I4: each number that nobody replaced who saw it is in force, or told as lost. */
static void check_losers(struct sim *sim)
{
    struct buffer sql = BUFFER_INIT;
    buffer_append_text(&sql, "SELECT count(*) FROM unnest(ARRAY[-1");
    for (int i = 0; i < sim->phones_count; i++) {
        if (!sim->phones[i].is_replaced && !sim->people[sim->phones[i].person].is_erased) {
            buffer_append_format(&sql, ",%d", i);
        }
    }
    buffer_append_text(&sql, "]) n WHERE n >= 0 AND NOT EXISTS (SELECT FROM clin.user_profiles p WHERE p.phone_number = n::text) AND NOT EXISTS (SELECT FROM "
                             "clin.sync_conflicts c WHERE c.lost_values ->> 'phone_number' = n::text)");
    expect(sim, CLAIM_LOSERS_KEPT, centre_number(sim->centre, sql.bytes) == 0, -1);
    buffer_release(&sql);
    sim->out->losers += (long)centre_number(sim->centre, "SELECT count(*) FROM clin.sync_conflicts");
}

static char *whole_centre(struct sim *sim)
{
    return centre_value(sim->centre, "SELECT (SELECT count(*) FROM sync.op) || ' ' || (SELECT count(*) FROM clin.sync_conflicts) || ' ' || (SELECT coalesce("
                                     "md5(string_agg(p::text, ',' ORDER BY p.profile_id)), '') FROM clin.user_profiles p) || ' ' || (SELECT coalesce(md5("
                                     "string_agg(a::text, ',' ORDER BY a.allergy_id)), '') FROM clin.user_allergies a) || ' ' || (SELECT count(*) FROM "
                                     "clin.health_metrics) || ' ' || (SELECT count(*) FROM clin.audit_logs)");
}

/* I8: everything that was ever sent, once more. */
static void check_replay(struct sim *sim)
{
    char *before = whole_centre(sim);
    for (int i = 0; i < sim->count; i++) {
        terminal_exec(sim->terminals[i], "UPDATE outbox SET state = 0, ack_xid = NULL, problem = NULL");
        terminal_sync(sim->terminals[i]);
    }
    char *after = whole_centre(sim);
    expect(sim, CLAIM_REPLAY, strcmp(before, after) == 0, -1);
    mem_free(before);
    mem_free(after);
}

static void check(struct sim *sim)
{
    long bad = 0;
    for (int i = 0; i < sim->count; i++) {
        check_terminal(sim, i);
    }
    for (int i = 0; i < sim->people_count; i++) {
        bad += sim->people[i].is_erased ? 0 : sim->people[i].bad;
    }
    expect(sim, CLAIM_NOTHING_STUCK, centre_number(sim->centre, "SELECT count(*) FROM sync.quarantine WHERE resolved_at IS NULL") == bad, -1);
    check_losers(sim);
    for (int i = 0; i < sim->people_count; i++) {
        const struct person *person = &sim->people[i];
        expect(sim, CLAIM_ONCE, at_centre(sim, "health_metrics", person->id) == (person->is_erased ? 0 : person->metrics), i);
        expect(sim, CLAIM_NOTHING_GONE, at_centre(sim, "user_allergies", person->id) == (person->is_erased ? 0 : person->allergies), i);
    }
}

static void set_up(struct sim *sim, int terminals)
{
    static const char *const sites[] = {"Eastside", "Westside"};
    sim->centre = centre_new();
    sim->count = terminals;
    for (int i = 0; i < terminals; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "desk-%d", i);
        sim->proxies[i] = proxy_new(postgres_port());
        sim->terminals[i] = terminal_new(sim->centre, name, sites[i % 2], proxy_port(sim->proxies[i]));
        clinic_pass(sim->terminals[i]->clinic, i % 3 * SKEW_US); /* clocks are up to four days apart (I12) */
        terminal_reopen(sim->terminals[i]);
        terminal_sync(sim->terminals[i]);
    }
}

long simulate_run(uint64_t seed, int terminals, long steps, struct simulate_result *out)
{
    struct sim *sim = mem_alloc(sizeof *sim);
    long wrong = 0;
    memset(out, 0, sizeof *out);
    sim->out = out;
    sim->random = (struct random){.state = seed, .seed = seed};
    set_up(sim, terminals);
    for (long i = 0; i < steps; i++) {
        step(sim);
    }
    for (int round = 0; round < QUIET_ROUNDS; round++) {
        for (int i = 0; i < sim->count; i++) {
            terminal_sync(sim->terminals[i]);
        }
    }
    check(sim);
    check_replay(sim);
    for (int i = 0; i < sim->count; i++) {
        check_terminal(sim, i);
        mem_free(sim->old_cursors[i]);
    }
    for (int i = 0; i < CLAIM_COUNT; i++) {
        wrong += out->wrong[i];
    }
    for (int i = 0; i < sim->count; i++) {
        terminal_free(sim->terminals[i]);
        proxy_free(sim->proxies[i]);
    }
    centre_free(sim->centre);
    mem_free(sim);
    return wrong;
}

long simulate_shrink(uint64_t seed, int terminals, long steps)
{
    struct simulate_result result;
    long good = 0, bad = steps;
    while (bad - good > 1) {
        long middle = good + (bad - good) / 2;
        if (simulate_run(seed, terminals, middle, &result) > 0) {
            bad = middle;
        } else {
            good = middle;
        }
    }
    return bad;
}
