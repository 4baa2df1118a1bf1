/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/link.h"

#include <assert.h>
#include <endian.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"

/* pg_type.dat */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25, OID_UUID = 2950, OID_JSONB = 3802,
       OID_BYTEA_ARRAY = 1001, OID_TEXT_ARRAY = 1009, OID_INT8_ARRAY = 1016, OID_UUID_ARRAY = 2951, OID_JSONB_ARRAY = 3807,
       OID_TIMESTAMPTZ = 1184 };
#define EPOCH_2000_US INT64_C(946684800000000)
#define STATEMENT_LIMIT "60000" /* ms, at the centre */
/* Longer than any statement may take there: nobody will answer any more. And how often libpq is asked although poll() says nothing:
 * TLS may hold bytes that have left the socket. */
enum { SILENCE_LIMIT_MS = 65000, LOOK_MS = 100 };

void link_address_release(struct link_address *address)
{
    char **const parts[] = {&address->hosts, &address->ports, &address->database, &address->role, &address->secret,
                            &address->ca_file, &address->certificate_file, &address->key_file, &address->key_password};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (*parts[i] != NULL) {
            mem_wipe(*parts[i], strlen(*parts[i]));
        }
        mem_free(*parts[i]);
        *parts[i] = NULL;
    }
}

static void no_notice(void *nothing, const PGresult *result)
{
    (void)nothing;
    (void)result; /* "does not exist, skipping" */
}

/* What a failed connection means. The text may name hosts and roles: it goes to the person, not to the log. */
static enum status connect_fail(PGconn *pg, struct error *err)
{
    const char *text = PQerrorMessage(pg);
    char *line = mem_copy_bytes(text, strcspn(text, "\n"));
    enum status status;
    if (strstr(text, "password authentication failed") != NULL || strstr(text, "is not permitted to log in") != NULL ||
        strstr(text, "certificate revoked") != NULL || strstr(text, "certificate expired") != NULL) {
        status = error_set(err, STATUS_NOT_PERMITTED, _("The centre does not accept this device any more: %s"), line);
    } else if (strstr(text, "certificate verify failed") != NULL || strstr(text, "does not match host name") != NULL ||
               strstr(text, "SSL") != NULL) {
        status = error_set(err, STATUS_BAD_SECRET, _("The centre at this address is not the one this device knows: %s"), line);
    } else {
        status = error_set(err, STATUS_OFFLINE, _("The centre cannot be reached: %s"), line);
    }
    mem_free(line);
    return status;
}

static enum status started(PGconn *pg, int silence_limit_ms, struct link **out, struct error *err)
{
    if (pg == NULL || PQstatus(pg) != CONNECTION_OK) {
        enum status status = pg == NULL ? error_set(err, STATUS_OFFLINE, _("There is not enough memory.")) : connect_fail(pg, err);
        PQfinish(pg);
        return status;
    }
    (void)PQsetNoticeReceiver(pg, no_notice, NULL); /* gives the old one back */
    if (silence_limit_ms > 0 && PQsetnonblocking(pg, 1) != 0) {
        enum status status = connect_fail(pg, err);
        PQfinish(pg);
        return status;
    }
    struct link *link = mem_alloc(sizeof *link);
    link->pg = pg;
    link->silence_limit_ms = silence_limit_ms;
    *out = link;
    return STATUS_OK;
}

enum status link_open(const struct link_address *address, struct link **out, struct error *err)
{
    const char *const keys[] = {"host", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey",
                                "sslpassword", "channel_binding", "ssl_min_protocol_version", "gssencmode", "connect_timeout",
                                "tcp_user_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
                                "target_session_attrs", "application_name", "client_encoding", "options", NULL};
    const char *const values[] = {address->hosts, address->ports, address->database, address->role, address->secret, "verify-full",
                                  address->ca_file, address->certificate_file, address->key_file, address->key_password, "require",
                                  "TLSv1.3", "disable", "5", "10000", "20", "5", "3", "read-write", "prescripcare", "UTF8",
                                  "-c statement_timeout=" STATEMENT_LIMIT " -c lock_timeout=20000", NULL};
    return started(PQconnectdbParams(keys, values, 0), SILENCE_LIMIT_MS, out, err);
}

enum status link_open_admin(const char *conninfo, struct link **out, struct error *err)
{
    return started(PQconnectdb(conninfo), 0, out, err);
}

void link_close(struct link *link)
{
    if (link != NULL) {
        PQfinish(link->pg);
        mem_free(link);
    }
}

/* --- parameters ---------------------------------------------------------------------------------------------------- */

