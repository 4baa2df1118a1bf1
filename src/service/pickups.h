/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What waits for a patient at the counter, for the front desk: how many bags are ready, since when and until when, how many are still
 * worked on. Never a drug, a number of a prescription, an amount or a reason: that is what fills_list.h is for. */
#ifndef SERVICE_PICKUPS_H
#define SERVICE_PICKUPS_H

#include "base/date.h"
#include "service/site.h"

struct pickup {
    struct uid patient;
    char *name, *mrn; /* owned; who a patient is */
    struct date birth_date;
    int ready, in_work; /* bags: checked and waiting; in the queue, being filled, to be checked */
    int owed;           /* rests that nobody has begun to fill */
    int to_ask;         /* bags that may not be handed over as they stand: the pharmacist is asked */
    int64_t ready_us;   /* the oldest that is ready, since; 0 none is */
    int64_t return_us;  /* the first that goes back to stock, when; 0 none */
    bool is_covered;    /* a restricted record: something waits, and no more is said */
};
void pickup_release(struct pickup *pickup);
struct pickup_list {
    struct pickup *items;
    size_t len, cap;
    bool is_cut;
};
void pickup_list_release(struct pickup_list *list);

/* Of one person, whatever record; audited. _again: the same person is still looked at. Caller releases. */
enum status pickup_get(struct actor *actor, struct uid patient, struct pickup *out, struct error *err) MUST_USE;
enum status pickup_get_again(struct actor *actor, struct uid patient, struct pickup *out, struct error *err) MUST_USE;

/* Everybody for whom a bag is ready, the longest waiting on top. _refresh: without another audit row. */
enum status pickup_list_get(struct actor *actor, struct pickup_list *out, struct error *err) MUST_USE;
enum status pickup_list_refresh(struct actor *actor, struct pickup_list *out, struct error *err) MUST_USE;

/* "2 ready since 24 Nov 2026, until 4 Dec 2026; 1 in preparation". Translated; caller frees. */
char *pickup_text(const struct site *site, const struct pickup *pickup);

#endif
