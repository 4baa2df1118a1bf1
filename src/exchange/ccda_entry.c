/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/ccda_entry.h"

#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_code.h"
#include "exchange/fhir_item.h"
#include "model/order_line.h"

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

static void append_owned(struct buffer *out, char *text)
{
    append(out, text);
    mem_free(text);
}

static char *take(char **member)
{
    char *text = *member;
    *member = NULL;
    return text ? text : mem_copy_text("");
}

static bool is_negated(const xmlNode *node)
{
    return ccda_attribute_is(node, "negationInd", "true") ||
           ccda_attribute_is(node, "negationInd", "1");
}

static int word_of(const struct fhir_word *words, const xmlNode *node, const char *attribute)
{
    char *code = ccda_attribute(node, attribute);
    int value = fhir_word_value(words, code);
    mem_free(code);
    return value;
}

const xmlNode *ccda_observation_next(const xmlNode *act, const xmlNode *after)
{
    if (ccda_is(act, "observation")) {
        return after ? NULL : act;
    }
    const xmlNode *r = after ? ccda_next(after->parent) : ccda_child(act, "entryRelationship");
    while (r && !ccda_child(r, "observation")) {
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

/* --- medications --- */

static const struct fhir_word order_states[] = {{"active", MEDICATION_STATUS_ACTIVE},
                                                {"completed", MEDICATION_STATUS_COMPLETED},
                                                {"aborted", MEDICATION_STATUS_STOPPED},
                                                {"cancelled", MEDICATION_STATUS_CANCELLED},
                                                {"suspended", MEDICATION_STATUS_ON_HOLD},
                                                {"held", MEDICATION_STATUS_ON_HOLD},
                                                {"new", MEDICATION_STATUS_DRAFT},
                                                {"nullified", MEDICATION_STATUS_IN_ERROR},
                                                {NULL, 0}};

static char *amount_words(const xmlNode *node)
{
    const xmlNode *low = ccda_child(node, "low"), *high = ccda_child(node, "high");
    if (low && high) {
        char *a = amount_words(low), *b = amount_words(high);
        char *both = mem_format("%s - %s", a, b);
        mem_free(a);
        mem_free(b);
        return both;
    }
    char *value = ccda_attribute(node, "value"), *unit = ccda_attribute(node, "unit");
    char *words = *value ? mem_format("%s%s%s", value, *unit && strcmp(unit, "1") != 0 ? " " : "",
                                      strcmp(unit, "1") != 0 ? unit : "")
                         : mem_copy_text("");
    mem_free(value);
    mem_free(unit);
    return words;
}

static void append_labelled(struct buffer *out, const char *label, char *words)
{
    append_owned(out, *words ? mem_format("%s %s", label, words) : mem_copy_text(""));
    mem_free(words);
}

/* Every effectiveTime but the interval of validity. */
static void append_timing(const xmlNode *administration, struct buffer *out)
{
    for (const xmlNode *t = ccda_child(administration, "effectiveTime"); t; t = ccda_next(t)) {
        const xmlNode *period = ccda_child(t, "period");
        append_labelled(out, _("every"), amount_words(period));
        append_labelled(out, _("at event"), ccda_attribute(ccda_child(t, "event"), "code"));
        append_labelled(out, _("offset"), amount_words(ccda_path(t, "offset/low")));
        for (const xmlNode *c = ccda_child(t, "comp"); c; c = ccda_next(c)) {
            append_labelled(out, _("every"), amount_words(ccda_child(c, "period")));
            append_labelled(out, _("at event"), ccda_attribute(ccda_child(c, "event"), "code"));
        }
    }
}

static void read_dose(const xmlNode *administration, struct sig *sig)
{
    const xmlNode *dose = ccda_child(administration, "doseQuantity");
    char *value = ccda_attribute(dose, "value"), *unit = ccda_attribute(dose, "unit");
    enum fhir_basis basis;
    struct decimal amount;
    enum unit known = fhir_unit(unit, NULL, &basis);
    if (known != UNIT_NONE && basis == FHIR_BASIS_NONE &&
        decimal_parse(value, &amount, NULL) == STATUS_OK && amount.mantissa > 0) {
        sig->dose = amount;
        sig->unit = known;
    }
    mem_free(value);
    mem_free(unit);
    char *route = ccda_attribute(ccda_child(administration, "routeCode"), "code");
    char *words = ccda_attribute(ccda_child(administration, "routeCode"), "displayName");
    sig->route = fhir_route(route);
    sig->route = sig->route == ROUTE_NONE_GIVEN && *words ? fhir_route_text(words) : sig->route;
    mem_free(route);
    mem_free(words);
}

/* Steps of a taper, parts of a mixture: each a statement of its own inside the entry. */
static void append_nested(const xmlNode *administration, struct buffer *words)
{
    for (const xmlNode *r = ccda_child(administration, "entryRelationship"); r; r = ccda_next(r)) {
        const xmlNode *inside = ccda_child(r, "substanceAdministration");
        if (!inside) {
            continue;
        }
        append_owned(words, ccda_words(ccda_child(inside, "text")));
        append_labelled(words, _("dose"), amount_words(ccda_child(inside, "doseQuantity")));
        append_timing(inside, words);
    }
}

static bool has_nested(const xmlNode *administration)
{
    for (const xmlNode *r = ccda_child(administration, "entryRelationship"); r; r = ccda_next(r)) {
        if (ccda_child(r, "substanceAdministration")) {
            return true;
        }
    }
    return false;
}

/* What is written as text beside the numbers must not say something else. */
static bool contradicts(const char *text, const struct sig *sig)
{
    const struct order_line_options options = {.is_drug_known = true};
    struct order_line *line = mem_alloc(sizeof *line);
    bool is_other = false;
    if (*text && strlen(text) <= ORDER_LINE_MAX &&
        order_line_parse(text, &options, line, NULL) == STATUS_OK && line->unknown_count == 0) {
        int in_words = sig_doses_per_day_thousandths(&line->sig);
        int in_codes = sig_doses_per_day_thousandths(sig);
        is_other = in_words > 0 && in_codes > 0 && in_words != in_codes;
    }
    mem_free(line);
    return is_other;
}

/* Structured where the numbers say all of it: a dose, a schedule, no steps, no rate, no maximum. */
static void read_schedule(const xmlNode *administration, const char *text, struct sig *sig)
{
    struct sig read = *sig;
    bool is_whole = read.unit != UNIT_NONE && !decimal_is_zero(read.dose) &&
                    !has_nested(administration) && !ccda_child(administration, "rateQuantity") &&
                    !ccda_child(administration, "maxDoseQuantity") &&
                    ccda_timing_read(administration, NULL, &read);
    if (is_whole && read.as_needed) {
        is_whole = fhir_make_as_needed(&read);
    }
    if (is_whole && sig_check(&read, NULL) == STATUS_OK && !contradicts(text, &read)) {
        *sig = read;
    } else {
        sig->kind = SCHEDULE_KIND_UNSTRUCTURED;
    }
}

/* Directions as the source wrote them, else in its own numbers and codes. */
static void read_directions(const xmlNode *administration, struct order *out)
{
    static const char *const any[] = {NULL};
    struct buffer words = BUFFER_INIT;
    char *text = ccda_words(ccda_child(administration, "text"));
    read_dose(administration, &out->sig);
    append(&words, text);
    append_labelled(&words, _("dose"), amount_words(ccda_child(administration, "doseQuantity")));
    append_labelled(&words, _("rate"), amount_words(ccda_child(administration, "rateQuantity")));
    append_owned(&words, ccda_attribute(ccda_child(administration, "routeCode"), "displayName"));
    append_timing(administration, &words);
    for (const xmlNode *p = ccda_child(administration, "precondition"); p; p = ccda_next(p)) {
        struct ccda_code why;
        ccda_code_read(ccda_path(p, "criterion/value"), any, &why);
        out->sig.as_needed = true;
        append_labelled(&words, _("as needed for"), take(&why.words));
        ccda_code_release(&why);
    }
    for (const xmlNode *r = ccda_child(administration, "entryRelationship"); r; r = ccda_next(r)) {
        append_owned(&words, ccda_words(ccda_path(r, "act/text")));
    }
    append_nested(administration, &words);
    append_labelled(&words, _("maximum"),
                    amount_words(ccda_path(administration, "maxDoseQuantity/numerator")));
    read_schedule(administration, text, &out->sig);
    if (sig_check(&out->sig, NULL) != STATUS_OK) {
        out->sig = (struct sig){.kind = SCHEDULE_KIND_UNSTRUCTURED,
                                .route = out->sig.route,
                                .as_needed = out->sig.as_needed};
    }
    out->directions = buffer_take(&words);
    out->original = mem_copy_text(out->directions);
    mem_free(text);
}

static void read_validity(const xmlNode *administration, const struct zone *zone, struct order *out)
{
    for (const xmlNode *t = ccda_child(administration, "effectiveTime"); t; t = ccda_next(t)) {
        int64_t start_us = ccda_instant(ccda_child(t, "low"), zone, false);
        int64_t stop_us = ccda_instant(ccda_child(t, "high"), zone, true);
        start_us = start_us ? start_us : ccda_instant(t, zone, false);
        out->start_us = out->start_us ? out->start_us : start_us;
        out->stop_us = out->stop_us ? out->stop_us : stop_us;
    }
    if (out->stop_us && out->stop_us < out->start_us) {
        out->stop_us = 0;
    }
    /* "completed" is also written of a statement that was completely made: only an end says more */
    if (out->status == MEDICATION_STATUS_COMPLETED && out->stop_us == 0) {
        out->status = MEDICATION_STATUS_UNKNOWN;
    }
}

/* Programs that must write an entry write one even of an empty list: no code and, where the drug's name belongs, a
 * sentence (Patient-83 of the eMERGE samples: "No data"). Any other words are kept, "unknown" too: they
 * may be a drug. */
static bool names_no_drug(const struct ccda_code *drug)
{
    static const char *const sentences[] = {
        "no data", "no information", "no medications", "no medication", "no known medications",
        "no current medications", "not on any medications", "none", "not applicable"};
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        if (!*drug->code && text_equal_folded(drug->words, sentences[i])) {
            return true;
        }
    }
    return false;
}

struct ccda_outcome ccda_order_read(const xmlNode *administration, const struct zone *zone,
                                    struct order *out, char **out_codings)
{
    static const char *const systems[] = {"rxnorm", "ndc", "snomed", "unii", NULL};
    static const char *const any[] = {NULL};
    if (is_negated(administration)) {
        return skip(_("It says that a drug is not given, or that none is known."));
    }
    const xmlNode *material = ccda_path(administration,
                                        "consumable/manufacturedProduct/manufacturedMaterial");
    struct ccda_code drug, why;
    ccda_code_read(ccda_child(material, "code"), systems, &drug);
    if (!*drug.words) {
        mem_free(drug.words);
        drug.words = ccda_words(ccda_child(material, "name"));
    }
    if (!*drug.words) {
        mem_free(drug.words);
        drug.words = ccda_words(ccda_child(administration, "text"));
    }
    if (names_no_drug(&drug)) {
        ccda_code_release(&drug);
        return skip(_("It says that a drug is not given, or that none is known."));
    }
    *out = (struct order){.status = (enum medication_status)word_of(
                              order_states, ccda_child(administration, "statusCode"), "code"),
                          .action = ORDER_ACTION_IMPORT,
                          .source = ORDER_SOURCE_REPORTED,
                          .verification = VERIFICATION_UNVERIFIED};
    out->status = out->status ? out->status : MEDICATION_STATUS_UNKNOWN;
    out->drug_text = *drug.words ? take(&drug.words) : mem_copy_text(_("(drug not stated)"));
    out->code_system = take(&drug.system);
    out->code = take(&drug.code);
    *out_codings = take(&drug.codings);
    ccda_code_release(&drug);
    read_directions(administration, out);
    read_validity(administration, zone, out);
    const xmlNode *indication = inner(administration, "2.16.840.1.113883.10.20.22.4.19");
    ccda_code_read(ccda_child(indication, "value"), any, &why);
    out->indication = take(&why.words);
    ccda_code_release(&why);
    out->prescriber_name = ccda_words(
        ccda_path(administration, "author/assignedAuthor/assignedPerson/name"));
    char **empty[] = {&out->ingredients,         &out->strength, &out->dosage_form,
                      &out->prescription_number, &out->reason,   &out->zone};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        *empty[i] = mem_copy_text("");
    }
    return RECORD;
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

/* Of a concern, of its status observation, or of an end. */
static bool is_over(const xmlNode *act, const xmlNode *observation)
{
    static const struct fhir_word over[] = {{"413322009", 1}, {"73425007", 1}, {NULL, 0}};
    const xmlNode *state = inner(observation, "2.16.840.1.113883.10.20.22.4.28");
    state = state ? state : inner(observation, "2.16.840.1.113883.10.20.22.4.6");
    bool has_end = !date_is_none(ccda_date(ccda_path(observation, "effectiveTime/high")));
    bool is_closed = act != observation &&
                     (ccda_attribute_is(ccda_child(act, "statusCode"), "code", "completed") ||
                      ccda_attribute_is(ccda_child(act, "statusCode"), "code", "aborted"));
    return has_end || is_closed || word_of(over, ccda_child(state, "value"), "code");
}

static void read_reactions(const xmlNode *observation, struct allergy *out)
{
    static const char *const any[] = {NULL};
    struct buffer words = BUFFER_INIT;
    for (const xmlNode *r = ccda_child(observation, "entryRelationship"); r; r = ccda_next(r)) {
        const xmlNode *o = ccda_child(r, "observation");
        const xmlNode *severity = o;
        if (ccda_has_template(o, "2.16.840.1.113883.10.20.22.4.9")) {
            struct ccda_code code;
            ccda_code_read(ccda_child(o, "value"), any, &code);
            append(&words, code.words);
            ccda_code_release(&code);
            severity = inner(o, "2.16.840.1.113883.10.20.22.4.8");
        } else if (!ccda_has_template(o, "2.16.840.1.113883.10.20.22.4.8")) {
            continue;
        }
        int level = word_of(reaction_severities, ccda_child(severity, "value"), "code");
        out->severity = level > (int)out->severity ? (enum reaction_severity)level : out->severity;
    }
    out->reaction = buffer_take(&words);
}

struct ccda_outcome ccda_allergy_read(const xmlNode *act, const xmlNode *observation,
                                      const struct zone *zone, struct allergy *out,
                                      char **out_codings)
{
    static const char *const systems[] = {"rxnorm", "unii", "snomed", "ndfrt", "ndc", NULL};
    const xmlNode *entity = ccda_path(observation, "participant/participantRole/playingEntity");
    const xmlNode *value = ccda_child(observation, "value");
    struct ccda_code substance;
    ccda_code_read(ccda_child(entity, "code"), systems, &substance);
    if (!*substance.words) {
        mem_free(substance.words);
        substance.words = ccda_words(ccda_child(entity, "name"));
    }
    bool is_specific = *substance.words || *substance.code;
    enum fhir_absence absence = fhir_absence(substance.system, substance.code, substance.words);
    int type = word_of(allergen_types, value, "code");
    if ((is_negated(observation) && !is_specific) || absence == FHIR_ABSENCE_NO_ALLERGY) {
        ccda_code_release(&substance);
        return type == ALLERGEN_TYPE_FOOD || type == ALLERGEN_TYPE_ENVIRONMENT
                   ? skip(_("It only says that no allergy of one kind (food, environment...) is "
                            "known."))
                   : (struct ccda_outcome){NULL, ALLERGY_STATUS_NONE_KNOWN};
    }
    *out = (struct allergy){
        .kind = word_of(allergy_kinds, value, "code") ? ALLERGY_KIND_INTOLERANCE
                                                      : ALLERGY_KIND_ALLERGY,
        .type = (enum allergen_type)type,
        .state = is_negated(observation)     ? ALLERGY_STATE_REFUTED
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
    out->note = ccda_words(ccda_child(observation, "text"));
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
    if ((is_negated(observation) && is_general) || is_none) {
        ccda_code_release(&problem);
        return skip(_("It only says that no problems are known."));
    }
    *out = (struct condition){
        .status = is_negated(observation)     ? CONDITION_STATUS_REFUTED
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
