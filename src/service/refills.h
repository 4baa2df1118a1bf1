/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rights to fill an order (decisions.md 20, model/refill.h): what is left, asking another device for rights, spending one
 * with a fill, giving it back. The fill itself is the caller's (dispensing): spending and returning happen inside the
 * caller's transaction and are audited with it. Works the same without a centre. */
#ifndef SERVICE_REFILLS_H
#define SERVICE_REFILLS_H

#include "model/refill.h"
#include "service/site.h"

struct act;

/* How many fills are left in all and how many this device may make without asking. The chart's reading was audited when it
 * was opened. */
enum status refills_left(struct actor *actor, struct uid order, struct refill_balance *out, struct error *err) MUST_USE;

/* Asks the device that holds rights for n of them; it answers by itself when both are connected, and refills_left() shows
 * them. STATUS_NOT_FOUND: no other device is known to hold any. */
enum status refills_ask(struct actor *actor, struct uid patient, struct uid order, int n, struct error *err) MUST_USE;

struct refill_use {
    struct uid patient, order, version;
    struct uid fill;    /* the first fill of an order too; parts of a fill carry the same id */
    bool is_knowing;    /* go on without a right, for `reason` */
    const char *reason; /* NULL: none */
};
/* Inside an act. The same fill again changes nothing. STATUS_REFUSED when this device holds no right and nobody said to go on
 * (the sentence says where the rights are); STATUS_INVALID (field "reason") when going on has no reason. *out_had_right (may be
 * NULL): false when the fill went on without one; the centre then tells everybody if the order was filled too often. */
enum status refills_spend(struct act *act, const struct refill_use *use, bool *out_had_right, struct error *err) MUST_USE;

/* Inside an act: the fill was cancelled or came back; this device gets the right. The same again changes nothing.
 * STATUS_NOT_FOUND: it was never spent here or anywhere that is known. */
enum status refills_reverse(struct act *act, struct uid fill, const char *reason, struct error *err) MUST_USE;

#endif
