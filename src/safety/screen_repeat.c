/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a finding is the same as one that was decided before. */
#include <string.h>

#include "safety/screen_internal.h"

/* ---- fingerprint ---- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
    uint64_t parts[2] = {hash, knowledge_hash(bytes, len)};
    return knowledge_hash(parts, sizeof parts);
}

static uint64_t mix_int(uint64_t hash, int64_t value)
{
    return mix(hash, &value, sizeof value);
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    return mix(hash, text, strlen(text));
}

/* 2.50 and 2.5 are one amount. */
static uint64_t mix_decimal(uint64_t hash, struct decimal value)
{
    char text[DECIMAL_TEXT_MAX];
    return mix_text(hash, decimal_format(value, text));
}

/* Stages of kidney function, so that a laboratory's scatter is not news. */
static int egfr_band(const struct screen_input *in)
{
    static const int steps[] = {15, 30, 45, 60, 90};
    int band = 0;
    if (in->egfr_presence != SCREEN_PRESENT) {
        return -1 - (int)in->egfr_presence;
    }
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        band += decimal_compare(in->egfr, decimal_from_int(steps[i])) >= 0;
    }
    return band;
}

static uint64_t drug_hash(const struct screen_drug *drug)
{
    uint64_t hash = mix_int(0, drug->identity.ingredient_count);
    hash = mix(hash, drug->identity.ingredients, sizeof drug->identity.ingredients);
    hash = mix_int(hash, drug->route != ROUTE_NONE_GIVEN ? drug->route : drug->identity.route);
    hash = mix_int(hash, drug->dose.presence);
    if (drug->dose.presence == SCREEN_PRESENT) {
        hash = mix_decimal(hash, drug->dose.amount);
        hash = mix_int(hash, (int64_t)drug->dose.unit * 2 + drug->dose.is_per_kg);
        hash = mix_decimal(hash, drug->dose.doses_per_day);
        hash = mix_decimal(hash, drug->dose.interval_h);
    }
    return hash;
}

uint64_t finding_fingerprint(const struct knowledge *k, const struct screen_input *input,
                             const struct screen_finding *f)
{
    uint64_t hash = knowledge_checksum(k);
    const int64_t fields[] = {f->kind,
                              f->severity,
                              f->relation,
                              f->dose_check,
                              f->washout_days_left > 0,
                              egfr_band(input), /* a recorded stage is in `with` */
                              input->pregnancy_presence == SCREEN_PRESENT && input->is_pregnant,
                              input->is_pregnant ? input->trimester : 0,
                              input->lactation_presence == SCREEN_PRESENT && input->is_lactating};
    hash = mix(hash, fields, sizeof fields);
    hash = mix_text(hash, f->rule_id);
    hash = mix_text(hash, f->with);
    uint64_t drugs = 0; /* a sum: the order of the chart's rows does not matter */
    for (int i = 0; i < f->drug_count; i++) {
        drugs += drug_hash(&input->drugs[f->drugs[i]]);
    }
    hash = mix(hash, &drugs, sizeof drugs);
    if (f->allergy != SCREEN_NO_INDEX) {
        const struct screen_allergy *a = &input->allergies[f->allergy];
        const int64_t allergy[] = {a->kind, a->state, a->reaction};
        hash = mix(hash, allergy, sizeof allergy);
    }
    return hash;
}
