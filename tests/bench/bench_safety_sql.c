/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/bench_safety_sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "bench/big_site.h"
#include "crypt/secret.h"
#include "safety/knowledge_format.h"
#include "safety/screen.h"
#include "store/sealed_open.h"
#include "support/folder.h"

enum { ROUNDS = 5 };

void sql_exec(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fatal("%s: %s", sql, sqlite3_errmsg(db));
    }
}

sqlite3_stmt *sql_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        fatal("%s: %s", sql, sqlite3_errmsg(db));
    }
    return stmt;
}

int64_t bench_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* to ask for the processor's time takes up to 5 us: a third of a screening */
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void run(sqlite3_stmt *stmt)
{
    if (sqlite3_step(stmt) != SQLITE_DONE) {
        fatal("%s", sqlite3_errmsg(sqlite3_db_handle(stmt)));
    }
    (void)sqlite3_reset(stmt);
}

/* Whole numbers into the parameters ?1, ?2 ... */
static void insert(sqlite3_stmt *stmt, const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)sqlite3_bind_int64(stmt, (int)i + 1, values[i]);
    }
    run(stmt);
}
#define INSERT(stmt, ...) insert(stmt, (const int64_t[]){__VA_ARGS__}, sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

/* ---- the blueprint's tables: 16-byte ids, spread as UUIDs are ---- */

static void bind_uid(sqlite3_stmt *stmt, int at, uint32_t number)
{
    unsigned char id[16] = {0};
    uint64_t spread = (number + UINT64_C(1)) * UINT64_C(0x9E3779B97F4A7C15);
    memcpy(id, &spread, sizeof spread);
    memcpy(id + 8, &number, sizeof number);
    (void)sqlite3_bind_blob(stmt, at, id, sizeof id, SQLITE_TRANSIENT);
}

static void make_blueprint(sqlite3 *db, const struct knowledge *k, const struct check_request *charts, int chart_count)
{
    sql_exec(db, "CREATE TABLE drug_interactions (interaction_id INTEGER PRIMARY KEY, drug_a_id BLOB, drug_b_id BLOB, "
                 "interaction_type TEXT, clinical_effect TEXT, management_strategy TEXT);"
                 "CREATE TABLE user_medications (medication_id INTEGER PRIMARY KEY, user_id INTEGER, drug_id BLOB, status TEXT);"
                 "BEGIN");
    sqlite3_stmt *pair = sql_prepare(db, "INSERT INTO drug_interactions (drug_a_id, drug_b_id, interaction_type, clinical_effect, "
                                         "management_strategy) VALUES (?1, ?2, 'moderate', 'Effect of the two together.', 'Watch.')");
    sqlite3_stmt *drug = sql_prepare(db, "INSERT INTO user_medications (user_id, drug_id, status) VALUES (?2, ?1, 'active')");
    const uint32_t *rows = KNOWLEDGE_RECORDS(k, PAIR_ROWS, uint32_t);
    const struct stored_cell *cells = KNOWLEDGE_RECORDS(k, PAIR_CELLS, struct stored_cell);
    for (uint32_t row = 0; row < k->header->curated; row++) {
        for (uint32_t i = rows[row]; i < rows[row + 1]; i++) {
            bind_uid(pair, 1, row);
            bind_uid(pair, 2, cells[i].other);
            run(pair);
        }
    }
    for (int c = 0; c < chart_count; c++) {
        for (int n = 0; n < charts[c].input.drug_count; n++) {
            bind_uid(drug, 1, charts[c].drugs[n].identity.ingredients[0]);
            (void)sqlite3_bind_int(drug, 2, c);
            run(drug);
        }
    }
    (void)sqlite3_finalize(pair);
    (void)sqlite3_finalize(drug);
    sql_exec(db, "COMMIT; CREATE INDEX di_a ON drug_interactions (drug_a_id, drug_b_id);"
                 "CREATE INDEX di_b ON drug_interactions (drug_b_id); CREATE INDEX um ON user_medications (user_id); ANALYZE");
}

