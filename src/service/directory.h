/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory: pharmacies with their hours, providers with a checked NPI, what a provider may see and do for a patient, and
 * who pays. What a relationship does not allow is not given out; what it allows to this site's own people: care_rights.h. */
#ifndef SERVICE_DIRECTORY_H
#define SERVICE_DIRECTORY_H

#include "print/document.h"
#include "service/site.h"
#include "store/directory_store.h"

enum { DIRECTORY_SHOWN_MAX = 500 };
/* Names that begin so; "" the first ones. At most DIRECTORY_SHOWN_MAX. */
enum status pharmacies_find(struct actor *actor, const char *begin, struct pharmacy_list *out, struct error *err) MUST_USE;
/* A new one. Fields: "name". */
enum status pharmacy_add(struct actor *actor, const struct pharmacy *pharmacy, struct uid *out_id, struct error *err) MUST_USE;
/* All of it but the id, over pharmacy->ver. STATUS_STALE: somebody was quicker. */
enum status pharmacy_change(struct actor *actor, const struct pharmacy *pharmacy, struct error *err) MUST_USE;
/* Services as people read and type them, "vaccination, delivery", and as they are kept, a JSON array. The caller frees. */
char *pharmacy_services_text(const char *kept);
char *pharmacy_services_kept(const char *text);
/* On the site's clock. *out_until_min: minutes until it closes. */
bool pharmacy_is_open(const struct site *site, const struct pharmacy *pharmacy, int *out_until_min);

enum status providers_find(struct actor *actor, const char *begin, struct provider_list *out, struct error *err) MUST_USE;
/* STATUS_INVALID (field "npi") for a wrong check digit, STATUS_EXISTS when that NPI is there. */
enum status provider_add(struct actor *actor, const struct provider *provider, struct uid *out_id, struct error *err) MUST_USE;
/* All of it but the id, over provider->ver; the same checks as for a new one. */
enum status provider_change(struct actor *actor, const struct provider *provider, struct error *err) MUST_USE;

enum status care_relations_get(struct actor *actor, struct uid patient, struct care_relation_list *out, struct error *err) MUST_USE;
/* Gives a provider rights over a patient, or changes those there are. One primary provider of a kind. */
enum status care_relation_set(struct actor *actor, const struct care_relation *relation, struct error *err) MUST_USE;
enum status care_relation_revoke(struct actor *actor, struct uid patient, struct uid provider, struct error *err) MUST_USE;
/* Right now: the relationship is active, has begun and has not ended, and allows it. */
bool care_relation_allows(const struct care_relation *relation, struct date today, bool to_view, bool to_prescribe);
/* What a patient takes, for a provider of theirs. STATUS_REFUSED (audited) unless the relationship lets them see it. */
enum status medication_list_for(struct actor *actor, struct uid patient, struct uid provider, struct document **out, struct error *err)
    MUST_USE;

enum status coverages_get(struct actor *actor, struct uid patient, struct coverage_row_list *out, struct error *err) MUST_USE;
/* Fields: "company", "expiration". A new primary one takes the place of the old. */
enum status coverage_add(struct actor *actor, const struct coverage *coverage, struct error *err) MUST_USE;
/* All of it but the patient, over row->ver; the same checks as for a new one. */
enum status coverage_change(struct actor *actor, const struct coverage_row *row, struct error *err) MUST_USE;
/* Active, begun and not expired. */
bool coverage_is_in_force(const struct coverage *coverage, struct date today);
enum status coverage_stop(struct actor *actor, struct uid patient, struct uid coverage, struct date end, struct error *err) MUST_USE;

#endif
