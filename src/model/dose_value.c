/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/dose_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "model/enums.h"

/* Amounts and instants travel as strings (decisions.md 17). */
char *dose_values_to_json(const struct dose_value *values, size_t count)
{
    struct json_writer w = JSON_WRITER_INIT;
    if (count == 0) {
        return NULL;
    }
    json_begin_array(&w);
    for (size_t i = 0; i < count; i++) {
        char number[DECIMAL_TEXT_MAX], id[UID_TEXT_MAX], at[24];
        (void)snprintf(at, sizeof at, "%lld", (long long)values[i].at_us); /* fits */
        json_begin_object(&w);
        json_write_member(&w, "type", enum_word(ENUM_METRIC_TYPE, (int)values[i].type));
        json_write_member(&w, "value", decimal_format(values[i].value, number));
        json_write_member(&w, "unit", values[i].unit);
        json_write_member(&w, "at", at);
        json_write_member(&w, "metric", uid_format(values[i].metric, id));
        json_end_object(&w);
    }
    json_end_array(&w);
    char *text = mem_copy_text(w.out.bytes);
    json_writer_release(&w);
    return text;
}

static bool read_one(const struct json *node, struct dose_value *out)
{
    const char *value = json_get_string(node, "value"), *unit = json_get_string(node, "unit"), *at = json_get_string(node, "at"),
               *metric = json_get_string(node, "metric"), *type = json_get_string(node, "type");
    *out = (struct dose_value){.type = (enum metric_type)enum_value(ENUM_METRIC_TYPE, type)};
    if (out->type == METRIC_TYPE_NONE_GIVEN || value == NULL || at == NULL ||
        decimal_parse(value, &out->value, NULL) != STATUS_OK) {
        return false;
    }
    (void)snprintf(out->unit, sizeof out->unit, "%s", unit != NULL ? unit : ""); /* a kept unit: fits */
    out->at_us = strtoll(at, NULL, 10);
    if (metric != NULL && uid_parse(metric, &out->metric, NULL) != STATUS_OK) {
        out->metric = UID_NONE;
    }
    return true;
}

size_t dose_values_from_json(const char *text, struct dose_value out[DOSE_VALUES_MAX])
{
    struct json_document *doc = NULL;
    size_t count = 0;
    if (text == NULL || json_parse(text, strlen(text), &JSON_LIMITS_DEFAULT, 1, &doc, NULL) != STATUS_OK) {
        return 0;
    }
    for (const struct json *node = json_first(json_root(doc)); node != NULL && count < DOSE_VALUES_MAX; node = json_next(node)) {
        count += read_one(node, &out[count]);
    }
    json_free(doc);
    return count;
}

const char *dose_value_words(const struct dose_value *value, const struct zone *zone, char buf[DOSE_VALUE_TEXT_MAX])
{
    char number[DECIMAL_TEXT_MAX];
    char at[ZONE_CLOCK_MAX];
    /* TRANSLATORS: a measurement with its unit and time: "glucose 62 mg/dL at 08:10" */
    (void)snprintf(buf, DOSE_VALUE_TEXT_MAX, _("%s %s%s%s at %s"), enum_label(ENUM_METRIC_TYPE, (int)value->type),
                   decimal_format(value->value, number), value->unit[0] != '\0' ? " " : "", value->unit,
                   zone_clock(zone, value->at_us, at)); /* cut is fine */
    return buf;
}

char *dose_values_words(const struct dose_value *values, size_t count, const struct zone *zone)
{
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < count; i++) {
        char words[DOSE_VALUE_TEXT_MAX];
        buffer_append_format(&out, "%s%s", i > 0 ? ", " : "", dose_value_words(&values[i], zone, words));
    }
    char *text = mem_copy_text(out.bytes != NULL ? out.bytes : "");
    buffer_release(&out);
    return text;
}
