/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/ccda_entry.h"

#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_code.h"
#include "exchange/fhir_item.h"

/* The templates of C-CDA and, with OLD, those of CCD 1.0 that C32 still uses. */
#define TEMPLATE_PROBLEM_STATUS "2.16.840.1.113883.10.20.22.4.6"
#define TEMPLATE_ALLERGY_STATUS "2.16.840.1.113883.10.20.22.4.28"
#define TEMPLATE_REACTION "2.16.840.1.113883.10.20.22.4.9"
#define TEMPLATE_SEVERITY "2.16.840.1.113883.10.20.22.4.8"
#define TEMPLATE_CRITICALITY "2.16.840.1.113883.10.20.22.4.145"
#define OLD_PROBLEM_STATUS "2.16.840.1.113883.10.20.1.50"
#define OLD_ALLERGY_STATUS "2.16.840.1.113883.10.20.1.39"
#define OLD_REACTION "2.16.840.1.113883.10.20.1.54"
#define OLD_SEVERITY "2.16.840.1.113883.10.20.1.55"
#define OLD_CONCERN "2.16.840.1.113883.10.20.1.27"

static const struct ccda_outcome RECORD = {NULL, ALLERGY_STATUS_NONE_GIVEN};

static struct ccda_outcome skip(const char *why)
{
    return (struct ccda_outcome){why, ALLERGY_STATUS_NONE_GIVEN};
}

static void append(struct buffer *out, const char *text)
{
    if (*text) {
        buffer_append_text(out, out->len > 0 ? "; " : "");
        buffer_append_text(out, text);
    }
}

static char *take(char **member)
{
    char *text = *member;
    *member = NULL;
    return text ? text : mem_copy_text("");
}

bool ccda_is_negated(const xmlNode *node)
{
    return ccda_attribute_is(node, "negationInd", "true") || ccda_attribute_is(node, "negationInd", "1");
}

int ccda_word(const struct fhir_word *words, const xmlNode *node, const char *attribute)
{
    char *code = ccda_attribute(node, attribute);
    int value = fhir_word_value(words, code);
    mem_free(code);
    return value;
}

/* What says something about a concern and is none itself. */
static bool is_about(const xmlNode *observation)
{
    static const char *const roots[] = {
        "2.16.840.1.113883.10.20.22.4.143",                                        /* priority */
        TEMPLATE_PROBLEM_STATUS, TEMPLATE_ALLERGY_STATUS, OLD_PROBLEM_STATUS, OLD_ALLERGY_STATUS,
        "2.16.840.1.113883.10.20.22.4.5", "2.16.840.1.113883.10.20.1.51",           /* health status */
        TEMPLATE_SEVERITY, OLD_SEVERITY, TEMPLATE_REACTION, OLD_REACTION,
        TEMPLATE_CRITICALITY, "2.16.840.1.113883.10.20.22.4.31",      /* criticality, age at onset */
    };
    bool found = false;
    for (size_t i = 0; i < sizeof roots / sizeof *roots && !found; i++) {
        found = ccda_has_template(observation, roots[i]);
    }
    return found;
}

const xmlNode *ccda_observation_next(const xmlNode *act, const xmlNode *after)
{
    if (ccda_is(act, "observation")) {
        return after ? NULL : act;
    }
    const xmlNode *r = after ? ccda_next(after->parent) : ccda_child(act, "entryRelationship");
    while (r && (!ccda_child(r, "observation") || is_about(ccda_child(r, "observation")))) {
        r = ccda_next(r);
    }
    return ccda_child(r, "observation");
}

static const xmlNode *inner(const xmlNode *node, const char *template)
{
    for (const xmlNode *r = ccda_child(node, "entryRelationship"); r; r = ccda_next(r)) {
        const xmlNode *observation = ccda_child(r, "observation");
        if (ccda_has_template(observation, template)) {
            return observation;
        }
    }
    return NULL;
}

/* --- allergies --- */

static const struct fhir_word allergy_kinds[] = {
    {"59037007", ALLERGY_KIND_INTOLERANCE}, {"235719002", ALLERGY_KIND_INTOLERANCE}, {NULL, 0}};
static const struct fhir_word allergen_types[] = {
    {"416098002", ALLERGEN_TYPE_DRUG},        {"419511003", ALLERGEN_TYPE_DRUG},
    {"59037007", ALLERGEN_TYPE_DRUG},         {"414285001", ALLERGEN_TYPE_FOOD},
    {"418471000", ALLERGEN_TYPE_FOOD},        {"235719002", ALLERGEN_TYPE_FOOD},
    {"232347008", ALLERGEN_TYPE_ENVIRONMENT}, {NULL, 0}};
static const struct fhir_word reaction_severities[] = {
    {"255604002", REACTION_SEVERITY_MILD},
    {"371923003", REACTION_SEVERITY_MODERATE},
    {"6736007", REACTION_SEVERITY_MODERATE},
    {"371924009", REACTION_SEVERITY_SEVERE},
    {"24484000", REACTION_SEVERITY_SEVERE},
    {"399166001", REACTION_SEVERITY_LIFE_THREATENING},
    {NULL, 0}};

