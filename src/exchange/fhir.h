/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads FHIR R4 JSON: bundles of any type, single resources and NDJSON, one file or a set of files
 * that refer to one another. The result is one chart a patient, with where each record stood, and
 * an account of every entry: read or skipped with a reason, nothing in between. A file is taken as
 * a whole or refused; a patient too. Nothing is stored here, no clock is read, nothing of a refused
 * file or patient is in the result. Memory is bounded by the limits; NDJSON is read a line at a
 * time. */
#ifndef EXCHANGE_FHIR_H
#define EXCHANGE_FHIR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json.h"
#include "base/uid.h"
#include "base/zone.h"
#include "model/allergy.h"
#include "model/care.h"
#include "model/condition.h"
#include "model/metric.h"
#include "model/order.h"
#include "model/patient.h"

struct fhir_reader;

/* Wall times for directions that only say how often or at which meal: minutes after midnight. The
 * word that was ordered stays in sig.timing_word, so that a site can put its own times later. */
struct fhir_times {
    uint16_t daily[6][6]; /* [n - 1]: n times a day */
    uint16_t wake, breakfast, morning, lunch, noon, afternoon, dinner, evening, night, bedtime;
};
extern const struct fhir_times FHIR_TIMES_DEFAULT;

struct fhir_limits {
    struct json_limits json; /* one document: a bundle, a resource, a line of NDJSON */
    size_t max_entries;      /* of all files together */
    size_t max_kept;         /* records that wait for the end, about 2 kB each */
};
extern const struct fhir_limits FHIR_LIMITS_DEFAULT;

/* A name-based id: equal names give equal ids (crypt/derived_id in the program). */
typedef struct uid (*fhir_derive_fn)(void *context, const char *name);
/* Whether an earlier import brought this patient. */
typedef bool (*fhir_knows_fn)(void *context, struct uid patient);

struct fhir_options {
    const char *source;      /* the system that ids without an address belong to; NULL is "" */
    const struct zone *zone; /* of dates without a time; NULL is UTC */
    const struct fhir_times *times;   /* NULL: FHIR_TIMES_DEFAULT */
    const struct fhir_limits *limits; /* NULL: FHIR_LIMITS_DEFAULT */
    fhir_derive_fn derive;
    void *derive_context;
    bool keeps_dispenses; /* a MedicationDispense is an order too, its reason says what was handed over when: not for a chart */
    fhir_knows_fn knows; /* NULL: records of a patient who is in no file are handed over as well */
    void *knows_context;
};

/* Where a record came from; parallel to the list of the records. */
struct fhir_origin {
    char *source_id;  /* "system|Type|id": names the record's id ("...|systolic" where one resource
                         gives two) */
    char *codings;    /* every code of the source, a line each: "system|code|display" */
    const char *type; /* static: "MedicationStatement" */
    size_t entry;     /* records of one entry share its number */
    size_t file;      /* in fhir_import.files */
    int line;
};
struct fhir_origin_list {
    struct fhir_origin *items;
    size_t len, cap;
};

/* What a person should know about a record that was read, or about one that is missing from the
 * chart. */
struct fhir_warning {
    size_t file;
    int line;
    char *what;    /* "MedicationRequest/17" */
    char *message; /* one translated sentence */
};
struct fhir_warning_list {
    struct fhir_warning *items;
    size_t len, cap;
};

/* What a file says that is no record: read it as text. */
struct fhir_note {
    char *what;         /* title of its section, type of the resource */
    char *text;
    char *reason;       /* translated */
    size_t entries;     /* of the file; 0: a section that is text only */
};
struct fhir_note_list {
    struct fhir_note *items;
    size_t len, cap;
};

/* Somebody who cares for the patient: named as general practitioner, or prescribed. */
struct fhir_carer {
    struct uid id;   /* of the relationship */
    size_t provider; /* in fhir_import.providers */
    bool is_primary_care;
};
struct fhir_carer_list {
    struct fhir_carer *items;
    size_t len, cap;
};

