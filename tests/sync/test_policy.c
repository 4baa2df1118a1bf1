/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every table that devices change, column by column, through two terminals that change it at once (sync.md 7.11): both ends and
 * the centre show the same afterwards, the value that the policy wants is in force, and the other one is kept as a conflict
 * that both terminals have (I1, I4). The policies are written down here once more, by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/registry.h"
#include "store/change.h"
#include "store/schema_info.h"
#include "support/terminal.h"
#include "sync/desks.h"
#include "sync/sync_test.h"
#include "sync/synced.h"

enum rule { NEWEST, FIRST_STAYS, MOST_SEVERE, SKIPPED };

/* What is not the newest value's. Column "*": every other column of the table. */
static const struct {
    const char *table, *column;
    enum rule rule;
} POLICY[] = {
    {"user_profiles", "first_name", FIRST_STAYS}, {"user_profiles", "last_name", FIRST_STAYS}, {"user_profiles", "address", FIRST_STAYS},
    {"user_profiles", "date_of_birth", FIRST_STAYS}, {"user_profiles", "gender", FIRST_STAYS}, {"user_profiles", "allergy_status", FIRST_STAYS},
    {"user_profiles", "allergy_status_at", FIRST_STAYS}, {"user_profiles", "allergy_status_reason", FIRST_STAYS},
    {"users", "*", SKIPPED}, /* accounts: their own cases */
    {"user_allergies", "allergen_name", FIRST_STAYS}, {"user_allergies", "allergen_type", FIRST_STAYS},
    {"user_allergies", "allergen_key", FIRST_STAYS}, {"user_allergies", "code_system", FIRST_STAYS}, {"user_allergies", "code", FIRST_STAYS},
    {"user_allergies", "state", FIRST_STAYS}, {"user_allergies", "kind", FIRST_STAYS}, {"user_allergies", "deleted_at", FIRST_STAYS},
    {"user_allergies", "reaction_severity", MOST_SEVERE},
    {"user_medical_conditions", "condition_name", FIRST_STAYS}, {"user_medical_conditions", "condition_code", FIRST_STAYS},
    {"user_medical_conditions", "code_system", FIRST_STAYS}, {"user_medical_conditions", "status", FIRST_STAYS},
    {"user_medical_conditions", "deleted_at", FIRST_STAYS}, {"user_medical_conditions", "severity", MOST_SEVERE},
    {"patient_identifiers", "deleted_at", FIRST_STAYS},
    {"fills", "*", FIRST_STAYS}, {"user_medications", "*", FIRST_STAYS}, {"medication_schedules", "*", FIRST_STAYS}, {"user_insurance", "*", FIRST_STAYS},
    {"drug_codes", "*", FIRST_STAYS}, {"lifestyle_goals", "target_value", FIRST_STAYS}, {"lifestyle_goals", "target_unit", FIRST_STAYS},
    {"order_signatures", "signed_at", FIRST_STAYS}, {"reconciliations", "*", FIRST_STAYS}, {"reconciliation_sources", "*", FIRST_STAYS},
    {"reconciliation_lines", "*", FIRST_STAYS}, {"reconciliation_items", "*", FIRST_STAYS}, {"reconciliation_discrepancies", "*", FIRST_STAYS},
    {"user_provider_relationships", "status", SKIPPED},
};

static struct centre *centre;
static struct terminal *a, *b;
static struct uid grace, ada;

static void start(void)
{
    if (desks_open(&centre, &a, &b)) {
        grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace"});
        ada = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Mensah", .first = "Ada"});
        clinic_add_order(a->clinic, grace, "lisinopril 10 mg tab 1 tab daily");
        terminal_sync(a);
        terminal_sync(b);
    }
}

static void stop(void)
{
    desks_close(centre, a, b);
}

TestSuite(policy, .init = start, .fini = stop);

