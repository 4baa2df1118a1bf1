/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_item.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_code.h"

#define WEIGHT_UNIT_MAX 32

/* One Dosage while it is read. `extras` are words for what sig cannot hold; `described` is all of
 * it in words, for a source that gives no text. */
struct dosage {
    struct fhir_input *in;
    const struct json *node;
    struct sig sig;
    struct buffer extras;
    struct buffer described;
    bool is_whole; /* nothing that decides about dose or time was left out of sig */
};

static char *quantity_words(struct fhir_input *in, const struct json *quantity)
{
    struct decimal value;
    char digits[DECIMAL_TEXT_MAX];
    if (!fhir_decimal(in, quantity, "value", &value)) {
        return mem_copy_text("");
    }
    char *unit = fhir_text(in, quantity, "unit", FHIR_CODE_MAX);
    char *code = fhir_text(in, quantity, "code", FHIR_CODE_MAX);
    const char *comparator = fhir_code(in, quantity, "comparator");
    char *words = mem_format("%s%s %s", comparator && strlen(comparator) < 3 ? comparator : "",
                             decimal_format(value, digits),
                             *unit   ? unit
                             : *code ? code
                                     : _("(no unit)"));
    mem_free(unit);
    mem_free(code);
    return words;
}

static char *range_words(struct fhir_input *in, const struct json *range)
{
    char *low = quantity_words(in, fhir_get(in, range, "low", FHIR_OBJECT));
    char *high = quantity_words(in, fhir_get(in, range, "high", FHIR_OBJECT));
    char *words = mem_format("%s - %s", low, high);
    mem_free(low);
    mem_free(high);
    return words;
}

static char *ratio_words(struct fhir_input *in, const struct json *ratio)
{
    char *above = quantity_words(in, fhir_get(in, ratio, "numerator", FHIR_OBJECT));
    char *below = quantity_words(in, fhir_get(in, ratio, "denominator", FHIR_OBJECT));
    char *words = mem_format("%s / %s", above, below);
    mem_free(above);
    mem_free(below);
    return words;
}

static void append_owned(struct buffer *out, const char *label, char *words)
{
    if (*words) {
        char *whole = *label ? mem_format("%s: %s", label, words) : mem_copy_text(words);
        fhir_append(out, "; ", whole);
        mem_free(whole);
    }
    mem_free(words);
}

static void append_concept(struct dosage *d, struct buffer *out, const char *label,
                           const struct json *node)
{
    static const char *const any[] = {NULL};
    struct fhir_concept concept;
    fhir_concept_read(d->in, node, any, &concept);
    append_owned(out, label, mem_copy_text(concept.words));
    fhir_concept_release(&concept);
}

/* --- dose --- */

static bool has_rate(const struct json *object)
{
    bool found = false;
    for (const struct json *node = json_first(object); node; node = json_next(node)) {
        found = found || strncmp(json_key(node), "rate", 4) == 0;
    }
    return found;
}

/* An amount with a unit we know, as dose or as dose by weight. False leaves sig alone. */
static bool put_amount(struct dosage *d, const struct json *quantity, struct decimal *out,
                       enum unit *out_unit, enum fhir_basis *out_basis)
{
    const char *unit = fhir_code(d->in, quantity, "unit");
    const char *code = fhir_code(d->in, quantity, "code");
    if (!fhir_decimal(d->in, quantity, "value", out)) {
        return false;
    }
    if (out->mantissa < 0) {
        fhir_refuse(d->in, quantity, "value", _("a dose must not be below zero."));
        return false;
    }
    *out_unit = fhir_unit(code, unit, out_basis);
    return *out_unit != UNIT_NONE && out->mantissa > 0 && !fhir_code(d->in, quantity, "comparator");
}

static bool put_quantity(struct dosage *d, const struct json *quantity)
{
    struct decimal value = {0, 0};
    enum unit unit;
    enum fhir_basis basis;
    if (!put_amount(d, quantity, &value, &unit, &basis)) {
        return false;
    }
    if (basis == FHIR_BASIS_NONE) {
        d->sig.dose = value;
        d->sig.unit = unit;
    } else {
        d->sig.per_kg = value;
        d->sig.per_kg_unit = unit;
        d->sig.weight_basis = basis == FHIR_BASIS_PER_DAY ? WEIGHT_BASIS_PER_DAY
                                                          : WEIGHT_BASIS_PER_DOSE;
    }
    return true;
}

