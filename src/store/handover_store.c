/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/handover_store.h"

#include "store/change.h"
#include "store/statement.h"

enum { FORM_INSERT, FORM_PRUNE };
static const struct statement statements[] = {
    [FORM_INSERT] = {"downtime.insert", "INSERT INTO downtime_forms (form_id, user_id, form_number, hours, made_at, unsent, content) "
                                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
    [FORM_PRUNE] = {"downtime.prune", "DELETE FROM downtime_forms WHERE made_at < ?1"},
};
const struct statement_list HANDOVER_STATEMENTS = {statements, sizeof statements / sizeof *statements};

#define KEPT_US (30 * 24 * US_PER_HOUR)

enum status handover_insert(struct store *store, const struct handover_row *r, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_INT("from_at", r->from_us),
        CELL_INT("to_at", r->to_us),
        CELL_INT("line_count", r->line_count),
        CELL_TEXT_OR_NULL("note", r->note),
        CELL_ID("given_by", r->given_by),
        CELL_ID("accepted_by", r->accepted_by),
        CELL_INT("recorded_at", clock_now_us(store_clock(store))),
    };
    return change_insert(store, "handovers", r->id, UID_NONE, cells, sizeof cells / sizeof *cells, out_new, err);
}

enum status handover_line_insert(struct store *store, const struct handover_line_row *r, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("handover_id", r->handover),
        CELL_INT("position", r->position),
        CELL_TEXT("content", r->content),
    };
    return change_insert(store, "handover_lines", r->id, r->patient, cells, sizeof cells / sizeof *cells, NULL, err);
}

enum status downtime_form_insert(struct store *store, const struct downtime_form_row *r, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[FORM_PRUNE], &stmt, err);
    if (status == STATUS_OK) {
        bind_int(stmt, 1, r->made_us - KEPT_US);
        status = statement_run(store, stmt, err);
    }
    if (status == STATUS_OK) {
        status = statement_use(store, &statements[FORM_INSERT], &stmt, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, r->id);
    bind_id(stmt, 2, r->patient);
    bind_text(stmt, 3, r->form_number);
    bind_int(stmt, 4, r->hours);
    bind_int(stmt, 5, r->made_us);
    bind_int(stmt, 6, r->unsent);
    bind_text(stmt, 7, r->content);
    return statement_run(store, stmt, err);
}