static enum rule rule_of(const char *table, const char *column)
{
    enum rule rule = NEWEST;
    for (size_t i = 0; i < sizeof POLICY / sizeof *POLICY; i++) {
        if (strcmp(POLICY[i].table, table) == 0 && strcmp(POLICY[i].column, "*") == 0) {
            rule = POLICY[i].rule;
        }
    }
    for (size_t i = 0; i < sizeof POLICY / sizeof *POLICY; i++) {
        rule = strcmp(POLICY[i].table, table) == 0 && strcmp(POLICY[i].column, column) == 0 ? POLICY[i].rule : rule;
    }
    return rule;
}

static bool is_changed_by_devices(const struct table_info *table)
{
    return table_is_pushed(table) && table->merge != MERGE_APPEND_ONLY && strcmp(table->name, "users") != 0 &&
           strcmp(table->name, "staff_members") != 0 && /* both test terminals have staff of the same names: a row stays on its own */
           strcmp(table->name, "sync_conflicts") != 0;
}

static void uid_hex(struct uid id, char out[33])
{
    for (int i = 0; i < 16; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", id.bytes[i]); /* fits */
    }
}

static struct uid first_key(const char *table, const char *key)
{
    struct uid id = UID_NONE;
    char *sql = mem_format("SELECT lower(hex(%s)) FROM %s ORDER BY %s LIMIT 1", key, table, key), *hex = terminal_text(a, sql);
    for (size_t i = 0; i < 16 && strlen(hex) == 32; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        id.bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    mem_free(sql);
    mem_free(hex);
    return id;
}

/* A value of the column's type; which: 0 as it is first, 1 on a, 2 on b. Text is kept in `texts`. */
static struct cell value_of(const struct column_info *column, const struct schema_table *info, int which)
{
    static const char *const dates[] = {"2001-01-01", "2001-01-02", "2001-01-03"}, *const times[] = {"07:00", "08:00", "09:00"},
                             *const amounts[] = {"1.5", "2.5", "3.5"}, *const json[] = {"{\"a\":0}", "{\"a\":1}", "{\"a\":2}"},
                             *const words[] = {"first", "of a", "of b"};
    switch (column->type) {
    case COLUMN_ID:
        for (size_t i = 0; strcmp(column->name, "other_id") != 0 && i < info->references.len; i++) {
            if (strcmp(info->references.items[i].column, column->name) == 0) {
                const struct table_info *to = table_find(info->references.items[i].table);
                struct uid there = strcmp(column->name, "user_id") == 0 ? grace : first_key(to->name, to->key);
                return CELL_ID(column->name, uid_is_none(there) ? ((struct uid){{5, 5, 5}}) : there);
            }
        }
        return CELL_ID(column->name, strcmp(column->name, "user_id") == 0    ? grace
                                     : strcmp(column->name, "other_id") == 0 ? ada /* who has to be in the scope, too */
                                                                             : ((struct uid){{5, 5, 5}}));
    case COLUMN_DATE:
        return CELL_TEXT(column->name, dates[which]);
    case COLUMN_TIME:
        return CELL_TEXT(column->name, times[which]);
    case COLUMN_DECIMAL:
        return CELL_TEXT(column->name, amounts[which]);
    case COLUMN_JSON:
        return CELL_TEXT(column->name, json[which]);
    case COLUMN_ENUM: {
        const struct enum_list *list = enum_list(column->enum_kind);
        return CELL_TEXT(column->name, list->words[which + 1 <= list->count ? which + 1 : list->count]);
    }
    case COLUMN_INTEGER:
    case COLUMN_INSTANT:
        return CELL_INT(column->name, 1700000000000000 + which);
    case COLUMN_BOOL:
        return CELL_INT(column->name, which == 1);
    case COLUMN_BYTES:
        return (struct cell){.column = column->name, .kind = CELL_KIND_BYTES, .bytes = words[which], .len = 4};
    case COLUMN_TEXT:
        break;
    }
    return CELL_TEXT(column->name, words[which]);
}

static bool is_contested(const struct table_info *table, const struct column_info *column)
{
    bool is_small_list = column->type == COLUMN_ENUM && enum_list(column->enum_kind)->count < 3;
    return strcmp(column->name, table->key) != 0 && strcmp(column->name, "ver") != 0 && column->type != COLUMN_ID && column->type != COLUMN_BOOL &&
           column->type != COLUMN_BYTES && !is_small_list && strcmp(column->name, "refills_remaining") != 0 &&
           (strcmp(column->name, "deleted_at") != 0) && rule_of(table->name, column->name) != SKIPPED;
}

static void write_cells(struct terminal *t, const struct table_info *table, struct uid key, struct uid user, const struct cell *cells, size_t count,
                        bool is_new, int seconds)
{
    struct error err = ERROR_INIT;
    char hex[33];
    uid_hex(key, hex);
    char *sql = mem_format("SELECT ver FROM %s WHERE %s = x'%s'", table->name, table->key, hex);
    t->clinic->clock.fixed_us = CLINIC_START_US + seconds * US_PER_SECOND;
    cr_assert_eq(store_begin(t->mirror, &err), STATUS_OK, "%s", error_text(&err));
    enum status status = is_new ? change_insert(t->mirror, table->name, key, user, cells, count, NULL, &err)
                                : change_update(t->mirror, table->name, key, user, (int32_t)terminal_number(t, sql), cells, count, NULL, NULL, &err);
    cr_assert_eq(status, STATUS_OK, "%s: %s", table->name, error_text(&err));
    cr_assert_eq(store_commit(t->mirror, &err), STATUS_OK, "%s", error_text(&err));
    mem_free(sql);
}

/* A row of the table that both terminals hold. */
static struct uid some_row(const struct table_info *table, const struct schema_table *info, struct uid *out_user)
{
    struct cell cells[64];
    size_t count = 0;
    *out_user = table_owner(table) == OWNER_PERSON ? grace : UID_NONE;
    struct uid key = first_key(table->name, table->key);
    if (!uid_is_none(key)) {
        return key;
    }
    key = uid_new(&a->clinic->clock);
    for (int i = 0; i < table->column_count; i++) {
        const struct column_info *column = &table->columns[i];
        const struct schema_column *known = schema_table_column(info, column->name);
        bool is_needed = known != NULL && known->not_null && known->fallback == NULL;
        if (strcmp(column->name, table->key) != 0 && (is_needed || is_contested(table, column))) {
            cells[count++] = value_of(column, info, 0);
        }
    }
    write_cells(a, table, key, *out_user, cells, count, true, 0);
    return key;
}

static char *at(struct terminal *t, const struct table_info *table, const char *column, const char *hex)
{
    char *sql = mem_format("SELECT %s FROM %s WHERE %s = x'%s'", column, table->name, table->key, hex), *text = terminal_text(t, sql);
    mem_free(sql);
    return text;
}

static int rank(const char *word)
{
    static const char *const words[] = {"mild", "moderate", "severe", "life_threatening"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    return -1;
}

/* on_a, on_b: as they are stored. a sent first; a_is_newer: its clock was later. */
static void expect(const struct table_info *table, const struct column_info *column, const char *hex, const char *on_a, const char *on_b,
                   bool a_is_newer)
{
    enum rule rule = rule_of(table->name, column->name);
    bool a_wins = rule == NEWEST ? a_is_newer : rule == FIRST_STAYS || rank(on_a) >= rank(on_b);
    char *here = at(a, table, column->name, hex), *there = at(b, table, column->name, hex);
    cr_expect_str_eq(here, there, "%s.%s: terminals differ", table->name, column->name);
    cr_expect_str_eq(here, a_wins ? on_a : on_b, "%s.%s (a is %s): %s is in force", table->name, column->name, a_is_newer ? "newer" : "older", here);
    char *sql = mem_format("SELECT count(*) FROM sync_conflicts WHERE table_name = '%s' AND row_id = x'%s' AND CAST(json_extract(lost_values, '$.%s') AS "
                           "TEXT) = '%s'", table->name, hex, column->name, a_wins ? on_b : on_a);
    cr_expect_geq(terminal_number(a, sql), 1, "%s.%s: the value that lost is not told on a", table->name, column->name);
    cr_expect_geq(terminal_number(b, sql), 1, "%s.%s: the value that lost is not told on b", table->name, column->name);
    mem_free(sql);
    mem_free(here);
    mem_free(there);
}

static void contest(bool a_is_newer)
{
    struct schema_info schema;
    struct error err = ERROR_INIT;
    struct uid keys[256];
    int contested = 0;
    cr_assert_eq(schema_info_read(&schema, &err), STATUS_OK, "%s", error_text(&err));
    for (int i = 0; i < TABLES_COUNT; i++) {
        struct uid user;
        if (is_changed_by_devices(TABLES[i])) {
            keys[i] = some_row(TABLES[i], schema_info_table(&schema, TABLES[i]->name), &user);
        }
    }
    desks_sync(a, b);
    char *refused = terminal_text(a, "SELECT group_concat(table_name || ': ' || problem, '; ') FROM outbox WHERE state = 2");
    cr_assert_str_eq(refused, "", "the rows themselves were not taken: %s", refused);
    mem_free(refused);
    for (int which = 1; which <= 2; which++) {
        for (int i = 0; i < TABLES_COUNT; i++) {
            const struct table_info *table = TABLES[i];
            struct cell cells[64];
            size_t count = 0;
            for (int c = 0; is_changed_by_devices(table) && c < table->column_count; c++) {
                if (is_contested(table, &table->columns[c])) {
                    cells[count++] = value_of(&table->columns[c], schema_info_table(&schema, table->name), which);
                }
            }
            if (count > 0) {
                write_cells(which == 1 ? a : b, table, keys[i], table_owner(table) == OWNER_PERSON ? grace : UID_NONE, cells, count, false,
                            (which == 1) == a_is_newer ? 200 : 100);
            }
        }
    }
    char *on_a[256][64] = {{NULL}}, *on_b[256][64] = {{NULL}}, hex[33];
    for (int i = 0; i < TABLES_COUNT; i++) {
        for (int c = 0; is_changed_by_devices(TABLES[i]) && c < TABLES[i]->column_count; c++) {
            uid_hex(keys[i], hex);
            on_a[i][c] = at(a, TABLES[i], TABLES[i]->columns[c].name, hex);
            on_b[i][c] = at(b, TABLES[i], TABLES[i]->columns[c].name, hex);
        }
    }
    desks_sync(a, b);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 2"), 0);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM outbox WHERE state = 2"), 0);
    for (int i = 0; i < TABLES_COUNT; i++) {
        for (int c = 0; is_changed_by_devices(TABLES[i]) && c < TABLES[i]->column_count; c++) {
            if (is_contested(TABLES[i], &TABLES[i]->columns[c]) && strcmp(on_a[i][c], on_b[i][c]) != 0) {
                uid_hex(keys[i], hex);
                expect(TABLES[i], &TABLES[i]->columns[c], hex, on_a[i][c], on_b[i][c], a_is_newer);
                contested++;
            }
            mem_free(on_a[i][c]);
            mem_free(on_b[i][c]);
        }
    }
    cr_expect_geq(contested, 100, "only %d columns were contested", contested);
    schema_info_release(&schema);
}