static bool put_range(struct dosage *d, const struct json *range)
{
    struct decimal low = {0, 0}, high = {0, 0};
    enum unit low_unit, high_unit;
    enum fhir_basis low_basis, high_basis;
    const struct json *low_node = fhir_get(d->in, range, "low", FHIR_OBJECT);
    const struct json *high_node = fhir_get(d->in, range, "high", FHIR_OBJECT);
    if (!low_node || !high_node || !put_amount(d, low_node, &low, &low_unit, &low_basis) ||
        !put_amount(d, high_node, &high, &high_unit, &high_basis) || low_unit != high_unit ||
        low_basis != FHIR_BASIS_NONE || high_basis != FHIR_BASIS_NONE ||
        decimal_compare(low, high) > 0) {
        return false;
    }
    d->sig.dose = low;
    d->sig.dose_high = decimal_compare(low, high) < 0 ? high : (struct decimal){0, 0};
    d->sig.unit = low_unit;
    return true;
}

/* STU3 writes what stands in doseAndRate into the Dosage itself. */
static const struct json *first_dose(struct dosage *d)
{
    const struct json *node = fhir_first(d->in, d->node, "doseAndRate");
    bool is_inline = !node && (json_get(d->node, "doseQuantity") ||
                               json_get(d->node, "doseRange") || has_rate(d->node));
    return is_inline ? d->node : node;
}

static const struct json *next_dose(struct dosage *d, const struct json *node)
{
    return node == d->node ? NULL : fhir_next(d->in, node);
}

/* The one that was ordered; a calculated one beside it is ignored. NULL when there are several of a
 * kind. */
static const struct json *pick_dose(struct dosage *d)
{
    const struct json *picked = NULL, *ordered = NULL;
    int count = 0, ordered_count = 0;
    for (const struct json *node = first_dose(d); node; node = next_dose(d, node)) {
        const char *type = fhir_concept_code(d->in, fhir_get(d->in, node, "type", FHIR_OBJECT),
                                             "dose-rate-type");
        picked = node;
        count++;
        if (type && strcmp(type, "ordered") == 0) {
            ordered = node;
            ordered_count++;
        }
    }
    if (ordered_count > 0) {
        return ordered_count == 1 ? ordered : NULL;
    }
    return count == 1 ? picked : NULL;
}

static char *dose_words(struct dosage *d)
{
    struct buffer words = BUFFER_INIT;
    for (const struct json *node = first_dose(d); node; node = next_dose(d, node)) {
        const struct json *quantity = fhir_get(d->in, node, "doseQuantity", FHIR_OBJECT);
        const struct json *range = fhir_get(d->in, node, "doseRange", FHIR_OBJECT);
        const struct json *rate = fhir_get(d->in, node, "rateQuantity", FHIR_OBJECT);
        const struct json *rates = fhir_get(d->in, node, "rateRange", FHIR_OBJECT);
        const struct json *ratio = fhir_get(d->in, node, "rateRatio", FHIR_OBJECT);
        append_owned(&words, "", quantity ? quantity_words(d->in, quantity) : mem_copy_text(""));
        append_owned(&words, "", range ? range_words(d->in, range) : mem_copy_text(""));
        append_owned(&words, _("rate"), rate ? quantity_words(d->in, rate) : mem_copy_text(""));
        append_owned(&words, _("rate"), rates ? range_words(d->in, rates) : mem_copy_text(""));
        append_owned(&words, _("rate"), ratio ? ratio_words(d->in, ratio) : mem_copy_text(""));
    }
    return buffer_take(&words);
}

static void read_dose(struct dosage *d)
{
    d->in->where = "dosageInstruction.doseAndRate";
    char *words = dose_words(d);
    bool is_put = false;
    const struct json *dose = pick_dose(d);
    const struct json *quantity = fhir_get(d->in, dose, "doseQuantity", FHIR_OBJECT);
    const struct json *range = fhir_get(d->in, dose, "doseRange", FHIR_OBJECT);
    if (quantity) {
        is_put = put_quantity(d, quantity);
    } else if (range) {
        is_put = put_range(d, range);
    }
    bool is_infusion = has_rate(dose);
    if (*words && (!is_put || is_infusion)) {
        char *whole = mem_format(_("dose %s"), words);
        fhir_append(&d->extras, "; ", whole);
        mem_free(whole);
    }
    d->is_whole = d->is_whole && !is_infusion; /* an infusion is not a row of doses */
    append_owned(&d->described, "", words);
}

