/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/check_text.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/order_line.h"
#include "safety/allergy_list.h"
#include "safety/allergy_remark.h"
#include "safety/dose_text.h"
#include "safety/knowledge_format.h"

#define CHECK_TEXT_MAX 512
#define CHECK_LIST_MAX 200

void check_request_init(struct check_request *r)
{
    *r = (struct check_request){.input = {.names_dose_gaps = true}};
}

void check_request_release(struct check_request *r)
{
    for (size_t i = 0; i < r->text_count; i++) {
        mem_free(r->texts[i]);
    }
    mem_free(r->texts);
    mem_free(r->drugs);
    mem_free(r->allergies);
    mem_free(r->conditions);
    mem_free(r->foods);
    *r = (struct check_request){0};
}

enum status check_keep_text(struct check_request *r, const char *field, const char *text,
                            const char **out, struct error *err)
{
    size_t len = strlen(text);
    if (len > CHECK_TEXT_MAX) {
        return error_set_field(err, STATUS_LIMIT, field, _("%s: a text is longer than %d characters."), field,
                               CHECK_TEXT_MAX);
    }
    char *clean = text_clean(text, len, CHECK_TEXT_MAX, TEXT_LINE, NULL);
    char *kept = mem_copy_text(text_trim(clean));
    mem_free(clean);
    if (!kept[0]) {
        mem_free(kept);
        return error_set_field(err, STATUS_INVALID, field, _("%s: an empty text cannot be checked."), field);
    }
    if (r->text_count == r->text_cap) {
        r->text_cap = r->text_cap ? r->text_cap * 2 : 16;
        r->texts = mem_resize_array(r->texts, r->text_cap, sizeof *r->texts);
    }
    r->texts[r->text_count++] = kept;
    *out = kept;
    return STATUS_OK;
}

static enum status room(const char *field, int count, int max, struct error *err)
{
    return count < max ? STATUS_OK
                       : error_set_field(err, STATUS_LIMIT, field,
                                         _("%s: more than %d entries in one check."), field,
                                         max);
}

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
    enum status status = room("drugs", r->input.drug_count, SCREEN_DRUGS_MAX, err);
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

/* ---- allergies: "penicillin (anaphylaxis)", "codeine (intolerance)" ---- */

/* Where a name and what it did part: "codeine - nausea", "penicillin: hives", "rash with amoxicillin". */
static const struct {
    const char *text;
    bool is_name_first;
} JOINTS[] = {{" - ", true},     {": ", true},      {", ", true},   {"; ", true},
              {" causes ", true}, {" caused ", true}, {" -> ", true}, {"/", true},
              {" to ", false},   {" with ", false}, {" from ", false}};

/* A word of the remark is an allergen itself: "rash, aspirin". */
static bool names_allergen(const struct knowledge *k, const char *remark)
{
    static const char ends[] = " ,;.()/:-";
    struct allergen_identity identity;
    bool is_named = false;
    for (const char *at = remark; *at && !is_named;) {
        size_t len = strcspn(at, ends);
        char *word = mem_copy_bytes(at, len);
        is_named = len > 2 && resolve_allergen(k, word, &identity) != ALLERGEN_UNKNOWN;
        mem_free(word);
        at += len + (at[len] != '\0');
    }
    return is_named;
}

/* The name of text[0, front) beside what stands behind it, or the other way round, where the one is an allergen and the
 * other a remark that is understood and names no second allergen: a new text, else NULL. */
static char *name_beside_remark(const struct knowledge *k, const char *text, size_t front, size_t joint, bool is_name_first,
                                struct screen_allergy *out)
{
    struct allergen_identity identity;
    struct screen_allergy read = *out;
    char *left = mem_copy_bytes(text, front);
    const char *right = text + front + joint;
    const char *name = is_name_first ? left : right;
    const char *remark = is_name_first ? right : left;
    char *found = NULL;
    if (resolve_allergen(k, name, &identity) != ALLERGEN_UNKNOWN && allergy_remark_read(remark, strlen(remark), &read) &&
        !names_allergen(k, remark)) {
        *out = read;
        found = mem_copy_text(name);
    }
    mem_free(left);
    return found;
}

/* Cuts a remark off a text that is no allergen as a whole. The name as a new text, NULL when it cannot be cut. */
static char *cut_remark(const struct knowledge *k, const char *text, struct screen_allergy *out)
{
    struct allergen_identity identity;
    char *found = NULL;
    if (resolve_allergen(k, text, &identity) != ALLERGEN_UNKNOWN) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof JOINTS / sizeof *JOINTS && !found; i++) {
        const char *joint = strstr(text, JOINTS[i].text);
        if (joint != NULL && joint != text) {
            found = name_beside_remark(k, text, (size_t)(joint - text), strlen(JOINTS[i].text), JOINTS[i].is_name_first, out);
        }
    }
    for (size_t at = strlen(text); at > 0 && !found; at--) { /* "lamotrigine rash": the longest name first */
        if (text[at] == ' ') {
            found = name_beside_remark(k, text, at, 1, true, out);
        }
    }
    return found;
}

