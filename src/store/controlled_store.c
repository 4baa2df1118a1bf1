/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/controlled_store.h"

#include "base/memory.h"
#include "store/change.h"
#include "store/statement.h"

#define NAME(person) "coalesce(substr(" person ".first_name, 1, 1) || '. ' || " person ".last_name, '') "
#define ENTRY                                                                                                        \
    "SELECT e.entry_id, e.user_id, e.medication_id, e.removal_id, e.kind, e.drug_text, e.amount, e.unit, "           \
    "e.dose_event_id, e.method, e.reason, e.note, e.actor_id, e.witness_id, e.is_witness_local, e.occurred_at, "     \
    "e.recorded_at, " NAME("a") ", " NAME("w")                                                                       \
    "FROM controlled_entries e LEFT JOIN user_profiles a ON a.user_id = e.actor_id "                                 \
    "LEFT JOIN user_profiles w ON w.user_id = e.witness_id "
#define COUNT                                                                                                        \
    "SELECT c.count_id, c.kind, c.drug_text, c.amount, c.unit, c.expected, c.explains_id, c.note, c.actor_id, "      \
    "c.witness_id, c.recorded_at, " NAME("a") ", " NAME("w")                                                         \
    "FROM controlled_counts c LEFT JOIN user_profiles a ON a.user_id = c.actor_id "                                  \
    "LEFT JOIN user_profiles w ON w.user_id = c.witness_id "

enum { REMOVAL, OPEN, DRUG, DOSE, LAST_OF, COUNTS, DRUGS, UNWITNESSED };
static const struct statement statements[] = {
    [REMOVAL] = {"controlled.removal", ENTRY "WHERE e.removal_id = ?1 ORDER BY e.recorded_at, e.entry_id"},
    [OPEN] = {"controlled.open",
              ENTRY "WHERE e.kind = 'removed' AND e.recorded_at >= ?1 AND (SELECT l.kind FROM controlled_entries l "
                    "WHERE l.removal_id = e.removal_id ORDER BY l.recorded_at DESC, l.entry_id DESC LIMIT 1) <> 'settled' "
                    "ORDER BY e.recorded_at, e.entry_id"},
    [DRUG] = {"controlled.drug", ENTRY "WHERE e.drug_text = ?1 AND e.recorded_at > ?2 ORDER BY e.recorded_at, e.entry_id"},
    [DOSE] = {"controlled.dose", ENTRY "WHERE e.dose_event_id = ?1 ORDER BY e.recorded_at, e.entry_id"},
    [LAST_OF] = {"controlled.last_of", "SELECT recorded_at FROM controlled_entries WHERE user_id = ?1 ORDER BY recorded_at DESC LIMIT 1"},
    [COUNTS] = {"controlled.counts", COUNT "WHERE c.drug_text = ?1 ORDER BY c.recorded_at DESC, c.count_id DESC LIMIT ?2"},
    [DRUGS] = {"controlled.drugs", "SELECT DISTINCT drug_text FROM controlled_entries UNION "
                                   "SELECT DISTINCT drug_text FROM controlled_counts ORDER BY 1"},
    [UNWITNESSED] = {"controlled.unwitnessed",
                     ENTRY "JOIN users u ON u.user_id = e.witness_id "
                           "WHERE e.is_witness_local = 1 AND e.recorded_at >= ?1 AND e.kind IN ('wasted', 'discarded', 'returned') "
                           "AND u.account_status = 'disabled' AND u.updated_at <= e.recorded_at "
                           "AND NOT EXISTS (SELECT 1 FROM controlled_entries o WHERE o.removal_id = e.removal_id AND o.kind = e.kind "
                           "AND o.note = ?2 || hex(e.entry_id)) ORDER BY e.recorded_at, e.entry_id"},
};
const struct statement_list CONTROLLED_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void controlled_entry_release(struct controlled_entry *entry)
{
    mem_free(entry->drug);
    mem_free(entry->note);
    mem_free(entry->actor_name);
    mem_free(entry->witness_name);
    *entry = (struct controlled_entry){0};
}

void controlled_entry_list_release(struct controlled_entry_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        controlled_entry_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct controlled_entry_list){0};
}

void controlled_count_list_release(struct controlled_count_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].drug);
        mem_free(list->items[i].note);
        mem_free(list->items[i].actor_name);
        mem_free(list->items[i].witness_name);
    }
    mem_free(list->items);
    *list = (struct controlled_count_list){0};
}

static struct controlled_entry read_entry(sqlite3_stmt *stmt)
{
    return (struct controlled_entry){
        .id = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .order = column_id(stmt, 2),
        .removal = column_id(stmt, 3),
        .kind = (enum controlled_kind)column_enum(stmt, 4, ENUM_CONTROLLED_KIND),
        .drug = column_text(stmt, 5),
        .amount = column_decimal(stmt, 6),
        .unit = unit_parse((const char *)sqlite3_column_text(stmt, 7), NULL),
        .dose = column_id(stmt, 8),
        .method = (enum waste_method)column_enum(stmt, 9, ENUM_WASTE_METHOD),
        .reason = (enum waste_reason)column_enum(stmt, 10, ENUM_WASTE_REASON),
        .note = column_text(stmt, 11),
        .actor = column_id(stmt, 12),
        .witness = column_id(stmt, 13),
        .is_witness_local = column_int(stmt, 14) != 0,
        .occurred_us = column_int(stmt, 15),
        .recorded_us = column_int(stmt, 16),
        .actor_name = column_text(stmt, 17),
        .witness_name = column_text(stmt, 18),
    };
}

