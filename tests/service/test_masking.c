/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of many patients say of a closed record that something is there, and nothing of what it holds: each list is looked at
 * before the record is closed, when it says the secret, and after, when it must not. (Doses, tasks, find, hand-over and
 * verification: test_emergencies.c.) */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "model/order_line.h"
#include "service/conflicts.h"
#include "service/knowledge_sets.h"
#include "service/order_signing.h"
#include "service/orders.h"
#include "service/reconciliation_report.h"
#include "service/restrictions.h"
#include "store/store_private.h"
#include "support/counter.h"

static struct counter k;
static struct error err;

static void start(void)
{
    err = (struct error)ERROR_INIT;
    k = counter_new();
}

static void stop(void)
{
    clinic_free(k.c);
}

TestSuite(masking, .init = start, .fini = stop);

static void close_record(void)
{
    clinic_prove(k.c, CLINIC_PRIVACY_OFFICER);
    cr_assert_eq(patient_restrict(clinic_actor(k.c, CLINIC_PRIVACY_OFFICER), k.patient, RESTRICTION_RULE_STAFF,
                                  (const char *const[]){NULL}, &err), STATUS_OK, "%s", error_text(&err));
}

/* How often the texts of a row say what only the record should say. */
static int tells(const char *const *texts)
{
    static const char *const SECRETS[] = {"metformin", "loratadine", "morphine", "zolpidem", "M100"};
    int count = 0;
    for (; *texts != NULL; texts++) {
        for (size_t i = 0; i < sizeof SECRETS / sizeof *SECRETS; i++) {
            count += strstr(*texts, SECRETS[i]) != NULL;
        }
    }
    return count;
}

static void exec(const char *sql, struct uid id)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = k.c->site->store->db.handle;
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    (void)sqlite3_bind_blob(stmt, 1, k.patient.bytes, sizeof k.patient.bytes, SQLITE_STATIC);
    (void)sqlite3_bind_blob(stmt, 2, id.bytes, sizeof id.bytes, SQLITE_STATIC);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_DONE, "%s", sqlite3_errmsg(db));
    (void)sqlite3_finalize(stmt); /* repeats the step's result */
}

