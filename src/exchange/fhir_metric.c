/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Observations that the workstation shows or checks with, by LOINC code. Units are those of
 * model/measure.h: converted exactly and rounded once. */
#include "exchange/fhir_item.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_code.h"
#include "model/measure.h"

/* LOINC, and SNOMED CT where it is unambiguous (some national profiles use nothing else). */
static const struct {
    const char *code;
    enum metric_type type;
} codes[] = {
    {"29463-7", METRIC_TYPE_WEIGHT},
    {"3141-9", METRIC_TYPE_WEIGHT},
    {"3142-7", METRIC_TYPE_WEIGHT},
    {"8350-1", METRIC_TYPE_WEIGHT},
    {"8351-9", METRIC_TYPE_WEIGHT},
    {"27113001", METRIC_TYPE_WEIGHT},
    {"8302-2", METRIC_TYPE_HEIGHT},
    {"8306-3", METRIC_TYPE_HEIGHT},
    {"8308-9", METRIC_TYPE_HEIGHT},
    {"3137-7", METRIC_TYPE_HEIGHT},
    {"3138-5", METRIC_TYPE_HEIGHT},
    {"50373000", METRIC_TYPE_HEIGHT},
    {"8480-6", METRIC_TYPE_SYSTOLIC},
    {"8459-0", METRIC_TYPE_SYSTOLIC},
    {"8460-8", METRIC_TYPE_SYSTOLIC},
    {"8461-6", METRIC_TYPE_SYSTOLIC},
    {"271649006", METRIC_TYPE_SYSTOLIC},
    {"72313002", METRIC_TYPE_SYSTOLIC},
    {"8462-4", METRIC_TYPE_DIASTOLIC},
    {"8453-3", METRIC_TYPE_DIASTOLIC},
    {"8454-1", METRIC_TYPE_DIASTOLIC},
    {"8455-8", METRIC_TYPE_DIASTOLIC},
    {"271650006", METRIC_TYPE_DIASTOLIC},
    {"8867-4", METRIC_TYPE_PULSE},
    {"8889-8", METRIC_TYPE_PULSE},
    {"8893-0", METRIC_TYPE_PULSE},
    {"364075005", METRIC_TYPE_PULSE},
    {"78564009", METRIC_TYPE_PULSE},
    {"8310-5", METRIC_TYPE_TEMPERATURE},
    {"8331-1", METRIC_TYPE_TEMPERATURE},
    {"8328-7", METRIC_TYPE_TEMPERATURE},
    {"8332-9", METRIC_TYPE_TEMPERATURE},
    {"8333-7", METRIC_TYPE_TEMPERATURE},
    {"8329-5", METRIC_TYPE_TEMPERATURE},
    {"386725007", METRIC_TYPE_TEMPERATURE},
    {"59408-5", METRIC_TYPE_SPO2},
    {"2708-6", METRIC_TYPE_SPO2},
    {"431314004", METRIC_TYPE_SPO2},
    {"9279-1", METRIC_TYPE_RESPIRATION},
    {"86290005", METRIC_TYPE_RESPIRATION},
    {"2339-0", METRIC_TYPE_GLUCOSE},
    {"2345-7", METRIC_TYPE_GLUCOSE},
    {"1558-6", METRIC_TYPE_GLUCOSE},
    {"41653-7", METRIC_TYPE_GLUCOSE},
    {"2340-8", METRIC_TYPE_GLUCOSE},
    {"2341-6", METRIC_TYPE_GLUCOSE},
    {"15074-8", METRIC_TYPE_GLUCOSE},
    {"14749-6", METRIC_TYPE_GLUCOSE},
    {"14743-9", METRIC_TYPE_GLUCOSE},
    {"14771-0", METRIC_TYPE_GLUCOSE},
    {"2160-0", METRIC_TYPE_CREATININE},
    {"38483-4", METRIC_TYPE_CREATININE},
    {"14682-9", METRIC_TYPE_CREATININE},
    {"59826-8", METRIC_TYPE_CREATININE},
    {"33914-3", METRIC_TYPE_EGFR},
    {"62238-1", METRIC_TYPE_EGFR},
    {"98979-8", METRIC_TYPE_EGFR},
    {"48642-3", METRIC_TYPE_EGFR},
    {"48643-1", METRIC_TYPE_EGFR},
    {"50044-7", METRIC_TYPE_EGFR},
    {"69405-9", METRIC_TYPE_EGFR},
    {"88293-6", METRIC_TYPE_EGFR},
    {"88294-4", METRIC_TYPE_EGFR},
    {"77147-7", METRIC_TYPE_EGFR},
    {"2823-3", METRIC_TYPE_POTASSIUM},
    {"6298-4", METRIC_TYPE_POTASSIUM},
    {"6301-6", METRIC_TYPE_INR},
    {"34714-6", METRIC_TYPE_INR},
    {"46418-0", METRIC_TYPE_INR},
    {"38875-1", METRIC_TYPE_INR},
    {"4548-4", METRIC_TYPE_HBA1C},
    {"17856-6", METRIC_TYPE_HBA1C},
    {"59261-8", METRIC_TYPE_HBA1C},
    {"72514-3", METRIC_TYPE_PAIN},
};

