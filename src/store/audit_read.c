/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/audit_read.h"

#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "crypt/hash_chain.h"
#include "crypt/record_seal.h"
#include "store/audit_store.h"
#include "store/statement.h"

enum { SUBJECT_KEY, OF_SUBJECT, OF_PERIOD, OF_SUBJECT_PERIOD, FIRST, LAST };
/* The outcome stands in the record only: read_lines() looks for it. Where a list goes on is a moment and a number, because after a
 * clock that was set back later numbers are of earlier moments. */
#define PERIOD_SELECT                                                                                                        \
    "SELECT a.log_id, a.performed_at, a.user_id, trim(coalesce(p.first_name, '') || ' ' || coalesce(p.last_name, '')), "   \
    "a.record, a.action_type, coalesce(a.table_name, ''), coalesce(a.ip_address, ''), NULL, NULL, a.risk_level, a.seq, "     \
    "k.user_id FROM audit_logs a LEFT JOIN user_profiles p ON p.user_id = a.user_id "                                       \
    "LEFT JOIN subject_keys k ON k.pseudonym = a.subject_pseudonym WHERE "
#define PERIOD_REST                                                                                                          \
    " AND a.performed_at < ?2 AND (a.performed_at < ?8 OR (a.performed_at = ?8 AND a.seq < ?6)) AND (?3 IS NULL OR a.user_id = ?3) AND "                                       \
    "substr(a.action_type, 1, length(?4)) = ?4 AND "                                                                        \
    "CASE a.risk_level WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END >= ?5 "                    \
    "ORDER BY a.performed_at DESC, a.seq DESC LIMIT ?7"
static const struct statement statements[] = {
    [SUBJECT_KEY] = {"audit_read.subject", "SELECT pseudonym, seal_key FROM subject_keys WHERE user_id = ?1"},
    [OF_SUBJECT] = {"audit_read.of_subject",
                    "SELECT a.log_id, a.performed_at, a.user_id, trim(coalesce(p.first_name, '') || ' ' || coalesce(p.last_name, '')), "
                    "a.record, a.action_type, coalesce(a.table_name, ''), coalesce(a.ip_address, ''), "
                    "CASE WHEN ?6 THEN a.old_values END, CASE WHEN ?6 THEN a.new_values END, a.risk_level, a.seq, NULL "
                    "FROM audit_logs a LEFT JOIN user_profiles p ON p.user_id = a.user_id "
                    "WHERE a.subject_pseudonym = ?1 AND a.performed_at < ?2 AND (?3 IS NULL OR a.user_id = ?3) AND "
                    "substr(a.action_type, 1, length(?4)) = ?4 AND (NOT ?5 OR a.new_values IS NOT NULL) "
                    "ORDER BY a.performed_at DESC, a.seq DESC LIMIT ?7"},
    [OF_PERIOD] = {"audit_read.of_period", PERIOD_SELECT "a.performed_at >= ?1" PERIOD_REST},
    /* Of one patient: by the index on the pseudonym. */
    [OF_SUBJECT_PERIOD] = {"audit_read.of_subject_period",
                           PERIOD_SELECT "a.subject_pseudonym = ?9 AND a.performed_at >= ?1" PERIOD_REST},
    [FIRST] = {"audit_read.first", "SELECT performed_at FROM audit_logs ORDER BY performed_at LIMIT 1"},
    [LAST] = {"audit_read.last", "SELECT performed_at FROM audit_logs ORDER BY performed_at DESC LIMIT 1"},
};
const struct statement_list AUDIT_READ_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static void line_release(struct audit_line *line)
{
    mem_free(line->actor_name);
    mem_free(line->outcome);
    mem_free(line->details);
    mem_free(line->action);
    mem_free(line->table);
    mem_free(line->address);
    mem_free(line->old_values);
    mem_free(line->new_values);
}

void audit_line_list_release(struct audit_line_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        line_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct audit_line_list){0};
}

/* {"sealed":"..."} of one column and row. NULL: there is none, or it does not open (a changed text is what audit verify is
 * for). */
static char *unseal(const struct secret *key, const char *column, struct uid id, const char *sealed)
{
    struct json_document *doc = NULL;
    char text[UID_TEXT_MAX], *out = NULL;
    size_t len = 0;
    if (sealed == NULL || sealed[0] == '\0' || json_parse(sealed, strlen(sealed), &JSON_LIMITS_DEFAULT, 1, &doc, NULL) != STATUS_OK) {
        return NULL;
    }
    const char *value = json_get_string(json_root(doc), "sealed");
    char *place = mem_format("audit_logs|%s|%s", column, uid_format(id, text));
    if (value == NULL || record_seal_open(key, place, value, &out, &len, NULL) != STATUS_OK) {
        out = NULL;
    }
    mem_free(place);
    json_free(doc);
    return out;
}

/* False: nothing was ever recorded about this person. */
static enum status subject_key(struct store *store, struct uid subject, struct uid *out_pseudonym, struct secret *out_key,
                               bool *out_found, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[SUBJECT_KEY], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, subject);
        status = statement_step(store, stmt, out_found, err);
    }
    if (status == STATUS_OK && *out_found) {
        *out_pseudonym = column_id(stmt, 0);
        secret_init(out_key, sqlite3_column_blob(stmt, 1), SECRET_KEY_BYTES);
        statement_reset(stmt);
    }
    return status;
}