/* "Penicillin - felt odd": the allergen is screened, and that the rest was not understood is told. NULL when the text does
 * not begin with an allergen. */
static char *cut_unread(const struct knowledge *k, const char *text, const char **out_rest)
{
    static const char *const joints[] = {" - ", ": ", ", ", "; "};
    struct allergen_identity identity;
    char *found = NULL;
    bool is_known = resolve_allergen(k, text, &identity) != ALLERGEN_UNKNOWN;
    for (size_t i = 0; i < sizeof joints / sizeof *joints && !found && !is_known; i++) {
        const char *joint = strstr(text, joints[i]);
        char *name = joint != NULL ? mem_copy_bytes(text, (size_t)(joint - text)) : NULL;
        if (name != NULL && resolve_allergen(k, name, &identity) != ALLERGEN_UNKNOWN) {
            found = mem_copy_text(name);
            *out_rest = joint + strlen(joints[i]);
        }
        mem_free(name);
    }
    return found;
}

static enum status keep_allergy(struct check_request *r, const struct knowledge *k, const char *name,
                                struct screen_allergy allergy, struct error *err)
{
    enum status status = check_keep_text(r, "allergies", name, &allergy.text, err);
    if (status != STATUS_OK) {
        return status;
    }
    allergy.kind = allergy.kind == ALLERGY_KIND_NONE_GIVEN ? ALLERGY_KIND_ALLERGY : allergy.kind;
    allergy.state = allergy.state == ALLERGY_STATE_NONE_GIVEN ? ALLERGY_STATE_ACTIVE
                                                              : allergy.state;
    (void)resolve_allergen(k, allergy.text, &allergy.identity); /* what was not found is in the identity */
    r->allergies = mem_resize_array(r->allergies, (size_t)r->input.allergy_count + 1,
                                    sizeof *r->allergies);
    r->allergies[r->input.allergy_count++] = allergy;
    r->input.allergies = r->allergies;
    r->input.allergies_presence = SCREEN_PRESENT;
    return STATUS_OK;
}

enum status check_add_allergy(struct check_request *r, const struct knowledge *k, const char *text,
                              struct error *err)
{
    size_t entry = strlen(text) <= CHECK_TEXT_MAX ? allergy_list_first(k, text) : 0;
    if (entry > 0) { /* "codeine (nausea), penicillin (hives)" */
        char *first = mem_copy_bytes(text, entry);
        enum status added = check_add_allergy(r, k, first, err);
        mem_free(first);
        return added == STATUS_OK ? check_add_allergy(r, k, text + entry + allergy_list_gap(text + entry), err) : added;
    }
    const char *kept = NULL;
    const char *rest = NULL;
    enum status status = room("allergies", r->input.allergy_count, CHECK_LIST_MAX, err);
    status = status == STATUS_OK ? check_keep_text(r, "allergies", text, &kept, err) : status;
    if (status != STATUS_OK) {
        return status;
    }
    struct screen_allergy allergy = {.kind = ALLERGY_KIND_NONE_GIVEN};
    const char *open = strchr(kept, '(');
    const char *close = open ? strrchr(open, ')') : NULL;
    char *name = NULL;
    if (open && open > kept) {
        (void)allergy_remark_read(open + 1, close ? (size_t)(close - open) - 1 : strlen(open + 1), &allergy);
        name = mem_copy_bytes(kept, (size_t)(open - kept));
    } else if (!open) {
        name = cut_remark(k, kept, &allergy);
        name = name ? name : cut_unread(k, kept, &rest);
    }
    status = keep_allergy(r, k, name ? name : kept, allergy, err);
    mem_free(name);
    return status == STATUS_OK && rest ? check_add_allergy(r, k, rest, err) : status; /* a second allergen, or INCOMPLETE by its words */
}

