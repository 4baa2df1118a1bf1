/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/refill_store.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/row_id.h"
#include "store/statement.h"

#define MOVE_COLUMNS "r.right_id, r.user_id, r.medication_id, r.kind, r.from_device, r.to_device, r.n, r.recorded_by, r.recorded_at "
#define LINE_COLUMNS                                                                                                   \
    "entry_id, user_id, medication_id, order_version_id, fill_id, kind, device_id, had_right, recorded_by, recorded_at " \
    "FROM refill_ledger "

enum { HOME, MOVES, LINES, LINE, ASKED };
static const struct statement statements[] = {
    [HOME] = {"refill.home", "SELECT v.refills, v.device_id FROM user_medications m JOIN order_versions v ON v.version_id = "
                             "m.current_version_id WHERE m.medication_id = ?1"},
    [MOVES] = {"refill.moves", "SELECT " MOVE_COLUMNS "FROM refill_rights r WHERE r.medication_id = ?1 ORDER BY r.recorded_at, r.right_id"},
    [LINES] = {"refill.lines", "SELECT " LINE_COLUMNS "WHERE medication_id = ?1 ORDER BY recorded_at, entry_id"},
    [LINE] = {"refill.line", "SELECT " LINE_COLUMNS "WHERE entry_id = ?1"},
    [ASKED] = {"refill.asked", "SELECT " MOVE_COLUMNS "FROM refill_rights r WHERE r.kind = 'asked' AND r.from_device = ?1 AND "
                               "r.recorded_at >= ?2 AND NOT EXISTS (SELECT 1 FROM refill_rights g WHERE g.medication_id = "
                               "r.medication_id AND g.kind = 'given' AND g.to_device = r.to_device AND g.recorded_at >= r.recorded_at) "
                               "ORDER BY r.recorded_at LIMIT ?3"},
};
const struct statement_list REFILL_STATEMENTS = {statements, sizeof statements / sizeof *statements};

struct uid refill_spent_id(struct uid fill)
{
    return row_id_of("prescripcare.refill.1", fill, REFILL_ENTRY_SPENT);
}

struct uid refill_returned_id(struct uid fill)
{
    return row_id_of("prescripcare.refill.1", fill, REFILL_ENTRY_RETURNED);
}

struct uid refill_given_id(struct uid asked)
{
    return row_id_of("prescripcare.refill_answer.1", asked, 0);
}

void refill_move_list_release(struct refill_move_list *list)
{
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

static struct refill_move read_move(sqlite3_stmt *stmt)
{
    return (struct refill_move){
        .id = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .order = column_id(stmt, 2),
        .kind = (enum refill_move_kind)column_enum(stmt, 3, ENUM_REFILL_MOVE),
        .from = column_id(stmt, 4),
        .to = column_id(stmt, 5),
        .n = (int)column_int(stmt, 6),
        .by = column_id(stmt, 7),
        .at_us = column_int(stmt, 8),
    };
}

static struct refill_line read_line(sqlite3_stmt *stmt)
{
    return (struct refill_line){
        .id = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .order = column_id(stmt, 2),
        .version = column_id(stmt, 3),
        .fill = column_id(stmt, 4),
        .kind = (enum refill_entry)column_enum(stmt, 5, ENUM_REFILL_ENTRY),
        .device = column_id(stmt, 6),
        .had_right = column_int(stmt, 7) != 0,
        .by = column_id(stmt, 8),
        .at_us = column_int(stmt, 9),
    };
}

static enum status use_by(struct store *store, int which, struct uid id, sqlite3_stmt **out, struct error *err)
{
    enum status status = statement_use(store, &statements[which], out, err);
    if (status == STATUS_OK) {
        bind_id(*out, 1, id);
    }
    return status;
}

static enum status read_home(struct store *store, struct uid order, struct refill_facts *facts, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[HOME], order,
                                       _("This order is not in this site's records."), &stmt, err);
    if (status == STATUS_OK) {
        facts->refills = (int)column_int(stmt, 0);
        facts->home = column_id(stmt, 1);
        statement_reset(stmt);
    }
    return status;
}

enum status refill_facts_get(struct store *store, struct uid order, struct refill_facts *out, struct error *err)
{
    struct refill_facts facts = {0};
    struct refill_move_list moves = {0};
    struct {
        struct refill_line *items;
        size_t len, cap;
    } lines = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = read_home(store, order, &facts, err);
    if (status == STATUS_OK) {
        status = use_by(store, MOVES, order, &stmt, err);
    }
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&moves);
        moves.items[moves.len++] = read_move(stmt);
    }
    if (status == STATUS_OK) {
        status = use_by(store, LINES, order, &stmt, err);
    }
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&lines);
        lines.items[lines.len++] = read_line(stmt);
    }
    facts.moves = moves.items;
    facts.moves_len = moves.len;
    facts.lines = lines.items;
    facts.lines_len = lines.len;
    if (status != STATUS_OK) {
        refill_facts_release(&facts);
        return status;
    }
    *out = facts;
    return STATUS_OK;
}

enum status refill_line_get(struct store *store, struct uid id, struct refill_line *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[LINE], id, _("This fill is not in this site's records."), &stmt, err);
    if (status == STATUS_OK) {
        *out = read_line(stmt);
        statement_reset(stmt);
    }
    return status;
}

enum status refill_move_insert(struct store *store, const struct refill_move *m, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("medication_id", m->order),
        CELL_ENUM("kind", ENUM_REFILL_MOVE, m->kind),
        CELL_ID("from_device", m->from),
        CELL_ID("to_device", m->to),
        CELL_INT("n", m->n),
        CELL_ID("recorded_by", m->by),
        CELL_INT("recorded_at", m->at_us),
    };
    return change_insert(store, "refill_rights", m->id, m->patient, cells, sizeof cells / sizeof *cells, out_new, err);
}

enum status refill_line_insert(struct store *store, const struct refill_line *l, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("medication_id", l->order),
        CELL_ID("order_version_id", l->version),
        CELL_ID("fill_id", l->fill),
        CELL_ENUM("kind", ENUM_REFILL_ENTRY, l->kind),
        CELL_ID("device_id", l->device),
        CELL_INT("had_right", l->had_right),
        CELL_TEXT_OR_NULL("reason", l->reason),
        CELL_ID("recorded_by", l->by),
        CELL_INT("recorded_at", l->at_us),
    };
    return change_insert(store, "refill_ledger", l->id, l->patient, cells, sizeof cells / sizeof *cells, out_new, err);
}

enum status refill_asked_list(struct store *store, int64_t since_us, int limit, struct refill_move_list *out, struct error *err)
{
    struct refill_move_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = use_by(store, ASKED, store_device(store), &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 2, since_us);
    bind_int(stmt, 3, limit);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_move(stmt);
    }
    if (status != STATUS_OK) {
        refill_move_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
