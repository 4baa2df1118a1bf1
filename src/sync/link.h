/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection to the central PostgreSQL and what comes over it. Blocking, with limits for a centre that hangs, too; only the agent and the
 * administrator's commands hold one, never a session with a screen. Parameters and results travel in binary. */
#ifndef SYNC_LINK_H
#define SYNC_LINK_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/uid.h"

/* How a device reaches the centre. Text is owned. */
struct link_address {
    char *hosts, *ports; /* "a,b" and "5432,5432": tried in turn */
    char *database, *role, *secret;
    char *ca_file, *certificate_file, *key_file, *key_password;
};
void link_address_release(struct link_address *address);

struct link {
    PGconn *pg;
    char sqlstate[6]; /* of the last failure; "" when there was no answer */
    int silence_limit_ms; /* after which a centre that does not answer counts as gone; 0: never (the administrator's own) */
    int64_t heard_us; /* monotonic: when the line last carried something */
    bool is_silent;
    const bool *holds; /* borrowed, NULL: true while the site's file is held for writing, when nobody may wait for the line */
};

/* TLS 1.3, the server's name checked, certificate and SCRAM with channel binding (decisions.md 13). STATUS_OFFLINE;
 * STATUS_BAD_SECRET and STATUS_NOT_PERMITTED where the centre answered and refused. */
enum status link_open(const struct link_address *address, struct link **out, struct error *err) MUST_USE;
/* The administrator's own way: a libpq connection string. */
enum status link_open_admin(const char *conninfo, struct link **out, struct error *err) MUST_USE;
void link_close(struct link *link); /* accepts NULL */

/* Parameters of one call. */
enum { LINK_PARAMS_MAX = 8 };
struct link_params {
    int count;
    Oid types[LINK_PARAMS_MAX];
    const char *values[LINK_PARAMS_MAX];
    int lengths[LINK_PARAMS_MAX], formats[LINK_PARAMS_MAX];
    char numbers[LINK_PARAMS_MAX][8];
    struct buffer arrays[LINK_PARAMS_MAX];
};
void link_params_release(struct link_params *params);
void link_params_int(struct link_params *params, int64_t value);
void link_params_int4(struct link_params *params, int32_t value);
void link_params_bool(struct link_params *params, bool value);
void link_params_uid(struct link_params *params, const struct uid *id);            /* borrowed */
void link_params_text(struct link_params *params, const char *text);               /* borrowed; of a type that is inferred */
void link_params_bytes(struct link_params *params, const void *bytes, size_t len); /* borrowed */

enum link_array_type { LINK_ARRAY_UUID, LINK_ARRAY_INT8, LINK_ARRAY_TEXT, LINK_ARRAY_JSONB, LINK_ARRAY_BYTEA };
/* Begins an array of that many items; each is given once. */
struct buffer *link_params_array(struct link_params *params, enum link_array_type type, size_t count);
void link_array_uid(struct buffer *array, struct uid id); /* UID_NONE is NULL */
void link_array_int(struct buffer *array, int64_t value);
void link_array_text(struct buffer *array, const char *text);
void link_array_json(struct buffer *array, const char *json);
void link_array_bytes(struct buffer *array, const void *bytes, size_t len);

/* One statement, one result, released with PQclear(). Several statements (text protocol, no result) by link_run(). */
enum status link_query(struct link *link, const char *sql, const struct link_params *params, PGresult **out,
                       struct error *err) MUST_USE;
enum status link_run(struct link *link, const char *sql, struct error *err) MUST_USE;

/* Several statements under way at once, each a transaction of its own, answered in their order. Between the first link_send()
 * and link_send_end(), which comes when all answers were received, no other call. link_receive() fails as its statement
 * failed. */
enum status link_send(struct link *link, const char *sql, const struct link_params *params, struct error *err) MUST_USE;
enum status link_receive(struct link *link, PGresult **out, struct error *err) MUST_USE;
enum status link_send_end(struct link *link, struct error *err) MUST_USE;

/* COPY ... TO STDOUT: link_copy(), then rows until link_copy_row() gives less than 1 (-1 the end, -2 broken), then link_copy_end().
 * Each row is freed with PQfreemem(). */
enum status link_copy(struct link *link, const char *sql, struct error *err) MUST_USE;
int link_copy_row(struct link *link, char **out);
enum status link_copy_end(struct link *link, struct error *err) MUST_USE;

int64_t result_int(const PGresult *result, int row, int column); /* int2, int4, int8, bool, timestamptz (in microseconds) */
struct uid result_uid(const PGresult *result, int row, int column);
const char *result_text(const PGresult *result, int row, int column); /* "" for NULL; borrowed */

/* Passing trouble (network, locks, resources, restart): try again later, blame no change (sync.md 7.4). */
bool link_is_passing(const struct link *link);
/* The centre lacks a table, column or function that this version needs. */
bool link_is_schema_behind(const struct link *link);
bool link_is_lost(const struct link *link);

/* The failure of a libpq result or connection as ours, with the SQLSTATE noted. Clears `result`. */
enum status link_fail(struct link *link, PGresult *result, struct error *err);

#endif
