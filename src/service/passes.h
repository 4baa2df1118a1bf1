/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A medication pass (ui.md): one patient, identified once, and what is due for them now. Products are scanned in any order
 * and each finds its own planned dose; one confirmation records every dose that is ready, one event each, under the rules
 * of service/doses.h. What needs more than a tick (a reason, a place on the body, a second person) says so and is recorded
 * by itself. The struct owns its texts. */
#ifndef SERVICE_PASSES_H
#define SERVICE_PASSES_H

#include "service/doses.h"
#include "service/products.h"

enum { PASS_CODES_BYTES = 1024, PASS_WORDS_BYTES = 256 };

struct pass_item {
    struct dose_slot slot;
    struct uid order, order_version;
    struct decimal amount;
    enum unit unit;
    enum route route;
    bool with_food;
    char *drug, *dose;             /* as ordered */
    char codes[PASS_CODES_BYTES];  /* scanned, with a space between */
    bool is_chosen;                /* by hand, without a scan */
    bool is_complete;              /* every right that a scan can show has passed */
    bool is_ready;                 /* ticked, and nothing more is asked */
    char words[PASS_WORDS_BYTES];  /* what is still asked, or what the last scan showed; "" nothing */
    struct uid saved;              /* the event; UID_NONE: not recorded in this pass */
    int64_t saved_us;
    bool is_told;                  /* the caller's: it has made use of `saved` */
};

struct pass {
    struct uid patient;
    enum identified_by identified_by; /* NONE_GIVEN: nobody has looked at the wristband yet */
    enum no_scan_reason no_scan;      /* for what is ticked by hand */
    struct pack_codes pack;           /* of the last product: its lot may come as a second code */
    struct uid pack_slot;             /* whose it was */
    size_t pack_at;                   /* where its code begins in the item's codes */
    struct pass_item *items;
    size_t len, cap;
};

void pass_release(struct pass *pass);

/* Makes the items from the chart: open doses whose window is open or over, and those that were not to be had or whose
 * patient was away. What is ticked stays ticked, and what was recorded in this pass stays to be seen. */
void pass_fill(struct actor *actor, struct pass *pass, const struct chart *chart);

/* A product's code. *out_item: the dose that it belongs to. STATUS_REFUSED in words when it belongs to none, is the wrong
 * form, expired or too much: nothing is ticked then. STATUS_NOT_FOUND: nobody has said what the code is. *out_order: an
 * as-needed order of the same drug, where no planned dose wants the product; UID_NONE else. The second code of a pack goes to
 * the product before or behind it; one that comes alone is STATUS_NOT_FOUND and waits for its product. */
enum status pass_scan(struct actor *actor, struct pass *pass, const struct chart *chart, const char *code, size_t len,
                      size_t *out_item, struct uid *out_order, struct error *err) MUST_USE;

/* Ticks without a scan, or takes the tick and its scans away. */
void pass_tick(struct actor *actor, struct pass *pass, size_t item);

int pass_ticked(const struct pass *pass); /* not yet recorded */
int pass_ready(const struct pass *pass);
bool pass_is_ticked(const struct pass_item *item);

/* The item as an event, complete for "given". Borrows from the item. */
struct dose_event pass_event(const struct actor *actor, const struct pass *pass, const struct pass_item *item);

/* Records what is ready, each in a transaction of its own. *out_saved counts them; a refusal of one leaves the others and
 * stands in its words. STATUS_REFUSED when nothing is ready. */
enum status pass_record(struct actor *actor, struct pass *pass, int *out_saved, struct error *err) MUST_USE;

#endif
