/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one way in which a row of a synced table is written: the columns, the version, the outbox row with old and new
 * values, and the before/after text for the audit, all from one list of cells. The statements are built from the
 * registry's constant names; values are always bound. Only inside store_begin(). */
#ifndef STORE_CHANGE_H
#define STORE_CHANGE_H

#include <stddef.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/uid.h"
#include "model/enums.h"
#include "store/store.h"

enum cell_kind { CELL_KIND_TEXT, CELL_KIND_INT, CELL_KIND_ID, CELL_KIND_BYTES, CELL_KIND_DATE, CELL_KIND_DECIMAL, CELL_KIND_ENUM };

struct cell {
    const char *column; /* a literal that the registry knows */
    enum cell_kind kind;
    enum enum_kind enum_kind;
    const void *bytes;  /* TEXT, BYTES: borrowed for the call */
    int len;
    int64_t number;     /* INT, ENUM */
    struct uid id;
    struct date date;
    struct decimal decimal;
};

/* Empty text, UID_NONE, no date, enum 0 are stored as NULL by the _OR_NULL forms, CELL_ID, CELL_DATE and CELL_ENUM. */
#define CELL_TEXT(column_name, value) ((struct cell){.column = (column_name), .kind = CELL_KIND_TEXT, .bytes = (value)})
#define CELL_TEXT_OR_NULL(column_name, value) CELL_TEXT(column_name, cell_or_null(value))
#define CELL_INT(column_name, value) ((struct cell){.column = (column_name), .kind = CELL_KIND_INT, .number = (value), .len = 1})
#define CELL_INT_OR_NULL(column_name, value)                                                                         \
    ((struct cell){.column = (column_name), .kind = CELL_KIND_INT, .number = (value), .len = (value) != 0})
#define CELL_ID(column_name, value) ((struct cell){.column = (column_name), .kind = CELL_KIND_ID, .id = (value)})
#define CELL_DATE(column_name, value) ((struct cell){.column = (column_name), .kind = CELL_KIND_DATE, .date = (value)})
#define CELL_DECIMAL(column_name, value)                                                                             \
    ((struct cell){.column = (column_name), .kind = CELL_KIND_DECIMAL, .decimal = (value)})
/* Zero is a value here, not "none". */
#define CELL_DECIMAL_OR_ZERO(column_name, value)                                                                     \
    ((struct cell){.column = (column_name), .kind = CELL_KIND_DECIMAL, .decimal = (value), .len = 1})
#define CELL_ENUM(column_name, kind_of, value)                                                                       \
    ((struct cell){.column = (column_name), .kind = CELL_KIND_ENUM, .enum_kind = (kind_of), .number = (value)})

const char *cell_or_null(const char *text); /* NULL for "" */

/* A new row. `patient` goes into user_id where the table has that column and the cells do not name it. STATUS_EXISTS
 * when the key is taken. *out_new (may be NULL) is the row as JSON; the caller frees. */
enum status change_insert(struct store *store, const char *table, struct uid key, struct uid patient,
                          const struct cell *cells, size_t count, char **out_new, struct error *err) MUST_USE;

/* Changes columns of the row whose version is base_ver; STATUS_STALE when it is another by now, STATUS_NOT_FOUND when
 * the row is gone. Raises ver. *out_old and *out_new (may be NULL) hold the changed columns only. */
enum status change_update(struct store *store, const char *table, struct uid key, struct uid patient, int32_t base_ver,
                          const struct cell *cells, size_t count, char **out_old, char **out_new, struct error *err) MUST_USE;

/* How many rows wait for the central database. */
enum status outbox_count(struct store *store, int64_t *out, struct error *err) MUST_USE;

#endif
