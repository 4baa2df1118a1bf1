/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_item.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "exchange/fhir_code.h"

static const char *const drug_systems[] = {"rxnorm", "ndc", "snomed", "atc", "unii", NULL};

/* --- Medication --- */

static void append_quantity(struct fhir_input *in, const struct json *ratio, const char *key,
                            struct buffer *out)
{
    struct decimal value;
    char digits[DECIMAL_TEXT_MAX];
    const struct json *quantity = fhir_get(in, ratio, key, FHIR_OBJECT);
    if (!fhir_decimal(in, quantity, "value", &value)) {
        return;
    }
    char *unit = fhir_text(in, quantity, "unit", FHIR_CODE_MAX);
    if (!*unit) {
        mem_free(unit);
        unit = fhir_text(in, quantity, "code", FHIR_CODE_MAX);
    }
    fhir_append(out, " / ", decimal_format(value, digits));
    fhir_append(out, " ", unit);
    mem_free(unit);
}

/* "500 mg" for 500 mg / 1 and 500 mg / 1 tablet, "5 mg / 1 mL" otherwise. */
static char *strength_of(struct fhir_input *in, const struct json *ratio)
{
    struct buffer made = BUFFER_INIT;
    struct decimal count = {1, 0};
    enum fhir_basis basis;
    const struct json *below = fhir_get(in, ratio, "denominator", FHIR_OBJECT);
    const char *unit = fhir_code(in, below, "unit"), *code = fhir_code(in, below, "code");
    bool is_counted = unit_dimension(fhir_unit(code, unit, &basis)) == UNIT_DIMENSION_COUNT;
    (void)fhir_decimal(in, below, "value", &count); /* stays 1 when absent */
    bool is_plain = !below || (!unit && !code) ||
                    (is_counted && decimal_compare(count, decimal_from_int(1)) == 0);
    append_quantity(in, ratio, "numerator", &made);
    if (!is_plain) {
        append_quantity(in, ratio, "denominator", &made);
    }
    return buffer_take(&made);
}

void fhir_medication_read(struct fhir_input *in, struct fhir_item *item)
{
    static const char *const any[] = {NULL};
    struct fhir_drug *drug = mem_alloc(sizeof *drug);
    item->kind = FHIR_ITEM_DRUG;
    item->of.drug = drug;
    fhir_concept_read(in, fhir_get(in, in->resource, "code", FHIR_OBJECT), drug_systems,
                      &drug->concept);
    struct fhir_concept form;
    const char *form_key = json_get(in->resource, "form") ? "form" : "doseForm"; /* R5 */
    fhir_concept_read(in, fhir_get(in, in->resource, form_key, FHIR_OBJECT), any, &form);
    drug->form = mem_copy_text(form.words);
    fhir_concept_release(&form);
    in->where = "ingredient";
    for (const struct json *node = fhir_first(in, in->resource, "ingredient"); node;
         node = fhir_next(in, node)) {
        MEM_GROW(&drug->parts);
        struct fhir_part *part = &drug->parts.items[drug->parts.len++];
        *part = (struct fhir_part){0};
        const struct json *either = fhir_get(in, node, "item", FHIR_OBJECT); /* R5 */
        const struct json *coded = fhir_get(in, node, "itemCodeableConcept", FHIR_OBJECT);
        const struct json *pointed = fhir_get(in, node, "itemReference", FHIR_OBJECT);
        const char *strength = json_get(node, "strength") ? "strength" : "strengthRatio";
        fhir_concept_read(in, either ? fhir_concept_in(in, either) : coded, drug_systems,
                          &part->concept);
        fhir_reference_read(in, either ? fhir_reference_in(in, either) : pointed, &part->reference);
        part->strength = strength_of(in, fhir_get(in, node, strength, FHIR_OBJECT));
    }
    in->where = "";
}

/* --- MedicationRequest and MedicationStatement --- */

