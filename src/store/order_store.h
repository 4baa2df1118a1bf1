/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders: insert-only versions and the row that projects the version in force (decisions.md 1). Writers run inside
 * store_begin(). */
#ifndef STORE_ORDER_STORE_H
#define STORE_ORDER_STORE_H

#include "model/order.h"
#include "store/store.h"

/* Current orders (active, on hold, draft) and those that ended after since_us, as they stand now; active first, then by
 * drug. since_us INT64_MAX: only current ones. */
enum status order_list_get(struct store *store, struct uid patient, int64_t ended_since_us, struct order_list *out,
                           struct error *err) MUST_USE;
enum status order_get(struct store *store, struct uid order, struct order *out, struct error *err) MUST_USE;
/* One version, with the state of its order as it is now. */
enum status order_get_version(struct store *store, struct uid version, struct order *out, struct error *err) MUST_USE;
/* Every version of one order, newest first. */
enum status order_history(struct store *store, struct uid order, struct order_list *out, struct error *err) MUST_USE;
/* Active orders with wall-clock or interval schedules of every patient: what the due list is computed from. */
enum status order_list_scheduled(struct store *store, struct order_list *out, struct error *err) MUST_USE;

/* Who has an order in force or on hold without planned doses (as needed, as written). The caller frees out->items. */
enum status order_list_unplanned_people(struct store *store, struct uid_list *out, struct error *err) MUST_USE;

/* Versions that were in force and were changed, held or stopped after since_us, of one patient or of everybody (UID_NONE): what they
 * planned before that is still to be answered. stop_us is when the next version took their place. */
enum status order_list_replaced(struct store *store, struct uid patient, int64_t since_us, struct order_list *out,
                                struct error *err) MUST_USE;

/* A new order with its first version and its schedule rows (one for each time of day). order->id and order->version are
 * given by the caller. */
enum status order_insert(struct store *store, const struct order *order, char **out_new, struct error *err) MUST_USE;
/* A new version on top of order->parent, which must still be the current one (STATUS_STALE otherwise); closes the old
 * schedule rows and adds the new ones. */
enum status order_add_version(struct store *store, const struct order *order, char **out_old, char **out_new,
                              struct error *err) MUST_USE;
enum status order_next_number(struct store *store, char **out, struct error *err) MUST_USE; /* prescription number */

/* What the safety engine needs of the orders of all patients: those in force, and those that ended after
 * ended_since_us. By patient, in no order within one. `order` is borrowed for the call and holds patient, id, status, stop
 * and what screen_drug_of_order() reads; its directions are still JSON. */
typedef enum status order_glance_fn(void *to, const struct order *order, const char *sig_json, struct error *err);
enum status order_glance_each(struct store *store, int64_t ended_since_us, order_glance_fn *take, void *to,
                              struct error *err) MUST_USE;
/* The same of one record: other numbers of the person are other records (patient_link_store.h). */
enum status order_glance_of(struct store *store, struct uid record, int64_t ended_since_us, order_glance_fn *take, void *to,
                            struct error *err) MUST_USE;

#endif
