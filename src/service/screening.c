/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/screening.h"

#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/kidney.h"
#include "safety/dose_text.h"

/* "drospirenone;ethinyl_estradiol" */
static enum drug_match identify_keys(const struct knowledge *k, const char *keys, struct drug_identity *out)
{
    struct buffer text = BUFFER_INIT;
    for (; *keys != '\0'; keys++) {
        buffer_append_text(&text, *keys == ';' ? " + " : "");
        buffer_append(&text, keys, *keys == ';' ? 0 : 1);
    }
    enum drug_match match = resolve_drug(k, text.bytes, out);
    buffer_release(&text);
    return match;
}

enum drug_match order_identify(const struct knowledge *k, const struct order *order, struct drug_identity *out)
{
    enum drug_match match = DRUG_UNKNOWN;
    if (order->code != NULL && order->code[0] != '\0' && order->code_system != NULL &&
        (strcmp(order->code_system, "rxnorm") == 0 || strstr(order->code_system, "rxnorm") != NULL)) {
        char *code = mem_format("rxcui:%s", order->code);
        match = resolve_drug(k, code, out);
        mem_free(code);
    }
    if (order->drug_text != NULL && match != DRUG_KNOWN && match != DRUG_NAME_ONLY) {
        char *text = mem_format("%s %s %s", order->drug_text, order->strength != NULL ? order->strength : "",
                                order->dosage_form != NULL ? order->dosage_form : "");
        match = resolve_drug(k, text, out);
        if (match != DRUG_KNOWN) {
            match = resolve_drug(k, order->drug_text, out);
        }
        mem_free(text);
    }
    if (match != DRUG_KNOWN && order->ingredients != NULL && order->ingredients[0] != '\0') {
        match = identify_keys(k, order->ingredients, out); /* an import read them from its codes */
    }
    return match;
}

char *identity_keys(const struct knowledge *k, const struct drug_identity *identity)
{
    struct buffer keys = BUFFER_INIT;
    for (int i = 0; identity->match == DRUG_KNOWN && i < identity->ingredient_count; i++) {
        buffer_append_format(&keys, "%s%s", i == 0 ? "" : ";", knowledge_key(k, identity->ingredients[i]));
    }
    return buffer_take(&keys);
}

void screen_drug_of_order(const struct knowledge *k, const struct order *order, struct screen_drug *out)
{
    *out = (struct screen_drug){.text = order->drug_text, .route = order->sig.route, .stopped_days_ago = -1};
    (void)order_identify(k, order, &out->identity); /* the match is in the identity */
    out->dose = screen_dose_of_sig(&order->sig);
    screen_drug_read_amount(k, out);
}

static bool takes_part(enum medication_status status, int64_t stop_us, enum screen_state *out_state)
{
    switch (status) {
    case MEDICATION_STATUS_ACTIVE:
    case MEDICATION_STATUS_UNKNOWN:
        *out_state = SCREEN_ACTIVE;
        return true;
    case MEDICATION_STATUS_ON_HOLD:
        *out_state = SCREEN_ON_HOLD;
        return true;
    case MEDICATION_STATUS_STOPPED:
    case MEDICATION_STATUS_COMPLETED:
        *out_state = SCREEN_STOPPED;
        return stop_us > 0; /* without a date nobody knows whether its washout lasts */
    case MEDICATION_STATUS_DRAFT:
    case MEDICATION_STATUS_CANCELLED:
    case MEDICATION_STATUS_IN_ERROR:
    case MEDICATION_STATUS_NONE_GIVEN:
    case MEDICATION_STATUS_COUNT:
        break;
    }
    return false;
}

bool screen_drug_settle(struct screen_drug *drug, enum medication_status order_status, int64_t stop_us, int64_t now_us)
{
    if (!takes_part(order_status, stop_us, &drug->state)) {
        return false;
    }
    if (drug->state == SCREEN_STOPPED) {
        drug->stopped_days_ago = (int32_t)((now_us - stop_us) / (24 * US_PER_HOUR));
    }
    return true;
}

