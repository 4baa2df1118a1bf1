/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/dose_follow_store.h"

#include "store/change.h"
#include "store/statement.h"

enum { JUDGED };
static const struct statement statements[] = {
    [JUDGED] = {"dose_follow.judged", "SELECT 1 FROM dose_resolutions WHERE slot_id = ?1 LIMIT 1"},
};
const struct statement_list DOSE_FOLLOW_STATEMENTS = {statements, sizeof statements / sizeof *statements};

enum status dose_assessment_insert(struct store *store, const struct dose_assessment *a, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("dose_event_id", a->dose),
        CELL_ENUM("outcome", ENUM_DOSE_OUTCOME, a->outcome),
        CELL_TEXT_OR_NULL("note", a->note),
        CELL_ID("recorded_by", a->by),
        CELL_INT("recorded_at", clock_now_us(store_clock(store))),
        CELL_DECIMAL_OR_ZERO("score", a->score),
    };
    size_t count = sizeof cells / sizeof *cells;
    return change_insert(store, "dose_assessments", a->id, a->patient, cells, a->has_score ? count : count - 1, out_new, err);
}

enum status dose_resolution_insert(struct store *store, const struct dose_resolution *r, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("slot_id", r->slot),
        CELL_ENUM("class", ENUM_DOUBLE_CLASS, r->class_of),
        CELL_ID("kept_event_id", r->kept),
        CELL_ID("other_event_id", r->other),
        CELL_TEXT("reason", r->reason),
        CELL_TEXT("people_asked", r->people_asked),
        CELL_TEXT_OR_NULL("notified", r->notified),
        CELL_TEXT_OR_NULL("monitoring", r->monitoring),
        CELL_ENUM("next_dose", ENUM_NEXT_DOSE, r->next_dose),
        CELL_ID("moved_to_id", r->moved_to),
        CELL_ID("recorded_by", r->by),
        CELL_INT("recorded_at", clock_now_us(store_clock(store))),
    };
    return change_insert(store, "dose_resolutions", r->id, r->patient, cells, sizeof cells / sizeof *cells, out_new, err);
}

enum status dose_follow_up_insert(struct store *store, const struct dose_follow_up *f, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("dose_event_id", f->dose),
        CELL_ENUM("kind", ENUM_FOLLOW_UP, f->kind),
        CELL_TEXT_OR_NULL("note", f->note),
        CELL_ID("recorded_by", f->by),
        CELL_INT("recorded_at", clock_now_us(store_clock(store))),
    };
    return change_insert(store, "dose_follow_ups", f->id, f->patient, cells, sizeof cells / sizeof *cells, out_new, err);
}

enum status dose_slot_is_judged(struct store *store, struct uid slot, bool *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[JUDGED], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, slot);
    status = statement_step(store, stmt, &row, err);
    statement_reset(stmt);
    if (status == STATUS_OK) {
        *out = row;
    }
    return status;
}