/* Of its status observation, of an end, or of the concern. In CCD 1.0 each concern says "completed": the act is. */
static bool is_over(const xmlNode *act, const xmlNode *observation)
{
    static const struct fhir_word words[] = {
        {"413322009", 2}, {"73425007", 2}, {"inactive", 2}, {"resolved", 2}, {"55561003", 1}, {"active", 1}, {NULL, 0}};
    static const char *const statuses[] = {TEMPLATE_ALLERGY_STATUS, TEMPLATE_PROBLEM_STATUS, OLD_ALLERGY_STATUS, OLD_PROBLEM_STATUS};
    int said = 0;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses && !said; i++) {
        said = ccda_word(words, ccda_child(inner(observation, statuses[i]), "value"), "code");
    }
    bool has_end = !date_is_none(ccda_date(ccda_path(observation, "effectiveTime/high")));
    bool is_act_only = ccda_has_template(act, OLD_CONCERN) && ccda_attribute_is(ccda_child(act, "statusCode"), "code", "completed");
    bool is_closed = act != observation && !is_act_only &&
                     (ccda_attribute_is(ccda_child(act, "statusCode"), "code", "completed") ||
                      ccda_attribute_is(ccda_child(act, "statusCode"), "code", "aborted"));
    return said == 2 || has_end || (is_closed && said != 1);
}

static void read_reactions(const xmlNode *observation, struct allergy *out)
{
    static const char *const any[] = {NULL};
    struct buffer words = BUFFER_INIT;
    for (const xmlNode *r = ccda_child(observation, "entryRelationship"); r; r = ccda_next(r)) {
        const xmlNode *o = ccda_child(r, "observation");
        const xmlNode *severity = o;
        if (ccda_has_template(o, TEMPLATE_REACTION) || ccda_has_template(o, OLD_REACTION)) {
            struct ccda_code code;
            ccda_code_read(ccda_child(o, "value"), any, &code);
            append(&words, code.words);
            ccda_code_release(&code);
            severity = inner(o, TEMPLATE_SEVERITY);
            severity = severity ? severity : inner(o, OLD_SEVERITY);
        } else if (!ccda_has_template(o, TEMPLATE_SEVERITY) && !ccda_has_template(o, OLD_SEVERITY)) {
            continue;
        }
        int level = ccda_word(reaction_severities, ccda_child(severity, "value"), "code");
        out->severity = level > (int)out->severity ? (enum reaction_severity)level : out->severity;
    }
    out->reaction = buffer_take(&words);
}

/* What is written beside it, and how dangerous somebody took it to be. */
static char *read_note(const xmlNode *observation)
{
    static const char *const any[] = {NULL};
    struct buffer words = BUFFER_INIT;
    struct ccda_code criticality;
    char *text = ccda_words(ccda_child(observation, "text"));
    append(&words, text);
    ccda_code_read(ccda_child(inner(observation, TEMPLATE_CRITICALITY), "value"), any, &criticality);
    append(&words, criticality.words);
    ccda_code_release(&criticality);
    mem_free(text);
    return buffer_take(&words);
}

static const xmlNode *entity_of(const xmlNode *participant)
{
    return ccda_path(participant, "participantRole/playingEntity");
}

/* Who told it and where is a participant too: only what plays a part by a code or a name is a substance. Two of them are
 * one name without a code, so that nobody takes one for all. */
static void read_substance(const xmlNode *observation, struct ccda_code *out)
{
    static const char *const systems[] = {"rxnorm", "unii", "snomed", "ndfrt", "ndc", NULL};
    ccda_code_read(NULL, systems, out);
    for (const xmlNode *p = ccda_child(observation, "participant"); p; p = ccda_next(p)) {
        struct ccda_code one;
        ccda_code_read(ccda_child(entity_of(p), "code"), systems, &one);
        if (!*one.words) {
            mem_free(one.words);
            one.words = ccda_words(ccda_child(entity_of(p), "name"));
        }
        if (*one.words && *out->words) {
            char *both = mem_format("%s; %s", out->words, one.words);
            ccda_code_release(&one);
            ccda_code_release(out);
            *out = (struct ccda_code){both, mem_copy_text(""), mem_copy_text(""), mem_copy_text("")};
        } else if (*one.words) {
            ccda_code_release(out);
            *out = one;
        } else {
            ccda_code_release(&one);
        }
    }
}

/* "No known allergies" may stand as the substance, as the value, or only as text. */
static enum fhir_absence absence_of(const xmlNode *observation, const struct ccda_code *substance)
{
    static const char *const any[] = {NULL};
    struct ccda_code value;
    enum fhir_absence absence = fhir_absence(substance->system, substance->code, substance->words);
    if (absence != FHIR_ABSENCE_NONE || *substance->words) {
        return absence;
    }
    ccda_code_read(ccda_child(observation, "value"), any, &value);
    absence = fhir_absence(value.system, value.code, value.words);
    ccda_code_release(&value);
    if (absence == FHIR_ABSENCE_NONE) {
        char *text = ccda_words(ccda_child(observation, "text"));
        absence = fhir_absence("", "", text);
        mem_free(text);
    }
    return absence;
}

