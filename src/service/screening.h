/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a chart to the safety engine's input: orders become drugs with route and dose, allergies and problems are
 * resolved, ages and weights filled in. What cannot be resolved stays by its text and comes out INCOMPLETE by name. The
 * request borrows from the chart's records and must be freed before them. */
#ifndef SERVICE_SCREENING_H
#define SERVICE_SCREENING_H

#include "model/allergy.h"
#include "model/condition.h"
#include "model/order.h"
#include "model/patient.h"
#include "safety/knowledge.h"
#include "safety/screen.h"
#include "service/site.h"

struct screen_request {
    struct screen_input input;
    struct screen_drug *drugs;
    struct uid *drug_orders; /* per drug: the order it stands for, UID_NONE for the new one */
    struct screen_allergy *allergies;
    struct screen_condition *conditions;
};

/* From when on ended orders have to be read: what was stopped then may still act. Half a millisecond's work is spent once
 * for each chart. */
int64_t screen_orders_since_us(const struct knowledge *k, int64_t now_us);
/* Drops orders that ended before shown_since_us, except those that still act. */
void screen_orders_prune(const struct knowledge *k, struct order_list *orders, int64_t shown_since_us, int64_t now_us);

/* added: an order that is not yet on the chart (NULL: none). replaces: an order that the added one is a change of
 * (UID_NONE: none); it is left out. */
struct screen_request *screen_request_new(const struct knowledge *k, const struct patient *patient,
                                          const struct order_list *orders, const struct allergy_list *allergies,
                                          const struct condition_list *conditions, const struct order *added,
                                          struct uid replaces, struct date today, int64_t now_us);
/* The same with the drugs as they are given (screen_drug_of_order()); copies them. */
struct screen_request *screen_request_of_drugs(const struct knowledge *k, const struct patient *patient,
                                               const struct screen_drug *drugs, int drug_count,
                                               const struct allergy_list *allergies, const struct condition_list *conditions,
                                               struct date today);
/* How old the drug knowledge is today and how old the site lets it become: behind that nothing counts as checked. */
void screen_request_date(struct screen_request *request, const struct site *site);
void screen_request_free(struct screen_request *request);

/* Drug, route and dose of an order; its state is for screen_drug_settle(). The text stays the order's. */
void screen_drug_of_order(const struct knowledge *k, const struct order *order, struct screen_drug *out);
/* False when an order in this status takes no part. stop_us: when it ended, 0 when nobody knows. */
bool screen_drug_settle(struct screen_drug *drug, enum medication_status order_status, int64_t stop_us, int64_t now_us);

/* What an order's drug is; codes first, then the words. */
enum drug_match order_identify(const struct knowledge *k, const struct order *order, struct drug_identity *out);

/* Knowledge keys joined by ';', "" when any part is unknown. Caller frees. */
char *identity_keys(const struct knowledge *k, const struct drug_identity *identity);

#endif
