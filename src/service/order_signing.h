/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders given by word of mouth: the prescribers of the site, what each of them has still to sign, and signing. */
#ifndef SERVICE_ORDER_SIGNING_H
#define SERVICE_ORDER_SIGNING_H

#include "service/site.h"
#include "store/order_signature_store.h"

/* Who can be named as the prescriber of an order, by name. */
struct prescriber {
    struct uid user;
    char *name;      /* "Kwame Osei" */
};
struct prescriber_list {
    struct prescriber *items;
    size_t len, cap;
};
enum status prescriber_list_get(struct actor *actor, struct prescriber_list *out, struct error *err) MUST_USE;
void prescriber_list_release(struct prescriber_list *list);
/* The one whose name has all the words that were typed (any order, any case, titles left out); NULL for none or several. */
const struct prescriber *prescriber_find(const struct prescriber_list *list, const char *typed);

struct unsigned_order {
    struct order_signature signature;
    enum order_action action; /* of the version: started, changed, held ... */
    char *patient_name, *mrn;
    char *drug, *directions;
    char *reason;
    char *entered_by;
    bool is_overdue;
};
struct unsigned_list {
    struct unsigned_order *items;
    size_t len, cap;
    int overdue_count;
};
/* What the actor has to sign, by the time it is due; the most urgent ones when there are very many. The first reading of an
 * open list is audited, refreshing it is not. */
enum status unsigned_list_get(struct actor *actor, struct unsigned_list *out, struct error *err) MUST_USE;
enum status unsigned_list_refresh(struct actor *actor, struct unsigned_list *out, struct error *err) MUST_USE;
void unsigned_list_release(struct unsigned_list *list);

/* By the prescriber who was named, nobody else. STATUS_STALE when it was signed meanwhile. */
enum status order_sign(struct actor *actor, const struct order_signature *signature, struct error *err) MUST_USE;

#endif
