/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A substanceAdministration, or a supply that stands alone, as an order that was reported. */
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/ccda_entry.h"
#include "exchange/fhir_code.h"
#include "exchange/fhir_item.h"
#include "model/order_line.h"

#define TEMPLATE_FREE_TEXT_SIG "2.16.840.1.113883.10.20.22.4.147"
#define TEMPLATE_INDICATION "2.16.840.1.113883.10.20.22.4.19"
#define LOINC_FREE_TEXT_SIG "76662-6"
#define LOINC_STATUS "33999-4"

static const struct fhir_word states[] = {{"active", MEDICATION_STATUS_ACTIVE},
                                          {"completed", MEDICATION_STATUS_COMPLETED},
                                          {"aborted", MEDICATION_STATUS_STOPPED},
                                          {"cancelled", MEDICATION_STATUS_CANCELLED},
                                          {"suspended", MEDICATION_STATUS_ON_HOLD},
                                          {"held", MEDICATION_STATUS_ON_HOLD},
                                          {"new", MEDICATION_STATUS_DRAFT},
                                          {"nullified", MEDICATION_STATUS_IN_ERROR},
                                          {NULL, 0}};

/* Of the status observation of CCD 1.0 and C32, where statusCode says "completed" of every entry. SNOMED CT. */
static const struct fhir_word observed_states[] = {{"55561003", MEDICATION_STATUS_ACTIVE},   /* active */
                                                   {"421139008", MEDICATION_STATUS_ON_HOLD}, /* on hold */
                                                   {"392521001", MEDICATION_STATUS_STOPPED}, /* prior history */
                                                   {"73425007", MEDICATION_STATUS_STOPPED},  /* no longer active */
                                                   {NULL, 0}};

/* NCI's codes of administrationUnitCode, where it has no name beside them. */
static const struct fhir_word unit_codes[] = {{"C48542", UNIT_TABLET}, {"C42998", UNIT_TABLET}, {"C48480", UNIT_CAPSULE},
                                              {"C25158", UNIT_CAPSULE}, {"C28253", UNIT_MG},    {"C28254", UNIT_ML},
                                              {NULL, 0}};

static const char *const any[] = {NULL};

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

/* What a reference and the element itself both say is said once. */
static void append_once(struct buffer *out, char *text)
{
    append(out, out->len > 0 && strstr(out->bytes, text) != NULL ? "" : text);
    mem_free(text);
}

static void append_labelled(struct buffer *out, const char *label, char *words)
{
    append_owned(out, *words ? mem_format("%s %s", label, words) : mem_copy_text(""));
    mem_free(words);
}

static char *take(char **member)
{
    char *text = *member;
    *member = NULL;
    return text ? text : mem_copy_text("");
}

/* The first that says something. */
static char *first_words(const xmlNode *const nodes[], size_t count)
{
    char *words = mem_copy_text("");
    for (size_t i = 0; i < count && !*words; i++) {
        mem_free(words);
        words = ccda_words(nodes[i]);
    }
    return words;
}

static bool has_name(const struct ccda_code *code)
{
    char *number = mem_format("%s %s", code->system, code->code); /* what ccda_code_read() says where nothing is named */
    bool is_named = *code->words && strcmp(code->words, number) != 0;
    mem_free(number);
    return is_named;
}

static char *code_words(const xmlNode *node)
{
    struct ccda_code code;
    ccda_code_read(node, any, &code);
    char *words = take(&code.words);
    ccda_code_release(&code);
    return words;
}

static char *code_name(const xmlNode *node)
{
    struct ccda_code code;
    ccda_code_read(node, any, &code);
    char *words = has_name(&code) ? take(&code.words) : mem_copy_text("");
    ccda_code_release(&code);
    return words;
}