static const struct fhir_word request_states[] = {
    {"active", MEDICATION_STATUS_ACTIVE},
    {"on-hold", MEDICATION_STATUS_ON_HOLD},
    {"cancelled", MEDICATION_STATUS_CANCELLED},
    {"completed", MEDICATION_STATUS_COMPLETED},
    {"stopped", MEDICATION_STATUS_STOPPED},
    {"ended", MEDICATION_STATUS_COMPLETED}, /* R5 */
    {"draft", MEDICATION_STATUS_DRAFT},
    {"unknown", MEDICATION_STATUS_UNKNOWN},
    {"entered-in-error", MEDICATION_STATUS_IN_ERROR},
    {NULL, 0},
};

static const struct fhir_word statement_states[] = {
    {"active", MEDICATION_STATUS_ACTIVE},
    {"on-hold", MEDICATION_STATUS_ON_HOLD},
    {"completed", MEDICATION_STATUS_COMPLETED},
    {"stopped", MEDICATION_STATUS_STOPPED},
    {"intended", MEDICATION_STATUS_DRAFT},
    {"unknown", MEDICATION_STATUS_UNKNOWN},
    {"not-taken", MEDICATION_STATUS_STOPPED},
    {"recorded", MEDICATION_STATUS_UNKNOWN}, /* R5: adherence says more */
    {"draft", MEDICATION_STATUS_DRAFT},
    {"entered-in-error", MEDICATION_STATUS_IN_ERROR},
    {NULL, 0},
};

static char *take(char **member)
{
    char *text = *member ? *member : mem_copy_text("");
    *member = NULL;
    return text;
}

static void read_subject(struct fhir_input *in, struct fhir_item *item)
{
    fhir_reference_read(in, fhir_get(in, in->resource, "subject", FHIR_OBJECT), &item->subject);
    fhir_need_subject(item);
}

/* A reference is resolved when everything was read; its display stands in until then, and
 * afterwards if it leads nowhere. */
static void read_drug(struct fhir_input *in, struct fhir_item *item, struct order *order)
{
    const struct json *either = fhir_get(in, in->resource, "medication", FHIR_OBJECT); /* R5 */
    const struct json *coded = fhir_get(in, in->resource, "medicationCodeableConcept", FHIR_OBJECT);
    const struct json *pointed = fhir_get(in, in->resource, "medicationReference", FHIR_OBJECT);
    coded = either ? fhir_concept_in(in, either) : coded;
    pointed = either ? fhir_reference_in(in, either) : pointed;
    struct fhir_concept concept;
    fhir_concept_read(in, coded, drug_systems, &concept);
    fhir_reference_read(in, pointed, &item->drug);
    if (!coded && !pointed) {
        fhir_refuse(in, NULL, "medication[x]",
                    _("it is missing: a drug that is not named cannot be checked."));
    }
    order->drug_text = take(&concept.words);
    if (!*order->drug_text && item->drug.display) {
        mem_free(order->drug_text);
        order->drug_text = mem_copy_text(item->drug.display);
    }
    order->code_system = take(&concept.system);
    order->code = take(&concept.code);
    item->codings = take(&concept.codings);
    fhir_concept_release(&concept);
    if (fhir_absence(order->code_system, order->code, order->drug_text) ==
        FHIR_ABSENCE_NO_MEDICATION) {
        fhir_item_skip(item, _("It only says that no medicines are known."));
    }
    if (coded && !*order->drug_text) {
        mem_free(order->drug_text);
        order->drug_text = mem_copy_text(_("(drug not stated)"));
        fhir_warn(in, coded, _("The source does not say which drug it is."));
    }
    order->ingredients = mem_copy_text("");
    order->strength = mem_copy_text("");
    order->dosage_form = mem_copy_text("");
}

static void read_state(struct fhir_input *in, struct order *order, const struct fhir_word *words)
{
    const char *code = fhir_code(in, in->resource, "status");
    order->status = (enum medication_status)fhir_word_value(words, code);
    if (order->status == MEDICATION_STATUS_NONE_GIVEN) {
        order->status = MEDICATION_STATUS_UNKNOWN;
        fhir_warn(in, NULL,
                  code ? _("The status is not one of FHIR's words; it was set to unknown.")
                       : _("The status is missing; it was set to unknown."));
    }
    order->action = order->status == MEDICATION_STATUS_IN_ERROR ? ORDER_ACTION_IN_ERROR
                                                                : ORDER_ACTION_IMPORT;
    order->verification = VERIFICATION_UNVERIFIED;
}

