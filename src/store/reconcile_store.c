/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/reconcile_store.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "store/change.h"
#include "store/person_list.h"
#include "store/statement.h"

#define SESSION_COLUMNS                                                                                              \
    "reconciliation_id, user_id, ver, transition, encounter, state, started_by, started_at, due_at, holder_id, "     \
    "holder_session, held_at, takeover_reason, reconciled_with, no_history_reason, is_single_source, acknowledged, " \
    "signed_by, signed_at, cosigned_by, cosigned_at, rejected_reason, knowledge_version, signed_list, list_hash, "   \
    "base_list, previous_id, closed_reason, told_how, told_at, told_by FROM reconciliations "
#define OPEN_STATES                                                                                                  \
    "state IN ('not_started', 'collecting', 'comparing', 'checking', 'ready', 'awaiting_cosign', 'signed_provisional') "

enum { GET, LIST, OPEN, BETWEEN, SOURCES, LINES, ITEMS, DISCREPANCIES, DEFERRALS, CLASSES };
static const struct statement statements[] = {
    [GET] = {"reconcile.get", "SELECT " SESSION_COLUMNS "WHERE reconciliation_id = ?1"},
    [LIST] = {"reconcile.list", "SELECT " SESSION_COLUMNS "WHERE user_id = ?1 AND deleted_at IS NULL ORDER BY started_at DESC, "
                                "reconciliation_id DESC LIMIT 200"},
    [OPEN] = {"reconcile.open", "SELECT " SESSION_COLUMNS "WHERE " OPEN_STATES "AND deleted_at IS NULL ORDER BY due_at, "
                                "reconciliation_id LIMIT 1000"},
    [BETWEEN] = {"reconcile.between", "SELECT " SESSION_COLUMNS "WHERE started_at >= ?1 AND started_at < ?2 AND deleted_at IS "
                                      "NULL ORDER BY started_at, reconciliation_id"},
    [SOURCES] = {"reconcile.sources", "SELECT source_id, ver, kind, obtained_at, as_of, reliability, reference, content_hash, "
                                      "position FROM reconciliation_sources WHERE reconciliation_id = ?1 AND deleted_at IS NULL "
                                      "ORDER BY position, source_id"},
    [LINES] = {"reconcile.lines",
               "SELECT line_id, ver, kind, source_id, item_id, record_id, base_version, product_text, ingredients, code_system, "
               "code, strength, dosage_form, sig, directions, indication, started_on, last_taken, taking, is_on_hold, "
               "prescriber, status_text, note, is_alone, position FROM reconciliation_lines WHERE reconciliation_id = ?1 AND "
               "deleted_at IS NULL ORDER BY position, line_id"},
    [ITEMS] = {"reconcile.items",
               "SELECT item_id, ver, kind, tier, differences, has_weekly_trap, is_tenfold, hint_id, hint_tier, action, reason, "
               "words, resume_rule, resume_event, due_on, owner_id, new_text, new_sig, new_drug, indication, survivor_id, "
               "since, is_prescriber_told, order_id, decided_by, decided_at, reopened, position FROM reconciliation_items "
               "WHERE reconciliation_id = ?1 AND deleted_at IS NULL ORDER BY position, item_id"},
    [DISCREPANCIES] = {"reconcile.discrepancies",
                       "SELECT discrepancy_id, ver, item_id, type, class, harm, found_by, found_at, resolution, contact_name, "
                       "contact_how, contact_at, is_read_back FROM reconciliation_discrepancies WHERE reconciliation_id = ?1 "
                       "AND deleted_at IS NULL ORDER BY found_at, discrepancy_id"},
    [DEFERRALS] = {"reconcile.deferrals",
                   "SELECT r.reconciliation_id, r.user_id, i.owner_id, i.action, i.due_on, i.words, (SELECT l.product_text FROM "
                   "reconciliation_lines l WHERE l.reconciliation_id = i.reconciliation_id AND l.item_id = i.item_id AND "
                   "l.deleted_at IS NULL ORDER BY l.position, l.line_id LIMIT 1) FROM reconciliation_items i CROSS JOIN "
                   "reconciliations r ON r.reconciliation_id = i.reconciliation_id WHERE i.action IN ('defer', "
                   "'unable_to_verify') AND i.deleted_at IS NULL AND r.deleted_at IS NULL AND r.state NOT IN ('abandoned', "
                   "'amended') ORDER BY i.action, i.due_on LIMIT 5000"},
    [CLASSES] = {"reconcile.classes",
                 "SELECT r.user_id, d.class, count(*) FROM reconciliations r CROSS JOIN reconciliation_discrepancies d ON "
                 "d.reconciliation_id = r.reconciliation_id WHERE r.started_at >= ?1 AND r.started_at < ?2 AND r.state NOT IN "
                 "('abandoned', 'amended') AND d.deleted_at IS NULL GROUP BY r.user_id, d.class"},
};
const struct statement_list RECONCILE_STATEMENTS = {statements, sizeof statements / sizeof *statements};