struct ccda_outcome ccda_allergy_read(const xmlNode *act, const xmlNode *observation,
                                      const struct zone *zone, struct allergy *out,
                                      char **out_codings)
{
    const xmlNode *value = ccda_child(observation, "value");
    struct ccda_code substance;
    read_substance(observation, &substance);
    int type = ccda_word(allergen_types, value, "code");
    bool is_specific = *substance.words || *substance.code;
    enum fhir_absence absence = absence_of(observation, &substance);
    if (absence == FHIR_ABSENCE_NOT_ASKED) {
        ccda_code_release(&substance);
        return skip(_("It only says that nothing is known about allergies."));
    }
    if ((ccda_is_negated(observation) && !is_specific) || absence == FHIR_ABSENCE_NO_ALLERGY || absence == FHIR_ABSENCE_NO_SUCH_ALLERGY) {
        bool is_of_one_kind = type == ALLERGEN_TYPE_FOOD || type == ALLERGEN_TYPE_ENVIRONMENT || absence == FHIR_ABSENCE_NO_SUCH_ALLERGY;
        ccda_code_release(&substance);
        return is_of_one_kind ? skip(_("It only says that no allergy of one kind (food, environment...) is "
                                       "known."))
                              : (struct ccda_outcome){NULL, ALLERGY_STATUS_NONE_KNOWN};
    }
    *out = (struct allergy){
        .kind = ccda_word(allergy_kinds, value, "code") ? ALLERGY_KIND_INTOLERANCE
                                                      : ALLERGY_KIND_ALLERGY,
        .type = (enum allergen_type)type,
        .state = ccda_is_negated(observation)     ? ALLERGY_STATE_REFUTED
                 : is_over(act, observation) ? ALLERGY_STATE_RESOLVED
                                             : ALLERGY_STATE_ACTIVE,
        .onset = ccda_date(ccda_path(observation, "effectiveTime/low")),
        .recorded_at_us = ccda_instant(ccda_path(act, "author/time"), zone, false)};
    out->allergen_name = take(&substance.words);
    out->code_system = take(&substance.system);
    out->code = take(&substance.code);
    *out_codings = take(&substance.codings);
    ccda_code_release(&substance);
    if (!*out->allergen_name) { /* free text stands in the value, or only in the narrative */
        mem_free(out->allergen_name);
        out->allergen_name = ccda_words(ccda_child(value, "originalText"));
        if (!*out->allergen_name) {
            mem_free(out->allergen_name);
            out->allergen_name = ccda_words(ccda_child(observation, "text"));
        }
        if (!*out->allergen_name) {
            mem_free(out->allergen_name);
            out->allergen_name = mem_copy_text(_("(substance not stated)"));
        }
    }
    read_reactions(observation, out);
    out->note = read_note(observation);
    out->allergen_key = mem_copy_text("");
    out->original = mem_copy_text(*out->code ? "" : out->allergen_name);
    return RECORD;
}

/* --- problems --- */

struct ccda_outcome ccda_problem_read(const xmlNode *act, const xmlNode *observation,
                                      const struct zone *zone, struct condition *out,
                                      char **out_codings)
{
    static const char *const systems[] = {"snomed", "icd10", "icd9", NULL};
    struct ccda_code problem;
    ccda_code_read(ccda_child(observation, "value"), systems, &problem);
    bool is_general = strcmp(problem.code, "55607006") == 0 || !*problem.words; /* "problem" */
    bool is_none = fhir_absence(problem.system, problem.code, problem.words) ==
                   FHIR_ABSENCE_NO_PROBLEM;
    if ((ccda_is_negated(observation) && is_general) || is_none) {
        ccda_code_release(&problem);
        return skip(_("It only says that no problems are known."));
    }
    *out = (struct condition){
        .status = ccda_is_negated(observation)     ? CONDITION_STATUS_REFUTED
                  : is_over(act, observation) ? CONDITION_STATUS_RESOLVED
                                              : CONDITION_STATUS_ACTIVE,
        .diagnosed = ccda_date(ccda_path(observation, "effectiveTime/low")),
        .abated = ccda_date(ccda_path(observation, "effectiveTime/high")),
        .recorded_at_us = ccda_instant(ccda_path(act, "author/time"), zone, false)};
    out->name = *problem.words ? take(&problem.words) : ccda_words(ccda_child(observation, "text"));
    out->code_system = take(&problem.system);
    out->code = take(&problem.code);
    *out_codings = take(&problem.codings);
    ccda_code_release(&problem);
    if (!*out->name) {
        mem_free(out->name);
        out->name = mem_copy_text(_("(problem not stated)"));
    }
    out->notes = mem_copy_text("");
    out->original = mem_copy_text(*out->code ? "" : out->name);
    return RECORD;
}