static void read_reasons(struct fhir_input *in, struct fhir_item *item, struct order *order)
{
    struct buffer words = BUFFER_INIT;
    fhir_append_concepts(in, in->resource, "reasonCode", &words);
    fhir_append_concepts(in, in->resource, "reason", &words); /* R5 */
    for (const struct json *node = fhir_first(in, in->resource, "reasonReference"); node;
         node = fhir_next(in, node)) {
        struct fhir_reference reference;
        fhir_reference_read(in, node, &reference);
        if (reference.display) {
            fhir_append(&words, "; ", reference.display);
        } else if (fhir_reference_is_empty(&item->reason_reference)) {
            fhir_reference_release(&item->reason_reference);
            item->reason_reference = reference;
            continue;
        }
        fhir_reference_release(&reference);
    }
    order->indication = buffer_take(&words);
    if (*order->indication) { /* the words are there: the reference is not needed */
        fhir_reference_release(&item->reason_reference);
    }
}

static void read_dosage(struct fhir_input *in, struct order *order, const char *key)
{
    struct fhir_directions directions;
    fhir_dosage_read(in, in->resource, key, &directions);
    order->sig = directions.sig;
    order->directions = directions.directions;
    order->start_us = directions.start_us;
    order->stop_us = directions.stop_us;
    struct buffer original = BUFFER_INIT;
    fhir_append(&original, "; ", directions.original);
    mem_free(directions.original);
    fhir_append_notes(in, in->resource, &original);
    order->original = buffer_take(&original);
}

static void read_supply(struct fhir_input *in, struct order *order)
{
    const struct json *supply = fhir_get(in, in->resource, "dispenseRequest", FHIR_OBJECT);
    const struct json *quantity = fhir_get(in, supply, "quantity", FHIR_OBJECT);
    struct decimal value;
    in->where = "dispenseRequest";
    int refills = fhir_count(in, supply, "numberOfRepeatsAllowed", 999);
    order->refills = refills > 0 ? refills : 0;
    if (fhir_decimal(in, quantity, "value", &value)) {
        struct decimal whole = decimal_round(value, 0);
        if (decimal_compare(whole, value) == 0 && value.mantissa >= 0 &&
            decimal_compare(whole, decimal_from_int(1000000)) <= 0) {
            order->quantity = (int)whole.mantissa;
        } else {
            char digits[DECIMAL_TEXT_MAX];
            char *unit = fhir_text(in, quantity, "unit", FHIR_CODE_MAX);
            char *text = mem_format("%s%s%s %s %s", order->original, *order->original ? "; " : "",
                                    _("quantity"), decimal_format(value, digits), unit);
            mem_free(order->original);
            order->original = text;
            mem_free(unit);
        }
    }
    in->where = "";
}

static void finish_order(struct fhir_input *in, struct order *order)
{
    order->zone = mem_copy_text(in->options->zone ? zone_name(in->options->zone) : "");
    order->prescription_number = mem_copy_text("");
    if (!order->prescriber_name) {
        order->prescriber_name = mem_copy_text("");
    }
    if (order->stop_us != 0 && order->stop_us < order->start_us) {
        fhir_warn(in, NULL, _("The end lies before the start; the end was left open."));
        order->stop_us = 0;
    }
}

static void put_prescriber(struct fhir_input *in, struct fhir_item *item, struct order *order,
                           const char *key)
{
    const struct json *who = fhir_get(in, in->resource, key, FHIR_OBJECT);
    const struct json *agent = fhir_get(in, who, "agent", FHIR_OBJECT); /* STU3 */
    fhir_reference_read(in, agent ? agent : who, &item->prescriber);
    order->prescriber_name = mem_copy_text(item->prescriber.display ? item->prescriber.display
                                                                    : "");
}