#define COUNT_OF(cells) (sizeof(cells) / sizeof *(cells))

static struct cell flag_cell(const char *column, int value)
{
    struct cell cell = CELL_INT(column, value);
    cell.len = value >= 0; /* -1: nobody said */
    return cell;
}

/* A new row, or the row at its version. */
static enum status put(struct store *store, const char *table, struct uid id, struct uid patient, int32_t *ver,
                       const struct cell *cells, size_t count, char **out_old, char **out_new, struct error *err)
{
    enum status status = *ver == 0 ? change_insert(store, table, id, patient, cells, count, out_new, err)
                                   : change_update(store, table, id, patient, *ver, cells, count, out_old, out_new, err);
    if (status == STATUS_OK) {
        (*ver)++;
    }
    return status;
}

static enum status mark_removed(struct store *store, const char *table, struct uid id, struct uid patient, int32_t ver,
                                struct error *err)
{
    const struct cell cells[] = {CELL_INT("deleted_at", clock_now_us(store_clock(store)))};
    return change_update(store, table, id, patient, ver, cells, 1, NULL, NULL, err);
}

static enum status damaged_if(enum status status, struct error *err)
{
    return status == STATUS_OK
               ? STATUS_OK
               : error_set(err, STATUS_DAMAGED, _("The directions of a reconciled line cannot be read. Restore from a backup."));
}

static enum status read_sig(sqlite3_stmt *stmt, int at, struct sig *out, bool *out_has, struct error *err)
{
    const char *json = (const char *)sqlite3_column_text(stmt, at);
    *out_has = json != NULL;
    *out = (struct sig){.kind = SCHEDULE_KIND_UNSTRUCTURED};
    return json == NULL ? STATUS_OK : damaged_if(sig_from_json(json, out, NULL), err);
}

/* ---- sessions ---- */

static struct reconciliation read_session(sqlite3_stmt *stmt)
{
    return (struct reconciliation){
        .id = column_id(stmt, 0),
        .patient = column_id(stmt, 1),
        .ver = (int32_t)column_int(stmt, 2),
        .transition = (enum reconcile_transition)column_enum(stmt, 3, ENUM_RECONCILE_TRANSITION),
        .encounter = column_text(stmt, 4),
        .state = (enum reconcile_state)column_enum(stmt, 5, ENUM_RECONCILE_STATE),
        .started_by = column_id(stmt, 6),
        .started_us = column_int(stmt, 7),
        .due_us = column_int(stmt, 8),
        .holder = column_id(stmt, 9),
        .holder_session = column_text(stmt, 10),
        .held_us = column_int(stmt, 11),
        .takeover_reason = column_text(stmt, 12),
        .with = (enum reconciled_with)column_enum(stmt, 13, ENUM_RECONCILED_WITH),
        .no_history_reason = column_text(stmt, 14),
        .is_single_source = column_int(stmt, 15) != 0,
        .acknowledged = column_text(stmt, 16),
        .signed_by = column_id(stmt, 17),
        .signed_us = column_int(stmt, 18),
        .cosigned_by = column_id(stmt, 19),
        .cosigned_us = column_int(stmt, 20),
        .rejected_reason = column_text(stmt, 21),
        .knowledge_version = column_text(stmt, 22),
        .signed_list = column_text(stmt, 23),
        .list_hash = column_text(stmt, 24),
        .base_list = column_text(stmt, 25),
        .previous = column_id(stmt, 26),
        .closed_reason = column_text(stmt, 27),
        .told_how = column_text(stmt, 28),
        .told_us = column_int(stmt, 29),
        .told_by = column_id(stmt, 30),
    };
}