/* --- limits --- */

static bool put_daily_limit(struct dosage *d, const struct json *ratio)
{
    const struct json *above = fhir_get(d->in, ratio, "numerator", FHIR_OBJECT);
    const struct json *below = fhir_get(d->in, ratio, "denominator", FHIR_OBJECT);
    const char *unit = fhir_code(d->in, below, "code");
    struct decimal most = {0, 0}, period = {0, 0}, converted;
    enum unit most_unit;
    enum fhir_basis basis;
    unit = unit ? unit : fhir_code(d->in, below, "unit");
    bool is_day = unit && fhir_decimal(d->in, below, "value", &period) &&
                  ((strcmp(unit, "d") == 0 && decimal_compare(period, decimal_from_int(1)) == 0) ||
                   (strcmp(unit, "day") == 0 &&
                    decimal_compare(period, decimal_from_int(1)) == 0) ||
                   (strcmp(unit, "h") == 0 && decimal_compare(period, decimal_from_int(24)) == 0));
    if (!is_day || !d->sig.as_needed || !put_amount(d, above, &most, &most_unit, &basis) ||
        basis != FHIR_BASIS_NONE || d->sig.unit == UNIT_NONE) {
        return false;
    }
    if (unit_convert(most, most_unit, d->sig.unit, &converted) != STATUS_OK) {
        return false;
    }
    d->sig.max_per_day = converted;
    return true;
}

static void read_limits(struct dosage *d)
{
    d->in->where = "dosageInstruction";
    const struct json *period = json_get(d->node, "maxDosePerPeriod");
    bool is_list = json_is_array(period); /* R5 */
    period = is_list ? fhir_first(d->in, d->node, "maxDosePerPeriod")
                     : fhir_get(d->in, d->node, "maxDosePerPeriod", FHIR_OBJECT);
    const struct json *once = fhir_get(d->in, d->node, "maxDosePerAdministration", FHIR_OBJECT);
    const struct json *life = fhir_get(d->in, d->node, "maxDosePerLifetime", FHIR_OBJECT);
    if (period) {
        bool is_put = put_daily_limit(d, period);
        append_owned(is_put ? &d->described : &d->extras, _("at most"), ratio_words(d->in, period));
    }
    for (period = is_list && period ? fhir_next(d->in, period) : NULL; period;
         period = fhir_next(d->in, period)) {
        append_owned(&d->extras, _("at most"), ratio_words(d->in, period));
    }
    append_owned(&d->extras, _("at most in one dose"),
                 once ? quantity_words(d->in, once) : mem_copy_text(""));
    append_owned(&d->extras, _("at most in a lifetime"),
                 life ? quantity_words(d->in, life) : mem_copy_text(""));
}

/* --- as needed --- */

static void read_as_needed(struct dosage *d)
{
    static const char *const any[] = {NULL};
    const struct json *reason = fhir_get(d->in, d->node, "asNeededCodeableConcept", FHIR_OBJECT);
    reason = reason ? reason : fhir_first(d->in, d->node, "asNeededFor"); /* R5 */
    d->sig.as_needed = reason || fhir_is_true(d->in, d->node, "asNeededBoolean") ||
                       fhir_is_true(d->in, d->node, "asNeeded"); /* R5 */
    if (reason) {
        struct fhir_concept concept;
        fhir_concept_read(d->in, reason, any, &concept);
        char *cut = text_clean(concept.words, strlen(concept.words), sizeof d->sig.prn_reason - 1,
                               TEXT_LINE, NULL);
        memcpy(d->sig.prn_reason, cut, strlen(cut) + 1);
        if (strcmp(cut, concept.words) != 0) {
            append_owned(&d->extras, _("as needed for"), mem_copy_text(concept.words));
        }
        mem_free(cut);
        fhir_concept_release(&concept);
    }
    for (reason = reason ? json_next(fhir_first(d->in, d->node, "asNeededFor")) : NULL; reason;
         reason = json_next(reason)) {
        append_concept(d, &d->extras, _("as needed for"), reason);
    }
    if (d->sig.as_needed) {
        append_owned(&d->described, "",
                     *d->sig.prn_reason ? mem_format(_("as needed for %s"), d->sig.prn_reason)
                                        : mem_copy_text(_("as needed")));
    }
}

