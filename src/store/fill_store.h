/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills, their packs and steps, and recalled lots. Writers run inside store_begin(). */
#ifndef STORE_FILL_STORE_H
#define STORE_FILL_STORE_H

#include "model/fill.h"
#include "store/store.h"

enum status fill_get(struct store *store, struct uid id, struct fill *out, struct error *err) MUST_USE;
enum status fill_insert(struct store *store, const struct fill *fill, char **out_new, struct error *err) MUST_USE;
/* Everything but identity and quantity wanted; STATUS_STALE when the row is another than fill->ver. */
enum status fill_update(struct store *store, const struct fill *fill, char **out_old, char **out_new, struct error *err) MUST_USE;

enum fill_queue { FILL_QUEUE_WORK, FILL_QUEUE_OWED, FILL_QUEUE_COUNT };
/* WORK: new, in progress, to check, ready; OWED: a rest is owed. Oldest first, at most `limit`. */
enum status fill_list_queue(struct store *store, enum fill_queue queue, int limit, struct fill_list *out, struct error *err) MUST_USE;
/* Bags whose time to be collected is over at now_us, oldest first. */
enum status fill_list_unclaimed(struct store *store, int64_t now_us, int limit, struct fill_list *out, struct error *err) MUST_USE;
/* Handed over since then, the newest of its order, whose supply ends between those days while the order is active: the first to
 * end on top. */
enum status fill_list_supplies(struct store *store, int64_t handed_since_us, struct date from, struct date to, int limit, struct fill_list *out,
                               struct error *err) MUST_USE;
/* Newest first, all of them. */
enum status fill_list_of_order(struct store *store, struct uid order, struct fill_list *out, struct error *err) MUST_USE;
enum status fill_list_of_patient(struct store *store, struct uid patient, int limit, struct fill_list *out, struct error *err) MUST_USE;
enum status fill_list_of_root(struct store *store, struct uid root, struct fill_list *out, struct error *err) MUST_USE;
/* Whose packs are of that lot (lot_normal()); one fill for each pack, newest first. */
enum status fill_pack_list_of_lot(struct store *store, const char *lot, int limit, struct fill_pack_list *out, struct error *err) MUST_USE;

enum status fill_pack_insert(struct store *store, const struct fill_pack *pack, struct error *err) MUST_USE;
enum status fill_pack_remove(struct store *store, const struct fill_pack *pack, int64_t at_us, struct error *err) MUST_USE;
/* In the bag now, in the order of scanning. */
enum status fill_pack_list_of(struct store *store, struct uid fill, struct fill_pack_list *out, struct error *err) MUST_USE;
enum status fill_step_insert(struct store *store, const struct fill_step *step, struct error *err) MUST_USE;
enum status fill_step_list_of(struct store *store, struct uid fill, struct fill_step_list *out, struct error *err) MUST_USE; /* oldest first */

struct lot_recall {
    struct uid id;
    int32_t ver;
    char *lot, *product, *reason; /* product "" every product of that lot */
    struct uid by;
    int64_t at_us, ended_us;
};
void lot_recall_release(struct lot_recall *recall);
struct lot_recall_list {
    struct lot_recall *items;
    size_t len, cap;
};
void lot_recall_list_release(struct lot_recall_list *list);
enum status lot_recall_insert(struct store *store, const struct lot_recall *recall, char **out_new, struct error *err) MUST_USE;
enum status lot_recall_end(struct store *store, const struct lot_recall *recall, int64_t at_us, char **out_old, char **out_new,
                           struct error *err) MUST_USE;
/* In force for that lot; lot NULL: all in force, newest first. */
enum status lot_recall_list_get(struct store *store, const char *lot, struct lot_recall_list *out, struct error *err) MUST_USE;

/* An order by its number; STATUS_NOT_FOUND. */
enum status order_by_number(struct store *store, const char *number, struct uid *out_order, struct uid *out_patient,
                            struct error *err) MUST_USE;

#endif
