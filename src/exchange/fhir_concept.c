/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_element.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "exchange/fhir_code.h"

#define CODINGS_MAX 32
#define DISPLAY_MAX 400

static size_t rank_of(const char *system, const char *const *systems)
{
    size_t rank = 0;
    while (systems[rank] && strcmp(systems[rank], system) != 0) {
        rank++;
    }
    return rank;
}

static void put(char **member, char *text)
{
    mem_free(*member);
    *member = text;
}

/* A bar or a line end inside would shift the columns of a codings line. */
static void flatten(char *text)
{
    for (; *text; text++) {
        if (*text == '|' || *text == '\n') {
            *text = ' ';
        }
    }
}

static void add_line(struct buffer *codings, const char *system, char *code, const char *display)
{
    char *flat = mem_copy_text(display);
    flatten(flat);
    flatten(code);
    buffer_append_format(codings, "%s|%s|%s\n", system, code, flat);
    mem_free(flat);
}

void fhir_concept_read(struct fhir_input *in, const struct json *node, const char *const *systems,
                       struct fhir_concept *out)
{
    struct buffer codings = BUFFER_INIT;
    char *best_display = mem_copy_text("");
    size_t best = SIZE_MAX;
    int count = 0;
    *out = (struct fhir_concept){.words = fhir_text(in, node, "text", DISPLAY_MAX),
                                 .system = mem_copy_text(""),
                                 .code = mem_copy_text("")};
    for (const struct json *coding = fhir_first(in, node, "coding"); coding;
         coding = fhir_next(in, coding)) {
        char *uri = fhir_text(in, coding, "system", FHIR_CODE_MAX);
        char *code = fhir_text(in, coding, "code", FHIR_CODE_MAX);
        char *display = fhir_text(in, coding, "display", DISPLAY_MAX);
        const char *system = fhir_system_word(uri);
        size_t rank = rank_of(system, systems) * 2 + (*display ? 0 : 1);
        if ((*code || *display) && count++ < CODINGS_MAX) {
            add_line(&codings, system, code, display);
        }
        if (*code && rank < best) {
            best = rank;
            put(&out->system, mem_copy_text(system));
            put(&out->code, mem_copy_text(code));
        }
        if (*display && (!*best_display || rank == best)) {
            put(&best_display, mem_copy_text(display));
        }
        mem_free(uri);
        mem_free(code);
        mem_free(display);
    }
    if (!*out->words && *best_display) {
        put(&out->words, mem_copy_text(best_display));
    } else if (!*out->words && *out->code) {
        put(&out->words, mem_format("%s%s%s", out->system, *out->system ? " " : "", out->code));
    }
    mem_free(best_display);
    out->codings = buffer_take(&codings);
}

void fhir_concept_release(struct fhir_concept *concept)
{
    mem_free(concept->words);
    mem_free(concept->system);
    mem_free(concept->code);
    mem_free(concept->codings);
    *concept = (struct fhir_concept){0};
}

static bool ends_with(const char *text, const char *suffix)
{
    size_t len = strlen(text), tail = strlen(suffix);
    return len >= tail && strcmp(text + len - tail, suffix) == 0;
}

const char *fhir_concept_code(struct fhir_input *in, const struct json *node, const char *suffix)
{
    const char *bare = NULL;
    for (const struct json *coding = fhir_first(in, node, "coding"); coding;
         coding = fhir_next(in, coding)) {
        const char *system = fhir_code(in, coding, "system");
        const char *code = fhir_code(in, coding, "code");
        if (code && system && ends_with(system, suffix)) {
            return code;
        }
        if (code && !system && !bare) {
            bare = code;
        }
    }
    return bare;
}

bool fhir_concept_has(struct fhir_input *in, const struct json *node, const char *system,
                      const char *const *codes)
{
    for (const struct json *coding = fhir_first(in, node, "coding"); coding;
         coding = fhir_next(in, coding)) {
        const char *code = fhir_code(in, coding, "code");
        bool is_system = strcmp(fhir_system_word(fhir_code(in, coding, "system")), system) == 0;
        for (size_t i = 0; code && is_system && codes[i]; i++) {
            if (strcmp(codes[i], code) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* --- other releases --- */

const char *fhir_any_code(struct fhir_input *in, const struct json *object, const char *key,
                          const char *suffix)
{
    const struct json *node = json_get(object, key);
    return json_is_string(node)
               ? json_string(node)
               : fhir_concept_code(in, fhir_get(in, object, key, FHIR_OBJECT), suffix);
}

const struct json *fhir_concept_in(struct fhir_input *in, const struct json *node)
{
    bool is_wrapped = json_get(node, "concept") || json_get(node, "reference");
    return is_wrapped ? fhir_get(in, node, "concept", FHIR_OBJECT) : node;
}

const struct json *fhir_reference_in(struct fhir_input *in, const struct json *node)
{
    return json_is_object(json_get(node, "reference"))
               ? fhir_get(in, node, "reference", FHIR_OBJECT)
               : NULL;
}

/* --- references --- */

static char *text_or_null(struct fhir_input *in, const struct json *object, const char *key,
                          size_t max_bytes)
{
    char *text = fhir_text(in, object, key, max_bytes);
    if (*text) {
        return text;
    }
    mem_free(text);
    return NULL;
}

void fhir_reference_read(struct fhir_input *in, const struct json *node, struct fhir_reference *out)
{
    *out = (struct fhir_reference){.line = json_line(node)};
    if (!node) {
        return;
    }
    out->target = text_or_null(in, node, "reference", FHIR_TEXT_MAX);
    out->type = text_or_null(in, node, "type", FHIR_CODE_MAX);
    out->display = text_or_null(in, node, "display", FHIR_NAME_MAX);
    const struct json *identifier = fhir_get(in, node, "identifier", FHIR_OBJECT);
    char *value = text_or_null(in, identifier, "value", FHIR_CODE_MAX);
    if (value) {
        char *system = fhir_text(in, identifier, "system", FHIR_CODE_MAX);
        out->identifier = mem_format("%s|%s", system, value);
        mem_free(system);
    }
    mem_free(value);
}

void fhir_reference_release(struct fhir_reference *reference)
{
    mem_free(reference->target);
    mem_free(reference->type);
    mem_free(reference->identifier);
    mem_free(reference->display);
    *reference = (struct fhir_reference){0};
}

bool fhir_reference_is_empty(const struct fhir_reference *reference)
{
    return !reference->target && !reference->identifier;
}
