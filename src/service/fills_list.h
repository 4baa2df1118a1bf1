/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at fills: the counter's lists, one fill with all that belongs to it, and who has a lot. */
#ifndef SERVICE_FILLS_LIST_H
#define SERVICE_FILLS_LIST_H

#include "print/document.h"
#include "service/fills.h"

/* QUEUE: what is to be done now, oldest first; OWED: rests; UNCLAIMED: bags whose time is over; REFILLS: supplies of active orders
 * that end within a week or ended in the last month, and nothing follows in the queue. */
enum fill_rows_kind { FILL_ROWS_QUEUE, FILL_ROWS_OWED, FILL_ROWS_UNCLAIMED, FILL_ROWS_REFILLS, FILL_ROWS_KINDS };

struct fill_row {
    struct uid fill, patient, order;
    enum fill_state state;
    char *patient_name, *mrn;
    char *number;          /* of the prescription */
    char *drug;
    char *quantity;        /* "30 tab"; of OWED what is owed */
    char *lot;             /* of lot_holders() */
    int64_t since_us;      /* asked for; UNCLAIMED: since when it should be back; of a lot: handed over, 0 not */
    struct date supply_until; /* what was filled lasts until then; none: it cannot be told */
    int refills_left;      /* of the order */
    bool is_waiting_rest;  /* the rest is in the queue already */
    bool is_refused;       /* the order ended or changed meanwhile: it is only cancelled or returned */
};
struct fill_rows {
    struct fill_row *items;
    size_t len, cap;
    int urgent_count;      /* refused ones; of REFILLS those without a refill left */
    bool is_cut;
};
void fill_rows_release(struct fill_rows *rows);

/* The first reading of an open list is audited, refreshing it is not. */
enum status fill_rows_get(struct actor *actor, enum fill_rows_kind kind, struct fill_rows *out, struct error *err) MUST_USE;
enum status fill_rows_refresh(struct actor *actor, enum fill_rows_kind kind, struct fill_rows *out, struct error *err) MUST_USE;
/* All fills of one order, newest first; the chart is open. */
enum status fill_rows_of_order(struct actor *actor, struct uid patient, struct uid order, struct fill_rows *out, struct error *err)
    MUST_USE;

/* The order of a prescription number, with or without its label's prefix. */
enum status fill_find_number(struct actor *actor, const char *number, struct uid *out_patient, struct uid *out_order,
                             struct error *err) MUST_USE;

/* ---- one fill ---- */

struct fill_view {
    struct fill fill;
    struct order order;           /* as it stands */
    struct fill_pack_list packs;
    struct fill_step_list steps;  /* oldest first */
    char **step_names;            /* of who did each */
    struct proposal *proposal;    /* the order screened on this chart; borrows from the chart */
    struct decimal owed;          /* of its root */
    struct uid open_rest;
    int refills_left;
    bool needs_second;
    struct error refusal;         /* why it cannot go on; STATUS_OK: it can */
};
/* The chart is open and outlives it. */
enum status fill_look(struct actor *actor, const struct chart *chart, struct uid fill, struct fill_view *out, struct error *err)
    MUST_USE;
void fill_view_release(struct fill_view *view);
/* All of it as text. */
void fill_write(const struct actor *actor, const struct fill_view *view, struct document *out);
const char *fill_quantity_text(struct decimal quantity, enum unit unit, char buf[64]); /* "30 tab" */

/* ---- lots ---- */

/* Everybody whose bag holds that lot, newest first. */
enum status lot_holders(struct actor *actor, const char *lot, struct fill_rows *out, struct error *err) MUST_USE;

struct recall_row {
    struct uid id;
    int32_t ver;
    char *lot, *product, *reason, *by;
    int64_t at_us;
};
struct recall_rows {
    struct recall_row *items;
    size_t len, cap;
};
void recall_rows_release(struct recall_rows *rows);
enum status recall_rows_get(struct actor *actor, struct recall_rows *out, struct error *err) MUST_USE;
/* From now on nothing of that lot is handed out. product "": every product of that lot. Fields: "lot", "reason". */
enum status recall_add(struct actor *actor, const char *lot, const char *product, const char *reason, struct error *err) MUST_USE;
enum status recall_end(struct actor *actor, struct uid recall, int32_t ver, struct error *err) MUST_USE;

/* ---- a list for elsewhere ---- */
void fill_rows_write_csv(const struct site *site, const struct fill_rows *rows, struct buffer *out);
void fill_rows_write(const struct site *site, const struct fill_rows *rows, struct document *out);

#endif