/* "20 mg", "1 - 2 mg", "4 g / 1 d", "> 5 mg" where only one end is given. */
static char *amount_words(const xmlNode *node)
{
    const xmlNode *low = ccda_child(node, "low"), *high = ccda_child(node, "high");
    const xmlNode *above = ccda_child(node, "numerator"), *below = ccda_child(node, "denominator");
    if (low || high || above) {
        char *a = amount_words(above ? above : low), *b = amount_words(above ? below : high);
        const char *between = above ? " / " : " - ";
        char *both = *a && *b ? mem_format("%s%s%s", a, between, b)
                     : *a     ? mem_format("%s%s", above ? "" : ">= ", a)
                     : *b     ? mem_format("<= %s", b)
                              : mem_copy_text("");
        mem_free(a);
        mem_free(b);
        return both;
    }
    char *value = ccda_attribute(node, "value"), *unit = ccda_attribute(node, "unit");
    bool has_unit = *unit && strcmp(unit, "1") != 0;
    char *words = *value ? mem_format("%s%s%s", value, has_unit ? " " : "", has_unit ? unit : "") : mem_copy_text("");
    if (!*words && node) { /* "1 to 2 tablets" beside a null flavor */
        mem_free(words);
        const xmlNode *texts[] = {ccda_path(node, "translation/originalText"), ccda_child(node, "originalText")};
        words = first_words(texts, 2);
    }
    mem_free(value);
    mem_free(unit);
    return words;
}

/* --- times in words --- */

static void append_times(const xmlNode *time, struct buffer *out)
{
    append_labelled(out, _("every"), amount_words(ccda_child(time, "period")));
    append_labelled(out, _("at event"), ccda_attribute(ccda_child(time, "event"), "code"));
    append_labelled(out, _("offset"), amount_words(ccda_child(time, "offset")));
    append_labelled(out, _("for"), amount_words(ccda_child(time, "width")));
    append_once(out, ccda_words(ccda_child(time, "originalText")));
    for (const xmlNode *c = ccda_child(time, "comp"); c; c = ccda_next(c)) {
        append_times(c, out);
    }
}

/* Every effectiveTime but the interval of validity. */
static void append_timing(const xmlNode *administration, struct buffer *out)
{
    for (const xmlNode *t = ccda_child(administration, "effectiveTime"); t; t = ccda_next(t)) {
        append_times(t, out);
    }
}

/* --- parts inside --- */

static bool is_free_text_sig(const xmlNode *inside)
{
    return ccda_has_template(inside, TEMPLATE_FREE_TEXT_SIG) || ccda_attribute_is(ccda_child(inside, "code"), "code", LOINC_FREE_TEXT_SIG);
}

static const xmlNode *next_inside(const xmlNode *administration, const xmlNode *after, const char *name)
{
    const xmlNode *r = after ? ccda_next(after->parent) : ccda_child(administration, "entryRelationship");
    while (r && !ccda_child(r, name)) {
        r = ccda_next(r);
    }
    return ccda_child(r, name);
}

/* A step of a taper, a part of a mixture: a statement of its own, unless it is only the directions as text. */
static const xmlNode *next_step(const xmlNode *administration, const xmlNode *after)
{
    const xmlNode *inside = next_inside(administration, after, "substanceAdministration");
    while (inside && is_free_text_sig(inside)) {
        inside = next_inside(administration, inside, "substanceAdministration");
    }
    return inside;
}

static const xmlNode *material_of(const xmlNode *node)
{
    static const char *const paths[] = {
        "consumable/manufacturedProduct/manufacturedMaterial", "consumable/manufacturedProduct/manufacturedLabeledDrug",
        "product/manufacturedProduct/manufacturedMaterial", "product/manufacturedProduct/manufacturedLabeledDrug"};
    const xmlNode *found = NULL;
    for (size_t i = 0; i < sizeof paths / sizeof *paths && !found; i++) {
        found = ccda_path(node, paths[i]);
    }
    return found;
}

/* "dose 1 Tablet": the unit may stand beside the number. */
static void append_dose(const xmlNode *administration, struct buffer *words)
{
    char *amount = amount_words(ccda_child(administration, "doseQuantity"));
    char *unit = code_name(ccda_child(administration, "administrationUnitCode"));
    append_labelled(words, _("dose"), *amount && *unit ? mem_format("%s %s", amount, unit) : mem_copy_text(*amount ? amount : unit));
    mem_free(amount);
    mem_free(unit);
}

