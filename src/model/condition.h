/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One problem on a patient's list (user_medical_conditions). Owns its strings. */
#ifndef MODEL_CONDITION_H
#define MODEL_CONDITION_H

#include <stddef.h>

#include "base/date.h"
#include "base/uid.h"
#include "model/enums.h"

struct condition {
    struct uid id;
    struct uid patient;
    int32_t ver;
    char *name;            /* condition_name as recorded */
    char *code_system;     /* "snomed", "icd10" or a URI */
    char *code;            /* condition_code */
    enum condition_severity severity;
    enum condition_status status;
    struct date diagnosed; /* diagnosed_date */
    struct date abated;
    char *notes;
    char *original;        /* source text of what could not be coded, or "" */
    int64_t recorded_at_us;
    char *recorded_by;     /* who wrote it, a name to show; "" or NULL: not known here. Read only */
    struct uid supersedes; /* the row that this one corrects */
};

struct condition_list {
    struct condition *items;
    size_t len, cap;
};

void condition_release(struct condition *condition);
void condition_list_release(struct condition_list *list);

#endif
