/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the steps of a fill share. Private to src/service/fills*.c. */
#ifndef SERVICE_FILLS_PRIVATE_H
#define SERVICE_FILLS_PRIVATE_H

#include "model/fill_states.h"
#include "safety/resolve.h"
#include "service/act.h"
#include "service/fills.h"
#include "store/fill_store.h"

/* One step of a fill inside its transaction. */
struct fill_act {
    struct act act;
    const struct fill_transition *transition;
    struct fill fill;    /* as it stands; the step changes it */
    struct order order;  /* as it stands */
    struct decimal quantity; /* of the step's row */
    const char *reason, *note;
    struct uid witness;
};

/* Permission, transaction, fill and order; STATUS_STALE for another ver, STATUS_REFUSED where the table has no such step. After
 * it every path leads through fill_act_end(), which writes the fill, the step and the audit row. */
enum status fill_act_begin(struct fill_act *a, struct actor *actor, enum permission permission, struct uid fill, int32_t ver,
                           enum fill_state to, struct error *err) MUST_USE;
enum status fill_act_end(struct fill_act *a, enum status status, struct error *err) MUST_USE;

/* The order can be dispensed now: active, not changed since `version`, no open conflict, the patient alive. */
enum status fill_check_order(struct site *site, const struct order *order, struct uid version, struct error *err) MUST_USE;

/* Strength of a product or order: of its single or first ingredient. */
struct fill_strength {
    struct decimal amount, per_ml;
    enum unit unit;
};
struct fill_strength fill_strength_of(const struct drug_identity *identity);
/* What of a root is still owed after everything that was handed over. */
enum status fill_owed(struct store *store, const struct fill *root, struct decimal *out, struct uid *out_open, struct error *err)
    MUST_USE;
char *fill_clean(const char *text); /* one line of at most 300 bytes; NULL is "" */

#endif
