/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of one person that were registered more than once (FHIR R4 Patient.link): which are joined, and which of them is
 * in use. Nothing is moved: the lists of a person (orders, doses, allergies ...) read all records. Writers run inside
 * store_begin(). */
#ifndef STORE_PATIENT_LINK_STORE_H
#define STORE_PATIENT_LINK_STORE_H

#include <stdbool.h>

#include "base/uid.h"
#include "store/store.h"

/* A person with more records than this is a mistake of somebody's: link_insert() refuses it. */
enum { PERSON_RECORDS_MAX = 16 };

/* All records of one person that are on this device; the first is the one in use: it stands in for all others. Where two
 * devices joined them crosswise, the one registered first. A record that was never joined is its own only one. */
struct person_records {
    struct uid ids[PERSON_RECORDS_MAX];
    int count;
};
enum status person_records_get(struct store *store, struct uid record, struct person_records *out, struct error *err) MUST_USE;
bool person_records_hold(const struct person_records *records, struct uid id);
/* All records that are joined with another one, by id. The caller frees the items. */
enum status person_joined_list(struct store *store, struct uid_list *out, struct error *err) MUST_USE;
enum status person_is_same(struct store *store, struct uid a, struct uid b, bool *out, struct error *err) MUST_USE;

/* STATUS_REFUSED where they are not: a row of one patient must not be written for another. */
enum status person_require_same(struct store *store, struct uid a, struct uid b, struct error *err) MUST_USE;

struct patient_link {
    struct uid id;
    struct uid replaced, kept;
    char *reason;
    struct uid by;
    int64_t at_us;
    int32_t ver;
    char *by_name; /* filled by the list */
};
void patient_link_release(struct patient_link *link);
struct patient_link_list {
    struct patient_link *items;
    size_t len, cap;
};
void patient_link_list_release(struct patient_link_list *list);

/* *out_new: as JSON for the audit; the caller frees. */
enum status patient_link_insert(struct store *store, const struct patient_link *link, char **out_new, struct error *err) MUST_USE;
enum status patient_link_undo(struct store *store, const struct patient_link *link, struct uid by, int64_t at_us, const char *reason,
                              char **out_old, char **out_new, struct error *err) MUST_USE;
/* Those in force between the records, the newest first. */
enum status patient_link_list_get(struct store *store, const struct person_records *records, struct patient_link_list *out,
                                  struct error *err) MUST_USE;

#endif
