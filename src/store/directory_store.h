/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory: pharmacies, providers as a list, what a provider may do for a patient, and who pays. Writers run inside
 * store_begin(); *out_old and *out_new are JSON for the audit (may be NULL; the caller frees). */
#ifndef STORE_DIRECTORY_STORE_H
#define STORE_DIRECTORY_STORE_H

#include "model/care.h"
#include "model/hours.h"
#include "store/store.h"

/* Owns its strings. */
struct pharmacy {
    struct uid id;
    int32_t ver;
    char *name, *chain, *phone, *address, *city, *state, *postal_code, *services;
    enum pharmacy_type type;
    struct hours hours;
    bool is_active;
};
struct pharmacy_list {
    struct pharmacy *items;
    size_t len, cap;
};
void pharmacy_release(struct pharmacy *pharmacy);
void pharmacy_list_release(struct pharmacy_list *list);
enum status pharmacy_insert(struct store *store, const struct pharmacy *pharmacy, char **out_new, struct error *err) MUST_USE;
/* All but the id, over version p->ver. */
enum status pharmacy_update(struct store *store, const struct pharmacy *p, char **out_old, char **out_new, struct error *err) MUST_USE;
/* Names that begin so ("" all), by name. */
enum status pharmacy_list_get(struct store *store, const char *begin, int limit, struct pharmacy_list *out, struct error *err) MUST_USE;

/* Last names that begin so ("" all), by name. */
enum status provider_list_get(struct store *store, const char *begin, int limit, struct provider_list *out, struct error *err) MUST_USE;
/* All but the id, over version p->ver. */
enum status provider_update(struct store *store, const struct provider *p, char **out_old, char **out_new, struct error *err) MUST_USE;

struct care_relation {
    struct uid id, patient, provider;
    int32_t ver;
    enum relationship_type type;
    enum relationship_status status;
    bool is_primary, may_view, may_prescribe;
    struct date start, end;
    char *provider_name; /* read only */
};
struct care_relation_list {
    struct care_relation *items;
    size_t len, cap;
};
void care_relation_list_release(struct care_relation_list *list);
enum status care_relation_list_get(struct store *store, struct uid patient, struct care_relation_list *out, struct error *err) MUST_USE;
/* Those of the provider who is this member of the staff: the one with the same NPI. Empty: no NPI, no such provider, no row. */
enum status care_relation_list_of_staff(struct store *store, struct uid patient, struct uid staff_user, struct care_relation_list *out,
                                        struct error *err) MUST_USE;
enum status care_relation_insert(struct store *store, const struct care_relation *relation, char **out_new, struct error *err) MUST_USE;
/* Rights, primary, status and end of the row whose version is relation->ver. */
enum status care_relation_update(struct store *store, const struct care_relation *relation, char **out_old, char **out_new,
                                 struct error *err) MUST_USE;

struct coverage_row {
    struct coverage coverage;
    int32_t ver;
};
struct coverage_row_list {
    struct coverage_row *items;
    size_t len, cap;
};
void coverage_row_list_release(struct coverage_row_list *list);
enum status coverage_list_get(struct store *store, struct uid patient, struct coverage_row_list *out, struct error *err) MUST_USE;
enum status coverage_set_primary(struct store *store, const struct coverage_row *row, bool is_primary, struct error *err) MUST_USE;
/* All but id and patient, over version row->ver. */
enum status coverage_update(struct store *store, const struct coverage_row *row, char **out_old, char **out_new, struct error *err) MUST_USE;
enum status coverage_end(struct store *store, const struct coverage_row *row, struct date end, char **out_old, char **out_new,
                         struct error *err) MUST_USE;

#endif
