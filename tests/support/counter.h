/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pharmacy counter on a scratch clinic: one patient, products that the site knows, and the steps of a fill as they are done
 * when all is well. What a test did not expect to fail aborts it with the sentence that a person would have read. */
#ifndef SUPPORT_COUNTER_H
#define SUPPORT_COUNTER_H

#include "service/fills_list.h"
#include "service/verification.h"
#include "support/clinic.h"

/* Packs as the scanner reads them: GTIN, good until 30 Jun 2028, lot. */
#define COUNTER_METFORMIN "]d201003009310480111728063010M100"
#define COUNTER_OXYCODONE "]d201003007101552371728063010X200"

struct counter {
    struct clinic *c;
    struct uid patient;
};

struct counter counter_new(void);  /* Grace Okafor, MRN given by the site; metformin 500 mg and oxycodone 5 mg tabs are known */
void counter_teach(struct counter *k, const char *code, const char *drug);
/* Ordered by the prescriber and verified by the pharmacist. */
struct uid counter_order(struct counter *k, const char *line);
void counter_verify(struct counter *k, struct uid order);

/* In the queue as the technician puts it there; quantity 0: what the order says. */
struct uid counter_start(struct counter *k, struct uid order, int quantity);
void counter_take(struct counter *k, struct uid fill);
enum status counter_try_fill(struct counter *k, struct uid fill, const char *code, int quantity, struct error *err);
void counter_fill(struct counter *k, struct uid fill, const char *code, int quantity);
enum status counter_try_check(struct counter *k, struct uid fill, enum clinic_person who, const struct fill_check_word *word,
                              struct error *err);
void counter_check(struct counter *k, struct uid fill);
enum status counter_try_hand_over(struct counter *k, struct uid fill, enum clinic_person who, const struct fill_hand_over *how,
                                  struct error *err);
void counter_hand_over(struct counter *k, struct uid fill);
/* All of it. */
struct uid counter_dispense(struct counter *k, struct uid order, const char *code, int quantity);

struct fill counter_get(struct counter *k, struct uid fill); /* the caller releases */
enum fill_state counter_state(struct counter *k, struct uid fill);
int counter_refills(struct counter *k, struct uid order); /* left, as people count */

#endif