void link_params_release(struct link_params *params)
{
    for (int i = 0; i < params->count; i++) {
        buffer_release(&params->arrays[i]);
    }
    memset(params, 0, sizeof *params);
}

static int add(struct link_params *params, Oid type, const char *value, int len, int format)
{
    int at = params->count++;
    params->types[at] = type;
    params->values[at] = value;
    params->lengths[at] = len;
    params->formats[at] = format;
    return at;
}

void link_params_int(struct link_params *params, int64_t value)
{
    uint64_t be = htobe64((uint64_t)value);
    int at = add(params, OID_INT8, params->numbers[params->count], sizeof be, 1);
    memcpy(params->numbers[at], &be, sizeof be);
}

void link_params_int4(struct link_params *params, int32_t value)
{
    uint32_t be = htobe32((uint32_t)value);
    int at = add(params, OID_INT4, params->numbers[params->count], sizeof be, 1);
    memcpy(params->numbers[at], &be, sizeof be);
}

void link_params_bool(struct link_params *params, bool value)
{
    int at = add(params, OID_BOOL, params->numbers[params->count], 1, 1);
    params->numbers[at][0] = value;
}

void link_params_uid(struct link_params *params, const struct uid *id)
{
    (void)add(params, OID_UUID, (const char *)id->bytes, sizeof id->bytes, 1); /* its place is not needed */
}

void link_params_text(struct link_params *params, const char *text)
{
    (void)add(params, 0, text, 0, 0); /* its place is not needed */
}

void link_params_bytes(struct link_params *params, const void *bytes, size_t len)
{
    (void)add(params, OID_BYTEA, bytes, (int)len, 1); /* its place is not needed */
}

struct buffer *link_params_array(struct link_params *params, enum link_array_type type, size_t count)
{
    static const Oid types[][2] = {[LINK_ARRAY_UUID] = {OID_UUID_ARRAY, OID_UUID}, [LINK_ARRAY_INT8] = {OID_INT8_ARRAY, OID_INT8},
                                   [LINK_ARRAY_TEXT] = {OID_TEXT_ARRAY, OID_TEXT}, [LINK_ARRAY_JSONB] = {OID_JSONB_ARRAY, OID_JSONB},
                                   [LINK_ARRAY_BYTEA] = {OID_BYTEA_ARRAY, OID_BYTEA}};
    int at = add(params, types[type][0], NULL, 0, 1);
    struct buffer *array = &params->arrays[at];
    buffer_append_u32be(array, count > 0 ? 1 : 0); /* dimensions */
    buffer_append_u32be(array, 1);                 /* NULLs may be there */
    buffer_append_u32be(array, types[type][1]);
    if (count > 0) {
        buffer_append_u32be(array, (uint32_t)count);
        buffer_append_u32be(array, 1); /* the first index */
    }
    return array;
}

void link_array_bytes(struct buffer *array, const void *bytes, size_t len)
{
    buffer_append_u32be(array, bytes == NULL ? UINT32_MAX : (uint32_t)len);
    if (bytes != NULL) {
        buffer_append(array, bytes, len);
    }
}

void link_array_uid(struct buffer *array, struct uid id)
{
    link_array_bytes(array, uid_is_none(id) ? NULL : id.bytes, sizeof id.bytes);
}

void link_array_int(struct buffer *array, int64_t value)
{
    buffer_append_u32be(array, 8);
    buffer_append_u64be(array, (uint64_t)value);
}

void link_array_text(struct buffer *array, const char *text)
{
    link_array_bytes(array, text, text == NULL ? 0 : strlen(text));
}

void link_array_json(struct buffer *array, const char *json)
{
    buffer_append_u32be(array, (uint32_t)strlen(json) + 1);
    buffer_append_byte(array, 1); /* version of the binary form */
    buffer_append_text(array, json);
}

/* --- calls --------------------------------------------------------------------------------------------------------- */

static bool is_class(const struct link *link, const char *class)
{
    return strncmp(link->sqlstate, class, 2) == 0;
}

bool link_is_passing(const struct link *link)
{
    return link->sqlstate[0] == '\0' || is_class(link, "08") || is_class(link, "40") || is_class(link, "53") || is_class(link, "55") ||
           is_class(link, "57") || is_class(link, "58") || strcmp(link->sqlstate, "25006") == 0;
}

bool link_is_schema_behind(const struct link *link)
{
    return strcmp(link->sqlstate, "42P01") == 0 || strcmp(link->sqlstate, "42703") == 0 || strcmp(link->sqlstate, "42883") == 0;
}

bool link_is_lost(const struct link *link)
{
    return link->is_silent || PQstatus(link->pg) != CONNECTION_OK;
}

