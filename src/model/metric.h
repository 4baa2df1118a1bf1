/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One measurement of a patient (health_metrics): what, how much, when. Owns its strings. */
#ifndef MODEL_METRIC_H
#define MODEL_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/uid.h"
#include "model/enums.h"

struct metric {
    struct uid id;
    struct uid patient;
    int32_t ver;
    enum metric_type type;
    struct decimal value;
    char *unit;    /* "kg", "mmHg", "mg/dL"; never NULL, "" for a plain number (INR) */
    int64_t at_us; /* recorded_at: when it was measured */
    char *notes;
    enum recorded_via recorded_via;
    bool is_verified;
    char *original; /* the source's text where value or unit were converted or rounded, or "" */
    bool is_in_error;      /* it says that the one it supersedes was none */
    char *recorded_by;     /* who wrote it, a name to show; "" or NULL: not known here. Read only */
    struct uid supersedes; /* the measurement that this one corrects */
};

struct metric_list {
    struct metric *items;
    size_t len, cap;
};

void metric_release(struct metric *metric);
void metric_list_release(struct metric_list *list);

#endif