Test(policy, holds_for_every_column_when_the_second_is_newer)
{
    NEEDS_POSTGRES();
    contest(false);
}

Test(policy, holds_for_every_column_when_the_second_is_older)
{
    NEEDS_POSTGRES();
    contest(true);
}

/* The danger itself: one device changes the number, the other the unit. */
Test(policy, never_puts_the_number_of_one_beside_the_unit_of_another)
{
    NEEDS_POSTGRES();
    const struct table_info *goals = table_find("lifestyle_goals");
    struct uid key = uid_new(&a->clinic->clock);
    char hex[33];
    const struct cell first[] = {CELL_TEXT("goal_type", "weight"), CELL_TEXT("goal_name", "weight"), CELL_TEXT("target_value", "10"),
                                 CELL_TEXT("target_unit", "mg"), CELL_TEXT("status", "active"), CELL_TEXT("start_date", "2026-01-01")};
    const struct cell number[] = {CELL_TEXT("target_value", "500")}, unit[] = {CELL_TEXT("target_unit", "g")};
    write_cells(a, goals, key, grace, first, sizeof first / sizeof *first, true, 0);
    desks_sync(a, b);
    write_cells(a, goals, key, grace, number, 1, false, 100);
    write_cells(b, goals, key, grace, unit, 1, false, 200);
    desks_sync(a, b);
    uid_hex(key, hex);
    struct terminal *const both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        char *value = at(both[i], goals, "target_value || ' ' || target_unit", hex);
        cr_expect_str_eq(value, "500 mg");
        mem_free(value);
        cr_expect_eq(terminal_number(both[i], "SELECT count(*) FROM sync_conflicts WHERE table_name = 'lifestyle_goals' AND needs_review"), 1);
    }
}

