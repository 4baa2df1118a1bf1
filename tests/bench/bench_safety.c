/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The safety engine: charts of 20 drugs, 6 allergies and 8 conditions against at least 500,000 pairs of ingredients (ours
 * and a site's, made up here), against SQL in the same run (bench_safety_sql.c); whether it allocates; and the re-screening of every chart of a sealed site of N patients (default 100,000)
 * after a change of knowledge. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "bench/bench_safety_sql.h"
#include "bench/big_site.h"
#include "crypt/secret.h"
#include "model/sig.h"
#include "safety/check_text.h"
#include "safety/compile.h"
#include "service/knowledge_review.h"
#include "service/knowledge_site.h"
#include "store/store_private.h"

enum { CHARTS = 64, DRUGS = 20, ROUNDS = 40, SITE_CLASSES = 14, CLASS_SIZE = 150, ORDERS = 5 };

/* ---- every allocation of this process is counted ---- */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);
static unsigned long allocations;

void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}
void *realloc(void *p, size_t size)
{
    allocations++;
    return __libc_realloc(p, size);
}

static void must(enum status status, const struct error *err)
{
    if (status != STATUS_OK) {
        fatal("%s", error_text(err));
    }
}

/* ---- knowledge of the size ---- */

/* Classes of ingredients that follow each other in the alphabet, and a rule between every two of them. */
static void add_site_tables(const struct knowledge *k, struct compile_files *files)
{
    struct buffer classes = BUFFER_INIT, members = BUFFER_INIT, rules = BUFFER_INIT;
    int count = knowledge_ingredient_count(k);
    buffer_append_text(&classes, "key\ttitle\ttext\tsource\treviewed\n");
    buffer_append_text(&members, "class\tmember\tsource\treviewed\n");
    buffer_append_text(&rules, "id\ta\tb\tseverity\tevidence\tonset\teffect\tmechanism\tmanagement\tconditions\tsource\treviewed\n");
    for (int c = 0; c < SITE_CLASSES; c++) {
        buffer_append_format(&classes, "bench_%d\tbench %d\tbench\tbench\t2026-01-01\n", c, c);
        for (int i = c * CLASS_SIZE; i < (c + 1) * CLASS_SIZE && i < count; i++) {
            buffer_append_format(&members, "bench_%d\t%s\tbench\t2026-01-01\n", c, knowledge_key(k, (uint16_t)i));
        }
        for (int d = c; d < SITE_CLASSES; d += 3) { /* about a third of all pairs of classes */
            buffer_append_format(&rules,
                                 "bench.%d.%d\tclass:bench_%d\tclass:bench_%d\tmoderate\tsuspected\tunknown\tBench.\t\t\t\tbench\t"
                                 "2026-01-01\n",
                                 c, d, c, d);
        }
    }
    compile_files_add(files, "classes_site_bench.tsv", classes.bytes, classes.len, INTERACTION_TYPE_MODERATE);
    compile_files_add(files, "class_members_site_bench.tsv", members.bytes, members.len, INTERACTION_TYPE_MODERATE);
    compile_files_add(files, "interactions_site_bench.tsv", rules.bytes, rules.len, INTERACTION_TYPE_MODERATE);
    buffer_release(&classes);
    buffer_release(&members);
    buffer_release(&rules);
}

static struct knowledge *large_knowledge(const struct knowledge *built_in, struct buffer *bytes)
{
    struct compile_files files = {0};
    struct knowledge *k = NULL;
    struct error err = ERROR_INIT;
    compile_files_built_in(&files);
    add_site_tables(built_in, &files);
    int64_t started_us = clock_monotonic_us();
    must(knowledge_site_build(&files, true, bytes, &k, &err), &err);
    printf("compiled in %.2f s: %d ingredients, %llu pairs with a rule (%llu of them ours), %.1f MB\n",
           (double)(clock_monotonic_us() - started_us) / 1e6, knowledge_ingredient_count(k),
           (unsigned long long)knowledge_pair_count(k), (unsigned long long)knowledge_pair_count(built_in),
           (double)bytes->len / 1e6);
    compile_files_release(&files);
    return k;
}

/* ---- charts ---- */

static uint64_t dice_state = UINT64_C(88172645463325252);

static uint32_t dice(uint32_t below)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 7;
    dice_state ^= dice_state << 17;
    return (uint32_t)(dice_state % below);
}

