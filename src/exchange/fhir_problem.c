/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_item.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_code.h"

/* --- what both have in common --- */

static void read_subject(struct fhir_input *in, struct fhir_item *item, const char *key)
{
    fhir_reference_read(in, fhir_get(in, in->resource, key, FHIR_OBJECT), &item->subject);
    fhir_need_subject(item);
}

/* onset[x] and abatement[x] that are not dates: as words. */
static void append_vague_time(struct fhir_input *in, const char *prefix, struct buffer *out)
{
    static const char *const kinds[] = {"String", "Age", "Range"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char *key = mem_format("%s%s", prefix, kinds[i]);
        const struct json *node = json_get(in->resource, key);
        char *words = mem_copy_text("");
        if (json_is_string(node)) {
            mem_free(words);
            words = fhir_text(in, in->resource, key, FHIR_NAME_MAX);
        } else if (json_is_object(node)) {
            const struct json *low = i == 2 ? fhir_get(in, node, "low", FHIR_OBJECT) : node;
            struct decimal value;
            char digits[DECIMAL_TEXT_MAX];
            if (fhir_decimal(in, low, "value", &value)) {
                char *unit = fhir_text(in, low, "unit", FHIR_CODE_MAX);
                mem_free(words);
                words = mem_format("%s %s", decimal_format(value, digits), unit);
                mem_free(unit);
            }
        }
        if (*words) {
            char *whole = mem_format("%s: %s", prefix, words);
            fhir_append(out, "; ", whole);
            mem_free(whole);
        }
        mem_free(words);
        mem_free(key);
    }
}

static struct date time_of(struct fhir_input *in, const char *date_time, const char *period,
                           const char *edge)
{
    struct date date = fhir_date(in, in->resource, date_time);
    return date_is_none(date) ? fhir_date(in, fhir_get(in, in->resource, period, FHIR_OBJECT), edge)
                              : date;
}

static void append_labelled(struct buffer *out, const char *label, const char *text)
{
    if (text && *text) {
        char *whole = mem_format("%s: %s", label, text);
        fhir_append(out, "; ", whole);
        mem_free(whole);
    }
}

static char *take(char **member)
{
    char *text = *member ? *member : mem_copy_text("");
    *member = NULL;
    return text;
}

/* recordedDate was called assertedDate in STU3. */
static int64_t recorded_at(struct fhir_input *in)
{
    int64_t at_us = fhir_instant(in, in->resource, "recordedDate", false);
    return at_us ? at_us : fhir_instant(in, in->resource, "assertedDate", false);
}

/* --- AllergyIntolerance --- */

static const struct fhir_word allergy_clinical[] = {{"active", ALLERGY_STATE_ACTIVE},
                                                    {"inactive", ALLERGY_STATE_INACTIVE},
                                                    {"resolved", ALLERGY_STATE_RESOLVED},
                                                    {NULL, 0}};

/* The worst wins: what was never true is silent, what is over is over, what is doubtful still
 * warns. */
static void read_allergy_state(struct fhir_input *in, struct allergy *allergy)
{
    const char *clinical = fhir_any_code(in, in->resource, "clinicalStatus",
                                         "allergyintolerance-clinical");
    const char *verification = fhir_any_code(in, in->resource, "verificationStatus",
                                             "allergyintolerance-verification");
    const char *both = fhir_code(in, in->resource, "status"); /* one for both in DSTU2 */
    if (both && !clinical && !verification) {
        clinical = fhir_word_value(allergy_clinical, both) ? both : NULL;
        verification = clinical ? NULL : both;
    }
    int state = fhir_word_value(allergy_clinical, clinical);
    allergy->is_verified = verification && strcmp(verification, "confirmed") == 0;
    if (verification && strcmp(verification, "entered-in-error") == 0) {
        state = ALLERGY_STATE_IN_ERROR;
    } else if (verification && strcmp(verification, "refuted") == 0) {
        state = ALLERGY_STATE_REFUTED;
    } else if (state == 0 && clinical) {
        fhir_warn(
            in, NULL,
            _("The clinical status is not one of FHIR's words; the allergy counts as active."));
        state = ALLERGY_STATE_ACTIVE;
    } else if (state == 0) {
        state = ALLERGY_STATE_ACTIVE;
    }
    if (state == ALLERGY_STATE_ACTIVE && verification && !allergy->is_verified) {
        state = ALLERGY_STATE_UNCONFIRMED;
    }
    allergy->state = (enum allergy_state)state;
}