/* b switches a way of being told off and on again without having heard that a switched it off: nobody is told against their will. */
static void opt_out(bool a_is_first, bool a_is_newer)
{
    const struct table_info *wishes = table_find("notification_preferences");
    struct schema_info schema;
    struct error err = ERROR_INIT;
    struct uid user;
    char hex[33];
    const struct cell off[] = {CELL_INT("email_notifications", 0)}, on[] = {CELL_INT("email_notifications", 1)};
    cr_assert_eq(schema_info_read(&schema, &err), STATUS_OK, "%s", error_text(&err));
    struct uid key = some_row(wishes, schema_info_table(&schema, wishes->name), &user);
    schema_info_release(&schema);
    desks_sync(a, b);
    write_cells(a, wishes, key, grace, off, 1, false, 10);
    desks_sync(a, b);
    write_cells(a, wishes, key, grace, on, 1, false, 20);
    desks_sync(a, b);
    int64_t before = terminal_number(a, "SELECT count(*) FROM sync_conflicts WHERE outcome = 'opt_out_wins'");
    write_cells(a, wishes, key, grace, off, 1, false, a_is_newer ? 200 : 100);
    write_cells(b, wishes, key, grace, off, 1, false, a_is_newer ? 110 : 210);
    write_cells(b, wishes, key, grace, on, 1, false, a_is_newer ? 120 : 220);
    terminal_sync(a_is_first ? a : b);
    desks_sync(a, b);
    desks_sync(a, b);
    uid_hex(key, hex);
    struct terminal *const both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        char *wish = at(both[i], wishes, "email_notifications", hex);
        cr_expect_str_eq(wish, "0", "terminal %d, a %s, a %s", i, a_is_first ? "first" : "second", a_is_newer ? "newer" : "older");
        mem_free(wish);
        cr_expect_geq(terminal_number(both[i], "SELECT count(*) FROM sync_conflicts WHERE outcome = 'opt_out_wins'"), before + 1, "terminal %d is told", i);
    }
}