enum status reconciliation_put(struct store *store, struct reconciliation *r, char **out_old, char **out_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_ENUM("transition", ENUM_RECONCILE_TRANSITION, r->transition),
        CELL_TEXT_OR_NULL("encounter", r->encounter),
        CELL_ENUM("state", ENUM_RECONCILE_STATE, r->state),
        CELL_ID("started_by", r->started_by),
        CELL_INT("started_at", r->started_us),
        CELL_INT("due_at", r->due_us),
        CELL_ID("holder_id", r->holder),
        CELL_TEXT_OR_NULL("holder_session", r->holder_session),
        CELL_INT_OR_NULL("held_at", r->held_us),
        CELL_TEXT_OR_NULL("takeover_reason", r->takeover_reason),
        CELL_ENUM("reconciled_with", ENUM_RECONCILED_WITH, r->with),
        CELL_TEXT_OR_NULL("no_history_reason", r->no_history_reason),
        CELL_INT("is_single_source", r->is_single_source),
        CELL_TEXT_OR_NULL("acknowledged", r->acknowledged),
        CELL_ID("signed_by", r->signed_by),
        CELL_INT_OR_NULL("signed_at", r->signed_us),
        CELL_ID("cosigned_by", r->cosigned_by),
        CELL_INT_OR_NULL("cosigned_at", r->cosigned_us),
        CELL_TEXT_OR_NULL("rejected_reason", r->rejected_reason),
        CELL_TEXT_OR_NULL("knowledge_version", r->knowledge_version),
        CELL_TEXT_OR_NULL("signed_list", r->signed_list),
        CELL_TEXT_OR_NULL("list_hash", r->list_hash),
        CELL_TEXT_OR_NULL("base_list", r->base_list),
        CELL_ID("previous_id", r->previous),
        CELL_TEXT_OR_NULL("closed_reason", r->closed_reason),
        CELL_TEXT_OR_NULL("told_how", r->told_how),
        CELL_INT_OR_NULL("told_at", r->told_us),
        CELL_ID("told_by", r->told_by),
    };
    return put(store, "reconciliations", r->id, r->patient, &r->ver, cells, COUNT_OF(cells), out_old, out_new, err);
}

static enum status read_sessions(struct store *store, sqlite3_stmt *stmt, struct reconciliation_list *out, struct error *err)
{
    struct reconciliation_list list = {0};
    bool row = false;
    enum status status;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = read_session(stmt);
    }
    if (status != STATUS_OK) {
        reconciliation_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status reconciliation_get(struct store *store, struct uid id, struct reconciliation *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    struct reconciliation_list list = {0};
    enum status status = statement_use(store, &statements[GET], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, id);
    status = read_sessions(store, stmt, &list, err);
    if (status == STATUS_OK && list.len == 0) {
        status = error_set(err, STATUS_NOT_FOUND, _("This reconciliation is not in this site's records."));
    } else if (status == STATUS_OK) {
        *out = list.items[0];
        list.len = 0;
    }
    reconciliation_list_release(&list);
    return status;
}

static enum status list_of_record(struct store *store, struct uid record, int which, struct reconciliation_list *out,
                                  struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[which], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, record);
    return read_sessions(store, stmt, out, err);
}

static int newest_first(const void *a, const void *b)
{
    const struct reconciliation *x = a, *y = b;
    return x->started_us != y->started_us ? (x->started_us < y->started_us) - (x->started_us > y->started_us)
                                          : uid_compare(y->id, x->id);
}

