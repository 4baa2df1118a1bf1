/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Controlled drugs (clinical.md 4.B.9). What is taken out is accounted for to the last bit: removed = given + wasted +
 * returned, in exact decimals. Waste and returns have a second person who signs in on this terminal; without one the dose
 * can be recorded and the rest stays open with its owner, for OPEN hours, then a supervisor closes it. While anything of a
 * drug is open its count is refused. What was written is never changed: a record that was taken back adds its opposite.
 * Whoever writes here proves first who they are (STATUS_STEP_UP, service/step_up.h). */
#ifndef SERVICE_CONTROLLED_H
#define SERVICE_CONTROLLED_H

#include "model/dose.h"
#include "service/site.h"
#include "service/witness.h"
#include "store/controlled_store.h"

enum removal_state {
    REMOVAL_OPEN = 1,    /* something is left to account for */
    REMOVAL_OVERDUE,     /* for longer than the site allows: a supervisor closes it */
    REMOVAL_DISCREPANCY, /* more is accounted for than was taken out */
    REMOVAL_SETTLED
};

struct removal {
    struct uid id, patient, order, owner;
    char *patient_name, *drug, *owner_name;
    struct decimal removed, given, wasted, returned, rest; /* rest negative: a discrepancy */
    enum unit unit;
    int64_t removed_us;
    enum removal_state state;
    bool is_patch; /* a used patch, to be folded and discarded before somebody's eyes */
};
struct removal_list {
    struct removal *items;
    size_t len, cap;
};
void removal_release(struct removal *removal);
void removal_list_release(struct removal_list *list);

/* What is not settled, oldest first. _refresh reads the same list again, unaudited. */
enum status removal_list_get(struct actor *actor, struct removal_list *out, struct error *err) MUST_USE;
enum status removal_list_refresh(struct actor *actor, struct removal_list *out, struct error *err) MUST_USE;
enum status removal_get(struct actor *actor, struct uid removal, struct removal *out, struct error *err) MUST_USE;

/* The removal of a dose that is not settled; UID_NONE: nothing is left to account for. */
enum status controlled_rest_of(struct actor *actor, struct uid dose_event, struct uid *out_removal, struct error *err) MUST_USE;

/* Takes out without a dose yet (it fell down, the patient changed their mind): what becomes of it is said next. */
enum status controlled_take_out(struct actor *actor, struct uid order, struct decimal amount, enum unit unit,
                                struct uid *out_removal, struct error *err) MUST_USE;

struct waste {
    struct uid removal;
    struct decimal amount;
    enum unit unit;
    enum waste_method method;
    enum waste_reason reason;
    const char *note;
};
/* With a witness who is somebody else and whose role allows it. STATUS_INVALID names the field (amount, method, reason,
 * note), STATUS_REFUSED: more than is left, or overdue and neither of the two is a supervisor. */
enum status controlled_waste(struct actor *actor, const struct waste *waste, const struct witness *witness, struct error *err)
    MUST_USE;

/* Unopened, back to where it came from, before the witness's eyes. */
enum status controlled_return(struct actor *actor, const struct waste *what, const struct witness *witness, struct error *err)
    MUST_USE;

/* A supervisor closes what nobody can account for any more: the words say what was found out. */
enum status controlled_explain(struct actor *actor, struct uid removal, const char *words, struct error *err) MUST_USE;

/* A witness who was checked on this device only, and whose account the centre says was closed by then, has witnessed nothing:
 * what was wasted or returned is taken back by an entry of its own, so that the piece is open again, under its owner's name,
 * until somebody else witnesses it. On the device that leads, with the sweep of missed doses; ids follow from the entry.
 * *out_reopened tells how many. */
enum status controlled_recheck_witnesses(struct actor *actor, int *out_reopened, struct error *err) MUST_USE;

/* ---- the cabinet ---- */

struct stock {
    char *drug;
    enum unit unit;
    struct decimal expected;   /* last count, with what came and went since */
    bool is_counted;           /* false: never counted, nothing can be expected */
    int64_t counted_us;
    struct uid counted;        /* the last count */
    struct decimal difference; /* of the last count that nobody has explained; zero none */
    int open_count;            /* removals that are not settled: no count before */
};
struct stock_list {
    struct stock *items;
    size_t len, cap;
};
void stock_list_release(struct stock_list *list);
enum status stock_list_get(struct actor *actor, struct stock_list *out, struct error *err) MUST_USE;
enum status stock_list_refresh(struct actor *actor, struct stock_list *out, struct error *err) MUST_USE;

/* Two people. Of a new drug the count is where it begins. A count that differs from what is expected needs a note and
 * stays open as a discrepancy until it is explained. STATUS_REFUSED while removals of the drug are open. kind: COUNTED,
 * RECEIVED (a delivery) or EXPLAINED (of the last count; a supervisor's). */
enum status stock_record(struct actor *actor, enum count_kind kind, const char *drug, struct decimal amount, enum unit unit,
                         const char *note, const struct witness *witness, struct error *err) MUST_USE;

#endif