/* A schedule that is only kept when needed has no slots: what it says becomes the limits. */
bool fhir_make_as_needed(struct sig *sig)
{
    bool is_whole = true;
    switch (sig->kind) {
    case SCHEDULE_KIND_WALL:
        if (sig->weekdays == 0 && sig->every_n_days <= 1) {
            sig->max_times_per_day = sig->times_count;
            sig->times_count = 0;
            memset(sig->times_min, 0, sizeof sig->times_min);
        } else {
            is_whole = false;
        }
        break;
    case SCHEDULE_KIND_ONCE:
        is_whole = false;
        break;
    case SCHEDULE_KIND_ELAPSED:
    case SCHEDULE_KIND_NONE_GIVEN:
    case SCHEDULE_KIND_PRN:
    case SCHEDULE_KIND_UNSTRUCTURED:
    case SCHEDULE_KIND_COUNT:
        break;
    }
    sig->kind = SCHEDULE_KIND_PRN;
    return is_whole;
}

/* --- the rest --- */

static void read_route(struct dosage *d)
{
    static const char *const any[] = {NULL};
    const struct json *node = fhir_get(d->in, d->node, "route", FHIR_OBJECT);
    struct fhir_concept concept;
    fhir_concept_read(d->in, node, any, &concept);
    for (const struct json *coding = fhir_first(d->in, node, "coding");
         coding && d->sig.route == ROUTE_NONE_GIVEN; coding = fhir_next(d->in, coding)) {
        const char *code = fhir_code(d->in, coding, "code");
        d->sig.by_tube = fhir_route_is_tube(code);
        d->sig.route = d->sig.by_tube ? ROUTE_ORAL : fhir_route(code);
    }
    if (d->sig.route == ROUTE_NONE_GIVEN && *concept.words && fhir_route_text_is_tube(concept.words)) {
        d->sig.by_tube = true;
        d->sig.route = ROUTE_ORAL;
    }
    if (d->sig.route == ROUTE_NONE_GIVEN && *concept.words) {
        d->sig.route = fhir_route_text(concept.words);
    }
    if (node && d->sig.route == ROUTE_NONE_GIVEN && *concept.words) {
        d->sig.route = ROUTE_OTHER;
        append_owned(&d->extras, _("route"), mem_copy_text(concept.words));
    }
    append_owned(&d->described, "", mem_copy_text(concept.words));
    fhir_concept_release(&concept);
}

static void read_instructions(struct dosage *d, const char *text)
{
    static const char *const with_food[] = {"1116481000001105", NULL};
    static const char *const before_food[] = {"311501008", NULL};
    d->in->where = "dosageInstruction";
    for (const struct json *node = fhir_first(d->in, d->node, "additionalInstruction"); node;
         node = fhir_next(d->in, node)) {
        d->sig.with_food = d->sig.with_food || fhir_concept_has(d->in, node, "snomed", with_food);
        d->sig.before_food = d->sig.before_food ||
                             fhir_concept_has(d->in, node, "snomed", before_food);
        append_concept(d, &d->extras, "", node);
    }
    char *patient = fhir_lines(d->in, d->node, "patientInstruction", FHIR_TEXT_MAX);
    append_owned(&d->extras, "", mem_copy_text(text_equal_folded(patient, text) ? "" : patient));
    mem_free(patient);
    append_concept(d, &d->extras, _("site"), fhir_get(d->in, d->node, "site", FHIR_OBJECT));
    append_concept(d, &d->described, "", fhir_get(d->in, d->node, "method", FHIR_OBJECT));
}