/* Records are ready to be written except for what only the site knows: recorded_at_us and start_us
 * are 0 where the source gives none, allergen_key and ingredients are "" (the knowledge base codes
 * them from code and origin.codings). An order's version id is derived from its content too: an
 * order that changed at the source comes with the same id and a new version, whose parent the
 * caller sets. */
struct fhir_chart {
    bool has_patient; /* false: the records name a patient who is in no file; patient.id is derived
                         alike, so that fhir_options.knows can tell whether an earlier import
                       brought this person */
    bool is_deceased; /* may be true without patient.death_date */
    struct patient
        patient; /* mrn is the first MR identifier; weight and height are the latest of metrics */
    struct fhir_origin origin; /* of the patient */
    struct allergy_list allergies;
    struct condition_list conditions;
    struct order_list orders;
    struct metric_list metrics;
    struct coverage_list coverages;
    struct fhir_carer_list carers;
    struct fhir_origin_list allergy_origins, condition_origins, order_origins, metric_origins,
        coverage_origins;
    struct fhir_warning_list warnings;
    struct fhir_note_list notes; /* of C-CDA: every entry that is in none of the lists above; of FHIR: the orders, allergies
                                    and problems that were skipped */
};
struct fhir_chart_list {
    struct fhir_chart *items;
    size_t len, cap;
};

struct fhir_count {
    char *type; /* "MedicationRequest" */
    size_t read, skipped;
};
struct fhir_skip {
    char *what;   /* resource type, or what stood in its place */
    char *reason; /* one translated sentence */
    size_t count;
    int first_line;
};
/* A patient of whom nothing was taken over. */
struct fhir_refusal {
    char *what;         /* "Patient/17" */
    struct error error; /* file, line, field and why, in one sentence */
};

/* One file's account: entries == the sum of read and skipped of `counts`; skipped == the sum over
 * `skips`. */
struct fhir_file {
    char *name;
    bool is_refused;
    struct error error; /* of a refused file: the sentence; its counts are all zero */
    size_t entries, read, skipped, patients; /* patients: of this file, taken over */
    struct {
        struct fhir_count *items;
        size_t len, cap;
    } counts;
    struct {
        struct fhir_skip *items;
        size_t len, cap;
    } skips;
    struct {
        struct fhir_refusal *items;
        size_t len, cap;
    } refusals;
    struct fhir_warning_list
        warnings; /* about the file: one page of several, the server reported an error */
};

struct fhir_import {
    struct fhir_chart_list charts;
    struct provider_list providers; /* an NPI gives the same id whatever the source */
    struct fhir_origin_list provider_origins;
    struct {
        struct fhir_file *items;
        size_t len, cap;
    } files;
};

/* options and what it points to must outlive the reader. */
struct fhir_reader *fhir_reader_new(const struct fhir_options *options);
void fhir_reader_free(struct fhir_reader *reader);

/* Adds one file (or text under a name) to the set. On failure the file is refused: nothing of it
 * will be in the result, its account says why, and further files may be added. */
enum status fhir_reader_add_file(struct fhir_reader *reader, const char *path,
                                 struct error *err) MUST_USE;
enum status fhir_reader_add_text(struct fhir_reader *reader, const char *name, const char *bytes,
                                 size_t len_bytes, struct error *err) MUST_USE;

/* True when all that was added says whose it is and the person is among it: it can be joined by
 * itself. A bundle with its patient does, a file of bulk data or a single resource does not. */
bool fhir_reader_is_complete(const struct fhir_reader *reader);
/* Moves all that was added to `from` behind what `to` holds; `from` is empty afterwards.
 * STATUS_LIMIT: both are as they were. */
enum status fhir_reader_move(struct fhir_reader *from, struct fhir_reader *to,
                             struct error *err) MUST_USE;

/* Joins what the files say about each patient. The reader is spent afterwards. Caller releases
 * *out. */
void fhir_reader_finish(struct fhir_reader *reader, struct fhir_import *out);

void fhir_import_release(struct fhir_import *import);

#endif