/* "eGFR 22 mL/min", "CrCl 20": a measurement that stands among the conditions. "eGFR <30" is a bound and no value. */
static bool take_kidney_function(struct check_request *r, const char *text)
{
    static const char *const names[] = {"egfr", "gfr", "crcl", NULL};
    char *folded = text_fold(text);
    char *rest = NULL;
    for (int i = 0; names[i] && !rest; i++) {
        size_t len = strlen(names[i]);
        rest = strncmp(folded, names[i], len) == 0 && folded[len] == ' ' ? folded + len + 1 : NULL;
    }
    size_t digits = rest ? strspn(rest, "0123456789") : 0;
    bool is_unit = digits > 0 && (rest[digits] == '\0' || strncmp(rest + digits, " ml", 3) == 0);
    bool is_bound = strpbrk(text, "<>") != NULL || strstr(text, "\xe2\x89") != NULL; /* and the signs for both with equal */
    bool is_taken = false;
    if (is_unit && !is_bound && r->input.egfr_presence != SCREEN_PRESENT) {
        rest[digits] = '\0';
        is_taken = check_set_egfr(r, rest, NULL) == STATUS_OK;
    }
    mem_free(folded);
    return is_taken;
}

enum status check_add_condition(struct check_request *r, const struct knowledge *k,
                                const char *text, struct error *err)
{
    const char *kept = NULL;
    if (take_kidney_function(r, text)) {
        r->input.conditions_presence = SCREEN_PRESENT;
        return STATUS_OK;
    }
    enum status status = room("conditions", r->input.condition_count, CHECK_LIST_MAX, err);
    status = status == STATUS_OK ? check_keep_text(r, "conditions", text, &kept, err) : status;
    if (status != STATUS_OK) {
        return status;
    }
    r->conditions = mem_resize_array(r->conditions, (size_t)r->input.condition_count + 1,
                                     sizeof *r->conditions);
    struct screen_condition *c = &r->conditions[r->input.condition_count++];
    c->text = kept;
    (void)resolve_condition(k, kept, &c->identity); /* what was not found is in the identity */
    r->input.conditions = r->conditions;
    r->input.conditions_presence = SCREEN_PRESENT;
    return STATUS_OK;
}

