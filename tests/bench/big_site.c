/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/big_site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "store/patient_store.h"
#include "store/store_private.h"

enum { BATCH = 50000 };

static const char *const SYLLABLES[] = {"ka", "no", "ri", "ta", "mo", "sel", "ber", "lin", "gra", "hal", "vor", "fer",
                                        "rei", "ra", "san", "ches", "pet", "rov", "ya", "ma", "o", "kafor", "smi", "th",
                                        "jo", "hn", "son", "wil", "li", "ams", "bro", "wn"};

static void must(enum status status, const struct error *err)
{
    if (status != STATUS_OK) {
        fatal("%s", error_text(err));
    }
}

/* splitmix64 of a number: the same patient whatever was made before. */
static uint64_t mix(uint64_t z)
{
    z += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void make_name(uint64_t dice, char out[64])
{
    int parts = 2 + (int)(dice % 3);
    out[0] = '\0';
    for (int i = 0; i < parts; i++) {
        size_t len = strlen(out);
        (void)snprintf(out + len, 64 - len, "%s", SYLLABLES[dice >> (8 + 5 * i) & 31]); /* fits */
    }
    out[0] = (char)(out[0] - 'a' + 'A');
}

void big_site_name(int n, char last[64], char first[64])
{
    make_name(mix((uint64_t)n * 2), last);
    make_name(mix((uint64_t)n * 2 + 1), first);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        fatal("%s: %s", sql, sqlite3_errmsg(db));
    }
    return stmt;
}

static void run(sqlite3 *db, sqlite3_stmt *stmt)
{
    if (sqlite3_step(stmt) != SQLITE_DONE) {
        fatal("%s", sqlite3_errmsg(db));
    }
    (void)sqlite3_reset(stmt); /* repeats the last step's result */
}

static struct uid id_of(const char *kind, int n)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%d", n); /* fits */
    const char *const parts[] = {kind, number};
    return derived_id("prescripcare.bench.1", parts, 2);
}

static void bind_uid(sqlite3_stmt *stmt, int at, struct uid id)
{
    (void)sqlite3_bind_blob(stmt, at, id.bytes, sizeof id.bytes, SQLITE_TRANSIENT);
}

struct inserts {
    sqlite3_stmt *user, *profile, *mrn;
};

