/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/fill_store.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/person_list.h"
#include "store/statement.h"

#define FILL_COLUMNS                                                                                                 \
    "fill_id, user_id, medication_id, order_version_id, root_fill_id, ver, fill_number, state, ingredients, "        \
    "product_text, substitution, unit, quantity_wanted, quantity_filled, days_supply, supply_from, early_reason, "   \
    "reason_text, had_right, is_controlled, counted, recounted, requested_by, requested_at, filled_by, filled_at, "  \
    "checked_by, checked_at, second_by, labels, return_at, handed_by, handed_at, collected_by, identified_by, "      \
    "counselling, end_reason FROM fills "
#define PACK_COLUMNS                                                                                                 \
    "pack_id, user_id, fill_id, ver, code, product_text, no_scan_reason, lot, expiry, quantity, added_by, added_at, " \
    "removed_at FROM fill_packs "
#define RECALL_COLUMNS "recall_id, ver, lot, product_text, reason, recalled_by, recalled_at, ended_at FROM lot_recalls "

enum { GET, WORK, OWED, UNCLAIMED, OF_ORDER, OF_PATIENT, OF_ROOT, PACKS, OF_LOT, STEPS, RECALLS, RECALLS_OF, BY_NUMBER, SUPPLIES };
static const struct statement statements[] = {
    [GET] = {"fill.get", "SELECT " FILL_COLUMNS "WHERE fill_id = ?1"},
    [WORK] = {"fill.work", "SELECT " FILL_COLUMNS "WHERE state IN ('new', 'in_progress', 'filled', 'checked') AND deleted_at IS NULL "
                           "ORDER BY requested_at LIMIT ?1"},
    [OWED] = {"fill.owed", "SELECT " FILL_COLUMNS "WHERE state = 'partial' AND deleted_at IS NULL ORDER BY requested_at LIMIT ?1"},
    [UNCLAIMED] = {"fill.unclaimed", "SELECT " FILL_COLUMNS "WHERE return_at <= ?1 AND deleted_at IS NULL ORDER BY return_at LIMIT ?2"},
    [OF_ORDER] = {"fill.of_order", "SELECT " FILL_COLUMNS "WHERE medication_id = ?1 AND deleted_at IS NULL ORDER BY requested_at DESC, "
                                   "fill_id DESC"},
    [OF_PATIENT] = {"fill.of_patient", "SELECT " FILL_COLUMNS "WHERE user_id = ?1 AND deleted_at IS NULL ORDER BY requested_at DESC "
                                       "LIMIT ?2"},
    [OF_ROOT] = {"fill.of_root", "SELECT " FILL_COLUMNS "WHERE root_fill_id = ?1 AND deleted_at IS NULL ORDER BY requested_at, fill_id"},
    [PACKS] = {"fill.packs", "SELECT " PACK_COLUMNS "WHERE fill_id = ?1 AND removed_at IS NULL AND deleted_at IS NULL ORDER BY added_at, "
                             "pack_id"},
    [OF_LOT] = {"fill.of_lot", "SELECT " PACK_COLUMNS "WHERE lot = ?1 AND removed_at IS NULL AND deleted_at IS NULL ORDER BY added_at DESC "
                               "LIMIT ?2"},
    [STEPS] = {"fill.steps", "SELECT step_id, user_id, fill_id, from_state, to_state, quantity, reason, note, witness_id, done_by, done_at "
                             "FROM fill_steps WHERE fill_id = ?1 AND deleted_at IS NULL ORDER BY done_at, step_id"},
    [RECALLS] = {"fill.recalls", "SELECT " RECALL_COLUMNS "WHERE ended_at IS NULL AND deleted_at IS NULL ORDER BY recalled_at DESC LIMIT 500"},
    [RECALLS_OF] = {"fill.recalls_of", "SELECT " RECALL_COLUMNS "WHERE lot = ?1 AND ended_at IS NULL AND deleted_at IS NULL ORDER BY "
                                       "recalled_at DESC"},
    [BY_NUMBER] = {"fill.order_by_number", "SELECT medication_id, user_id FROM user_medications WHERE prescription_number = ?1 AND "
                                           "deleted_at IS NULL LIMIT 1"},
    [SUPPLIES] = {"fill.supplies",
                  "SELECT " FILL_COLUMNS "AS f WHERE handed_at >= ?1 AND state = 'handed_over' AND deleted_at IS NULL AND days_supply > 0 "
                  "AND date(supply_from, '+' || days_supply || ' days') BETWEEN ?2 AND ?3 AND NOT EXISTS (SELECT 1 FROM fills AS later "
                  "WHERE later.medication_id = f.medication_id AND later.requested_at > f.requested_at AND "
                  "later.state NOT IN ('cancelled', 'returned') AND later.deleted_at IS NULL) AND EXISTS (SELECT 1 FROM user_medications AS m "
                  "WHERE m.medication_id = f.medication_id AND m.status = 'active') "
                  "ORDER BY date(supply_from, '+' || days_supply || ' days'), fill_id LIMIT ?4"},
};
const struct statement_list FILL_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static struct fill read_fill(sqlite3_stmt *s)
{
    char *unit = column_text(s, 11);
    struct fill f = {
        .id = column_id(s, 0),
        .patient = column_id(s, 1),
        .order = column_id(s, 2),
        .version = column_id(s, 3),
        .root = column_id(s, 4),
        .ver = (int32_t)column_int(s, 5),
        .number = (int)column_int(s, 6),
        .state = (enum fill_state)column_enum(s, 7, ENUM_FILL_STATE),
        .ingredients = column_text(s, 8),
        .product = column_text(s, 9),
        .substitution = (enum substitution)column_enum(s, 10, ENUM_SUBSTITUTION),
        .unit = unit_parse(unit, NULL),
        .wanted = column_decimal(s, 12),
        .filled = column_decimal(s, 13),
        .days_supply = (int)column_int(s, 14),
        .supply_from = column_date(s, 15),
        .early_reason = (enum early_reason)column_enum(s, 16, ENUM_EARLY_REASON),
        .reason_text = column_text(s, 17),
        .had_right = column_int(s, 18) != 0,
        .is_controlled = column_int(s, 19) != 0,
        .counted = column_decimal(s, 20),
        .recounted = column_decimal(s, 21),
        .requested_by = column_id(s, 22),
        .requested_us = column_int(s, 23),
        .filled_by = column_id(s, 24),
        .filled_us = column_int(s, 25),
        .checked_by = column_id(s, 26),
        .checked_us = column_int(s, 27),
        .second_by = column_id(s, 28),
        .labels = (int)column_int(s, 29),
        .return_us = column_int(s, 30),
        .handed_by = column_id(s, 31),
        .handed_us = column_int(s, 32),
        .collected_by = column_text(s, 33),
        .identified_by = (enum identified_by)column_enum(s, 34, ENUM_IDENTIFIED_BY),
        .counselling = (enum counselling)column_enum(s, 35, ENUM_COUNSELLING),
        .end_reason = (enum fill_end_reason)column_enum(s, 36, ENUM_FILL_END_REASON),
    };
    mem_free(unit);
    return f;
}

