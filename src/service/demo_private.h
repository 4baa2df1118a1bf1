/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the demo clinic share: the dice, the clinic while it is made, people and what is in their charts.
 * Private to src/service/demo*.c. */
#ifndef SERVICE_DEMO_PRIVATE_H
#define SERVICE_DEMO_PRIVATE_H

#include "model/order.h"
#include "model/patient.h"
#include "service/demo.h"
#include "service/site.h"

/* A small deterministic sequence (splitmix64): the same seed, the same clinic. */
struct dice {
    uint64_t state;
};
uint32_t dice_roll(struct dice *dice, uint32_t sides);

/* data/demo/complaints.tsv: a problem, the orders that go with it as a prescriber types them, what is measured. */
enum { DEMO_LINES_MAX = 16, DEMO_METRICS_MAX = 4 };
struct demo_complaint {
    const char *who, *name, *icd10;
    const char *lines[DEMO_LINES_MAX];
    int line_count;
    enum metric_type metrics[DEMO_METRICS_MAX];
    int metric_count;
    char *cells; /* owns the texts */
};
struct demo_table {
    struct demo_complaint *items;
    size_t len, cap;
};
struct demo_table demo_table_read(void);
void demo_table_release(struct demo_table *table);
int demo_table_count(const struct demo_table *table, const char *who);
const struct demo_complaint *demo_table_get(const struct demo_table *table, const char *who, int n);

struct demo_clinic {
    struct demo_table table;
    struct actor *actor;
    struct dice dice;
    uint64_t seed;
    int64_t now_us;
    struct uid nurse, other_nurse, doctor; /* other_nurse: who recorded a dose a second time */
};

/* The people that the workflows need stand first. */
enum demo_person {
    DEMO_WARFARIN,   /* the chart of the manual: warfarin and amiodarone, two allergies */
    DEMO_NAME_ALIKE, /* one letter apart, and a dose that two people recorded */
    DEMO_INFANT,     /* dosed by weight */
    DEMO_PREGNANT,
    DEMO_KIDNEYS,    /* stage 4, 14 drugs */
    DEMO_NOT_ASKED,  /* about allergies */
    DEMO_WEEKLY,     /* methotrexate */
    DEMO_TAPER,      /* a steroid in steps */
    DEMO_PATCH,      /* an opioid patch, as-needed doses beside it */
    DEMO_OTHERS
};

const char *demo_person_word(int n); /* as the table names them; "common" for the crowd */

/* Ids are derived from the seed, so that a demo can be made again in the same words. */
struct uid demo_id(const struct demo_clinic *clinic, const char *kind, int person, int n);

/* Who the n-th person is; the caller releases. */
void demo_person(struct demo_clinic *clinic, int n, struct patient *out);

/* Allergies, problems, orders with their past doses, measurements; inside the act that adds the patient. */
enum status demo_fill_chart(struct demo_clinic *clinic, int n, struct patient *patient, struct error *err) MUST_USE;

/* A half-done reconciliation and one that is due, by the nurse, who signs in for it. */
enum status demo_reconcile(const struct demo_clinic *clinic, struct site *site, const struct demo_user *who, int patients,
                           struct error *err) MUST_USE;
/* demo_counter.c: the n-th patient's k-th order at the counter. */
bool demo_waits_for_pharmacist(int n, int k);
enum status demo_add_fill(struct demo_clinic *clinic, int n, int k, const struct order *order, struct error *err) MUST_USE;

#endif
