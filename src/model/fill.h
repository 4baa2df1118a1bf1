/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One bag for one patient (fills), what went into it (fill_packs) and who did what (fill_steps); and when the next one may
 * be filled. The structs own their strings. Pure. */
#ifndef MODEL_FILL_H
#define MODEL_FILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/uid.h"
#include "model/enums.h"
#include "model/sig.h"

struct fill {
    struct uid id, patient, order, version;
    struct uid root;             /* the fill that spent the refill */
    int32_t ver;
    int number;                  /* 0 the first, then refill 1, 2 ... */
    enum fill_state state;
    char *ingredients;
    char *product;               /* what is in the bag, "" not yet */
    enum substitution substitution;
    enum unit unit;              /* of the quantities */
    struct decimal wanted, filled;
    int days_supply;             /* of `wanted` */
    struct date supply_from;
    enum early_reason early_reason;
    char *reason_text;
    bool had_right;
    bool is_controlled;
    struct decimal counted, recounted;
    struct uid requested_by, filled_by, checked_by, second_by, handed_by;
    int64_t requested_us, filled_us, checked_us, handed_us;
    int labels;                  /* printed so far */
    int64_t return_us;           /* an uncollected bag goes back then; 0 not waiting */
    char *collected_by;          /* "" the patient */
    enum identified_by identified_by;
    enum counselling counselling;
    enum fill_end_reason end_reason;
};
struct fill_list {
    struct fill *items;
    size_t len, cap;
};

struct fill_pack {
    struct uid id, patient, fill;
    int32_t ver;
    char *code, *product;
    enum no_scan_reason no_scan_reason;
    char *lot;                   /* "" not known */
    struct date expiry;          /* none: not known */
    struct decimal quantity;
    struct uid added_by;
    int64_t added_us, removed_us; /* removed 0: it is in the bag */
};
struct fill_pack_list {
    struct fill_pack *items;
    size_t len, cap;
};

struct fill_step {
    struct uid id, patient, fill;
    enum fill_state from, to;    /* from FILL_STATE_NONE_GIVEN: it was not there */
    struct decimal quantity;
    char *reason, *note;
    struct uid witness, done_by;
    int64_t done_us;
};
struct fill_step_list {
    struct fill_step *items;
    size_t len, cap;
};

void fill_release(struct fill *fill);
void fill_list_release(struct fill_list *list);
void fill_pack_release(struct fill_pack *pack);
void fill_pack_list_release(struct fill_pack_list *list);
void fill_step_list_release(struct fill_step_list *list);

/* "" or the maker's lot as it is compared: capitals, no spaces. Returns buf. */
#define LOT_TEXT_MAX 32
const char *lot_normal(const char *text, char buf[LOT_TEXT_MAX]);

/* Pieces (or mL) of `strength` each that one dose takes, so that `unit` can be counted: a dose in pieces is its own number, a
 * dose in mg is divided by the strength. False: it cannot be told. */
bool fill_pieces_per_dose(const struct sig *sig, struct decimal strength, enum unit strength_unit, struct decimal per_ml,
                          struct decimal *out, enum unit *out_unit);

/* Whole days that so many pieces last when the most that the directions allow is taken; 0: it cannot be told. */
int fill_days_supply(const struct sig *sig, struct decimal pieces, struct decimal per_dose);

/* The last day for which everything that was handed out or is in the queue lasts: each supply begins on its day or, when the one
 * before lasts longer, behind that one. Fills by supply_from, any order; those that were cancelled or returned do not
 * count. No date: nothing was ever filled. */
struct date fill_supply_until(const struct fill *fills, size_t count);
/* The first day on which the next fill is not early: when `percent` of the last supply is used up. */
struct date fill_not_early_from(struct date until, int last_days, int percent);

#endif