const char *fhir_metric_code(enum metric_type type)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i].type == type) {
            return codes[i].code; /* the first of each is LOINC's usual one */
        }
    }
    return NULL;
}

static enum metric_type type_of(struct fhir_input *in, const struct json *concept)
{
    for (const struct json *coding = fhir_first(in, concept, "coding"); coding;
         coding = fhir_next(in, coding)) {
        const char *code = fhir_code(in, coding, "code");
        const char *system = fhir_system_word(fhir_code(in, coding, "system"));
        if (!code || (strcmp(system, "loinc") != 0 && strcmp(system, "snomed") != 0)) {
            continue;
        }
        for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
            if (strcmp(codes[i].code, code) == 0) {
                return codes[i].type;
            }
        }
    }
    return METRIC_TYPE_NONE_GIVEN;
}

/* By the code, else by the text; a value without either is a plain number. False: a unit that this
 * measurement does not come in. */
static bool convert(enum metric_type type, struct decimal value, const char *code, const char *text,
                    struct decimal *out, const char **out_unit)
{
    const char *const spellings[] = {code, text, !code && !text ? "" : NULL};
    for (size_t s = 0; s < sizeof spellings / sizeof *spellings; s++) {
        if (spellings[s] && measure_convert(type, value, spellings[s], out, out_unit)) {
            return true;
        }
    }
    return false;
}

static bool is_impossible(enum metric_type type, struct decimal value, const char *unit)
{
    struct decimal low, high;
    return value.mantissa < 0 ||
           measure_check(type, value, unit, -1, &low, &high) == MEASURE_IMPOSSIBLE;
}

/* One value of an Observation or of one of its components. NULL when it was kept, else why not. */
static const char *read_value(struct fhir_input *in, struct fhir_item *item,
                              const struct json *object, enum metric_type type, int64_t at_us)
{
    const struct json *quantity = fhir_get(in, object, "valueQuantity", FHIR_OBJECT);
    struct decimal value, kept;
    char *long_text = NULL;
    char digits[DECIMAL_TEXT_MAX];
    const char *code = fhir_code(in, quantity, "code");
    const char *unit = fhir_code(in, quantity, "unit");
    if (!quantity || !fhir_measure(in, quantity, "value", &value, &long_text)) {
        return _("It has no value.");
    }
    const char *kept_unit = "";
    bool is_bound = fhir_code(in, quantity, "comparator") != NULL;
    bool is_converted = convert(type, value, code, unit, &kept, &kept_unit);
    if (is_bound || !is_converted || is_impossible(type, kept, kept_unit)) {
        mem_free(long_text);
        return is_bound       ? _("It is a bound (such as > 60) and not a value.")
               : is_converted ? _("Its value makes no sense.")
                              : _("Its unit is not one in which this is measured.");
    }
    bool is_changed = long_text || decimal_compare(value, kept) != 0;
    char *source = mem_format("%s %s", long_text ? long_text : decimal_format(value, digits),
                              unit   ? unit
                              : code ? code
                                     : "");
    MEM_GROW(item->of.metrics);
    item->of.metrics->items[item->of.metrics->len++] = (struct metric){
        .type = type,
        .value = kept,
        .unit = mem_copy_text(kept_unit),
        .at_us = at_us,
        .notes = mem_copy_text(""),
        .recorded_via = RECORDED_VIA_IMPORT,
        .original = is_changed ? text_clean(source, strlen(source), FHIR_CODE_MAX, TEXT_LINE, NULL)
                               : mem_copy_text("")};
    mem_free(source);
    mem_free(long_text);
    return NULL;
}

