/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kidney.h"

#include "base/i18n.h"
#include "model/measure.h"

static enum kidney_gap gap_of(const struct patient *p, const struct kidney *k)
{
    return k->age_years >= 0 && k->age_years < KIDNEY_ADULT_YEARS       ? KIDNEY_CHILD
           : p->creatinine.at_us == 0 || decimal_is_zero(k->creatinine) ? KIDNEY_NO_CREATININE
           : k->age_years < 0 || k->age_years >= 140                   ? KIDNEY_NO_AGE
           : decimal_is_zero(p->weight_kg)                             ? KIDNEY_NO_WEIGHT
           : p->gender != GENDER_FEMALE && p->gender != GENDER_MALE    ? KIDNEY_NO_SEX
                                                                       : KIDNEY_KNOWN;
}

struct kidney kidney_clearance(const struct patient *patient, struct date today)
{
    struct kidney k = {.age_years = date_age_years(patient->birth_date, today),
                       .weight_kg = patient->weight_kg,
                       .creatinine_at_us = patient->creatinine.at_us};
    struct decimal above, below;
    if (patient->creatinine.at_us != 0 &&
        !measure_in(METRIC_TYPE_CREATININE, patient->creatinine.value, patient->creatinine.unit, "mg/dL", &k.creatinine)) {
        k.creatinine = decimal_from_int(0); /* in a unit that nobody knows: as good as not measured */
    }
    k.gap = gap_of(patient, &k);
    if (k.gap != KIDNEY_KNOWN) {
        return k;
    }
    enum status status = decimal_multiply(decimal_from_int(140 - k.age_years), patient->weight_kg, &above);
    if (status == STATUS_OK && patient->gender == GENDER_FEMALE) {
        status = decimal_multiply(above, (struct decimal){85, 2}, &above);
    }
    if (status == STATUS_OK) {
        status = decimal_multiply(decimal_from_int(72), k.creatinine, &below);
    }
    if (status == STATUS_OK) {
        status = decimal_divide(above, below, 0, &k.crcl);
    }
    if (status != STATUS_OK) { /* numbers that no patient has */
        k.gap = KIDNEY_NO_CREATININE;
    }
    return k;
}

const char *kidney_gap_text(enum kidney_gap gap)
{
    switch (gap) {
    case KIDNEY_NO_CREATININE:
        return _("no creatinine");
    case KIDNEY_NO_AGE:
        return _("no birth date");
    case KIDNEY_NO_WEIGHT:
        return _("no weight");
    case KIDNEY_NO_SEX:
        return _("no sex");
    case KIDNEY_CHILD:
        return _("not for children");
    case KIDNEY_KNOWN:
        break;
    }
    return "";
}

bool kidney_function(const struct patient *patient, struct date today, struct decimal *out, int64_t *out_at_us)
{
    struct kidney k = kidney_clearance(patient, today);
    bool has_egfr = patient->egfr.at_us != 0;
    if (k.gap != KIDNEY_KNOWN && !has_egfr) {
        return false;
    }
    bool takes_egfr = has_egfr && (k.gap != KIDNEY_KNOWN || patient->egfr.at_us > k.creatinine_at_us ||
                                   (patient->egfr.at_us == k.creatinine_at_us &&
                                    decimal_compare(patient->egfr.value, k.crcl) < 0));
    *out = takes_egfr ? patient->egfr.value : k.crcl;
    *out_at_us = takes_egfr ? patient->egfr.at_us : k.creatinine_at_us;
    return true;
}
