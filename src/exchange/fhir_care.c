/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Practitioner and Coverage. Others that are wanted for a name only: PractitionerRole,
 * Organization. */
#include "exchange/fhir_item.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_code.h"

static const char *const any[] = {NULL};

/* --- people and places --- */

static char *find_npi(struct fhir_input *in)
{
    for (const struct json *node = fhir_first(in, in->resource, "identifier"); node;
         node = fhir_next(in, node)) {
        const char *system = fhir_code(in, node, "system");
        char *value = fhir_text(in, node, "value", FHIR_CODE_MAX);
        bool is_npi = system && (strcmp(system, "http://hl7.org/fhir/sid/us-npi") == 0 ||
                                 strcmp(system, "urn:oid:2.16.840.1.113883.4.6") == 0);
        if (is_npi && npi_is_valid(value)) {
            return value;
        }
        mem_free(value);
    }
    return mem_copy_text("");
}

static char *find_telecom(struct fhir_input *in, const char *wanted)
{
    for (const struct json *node = fhir_first(in, in->resource, "telecom"); node;
         node = fhir_next(in, node)) {
        const char *system = fhir_code(in, node, "system");
        if (system && strcmp(system, wanted) == 0) {
            return fhir_text(in, node, "value", FHIR_CODE_MAX);
        }
    }
    return mem_copy_text("");
}

static char *first_concept(struct fhir_input *in, const struct json *node)
{
    struct fhir_concept concept;
    fhir_concept_read(in, node, any, &concept);
    char *words = mem_copy_text(concept.words);
    fhir_concept_release(&concept);
    return words;
}

static void read_provider(struct fhir_input *in, struct fhir_item *item)
{
    struct provider *provider = &item->of.name->provider;
    const struct json *first_name = fhir_first(in, in->resource, "name");
    const struct json *active = fhir_get(in, in->resource, "active", FHIR_BOOLEAN);
    const struct json *prefix = json_first(fhir_get(in, first_name, "prefix", FHIR_ARRAY));
    const struct json *qualification = fhir_first(in, in->resource, "qualification");
    fhir_human_name_read(in, first_name, &provider->first_name, &provider->last_name);
    provider->title = json_is_string(prefix)
                          ? text_clean(json_string(prefix), strlen(json_string(prefix)),
                                       FHIR_CODE_MAX, TEXT_LINE, NULL)
                          : mem_copy_text("");
    provider->specialty = first_concept(in, fhir_get(in, qualification, "code", FHIR_OBJECT));
    provider->npi = find_npi(in);
    provider->phone = find_telecom(in, "phone");
    provider->email = find_telecom(in, "email");
    provider->is_active = !active || json_is_true(active);
    item->of.name->is_provider = *provider->first_name || *provider->last_name;
}

void fhir_name_read(struct fhir_input *in, struct fhir_item *item)
{
    struct fhir_name_record *record = mem_alloc(sizeof *record);
    item->kind = FHIR_ITEM_NAME;
    item->of.name = record;
    if (strcmp(in->type, "Practitioner") == 0) {
        read_provider(in, item);
        record->words = mem_format("%s%s%s", record->provider.first_name,
                                   *record->provider.first_name && *record->provider.last_name ? " "
                                                                                               : "",
                                   record->provider.last_name);
    } else {
        record->words = json_is_string(json_get(in->resource, "name")) /* Organization */
                            ? fhir_text(in, in->resource, "name", FHIR_NAME_MAX)
                            : mem_copy_text("");
    }
    fhir_reference_read(in, fhir_get(in, in->resource, "practitioner", FHIR_OBJECT), &record->next);
}

/* --- Coverage --- */

static char *plan_of(struct fhir_input *in)
{
    char *words = mem_copy_text("");
    for (const struct json *node = fhir_first(in, in->resource, "class"); node && !*words;
         node = fhir_next(in, node)) {
        const char *kind = fhir_any_code(in, node, "type", "coverage-class");
        if (kind && strcmp(kind, "plan") == 0) {
            mem_free(words);
            words = fhir_text(in, node, json_get(node, "name") ? "name" : "value", FHIR_NAME_MAX);
        }
    }
    if (!*words) {
        mem_free(words);
        words = first_concept(in, fhir_get(in, in->resource, "type", FHIR_OBJECT));
    }
    return words;
}

void fhir_coverage_read(struct fhir_input *in, struct fhir_item *item)
{
    struct coverage *coverage = mem_alloc(sizeof *coverage);
    item->kind = FHIR_ITEM_COVERAGE;
    item->of.coverage = coverage;
    fhir_reference_read(in, fhir_get(in, in->resource, "beneficiary", FHIR_OBJECT), &item->subject);
    const char *payor = json_get(in->resource, "payor") ? "payor" : "insurer"; /* R5 */
    const struct json *who = json_is_array(json_get(in->resource, payor))
                                 ? fhir_first(in, in->resource, payor)
                                 : fhir_get(in, in->resource, payor, FHIR_OBJECT);
    fhir_reference_read(in, who, &item->prescriber);
    coverage->company = mem_copy_text(item->prescriber.display ? item->prescriber.display : "");
    coverage->plan = plan_of(in);
    coverage->policy_number = json_is_string(json_get(in->resource, "subscriberId"))
                                  ? fhir_text(in, in->resource, "subscriberId", FHIR_CODE_MAX)
                                  : fhir_text(in, fhir_first(in, in->resource, "identifier"),
                                              "value", FHIR_CODE_MAX);
    const struct json *period = fhir_get(in, in->resource, "period", FHIR_OBJECT);
    coverage->effective = fhir_date(in, period, "start");
    coverage->expiration = fhir_date(in, period, "end");
    coverage->is_primary = fhir_count(in, in->resource, "order", 1000) == 1;
    const char *status = fhir_code(in, in->resource, "status");
    coverage->is_active = status && strcmp(status, "active") == 0;
    fhir_need_subject(item);
    if (status && strcmp(status, "entered-in-error") == 0) {
        fhir_item_skip(item, _("It was entered in error."));
    }
}