static void append_steps(const xmlNode *administration, struct buffer *words)
{
    for (const xmlNode *step = next_step(administration, NULL); step; step = next_step(administration, step)) {
        append_owned(words, code_words(ccda_child(material_of(step), "code")));
        append_owned(words, ccda_words(ccda_child(step, "text")));
        append_dose(step, words);
        append_labelled(words, _("rate"), amount_words(ccda_child(step, "rateQuantity")));
        append_timing(step, words);
    }
}

/* The directions as somebody wrote them. */
static char *read_text(const xmlNode *administration)
{
    char *words = mem_copy_text("");
    for (const xmlNode *inside = next_inside(administration, NULL, "substanceAdministration"); inside && !*words;
         inside = next_inside(administration, inside, "substanceAdministration")) {
        if (is_free_text_sig(inside)) {
            mem_free(words);
            words = ccda_words(ccda_child(inside, "text"));
        }
    }
    if (!*words) {
        mem_free(words);
        words = ccda_words(ccda_child(administration, "text"));
    }
    return words;
}

/* --- the dose --- */

/* A number without a unit counts what the product is made of: "1" of "Lisinopril 10 MG Oral Tablet". */
static enum unit unit_of_product(const char *drug)
{
    static const enum unit things[] = {UNIT_TABLET, UNIT_CAPSULE, UNIT_PATCH, UNIT_SUPPOSITORY, UNIT_SACHET, UNIT_LOZENGE};
    char *folded = text_fold(drug);
    enum unit found = UNIT_NONE;
    for (const char *at = folded; *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        char *word = mem_copy_bytes(at, len);
        enum unit unit = unit_parse(word, NULL);
        for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
            found = unit == things[i] ? unit : found;
        }
        mem_free(word);
        at += len;
    }
    mem_free(folded);
    return found;
}

static enum unit read_unit(const xmlNode *administration, const xmlNode *quantity, const char *drug)
{
    enum fhir_basis basis;
    char *unit = ccda_attribute(quantity, "unit");
    const xmlNode *coded = ccda_child(administration, "administrationUnitCode");
    enum unit known = fhir_unit(unit, NULL, &basis);
    bool is_bare = !*unit || strcmp(unit, "1") == 0;
    if (is_bare && coded) {
        char *words = code_words(coded);
        known = fhir_unit(words, NULL, &basis);
        known = known != UNIT_NONE ? known : (enum unit)ccda_word(unit_codes, coded, "code");
        mem_free(words);
    } else if (is_bare) {
        known = unit_of_product(drug);
    }
    mem_free(unit);
    return basis == FHIR_BASIS_NONE ? known : UNIT_NONE;
}

static bool read_amount(const xmlNode *quantity, struct decimal *out)
{
    char *value = ccda_attribute(quantity, "value");
    bool is_read = decimal_parse(value, out, NULL) == STATUS_OK && out->mantissa > 0;
    mem_free(value);
    return is_read;
}

static void read_dose(const xmlNode *administration, const char *drug, struct sig *sig)
{
    const xmlNode *dose = ccda_child(administration, "doseQuantity");
    const xmlNode *low = ccda_child(dose, "low"), *high = ccda_child(dose, "high");
    bool is_range = low && high;
    enum unit unit = read_unit(administration, is_range ? low : dose, drug);
    struct decimal amount, most = {0};
    bool is_read = read_amount(is_range ? low : dose, &amount);
    if (is_range) {
        is_read = is_read && read_amount(high, &most) && read_unit(administration, high, drug) == unit;
        most = is_read && decimal_compare(most, amount) == 0 ? (struct decimal){0} : most;
    }
    if (is_read && unit != UNIT_NONE) {
        sig->dose = amount;
        sig->dose_high = most;
        sig->unit = unit;
    }
    const xmlNode *coded = ccda_child(administration, "routeCode");
    struct ccda_code route;
    ccda_code_read(coded, any, &route);
    sig->route = (enum route)fhir_route(route.code);
    sig->by_tube = fhir_route_is_tube(route.code);
    for (const xmlNode *t = ccda_child(coded, "translation"); t && sig->route == ROUTE_NONE_GIVEN; t = ccda_next(t)) {
        char *code = ccda_attribute(t, "code");
        sig->route = fhir_route(code);
        sig->by_tube = sig->by_tube || fhir_route_is_tube(code);
        mem_free(code);
    }
    sig->by_tube = sig->route == ROUTE_NONE_GIVEN && (sig->by_tube || (route.words != NULL && fhir_route_text_is_tube(route.words)));
    sig->route = sig->by_tube ? ROUTE_ORAL : sig->route == ROUTE_NONE_GIVEN ? fhir_route_text(route.words) : sig->route;
    ccda_code_release(&route);
}

