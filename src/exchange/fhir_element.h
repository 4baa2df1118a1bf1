/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed access to the elements of one FHIR resource. What is absent or null gives "nothing"; what
 * is there in the wrong shape is remembered as the resource's refusal (the first one stands), so
 * that a reader runs on and asks once at its end. Every text passes text_clean() here. Strings
 * given out are owned by the caller unless they are `const`. */
#ifndef EXCHANGE_FHIR_ELEMENT_H
#define EXCHANGE_FHIR_ELEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/json.h"
#include "exchange/fhir.h"

#define FHIR_NAME_MAX 200
#define FHIR_CODE_MAX 200
#define FHIR_TEXT_MAX 4000

enum fhir_shape { FHIR_OBJECT, FHIR_ARRAY, FHIR_STRING, FHIR_NUMBER, FHIR_BOOLEAN };

/* One resource while it is read. */
struct fhir_input {
    const struct fhir_options *options;
    const char *file_name;
    const char *type; /* "MedicationRequest" */
    const char *
        where; /* the element that is being read, for messages: "dosageInstruction.timing", or "" */
    const char *path; /* of the resource in its file: "entry[3].resource", or "" */
    const struct json *resource;
    bool is_refused; /* error holds the first reason */
    struct error error;
    struct fhir_warning_list warnings; /* `what` and `file` are filled in later */
};

/* "file, line 12, MedicationRequest.subject at entry[3].resource.subject: why" */
enum status fhir_say_where(struct error *err, enum status status, const char *file_name, int line,
                           const char *field, const char *path, const char *why);

/* The first refusal stands. `key` may be "". `why` is a translated sentence. */
void fhir_refuse(struct fhir_input *in, const struct json *at, const char *key, const char *why);
void fhir_warn(struct fhir_input *in, const struct json *at, const char *message);

/* NULL when absent or null; refused when it has another shape. */
const struct json *fhir_get(struct fhir_input *in, const struct json *object, const char *key,
                            enum fhir_shape shape);
/* Members of an array that are objects; others are refused, null is passed over: for (n =
 * fhir_first(...); n; n = fhir_next(...)). */
const struct json *fhir_first(struct fhir_input *in, const struct json *object, const char *key);
const struct json *fhir_next(struct fhir_input *in, const struct json *member);

/* Never NULL: "" when absent. A warning tells when it was cut. */
char *fhir_text(struct fhir_input *in, const struct json *object, const char *key,
                size_t max_bytes);
char *fhir_lines(struct fhir_input *in, const struct json *object, const char *key,
                 size_t max_bytes); /* keeps \n */
const char *fhir_code(struct fhir_input *in, const struct json *object,
                      const char *key); /* raw; NULL when absent */
bool fhir_is_true(struct fhir_input *in, const struct json *object, const char *key);

/* "2014", "2014-05", "2014-05-01", or the day of a date-time as it was written there. No date when
 * absent. */
struct date fhir_date(struct fhir_input *in, const struct json *object, const char *key);
/* 0 when absent. A date without a time is the start of its day (is_end: of the next one) in the
 * zone of the options. */
int64_t fhir_instant(struct fhir_input *in, const struct json *object, const char *key,
                     bool is_end);

/* False when absent. Text in quotes is a number too; more than 15 digits are refused (decisions.md
 * 17). */
bool fhir_decimal(struct fhir_input *in, const struct json *object, const char *key,
                  struct decimal *out);
/* The same for measurements: more digits than can be kept are rounded to 3 places; *out_text is
 * then what stood there. */
bool fhir_measure(struct fhir_input *in, const struct json *object, const char *key,
                  struct decimal *out, char **out_text);
/* -1 when absent; whole and at most `most`, else refused. */
int fhir_count(struct fhir_input *in, const struct json *object, const char *key, int most);

/* A CodeableConcept: the best coding for a purpose, and all of them. */
struct fhir_concept {
    char *words;  /* its text, else a display, else the code; "" when it says nothing */
    char *system; /* fhir_system_word(), "" without a coding */
    char *code;
    char *codings; /* "system|code|display" lines */
};
/* `systems`: words of fhir_system_word() in order of preference, NULL at the end. Accepts node ==
 * NULL. */
void fhir_concept_read(struct fhir_input *in, const struct json *node, const char *const *systems,
                       struct fhir_concept *out);
void fhir_concept_release(struct fhir_concept *concept);
/* Code of the coding whose system ends in `suffix`, else of one without system; NULL when there is
 * none. Borrowed. */
const char *fhir_concept_code(struct fhir_input *in, const struct json *node, const char *suffix);
/* True when a coding has this system word and one of the codes. */
bool fhir_concept_has(struct fhir_input *in, const struct json *node, const char *system,
                      const char *const *codes);

/* Other releases write a code as plain text (STU3) or wrap a concept or reference into an object
 * (R5's CodeableReference): the part that is asked for, whatever the shape. NULL when absent. */
const char *fhir_any_code(struct fhir_input *in, const struct json *object, const char *key,
                          const char *suffix);
const struct json *fhir_concept_in(struct fhir_input *in, const struct json *node);
const struct json *fhir_reference_in(struct fhir_input *in, const struct json *node);

/* Texts of an array of Annotation, CodeableConcept... joined by "; ". */
void fhir_append(struct buffer *out, const char *separator, const char *text);
void fhir_append_notes(struct fhir_input *in, const struct json *object, struct buffer *out);
void fhir_append_concepts(struct fhir_input *in, const struct json *object, const char *key,
                          struct buffer *out);

/* A Reference, not yet resolved. */
struct fhir_reference {
    char *target;     /* "Patient/17", "urn:uuid:...", "#med", or NULL */
    char *type;       /* Reference.type, or NULL */
    char *identifier; /* "system|value" of a logical reference, or NULL */
    char *display;    /* or NULL */
    int line;
};
void fhir_reference_read(struct fhir_input *in, const struct json *node,
                         struct fhir_reference *out);
void fhir_reference_release(struct fhir_reference *reference);
bool fhir_reference_is_empty(
    const struct fhir_reference *reference); /* neither target nor identifier */

/* FNV-1a over the whole tree: two equal resources have equal prints. */
uint64_t fhir_print(const struct json *node);

/* The first modifierExtension or implicitRules in the tree; such a resource must not be acted on
 * (FHIR 2.4.0.0.2). */
const struct json *fhir_find_modifier(const struct json *node, const char **out_url);

#endif
