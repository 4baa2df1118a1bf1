/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drugs as people type them, with or without their directions, and dose lines. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/order_line.h"
#include "safety/check_text.h"
#include "safety/dose_text.h"
#include "safety/knowledge_format.h"

/* ---- "methotrexate 15 mg weekly": a drug with its directions ---- */

/* "Twice weekly": an order must name the days, a check need not. */
static bool is_times_a_week(const struct order_line *line, int span)
{
    for (int i = 0; i < line->warning_count; i++) {
        if (line->warnings[i].kind == ORDER_LINE_WARNING_NAME_WEEKDAYS && line->warnings[i].span == span) {
            return true;
        }
    }
    return false;
}

/* A text that begins with a drug and says how often: where its parts begin. Words of the directions that nobody understands
 * make the check incomplete later on. */
struct drug_line {
    size_t directions; /* behind the name, its strength and form; the amount is one of the directions */
    size_t behind_amount; /* "morphine 15 mg ER", "estradiol 0.05 mg/day patch": the amount may name the product */
    char name[ORDER_LINE_MAX + 1]; /* the drug with its words of strength and form */
};

static bool split_drug_line(const char *text, struct drug_line *out)
{
    static const struct order_line_options options = {0};
    struct order_line line;
    if (order_line_parse(text, &options, &line, NULL) != STATUS_OK || line.span_count == 0 ||
        line.spans[0].meaning != ORDER_LINE_DRUG) {
        return false;
    }
    bool has_timing = false;
    *out = (struct drug_line){0};
    for (int i = 0; i < line.span_count; i++) {
        enum order_line_meaning meaning = line.spans[i].meaning;
        bool is_name = meaning == ORDER_LINE_DRUG || meaning == ORDER_LINE_STRENGTH || meaning == ORDER_LINE_FORM;
        bool is_timing = meaning == ORDER_LINE_TIMING || meaning == ORDER_LINE_TIME || is_times_a_week(&line, i);
        bool is_amount = meaning == ORDER_LINE_AMOUNT || meaning == ORDER_LINE_UNIT ||
                         (meaning == ORDER_LINE_UNKNOWN && !is_timing); /* "0.05 mg/day" */
        if (meaning == ORDER_LINE_DRUG && out->directions > 0) {
            return false; /* a second drug */
        }
        out->directions = !is_name && out->directions == 0 ? line.spans[i].start : out->directions;
        out->behind_amount = !is_name && !is_amount && out->behind_amount == 0 ? line.spans[i].start : out->behind_amount;
        has_timing = has_timing || is_timing;
    }
    memcpy(out->name, line.drug, sizeof out->name);
    return has_timing && out->behind_amount > 0;
}

/* Without an amount one piece of the product is meant, where its strength is known. */
static void read_directions(struct screen_drug *drug, const char *directions)
{
    enum route route = ROUTE_NONE_GIVEN;
    (void)dose_text_parse(directions, &drug->dose, &route);
    if (drug->dose.presence != SCREEN_PRESENT && drug->identity.strengths[0].unit != UNIT_NONE) {
        char *one = mem_format("1 tablet %s", directions);
        (void)dose_text_parse(one, &drug->dose, &route);
        mem_free(one);
    }
    bool is_of_unknown_strength = unit_dimension(drug->dose.unit) == UNIT_DIMENSION_COUNT &&
                                  drug->identity.strengths[0].unit == UNIT_NONE;
    if (drug->dose.presence == SCREEN_MISSING || is_of_unknown_strength) {
        drug->dose.presence = SCREEN_NOT_ASSESSED; /* nobody asked for the dose; how often it is taken stays */
    }
    drug->route = route;
}

/* False where the text is no drug with directions: then it is a name as a whole. */
static bool read_drug_line(const struct knowledge *k, const char *text, struct screen_drug *drug)
{
    struct drug_line line;
    struct drug_identity whole;
    if (!split_drug_line(text, &line)) {
        return false;
    }
    char *long_name = mem_copy_bytes(text, line.behind_amount);
    bool is_known = resolve_drug(k, long_name, &drug->identity) == DRUG_KNOWN ||
                    resolve_drug(k, line.name, &drug->identity) == DRUG_KNOWN;
    mem_free(long_name);
    bool names_more = resolve_drug(k, text, &whole) == DRUG_KNOWN && whole.ingredient_count > drug->identity.ingredient_count;
    if (!is_known || names_more) {
        return false;
    }
    read_directions(drug, text + line.directions);
    return true;
}