static bool is_reported(struct fhir_input *in)
{
    const struct json *source = json_get(in->resource, "reportedReference");
    return fhir_is_true(in, in->resource, "reportedBoolean") || json_is_object(source) ||
           fhir_is_true(in, in->resource, "reported"); /* R5 */
}

/* Plans are no orders, except that some systems write down what a patient takes at home as a
 * reported plan. */
static void check_intent(struct fhir_input *in, struct fhir_item *item, struct order *order)
{
    static const char *const orders[] = {"order", "original-order", "reflex-order", "filler-order",
                                         "instance-order"};
    const char *intent = fhir_code(in, in->resource, "intent");
    bool is_order = false;
    for (size_t i = 0; intent && i < sizeof orders / sizeof *orders && !is_order; i++) {
        is_order = strcmp(intent, orders[i]) == 0;
    }
    order->source = is_reported(in) ? ORDER_SOURCE_REPORTED : ORDER_SOURCE_IMPORTED;
    if (!intent) {
        fhir_warn(in, NULL, _("The intent is missing; it was taken for an order."));
    } else if (!is_order && order->source != ORDER_SOURCE_REPORTED) {
        fhir_item_skip(item, _("It is a proposal or a plan and not an order."));
    }
    if (fhir_is_true(in, in->resource, "doNotPerform")) {
        fhir_item_skip(item, _("It asks not to give a drug."));
        fhir_warn(in, NULL, _("The source asks not to give a drug; that was not taken over."));
    }
}

void fhir_request_read(struct fhir_input *in, struct fhir_item *item)
{
    static const char *const any[] = {NULL};
    struct order *order = mem_alloc(sizeof *order);
    item->kind = FHIR_ITEM_ORDER;
    item->of.order = order;
    read_subject(in, item);
    read_drug(in, item, order);
    read_state(in, order, request_states);
    check_intent(in, item, order);
    read_dosage(in, order, "dosageInstruction");
    read_supply(in, order);
    read_reasons(in, item, order);
    put_prescriber(in, item, order, "requester");
    struct fhir_concept why;
    fhir_concept_read(in, fhir_get(in, in->resource, "statusReason", FHIR_OBJECT), any, &why);
    order->reason = take(&why.words);
    fhir_concept_release(&why);
    order->recorded_at_us = fhir_instant(in, in->resource, "authoredOn", false);
    order->start_us = order->start_us ? order->start_us : order->recorded_at_us;
    finish_order(in, order);
}

static bool is_not_taken(struct fhir_input *in)
{
    const char *status = fhir_code(in, in->resource, "status");
    const char *taken = fhir_code(in, in->resource, "taken");
    const struct json *adherence = fhir_get(in, in->resource, "adherence", FHIR_OBJECT);
    const char *code = fhir_any_code(in, adherence, "code", "adherence");
    return (status && strcmp(status, "not-taken") == 0) || (taken && strcmp(taken, "n") == 0) ||
           (code && strncmp(code, "not-taking", 10) == 0);
}

/* Whether it is taken stood in `taken` in STU3 and stands in `adherence` in R5. */
static void read_taking(struct fhir_input *in, struct order *order)
{
    const struct json *adherence = fhir_get(in, in->resource, "adherence", FHIR_OBJECT);
    const char *code = fhir_any_code(in, adherence, "code", "adherence");
    bool is_current = order->status == MEDICATION_STATUS_ACTIVE ||
                      order->status == MEDICATION_STATUS_UNKNOWN;
    if (!is_current) {
        return;
    }
    if (is_not_taken(in) || (code && strncmp(code, "stopped", 7) == 0)) {
        order->status = MEDICATION_STATUS_STOPPED;
    } else if (code && strncmp(code, "on-hold", 7) == 0) {
        order->status = MEDICATION_STATUS_ON_HOLD;
    } else if (code && strncmp(code, "taking", 6) == 0) {
        order->status = MEDICATION_STATUS_ACTIVE;
    }
}