enum status link_fail(struct link *link, PGresult *result, struct error *err)
{
    const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *message = result != NULL ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    memset(link->sqlstate, 0, sizeof link->sqlstate);
    if (state != NULL) {
        memcpy(link->sqlstate, state, strnlen(state, sizeof link->sqlstate - 1));
    }
    log_write(LOG_WARNING, "centre: SQLSTATE %s", state != NULL ? state : "none");
    enum status status;
    if (state == NULL || link_is_lost(link)) {
        status = error_set(err, STATUS_OFFLINE, _("The connection to the centre was lost."));
    } else if (link_is_schema_behind(link)) {
        status = error_set(err, STATUS_NEWER, _("The centre is older than this program: run prescripcare central upgrade there. (%s)"),
                           message != NULL ? message : "");
    } else if (strcmp(state, "42501") == 0 || strcmp(state, "SY010") == 0) {
        status = error_set(err, STATUS_NOT_PERMITTED, _("The centre does not allow this: %s"), message != NULL ? message : "");
    } else if (link_is_passing(link)) {
        status = error_set(err, STATUS_BUSY, _("The centre is busy: %s"), message != NULL ? message : "");
    } else {
        status = error_set(err, STATUS_REFUSED, _("The centre refused this: %s (%s)"), message != NULL ? message : "", state);
    }
    PQclear(result);
    return status;
}

/* A copy whose pointers lead into the given parameters. */
static struct link_params pointed(const struct link_params *params)
{
    static const struct link_params none;
    struct link_params given = params != NULL ? *params : none;
    for (int i = 0; i < given.count; i++) {
        if (given.arrays[i].len > 0) {
            given.values[i] = given.arrays[i].bytes;
            given.lengths[i] = (int)given.arrays[i].len;
        } else if (given.types[i] == OID_INT8 || given.types[i] == OID_INT4 || given.types[i] == OID_BOOL) {
            given.values[i] = params->numbers[i];
        }
    }
    return given;
}

static bool is_good(const PGresult *result)
{
    ExecStatusType state = PQresultStatus(result);
    return state == PGRES_TUPLES_OK || state == PGRES_COMMAND_OK;
}

/* Sends what libpq still holds, and waits for bytes where wants_input. False: the line is broken, or was silent for too long. A
 * centre that hangs keeps its sockets alive: no time-out of TCP ends such a wait. */
static bool wait_for_line(struct link *link, bool wants_input)
{
    assert(link->holds == NULL || !*link->holds); /* nobody waits for the network with the site's file in hand */
    for (;;) {
        int unsent = PQflush(link->pg);
        if (unsent < 0 || (unsent == 0 && !wants_input)) {
            return unsent == 0;
        }
        struct pollfd line = {.fd = PQsocket(link->pg), .events = (short)(POLLIN | (unsent > 0 ? POLLOUT : 0))};
        int ready = poll(&line, 1, LOOK_MS);
        link->heard_us = ready > 0 ? clock_monotonic_us() : link->heard_us;
        if (PQconsumeInput(link->pg) == 0) {
            return false;
        }
        if (wants_input && unsent == 0 && (ready > 0 || PQisBusy(link->pg) == 0)) {
            return true;
        }
        if (link->silence_limit_ms > 0 && clock_monotonic_us() - link->heard_us > (int64_t)link->silence_limit_ms * 1000) {
            log_write(LOG_WARNING, "centre: no answer");
            link->is_silent = true;
            return false;
        }
    }
}

/* What was just given to libpq goes out; the time in which the centre has to answer begins. */
static bool send_out(struct link *link)
{
    link->heard_us = clock_monotonic_us();
    return wait_for_line(link, false);
}

/* The next result; NULL: none is left, or the line is gone. */
static PGresult *next_result(struct link *link)
{
    while (!link->is_silent && PQisBusy(link->pg) != 0) {
        if (!wait_for_line(link, true)) {
            break;
        }
    }
    return link->is_silent || (PQisBusy(link->pg) != 0 && PQstatus(link->pg) == CONNECTION_OK) ? NULL : PQgetResult(link->pg);
}

/* The last result of what was sent, or the first that failed. */
static PGresult *only_result(struct link *link)
{
    PGresult *kept = NULL, *next;
    while ((next = next_result(link)) != NULL) {
        bool is_copy = PQresultStatus(next) == PGRES_COPY_OUT;
        if (kept != NULL && !is_good(kept)) {
            PQclear(next);
        } else {
            PQclear(kept);
            kept = next;
        }
        if (is_copy) {
            break; /* its rows are read by link_copy_row() */
        }
    }
    return kept;
}