PERSON_LIST(list_of_person, struct reconciliation_list, int, list_of_record, reconciliation_list_release, newest_first)

enum status reconciliation_list_get(struct store *store, struct uid patient, struct reconciliation_list *out, struct error *err)
{
    return list_of_person(store, patient, LIST, out, err);
}

enum status reconciliation_list_open(struct store *store, struct reconciliation_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[OPEN], &stmt, err);
    return status == STATUS_OK ? read_sessions(store, stmt, out, err) : status;
}

enum status reconciliation_list_between(struct store *store, int64_t from_us, int64_t to_us, struct reconciliation_list *out,
                                        struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[BETWEEN], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, from_us);
    bind_int(stmt, 2, to_us);
    return read_sessions(store, stmt, out, err);
}

/* ---- parts of a session: one shape for the four of them ---- */

/* The statement bound to a session. */
static enum status use_of(struct store *store, int which, struct uid reconciliation, sqlite3_stmt **out, struct error *err)
{
    enum status status = statement_use(store, &statements[which], out, err);
    if (status == STATUS_OK) {
        bind_id(*out, 1, reconciliation);
    }
    return status;
}

enum status reconcile_source_put(struct store *store, struct uid reconciliation, struct uid patient, struct uid by,
                                 struct reconcile_source *source, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("reconciliation_id", reconciliation),
        CELL_ENUM("kind", ENUM_HISTORY_SOURCE, source->kind),
        CELL_INT("obtained_at", source->obtained_us),
        CELL_DATE("as_of", source->as_of),
        CELL_ENUM("reliability", ENUM_RELIABILITY, source->reliability),
        CELL_TEXT_OR_NULL("reference", source->reference),
        CELL_TEXT_OR_NULL("content_hash", source->content_hash),
        CELL_INT("position", source->position),
        CELL_ID("recorded_by", by),
    };
    return put(store, "reconciliation_sources", source->id, patient, &source->ver, cells, COUNT_OF(cells), NULL, NULL, err);
}