static void make_chart(const struct knowledge *k, struct check_request *r)
{
    static const char *const allergies[] = {"penicillin (anaphylaxis)", "sulfa", "codeine (intolerance)", "NSAIDs", "latex",
                                            "iodinated contrast"};
    static const char *const conditions[] = {"heart failure",      "asthma", "CKD stage 3b", "type 2 diabetes", "hypertension",
                                             "atrial fibrillation", "gout",   "epilepsy"};
    check_request_init(r);
    for (int i = 0; i < DRUGS; i++) {
        uint16_t id = (uint16_t)dice((uint32_t)knowledge_ingredient_count(k));
        must(check_add_drug(r, k, knowledge_name(k, id), NULL), NULL);
    }
    for (size_t i = 0; i < sizeof allergies / sizeof *allergies; i++) {
        must(check_add_allergy(r, k, allergies[i], NULL), NULL);
    }
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        must(check_add_condition(r, k, conditions[i], NULL), NULL);
    }
    must(check_set_age(r, "72", NULL), NULL);
    must(check_set_weight(r, "81", NULL), NULL);
    must(check_set_egfr(r, "41", NULL), NULL);
}

/* What the self-join answers: the same drugs, and nothing else known of the patient. */
static void leave_pairs_only(struct screen_input *input)
{
    *input = (struct screen_input){.drugs = input->drugs, .drug_count = input->drug_count};
}

static int64_t screen_all(const struct knowledge *k, struct check_request *charts, const char *what, struct screen_result *result,
                          long *out_findings)
{
    struct timings times = {0};
    long findings = 0;
    unsigned long before = 0, made = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CHARTS; i++) {
            int64_t started = bench_now_ns();
            before = allocations;
            screen(k, &charts[i].input, result);
            made += allocations - before;
            timings_add(&times, bench_now_ns() - started);
            findings += result->finding_count;
        }
    }
    int64_t median = timings_at(&times, 0.5);
    printf("screen a chart of %d drugs, %s: median %.1f us  p99 %.1f us  worst %.1f us; %.0f findings a "
           "chart; %lu allocations in %d charts\n",
           DRUGS, what, (double)median / 1e3, (double)timings_at(&times, 0.99) / 1e3, (double)timings_at(&times, 1) / 1e3,
           (double)findings / (ROUNDS * CHARTS), made, ROUNDS * CHARTS);
    timings_release(&times);
    *out_findings = findings / ROUNDS;
    if (made > 0) {
        fatal("screening allocated");
    }
    return median > 0 ? median : 1;
}

/* ---- a whole site ---- */

static void bind_patient_rows(sqlite3 *db, const struct clock *clock, int patients)
{
    static const char *const drugs[] = {"warfarin",     "aspirin",    "lisinopril",  "metformin",  "atorvastatin", "amlodipine",
                                        "sertraline",   "omeprazole", "furosemide",  "ibuprofen",  "gabapentin",   "metoprolol",
                                        "levothyroxine", "simvastatin", "amoxicillin", "prednisone", "tramadol",    "digoxin",
                                        "clopidogrel",  "albuterol",  "losartan",    "citalopram", "alprazolam",   "allopurinol"};
    sqlite3_stmt *patient = sql_prepare(db, "SELECT user_id FROM users WHERE account_status = 'no_login' LIMIT ?1");
    sqlite3_stmt *order = sql_prepare(
        db, "INSERT INTO user_medications (medication_id, user_id, status, current_version_id, drug_text) VALUES "
            "(?1, ?2, 'active', ?3, ?4)");
    sqlite3_stmt *version = sql_prepare(
        db, "INSERT INTO order_versions (version_id, medication_id, user_id, action, status, drug_text, sig, zone, source, "
            "start_at, recorded_at, device_id) VALUES (?3, ?1, ?2, 'start', 'active', ?4, ?5, "
            "'America/New_York', 'written', 1, 1, ?2)");
    const struct sig daily = {.dose = {1, 0}, .unit = UNIT_TABLET, .route = ROUTE_ORAL, .kind = SCHEDULE_KIND_WALL,
                              .times_count = 1, .times_min = {480}};
    char *sig = sig_to_json(&daily);
    (void)sqlite3_bind_int(patient, 1, patients);
    while (sqlite3_step(patient) == SQLITE_ROW) {
        for (int i = 0; i < ORDERS; i++) {
            struct uid id = uid_new(clock), version_id = uid_new(clock); /* in the order of time, as every row of a site */
            sqlite3_stmt *const both[] = {order, version};
            for (int s = 0; s < 2; s++) {
                (void)sqlite3_bind_blob(both[s], 1, id.bytes, 16, SQLITE_TRANSIENT);
                (void)sqlite3_bind_blob(both[s], 2, sqlite3_column_blob(patient, 0), 16, SQLITE_TRANSIENT);
                (void)sqlite3_bind_blob(both[s], 3, version_id.bytes, 16, SQLITE_TRANSIENT);
            }
            const char *text = drugs[dice(sizeof drugs / sizeof *drugs)];
            (void)sqlite3_bind_text(order, 4, text, -1, SQLITE_STATIC);
            (void)sqlite3_bind_text(version, 4, text, -1, SQLITE_STATIC);
            (void)sqlite3_bind_text(version, 5, sig, -1, SQLITE_STATIC);
            for (int s = 0; s < 2; s++) {
                if (sqlite3_step(both[s]) != SQLITE_DONE) {
                    fatal("%s", sqlite3_errmsg(db));
                }
                (void)sqlite3_reset(both[s]);
            }
        }
    }
    mem_free(sig);
    (void)sqlite3_finalize(patient);
    (void)sqlite3_finalize(order);
    (void)sqlite3_finalize(version);
}