Test(policy, an_opt_out_wins_whoever_was_later)
{
    NEEDS_POSTGRES();
    for (int i = 0; i < 4; i++) {
        opt_out(i % 2 == 0, i / 2 == 0);
    }
}

/* b changes a note, which loses nothing and wins nothing, and then takes the allergy away without having seen that it became worse:
 * its own first change must not look as if it had seen the other's. */
Test(policy, a_second_change_does_not_claim_to_have_seen_what_the_first_had_not)
{
    NEEDS_POSTGRES();
    const struct table_info *allergies = table_find("user_allergies");
    clinic_add_allergy(a->clinic, grace, "penicillin", "rash", REACTION_SEVERITY_MILD);
    desks_sync(a, b);
    struct uid key = first_key("user_allergies", "allergy_id");
    char hex[33];
    const struct cell worse[] = {CELL_TEXT("reaction_severity", "severe")}, same[] = {CELL_TEXT("reaction_severity", "mild")},
                      refuted[] = {CELL_TEXT("state", "refuted")};
    write_cells(a, allergies, key, grace, worse, 1, false, 100);
    write_cells(b, allergies, key, grace, same, 1, false, 110);
    write_cells(b, allergies, key, grace, refuted, 1, false, 120);
    desks_sync(a, b);
    uid_hex(key, hex);
    struct terminal *const both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        char *state = at(both[i], allergies, "state || ' ' || reaction_severity", hex);
        cr_expect_str_eq(state, "active severe");
        mem_free(state);
        cr_expect_eq(terminal_number(both[i], "SELECT count(*) FROM sync_conflicts WHERE outcome = 'kept_needs_latest' AND needs_review"), 1);
    }
}
