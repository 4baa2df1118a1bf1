/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way through one file: which resources it holds, and which of them are read, staged or only
 * counted. Private to src/exchange/fhir*.c. */
#ifndef EXCHANGE_FHIR_WALK_H
#define EXCHANGE_FHIR_WALK_H

#include "exchange/fhir_item.h"

struct fhir_reader {
    struct fhir_stage stage;
    const struct fhir_limits *limits;
    size_t entries;      /* of all files */
    bool is_all_bundles; /* so far */
};

/* One file while it is read. */
struct fhir_walk {
    struct fhir_reader *reader;
    size_t file;
    const char *name;
    struct error *err;
    int bundle_depth;
    bool is_lines;           /* NDJSON */
    const char *bundle_type; /* of the innermost bundle, or "" */
    struct buffer path;      /* of JSON, to what is being read; released by the owner */
};

/* A document of one resource, of any type. On failure the whole file is refused. */
enum status fhir_walk_root(struct fhir_walk *w, const struct json *root) MUST_USE;

/* A web address, a type or an id, safe to show. The caller frees. */
char *fhir_clean_name(const char *text);

#endif