static const char *const SELF_JOIN[] = {
    "SELECT i.interaction_type, i.clinical_effect, i.management_strategy FROM user_medications m1 "
    "JOIN user_medications m2 ON m2.user_id = m1.user_id AND m2.medication_id > m1.medication_id "
    "JOIN drug_interactions i ON (i.drug_a_id = m1.drug_id AND i.drug_b_id = m2.drug_id) "
    "OR (i.drug_a_id = m2.drug_id AND i.drug_b_id = m1.drug_id) "
    "WHERE m1.user_id = ?1 AND m1.status = 'active' AND m2.status = 'active'"};

/* ---- all of it: every rule with its tests, in the order in which the rules of a pair win ---- */

static void fill_rules(sqlite3 *db, const struct knowledge *k)
{
    uint32_t count = 0;
    const struct stored_rule *rules = knowledge_section(k, KNOWLEDGE_RULES, &count);
    const struct stored_test *tests = KNOWLEDGE_RECORDS(k, TESTS, struct stored_test);
    sqlite3_stmt *rule = sql_prepare(db, "INSERT INTO rules VALUES (?1, ?2, ?3, ?4, ?5)");
    sqlite3_stmt *test = sql_prepare(db, "INSERT INTO rule_tests VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    for (uint32_t i = 0; i < count; i++) {
        (void)sqlite3_bind_int64(rule, 1, i);
        (void)sqlite3_bind_int64(rule, 2, rules[i].severity);
        (void)sqlite3_bind_text(rule, 3, knowledge_text(k, rules[i].id), -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(rule, 4, knowledge_text(k, rules[i].effect), -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(rule, 5, knowledge_text(k, rules[i].management), -1, SQLITE_STATIC);
        run(rule);
        for (uint32_t t = rules[i].first_test; t < rules[i].first_test + rules[i].test_count; t++) {
            int64_t value = tests[t].mantissa; /* these tests compare whole numbers and halves: in thousandths */
            for (int scale = tests[t].scale; scale < 3; scale++) {
                value *= 10;
            }
            INSERT(test, i, tests[t].kind, tests[t].side, tests[t].compare, value, tests[t].ref);
        }
    }
    (void)sqlite3_finalize(rule);
    (void)sqlite3_finalize(test);
}

static void fill_cells(sqlite3 *db, const char *sql, const struct knowledge *k, const uint32_t *rows,
                       const struct stored_cell *cells)
{
    sqlite3_stmt *stmt = sql_prepare(db, sql);
    for (uint32_t row = 0; row < k->header->curated; row++) {
        for (uint32_t i = rows[row]; i < rows[row + 1]; i++) {
            const uint32_t *references = knowledge_cell_rules(k, &cells[i]);
            for (uint32_t n = 0; n < cells[i].count; n++) {
                INSERT(stmt, row, cells[i].other, n, references[n] >> 1, references[n] & 1);
            }
        }
    }
    (void)sqlite3_finalize(stmt);
}

static void fill_members(sqlite3 *db, const struct knowledge *k)
{
    uint32_t count = 0;
    const struct stored_duplicate *duplicates = knowledge_section(k, KNOWLEDGE_DUPLICATES, &count);
    sqlite3_stmt *member = sql_prepare(db, "INSERT INTO class_members VALUES (?1, ?2)");
    sqlite3_stmt *duplicate = sql_prepare(db, "INSERT INTO duplicates VALUES (?1, ?2, ?3, ?4, ?5)");
    for (uint32_t i = 0; i < k->header->curated; i++) {
        for (int c = 0; c < knowledge_class_count(k); c++) {
            if (knowledge_in_class(k, (uint16_t)i, (uint16_t)c)) {
                INSERT(member, i, c);
            }
        }
        for (uint32_t d = 0; d < count; d++) {
            if (knowledge_in_class(k, (uint16_t)i, duplicates[d].class_id)) {
                INSERT(duplicate, i, d, duplicates[d].rule, duplicates[d].allowed, duplicates[d].routes);
            }
        }
    }
    (void)sqlite3_finalize(member);
    (void)sqlite3_finalize(duplicate);
}

static void fill_allergies_and_ages(sqlite3 *db, const struct knowledge *k)
{
    const uint32_t *rows = KNOWLEDGE_RECORDS(k, ALLERGY_ROWS, uint32_t);
    const struct stored_allergy *cells = KNOWLEDGE_RECORDS(k, ALLERGY_CELLS, struct stored_allergy);
    const uint32_t *dose_rows = KNOWLEDGE_RECORDS(k, DOSE_ROWS, uint32_t);
    const struct stored_dose *doses = KNOWLEDGE_RECORDS(k, DOSES, struct stored_dose);
    uint32_t sources = (uint32_t)knowledge_group_count(k) + k->header->curated;
    sqlite3_stmt *allergy = sql_prepare(db, "INSERT INTO allergy_cells VALUES (?1, ?2, ?3, ?4, ?5)");
    sqlite3_stmt *age = sql_prepare(db, "INSERT INTO age_floors VALUES (?1, ?2, ?3, ?4)");
    for (uint32_t s = 0; s < sources; s++) {
        for (uint32_t i = rows[s]; i < rows[s + 1]; i++) {
            INSERT(allergy, s, cells[i].ingredient, cells[i].relation, cells[i].severity, cells[i].rule);
        }
    }
    for (uint32_t i = 0; i < k->header->curated; i++) {
        for (uint32_t d = dose_rows[i]; d < dose_rows[i + 1]; d++) {
            if (doses[d].age_floor_y.is_given) {
                INSERT(age, i, doses[d].routes, doses[d].age_floor_y.mantissa, doses[d].rule);
            }
        }
    }
    (void)sqlite3_finalize(allergy);
    (void)sqlite3_finalize(age);
}

static void fill_chart(sqlite3 *db, const struct knowledge *k, const struct check_request *r, int chart)
{
    const struct stored_condition *all = KNOWLEDGE_RECORDS(k, CONDITIONS, struct stored_condition);
    sqlite3_stmt *drug = sql_prepare(db, "INSERT INTO chart_drugs VALUES (?1, ?2, ?3, ?4)");
    sqlite3_stmt *allergy = sql_prepare(db, "INSERT INTO chart_allergies VALUES (?1, ?2, ?3)");
    sqlite3_stmt *condition = sql_prepare(db, "INSERT OR IGNORE INTO chart_conditions VALUES (?1, ?2)");
    sqlite3_stmt *patient = sql_prepare(db, "INSERT INTO patients VALUES (?1, 72000, 81000, 41000)");
    INSERT(patient, chart);
    for (int n = 0; n < r->input.drug_count; n++) {
        uint16_t id = r->drugs[n].identity.ingredients[0];
        INSERT(drug, chart, n, id, INT64_C(1) << knowledge_usual_route(k, id));
    }
    for (int n = 0; n < r->input.allergy_count; n++) {
        const struct allergen_identity *a = &r->allergies[n].identity;
        for (int j = 0; j < a->count && a->kind != ALLERGEN_CLASS; j++) {
            INSERT(allergy, chart, n, a->kind == ALLERGEN_GROUP ? a->ids[j] : knowledge_group_count(k) + a->ids[j]);
        }
    }
    INSERT(condition, chart, knowledge_condition_count(k) + STORED_STATE_RENAL);
    INSERT(condition, chart, knowledge_condition_count(k) + STORED_STATE_AGE);
    for (int n = 0; n < r->input.condition_count; n++) {
        for (int j = 0; j < r->input.conditions[n].identity.count; j++) {
            for (uint32_t c = 0; c < KNOWLEDGE_CONDITION_WORDS * 64; c++) {
                if (knowledge_bit(all[r->input.conditions[n].identity.groups[j]].implies, c)) {
                    INSERT(condition, chart, c);
                }
            }
        }
    }
    (void)sqlite3_finalize(drug);
    (void)sqlite3_finalize(allergy);
    (void)sqlite3_finalize(condition);
    (void)sqlite3_finalize(patient);
}

static void make_all(sqlite3 *db, const struct knowledge *k, const struct check_request *charts, int chart_count)
{
    sql_exec(db, "CREATE TABLE rules (rule INTEGER PRIMARY KEY, severity INTEGER, id TEXT, effect TEXT, management TEXT);"
                 "CREATE TABLE rule_tests (rule INTEGER, kind INTEGER, side INTEGER, compare INTEGER, value INTEGER, ref INTEGER);"
                 "CREATE TABLE pairs (low INTEGER, high INTEGER, place INTEGER, rule INTEGER, swapped INTEGER, "
                 "PRIMARY KEY (low, high, place)) WITHOUT ROWID;"
                 "CREATE TABLE subjects (ingredient INTEGER, condition INTEGER, place INTEGER, rule INTEGER, swapped INTEGER, "
                 "PRIMARY KEY (ingredient, condition, place)) WITHOUT ROWID;"
                 "CREATE TABLE class_members (ingredient INTEGER, class INTEGER, PRIMARY KEY (ingredient, class)) WITHOUT ROWID;"
                 "CREATE TABLE duplicates (ingredient INTEGER, duplicate INTEGER, rule INTEGER, allowed INTEGER, routes INTEGER, "
                 "PRIMARY KEY (ingredient, duplicate)) WITHOUT ROWID;"
                 "CREATE TABLE allergy_cells (source INTEGER, ingredient INTEGER, relation INTEGER, severity INTEGER, "
                 "rule INTEGER, PRIMARY KEY (source, ingredient)) WITHOUT ROWID;"
                 "CREATE TABLE age_floors (ingredient INTEGER, routes INTEGER, years INTEGER, rule INTEGER);"
                 "CREATE TABLE patients (chart INTEGER PRIMARY KEY, age INTEGER, weight INTEGER, egfr INTEGER);"
                 "CREATE TABLE chart_drugs (chart INTEGER, place INTEGER, ingredient INTEGER, route INTEGER, "
                 "PRIMARY KEY (chart, place)) WITHOUT ROWID;"
                 "CREATE TABLE chart_allergies (chart INTEGER, place INTEGER, source INTEGER, PRIMARY KEY (chart, place, source)) "
                 "WITHOUT ROWID;"
                 "CREATE TABLE chart_conditions (chart INTEGER, condition INTEGER, PRIMARY KEY (chart, condition)) WITHOUT ROWID;"
                 "BEGIN");
    fill_rules(db, k);
    fill_cells(db, "INSERT INTO pairs VALUES (?1, ?2, ?3, ?4, ?5)", k, KNOWLEDGE_RECORDS(k, PAIR_ROWS, uint32_t),
               KNOWLEDGE_RECORDS(k, PAIR_CELLS, struct stored_cell));
    fill_cells(db, "INSERT INTO subjects VALUES (?1, ?2, ?3, ?4, ?5)", k, KNOWLEDGE_RECORDS(k, SUBJECT_ROWS, uint32_t),
               KNOWLEDGE_RECORDS(k, SUBJECT_CELLS, struct stored_cell));
    fill_members(db, k);
    fill_allergies_and_ages(db, k);
    for (int c = 0; c < chart_count; c++) {
        fill_chart(db, k, &charts[c], c);
    }
    sql_exec(db, "COMMIT; CREATE INDEX rt ON rule_tests (rule); CREATE INDEX af ON age_floors (ingredient); ANALYZE");
}

/* Whether a test of the rule fails. Numbers: enum stored_test_kind (0 route, 2 age, 3 eGFR, 4 weight, 6 without, 7 with,
 * 8 condition) and enum stored_compare; doses and the sex are not known on these charts, so that such a rule cannot hold. */
#define VALUE_FAILS(value) \
    "CASE t.compare WHEN 0 THEN " value " >= t.value WHEN 1 THEN " value " > t.value WHEN 2 THEN " value " <= t.value ELSE " value \
    " < t.value END"
#define THIRD \
    "EXISTS (SELECT 1 FROM chart_drugs d WHERE d.chart = ?1 AND d.place NOT IN (p1, p2) AND CASE WHEN t.ref & 65536 THEN EXISTS " \
    "(SELECT 1 FROM class_members cm WHERE cm.ingredient = d.ingredient AND cm.class = t.ref & 65535) ELSE d.ingredient = t.ref END)"
#define NO_TEST_FAILS \
    "NOT EXISTS (SELECT 1 FROM rule_tests t WHERE t.rule = r.rule AND CASE t.kind WHEN 0 THEN NOT (t.ref & CASE WHEN t.side != " \
    "swapped THEN r2 ELSE r1 END) WHEN 2 THEN " VALUE_FAILS("p.age") " WHEN 3 THEN " VALUE_FAILS("p.egfr") " WHEN 4 THEN " \
    VALUE_FAILS("p.weight") " WHEN 6 THEN " THIRD " WHEN 7 THEN NOT " THIRD " WHEN 8 THEN NOT EXISTS (SELECT 1 FROM chart_conditions " \
    "cc WHERE cc.chart = ?1 AND cc.condition = t.ref) ELSE 1 END)"

static const char *const ALL[] = {
    "SELECT severity, id, effect, management, p1, p2, min(place) FROM (SELECT r.severity, r.id, r.effect, r.management, m1.place AS "
    "p1, m2.place AS p2, m1.route AS r1, m2.route AS r2, c.swapped, c.place, r.rule FROM chart_drugs m1 JOIN chart_drugs m2 ON "
    "m2.chart = m1.chart AND m2.ingredient > m1.ingredient JOIN pairs c ON c.low = m1.ingredient AND c.high = m2.ingredient JOIN "
    "rules r ON r.rule = c.rule WHERE m1.chart = ?1) r, patients p WHERE p.chart = ?1 AND " NO_TEST_FAILS
    " GROUP BY p1, p2 HAVING severity < 5 ORDER BY severity, id, p1, p2",
    "SELECT r.severity, r.id, r.effect, count(DISTINCT m.ingredient) FROM chart_drugs m JOIN duplicates d ON d.ingredient = "
    "m.ingredient AND d.routes & m.route JOIN rules r ON r.rule = d.rule WHERE m.chart = ?1 GROUP BY d.duplicate HAVING "
    "count(DISTINCT m.ingredient) > d.allowed + 1 ORDER BY r.severity, r.id",
    "SELECT m.place, a.place, min(c.relation), c.severity, r.id, r.effect FROM chart_drugs m JOIN chart_allergies a ON a.chart = "
    "m.chart JOIN allergy_cells c ON c.source = a.source AND c.ingredient = m.ingredient LEFT JOIN rules r ON r.rule = c.rule WHERE "
    "m.chart = ?1 GROUP BY m.place, a.place ORDER BY c.severity, r.id",
    "SELECT severity, id, effect, management, p1, condition, min(place) FROM (SELECT r.severity, r.id, r.effect, r.management, "
    "m.place AS p1, -1 AS p2, m.route AS r1, m.route AS r2, 0 AS swapped, c.place, c.condition, r.rule FROM chart_drugs m JOIN "
    "chart_conditions u ON u.chart = m.chart JOIN subjects c ON c.ingredient = m.ingredient AND c.condition = u.condition JOIN rules "
    "r ON r.rule = c.rule WHERE m.chart = ?1) r, patients p WHERE p.chart = ?1 AND " NO_TEST_FAILS
    " GROUP BY p1, condition HAVING severity < 5 ORDER BY severity, id, p1",
    "SELECT r.id, r.effect, m.place FROM chart_drugs m JOIN patients p ON p.chart = m.chart JOIN age_floors a ON a.ingredient = "
    "m.ingredient AND a.routes & m.route AND p.age < a.years * 1000 JOIN rules r ON r.rule = a.rule WHERE m.chart = ?1",
};

/* ---- measuring ---- */

enum { QUERIES_MAX = 8 };

static int64_t measure(sqlite3 *db, const char *const *queries, int query_count, int chart_count, long *out_rows)
{
    struct timings times = {0};
    sqlite3_stmt *stmts[QUERIES_MAX];
    *out_rows = 0;
    for (int q = 0; q < query_count; q++) {
        stmts[q] = sql_prepare(db, queries[q]);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < chart_count; i++) {
            int64_t started = bench_now_ns();
            for (int q = 0; q < query_count; q++) {
                (void)sqlite3_bind_int(stmts[q], 1, i);
                while (sqlite3_step(stmts[q]) == SQLITE_ROW) {
                    *out_rows += round == 0;
                }
                (void)sqlite3_reset(stmts[q]);
            }
            timings_add(&times, bench_now_ns() - started);
        }
    }
    int64_t median = timings_at(&times, 0.5);
    for (int q = 0; q < query_count; q++) {
        (void)sqlite3_finalize(stmts[q]);
    }
    timings_release(&times);
    return median;
}

static void compare_at(sqlite3 *db, const char *where, const struct knowledge *k, const struct check_request *charts, int chart_count,
                       const struct our_times *ours)
{
    long pair_rows = 0, all_rows = 0;
    make_blueprint(db, k, charts, chart_count);
    make_all(db, k, charts, chart_count);
    int64_t join = measure(db, SELF_JOIN, 1, chart_count, &pair_rows);
    int64_t all = measure(db, ALL, sizeof ALL / sizeof *ALL, chart_count, &all_rows);
    printf("by SQL, %s: the blueprint's self-join of the pairs alone %.1f us (%ld rows): %.0f times ours for the drugs alone (%ld findings), "
           "%.0f times ours for all checks; all that the engine does %.1f us (%ld rows, ours %ld findings): %.0f times ours\n",
           where, (double)join / 1e3, pair_rows, (double)join / (double)ours->pairs_ns, ours->pairs_findings,
           (double)join / (double)ours->all_ns, (double)all / 1e3, all_rows, ours->all_findings, (double)all / (double)ours->all_ns);
}

static void compare_plain(const char *path, const char *where, const struct knowledge *k, const struct check_request *charts,
                          int chart_count, const struct our_times *ours)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK) {
        fatal("no plain database");
    }
    sql_exec(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000");
    compare_at(db, where, k, charts, chart_count, ours);
    (void)sqlite3_close(db);
}

