/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dispensing: from an order to the bag in the patient's hand (model/fill_states.h has the steps and their guards). Every step
 * is one transaction with its audit row and its row in fill_steps; a refill is spent when a fill enters the queue and comes
 * back when it is cancelled or returned. `ver`: of the fill that was looked at; STATUS_STALE when somebody was quicker. */
#ifndef SERVICE_FILLS_H
#define SERVICE_FILLS_H

#include "model/fill.h"
#include "service/proposals.h"
#include "service/witness.h"

/* ---- asking for one ---- */

/* What the next fill of an order would be, and what stands against it. */
struct fill_offer {
    struct order order;          /* as it stands */
    int number;                  /* 0 the first */
    struct decimal quantity;     /* zero: the order does not say */
    enum unit unit;
    int days_supply;             /* of that quantity; 0: cannot be told */
    int refills_left;            /* as people count */
    bool has_right;              /* one of them may be spent here without asking */
    struct date supply_until;    /* what was filled lasts until then; none: nothing was */
    struct date not_early_from;
    bool is_early;
    bool is_controlled;
    struct uid open_fill;        /* one of this order is in the queue already; UID_NONE: none */
    struct uid owed_fill;        /* a rest is owed of this one */
    struct decimal owed;
    struct error refusal;        /* why it cannot be filled at all; STATUS_OK: it can */
};
enum status fill_offer_get(struct actor *actor, struct uid patient, struct uid order, struct fill_offer *out, struct error *err)
    MUST_USE;
void fill_offer_release(struct fill_offer *offer);
/* Days that so many of the order's pieces last; 0: it cannot be told from the directions. */
int fill_days_of(const struct site *site, const struct order *order, struct decimal quantity);

struct fill_request {
    struct uid patient, order;
    struct decimal quantity;
    int days_supply;
    enum early_reason early_reason; /* where it is early */
    const char *reason_text;        /* of "other", and where no refill right is here */
    bool is_knowing;                /* go on without a refill right */
    struct uid rest_of;             /* the fill whose owed rest this is; UID_NONE: a fill of its own */
};
/* Fields of refusals: "quantity", "days_supply", "early_reason", "reason". */
enum status fill_start(struct actor *actor, const struct fill_request *request, struct uid *out_fill, struct error *err) MUST_USE;

enum status fill_take(struct actor *actor, struct uid fill, int32_t ver, struct error *err) MUST_USE;
enum status fill_put_back(struct actor *actor, struct uid fill, int32_t ver, struct error *err) MUST_USE;

/* ---- filling the bag ---- */

/* A pack as it was scanned or, with a reason, typed. Owns nothing. */
struct fill_pack_entry {
    const char *code;                   /* scanned; "" none */
    enum no_scan_reason no_scan_reason; /* where there is no code */
    const char *product;                /* out of the code, or typed where there is none */
    const char *lot;
    struct date expiry;
    struct decimal quantity;
};

/* What a scanned code is against the order of the fill. STATUS_REFUSED (field "product"): another drug, form or strength,
 * expired, recalled. */
struct fill_scan {
    char *product;
    char lot[LOT_TEXT_MAX];
    struct date expiry;
    bool is_other_name;          /* another name than ordered: brand or generic */
    bool is_lot_only;            /* the second code of a pack: lot and expiry of the one before */
    bool ends_in_supply;         /* expires before the supply is used up */
};
enum status fill_scan_read(struct actor *actor, const struct fill *fill, const struct order *order, const char *code, size_t len,
                           struct fill_scan *out, struct error *err) MUST_USE;
void fill_scan_release(struct fill_scan *scan);

struct fill_bag {
    const struct fill_pack_entry *packs;
    size_t count;
    enum substitution substitution;     /* where the name is another than ordered */
    struct decimal counted;             /* controlled drugs: as counted by hand */
};
/* Fields: "packs", "product", "lot", "expiry", "quantity", "substitution", "counted". */
enum status fill_fill(struct actor *actor, struct uid fill, int32_t ver, const struct fill_bag *bag, struct error *err) MUST_USE;

/* ---- the final check ---- */

struct fill_check_word {
    const struct finding_answer *answers; /* on findings that nobody has decided on */
    size_t answer_count;
    const struct witness *second;         /* for contraindicated findings, and the second person of the check */
    struct decimal recounted;             /* controlled drugs: counted anew, without seeing the first count */
};
/* Whether this actor needs another person for the check of that fill. */
bool fill_needs_second(const struct actor *actor, const struct fill *fill);
/* proposal: the fill's order screened on this chart. Fields: "verification", "findings", "recounted", "witness".
 * STATUS_STEP_UP for controlled drugs. */
enum status fill_check(struct actor *actor, struct uid fill, int32_t ver, const struct proposal *proposal,
                       const struct fill_check_word *word, struct error *err) MUST_USE;
enum status fill_send_back(struct actor *actor, struct uid fill, int32_t ver, const char *why, struct error *err) MUST_USE;

/* ---- at the window ---- */

struct fill_hand_over {
    bool is_scan;                /* first is a wristband or card */
    const char *first, *second;  /* two identifiers otherwise */
    const char *collected_by;    /* who comes for it; NULL or "" the patient */
    enum counselling counselling;
};
/* Fields: "identifiers", "counselling", "collected_by". STATUS_STEP_UP for controlled drugs. */
enum status fill_hand_over(struct actor *actor, struct uid fill, int32_t ver, const struct fill_hand_over *how, struct error *err)
    MUST_USE;
/* The owed rest is not wanted any more. */
enum status fill_forget_rest(struct actor *actor, struct uid fill, int32_t ver, enum fill_end_reason reason, const char *note,
                             struct error *err) MUST_USE;

/* ---- it ends otherwise ---- */
enum status fill_cancel(struct actor *actor, struct uid fill, int32_t ver, enum fill_end_reason reason, const char *note,
                        struct error *err) MUST_USE;
enum status fill_return(struct actor *actor, struct uid fill, int32_t ver, enum fill_end_reason reason, const char *note,
                        struct error *err) MUST_USE;

/* A label of it was printed. */
enum status fill_count_label(struct actor *actor, struct uid fill, struct error *err) MUST_USE;

#endif
