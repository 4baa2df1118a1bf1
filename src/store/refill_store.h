/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rights to fill an order and the ledger of fills (refill_rights, refill_ledger). Append-only; ids follow from what the
 * row is about, so that what is done twice is there once. Writers run inside store_begin(). */
#ifndef STORE_REFILL_STORE_H
#define STORE_REFILL_STORE_H

#include "model/refill.h"
#include "store/store.h"

/* Everything about one order; the caller releases. STATUS_NOT_FOUND: the order is not here. */
enum status refill_facts_get(struct store *store, struct uid order, struct refill_facts *out, struct error *err) MUST_USE;

/* Row ids. */
struct uid refill_spent_id(struct uid fill);
struct uid refill_returned_id(struct uid fill);
struct uid refill_given_id(struct uid asked); /* the answer to a request */

/* STATUS_EXISTS when the row is there. */
enum status refill_move_insert(struct store *store, const struct refill_move *move, char **out_new, struct error *err) MUST_USE;
enum status refill_line_insert(struct store *store, const struct refill_line *line, char **out_new, struct error *err) MUST_USE;

/* STATUS_NOT_FOUND when the fill has no such entry. reason is not read. */
enum status refill_line_get(struct store *store, struct uid id, struct refill_line *out, struct error *err) MUST_USE;

/* Requests to this device since an instant that it has not answered, oldest first, at most `limit`. */
struct refill_move_list {
    struct refill_move *items;
    size_t len, cap;
};
void refill_move_list_release(struct refill_move_list *list);
enum status refill_asked_list(struct store *store, int64_t since_us, int limit, struct refill_move_list *out, struct error *err) MUST_USE;

#endif
