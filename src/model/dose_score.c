/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/dose_score.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "model/measure.h"

static const struct scale {
    enum prn_reason reason;
    enum metric_type measured; /* METRIC_TYPE_NONE_GIVEN: a number from 0 to 10 */
    bool is_required;
    const char *hint;
} SCALES[] = {
    {PRN_REASON_PAIN, METRIC_TYPE_NONE_GIVEN, true, N_("0 to 10; or: not possible")},
    {PRN_REASON_NAUSEA, METRIC_TYPE_NONE_GIVEN, false, N_("0 to 10, or nothing")},
    {PRN_REASON_ANXIETY, METRIC_TYPE_NONE_GIVEN, false, N_("0 to 10, or nothing")},
    {PRN_REASON_FEVER, METRIC_TYPE_TEMPERATURE, false, N_("38.6 C or 101.5 F; or nothing")},
    {PRN_REASON_BREATH, METRIC_TYPE_SPO2, false, N_("91 %; or nothing")},
};

static const struct scale *scale_of(enum prn_reason reason)
{
    for (size_t i = 0; i < sizeof SCALES / sizeof *SCALES; i++) {
        if (SCALES[i].reason == reason) {
            return &SCALES[i];
        }
    }
    return NULL;
}

bool dose_score_is_asked(enum prn_reason reason)
{
    return scale_of(reason) != NULL;
}

bool dose_score_is_required(enum prn_reason reason)
{
    const struct scale *scale = scale_of(reason);
    return scale != NULL && scale->is_required;
}

const char *dose_score_hint(enum prn_reason reason)
{
    const struct scale *scale = scale_of(reason);
    return scale != NULL ? scale->hint : "";
}

static bool is_not_possible(const char *text)
{
    return text_equal_folded(text, DOSE_SCORE_NOT_POSSIBLE) || text_equal_folded(text, "not possible") ||
           text_equal_folded(text, _("not possible"));
}

static enum status parse_score(const char *text, char out[DOSE_SCORE_MAX], struct error *err)
{
    struct decimal score;
    char number[DECIMAL_TEXT_MAX];
    if (decimal_parse(text, &score, NULL) != STATUS_OK || score.mantissa < 0 || decimal_compare(score, decimal_from_int(10)) > 0) {
        return error_set_field(err, STATUS_INVALID, "score_before", _("The score before the dose is a number from 0 to 10; or type: not possible."));
    }
    (void)snprintf(out, DOSE_SCORE_MAX, "%.31s", decimal_format(score, number)); /* two places at most */
    return STATUS_OK;
}

static enum status parse_measure(enum metric_type type, const char *text, char out[DOSE_SCORE_MAX], struct error *err)
{
    struct decimal value, low, high;
    struct error why = ERROR_INIT;
    const char *unit = "";
    char number[DECIMAL_TEXT_MAX];
    if (measure_parse(type, text, &value, &unit, &why) != STATUS_OK) {
        return error_set_field(err, STATUS_INVALID, "score_before", "%s", error_text(&why));
    }
    if (measure_check(type, value, unit, -1, &low, &high) == MEASURE_IMPOSSIBLE) {
        return error_set_field(err, STATUS_INVALID, "score_before", _("%s %s cannot be in a living person. Look again."),
                               enum_label(ENUM_METRIC_TYPE, (int)type), decimal_format(value, number));
    }
    (void)snprintf(out, DOSE_SCORE_MAX, "%.20s %.10s", decimal_format(value, number), unit);
    return STATUS_OK;
}

enum status dose_score_parse(enum prn_reason reason, const char *text, char out[DOSE_SCORE_MAX], struct error *err)
{
    const struct scale *scale = scale_of(reason);
    out[0] = '\0';
    if (scale == NULL) {
        return STATUS_OK;
    }
    if (text == NULL || text[0] == '\0') {
        return scale->is_required ? error_set_field(err, STATUS_INVALID, "score_before", _("How bad is it now, before the dose? Type 0 to 10, or: not possible."))
                                  : STATUS_OK;
    }
    if (is_not_possible(text)) {
        (void)snprintf(out, DOSE_SCORE_MAX, "%s", DOSE_SCORE_NOT_POSSIBLE);
        return STATUS_OK;
    }
    return scale->measured == METRIC_TYPE_NONE_GIVEN ? parse_score(text, out, err) : parse_measure(scale->measured, text, out, err);
}

const char *dose_score_words(enum prn_reason reason, const char *kept, char buf[DOSE_SCORE_TEXT_MAX])
{
    const struct scale *scale = scale_of(reason);
    buf[0] = '\0';
    if (scale == NULL || kept == NULL || kept[0] == '\0') {
        return buf;
    }
    if (strcmp(kept, DOSE_SCORE_NOT_POSSIBLE) == 0) {
        (void)snprintf(buf, DOSE_SCORE_TEXT_MAX, "%s", _("no score before: not possible"));
    } else {
        /* TRANSLATORS: how bad it was before the dose: "pain 7 before", "temperature 38.6 Cel before" */
        (void)snprintf(buf, DOSE_SCORE_TEXT_MAX, _("%s %s before"),
                       scale->measured == METRIC_TYPE_NONE_GIVEN ? enum_label(ENUM_PRN_REASON, (int)reason)
                                                                 : enum_label(ENUM_METRIC_TYPE, (int)scale->measured),
                       kept);
    }
    text_drop_cut(buf);
    return buf;
}