enum status reconcile_source_list_get(struct store *store, struct uid reconciliation, struct reconcile_source_list *out,
                                      struct error *err)
{
    struct reconcile_source_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = use_of(store, SOURCES, reconciliation, &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct reconcile_source){
            .id = column_id(stmt, 0),
            .ver = (int32_t)column_int(stmt, 1),
            .kind = (enum history_source)column_enum(stmt, 2, ENUM_HISTORY_SOURCE),
            .obtained_us = column_int(stmt, 3),
            .as_of = column_date(stmt, 4),
            .reliability = (enum reliability)column_enum(stmt, 5, ENUM_RELIABILITY),
            .reference = column_text(stmt, 6),
            .content_hash = column_text(stmt, 7),
            .position = (int)column_int(stmt, 8),
        };
    }
    if (status != STATUS_OK) {
        reconcile_source_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status reconcile_line_put(struct store *store, struct uid reconciliation, struct uid patient, struct reconcile_line *line,
                               struct error *err)
{
    char *sig = line->kind == RECONCILE_KIND_MEDICATION ? sig_to_json(&line->sig) : NULL;
    const struct cell cells[] = {
        CELL_ID("reconciliation_id", reconciliation),
        CELL_ENUM("kind", ENUM_RECONCILE_KIND, line->kind),
        CELL_ID("source_id", line->source),
        CELL_ID("item_id", line->item),
        CELL_ID("record_id", line->record),
        CELL_ID("base_version", line->base_version),
        CELL_TEXT("product_text", line->text),
        CELL_TEXT_OR_NULL("ingredients", line->ingredients),
        CELL_TEXT_OR_NULL("code_system", line->code_system),
        CELL_TEXT_OR_NULL("code", line->code),
        CELL_TEXT_OR_NULL("strength", line->strength),
        CELL_TEXT_OR_NULL("dosage_form", line->dosage_form),
        CELL_TEXT_OR_NULL("sig", sig),
        CELL_TEXT_OR_NULL("directions", line->directions),
        CELL_TEXT_OR_NULL("indication", line->indication),
        CELL_DATE("started_on", line->started),
        CELL_TEXT_OR_NULL("last_taken", line->last_taken),
        CELL_ENUM("taking", ENUM_TAKING, line->taking),
        CELL_INT("is_on_hold", line->is_on_hold),
        CELL_TEXT_OR_NULL("prescriber", line->prescriber),
        CELL_TEXT_OR_NULL("status_text", line->status_text),
        CELL_TEXT_OR_NULL("note", line->note),
        CELL_INT("is_alone", line->is_alone),
        CELL_INT("position", line->position),
    };
    enum status status = put(store, "reconciliation_lines", line->id, patient, &line->ver, cells, COUNT_OF(cells), NULL, NULL, err);
    mem_free(sig);
    return status;
}

enum status reconcile_line_remove(struct store *store, struct uid patient, const struct reconcile_line *line, struct error *err)
{
    return mark_removed(store, "reconciliation_lines", line->id, patient, line->ver, err);
}

static enum status read_line(sqlite3_stmt *stmt, struct reconcile_line *out, struct error *err)
{
    bool has_sig = false;
    *out = (struct reconcile_line){
        .id = column_id(stmt, 0),
        .ver = (int32_t)column_int(stmt, 1),
        .kind = (enum reconcile_kind)column_enum(stmt, 2, ENUM_RECONCILE_KIND),
        .source = column_id(stmt, 3),
        .item = column_id(stmt, 4),
        .record = column_id(stmt, 5),
        .base_version = column_id(stmt, 6),
        .text = column_text(stmt, 7),
        .ingredients = column_text(stmt, 8),
        .code_system = column_text(stmt, 9),
        .code = column_text(stmt, 10),
        .strength = column_text(stmt, 11),
        .dosage_form = column_text(stmt, 12),
        .directions = column_text(stmt, 14),
        .indication = column_text(stmt, 15),
        .started = column_date(stmt, 16),
        .last_taken = column_text(stmt, 17),
        .taking = (enum taking)column_enum(stmt, 18, ENUM_TAKING),
        .is_on_hold = column_int(stmt, 19) != 0,
        .prescriber = column_text(stmt, 20),
        .status_text = column_text(stmt, 21),
        .note = column_text(stmt, 22),
        .is_alone = column_int(stmt, 23) != 0,
        .position = (int)column_int(stmt, 24),
    };
    return read_sig(stmt, 13, &out->sig, &has_sig, err);
}

enum status reconcile_line_list_get(struct store *store, struct uid reconciliation, struct reconcile_line_list *out,
                                    struct error *err)
{
    struct reconcile_line_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = use_of(store, LINES, reconciliation, &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        status = read_line(stmt, &list.items[list.len++], err);
        if (status != STATUS_OK) {
            statement_reset(stmt);
        }
    }
    if (status != STATUS_OK) {
        reconcile_line_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status reconcile_item_put(struct store *store, struct uid reconciliation, struct uid patient, struct reconcile_item *item,
                               char **out_old, char **out_new, struct error *err)
{
    char *sig = item->has_new_sig ? sig_to_json(&item->new_sig) : NULL;
    const struct cell cells[] = {
        CELL_ID("reconciliation_id", reconciliation),
        CELL_ENUM("kind", ENUM_RECONCILE_KIND, item->kind),
        CELL_ENUM("tier", ENUM_MATCH_TIER, item->tier),
        CELL_TEXT_OR_NULL("differences", item->differences),
        CELL_INT("has_weekly_trap", item->has_weekly_trap),
        CELL_INT("is_tenfold", item->is_tenfold),
        CELL_ID("hint_id", item->hint),
        CELL_ENUM("hint_tier", ENUM_MATCH_TIER, item->hint_tier),
        CELL_ENUM("action", ENUM_RECONCILE_ACTION, item->action),
        CELL_TEXT_OR_NULL("reason", item->reason),
        CELL_TEXT_OR_NULL("words", item->words),
        CELL_ENUM("resume_rule", ENUM_RESUME_RULE, item->resume_rule),
        CELL_TEXT_OR_NULL("resume_event", item->resume_event),
        CELL_DATE("due_on", item->due_on),
        CELL_ID("owner_id", item->owner),
        CELL_TEXT_OR_NULL("new_text", item->new_text),
        CELL_TEXT_OR_NULL("new_sig", sig),
        CELL_TEXT_OR_NULL("new_drug", item->new_drug),
        CELL_TEXT_OR_NULL("indication", item->indication),
        CELL_ID("survivor_id", item->survivor),
        CELL_TEXT_OR_NULL("since", item->since),
        flag_cell("is_prescriber_told", item->prescriber_told),
        CELL_ID("order_id", item->order),
        CELL_ID("decided_by", item->decided_by),
        CELL_INT_OR_NULL("decided_at", item->decided_us),
        CELL_TEXT_OR_NULL("reopened", item->reopened),
        CELL_INT("position", item->position),
    };
    enum status status =
        put(store, "reconciliation_items", item->id, patient, &item->ver, cells, COUNT_OF(cells), out_old, out_new, err);
    mem_free(sig);
    return status;
}

enum status reconcile_item_remove(struct store *store, struct uid patient, const struct reconcile_item *item, struct error *err)
{
    return mark_removed(store, "reconciliation_items", item->id, patient, item->ver, err);
}

static enum status read_item(sqlite3_stmt *stmt, struct reconcile_item *out, struct error *err)
{
    *out = (struct reconcile_item){
        .id = column_id(stmt, 0),
        .ver = (int32_t)column_int(stmt, 1),
        .kind = (enum reconcile_kind)column_enum(stmt, 2, ENUM_RECONCILE_KIND),
        .tier = (enum match_tier)column_enum(stmt, 3, ENUM_MATCH_TIER),
        .differences = column_text(stmt, 4),
        .has_weekly_trap = column_int(stmt, 5) != 0,
        .is_tenfold = column_int(stmt, 6) != 0,
        .hint = column_id(stmt, 7),
        .hint_tier = (enum match_tier)column_enum(stmt, 8, ENUM_MATCH_TIER),
        .action = (enum reconcile_action)column_enum(stmt, 9, ENUM_RECONCILE_ACTION),
        .reason = column_text(stmt, 10),
        .words = column_text(stmt, 11),
        .resume_rule = (enum resume_rule)column_enum(stmt, 12, ENUM_RESUME_RULE),
        .resume_event = column_text(stmt, 13),
        .due_on = column_date(stmt, 14),
        .owner = column_id(stmt, 15),
        .new_text = column_text(stmt, 16),
        .new_drug = column_text(stmt, 18),
        .indication = column_text(stmt, 19),
        .survivor = column_id(stmt, 20),
        .since = column_text(stmt, 21),
        .prescriber_told = sqlite3_column_type(stmt, 22) == SQLITE_NULL ? -1 : (int)column_int(stmt, 22),
        .order = column_id(stmt, 23),
        .decided_by = column_id(stmt, 24),
        .decided_us = column_int(stmt, 25),
        .reopened = column_text(stmt, 26),
        .position = (int)column_int(stmt, 27),
    };
    return read_sig(stmt, 17, &out->new_sig, &out->has_new_sig, err);
}

enum status reconcile_item_list_get(struct store *store, struct uid reconciliation, struct reconcile_item_list *out,
                                    struct error *err)
{
    struct reconcile_item_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = use_of(store, ITEMS, reconciliation, &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        status = read_item(stmt, &list.items[list.len++], err);
        if (status != STATUS_OK) {
            statement_reset(stmt);
        }
    }
    if (status != STATUS_OK) {
        reconcile_item_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status reconcile_discrepancy_put(struct store *store, struct uid reconciliation, struct uid patient,
                                      struct reconcile_discrepancy *d, struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("reconciliation_id", reconciliation),
        CELL_ID("item_id", d->item),
        CELL_ENUM("type", ENUM_DISCREPANCY_TYPE, d->type),
        CELL_ENUM("class", ENUM_DISCREPANCY_CLASS, d->class_of),
        CELL_ENUM("harm", ENUM_HARM_LEVEL, d->harm),
        CELL_ID("found_by", d->found_by),
        CELL_INT("found_at", d->found_us),
        CELL_TEXT_OR_NULL("resolution", d->resolution),
        CELL_TEXT_OR_NULL("contact_name", d->contact_name),
        CELL_TEXT_OR_NULL("contact_how", d->contact_how),
        CELL_INT_OR_NULL("contact_at", d->contact_us),
        CELL_INT("is_read_back", d->is_read_back),
    };
    return put(store, "reconciliation_discrepancies", d->id, patient, &d->ver, cells, COUNT_OF(cells), NULL, NULL, err);
}

enum status reconcile_discrepancy_remove(struct store *store, struct uid patient, const struct reconcile_discrepancy *d,
                                         struct error *err)
{
    return mark_removed(store, "reconciliation_discrepancies", d->id, patient, d->ver, err);
}

enum status reconcile_discrepancy_list_get(struct store *store, struct uid reconciliation,
                                           struct reconcile_discrepancy_list *out, struct error *err)
{
    struct reconcile_discrepancy_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = use_of(store, DISCREPANCIES, reconciliation, &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct reconcile_discrepancy){
            .id = column_id(stmt, 0),
            .ver = (int32_t)column_int(stmt, 1),
            .item = column_id(stmt, 2),
            .type = (enum discrepancy_type)column_enum(stmt, 3, ENUM_DISCREPANCY_TYPE),
            .class_of = (enum discrepancy_class)column_enum(stmt, 4, ENUM_DISCREPANCY_CLASS),
            .harm = (enum harm_level)column_enum(stmt, 5, ENUM_HARM_LEVEL),
            .found_by = column_id(stmt, 6),
            .found_us = column_int(stmt, 7),
            .resolution = column_text(stmt, 8),
            .contact_name = column_text(stmt, 9),
            .contact_how = column_text(stmt, 10),
            .contact_us = column_int(stmt, 11),
            .is_read_back = column_int(stmt, 12) != 0,
        };
    }
    if (status != STATUS_OK) {
        reconcile_discrepancy_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

/* ---- reports ---- */

void reconcile_deferral_list_release(struct reconcile_deferral_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].text);
        mem_free(list->items[i].words);
    }
    mem_free(list->items);
    *list = (struct reconcile_deferral_list){0};
}

enum status reconcile_deferral_list_get(struct store *store, struct reconcile_deferral_list *out, struct error *err)
{
    struct reconcile_deferral_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[DEFERRALS], &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct reconcile_deferral){
            .reconciliation = column_id(stmt, 0),
            .patient = column_id(stmt, 1),
            .owner = column_id(stmt, 2),
            .action = (enum reconcile_action)column_enum(stmt, 3, ENUM_RECONCILE_ACTION),
            .due_on = column_date(stmt, 4),
            .words = column_text(stmt, 5),
            .text = column_text(stmt, 6),
        };
    }
    if (status != STATUS_OK) {
        reconcile_deferral_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status reconcile_class_counts(struct store *store, int64_t from_us, int64_t to_us, struct reconcile_class_count_list *out,
                                   struct error *err)
{
    struct reconcile_class_count_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[CLASSES], &stmt, err);
    if (status == STATUS_OK) {
        bind_int(stmt, 1, from_us);
        bind_int(stmt, 2, to_us);
    }
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct reconcile_class_count){
            column_id(stmt, 0), (enum discrepancy_class)column_enum(stmt, 1, ENUM_DISCREPANCY_CLASS), (int)column_int(stmt, 2)};
    }
    if (status != STATUS_OK) {
        mem_free(list.items);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
