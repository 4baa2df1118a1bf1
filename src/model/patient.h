/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person who is cared for: a row of users with a row of user_profiles (blueprint), their identifiers, and the
 * current allergy assessment. The struct owns its strings. */
#ifndef MODEL_PATIENT_H
#define MODEL_PATIENT_H

#include <stddef.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/uid.h"
#include "model/enums.h"

struct identifier {
    enum identifier_kind kind;
    char *system; /* who gave it: a URI or the site's name */
    char *value;
};

struct identifier_list {
    struct identifier *items;
    size_t len, cap;
};

/* The latest of a laboratory value, with what it was measured in. */
struct measured {
    struct decimal value;
    char unit[24];  /* as stored: "mg/dL", "umol/L" */
    int64_t at_us;  /* 0: never measured */
};

struct patient {
    struct uid id; /* users.user_id */
    int32_t ver;   /* of user_profiles: what an edit was based on */
    char *first_name; /* all given names */
    char *last_name;
    struct date birth_date;
    struct date death_date; /* none: alive as far as known */
    enum gender gender;
    char *phone_number;
    char *address;
    char *language;            /* BCP 47, "" unknown */
    int height_cm;             /* 0 unknown */
    struct decimal weight_kg;  /* zero unknown */
    int64_t weight_at_us;
    enum blood_type blood_type;
    char *timezone;
    char *mrn;                 /* this site's number; "" none yet */
    struct identifier_list identifiers;
    enum allergy_status allergy_status;
    int64_t allergy_status_at_us;
    char *allergy_status_reason; /* why they could not be asked, or "" */
    char *allergy_status_by;     /* who asked, a name to show, or "". Read only */
    enum pregnancy pregnancy;
    int64_t pregnancy_at_us;
    struct date due_date;        /* none: not known, or not pregnant */
    enum lactation lactation;
    int64_t lactation_at_us;
    struct measured creatinine, egfr; /* read only: from health_metrics */
    char *source_system;       /* where it was imported from, or "" */
};

void patient_release(struct patient *patient);
void identifier_list_add(struct identifier_list *list, enum identifier_kind kind, const char *system, const char *value);

/* "OKAFOR, Grace Adaeze"; "(no name)" when both are empty. Caller frees. */
char *patient_display_name(const struct patient *patient);

#endif
