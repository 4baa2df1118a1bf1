/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders that somebody entered for a prescriber: who said it, when, whether it was read back, and whether the prescriber
 * signed (order_signatures). Writers run inside store_begin(). */
#ifndef STORE_ORDER_SIGNATURE_STORE_H
#define STORE_ORDER_SIGNATURE_STORE_H

#include "model/order.h"
#include "store/store.h"

struct order_signature {
    struct uid id;
    struct uid patient, order, version;
    int32_t ver;
    enum order_source source;
    struct order_relay relay;
    struct uid entered_by;
    int64_t due_us;
    int64_t signed_us; /* 0: not yet */
    struct uid signed_by;
};
struct order_signature_list {
    struct order_signature *items;
    size_t len, cap;
};
void order_signature_list_release(struct order_signature_list *list);

enum status order_signature_insert(struct store *store, const struct order_signature *signature, struct error *err) MUST_USE;
enum status order_signature_get(struct store *store, struct uid id, struct order_signature *out, struct error *err) MUST_USE;
/* STATUS_STALE when somebody signed it meanwhile. */
enum status order_signature_set_signed(struct store *store, const struct order_signature *signature, struct uid by,
                                       int64_t at_us, char **out_old, char **out_new, struct error *err) MUST_USE;
/* What a prescriber has to sign, by the time it is due; at most `limit`. */
enum status order_signature_list_open(struct store *store, struct uid prescriber, int limit,
                                      struct order_signature_list *out, struct error *err) MUST_USE;
/* All of one order, oldest first. */
enum status order_signature_list_of(struct store *store, struct uid order, struct order_signature_list *out,
                                    struct error *err) MUST_USE;

#endif