static enum status read_fills(struct store *store, sqlite3_stmt *stmt, struct fill_list *out, struct error *err)
{
    struct fill_list list = {0};
    bool row = false;
    enum status status;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_fill(stmt);
    }
    if (status != STATUS_OK) {
        fill_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status fill_get(struct store *store, struct uid id, struct fill *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[GET], id, _("This fill is not in this site's records."), &stmt, err);
    if (status == STATUS_OK) {
        *out = read_fill(stmt);
        statement_reset(stmt);
    }
    return status;
}

#define STATE_CELLS(f)                                                                                               \
    CELL_ENUM("state", ENUM_FILL_STATE, (f)->state), CELL_TEXT_OR_NULL("product_text", (f)->product),                \
        CELL_ENUM("substitution", ENUM_SUBSTITUTION, (f)->substitution),                                             \
        CELL_DECIMAL("quantity_filled", (f)->filled), CELL_DECIMAL("counted", (f)->counted),                         \
        CELL_DECIMAL("recounted", (f)->recounted), CELL_ID("filled_by", (f)->filled_by),                             \
        CELL_INT_OR_NULL("filled_at", (f)->filled_us), CELL_ID("checked_by", (f)->checked_by),                       \
        CELL_INT_OR_NULL("checked_at", (f)->checked_us), CELL_ID("second_by", (f)->second_by),                       \
        CELL_INT("labels", (f)->labels), CELL_INT_OR_NULL("return_at", (f)->return_us),                              \
        CELL_ID("handed_by", (f)->handed_by), CELL_INT_OR_NULL("handed_at", (f)->handed_us),                         \
        CELL_TEXT_OR_NULL("collected_by", (f)->collected_by),                                                        \
        CELL_ENUM("identified_by", ENUM_IDENTIFIED_BY, (f)->identified_by),                                          \
        CELL_ENUM("counselling", ENUM_COUNSELLING, (f)->counselling),                                                \
        CELL_ENUM("end_reason", ENUM_FILL_END_REASON, (f)->end_reason)

