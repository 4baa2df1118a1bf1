/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/central.h"

#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "sync/link.h"
#include "sync/server_schema.h"

#define FOLDER "data/server/"
#define LOCK "SELECT pg_advisory_xact_lock(hashtextextended('prescripcare.central', 1))"

static int number_of(const struct embedded_file *file)
{
    return strncmp(file->path, FOLDER, sizeof FOLDER - 1) == 0 ? (int)strtol(file->path + sizeof FOLDER - 1, NULL, 10) : 0;
}

static const struct embedded_file *next_migration(int after)
{
    const struct embedded_file *next = NULL;
    for (const struct embedded_file *file = EMBEDDED_FILES; file->path != NULL; file++) {
        int number = number_of(file);
        if (number > after && (next == NULL || number < number_of(next))) {
            next = file;
        }
    }
    return next;
}

static enum status read_number(struct link *link, const char *sql, int64_t *out, struct error *err)
{
    PGresult *result = NULL;
    enum status status = link_query(link, sql, NULL, &result, err);
    if (status == STATUS_OK) {
        *out = PQntuples(result) > 0 ? result_int(result, 0, 0) : 0;
        PQclear(result);
    }
    return status;
}

static enum status read_migration(struct link *link, int *out, struct error *err)
{
    int64_t is_there = 0, number = 0;
    enum status status = read_number(link, "SELECT to_regclass('sync.server') IS NOT NULL", &is_there, err);
    if (status == STATUS_OK && is_there != 0) {
        status = read_number(link, "SELECT migration FROM sync.server", &number, err);
    }
    *out = (int)number;
    return status;
}

/* Everything that is new, in one transaction: the numbered files, then the tables from the registry. */
static enum status bring_up_to_date(struct link *link, int have, struct central_version *out, struct error *err)
{
    struct buffer schema = BUFFER_INIT;
    enum status status = STATUS_OK;
    out->migration = have;
    for (const struct embedded_file *file = next_migration(have); status == STATUS_OK && file != NULL;
         file = next_migration(out->migration)) {
        out->migration = number_of(file);
        if (out->migration > 1) {
            status = link_run(link, "SET LOCAL ROLE prescripcare_owner", err);
        }
        if (status == STATUS_OK) {
            status = link_run(link, (const char *)file->bytes, err);
        }
    }
    if (status == STATUS_OK) {
        status = link_run(link, "SET LOCAL ROLE prescripcare_owner", err);
    }
    if (status == STATUS_OK) {
        status = server_schema_write(&schema, &out->schema_version, err);
    }
    if (status == STATUS_OK) {
        status = link_run(link, schema.bytes, err);
    }
    if (status == STATUS_OK) {
        char *sql = mem_format("UPDATE sync.server SET migration = %d", out->migration);
        status = link_run(link, sql, err);
        mem_free(sql);
    }
    buffer_release(&schema);
    return status;
}

static enum status run_migrations(const char *conninfo, bool is_first, struct central_version *out, struct error *err)
{
    struct link *link = NULL;
    int have = 0;
    enum status status = link_open_admin(conninfo, &link, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = link_run(link, "BEGIN; SET LOCAL client_min_messages = warning; " LOCK, err);
    if (status == STATUS_OK) {
        status = read_migration(link, &have, err);
    }
    if (status == STATUS_OK && is_first && have > 0) {
        status = error_set(err, STATUS_EXISTS, _("This database holds a centre already; bring it up to date with: central upgrade."));
    } else if (status == STATUS_OK && !is_first && have == 0) {
        status = error_set(err, STATUS_NOT_FOUND, _("This database holds no centre yet; make one with: central init."));
    }
    if (status == STATUS_OK) {
        status = bring_up_to_date(link, have, out, err);
    }
    if (status == STATUS_OK) {
        status = link_run(link, "COMMIT", err);
    }
    link_close(link);
    return status;
}

enum status central_init(const char *conninfo, struct central_version *out, struct error *err)
{
    return run_migrations(conninfo, true, out, err);
}

enum status central_upgrade(const char *conninfo, struct central_version *out, struct error *err)
{
    return run_migrations(conninfo, false, out, err);
}

/* --- devices ------------------------------------------------------------------------------------------------------- */

void central_device_list_release(struct central_device_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].role);
        mem_free(list->items[i].name);
        mem_free(list->items[i].site);
        mem_free(list->items[i].state);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status central_devices(const char *conninfo, struct central_device_list *out, struct error *err)
{
    static const char sql[] =
        "SELECT r.role_name::text, r.device_name, s.site_name, r.state, r.enrolled_at, r.joined_at, r.seen_at, r.last_op_seq, r.audit_seq, "
        "(SELECT count(*) FROM sync.quarantine q WHERE q.replica_id = r.replica_id AND q.resolved_at IS NULL), "
        "CASE WHEN r.joined_at IS NULL THEN 0 ELSE (SELECT count(*) FROM sync.erasure e WHERE e.erasure_seq > r.erasure_ack) END "
        "FROM sync.replica r JOIN sync.site s USING (site_no) ORDER BY s.site_name, r.device_name";
    struct central_device_list list = {0};
    struct link *link = NULL;
    PGresult *result = NULL;
    enum status status = link_open_admin(conninfo, &link, err);
    if (status == STATUS_OK) {
        status = link_query(link, sql, NULL, &result, err);
    }
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct central_device){
            .role = mem_copy_text(result_text(result, i, 0)),
            .name = mem_copy_text(result_text(result, i, 1)),
            .site = mem_copy_text(result_text(result, i, 2)),
            .state = mem_copy_text(result_text(result, i, 3)),
            .enrolled_us = result_int(result, i, 4),
            .joined_us = result_int(result, i, 5),
            .seen_us = result_int(result, i, 6),
            .changes = result_int(result, i, 7),
            .audit_records = result_int(result, i, 8),
            .quarantined = result_int(result, i, 9),
            .erasures = result_int(result, i, 10),
        };
    }
    PQclear(result);
    link_close(link);
    if (status == STATUS_OK) {
        *out = list;
    }
    return status;
}