static enum screen_reaction reaction_of(const struct allergy *allergy)
{
    /* Words that name a severe cutaneous reaction wherever they stand, whole words only: "ten" is one, "often" is not. */
    static const char *const cutaneous[] = {"stevens", "sjs", "ten", "epidermal", "necrolysis", "dress",
                                          "hit", "thrombocytopenia"}; /* after these no relative of the drug is safe */
    char *folded = text_fold(allergy->reaction != NULL ? allergy->reaction : "");
    char *padded = mem_format(" %s ", folded);
    enum screen_reaction reaction = SCREEN_REACTION_UNKNOWN;
    for (size_t i = 0; i < sizeof cutaneous / sizeof *cutaneous; i++) {
        char *word = mem_format(" %s ", cutaneous[i]);
        if (strstr(padded, word) != NULL) {
            reaction = SCREEN_REACTION_SEVERE_CUTANEOUS;
        }
        mem_free(word);
    }
    if (reaction == SCREEN_REACTION_UNKNOWN &&
        (allergy_severity(allergy) >= REACTION_SEVERITY_SEVERE || strstr(padded, "anaphyla") != NULL ||
         strstr(padded, "angioedema") != NULL)) {
        reaction = SCREEN_REACTION_SEVERE;
    } else if (reaction == SCREEN_REACTION_UNKNOWN && allergy->severity == REACTION_SEVERITY_MILD) {
        reaction = SCREEN_REACTION_MILD;
    }
    mem_free(folded);
    mem_free(padded);
    return reaction;
}

static void put_conditions(struct screen_request *request, const struct knowledge *k, const struct condition_list *list)
{
    struct screen_input *input = &request->input;
    request->conditions = mem_alloc_array(list->len + 1, sizeof *request->conditions);
    for (size_t i = 0; i < list->len; i++) {
        const struct condition *from = &list->items[i];
        if (from->status != CONDITION_STATUS_ACTIVE && from->status != CONDITION_STATUS_RECURRENCE &&
            from->status != CONDITION_STATUS_RELAPSE) {
            continue;
        }
        struct screen_condition *to = &request->conditions[input->condition_count++];
        to->text = from->name;
        if (from->code == NULL || from->code[0] == '\0' || !resolve_condition(k, from->code, &to->identity)) {
            (void)resolve_condition(k, from->name, &to->identity); /* what is unknown comes out INCOMPLETE */
        }
        char *folded = text_fold(from->name);
        if (strstr(folded, "pregnan") != NULL && strstr(folded, "history") == NULL) {
            input->pregnancy_presence = SCREEN_PRESENT;
            input->is_pregnant = true;
        }
        mem_free(folded);
    }
    input->conditions = request->conditions;
    input->conditions_presence = SCREEN_PRESENT;
}

static void put_allergies(struct screen_request *request, const struct knowledge *k, const struct patient *patient,
                          const struct allergy_list *list)
{
    struct screen_input *input = &request->input;
    request->allergies = mem_alloc_array(list->len + 1, sizeof *request->allergies);
    for (size_t i = 0; i < list->len; i++) {
        const struct allergy *from = &list->items[i];
        struct screen_allergy *to = &request->allergies[input->allergy_count++];
        to->text = from->allergen_name;
        const struct allergy words = {.reaction = from->reaction};
        bool is_side_effect = from->kind == ALLERGY_KIND_SIDE_EFFECT || from->kind == ALLERGY_KIND_INTOLERANCE;
        bool is_grave = allergy_severity(&words) == REACTION_SEVERITY_LIFE_THREATENING; /* "intolerance: anaphylaxis", as others send it */
        to->kind = is_side_effect ? (is_grave ? ALLERGY_KIND_ALLERGY : ALLERGY_KIND_INTOLERANCE) : from->kind; /* the latter never blocks */
        to->state = from->state;
        to->reaction = reaction_of(from);
        if (from->allergen_key == NULL || from->allergen_key[0] == '\0' ||
            resolve_allergen(k, from->allergen_key, &to->identity) == ALLERGEN_UNKNOWN) {
            (void)resolve_allergen(k, from->allergen_name, &to->identity); /* what is unknown comes out INCOMPLETE */
        }
    }
    input->allergies = request->allergies;
    input->allergies_presence =
        input->allergy_count == 0 && patient->allergy_status == ALLERGY_STATUS_NOT_ASKED ? SCREEN_MISSING : SCREEN_PRESENT;
}

