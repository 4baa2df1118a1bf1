/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills of an order as rights that one device holds (decisions.md 20), so that two devices which do not hear of each other
 * cannot fill the same order twice. An order of n refills gives n + 1 fills, for all its versions together: a changed order
 * never gives back what was filled before. The device that wrote the version in force holds what it has not given away.
 * Pure. */
#ifndef MODEL_REFILL_H
#define MODEL_REFILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/uid.h"
#include "model/enums.h"

struct refill_move {
    struct uid id;
    struct uid patient, order;
    enum refill_move_kind kind;
    struct uid from, to; /* devices */
    int n;               /* fills */
    struct uid by;       /* UID_NONE: the device answered by itself */
    int64_t at_us;
};

struct refill_line {
    struct uid id;
    struct uid patient, order, version, fill;
    enum refill_entry kind;
    struct uid device;
    bool had_right;
    const char *reason; /* NULL: none; borrowed */
    struct uid by;
    int64_t at_us;
};

/* All that is known of one order. Arrays are owned; reasons are not kept. */
struct refill_facts {
    int refills;      /* of the version in force */
    struct uid home;  /* device that wrote it */
    struct refill_move *moves;
    size_t moves_len, moves_cap;
    struct refill_line *lines;
    size_t lines_len, lines_cap;
};
void refill_facts_release(struct refill_facts *facts);

struct refill_balance {
    int allowed;    /* fills in all: refills + 1 */
    int filled;     /* fills that stand */
    int left;       /* fills, 0 or more */
    int refills_left; /* as people count: the first fill is none */
    int here;       /* rights of `device`, at most `left` */
    struct uid holder; /* another device that holds rights, while here is 0; UID_NONE: none */
    bool is_overdrawn;
};
struct refill_balance refill_balance_of(const struct refill_facts *facts, struct uid device);

#endif