/* --- the schedule --- */

/* What is written as text beside the numbers must not say something else. */
static bool contradicts(const char *text, const struct sig *sig)
{
    const struct order_line_options options = {.is_drug_known = true};
    struct order_line *line = mem_alloc(sizeof *line);
    bool is_other = false;
    if (*text && strlen(text) <= ORDER_LINE_MAX && order_line_parse(text, &options, line, NULL) == STATUS_OK) {
        int in_words = line->unknown_count == 0 ? sig_doses_per_day_thousandths(&line->sig) : 0;
        int in_codes = sig_doses_per_day_thousandths(sig);
        is_other = (in_words > 0 && in_codes > 0 && in_words != in_codes) ||
                   (sig_is_as_needed(&line->sig) && !sig_is_as_needed(sig));
    }
    mem_free(line);
    return is_other;
}

/* Structured where the numbers say all of it: a dose, a schedule, no steps, no rate, no maximum. */
static void read_schedule(const xmlNode *administration, const char *text, struct sig *sig)
{
    struct sig read = *sig;
    bool is_whole = read.unit != UNIT_NONE && !decimal_is_zero(read.dose) && !next_step(administration, NULL) &&
                    !ccda_child(administration, "rateQuantity") && !ccda_child(administration, "maxDoseQuantity") &&
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

/* "as needed for": what for, or only that it is. A null flavor is nobody's condition. */
static void read_preconditions(const xmlNode *administration, struct sig *sig, struct buffer *words)
{
    for (const xmlNode *p = ccda_child(administration, "precondition"); p; p = ccda_next(p)) {
        const xmlNode *criterion = ccda_child(p, "criterion");
        char *why = code_words(ccda_child(criterion, "value"));
        if (!*why) {
            mem_free(why);
            const xmlNode *texts[] = {ccda_child(criterion, "text"), ccda_child(p, "text")};
            why = first_words(texts, 2);
        }
        char *none = ccda_attribute(p, "nullFlavor"), *inner = ccda_attribute(criterion, "nullFlavor");
        char *value = ccda_attribute(ccda_child(criterion, "value"), "nullFlavor");
        bool is_one = *why || (criterion && !*none && !*inner && !*value);
        sig->as_needed = sig->as_needed || is_one;
        append(words, is_one && !*why ? _("as needed") : "");
        append_labelled(words, _("as needed for"), why);
        mem_free(none);
        mem_free(inner);
        mem_free(value);
    }
}

/* Instructions, and what is written on the supply's label. */
static void append_instructions(const xmlNode *node, struct buffer *words)
{
    for (const xmlNode *r = ccda_child(node, "entryRelationship"); r; r = ccda_next(r)) {
        append_once(words, ccda_words(ccda_path(r, "act/text")));
        const xmlNode *supply = ccda_child(r, "supply");
        if (supply) {
            append_once(words, ccda_words(ccda_child(supply, "text")));
            append_instructions(supply, words);
        }
    }
}

/* Directions as the source wrote them, else in its own numbers and codes. */
static void read_directions(const xmlNode *administration, struct order *out)
{
    struct buffer words = BUFFER_INIT;
    bool is_supply = ccda_is(administration, "supply");
    char *text = read_text(administration);
    append(&words, text);
    append_labelled(&words, _("quantity"), is_supply ? amount_words(ccda_child(administration, "quantity")) : mem_copy_text(""));
    if (!is_supply) {
        read_dose(administration, out->drug_text, &out->sig);
        append_dose(administration, &words);
        append_labelled(&words, _("rate"), amount_words(ccda_child(administration, "rateQuantity")));
        append_owned(&words, code_name(ccda_child(administration, "routeCode")));
        for (const xmlNode *site = ccda_child(administration, "approachSiteCode"); site; site = ccda_next(site)) {
            append_owned(&words, code_words(site));
        }
        append_timing(administration, &words);
    }
    read_preconditions(administration, &out->sig, &words);
    append_instructions(administration, &words);
    append_steps(administration, &words);
    for (const xmlNode *most = ccda_child(administration, "maxDoseQuantity"); most; most = ccda_next(most)) {
        append_labelled(&words, _("maximum"), amount_words(most));
    }
    read_schedule(administration, text, &out->sig);
    if (sig_check(&out->sig, NULL) != STATUS_OK) {
        out->sig = (struct sig){.kind = SCHEDULE_KIND_UNSTRUCTURED, .route = out->sig.route, .as_needed = out->sig.as_needed};
    }
    out->directions = buffer_take(&words);
    out->original = mem_copy_text(out->directions);
    mem_free(text);
}

/* --- from when to when --- */

static void read_interval(const xmlNode *time, const struct zone *zone, struct order *out)
{
    const xmlNode *low = ccda_child(time, "low");
    int64_t start_us = ccda_instant(low, zone, false), stop_us = ccda_instant(ccda_child(time, "high"), zone, true);
    int64_t width_us = ccda_minutes(ccda_child(time, "width")) * 60 * US_PER_SECOND;
    start_us = start_us ? start_us : ccda_instant(ccda_child(time, "center"), zone, false);
    start_us = start_us ? start_us : ccda_instant(time, zone, false);
    stop_us = stop_us || !start_us || !width_us ? stop_us : start_us + width_us;
    out->start_us = out->start_us ? out->start_us : start_us;
    out->stop_us = out->stop_us ? out->stop_us : stop_us;
    for (const xmlNode *c = ccda_child(time, "comp"); c; c = ccda_next(c)) {
        if (!ccda_child(c, "period")) {
            read_interval(c, zone, out);
        }
    }
}

static void read_validity(const xmlNode *administration, const struct zone *zone, struct order *out)
{
    for (const xmlNode *t = ccda_child(administration, "effectiveTime"); t; t = ccda_next(t)) {
        if (!ccda_child(t, "period")) {
            read_interval(t, zone, out);
        }
    }
    if (out->stop_us && out->stop_us < out->start_us) {
        out->stop_us = 0;
    }
}

static void read_status(const xmlNode *node, struct order *out)
{
    int observed = 0;
    for (const xmlNode *o = next_inside(node, NULL, "observation"); o && !observed; o = next_inside(node, o, "observation")) {
        bool is_status = ccda_attribute_is(ccda_child(o, "code"), "code", LOINC_STATUS);
        observed = is_status ? ccda_word(observed_states, ccda_child(o, "value"), "code") : 0;
    }
    out->status = (enum medication_status)(observed ? observed : ccda_word(states, ccda_child(node, "statusCode"), "code"));
    out->status = out->status ? out->status : MEDICATION_STATUS_UNKNOWN;
    /* "completed" is also written of a statement that was completely made: only an end says more */
    if (out->status == MEDICATION_STATUS_COMPLETED && out->stop_us == 0) {
        out->status = MEDICATION_STATUS_UNKNOWN;
    }
}

/* --- the drug --- */

/* Programs that must write an entry write one even of an empty list: no code and, where the drug's name belongs, a
 * sentence (Patient-83 of the eMERGE samples: "No data"). Any other words are kept, "unknown" too: they
 * may be a drug. */
static bool names_no_drug(const struct ccda_code *drug)
{
    static const char *const sentences[] = {"no data",
                                            "no information",
                                            "no medications",
                                            "no medication",
                                            "no active medications",
                                            "no known active medications",
                                            "no current medications",
                                            "patient takes no medications",
                                            "not taking any medications",
                                            "not on any medications",
                                            "none",
                                            "none recorded",
                                            "not applicable"};
    bool is_absence = fhir_absence(drug->system, drug->code, drug->words) == FHIR_ABSENCE_NO_MEDICATION;
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences && !is_absence; i++) {
        is_absence = !*drug->code && text_equal_folded(drug->words, sentences[i]);
    }
    return is_absence;
}

