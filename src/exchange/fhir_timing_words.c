/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Timing in words, in the source's own numbers and codes: for directions that sig cannot hold. */
#include "exchange/fhir_item.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

static void append_number(struct fhir_input *in, const struct json *object, const char *key,
                          struct buffer *words)
{
    struct decimal value;
    char digits[DECIMAL_TEXT_MAX];
    if (fhir_decimal(in, object, key, &value)) {
        fhir_append(words, " ", decimal_format(value, digits));
    }
}

void fhir_append_codes(struct fhir_input *in, const struct json *object, const char *key,
                       struct buffer *words)
{
    const struct json *list = fhir_get(in, object, key, FHIR_ARRAY);
    for (const struct json *node = json_first(list); node; node = json_next(node)) {
        const char *raw = json_string(node);
        if (raw) {
            char *text = text_clean(raw, strlen(raw), 40, TEXT_LINE, NULL);
            fhir_append(words, " ", text);
            mem_free(text);
        } else if (!json_is_null(node)) {
            fhir_refuse(in, node, key, _("the members of this list must be texts."));
        }
    }
}

static void append_period(struct fhir_input *in, const struct json *bounds, struct buffer *words)
{
    const char *start = fhir_code(in, bounds, "start");
    const char *end = fhir_code(in, bounds, "end");
    if (start || end) {
        char *raw = mem_format(_("from %s to %s"), start ? start : "?", end ? end : "?");
        char *text = text_clean(raw, strlen(raw), FHIR_CODE_MAX, TEXT_LINE, NULL);
        fhir_append(words, "; ", text);
        mem_free(text);
        mem_free(raw);
    }
}

static void append_span(struct fhir_input *in, const struct json *node, struct buffer *words)
{
    struct buffer span = BUFFER_INIT;
    append_number(in, node, "value", &span);
    char *unit = fhir_text(in, node, json_get(node, "unit") ? "unit" : "code", FHIR_CODE_MAX);
    fhir_append(&span, " ", unit);
    mem_free(unit);
    fhir_append(words, " ", span.bytes);
    buffer_release(&span);
}

void fhir_timing_describe(struct fhir_input *in, const struct json *repeat, struct buffer *out)
{
    struct buffer words = BUFFER_INIT;
    if (json_get(repeat, "count")) {
        fhir_append(&words, "; ", _("number of doses:"));
        append_number(in, repeat, "count", &words);
    }
    append_number(in, repeat, "frequency", &words);
    append_number(in, repeat, "frequencyMax", &words);
    if (json_get(repeat, "period")) {
        fhir_append(&words, " ", _("per"));
        append_number(in, repeat, "period", &words);
        append_number(in, repeat, "periodMax", &words);
        char *unit = fhir_text(in, repeat, "periodUnit", FHIR_CODE_MAX);
        fhir_append(&words, " ", unit);
        mem_free(unit);
    }
    fhir_append_codes(in, repeat, "dayOfWeek", &words);
    fhir_append_codes(in, repeat, "timeOfDay", &words);
    fhir_append_codes(in, repeat, "when", &words);
    if (json_get(repeat, "offset")) {
        fhir_append(&words, " ", _("offset in minutes:"));
        append_number(in, repeat, "offset", &words);
    }
    if (json_get(repeat, "duration")) {
        fhir_append(&words, "; ", _("each over"));
        append_number(in, repeat, "duration", &words);
        char *unit = fhir_text(in, repeat, "durationUnit", FHIR_CODE_MAX);
        fhir_append(&words, " ", unit);
        mem_free(unit);
    }
    append_period(in, fhir_get(in, repeat, "boundsPeriod", FHIR_OBJECT), &words);
    const struct json *span = fhir_get(in, repeat, "boundsDuration", FHIR_OBJECT);
    const struct json *range = fhir_get(in, repeat, "boundsRange", FHIR_OBJECT);
    if (span || range) {
        fhir_append(&words, "; ", _("for"));
        append_span(in, span ? span : fhir_get(in, range, "low", FHIR_OBJECT), &words);
        if (range) {
            fhir_append(&words, " ", "-");
            append_span(in, fhir_get(in, range, "high", FHIR_OBJECT), &words);
        }
    }
    fhir_append(out, "; ", words.bytes);
    buffer_release(&words);
}