static struct audit_line read_line(sqlite3_stmt *stmt, const struct secret *key)
{
    const void *record = sqlite3_column_blob(stmt, 4);
    size_t len = (size_t)sqlite3_column_bytes(stmt, 4);
    char *role = chain_get_text(record, len, AUDIT_FIELD_ROLE);
    struct audit_line line = {
        .id = column_id(stmt, 0),
        .at_us = column_int(stmt, 1),
        .actor = column_id(stmt, 2),
        .actor_name = column_text(stmt, 3),
        .outcome = chain_get_text(record, len, AUDIT_FIELD_OUTCOME),
        .details = chain_get_text(record, len, AUDIT_FIELD_DETAILS),
        .action = column_text(stmt, 5),
        .table = column_text(stmt, 6),
        .address = column_text(stmt, 7),
        .risk = (enum risk_level)column_enum(stmt, 10, ENUM_RISK_LEVEL),
        .seq = column_int(stmt, 11),
        .subject = column_id(stmt, 12),
    };
    line.actor_role = (enum role)enum_value(ENUM_ROLE, role);
    mem_free(role);
    if (key != NULL) {
        line.old_values = unseal(key, "old_values", line.id, (const char *)sqlite3_column_text(stmt, 8));
        line.new_values = unseal(key, "new_values", line.id, (const char *)sqlite3_column_text(stmt, 9));
    }
    return line;
}

/* NULL or "": any. */
static bool has_outcome(sqlite3_stmt *stmt, const char *wanted)
{
    if (wanted == NULL || wanted[0] == '\0') {
        return true;
    }
    char *outcome = chain_get_text(sqlite3_column_blob(stmt, 4), (size_t)sqlite3_column_bytes(stmt, 4), AUDIT_FIELD_OUTCOME);
    bool is_ok = outcome == NULL || strcmp(outcome, "ok") == 0;
    bool fits = strcmp(wanted, AUDIT_NOT_OK) == 0 ? !is_ok : outcome != NULL && strcmp(outcome, wanted) == 0;
    mem_free(outcome);
    return fits;
}

/* All rows of a bound statement with that outcome, up to the limit. */
static enum status read_lines(struct store *store, sqlite3_stmt *stmt, const struct secret *key, const char *outcome, int limit,
                              struct audit_line_list *out, struct error *err)
{
    struct audit_line_list list = {0};
    enum status status = STATUS_OK;
    bool row = false;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        if (!has_outcome(stmt, outcome)) {
            continue;
        }
        if ((int)list.len == limit) {
            list.is_cut = true;
            statement_reset(stmt);
            break;
        }
        MEM_GROW(&list);
        list.items[list.len++] = read_line(stmt, key);
    }
    if (status != STATUS_OK) {
        audit_line_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status audit_list_subject(struct store *store, const struct audit_query *query, struct audit_line_list *out,
                               struct error *err)
{
    struct audit_line_list list = {0};
    struct secret key = SECRET_INIT;
    struct uid pseudonym = UID_NONE;
    sqlite3_stmt *stmt = NULL;
    bool is_known = false;
    enum status status = subject_key(store, query->subject, &pseudonym, &key, &is_known, err);
    if (status != STATUS_OK || !is_known) {
        *out = list;
        return status;
    }
    status = statement_use(store, &statements[OF_SUBJECT], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, pseudonym);
        bind_int(stmt, 2, query->before_us);
        bind_id(stmt, 3, query->actor);
        bind_text(stmt, 4, query->action_begin);
        bind_int(stmt, 5, query->writes_only);
        bind_int(stmt, 6, query->with_values);
        bind_int(stmt, 7, query->limit + 1);
    }
    if (status == STATUS_OK) {
        status = read_lines(store, stmt, &key, NULL, query->limit, &list, err);
    }
    secret_release(&key);
    if (status == STATUS_OK) {
        *out = list;
    }
    return status;
}

enum status audit_list_period(struct store *store, const struct audit_period *period, struct audit_line_list *out,
                              struct error *err)
{
    bool is_any_outcome = period->outcome == NULL || period->outcome[0] == '\0', is_first_page = period->before_seq == INT64_MAX;
    struct uid pseudonym = UID_NONE;
    struct secret key = SECRET_INIT;
    sqlite3_stmt *stmt = NULL;
    bool is_known = true, is_of_one = !uid_is_none(period->subject);
    enum status status = is_of_one ? subject_key(store, period->subject, &pseudonym, &key, &is_known, err) : STATUS_OK;
    secret_release(&key); /* values are not read here */
    if (status == STATUS_OK && !is_known) {
        *out = (struct audit_line_list){0};
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = statement_use(store, &statements[is_of_one ? OF_SUBJECT_PERIOD : OF_PERIOD], &stmt, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bind_int(stmt, 1, period->from_us);
    bind_int(stmt, 2, !is_first_page && period->before_us < period->to_us ? period->before_us + 1 : period->to_us);
    bind_id(stmt, 3, period->actor);
    bind_text(stmt, 4, period->action_begin);
    bind_int(stmt, 5, (int64_t)period->least_risk);
    bind_int(stmt, 6, period->before_seq);
    bind_int(stmt, 7, is_any_outcome ? period->limit + 1 : -1);
    bind_int(stmt, 8, is_first_page ? INT64_MAX : period->before_us);
    if (is_of_one) {
        bind_id(stmt, 9, pseudonym);
    }
    return read_lines(store, stmt, NULL, period->outcome, period->limit, out, err);
}

static enum status moment(struct store *store, const struct statement *which, int64_t *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, which, &stmt, err);
    if (status == STATUS_OK) {
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK) {
        *out = row ? column_int(stmt, 0) : 0;
        statement_reset(stmt);
    }
    return status;
}

enum status audit_first_us(struct store *store, int64_t *out, struct error *err)
{
    return moment(store, &statements[FIRST], out, err);
}

enum status audit_last_us(struct store *store, int64_t *out, struct error *err)
{
    return moment(store, &statements[LAST], out, err);
}
