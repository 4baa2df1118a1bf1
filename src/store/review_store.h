/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pharmacists said of orders and what prescribers answered (order_reviews), and the queue of orders that wait for
 * it. Writers run inside store_begin(). */
#ifndef STORE_REVIEW_STORE_H
#define STORE_REVIEW_STORE_H

#include "model/order.h"
#include "store/store.h"

/* Owns its strings. */
struct order_review {
    struct uid id, patient, order, version;
    enum verification outcome; /* VERIFICATION_UNVERIFIED: the prescriber's answer */
    char *note, *spoke_to;     /* "" none */
    bool is_read_back;
    bool is_unchecked_seen;
    struct uid reviewed_by;
    int64_t reviewed_us;
};
struct order_review_list {
    struct order_review *items;
    size_t len, cap;
};
void order_review_release(struct order_review *review);
void order_review_list_release(struct order_review_list *list);

enum status order_review_insert(struct store *store, const struct order_review *review, char **out_new, struct error *err)
    MUST_USE;
/* All of one order, newest first. */
enum status order_review_list_of(struct store *store, struct uid order, struct order_review_list *out, struct error *err)
    MUST_USE;
/* What the order's row says of the version in force. STATUS_STALE when the row is another by now. */
enum status order_set_verification(struct store *store, const struct order *order, enum verification verification,
                                   char **out_old, char **out_new, struct error *err) MUST_USE;

/* Current orders that are not verified, by the first dose that is due; at most `limit`. */
enum status order_list_to_verify(struct store *store, int limit, struct order_list *out, struct error *err) MUST_USE;

#endif
