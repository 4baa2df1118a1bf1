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

static const struct {
    const char *loinc;
    enum metric_type type;
} codes[] = {
    {"29463-7", METRIC_TYPE_WEIGHT},     {"3141-9", METRIC_TYPE_WEIGHT},
    {"8350-1", METRIC_TYPE_WEIGHT},      {"8351-9", METRIC_TYPE_WEIGHT},
    {"8302-2", METRIC_TYPE_HEIGHT},      {"8306-3", METRIC_TYPE_HEIGHT},
    {"8308-9", METRIC_TYPE_HEIGHT},      {"3137-7", METRIC_TYPE_HEIGHT},
    {"8480-6", METRIC_TYPE_SYSTOLIC},    {"8462-4", METRIC_TYPE_DIASTOLIC},
    {"8867-4", METRIC_TYPE_PULSE},       {"8310-5", METRIC_TYPE_TEMPERATURE},
    {"8331-1", METRIC_TYPE_TEMPERATURE}, {"8328-7", METRIC_TYPE_TEMPERATURE},
    {"8332-9", METRIC_TYPE_TEMPERATURE}, {"8333-7", METRIC_TYPE_TEMPERATURE},
    {"59408-5", METRIC_TYPE_SPO2},       {"2708-6", METRIC_TYPE_SPO2},
    {"9279-1", METRIC_TYPE_RESPIRATION}, {"2339-0", METRIC_TYPE_GLUCOSE},
    {"2345-7", METRIC_TYPE_GLUCOSE},     {"1558-6", METRIC_TYPE_GLUCOSE},
    {"41653-7", METRIC_TYPE_GLUCOSE},    {"15074-8", METRIC_TYPE_GLUCOSE},
    {"14749-6", METRIC_TYPE_GLUCOSE},    {"2160-0", METRIC_TYPE_CREATININE},
    {"38483-4", METRIC_TYPE_CREATININE}, {"14682-9", METRIC_TYPE_CREATININE},
    {"33914-3", METRIC_TYPE_EGFR},       {"62238-1", METRIC_TYPE_EGFR},
    {"98979-8", METRIC_TYPE_EGFR},       {"48642-3", METRIC_TYPE_EGFR},
    {"48643-1", METRIC_TYPE_EGFR},       {"50044-7", METRIC_TYPE_EGFR},
    {"69405-9", METRIC_TYPE_EGFR},       {"88293-6", METRIC_TYPE_EGFR},
    {"88294-4", METRIC_TYPE_EGFR},       {"77147-7", METRIC_TYPE_EGFR},
    {"2823-3", METRIC_TYPE_POTASSIUM},   {"6298-4", METRIC_TYPE_POTASSIUM},
    {"6301-6", METRIC_TYPE_INR},         {"34714-6", METRIC_TYPE_INR},
    {"4548-4", METRIC_TYPE_HBA1C},       {"17856-6", METRIC_TYPE_HBA1C},
    {"59261-8", METRIC_TYPE_HBA1C},      {"72514-3", METRIC_TYPE_PAIN},
};

static enum metric_type type_of(struct fhir_input *in, const struct json *concept)
{
    for (const struct json *coding = fhir_first(in, concept, "coding"); coding;
         coding = fhir_next(in, coding)) {
        const char *code = fhir_code(in, coding, "code");
        if (!code || strcmp(fhir_system_word(fhir_code(in, coding, "system")), "loinc") != 0) {
            continue;
        }
        for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
            if (strcmp(codes[i].loinc, code) == 0) {
                return codes[i].type;
            }
        }
    }
    return METRIC_TYPE_NONE_GIVEN;
}

/* By the code, else by the text; a value without either is a plain number. False: a unit that this measurement does not
 * come in. */
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

/* One value of an Observation or of one of its components. False with a reason on the item when it
 * cannot be kept. */
static bool read_value(struct fhir_input *in, struct fhir_item *item, const struct json *object,
                       enum metric_type type, int64_t at_us)
{
    const struct json *quantity = fhir_get(in, object, "valueQuantity", FHIR_OBJECT);
    struct decimal value, kept;
    char *long_text = NULL;
    char digits[DECIMAL_TEXT_MAX];
    const char *code = fhir_code(in, quantity, "code");
    const char *unit = fhir_code(in, quantity, "unit");
    if (!quantity || !fhir_measure(in, quantity, "value", &value, &long_text)) {
        if (!in->is_refused) { /* else the refusal is the reason */
            fhir_item_skip(item, _("It has no value."));
        }
        return false;
    }
    const char *kept_unit = "";
    bool is_bound = fhir_code(in, quantity, "comparator") != NULL;
    if (is_bound || value.mantissa < 0 || !convert(type, value, code, unit, &kept, &kept_unit)) {
        fhir_item_skip(item, is_bound             ? _("It is a bound (such as > 60) and not a value.")
                             : value.mantissa < 0 ? _("Its value makes no sense.")
                                                  : _("Its unit is not one in which this is measured."));
        mem_free(long_text);
        return false;
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
    return true;
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

static void read_values(struct fhir_input *in, struct fhir_item *item, int64_t at_us)
{
    enum metric_type type = type_of(in, fhir_get(in, in->resource, "code", FHIR_OBJECT));
    if (type != METRIC_TYPE_NONE_GIVEN) {
        (void)read_value(in, item, in->resource, type, at_us); /* a failure is the item's reason */
        return;
    }
    in->where = "component";
    for (const struct json *part = fhir_first(in, in->resource, "component"); part;
         part = fhir_next(in, part)) {
        enum metric_type part_type = type_of(in, fhir_get(in, part, "code", FHIR_OBJECT));
        bool is_new = true;
        for (size_t i = 0; i < item->of.metrics->len; i++) {
            is_new = is_new && item->of.metrics->items[i].type != part_type;
        }
        if (part_type != METRIC_TYPE_NONE_GIVEN && is_new) {
            (void)read_value(in, item, part, part_type, at_us); /* as above */
        }
    }
    in->where = "";
    if (item->of.metrics->len == 0) {
        fhir_item_skip(item, _("This measurement is not kept."));
    }
}

void fhir_observation_read(struct fhir_input *in, struct fhir_item *item)
{
    item->kind = FHIR_ITEM_METRICS;
    item->of.metrics = mem_alloc(sizeof *item->of.metrics);
    fhir_reference_read(in, fhir_get(in, in->resource, "subject", FHIR_OBJECT), &item->subject);
    int64_t at_us = time_of(in);
    read_values(in, item, at_us);
    if (fhir_reference_is_empty(&item->subject)) {
        fhir_item_skip(item, _("It does not say whose measurement it is."));
    } else if (!is_final(in)) {
        fhir_item_skip(item, _("It is not final, or was withdrawn."));
    } else if (at_us == 0) {
        fhir_item_skip(item, _("It does not say when it was measured."));
    }
}