/* Where the blueprint's tables would stand: in the site's sealed file, as a session reads it. */
static void compare_sealed(const char *path, const struct knowledge *k, const struct check_request *charts, int chart_count,
                           const struct our_times *ours)
{
    struct error err = ERROR_INIT;
    struct sealed_db db;
    struct secret key;
    secret_init_random(&key, SECRET_KEY_BYTES);
    const struct sealed_options options = {.path = path, .key = &key, .epoch = 1};
    if (sealed_create(&options, &err) != STATUS_OK || sealed_open(&options, &db, &err) != STATUS_OK) {
        fatal("%s", error_text(&err));
    }
    compare_at(db.handle, "in the sealed file of a site", k, charts, chart_count, ours);
    sealed_close(&db);
    secret_release(&key);
}

void compare_with_sql(const struct knowledge *k, const struct check_request *charts, int chart_count, const struct our_times *ours)
{
    char *folder = folder_new();
    char *plain = folder_path(folder, "plain.db"), *sealed = folder_path(folder, "sealed.db");
    compare_plain(":memory:", "plain SQLite in memory", k, charts, chart_count, ours);
    compare_plain(plain, "plain SQLite in a file, a session's 16 MB of page cache", k, charts, chart_count, ours);
    compare_sealed(sealed, k, charts, chart_count, ours);
    mem_free(plain);
    mem_free(sealed);
    folder_remove(folder);
}