static int64_t time_of(struct fhir_input *in)
{
    static const char *const keys[] = {"effectiveDateTime", "effectiveInstant", "issued"};
    const struct json *period = fhir_get(in, in->resource, "effectivePeriod", FHIR_OBJECT);
    int64_t at_us = fhir_instant(in, period, "start", false);
    for (size_t i = 0; i < sizeof keys / sizeof *keys && at_us == 0; i++) {
        at_us = fhir_instant(in, in->resource, keys[i], false);
    }
    return at_us;
}

static bool is_final(struct fhir_input *in)
{
    static const char *const states[] = {"final", "amended", "corrected", "preliminary"};
    const char *status = fhir_code(in, in->resource, "status");
    for (size_t i = 0; status && i < sizeof states / sizeof *states; i++) {
        if (strcmp(states[i], status) == 0) {
            return true;
        }
    }
    return false;
}

/* One of two may be missing: the other is kept. */
static const char *read_components(struct fhir_input *in, struct fhir_item *item, int64_t at_us,
                                   const char *why)
{
    for (const struct json *part = fhir_first(in, in->resource, "component"); part;
         part = fhir_next(in, part)) {
        enum metric_type type = type_of(in, fhir_get(in, part, "code", FHIR_OBJECT));
        bool is_new = type != METRIC_TYPE_NONE_GIVEN;
        for (size_t i = 0; i < item->of.metrics->len; i++) {
            is_new = is_new && item->of.metrics->items[i].type != type;
        }
        const char *reason = is_new ? read_value(in, item, part, type, at_us) : NULL;
        why = reason ? reason : why;
    }
    return why;
}

static void read_values(struct fhir_input *in, struct fhir_item *item, int64_t at_us)
{
    enum metric_type type = type_of(in, fhir_get(in, in->resource, "code", FHIR_OBJECT));
    const char *why = type != METRIC_TYPE_NONE_GIVEN
                          ? read_value(in, item, in->resource, type, at_us)
                          : _("This measurement is not kept.");
    in->where = "component";
    if (item->of.metrics->len == 0) {
        why = read_components(in, item, at_us, why);
    }
    in->where = "";
    if (item->of.metrics->len == 0 && !in->is_refused) { /* else the refusal is the reason */
        fhir_item_skip(item, why);
    }
}

void fhir_observation_read(struct fhir_input *in, struct fhir_item *item)
{
    item->kind = FHIR_ITEM_METRICS;
    item->of.metrics = mem_alloc(sizeof *item->of.metrics);
    fhir_reference_read(in, fhir_get(in, in->resource, "subject", FHIR_OBJECT), &item->subject);
    int64_t at_us = time_of(in);
    read_values(in, item, at_us);
    fhir_need_subject(item);
    if (!is_final(in)) {
        fhir_item_skip(item, _("It is not final, or was withdrawn."));
    } else if (at_us == 0) {
        fhir_item_skip(item, _("It does not say when it was measured."));
    }
}