static bool has_number(const char *text)
{
    return text[strcspn(text, "0123456789")] != '\0';
}

static void read_drug(const xmlNode *node, struct ccda_code *drug)
{
    static const char *const systems[] = {"rxnorm", "ndc", "snomed", "unii", NULL};
    const xmlNode *material = material_of(node);
    ccda_code_read(ccda_child(material, "code"), systems, drug);
    const xmlNode *texts[] = {ccda_child(material, "name"), ccda_child(node, "text")};
    char *words = has_name(drug) ? mem_copy_text("") : first_words(texts, 2);
    char *written = ccda_words(ccda_path(material, "code/originalText"));
    if (has_number(written) && !has_number(drug->words) && !*words) { /* "Crestor 10 mg tablet" says more than "rosuvastatin" */
        mem_free(words);
        words = written;
        written = NULL;
    }
    mem_free(written);
    if (*words) {
        mem_free(drug->words);
        drug->words = words;
    } else {
        mem_free(words);
    }
}

static char *read_prescriber(const xmlNode *node)
{
    static const char *const people[] = {"author/assignedAuthor/assignedPerson/name", "performer/assignedEntity/assignedPerson/name"};
    const xmlNode *texts[5];
    size_t count = 0;
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        texts[count++] = ccda_path(node, people[i]);
    }
    const xmlNode *supply = next_inside(node, NULL, "supply");
    texts[count++] = ccda_path(supply, people[0]);
    texts[count++] = ccda_path(node, "author/assignedAuthor/representedOrganization/name");
    return first_words(texts, count);
}

