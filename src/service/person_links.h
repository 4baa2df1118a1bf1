/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joining two records of one person, and parting them again (FHIR R4 Patient.link, "replaced-by"). Nothing is moved: from the
 * moment of joining, charts, checks, the MAR and every list of the person are made of all records, and both numbers lead to
 * the record in use. Parting makes two of them again, each with its own rows. Both people's trails name every step. */
#ifndef SERVICE_PERSON_LINKS_H
#define SERVICE_PERSON_LINKS_H

#include "base/date.h"
#include "model/enums.h"
#include "service/site.h"
#include "store/patient_link_store.h"

/* One record of a person, to compare. */
struct person_record {
    struct uid id;
    char *name, *mrn, *phone, *address;
    struct date birth_date, death_date;
    enum gender gender;
    bool has_counts;   /* for who may read charts; how much stands in this record: */
    int order_count;   /* current orders */
    int allergy_count; /* live and kept rows of the list */
    int problem_count;
    int dose_count;    /* of the last 24 hours, the newest 1000 at most */
    int64_t last_dose_us; /* 0: none in that time */
};
struct person_record_list {
    struct person_record *items; /* the one in use first */
    size_t len, cap;
};
void person_record_list_release(struct person_record_list *list);

/* The records of one person and how they were joined. Audited. The caller releases. */
struct person_view {
    struct person_record_list records;
    struct patient_link_list links;
};
enum status person_view_get(struct actor *actor, struct uid patient, struct person_view *out, struct error *err) MUST_USE;
void person_view_release(struct person_view *view);

/* What speaks against two records being one person's; 0: nothing. */
enum person_difference { PERSON_BIRTH_DIFFERS = 1, PERSON_SEX_DIFFERS = 2, PERSON_NAME_DIFFERS = 4, PERSON_ONE_DIED = 8 };

/* Both records side by side before they are joined. Audited for both. STATUS_INVALID, field "other", for one and the same. */
struct join_view {
    struct person_record kept, replaced;
    unsigned differences; /* enum person_difference */
};
enum status person_join_look(struct actor *actor, struct uid kept, struct uid replaced, struct join_view *out, struct error *err)
    MUST_USE;
void join_view_release(struct join_view *view);
/* "birth date differs, sex differs". Translated; the caller frees. */
char *person_difference_text(unsigned differences);

/* `kept` is used from now on instead of `replaced`. reason: how it is known that they are one person. accepted: the differences
 * that were shown and are known to be mistakes; STATUS_REFUSED, field "differences", while one of them is missing.
 * STATUS_EXISTS: joined already. */
enum status person_join(struct actor *actor, struct uid kept, struct uid replaced, const char *reason, unsigned accepted,
                        struct error *err) MUST_USE;
/* STATUS_NOT_FOUND: there is no such link in force between the records of this patient. */
enum status person_part(struct actor *actor, struct uid patient, struct uid link, const char *reason, struct error *err) MUST_USE;

#endif