enum status check_add_drug(struct check_request *r, const struct knowledge *k, const char *text,
                           struct error *err)
{
    const char *kept = NULL;
    enum status status = check_room("drugs", r->input.drug_count, SCREEN_DRUGS_MAX, err);
    status = status == STATUS_OK ? check_keep_text(r, "drugs", text, &kept, err) : status;
    if (status != STATUS_OK) {
        return status;
    }
    struct screen_drug drug = {.text = kept, .stopped_days_ago = -1};
    if (read_drug_line(k, kept, &drug)) {
        bits_set(r->has_own_directions, (uint32_t)r->input.drug_count);
    } else if (resolve_drug(k, kept, &drug.identity) == DRUG_UNKNOWN && resolve_food(k, kept) != KNOWLEDGE_NO_ID) {
        return check_add_food(r, k, kept, err); /* "grapefruit juice" among the drugs is still grapefruit */
    }
    r->drugs = mem_resize_array(r->drugs, (size_t)r->input.drug_count + 1, sizeof *r->drugs);
    r->drugs[r->input.drug_count++] = drug; /* what was not found is in the identity */
    r->input.drugs = r->drugs;
    return STATUS_OK;
}

/* ---- doses ---- */

static bool same_ingredients(const struct drug_identity *a, const struct drug_identity *b)
{
    return a->ingredient_count > 0 && a->ingredient_count == b->ingredient_count &&
           memcmp(a->ingredients, b->ingredients, sizeof a->ingredients) == 0;
}

static int part_of(const struct drug_identity *drug, const struct drug_identity *named)
{
    for (int i = 0; named->ingredient_count == 1 && i < drug->ingredient_count; i++) {
        if (drug->ingredients[i] == named->ingredients[0]) {
            return i;
        }
    }
    return -1;
}

/* The drug that the dose line names: by its text, by its ingredients, as one of its ingredients.
 * A drug that has a dose line already is not meant: two doses of one drug add up. -1 when none is. */
static int find_drug(const struct check_request *r, const char *name,
                     const struct drug_identity *identity)
{
    int best = -1;
    int best_score = 0;
    for (int i = 0; i < r->input.drug_count; i++) {
        const struct screen_drug *drug = &r->drugs[i];
        int score = text_equal_folded(drug->text, name)           ? 6
                    : same_ingredients(&drug->identity, identity) ? 4
                    : part_of(&drug->identity, identity) >= 0     ? 2
                                                                  : 0;
        bool is_free = drug->dose.presence == SCREEN_NOT_ASSESSED || knowledge_bit(r->has_own_directions, (uint32_t)i);
        if (score > best_score && is_free) {
            best = i;
            best_score = score;
        }
    }
    return best;
}

/* What the dose says of the product: "Bactrim DS: 1 tab" is a brand that is listed in one strength, "Zosyn: 4.5 g" the sum
 * of its parts. */
static void take_strength_of_dose(const struct knowledge *k, struct screen_drug *drug)
{
    screen_drug_read_amount(k, drug);
    if (drug->dose.presence != SCREEN_PRESENT || unit_dimension(drug->dose.unit) != UNIT_DIMENSION_COUNT) {
        return;
    }
    for (int i = 0; i < drug->identity.ingredient_count; i++) {
        bool is_listed = false;
        if (drug->identity.strengths[i].unit == UNIT_NONE &&
            drug_sole_strength(k, drug->text, &drug->identity, i, &drug->identity.strengths[i], &is_listed)) {
            drug->dose.is_strength_assumed = drug->dose.is_strength_assumed || !is_listed;
        }
    }
}

enum status check_add_dose(struct check_request *r, const struct knowledge *k, const char *text,
                           struct error *err)
{
    const char *kept = NULL;
    enum status status = check_keep_text(r, "doses", text, &kept, err);
    const char *colon = status == STATUS_OK ? strstr(kept, ": ") : NULL; /* "rxcui:7052: 10 mg at 8:00" */
    colon = status == STATUS_OK && !colon ? strrchr(kept, ':') : colon;
    if (status != STATUS_OK) {
        return status;
    }
    if (!colon || colon == kept) {
        return error_set_field(err, STATUS_INVALID, "doses",
                               _("A dose is written as \"DRUG: 500 mg oral every 8 h\"."));
    }
    char *name = mem_copy_bytes(kept, (size_t)(colon - kept));
    struct drug_identity identity;
    (void)resolve_drug(k, name, &identity); /* used only to find the drug */
    int at = find_drug(r, name, &identity);
    if (at < 0) {
        status = check_add_drug(r, k, name, err);
        at = r->input.drug_count - 1;
    }
    mem_free(name);
    if (status != STATUS_OK) {
        return status;
    }
    struct screen_drug *drug = &r->drugs[at];
    enum route route = ROUTE_NONE_GIVEN;
    r->has_own_directions[at / 64] &= ~(UINT64_C(1) << (at % 64)); /* the line speaks for it */
    (void)dose_text_parse(colon + 1, &drug->dose,
                          &route); /* what it lacks makes the check incomplete */
    drug->route = route != ROUTE_NONE_GIVEN ? route : drug->route;
    take_strength_of_dose(k, drug);
    int part = part_of(&drug->identity, &identity);
    if (part >= 0 && drug->identity.ingredient_count > 1) { /* the line names one ingredient of it */
        drug->dose.is_of_part = true;
        drug->dose.part = (uint8_t)part;
    }
    return STATUS_OK;
}