static void put_kidney(struct screen_input *input, const struct patient *patient, struct date today)
{
    int64_t at_us;
    input->egfr_presence = kidney_function(patient, today, &input->egfr, &at_us) ? SCREEN_PRESENT : SCREEN_MISSING;
}

/* What was asked counts. Who may be pregnant and was not asked is missing: a drug that would be stopped in pregnancy is then NOT
 * CHECKED for it, and others are not. A problem that says pregnant was put in before. */
static void put_pregnancy(struct screen_input *input, const struct patient *patient, struct date today)
{
    enum { PREGNANCY_DAYS = 280, TRIMESTER_DAYS = 93, FROM_YEARS = 12, TO_YEARS = 55 };
    int age = date_age_years(patient->birth_date, today);
    bool may_bear = patient->gender != GENDER_MALE && age >= FROM_YEARS && age <= TO_YEARS;
    if (patient->pregnancy == PREGNANCY_PREGNANT || patient->pregnancy == PREGNANCY_POSSIBLE) {
        input->pregnancy_presence = SCREEN_PRESENT;
        input->is_pregnant = true;
        if (!date_is_none(patient->due_date)) {
            int gone = PREGNANCY_DAYS - (date_to_days(patient->due_date) - date_to_days(today));
            input->trimester = (uint8_t)(gone < TRIMESTER_DAYS ? 1 : gone < 2 * TRIMESTER_DAYS ? 2 : 3);
        }
    } else if (!input->is_pregnant) {
        bool is_asked = patient->pregnancy == PREGNANCY_NOT;
        input->pregnancy_presence = is_asked || !may_bear ? SCREEN_PRESENT : SCREEN_MISSING;
    }
    if (patient->lactation != LACTATION_NONE_GIVEN) {
        input->lactation_presence = SCREEN_PRESENT;
        input->is_lactating = patient->lactation == LACTATION_LACTATING;
    }
}

int64_t screen_orders_since_us(const struct knowledge *k, int64_t now_us)
{
    return now_us - (int64_t)knowledge_washout_longest(k) * 24 * US_PER_HOUR;
}

static bool still_acts(const struct knowledge *k, const struct order *order, int64_t now_us)
{
    struct drug_identity identity;
    int64_t days = (now_us - order->stop_us) / (24 * US_PER_HOUR);
    (void)order_identify(k, order, &identity); /* nothing found: nothing acts */
    for (int i = 0; order->stop_us > 0 && i < identity.ingredient_count; i++) {
        if (knowledge_washout_days(k, identity.ingredients[i]) > days) {
            return true;
        }
    }
    return false;
}

void screen_orders_prune(const struct knowledge *k, struct order_list *orders, int64_t shown_since_us, int64_t now_us)
{
    size_t kept = 0;
    for (size_t i = 0; i < orders->len; i++) {
        struct order *order = &orders->items[i];
        bool has_ended = order->status == MEDICATION_STATUS_STOPPED || order->status == MEDICATION_STATUS_COMPLETED ||
                         order->status == MEDICATION_STATUS_CANCELLED;
        if (has_ended && order->stop_us <= shown_since_us && !still_acts(k, order, now_us)) {
            order_release(order);
        } else {
            orders->items[kept++] = *order;
        }
    }
    orders->len = kept;
}