static enum allergen_type allergen_type_of(struct fhir_input *in, const char *system)
{
    static const struct fhir_word categories[] = {{"medication", ALLERGEN_TYPE_DRUG},
                                                  {"biologic", ALLERGEN_TYPE_DRUG},
                                                  {"food", ALLERGEN_TYPE_FOOD},
                                                  {"environment", ALLERGEN_TYPE_ENVIRONMENT},
                                                  {NULL, 0}};
    int best = 0;
    const struct json *list = fhir_get(in, in->resource, "category", FHIR_ARRAY);
    for (const struct json *node = json_first(list); node; node = json_next(node)) {
        int type = fhir_word_value(categories, json_string(node));
        best = type && (!best || type < best) ? type : best; /* drug is the first of the list */
    }
    bool is_drug_code = strcmp(system, "rxnorm") == 0 || strcmp(system, "ndc") == 0 ||
                        strcmp(system, "atc") == 0 || strcmp(system, "ndfrt") == 0;
    return !best && is_drug_code ? ALLERGEN_TYPE_DRUG : (enum allergen_type)best;
}

static void read_reactions(struct fhir_input *in, struct allergy *allergy, struct buffer *notes)
{
    static const struct fhir_word severities[] = {{"mild", REACTION_SEVERITY_MILD},
                                                  {"moderate", REACTION_SEVERITY_MODERATE},
                                                  {"severe", REACTION_SEVERITY_SEVERE},
                                                  {NULL, 0}};
    static const char *const anaphylaxis[] = {"39579001", "417516000", "241937001", NULL};
    struct buffer words = BUFFER_INIT;
    in->where = "reaction";
    for (const struct json *node = fhir_first(in, in->resource, "reaction"); node;
         node = fhir_next(in, node)) {
        int severity = fhir_word_value(severities, fhir_code(in, node, "severity"));
        for (const struct json *m = fhir_first(in, node, "manifestation"); m;
             m = fhir_next(in, m)) {
            severity = fhir_concept_has(in, fhir_concept_in(in, m), "snomed", anaphylaxis)
                           ? REACTION_SEVERITY_LIFE_THREATENING
                           : severity;
        }
        allergy->severity = severity > (int)allergy->severity ? (enum reaction_severity)severity
                                                              : allergy->severity;
        fhir_append_concepts(in, node, "manifestation", &words);
        char *description = fhir_lines(in, node, "description", FHIR_TEXT_MAX);
        bool is_said = words.len > 0 && text_equal_folded(words.bytes, description);
        fhir_append(&words, "; ", is_said ? "" : description);
        mem_free(description);
        fhir_append_notes(in, node, notes);
    }
    in->where = "";
    allergy->reaction = buffer_take(&words);
}

static void take_concept(struct fhir_concept *concept, struct fhir_item *item, char **name,
                         char **system, char **code)
{
    *name = take(&concept->words);
    *system = take(&concept->system);
    *code = take(&concept->code);
    item->codings = take(&concept->codings);
    fhir_concept_release(concept);
}

/* The substance is in `code`, or only in the reactions. */
static void read_substance(struct fhir_input *in, struct fhir_item *item, struct allergy *allergy)
{
    static const char *const systems[] = {"rxnorm", "unii", "snomed", "atc", "ndc", "ndfrt", NULL};
    struct fhir_concept concept;
    const char *key = json_get(in->resource, "code") ? "code" : "substance"; /* DSTU2 */
    fhir_concept_read(in, fhir_get(in, in->resource, key, FHIR_OBJECT), systems, &concept);
    in->where = "reaction";
    for (const struct json *node = fhir_first(in, in->resource, "reaction");
         node && !*concept.words; node = fhir_next(in, node)) {
        fhir_concept_release(&concept);
        fhir_concept_read(in, fhir_get(in, node, "substance", FHIR_OBJECT), systems, &concept);
    }
    in->where = "";
    take_concept(&concept, item, &allergy->allergen_name, &allergy->code_system, &allergy->code);
    if (!*allergy->allergen_name) {
        mem_free(allergy->allergen_name);
        allergy->allergen_name = mem_copy_text(_("(substance not stated)"));
        fhir_warn(in, NULL, _("The source does not say what the allergy is to."));
    }
    if (!*allergy->code) {
        allergy->original = mem_copy_text(allergy->allergen_name);
    }
}