enum status link_query(struct link *link, const char *sql, const struct link_params *params, PGresult **out, struct error *err)
{
    struct link_params given = pointed(params);
    bool is_sent = PQsendQueryParams(link->pg, sql, given.count, given.types, given.values, given.lengths, given.formats, 1) == 1 && send_out(link);
    PGresult *result = is_sent ? only_result(link) : NULL;
    if (!is_good(result)) {
        return link_fail(link, result, err);
    }
    if (out != NULL) {
        *out = result;
    } else {
        PQclear(result);
    }
    return STATUS_OK;
}

enum status link_send(struct link *link, const char *sql, const struct link_params *params, struct error *err)
{
    struct link_params given = pointed(params);
    bool is_sent = PQpipelineStatus(link->pg) != PQ_PIPELINE_OFF || PQenterPipelineMode(link->pg) == 1;
    is_sent = is_sent && PQsendQueryParams(link->pg, sql, given.count, given.types, given.values, given.lengths, given.formats, 1) == 1 &&
              PQpipelineSync(link->pg) == 1 && send_out(link);
    return is_sent ? STATUS_OK : link_fail(link, NULL, err);
}

enum status link_receive(struct link *link, PGresult **out, struct error *err)
{
    PGresult *result = next_result(link), *next;
    bool is_synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    while (!is_synced && !link_is_lost(link)) { /* the end of the result, then the end of its transaction */
        next = next_result(link);
        is_synced = PQresultStatus(next) == PGRES_PIPELINE_SYNC;
        PQclear(next);
    }
    if (!is_good(result)) {
        return link_fail(link, result, err);
    }
    *out = result;
    return STATUS_OK;
}

enum status link_send_end(struct link *link, struct error *err)
{
    return PQpipelineStatus(link->pg) == PQ_PIPELINE_OFF || PQexitPipelineMode(link->pg) == 1 ? STATUS_OK : link_fail(link, NULL, err);
}

enum status link_run(struct link *link, const char *sql, struct error *err)
{
    PGresult *result = PQsendQuery(link->pg, sql) == 1 && send_out(link) ? only_result(link) : NULL;
    ExecStatusType state = PQresultStatus(result);
    if (state != PGRES_TUPLES_OK && state != PGRES_COMMAND_OK && state != PGRES_EMPTY_QUERY) {
        return link_fail(link, result, err);
    }
    PQclear(result);
    return STATUS_OK;
}

enum status link_copy(struct link *link, const char *sql, struct error *err)
{
    PGresult *result = PQsendQuery(link->pg, sql) == 1 && send_out(link) ? only_result(link) : NULL;
    if (PQresultStatus(result) != PGRES_COPY_OUT) {
        return link_fail(link, result, err);
    }
    PQclear(result);
    return STATUS_OK;
}

int link_copy_row(struct link *link, char **out)
{
    int len = PQgetCopyData(link->pg, out, 1);
    while (len == 0 && wait_for_line(link, true)) {
        len = PQgetCopyData(link->pg, out, 1);
    }
    return len == 0 ? -2 : len;
}

enum status link_copy_end(struct link *link, struct error *err)
{
    PGresult *result = link->is_silent ? NULL : only_result(link);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        return link_fail(link, result, err);
    }
    PQclear(result);
    return STATUS_OK;
}

/* --- results ------------------------------------------------------------------------------------------------------- */

int64_t result_int(const PGresult *result, int row, int column)
{
    const char *value = PQgetvalue(result, row, column);
    uint64_t u64;
    uint32_t u32;
    uint16_t u16;
    switch (PQgetisnull(result, row, column) ? 0 : PQgetlength(result, row, column)) {
    case 1:
        return value[0];
    case 2:
        memcpy(&u16, value, sizeof u16);
        return (int16_t)be16toh(u16);
    case 4:
        memcpy(&u32, value, sizeof u32);
        return (int32_t)be32toh(u32);
    case 8:
        memcpy(&u64, value, sizeof u64);
        return (int64_t)be64toh(u64) + (PQftype(result, column) == OID_TIMESTAMPTZ ? EPOCH_2000_US : 0);
    default:
        return 0;
    }
}

struct uid result_uid(const PGresult *result, int row, int column)
{
    struct uid id = UID_NONE;
    if (PQgetlength(result, row, column) == (int)sizeof id.bytes) {
        memcpy(id.bytes, PQgetvalue(result, row, column), sizeof id.bytes);
    }
    return id;
}

const char *result_text(const PGresult *result, int row, int column)
{
    return PQgetvalue(result, row, column); /* libpq puts a NUL behind */
}