static int lot_tells(void)
{
    struct fill_rows rows = {0};
    int count = 0;
    cr_assert_eq(lot_holders(clinic_actor(k.c, CLINIC_TECHNICIAN), "M100", &rows, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_geq(rows.len, 1u, "who has the lot must be called, closed record or not");
    for (size_t i = 0; i < rows.len; i++) {
        cr_expect_str_eq(rows.items[i].patient_name, "OKAFOR, Grace");
        count += tells((const char *const[]){rows.items[i].drug, rows.items[i].number, NULL});
    }
    fill_rows_release(&rows);
    return count;
}

Test(masking, who_has_a_lot_is_told_and_not_of_which_medicine)
{
    (void)counter_dispense(&k, counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r0"), COUNTER_METFORMIN, 60);
    cr_assert_geq(lot_tells(), 1, "the list says nothing at all");
    close_record();
    cr_expect_eq(lot_tells(), 0);
}

static int signature_tells(void)
{
    struct unsigned_list list = {0};
    int count = 0;
    cr_assert_eq(unsigned_list_get(clinic_actor(k.c, CLINIC_PRESCRIBER), &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1, "what is to be signed stays on the list");
    count += tells((const char *const[]){list.items[0].drug, list.items[0].directions, list.items[0].reason, NULL});
    unsigned_list_release(&list);
    return count;
}

Test(masking, an_order_to_sign_waits_without_its_words)
{
    struct order_line line;
    struct proposal *p = NULL;
    struct uid id;
    char name[] = "the prescriber";
    cr_assert_eq(order_line_parse("loratadine 10 mg tab 1 tab daily", &(struct order_line_options){0}, &line, &err), STATUS_OK);
    struct order order = {.drug_text = line.drug, .sig = line.sig, .source = ORDER_SOURCE_TELEPHONE, .prescriber_name = name,
                          .relay = {clinic_user(k.c, CLINIC_PRESCRIBER), clock_now_us(&k.c->clock), true}};
    cr_assert_eq(order_propose(clinic_actor(k.c, CLINIC_NURSE), k.patient, &order, &p, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(order_save(clinic_actor(k.c, CLINIC_NURSE), p, NULL, 0, NULL, &id, &err), STATUS_OK, "%s", error_text(&err));
    proposal_free(p);
    cr_assert_geq(signature_tells(), 1, "the list says nothing at all");
    close_record();
    cr_expect_eq(signature_tells(), 0);
}

static int deferral_tells(void)
{
    struct reconcile_open_lines lines = {0};
    cr_assert_eq(reconcile_open_lines_get(clinic_actor(k.c, CLINIC_NURSE), &lines, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(lines.len, 1, "what was put off stays on the list");
    int count = tells((const char *const[]){lines.items[0].text, lines.items[0].words, NULL});
    reconcile_open_lines_release(&lines);
    return count;
}

Test(masking, what_was_put_off_is_counted_and_not_named)
{
    const struct uid session = uid_new(&k.c->clock);
    exec("INSERT INTO reconciliations (reconciliation_id, user_id, transition, state, started_at, due_at) VALUES (?2, ?1, 'admission', "
         "'comparing', 1, 2)", session);
    exec("INSERT INTO reconciliation_items (item_id, reconciliation_id, user_id, kind, tier, action, words, due_on) VALUES "
         "(randomblob(16), ?2, ?1, 'medication', 'none', 'defer', 'asks her son about the zolpidem', '2026-12-01')", session);
    cr_assert_geq(deferral_tells(), 1, "the list says nothing at all");
    close_record();
    cr_expect_eq(deferral_tells(), 0);
}

static int conflict_tells(void)
{
    struct conflict_list list = {0};
    struct buffer words = BUFFER_INIT;
    cr_assert_eq(conflicts_list(clinic_actor(k.c, CLINIC_NURSE), false, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1, "that two values differ is seen");
    conflict_describe(&list.items[0], &words);
    int count = tells((const char *const[]){list.items[0].base, list.items[0].kept, list.items[0].lost,
                                            words.bytes != NULL ? words.bytes : "", NULL});
    buffer_release(&words);
    conflict_list_release(&list);
    return count;
}

Test(masking, that_two_values_differ_is_seen_and_not_which)
{
    exec("INSERT INTO sync_conflicts (conflict_id, user_id, table_name, row_id, column_group, base_values, kept_values, lost_values, "
         "outcome, needs_review, found_at) VALUES (?2, ?1, 'user_allergies', randomblob(16), 'allergen', NULL, "
         "'{\"allergen_name\":\"morphine\"}', '{\"allergen_name\":\"zolpidem\"}', 'newer_wins', 1, 5)", uid_new(&k.c->clock));
    cr_assert_geq(conflict_tells(), 2, "the list says nothing at all");
    close_record();
    cr_expect_eq(conflict_tells(), 0);
}

static int knowledge_tells(void)
{
    struct affected_list list = {0};
    int64_t count = 0;
    cr_assert_eq(knowledge_affected(clinic_actor(k.c, CLINIC_PHARMACIST), 10, &list, &count, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1, "that new knowledge touches the chart is seen");
    int told = tells((const char *const[]){list.items[0].changes, NULL});
    affected_list_release(&list);
    return told;
}

Test(masking, that_new_knowledge_touches_a_chart_is_seen_and_not_how)
{
    char changes[] = "{\"gained\":[\"morphine x zolpidem\"],\"lost\":[]}", from[] = "1", to[] = "2";
    const struct affected row = {.patient = k.patient, .from_version = from, .to_version = to, .worst = INTERACTION_TYPE_MAJOR,
                                 .changes = changes, .found_us = clock_now_us(&k.c->clock)};
    cr_assert_eq(store_begin(k.c->site->store, &err), STATUS_OK);
    cr_assert_eq(affected_put(k.c->site->store, &row, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(store_commit(k.c->site->store, &err), STATUS_OK);
    cr_assert_geq(knowledge_tells(), 1, "the list says nothing at all");
    close_record();
    cr_expect_eq(knowledge_tells(), 0);
}
