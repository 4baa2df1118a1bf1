/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patients in the database: users + user_profiles + patient_identifiers, and the search index over them. Writers run
 * inside store_begin(); *out_new / *out_old are JSON for the audit (may be NULL; the caller frees). */
#ifndef STORE_PATIENT_STORE_H
#define STORE_PATIENT_STORE_H

#include "model/patient.h"
#include "store/store.h"

enum status patient_get(struct store *store, struct uid id, struct patient *out, struct error *err) MUST_USE;
/* The person whose record this is: the record in use, with what only another record of theirs knows (patient_link_store.h) and
 * with the newer of two weights and pregnancies. For looking and checking; nothing that is written back. */
enum status person_get(struct store *store, struct uid record, struct patient *out, struct error *err) MUST_USE;
enum status patient_insert(struct store *store, const struct patient *patient, char **out_new, struct error *err) MUST_USE;
/* Changes the profile whose version is patient->ver. */
enum status patient_update(struct store *store, const struct patient *patient, char **out_old, char **out_new,
                           struct error *err) MUST_USE;
enum status patient_set_allergy_status(struct store *store, struct uid id, int32_t base_ver, enum allergy_status status,
                                       struct uid by, const char *reason, struct error *err) MUST_USE;

/* Pregnancy, due date and breastfeeding, with when each was asked. */
enum status patient_set_pregnancy(struct store *store, const struct patient *patient, char **out_old, char **out_new,
                                  struct error *err) MUST_USE;

/* This site's own number of a kind (MRN, national): "" ends the one there is. */
enum status patient_set_number(struct store *store, struct uid patient, enum identifier_kind kind, const char *value,
                               struct error *err) MUST_USE;

/* "Grace Okafor" of anybody, staff too; "" when the person is not known here. Caller frees. */
enum status person_name(struct store *store, struct uid id, char **out, struct error *err) MUST_USE;

/* By MRN (exact, folded). UID_NONE with STATUS_NOT_FOUND. */
enum status patient_by_mrn(struct store *store, const char *mrn, struct uid *out, struct error *err) MUST_USE;
enum status patient_next_mrn(struct store *store, char **out, struct error *err) MUST_USE;

struct patient_hit {
    struct uid id;
    char *name;             /* "OKAFOR, Grace Adaeze" */
    struct date birth_date;
    enum gender gender;
    char *mrn;
    char *phone;
    char match;             /* 'n' name, 'd' birth date, 'm' MRN, 't' phone, 'x' prescription number, '~' sounds like */
    bool has_name_alike;    /* another hit has nearly this name */
};

void patient_hit_release(struct patient_hit *hit);
struct patient_hit_list {
    struct patient_hit *items;
    size_t len, cap;
    bool is_cut; /* there are more */
};
void patient_hit_list_release(struct patient_hit_list *list);

/* Type-ahead over every key of ui.md: name parts in any order, birth date in any usual form, MRN, phone digits,
 * prescription number; sounding alike when nothing else matches. Bounded work whatever the size of the site. */
enum status patient_search(struct store *store, const char *typed, int limit, struct date today, struct patient_hit_list *out,
                           struct error *err) MUST_USE;

/* Rewrites the search terms of one person from the row. */
enum status patient_index(struct store *store, const struct patient *patient, struct error *err) MUST_USE;

#endif