void fhir_statement_read(struct fhir_input *in, struct fhir_item *item)
{
    struct order *order = mem_alloc(sizeof *order);
    struct buffer why = BUFFER_INIT;
    item->kind = FHIR_ITEM_ORDER;
    item->of.order = order;
    read_subject(in, item);
    read_drug(in, item, order);
    read_state(in, order, statement_states);
    order->source = ORDER_SOURCE_REPORTED;
    read_dosage(in, order, "dosage");
    read_reasons(in, item, order);
    read_taking(in, order);
    if (order->status == MEDICATION_STATUS_STOPPED && is_not_taken(in)) {
        fhir_append(&why, "; ", _("not taken"));
    }
    fhir_append_concepts(in, in->resource, "statusReason", &why);
    fhir_append_concepts(in, in->resource, "reasonNotTaken", &why); /* STU3 */
    order->reason = buffer_take(&why);
    const struct json *period = fhir_get(in, in->resource, "effectivePeriod", FHIR_OBJECT);
    int64_t start_us = fhir_instant(in, in->resource, "effectiveDateTime", false);
    start_us = start_us ? start_us : fhir_instant(in, period, "start", false);
    int64_t stop_us = fhir_instant(in, period, "end", true);
    order->recorded_at_us = fhir_instant(in, in->resource, "dateAsserted", false);
    order->start_us = start_us          ? start_us
                      : order->start_us ? order->start_us
                                        : order->recorded_at_us;
    order->stop_us = stop_us ? stop_us : order->stop_us;
    finish_order(in, order);
}

static const struct fhir_word dispense_states[] = {
    {"completed", MEDICATION_STATUS_UNKNOWN}, /* the bag is complete; whether it is taken is not said */
    {"in-progress", MEDICATION_STATUS_UNKNOWN},
    {"preparation", MEDICATION_STATUS_UNKNOWN},
    {"on-hold", MEDICATION_STATUS_ON_HOLD},
    {"cancelled", MEDICATION_STATUS_CANCELLED},
    {"declined", MEDICATION_STATUS_CANCELLED},
    {"stopped", MEDICATION_STATUS_STOPPED},
    {"unknown", MEDICATION_STATUS_UNKNOWN},
    {"entered-in-error", MEDICATION_STATUS_IN_ERROR},
    {NULL, 0},
};

/* "handed over 2025-09-15: 90 tablets for 30 d" */
static char *dispense_words(struct fhir_input *in, const char *when)
{
    struct buffer words = BUFFER_INIT, days = BUFFER_INIT;
    const char *day = when ? when : "";
    buffer_append_format(&words, "%s%s%.*s", when ? _("handed over") : _("filled"), when ? " " : "", (int)strcspn(day, "T"), day);
    struct buffer amount = BUFFER_INIT;
    append_quantity(in, in->resource, "quantity", &amount);
    append_quantity(in, in->resource, "daysSupply", &days);
    if (amount.len > 0) {
        buffer_append_format(&words, ": %s", amount.bytes);
    }
    if (days.len > 0) {
        buffer_append_format(&words, _(" for %s"), days.bytes);
    }
    buffer_release(&days);
    buffer_release(&amount);
    return buffer_take(&words);
}

void fhir_dispense_read(struct fhir_input *in, struct fhir_item *item)
{
    struct order *order = mem_alloc(sizeof *order);
    item->kind = FHIR_ITEM_ORDER;
    item->of.order = order;
    read_subject(in, item);
    read_drug(in, item, order);
    read_state(in, order, dispense_states);
    order->source = ORDER_SOURCE_REPORTED;
    read_dosage(in, order, "dosageInstruction");
    order->indication = mem_copy_text("");
    const char *handed = json_get_string(in->resource, "whenHandedOver"), *prepared = json_get_string(in->resource, "whenPrepared");
    order->recorded_at_us = fhir_instant(in, in->resource, handed ? "whenHandedOver" : "whenPrepared", false);
    order->reason = dispense_words(in, handed ? handed : prepared);
    finish_order(in, order);
}