static void fill_orders(struct store *store, int patients)
{
    struct error err = ERROR_INIT;
    sqlite3 *db = store->db.handle;
    sqlite3_stmt *count = sql_prepare(db, "SELECT count(*) FROM user_medications");
    (void)sqlite3_step(count);
    bool is_there = sqlite3_column_int64(count, 0) > 0;
    (void)sqlite3_finalize(count);
    if (!is_there) {
        sql_exec(db, "PRAGMA foreign_keys = OFF");
        must(store_begin(store, &err), &err);
        bind_patient_rows(db, store_clock(store), patients);
        must(store_commit(store, &err), &err);
    }
}

static enum status take_affected(void *to, struct uid patient, enum interaction_type worst, const char *changes,
                                 struct error *err)
{
    (void)to, (void)patient, (void)worst, (void)changes, (void)err; /* only the time matters */
    return STATUS_OK;
}

static void review(struct site *site, const struct knowledge *before, const struct knowledge *after, review_fn *take,
                   const char *what)
{
    struct error err = ERROR_INIT;
    struct review_counts counts = {0};
    int64_t wall = clock_monotonic_us(), cpu = cpu_now_us();
    must(knowledge_review(site, before, after, take, NULL, &counts, &err), &err);
    printf("re-screen %lld charts of a sealed site under both states of the knowledge, %s: %.2f s (cpu %.2f s); %lld affected\n",
           (long long)counts.charts, what, (double)(clock_monotonic_us() - wall) / 1e6, (double)(cpu_now_us() - cpu) / 1e6,
           (long long)counts.affected);
}

/* One rule more: what a correction brings. */
static struct knowledge *corrected_knowledge(struct buffer *bytes)
{
    static const char rule[] = "id\ta\tb\tseverity\tevidence\tonset\teffect\tmechanism\tmanagement\tconditions\tsource\treviewed\n"
                               "bench.one\tamoxicillin\tlevothyroxine\tmoderate\tsuspected\tunknown\tBench.\t\t\t\tbench\t2026-01-01\n";
    struct compile_files files = {0};
    struct knowledge *k = NULL;
    struct error err = ERROR_INIT;
    compile_files_built_in(&files);
    compile_files_add(&files, "interactions_site_bench.tsv", rule, sizeof rule - 1, INTERACTION_TYPE_MODERATE);
    must(knowledge_site_build(&files, true, bytes, &k, &err), &err);
    compile_files_release(&files);
    return k;
}

static void review_site(int patients, const struct knowledge *before, const struct knowledge *after)
{
    struct big_site b;
    struct buffer bytes = BUFFER_INIT;
    struct knowledge *corrected = corrected_knowledge(&bytes);
    big_site_init(&b, patients);
    struct actor *actor = big_site_enter(&b);
    struct site *site = actor->site;
    fill_orders(site->store, patients);
    review(site, before, corrected, take_affected, "one rule changed");
    review(site, before, after, take_affected, "every drug's rules changed");
    review(site, before, after, NULL, "every drug's rules changed and all interruptions counted");
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
    big_site_release(&b);
    knowledge_free(corrected);
    buffer_release(&bytes);
}

int main(int argc, char **argv)
{
    struct error err = ERROR_INIT;
    must(crypt_init(&err), &err);
    struct buffer bytes = BUFFER_INIT;
    struct knowledge *built_in = NULL;
    struct check_request charts[CHARTS];
    struct screen_result *result = mem_alloc(sizeof *result);
    long patients = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
    must(knowledge_open(&built_in, &err), &err);
    struct knowledge *k = large_knowledge(built_in, &bytes);
    for (int i = 0; i < CHARTS; i++) {
        make_chart(k, &charts[i]);
    }
    struct our_times ours = {0};
    ours.all_ns = screen_all(k, charts, "6 allergies, 8 conditions", result, &ours.all_findings);
    struct screen_input whole[CHARTS];
    for (int i = 0; i < CHARTS; i++) {
        whole[i] = charts[i].input;
        leave_pairs_only(&charts[i].input);
    }
    ours.pairs_ns = screen_all(k, charts, "nothing else known", result, &ours.pairs_findings);
    for (int i = 0; i < CHARTS; i++) {
        charts[i].input = whole[i];
    }
    compare_with_sql(k, charts, CHARTS, &ours);
    if (patients > 0) {
        review_site((int)patients, built_in, k);
    }
    for (int i = 0; i < CHARTS; i++) {
        check_request_release(&charts[i]);
    }
    mem_free(result);
    knowledge_free(k);
    knowledge_free(built_in);
    buffer_release(&bytes);
    return 0;
}