enum status fill_insert(struct store *store, const struct fill *f, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        STATE_CELLS(f),
        CELL_ID("medication_id", f->order),
        CELL_ID("order_version_id", f->version),
        CELL_ID("root_fill_id", f->root),
        CELL_INT("fill_number", f->number),
        CELL_TEXT("ingredients", f->ingredients != NULL ? f->ingredients : ""),
        CELL_TEXT_OR_NULL("unit", unit_word(f->unit)),
        CELL_DECIMAL("quantity_wanted", f->wanted),
        CELL_INT("days_supply", f->days_supply),
        CELL_DATE("supply_from", f->supply_from),
        CELL_ENUM("early_reason", ENUM_EARLY_REASON, f->early_reason),
        CELL_TEXT_OR_NULL("reason_text", f->reason_text),
        CELL_INT("had_right", f->had_right),
        CELL_INT("is_controlled", f->is_controlled),
        CELL_ID("requested_by", f->requested_by),
        CELL_INT("requested_at", f->requested_us),
    };
    return change_insert(store, "fills", f->id, f->patient, cells, sizeof cells / sizeof *cells, out_new, err);
}

enum status fill_update(struct store *store, const struct fill *f, char **out_old, char **out_new, struct error *err)
{
    const struct cell cells[] = {STATE_CELLS(f)};
    return change_update(store, "fills", f->id, f->patient, f->ver, cells, sizeof cells / sizeof *cells, out_old, out_new, err);
}

enum status fill_list_queue(struct store *store, enum fill_queue queue, int limit, struct fill_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[queue == FILL_QUEUE_WORK ? WORK : OWED], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, limit);
    return read_fills(store, stmt, out, err);
}

enum status fill_list_unclaimed(struct store *store, int64_t now_us, int limit, struct fill_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[UNCLAIMED], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, now_us);
    bind_int(stmt, 2, limit);
    return read_fills(store, stmt, out, err);
}

enum status fill_list_supplies(struct store *store, int64_t handed_since_us, struct date from, struct date to, int limit, struct fill_list *out,
                               struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];
    enum status status = statement_use(store, &statements[SUPPLIES], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, handed_since_us);
    bind_text(stmt, 2, date_format_iso(from, first));
    bind_text(stmt, 3, date_format_iso(to, last));
    bind_int(stmt, 4, limit);
    return read_fills(store, stmt, out, err);
}

static enum status list_of(struct store *store, int statement, struct uid id, int limit, struct fill_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[statement], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, id);
    if (limit > 0) {
        bind_int(stmt, 2, limit);
    }
    return read_fills(store, stmt, out, err);
}

enum status fill_list_of_order(struct store *store, struct uid order, struct fill_list *out, struct error *err)
{
    return list_of(store, OF_ORDER, order, 0, out, err);
}

static enum status list_of_record(struct store *store, struct uid record, int limit, struct fill_list *out, struct error *err)
{
    return list_of(store, OF_PATIENT, record, limit, out, err);
}

static int newest_first(const void *a, const void *b)
{
    const struct fill *x = a, *y = b;
    return x->requested_us != y->requested_us ? (x->requested_us < y->requested_us) - (x->requested_us > y->requested_us)
                                              : uid_compare(y->id, x->id);
}

PERSON_LIST(list_of_person, struct fill_list, int, list_of_record, fill_list_release, newest_first)

enum status fill_list_of_patient(struct store *store, struct uid patient, int limit, struct fill_list *out, struct error *err)
{
    return list_of_person(store, patient, limit, out, err);
}

enum status fill_list_of_root(struct store *store, struct uid root, struct fill_list *out, struct error *err)
{
    return list_of(store, OF_ROOT, root, 0, out, err);
}

/* ---- packs and steps ---- */

static enum status read_packs(struct store *store, sqlite3_stmt *stmt, struct fill_pack_list *out, struct error *err)
{
    struct fill_pack_list list = {0};
    bool row = false;
    enum status status;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct fill_pack){
            .id = column_id(stmt, 0),
            .patient = column_id(stmt, 1),
            .fill = column_id(stmt, 2),
            .ver = (int32_t)column_int(stmt, 3),
            .code = column_text(stmt, 4),
            .product = column_text(stmt, 5),
            .no_scan_reason = (enum no_scan_reason)column_enum(stmt, 6, ENUM_NO_SCAN_REASON),
            .lot = column_text(stmt, 7),
            .expiry = column_date(stmt, 8),
            .quantity = column_decimal(stmt, 9),
            .added_by = column_id(stmt, 10),
            .added_us = column_int(stmt, 11),
            .removed_us = column_int(stmt, 12),
        };
    }
    if (status != STATUS_OK) {
        fill_pack_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status fill_pack_list_of_lot(struct store *store, const char *lot, int limit, struct fill_pack_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[OF_LOT], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, lot);
    bind_int(stmt, 2, limit);
    return read_packs(store, stmt, out, err);
}