static void read_timing(struct dosage *d, bool has_text, struct fhir_directions *out)
{
    struct fhir_timing timing = {.sig = &d->sig, .extras = &d->described};
    const struct json *node = fhir_get(d->in, d->node, "timing", FHIR_OBJECT);
    bool is_held = fhir_timing_read(d->in, node, &timing);
    d->is_whole = d->is_whole && is_held;
    out->start_us = timing.start_us;
    out->stop_us = timing.stop_us;
    if (!timing
             .is_given) { /* as needed without a word more says nothing else; a text may say more */
        d->is_whole = d->is_whole && d->sig.as_needed && !has_text;
        d->sig.kind = d->sig.as_needed ? SCHEDULE_KIND_PRN : SCHEDULE_KIND_UNSTRUCTURED;
    } else if (d->sig.as_needed) {
        d->is_whole = fhir_make_as_needed(&d->sig) && d->is_whole;
    }
}

/* What is unstructured keeps route, dose and "as needed": they are still true. */
static void drop_schedule(struct sig *sig)
{
    struct sig kept = {.dose = sig->dose,
                       .dose_high = sig->dose_high,
                       .unit = sig->unit,
                       .route = sig->route,
                       .by_tube = sig->by_tube,
                       .as_needed = sig->as_needed,
                       .weight_basis = sig->weight_basis,
                       .per_kg = sig->per_kg,
                       .per_kg_unit = sig->per_kg_unit,
                       .kind = SCHEDULE_KIND_UNSTRUCTURED};
    memcpy(kept.prn_reason, sig->prn_reason, sizeof kept.prn_reason);
    *sig = kept;
    if (sig_check(sig, NULL) != STATUS_OK) {
        *sig = (struct sig){
            .kind = SCHEDULE_KIND_UNSTRUCTURED, .route = sig->route, .by_tube = sig->by_tube, .as_needed = sig->as_needed};
    }
}

/* Text of the source and what it does not say; without text, words made from the elements. */
static char *directions_of(struct dosage *d, const char *text)
{
    struct buffer words = BUFFER_INIT;
    fhir_append(&words, "; ", text);
    if (!*text && d->sig.kind == SCHEDULE_KIND_UNSTRUCTURED) {
        fhir_append(&words, "; ", d->described.bytes);
    }
    fhir_append(&words, "; ", d->extras.bytes);
    return buffer_take(&words);
}

static void read_one(struct fhir_input *in, const struct json *node, struct fhir_directions *out)
{
    struct dosage d = {.in = in, .node = node, .is_whole = true};
    in->where = "dosageInstruction";
    char *text = fhir_lines(in, node, "text", FHIR_TEXT_MAX);
    read_dose(&d);
    in->where = "dosageInstruction";
    read_route(&d);
    read_as_needed(&d);
    read_timing(&d, *text != '\0', out);
    read_limits(&d);
    read_instructions(&d, text);
    if (!d.is_whole || sig_check(&d.sig, NULL) != STATUS_OK) {
        drop_schedule(&d.sig);
    }
    out->sig = d.sig;
    out->directions = directions_of(&d, text);
    bool is_kept = d.sig.kind != SCHEDULE_KIND_UNSTRUCTURED && d.extras.len == 0;
    out->original = mem_copy_text(is_kept ? "" : *text ? text : out->directions);
    mem_free(text);
    buffer_release(&d.extras);
    buffer_release(&d.described);
    in->where = "";
}

/* Dosage n of a row of steps: its own sequence number (1, 2, 3 ...), everything structured, and but for the last one an
 * end. Parts of one day share a number or have none. */
static bool is_step(const struct json *node, const struct fhir_directions *one, size_t n)
{
    struct decimal sequence;
    const struct json *number = json_get(node, "sequence");
    return json_is_number(number) && json_decimal(number, &sequence, NULL) == STATUS_OK &&
           decimal_compare(sequence, decimal_from_int((int64_t)n + 1)) == 0 &&
           one->sig.kind != SCHEDULE_KIND_UNSTRUCTURED && one->original[0] == '\0';
}

/* Adds the next step. False when it does not go on from what is there. */
static bool add_step(struct sig *whole, const struct sig *step, size_t n)
{
    if (n == 0) {
        *whole = *step;
        return true;
    }
    return step->unit == whole->unit && step->route == whole->route && step->by_tube == whole->by_tube && step->with_food == whole->with_food &&
           step->before_food == whole->before_food && step->after_food == whole->after_food && sig_add_step(whole, step);
}