static enum status read_entries(struct store *store, sqlite3_stmt *stmt, struct controlled_entry_list *out, struct error *err)
{
    struct controlled_entry_list list = {0};
    bool row = false;
    enum status status;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_entry(stmt);
    }
    if (status != STATUS_OK) {
        controlled_entry_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

static enum status list_by_id(struct store *store, int statement, struct uid id, struct controlled_entry_list *out,
                              struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[statement], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, id);
    return read_entries(store, stmt, out, err);
}

enum status controlled_list_removal(struct store *store, struct uid removal, struct controlled_entry_list *out, struct error *err)
{
    return list_by_id(store, REMOVAL, removal, out, err);
}

enum status controlled_list_dose(struct store *store, struct uid dose, struct controlled_entry_list *out, struct error *err)
{
    return list_by_id(store, DOSE, dose, out, err);
}

enum status controlled_list_open(struct store *store, int64_t since_us, struct controlled_entry_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[OPEN], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, since_us);
    return read_entries(store, stmt, out, err);
}

enum status controlled_last_of(struct store *store, struct uid patient, int64_t *out_us, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[LAST_OF], &stmt, err);
    *out_us = 0;
    if (status == STATUS_OK) {
        bind_id(stmt, 1, patient);
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK && row) {
        *out_us = column_int(stmt, 0);
        statement_reset(stmt);
    }
    return status;
}

enum status controlled_list_drug(struct store *store, const char *drug, int64_t after_us, struct controlled_entry_list *out,
                                 struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[DRUG], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, drug);
    bind_int(stmt, 2, after_us);
    return read_entries(store, stmt, out, err);
}

enum status controlled_list_unwitnessed(struct store *store, int64_t since_us, struct controlled_entry_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[UNWITNESSED], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, since_us);
    bind_text(stmt, 2, CONTROLLED_NO_WITNESS);
    return read_entries(store, stmt, out, err);
}

enum status controlled_entry_insert(struct store *store, const struct controlled_entry *e, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("medication_id", e->order),
        CELL_ID("removal_id", e->removal),
        CELL_ENUM("kind", ENUM_CONTROLLED_KIND, e->kind),
        CELL_TEXT("drug_text", e->drug),
        CELL_DECIMAL_OR_ZERO("amount", e->amount),
        CELL_TEXT("unit", unit_word(e->unit)),
        CELL_ID("dose_event_id", e->dose),
        CELL_ENUM("method", ENUM_WASTE_METHOD, e->method),
        CELL_ENUM("reason", ENUM_WASTE_REASON, e->reason),
        CELL_TEXT_OR_NULL("note", e->note),
        CELL_ID("actor_id", e->actor),
        CELL_ID("witness_id", e->witness),
        CELL_INT("is_witness_local", e->is_witness_local),
        CELL_INT("occurred_at", e->occurred_us),
        CELL_INT("recorded_at", clock_now_us(store_clock(store))),
    };
    return change_insert(store, "controlled_entries", e->id, e->patient, cells, sizeof cells / sizeof *cells, out_new, err);
}

/* --- counts ---------------------------------------------------------------------------------------------------------- */

static struct controlled_count read_count(sqlite3_stmt *stmt)
{
    return (struct controlled_count){
        .id = column_id(stmt, 0),
        .kind = (enum count_kind)column_enum(stmt, 1, ENUM_COUNT_KIND),
        .drug = column_text(stmt, 2),
        .amount = column_decimal(stmt, 3),
        .unit = unit_parse((const char *)sqlite3_column_text(stmt, 4), NULL),
        .expected = column_decimal(stmt, 5),
        .has_expected = sqlite3_column_type(stmt, 5) != SQLITE_NULL,
        .explains = column_id(stmt, 6),
        .note = column_text(stmt, 7),
        .actor = column_id(stmt, 8),
        .witness = column_id(stmt, 9),
        .recorded_us = column_int(stmt, 10),
        .actor_name = column_text(stmt, 11),
        .witness_name = column_text(stmt, 12),
    };
}

enum status controlled_count_list_get(struct store *store, const char *drug, int limit, struct controlled_count_list *out,
                                      struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    struct controlled_count_list list = {0};
    bool row = false;
    enum status status = statement_use(store, &statements[COUNTS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, drug);
    bind_int(stmt, 2, limit);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_count(stmt);
    }
    if (status != STATUS_OK) {
        controlled_count_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status controlled_count_insert(struct store *store, const struct controlled_count *c, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_ENUM("kind", ENUM_COUNT_KIND, c->kind),
        CELL_TEXT("drug_text", c->drug),
        CELL_DECIMAL_OR_ZERO("amount", c->amount),
        CELL_TEXT("unit", unit_word(c->unit)),
        CELL_ID("explains_id", c->explains),
        CELL_TEXT_OR_NULL("note", c->note),
        CELL_ID("actor_id", c->actor),
        CELL_ID("witness_id", c->witness),
        CELL_INT("recorded_at", clock_now_us(store_clock(store))),
        CELL_DECIMAL_OR_ZERO("expected", c->expected),
    };
    size_t count = sizeof cells / sizeof *cells;
    return change_insert(store, "controlled_counts", c->id, UID_NONE, cells, c->has_expected ? count : count - 1, out_new, err);
}

enum status controlled_drugs(struct store *store, char ***out_names, size_t *out_len, struct error *err)
{
    struct {
        char **items;
        size_t len, cap;
    } list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[DRUGS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = column_text(stmt, 0);
    }
    *out_names = list.items;
    *out_len = list.len;
    return status;
}