enum status fill_pack_insert(struct store *store, const struct fill_pack *p, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("fill_id", p->fill),
        CELL_TEXT_OR_NULL("code", p->code),
        CELL_TEXT("product_text", p->product),
        CELL_ENUM("no_scan_reason", ENUM_NO_SCAN_REASON, p->no_scan_reason),
        CELL_TEXT_OR_NULL("lot", p->lot),
        CELL_DATE("expiry", p->expiry),
        CELL_DECIMAL("quantity", p->quantity),
        CELL_ID("added_by", p->added_by),
        CELL_INT("added_at", p->added_us),
    };
    return change_insert(store, "fill_packs", p->id, p->patient, cells, sizeof cells / sizeof *cells, NULL, err);
}

enum status fill_pack_remove(struct store *store, const struct fill_pack *p, int64_t at_us, struct error *err)
{
    const struct cell cells[] = {CELL_INT("removed_at", at_us)};
    return change_update(store, "fill_packs", p->id, p->patient, p->ver, cells, 1, NULL, NULL, err);
}

enum status fill_pack_list_of(struct store *store, struct uid fill, struct fill_pack_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[PACKS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, fill);
    return read_packs(store, stmt, out, err);
}

enum status fill_step_insert(struct store *store, const struct fill_step *s, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("fill_id", s->fill),
        CELL_ENUM("from_state", ENUM_FILL_STATE, s->from),
        CELL_ENUM("to_state", ENUM_FILL_STATE, s->to),
        CELL_DECIMAL("quantity", s->quantity),
        CELL_TEXT_OR_NULL("reason", s->reason),
        CELL_TEXT_OR_NULL("note", s->note),
        CELL_ID("witness_id", s->witness),
        CELL_ID("done_by", s->done_by),
        CELL_INT("done_at", s->done_us),
    };
    return change_insert(store, "fill_steps", s->id, s->patient, cells, sizeof cells / sizeof *cells, NULL, err);
}

enum status fill_step_list_of(struct store *store, struct uid fill, struct fill_step_list *out, struct error *err)
{
    struct fill_step_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[STEPS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, fill);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct fill_step){
            .id = column_id(stmt, 0),
            .patient = column_id(stmt, 1),
            .fill = column_id(stmt, 2),
            .from = (enum fill_state)column_enum(stmt, 3, ENUM_FILL_STATE),
            .to = (enum fill_state)column_enum(stmt, 4, ENUM_FILL_STATE),
            .quantity = column_decimal(stmt, 5),
            .reason = column_text(stmt, 6),
            .note = column_text(stmt, 7),
            .witness = column_id(stmt, 8),
            .done_by = column_id(stmt, 9),
            .done_us = column_int(stmt, 10),
        };
    }
    if (status != STATUS_OK) {
        fill_step_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

/* ---- recalls ---- */

void lot_recall_release(struct lot_recall *r)
{
    mem_free(r->lot);
    mem_free(r->product);
    mem_free(r->reason);
}

void lot_recall_list_release(struct lot_recall_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        lot_recall_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct lot_recall_list){0};
}

enum status lot_recall_insert(struct store *store, const struct lot_recall *r, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_TEXT("lot", r->lot),
        CELL_TEXT_OR_NULL("product_text", r->product),
        CELL_TEXT("reason", r->reason),
        CELL_ID("recalled_by", r->by),
        CELL_INT("recalled_at", r->at_us),
    };
    return change_insert(store, "lot_recalls", r->id, UID_NONE, cells, sizeof cells / sizeof *cells, out_new, err);
}

enum status lot_recall_end(struct store *store, const struct lot_recall *r, int64_t at_us, char **out_old, char **out_new,
                           struct error *err)
{
    const struct cell cells[] = {CELL_INT("ended_at", at_us)};
    return change_update(store, "lot_recalls", r->id, UID_NONE, r->ver, cells, 1, out_old, out_new, err);
}

enum status lot_recall_list_get(struct store *store, const char *lot, struct lot_recall_list *out, struct error *err)
{
    struct lot_recall_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[lot != NULL ? RECALLS_OF : RECALLS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (lot != NULL) {
        bind_text(stmt, 1, lot);
    }
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct lot_recall){
            .id = column_id(stmt, 0),
            .ver = (int32_t)column_int(stmt, 1),
            .lot = column_text(stmt, 2),
            .product = column_text(stmt, 3),
            .reason = column_text(stmt, 4),
            .by = column_id(stmt, 5),
            .at_us = column_int(stmt, 6),
            .ended_us = column_int(stmt, 7),
        };
    }
    if (status != STATUS_OK) {
        lot_recall_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status order_by_number(struct store *store, const char *number, struct uid *out_order, struct uid *out_patient, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[BY_NUMBER], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, number);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && !row) {
        return error_set(err, STATUS_NOT_FOUND, _("No prescription has the number %.20s."), number);
    }
    if (status == STATUS_OK) {
        *out_order = column_id(stmt, 0);
        *out_patient = column_id(stmt, 1);
        statement_reset(stmt);
    }
    return status;
}