static void add_patient(struct store *store, const struct inserts *in, int n, int64_t now_us)
{
    struct error err = ERROR_INIT;
    uint64_t dice = mix((uint64_t)n + 7777777);
    char last[64], first[64], mrn[16], phone[24], born[DATE_TEXT_MAX], none[] = "";
    big_site_name(n, last, first);
    (void)snprintf(mrn, sizeof mrn, "%08d", n);                                       /* fits */
    (void)snprintf(phone, sizeof phone, "555%07d", (int)(dice % 10000000));           /* fits */
    struct patient patient = {.id = id_of("patient", n), .last_name = last, .first_name = first, .mrn = mrn,
                              .phone_number = phone, .birth_date = date_from_days((int32_t)(dice / 10000000 % 36500) - 18000),
                              .address = none, .language = none, .timezone = none, .source_system = none};
    bind_uid(in->user, 1, patient.id);
    (void)sqlite3_bind_int64(in->user, 2, now_us);
    run(store->db.handle, in->user);
    bind_uid(in->profile, 1, id_of("profile", n));
    bind_uid(in->profile, 2, patient.id);
    (void)sqlite3_bind_text(in->profile, 3, first, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(in->profile, 4, last, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(in->profile, 5, date_format_iso(patient.birth_date, born), -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(in->profile, 6, phone, -1, SQLITE_STATIC);
    run(store->db.handle, in->profile);
    bind_uid(in->mrn, 1, id_of("mrn", n));
    bind_uid(in->mrn, 2, patient.id);
    (void)sqlite3_bind_text(in->mrn, 3, mrn, -1, SQLITE_STATIC);
    run(store->db.handle, in->mrn);
    must(patient_index(store, &patient, &err), &err);
}

static void fill(struct store *store, int patients, int64_t now_us)
{
    struct error err = ERROR_INIT;
    sqlite3 *db = store->db.handle;
    (void)sqlite3_exec(db, "PRAGMA cache_size = -3000000", NULL, NULL, NULL); /* all of it, or every insert reads pages */
    struct inserts in = {
        prepare(db, "INSERT INTO users (user_id, account_status, created_at, updated_at) VALUES (?1, 'no_login', ?2, ?2)"),
        prepare(db, "INSERT INTO user_profiles (profile_id, user_id, first_name, last_name, date_of_birth, phone_number, gender) "
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'female')"),
        prepare(db, "INSERT INTO patient_identifiers (identifier_id, user_id, kind, value) VALUES (?1, ?2, 'mrn', ?3)")};
    for (int n = 0; n < patients;) {
        must(store_begin(store, &err), &err);
        for (int i = 0; i < BATCH && n < patients; i++, n++) {
            add_patient(store, &in, n, now_us);
        }
        must(store_commit(store, &err), &err);
    }
    (void)sqlite3_finalize(in.user);
    (void)sqlite3_finalize(in.profile);
    (void)sqlite3_finalize(in.mrn);
    (void)sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
}

static void make(struct big_site *b)
{
    struct error err = ERROR_INIT;
    char *recovery = NULL;
    const struct site_new what = {.folder = b->site_folder, .device_key_path = b->device_key_path, .name = "Bench",
                                  .zone = "America/New_York", .admin_login = BIG_SITE_LOGIN, .admin_first_name = "Alex",
                                  .admin_last_name = "Morgan", .admin_password = BIG_SITE_PASSWORD, .cost = PASSWORD_COST_TEST};
    int64_t started_us = clock_monotonic_us();
    must(site_create(&what, &b->clock, &recovery, &err), &err);
    mem_free(recovery);
    struct actor *actor = big_site_enter(b);
    struct site *site = actor->site;
    fill(site->store, b->patients, clock_now_us(&b->clock));
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
    char *db = mem_format("%s/site.db", b->site_folder), *done = mem_format("%s/done", b->folder);
    struct stat st;
    if (stat(db, &st) == 0) {
        printf("made a sealed cache of %d patients in %.1f s, %.0f MB\n", b->patients,
               (double)(clock_monotonic_us() - started_us) / 1e6, (double)st.st_size / 1e6);
    }
    FILE *mark = fopen(done, "w");
    if (mark == NULL || fclose(mark) != 0) {
        fatal("%s cannot be written", done);
    }
    mem_free(db);
    mem_free(done);
}

void big_site_init(struct big_site *b, int patients)
{
    struct error err = ERROR_INIT;
    const char *temporary = getenv("TMPDIR");
    must(crypt_init(&err), &err);
    b->patients = patients;
    b->clock = clock_system();
    b->folder = mem_format("%s/prescripcare-bench-%d", temporary != NULL ? temporary : "/tmp", patients);
    b->site_folder = mem_format("%s/site", b->folder);
    b->device_key_path = mem_format("%s/state/prescripcare/device.key", b->folder);
    char *done = mem_format("%s/done", b->folder);
    bool is_there = access(done, F_OK) == 0;
    mem_free(done);
    if (!is_there) {
        if (mkdir(b->folder, 0700) != 0) {
            fatal("%s: left by an interrupted run; remove it", b->folder);
        }
        make(b);
    }
}

void big_site_release(struct big_site *b)
{
    mem_free(b->folder);
    mem_free(b->site_folder);
    mem_free(b->device_key_path);
}

struct actor *big_site_enter(struct big_site *b)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    must(site_open(b->site_folder, b->device_key_path, &b->clock, &site, &err), &err);
    must(session_sign_in(site, BIG_SITE_LOGIN, BIG_SITE_PASSWORD, &actor, &err), &err);
    return actor;
}

/* --- times ----------------------------------------------------------------------------------------------------------- */

int64_t cpu_now_us(void)
{
    struct timespec t;
    return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0 ? (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000 : 0;
}

void timings_add(struct timings *t, int64_t us)
{
    if (t->len == t->cap) {
        t->cap = t->cap == 0 ? 1024 : t->cap * 2;
        t->items = mem_resize_array(t->items, (size_t)t->cap, sizeof *t->items);
    }
    t->items[t->len++] = us;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t timings_at(struct timings *t, double share)
{
    if (t->len == 0) {
        return 0;
    }
    qsort(t->items, (size_t)t->len, sizeof *t->items, by_time);
    int at = (int)(share * t->len);
    return t->items[at < t->len ? at : t->len - 1];
}

void timings_release(struct timings *t)
{
    mem_free(t->items);
    *t = (struct timings){0};
}