enum status check_add_food(struct check_request *r, const struct knowledge *k, const char *text,
                           struct error *err)
{
    const char *kept = NULL;
    enum status status = room("foods", r->input.food_count, CHECK_LIST_MAX, err);
    status = status == STATUS_OK ? check_keep_text(r, "foods", text, &kept, err) : status;
    if (status != STATUS_OK) {
        return status;
    }
    uint16_t food = resolve_food(k, kept);
    struct drug_identity identity;
    if (food == KNOWLEDGE_NO_ID && resolve_drug(k, kept, &identity) != DRUG_UNKNOWN) {
        r->input.foods_presence = SCREEN_PRESENT;
        return check_add_drug(r, k, kept, err); /* ginkgo or a potassium tablet among the foods is still that */
    }
    r->foods = mem_resize_array(r->foods, (size_t)r->input.food_count + 1, sizeof *r->foods);
    r->foods[r->input.food_count++] = (struct screen_food){kept, food};
    r->input.foods = r->foods;
    r->input.foods_presence = SCREEN_PRESENT;
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

/* ---- the patient ---- */

struct measure {
    const char *words; /* folded, by '|' */
    struct decimal factor;
};

/* "6 months", "44 lb": the number without its unit, and how many of the wanted unit one is. A unit that is not listed is
 * left where it is, so that the number cannot be read. */
static void split_measure(const char *text, const struct measure *units, size_t count, char *number, size_t size,
                          struct decimal *out_factor)
{
    size_t digits = strspn(text, "0123456789.");
    size_t rest = digits + strspn(text + digits, " ");
    char *folded = text_fold(text + rest);
    *out_factor = decimal_from_int(1);
    bool is_unit = false;
    for (size_t i = 0; i < count && digits > 0 && folded[0] && !is_unit; i++) {
        for (const char *w = units[i].words; *w && !is_unit; w += strcspn(w, "|") + (w[strcspn(w, "|")] == '|')) {
            size_t len = strcspn(w, "|");
            is_unit = strlen(folded) == len && strncmp(w, folded, len) == 0;
            *out_factor = is_unit ? units[i].factor : *out_factor;
        }
    }
    mem_free(folded);
    size_t len = is_unit ? digits : strlen(text);
    len = len < size ? len : size - 1;
    memcpy(number, text, len);
    number[len] = '\0';
}

static enum status read_number(const char *field, const char *text, int max, const struct measure *units, size_t count,
                               struct decimal *out, struct error *err)
{
    char number[DECIMAL_TEXT_MAX];
    struct decimal value;
    struct decimal factor;
    split_measure(text, units, count, number, sizeof number, &factor);
    if (decimal_parse(number, &value, NULL) != STATUS_OK || decimal_multiply(value, factor, &value) != STATUS_OK ||
        value.mantissa < 0 || decimal_compare(value, decimal_from_int(max)) > 0) {
        return error_set_field(err, STATUS_INVALID, field, _("%s is a number from 0 to %d."), field,
                               max);
    }
    *out = value;
    return STATUS_OK;
}

enum status check_set_age(struct check_request *r, const char *years, struct error *err)
{
    /* "6 m" is not said: months or metres or minutes; the shares are of a year */
    static const struct measure units[] = {{"y|yr|yrs|year|years|yo|year old|years old", {1, 0}},
                                           {"mo|mos|month|months|month old|months old", {8334, 5}},
                                           {"w|wk|wks|week|weeks|week old|weeks old", {19165, 6}},
                                           {"d|day|days|day old|days old", {2738, 6}}};
    struct decimal value;
    struct decimal days;
    enum status status = read_number("age", years, 130, units, sizeof units / sizeof *units, &value, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = decimal_multiply(value, (struct decimal){36525, 2}, &days);
    if (status != STATUS_OK) {
        return error_set_field(err, STATUS_INVALID, "age", _("The age has too many digits."));
    }
    while (days.scale > 0) {
        days.mantissa /= 10;
        days.scale--;
    }
    r->input.age_days = (int32_t)days.mantissa;
    r->input.age_presence = SCREEN_PRESENT;
    return STATUS_OK;
}

enum status check_set_sex(struct check_request *r, const char *sex, struct error *err)
{
    char letter = sex[0] >= 'A' && sex[0] <= 'Z' ? (char)(sex[0] | 0x20) : sex[0];
    bool is_word = strcmp(sex, "female") == 0 || strcmp(sex, "male") == 0 || (letter && !sex[1]);
    if (!is_word || (letter != 'f' && letter != 'm')) {
        return error_set_field(err, STATUS_INVALID, "sex", _("sex is f or m."));
    }
    r->input.sex = letter == 'f' ? GENDER_FEMALE : GENDER_MALE;
    return STATUS_OK;
}

enum status check_set_weight(struct check_request *r, const char *kg, struct error *err)
{
    struct decimal value;
    static const struct measure units[] = {
        {"kg|kgs|kilogram|kilograms", {1, 0}}, {"g|gram|grams", {1, 3}}, {"lb|lbs|pound|pounds", {45359237, 8}}};
    enum status status = read_number("weight", kg, 700, units, sizeof units / sizeof *units, &value, err);
    if (status == STATUS_OK && decimal_is_zero(value)) {
        status = error_set_field(err, STATUS_INVALID, "weight", _("weight must be above zero."));
    }
    if (status == STATUS_OK) {
        r->input.weight_kg = value;
        r->input.weight_presence = SCREEN_PRESENT;
    }
    return status;
}

enum status check_set_egfr(struct check_request *r, const char *egfr, struct error *err)
{
    struct decimal value;
    static const struct measure units[] = {{"ml min|ml min 1 73 m2|ml min 1 73m2", {1, 0}}};
    enum status status = read_number("egfr", egfr, 300, units, sizeof units / sizeof *units, &value, err);
    if (status == STATUS_OK) {
        r->input.egfr = value;
        r->input.egfr_presence = SCREEN_PRESENT;
    }
    return status;
}

enum status check_set_trimester(struct check_request *r, const char *trimester, struct error *err)
{
    if (trimester[0] < '1' || trimester[0] > '3' || trimester[1]) {
        return error_set_field(err, STATUS_INVALID, "trimester", _("trimester is 1, 2 or 3."));
    }
    r->input.trimester = (uint8_t)(trimester[0] - '0');
    return STATUS_OK;
}

enum status check_set_population(struct check_request *r, const char *population, struct error *err)
{
    static const struct {
        const char *word;
        enum screen_population population;
    } words[] = {{"adult", SCREEN_POPULATION_ADULT},         {"child", SCREEN_POPULATION_CHILD},
                 {"pediatric", SCREEN_POPULATION_CHILD},     {"infant", SCREEN_POPULATION_INFANT},
                 {"geriatric", SCREEN_POPULATION_GERIATRIC}, {"any", SCREEN_POPULATION_BY_AGE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, population) == 0) {
            r->input.population = words[i].population;
            return STATUS_OK;
        }
    }
    return error_set_field(err, STATUS_INVALID, "population",
                           _("population is adult, child, infant or geriatric."));
}

void check_set_pregnant(struct check_request *r, bool is_pregnant)
{
    r->input.pregnancy_presence = SCREEN_PRESENT;
    r->input.is_pregnant = is_pregnant;
}

void check_set_lactating(struct check_request *r, bool is_lactating)
{
    r->input.lactation_presence = SCREEN_PRESENT;
    r->input.is_lactating = is_lactating;
}