enum status central_erase(const char *conninfo, const char *user_id, struct error *err)
{
    struct link *link = NULL;
    struct link_params params = {0};
    PGresult *result = NULL;
    struct uid id;
    enum status status = uid_parse(user_id, &id, err);
    if (status == STATUS_OK) {
        status = link_open_admin(conninfo, &link, err);
    }
    if (status == STATUS_OK) {
        link_params_uid(&params, &id);
        status = link_query(link, "SELECT sync.erase(user_id) FROM clin.users WHERE user_id = $1", &params, &result, err);
    }
    if (status == STATUS_OK && PQntuples(result) == 0) {
        status = error_set(err, STATUS_NOT_FOUND, _("The centre knows no person of this id."));
    }
    PQclear(result);
    link_params_release(&params);
    link_close(link);
    return status;
}

enum status central_restored(const char *conninfo, struct error *err)
{
    struct link *link = NULL;
    enum status status = link_open_admin(conninfo, &link, err);
    if (status == STATUS_OK) {
        status = link_run(link, "SELECT sync.restored()", err);
    }
    link_close(link);
    return status;
}

/* --- health -------------------------------------------------------------------------------------------------------- */

void central_health_release(struct central_health *health)
{
    mem_free(health->server);
    mem_free(health->incarnation);
    memset(health, 0, sizeof *health);
}

static enum status read_health(struct link *link, struct central_health *out, struct error *err)
{
    static const char sql[] =
        "SELECT s.migration, s.schema_version, current_setting('server_version'), sync.incarnation(), "
        "(SELECT count(DISTINCT user_id) FROM sync.scope WHERE reason <> 'staff'), "
        "(SELECT count(*) FROM sync.replica WHERE state = 'active'), "
        "(SELECT count(*) FROM sync.quarantine WHERE resolved_at IS NULL), "
        "(SELECT count(*) FROM clin.sync_conflicts WHERE needs_review AND reviewed_at IS NULL), "
        "(SELECT count(*) FROM sync.change), "
        "(SELECT count(*) FROM clin.dose_events_default) + (SELECT count(*) FROM clin.notification_history_default) + "
        "(SELECT count(*) FROM clin.audit_logs_default), pg_database_size(current_database()) FROM sync.server s";
    PGresult *result = NULL;
    enum status status = link_query(link, sql, NULL, &result, err);
    if (status == STATUS_OK) {
        *out = (struct central_health){
            .version = {(int)result_int(result, 0, 0), (int)result_int(result, 0, 1)},
            .server = mem_copy_text(result_text(result, 0, 2)),
            .incarnation = mem_copy_text(result_text(result, 0, 3)),
            .patients = result_int(result, 0, 4),
            .devices = result_int(result, 0, 5),
            .waiting_quarantine = result_int(result, 0, 6),
            .open_conflicts = result_int(result, 0, 7),
            .change_rows = result_int(result, 0, 8),
            .misplaced_rows = result_int(result, 0, 9),
            .bytes = result_int(result, 0, 10),
        };
        PQclear(result);
    }
    return status;
}

enum status central_status(const char *conninfo, struct central_health *out, struct error *err)
{
    struct link *link = NULL;
    enum status status = link_open_admin(conninfo, &link, err);
    if (status == STATUS_OK) {
        status = read_health(link, out, err);
    }
    link_close(link);
    return status;
}

enum status central_maintain(const char *conninfo, struct central_health *out, struct error *err)
{
    /* Each its own transaction. The floor of cursors moves before rows go: a device that slept longer starts afresh. */
    static const char *const steps[] = {
        "SET ROLE prescripcare_owner",
        "SELECT sync.maintain()",
        "SELECT partman.run_maintenance(p_analyze := false)",
        /* Rows that a wrong clock put outside every partition; the audit is changed by nobody, its rows are only reported. */
        "SELECT partman.partition_data_time('clin.dose_events', 1000)",
        "SELECT partman.partition_data_time('clin.notification_history', 1000)",
        "RESET ROLE",
    };
    struct link *link = NULL;
    enum status status = link_open_admin(conninfo, &link, err);
    for (size_t i = 0; status == STATUS_OK && i < sizeof steps / sizeof *steps; i++) {
        status = link_run(link, steps[i], err);
    }
    if (status == STATUS_OK) {
        status = read_health(link, out, err);
    }
    link_close(link);
    return status;
}
