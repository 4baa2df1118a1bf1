/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the FHIR reader keeps of one resource between reading it and joining the files: the record,
 * the names that others may call it by, and the references that are not resolved yet. Private to
 * src/exchange/fhir*.c and ccda*.c. */
#ifndef EXCHANGE_FHIR_ITEM_H
#define EXCHANGE_FHIR_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exchange/fhir.h"
#include "exchange/fhir_element.h"

enum fhir_item_kind {
    FHIR_ITEM_NONE = 0, /* counted only */
    FHIR_ITEM_PATIENT,
    FHIR_ITEM_ALLERGY,
    FHIR_ITEM_CONDITION,
    FHIR_ITEM_ORDER,
    FHIR_ITEM_METRICS,
    FHIR_ITEM_DRUG, /* Medication: orders refer to it */
    FHIR_ITEM_NAME, /* Practitioner, PractitionerRole, Organization */
    FHIR_ITEM_COVERAGE,
};

enum fhir_outcome {
    FHIR_READ,
    FHIR_SKIPPED, /* reason says why; the patient's other records stand */
    FHIR_REFUSED, /* error says why; nothing of this patient is taken over */
};

/* Medication.ingredient */
struct fhir_part {
    struct fhir_concept concept;
    struct fhir_reference reference;
    char *strength; /* "500 mg" or "5 mg / 1 mL" or "" */
};

struct fhir_drug {
    struct fhir_concept concept;
    char *form;
    struct {
        struct fhir_part *items;
        size_t len, cap;
    } parts;
};

struct fhir_patient_record {
    struct patient patient;
    bool is_deceased;
};

struct fhir_allergy_record {
    struct allergy allergy;
    enum allergy_status
        assessment; /* ALLERGY_STATUS_NONE_KNOWN or ..._NOT_ASKED: a statement, not an allergy */
};

struct fhir_name_record {
    char *words;
    struct provider provider;   /* of a Practitioner */
    bool is_provider;           /* ... with a name */
    size_t number;              /* in fhir_import.providers, once it is there */
    struct fhir_reference next; /* PractitionerRole.practitioner */
};

struct fhir_item {
    enum fhir_item_kind kind;
    enum fhir_outcome outcome;
    const char *reason; /* FHIR_SKIPPED: translated, static, or `owned_reason` */
    char *owned_reason;
    struct error *error; /* FHIR_REFUSED; owned, NULL otherwise */

    const char *type; /* static: "MedicationRequest" */
    char *id;         /* Resource.id, else of the fullUrl, or "" */
    char *base;       /* address of its server, or "" */
    char *full_url;   /* or "" */
    char *updated;    /* meta.lastUpdated, or "" */
    char *codings;
    char *path; /* of JSON: "entry[3].resource", or "" */
    size_t file;
    int line;
    uint64_t print;
    bool is_version; /* of a history bundle: the newest one counts */
    enum { FHIR_WALK_NONE, FHIR_WALK_OPEN, FHIR_WALK_DONE } walk; /* of a drug's ingredients */
    bool is_used;                                                 /* a drug that an order names */
    bool is_repetition;                                           /* another item stands for it */
    bool is_contained;                                            /* not an entry: never counted */
    size_t owner;                                                 /* of a contained resource */

    struct fhir_reference subject, drug, prescriber, reason_reference;
    struct fhir_warning_list warnings;

    union {
        struct fhir_patient_record *patient;
        struct fhir_allergy_record *allergy;
        struct condition *condition;
        struct order *order;
        struct metric_list *metrics;
        struct fhir_drug *drug;
        struct fhir_name_record *name;
        struct coverage *coverage;
    } of;
};

void fhir_item_release(struct fhir_item *item);
void fhir_item_skip(struct fhir_item *item, const char *reason); /* the first reason stands */
void fhir_item_skip_owned(struct fhir_item *item, char *reason); /* takes the text */
/* What names nobody belongs to no chart; it is counted. */
void fhir_need_subject(struct fhir_item *item);
void fhir_item_refuse(struct fhir_item *item, const struct error *error);

/* Readers of one resource each. They fill item->of, the references, and outcome SKIPPED; refusals
 * stay in `in`. */
void fhir_patient_read(struct fhir_input *in, struct fhir_item *item);
void fhir_allergy_read(struct fhir_input *in, struct fhir_item *item);
void fhir_condition_read(struct fhir_input *in, struct fhir_item *item);
void fhir_request_read(struct fhir_input *in, struct fhir_item *item);   /* MedicationRequest */
void fhir_statement_read(struct fhir_input *in, struct fhir_item *item); /* MedicationStatement */
void fhir_dispense_read(struct fhir_input *in, struct fhir_item *item);  /* MedicationDispense */
void fhir_medication_read(struct fhir_input *in, struct fhir_item *item);
void fhir_name_read(struct fhir_input *in, struct fhir_item *item);
void fhir_coverage_read(struct fhir_input *in, struct fhir_item *item);
void fhir_observation_read(struct fhir_input *in, struct fhir_item *item);

/* HumanName as first and last name ("" and "" when it says nothing). */
void fhir_human_name_read(struct fhir_input *in, const struct json *name, char **out_first,
                          char **out_last);

/* Dosage[]: directions of one order. */
struct fhir_directions {
    struct sig sig;
    char *directions; /* never NULL */
    char *original;   /* what could not be structured, never NULL */
    int64_t start_us, stop_us;
};
void fhir_dosage_read(struct fhir_input *in, const struct json *object, const char *key,
                      struct fhir_directions *out);

/* Timing into sig. False: it says something that sig cannot hold. What is not held in sig is
 * appended to `extras` as words. */
struct fhir_timing {
    struct sig *sig;
    struct buffer *extras;
    int64_t start_us, stop_us;
    bool is_given; /* there was something about time */
};
bool fhir_timing_read(struct fhir_input *in, const struct json *timing, struct fhir_timing *out);

/* "3 per 1 d", in the source's own numbers and codes. */
void fhir_timing_describe(struct fhir_input *in, const struct json *repeat, struct buffer *out);
void fhir_append_codes(struct fhir_input *in, const struct json *object, const char *key,
                       struct buffer *out);

/* A schedule that is kept when needed only: its times become limits. False: that loses a part of it. */
bool fhir_make_as_needed(struct sig *sig);

/* The account of a file. */
void fhir_file_count(struct fhir_file *file, const char *type, bool is_read);
void fhir_file_skip(struct fhir_file *file, const char *type, const char *reason, int line);
void fhir_file_refuse_patient(struct fhir_file *file, const char *what, const struct error *error);
void fhir_warning_add(struct fhir_warning_list *list, size_t file, int line, const char *what,
                      const char *message);
void fhir_file_clear_account(struct fhir_file *file);
void fhir_chart_release(struct fhir_chart *chart);

/* All that was read, file after file, until it is joined. */
struct fhir_stage {
    const struct fhir_options *options;
    struct {
        struct fhir_item *items;
        size_t len, cap;
    } items;
    struct fhir_import import; /* files are filled from the start, charts at the end */
};
void fhir_stage_join(struct fhir_stage *stage);

#endif
