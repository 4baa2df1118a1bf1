/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doses_observe.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "model/metric.h"
#include "service/metrics.h"
#include "store/metric_store.h"

static int max_age_min(const struct site *site, enum metric_type type, bool is_scale)
{
    switch (type) {
    case METRIC_TYPE_GLUCOSE:
        return (int)settings_number(&site->settings, is_scale ? SETTING_SCALE_AGE : SETTING_VITALS_AGE);
    case METRIC_TYPE_CREATININE:
    case METRIC_TYPE_EGFR:
    case METRIC_TYPE_POTASSIUM:
    case METRIC_TYPE_INR:
    case METRIC_TYPE_HBA1C:
        return (int)settings_number(&site->settings, SETTING_LABS_AGE) * 60;
    default:
        return (int)settings_number(&site->settings, SETTING_VITALS_AGE);
    }
}

/* A measurement of a little later than the dose was looked at before it: clocks and typing are not exact. */
#define AHEAD_US (2 * US_PER_MINUTE)

static enum status look(struct site *site, struct uid patient, enum metric_type type, int64_t at_us, int age_min,
                        struct dose_observed *out, struct error *err)
{
    struct metric_list list = {0};
    enum status status = metric_list_get(site->store, patient, type, at_us + AHEAD_US, 1, &list, err);
    *out = (struct dose_observed){.is.type = type};
    if (status == STATUS_OK && list.len > 0 && at_us - list.items[0].at_us <= age_min * US_PER_MINUTE) {
        const struct metric *metric = &list.items[0];
        out->is_there = true;
        out->is.metric = metric->id;
        out->is.value = metric->value;
        (void)snprintf(out->is.unit, sizeof out->is.unit, "%s", metric->unit); /* a kept unit: fits */
        out->is.at_us = metric->at_us;
    }
    metric_list_release(&list);
    return status;
}

static void miss(struct site *site, struct dose_observations *o, enum metric_type type, bool is_scale)
{
    if (!o->is_missing) {
        o->is_missing = true;
        o->missing = type;
        o->max_age_min = max_age_min(site, type, is_scale);
    }
}

/* One look for each measurement, whatever asks for it. */
static enum status find(struct site *site, struct uid patient, enum metric_type type, int64_t at_us, bool is_scale,
                        struct dose_observations *o, const struct dose_observed **out, struct error *err)
{
    for (size_t i = 0; i < o->count && !is_scale; i++) {
        if (o->items[i].is.type == type) {
            *out = &o->items[i];
            return STATUS_OK;
        }
    }
    struct dose_observed *item = &o->items[o->count++];
    *out = item;
    enum status status = look(site, patient, type, at_us, max_age_min(site, type, is_scale), item, err);
    if (status == STATUS_OK && !item->is_there) {
        miss(site, o, type, is_scale);
    }
    return status;
}

static enum status apply_holds(struct site *site, const struct sig *sig, struct uid patient, int64_t at_us,
                               struct dose_observations *o, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sig->hold_count && status == STATUS_OK; i++) {
        const struct hold_rule *rule = &sig->holds[i];
        const struct dose_observed *seen;
        char words[OBSERVATION_TEXT_MAX], value[DOSE_VALUE_TEXT_MAX];
        bool is_comparable = false;
        status = find(site, patient, rule->type, at_us, false, o, &seen, err);
        if (status != STATUS_OK || !seen->is_there) {
            continue;
        }
        bool is_met = hold_rule_is_met(rule, seen->is.value, seen->is.unit, &is_comparable);
        if (!is_comparable) { /* in a unit that says nothing to the rule: as if it were not there */
            miss(site, o, rule->type, false);
        } else if (is_met && !o->is_met) {
            o->is_met = true;
            (void)snprintf(o->words, sizeof o->words, _("HOLD: %s; the order says hold if %s."), dose_value_words(&seen->is, site->zone, value),
                           hold_rule_words(rule, words)); /* cut is fine */
        }
    }
    return status;
}

static enum status apply_scale(struct site *site, const struct sig *sig, struct uid patient, int64_t at_us,
                               struct dose_observations *o, struct error *err)
{
    const struct dose_observed *seen;
    char value[DOSE_VALUE_TEXT_MAX], dose[DOSE_AMOUNT_TEXT_MAX];
    if (sig->scale.count == 0) {
        return STATUS_OK;
    }
    enum status status = find(site, patient, sig->scale.type, at_us, true, o, &seen, err);
    if (status != STATUS_OK || !seen->is_there) {
        return status;
    }
    const struct scale_band *band = scale_find(&sig->scale, seen->is.value, seen->is.unit);
    if (band == NULL) {
        miss(site, o, sig->scale.type, true);
        return STATUS_OK;
    }
    (void)dose_value_words(&seen->is, site->zone, value);
    o->has_dose = band->action == SCALE_DOSE;
    o->dose = band->dose;
    o->is_call = band->action == SCALE_CALL;
    bool is_nothing = band->action == SCALE_HOLD || (o->has_dose && decimal_is_zero(band->dose));
    if (o->is_met) {
        return STATUS_OK; /* a hold rule has spoken already */
    }
    o->is_met = is_nothing;
    if (o->is_call) {
        (void)snprintf(o->words, sizeof o->words, _("CALL the prescriber: %s; the scale gives no dose."), value); /* cut is fine */
    } else if (is_nothing) {
        (void)snprintf(o->words, sizeof o->words, _("HOLD: %s; by the scale nothing is given."), value); /* cut is fine */
    } else {
        (void)snprintf(o->words, sizeof o->words, _("%s: the scale gives %s."), value,
                       dose_amount_format(band->dose, sig->unit, dose)); /* cut is fine */
    }
    return STATUS_OK;
}

enum status dose_observe(struct site *site, const struct sig *sig, struct uid patient, int64_t at_us,
                         struct dose_observations *out, struct error *err)
{
    *out = (struct dose_observations){0};
    enum status status = apply_holds(site, sig, patient, at_us, out, err);
    if (status == STATUS_OK) {
        status = apply_scale(site, sig, patient, at_us, out, err);
    }
    if (status == STATUS_OK && out->is_missing && !out->is_met) {
        (void)snprintf(out->words, sizeof out->words, _("Measure first: %s, at most %d min old, decides about this dose."),
                       enum_label(ENUM_METRIC_TYPE, (int)out->missing), out->max_age_min); /* cut is fine */
    }
    return status;
}

void dose_observations_keep(const struct dose_observations *seen, struct dose_event *event)
{
    event->value_count = 0;
    for (size_t i = 0; i < seen->count; i++) {
        bool is_twice = false; /* a hold rule and the scale asked for the same one */
        for (size_t k = 0; k < event->value_count; k++) {
            is_twice = is_twice || uid_compare(event->values[k].metric, seen->items[i].is.metric) == 0;
        }
        if (seen->items[i].is_there && !is_twice) {
            event->values[event->value_count++] = seen->items[i].is;
        }
    }
}