/* A coded statement that there are none is an answer to the question, not an allergy. */
static void read_absence(struct fhir_input *in, struct fhir_item *item,
                         const struct allergy *allergy)
{
    bool stands = allergy->state == ALLERGY_STATE_ACTIVE ||
                  allergy->state == ALLERGY_STATE_UNCONFIRMED;
    switch (fhir_absence(allergy->code_system, allergy->code, allergy->allergen_name)) {
    case FHIR_ABSENCE_NO_ALLERGY:
        item->of.allergy->assessment = ALLERGY_STATUS_NONE_KNOWN;
        break;
    case FHIR_ABSENCE_NOT_ASKED:
        item->of.allergy->assessment = ALLERGY_STATUS_NOT_ASKED;
        break;
    case FHIR_ABSENCE_NO_SUCH_ALLERGY:
        fhir_item_skip(
            item, _("It only says that no allergy of one kind (food, environment...) is known."));
        fhir_warn(in, NULL,
                  _("The source knows of no food or environmental allergies; it says nothing about "
                    "drugs."));
        return;
    case FHIR_ABSENCE_NONE:
    case FHIR_ABSENCE_NO_MEDICATION:
    case FHIR_ABSENCE_NO_PROBLEM:
        return;
    }
    if (!stands) {
        item->of.allergy->assessment = ALLERGY_STATUS_NONE_GIVEN;
        fhir_item_skip(item, _("It says that no allergies are known, but was withdrawn."));
    }
}

void fhir_allergy_read(struct fhir_input *in, struct fhir_item *item)
{
    struct allergy *allergy;
    struct buffer notes = BUFFER_INIT;
    item->kind = FHIR_ITEM_ALLERGY;
    item->of.allergy = mem_alloc(sizeof *item->of.allergy);
    allergy = &item->of.allergy->allergy;
    read_subject(in, item, "patient");
    read_allergy_state(in, allergy);
    read_substance(in, item, allergy);
    const char *type = fhir_any_code(in, in->resource, "type", "type");
    allergy->kind = type && strcmp(type, "intolerance") == 0 ? ALLERGY_KIND_INTOLERANCE
                                                             : ALLERGY_KIND_ALLERGY;
    allergy->type = allergen_type_of(in, allergy->code_system);
    char *criticality = fhir_text(in, in->resource, "criticality", FHIR_CODE_MAX);
    append_labelled(&notes, _("criticality"), criticality);
    mem_free(criticality);
    allergy->onset = time_of(in, "onsetDateTime", "onsetPeriod", "start");
    append_vague_time(in, "onset", &notes);
    char *last = fhir_text(in, in->resource, "lastOccurrence", FHIR_CODE_MAX);
    append_labelled(&notes, _("last occurrence"), last);
    mem_free(last);
    fhir_append_notes(in, in->resource, &notes);
    read_reactions(in, allergy, &notes);
    allergy->note = buffer_take(&notes);
    allergy->recorded_at_us = recorded_at(in);
    allergy->allergen_key = mem_copy_text("");
    if (!allergy->original) {
        allergy->original = mem_copy_text("");
    }
    read_absence(in, item, allergy);
}

/* --- Condition --- */

static const struct fhir_word condition_clinical[] = {
    {"active", CONDITION_STATUS_ACTIVE},
    {"recurrence", CONDITION_STATUS_RECURRENCE},
    {"relapse", CONDITION_STATUS_RELAPSE},
    {"inactive", CONDITION_STATUS_INACTIVE},
    {"remission", CONDITION_STATUS_REMISSION},
    {"resolved", CONDITION_STATUS_RESOLVED},
    {NULL, 0},
};