struct ccda_outcome ccda_order_read(const xmlNode *node, const struct zone *zone, struct order *out, char **out_codings)
{
    struct ccda_code drug;
    if (ccda_is_negated(node)) {
        return (struct ccda_outcome){_("It says that a drug is not given, or that none is known."), ALLERGY_STATUS_NONE_GIVEN};
    }
    read_drug(node, &drug);
    if (names_no_drug(&drug)) {
        ccda_code_release(&drug);
        return (struct ccda_outcome){_("It says that a drug is not given, or that none is known."), ALLERGY_STATUS_NONE_GIVEN};
    }
    *out = (struct order){.action = ORDER_ACTION_IMPORT, .source = ORDER_SOURCE_REPORTED, .verification = VERIFICATION_UNVERIFIED};
    out->drug_text = *drug.words ? take(&drug.words) : mem_copy_text(_("(drug not stated)"));
    out->code_system = take(&drug.system);
    out->code = take(&drug.code);
    *out_codings = take(&drug.codings);
    ccda_code_release(&drug);
    read_directions(node, out);
    read_validity(node, zone, out);
    read_status(node, out);
    const xmlNode *indication = next_inside(node, NULL, "observation");
    while (indication && !ccda_has_template(indication, TEMPLATE_INDICATION)) {
        indication = next_inside(node, indication, "observation");
    }
    out->indication = code_words(ccda_child(indication, "value"));
    out->prescriber_name = read_prescriber(node);
    char **empty[] = {&out->ingredients, &out->strength, &out->dosage_form, &out->prescription_number, &out->reason, &out->zone};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        *empty[i] = mem_copy_text("");
    }
    return (struct ccda_outcome){NULL, ALLERGY_STATUS_NONE_GIVEN};
}