/* Everything but the drugs. */
static void put_patient(struct screen_request *request, const struct knowledge *k, const struct patient *patient,
                        const struct allergy_list *allergies, const struct condition_list *conditions, struct date today)
{
    struct screen_input *input = &request->input;
    input->drugs = request->drugs;
    put_allergies(request, k, patient, allergies);
    put_conditions(request, k, conditions);
    input->age_presence = date_is_none(patient->birth_date) ? SCREEN_MISSING : SCREEN_PRESENT;
    input->age_days = date_is_none(patient->birth_date) ? 0 : date_to_days(today) - date_to_days(patient->birth_date);
    input->sex = patient->gender;
    input->weight_presence = decimal_is_zero(patient->weight_kg) ? SCREEN_MISSING : SCREEN_PRESENT;
    input->weight_kg = patient->weight_kg;
    put_kidney(input, patient, today);
    put_pregnancy(input, patient, today);
}

struct screen_request *screen_request_new(const struct knowledge *k, const struct patient *patient,
                                          const struct order_list *orders, const struct allergy_list *allergies,
                                          const struct condition_list *conditions, const struct order *added,
                                          struct uid replaces, struct date today, int64_t now_us)
{
    struct screen_request *request = mem_alloc(sizeof *request);
    struct screen_input *input = &request->input;
    request->drugs = mem_alloc_array(orders->len + 2, sizeof *request->drugs);
    request->drug_orders = mem_alloc_array(orders->len + 2, sizeof *request->drug_orders);
    for (size_t i = 0; i < orders->len; i++) {
        const struct order *order = &orders->items[i];
        struct screen_drug *drug = &request->drugs[input->drug_count];
        enum screen_state state;
        if (uid_compare(order->id, replaces) != 0 && takes_part(order->status, order->stop_us, &state)) {
            screen_drug_of_order(k, order, drug);
            (void)screen_drug_settle(drug, order->status, order->stop_us, now_us); /* it takes part */
            request->drug_orders[input->drug_count++] = order->id;
        }
    }
    if (added != NULL) {
        struct screen_drug *drug = &request->drugs[input->drug_count];
        screen_drug_of_order(k, added, drug);
        drug->state = SCREEN_NEW;
        request->drug_orders[input->drug_count++] = added->id;
    }
    put_patient(request, k, patient, allergies, conditions, today);
    input->scope = added != NULL ? SCREEN_NEW_ONLY : SCREEN_WHOLE_CHART;
    return request;
}

struct screen_request *screen_request_of_drugs(const struct knowledge *k, const struct patient *patient,
                                               const struct screen_drug *drugs, int drug_count,
                                               const struct allergy_list *allergies, const struct condition_list *conditions,
                                               struct date today)
{
    struct screen_request *request = mem_alloc(sizeof *request);
    request->drugs = mem_alloc_array((size_t)drug_count + 1, sizeof *request->drugs);
    memcpy(request->drugs, drugs, (size_t)drug_count * sizeof *drugs);
    request->input.drug_count = drug_count;
    put_patient(request, k, patient, allergies, conditions, today);
    request->input.scope = SCREEN_WHOLE_CHART;
    return request;
}

void screen_request_date(struct screen_request *request, const struct site *site)
{
    struct date made;
    request->input.knowledge_age_max_days = (int32_t)settings_number(&site->settings, SETTING_KNOWLEDGE_AGE);
    request->input.knowledge_age_days = date_parse_iso(knowledge_date(site->knowledge), &made, NULL) == STATUS_OK
                                            ? date_to_days(site_today(site)) - date_to_days(made)
                                            : INT32_MAX; /* nobody knows how old it is */
}

void screen_request_free(struct screen_request *request)
{
    if (request != NULL) {
        mem_free(request->drugs);
        mem_free(request->drug_orders);
        mem_free(request->allergies);
        mem_free(request->conditions);
        mem_free(request);
    }
}