/* Some leave the clinical status out for diagnoses of a visit. */
static void read_condition_status(struct fhir_input *in, struct condition *condition,
                                  struct buffer *notes)
{
    const char *clinical = fhir_any_code(in, in->resource, "clinicalStatus", "condition-clinical");
    const char *verification = fhir_any_code(in, in->resource, "verificationStatus",
                                             "condition-ver-status");
    int status = fhir_word_value(condition_clinical, clinical);
    if (status == 0) {
        bool is_over = !date_is_none(condition->abated) ||
                       json_get(in->resource, "abatementString") ||
                       json_get(in->resource, "abatementAge") ||
                       json_get(in->resource, "abatementRange");
        status = is_over ? CONDITION_STATUS_RESOLVED : CONDITION_STATUS_ACTIVE;
        if (clinical) {
            fhir_warn(in, NULL,
                      _("The clinical status is not one of FHIR's words; it was taken from the end "
                        "date."));
        }
    }
    if (verification && strcmp(verification, "entered-in-error") == 0) {
        status = CONDITION_STATUS_IN_ERROR;
    } else if (verification && strcmp(verification, "refuted") == 0) {
        status = CONDITION_STATUS_REFUTED;
    } else if (verification && strcmp(verification, "confirmed") != 0) {
        char *clean = text_clean(verification, strlen(verification), FHIR_CODE_MAX, TEXT_LINE,
                                 NULL);
        append_labelled(notes, _("certainty"), clean);
        mem_free(clean);
    }
    condition->status = (enum condition_status)status;
}

static void read_condition_severity(struct fhir_input *in, struct condition *condition,
                                    struct buffer *notes)
{
    static const char *const any[] = {NULL};
    static const struct fhir_word severities[] = {{"255604002", CONDITION_SEVERITY_MILD},
                                                  {"6736007", CONDITION_SEVERITY_MODERATE},
                                                  {"24484000", CONDITION_SEVERITY_SEVERE},
                                                  {NULL, 0}};
    const struct json *node = fhir_get(in, in->resource, "severity", FHIR_OBJECT);
    condition->severity = (enum condition_severity)fhir_word_value(
        severities, fhir_concept_code(in, node, "sct"));
    if (node && condition->severity == CONDITION_SEVERITY_NONE_GIVEN) {
        struct fhir_concept concept;
        fhir_concept_read(in, node, any, &concept);
        append_labelled(notes, _("severity"), concept.words);
        fhir_concept_release(&concept);
    }
}

static void read_problem(struct fhir_input *in, struct fhir_item *item, struct condition *condition)
{
    static const char *const systems[] = {"snomed", "icd10", "icd9", NULL};
    struct fhir_concept concept;
    fhir_concept_read(in, fhir_get(in, in->resource, "code", FHIR_OBJECT), systems, &concept);
    take_concept(&concept, item, &condition->name, &condition->code_system, &condition->code);
    if (!*condition->name) {
        mem_free(condition->name);
        condition->name = mem_copy_text(_("(problem not stated)"));
        fhir_warn(in, NULL, _("The source does not say what the problem is."));
    }
    condition->original = mem_copy_text(*condition->code ? "" : condition->name);
    if (fhir_absence(condition->code_system, condition->code, condition->name) ==
        FHIR_ABSENCE_NO_PROBLEM) {
        fhir_item_skip(item, _("It only says that no problems are known."));
    }
}

void fhir_condition_read(struct fhir_input *in, struct fhir_item *item)
{
    struct condition *condition = mem_alloc(sizeof *condition);
    struct buffer notes = BUFFER_INIT;
    item->kind = FHIR_ITEM_CONDITION;
    item->of.condition = condition;
    if (!item->is_contained) { /* a contained one is only wanted for its name */
        read_subject(in, item, "subject");
    }
    read_problem(in, item, condition);
    condition->diagnosed = time_of(in, "onsetDateTime", "onsetPeriod", "start");
    condition->abated = time_of(in, "abatementDateTime", "abatementPeriod", "end");
    append_vague_time(in, "onset", &notes);
    append_vague_time(in, "abatement", &notes);
    read_condition_status(in, condition, &notes);
    read_condition_severity(in, condition, &notes);
    fhir_append_notes(in, in->resource, &notes);
    condition->notes = buffer_take(&notes);
    condition->recorded_at_us = recorded_at(in);
}
