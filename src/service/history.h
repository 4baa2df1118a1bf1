/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of a row of the chart: every version or superseding row with who, when and what changed. The chart is open
 * and audited; nothing here writes. Words are translated. */
#ifndef SERVICE_HISTORY_H
#define SERVICE_HISTORY_H

#include "base/buffer.h"
#include "model/allergy.h"
#include "model/condition.h"
#include "model/metric.h"
#include "model/order.h"
#include "model/patient.h"
#include "service/site.h"

enum history_kind { HISTORY_ALLERGY, HISTORY_PROBLEM, HISTORY_METRIC, HISTORY_ORDER, HISTORY_PATIENT };

struct history_entry {
    int64_t at_us;
    char *who;  /* a name, or "import" */
    char *what; /* lines: "recorded" with all there is, or "reaction: hives -> anaphylaxis" */
};

struct history {
    struct history_entry *items; /* newest first */
    size_t len, cap;
};
void history_release(struct history *h);

/* id: any row of the chain, the order, or the patient. */
enum status history_get(struct actor *actor, enum history_kind kind, struct uid id, struct history *out, struct error *err)
    MUST_USE;

/* One line a difference, "field: before -> now"; with before NULL one line a value. */
void allergy_describe(struct buffer *out, const struct allergy *before, const struct allergy *now);
void condition_describe(struct buffer *out, const struct condition *before, const struct condition *now);
void patient_describe(struct buffer *out, const struct patient *before, const struct patient *now);

/* The row that is in force of the chain that `id` stands in; STATUS_NOT_FOUND when there is none. Caller releases. */
enum status allergy_in_force(struct actor *actor, struct uid patient, struct uid id, struct allergy *out, struct error *err) MUST_USE;
enum status condition_in_force(struct actor *actor, struct uid patient, struct uid id, struct condition *out, struct error *err)
    MUST_USE;

#endif