/* A Dosage that is taken together with the first: of the same sequence number, everything structured. Without numbers
 * nobody says so. */
static bool add_parallel(struct sig *whole, const struct json *node, const struct fhir_directions *one, size_t n,
                         int64_t *sequence)
{
    struct decimal number = decimal_from_int(0);
    const struct json *says = json_get(node, "sequence");
    if (!json_is_number(says) || json_decimal(says, &number, NULL) != STATUS_OK) {
        return false;
    }
    struct sig part = one->sig;
    bool is_whole = one->sig.kind == SCHEDULE_KIND_WALL && one->original[0] == '\0' && (n == 0 || number.mantissa == *sequence);
    bool is_one_end = part.duration_doses == 0 && (n == 0 || part.duration_days == whole->duration_days);
    *sequence = number.mantissa;
    part.duration_days = n == 0 ? part.duration_days : 0;
    return is_whole && is_one_end && add_step(whole, &part, n);
}

/* Several Dosages are steps of a taper or doses that differ by day, which sig holds, or something that only the words
 * hold. */
static void read_several(struct fhir_input *in, const struct json *object, const char *key,
                         struct fhir_directions *out)
{
    struct buffer words = BUFFER_INIT;
    bool is_alike = true, has_steps = true;
    bool has_parts = true;
    struct sig steps = {0}, parts = {0};
    int64_t sequence = 0;
    size_t n = 0;
    const char *previous = NULL;
    for (const struct json *node = fhir_first(in, object, key); node; node = fhir_next(in, node)) {
        struct fhir_directions one = {0};
        read_one(in, node, &one);
        has_steps = has_steps && is_step(node, &one, n) && add_step(&steps, &one.sig, n);
        has_parts = has_parts && add_parallel(&parts, node, &one, n, &sequence);
        n++;
        if (one.sig.kind != SCHEDULE_KIND_UNSTRUCTURED && !json_get_string(node, "text")) {
            char text[SIG_TEXT_MAX];
            fhir_append(&words, "; ", sig_format(&one.sig, text));
        }
        bool is_repetition = previous && json_get_string(node, "text") &&
                             strcmp(previous, json_get_string(node, "text")) == 0;
        previous = json_get_string(node, "text");
        fhir_append(&words, "; ", is_repetition ? "" : one.directions);
        is_alike = is_alike &&
                   (out->sig.route == ROUTE_NONE_GIVEN || one.sig.route == out->sig.route);
        out->sig.route = one.sig.route;
        out->start_us = !out->start_us || (one.start_us && one.start_us < out->start_us)
                            ? one.start_us
                            : out->start_us;
        out->stop_us = one.stop_us > out->stop_us ? one.stop_us : out->stop_us;
        mem_free(one.directions);
        mem_free(one.original);
    }
    out->sig = (struct sig){.kind = SCHEDULE_KIND_UNSTRUCTURED,
                            .route = is_alike ? out->sig.route : ROUTE_NONE_GIVEN};
    out->directions = buffer_take(&words);
    has_steps = has_steps && sig_check(&steps, NULL) == STATUS_OK;
    parts.is_parallel = true;
    has_parts = !has_steps && has_parts && n > 1 && sig_check(&parts, NULL) == STATUS_OK;
    if (has_steps || has_parts) {
        out->sig = has_steps ? steps : parts;
    }
    out->original = mem_copy_text(has_steps || has_parts ? "" : out->directions);
}

void fhir_dosage_read(struct fhir_input *in, const struct json *object, const char *key,
                      struct fhir_directions *out)
{
    const struct json *list = fhir_get(in, object, key, FHIR_ARRAY);
    *out = (struct fhir_directions){.sig = {.kind = SCHEDULE_KIND_UNSTRUCTURED}};
    int count = json_count(list);
    if (count == 0) {
        out->directions = mem_copy_text("");
        out->original = mem_copy_text("");
    } else if (count == 1) {
        const struct json *node = fhir_first(in, object, key);
        if (node) {
            read_one(in, node, out);
        } else {
            out->directions = mem_copy_text("");
            out->original = mem_copy_text("");
        }
    } else {
        read_several(in, object, key, out);
    }
}
