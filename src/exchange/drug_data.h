/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drug data of others, read into plain facts: which two drugs interact, which drug is in a class,
 * what a code or a name stands for. Known files: DDInter downloads (CSV), the ANSM thesaurus of
 * WorldVista (XML and the flattened TSV), WHO ATC (CSV), RxNorm (RXNCONSO.RRF and flattened TSV),
 * the NDC directory and Drugs@FDA (TSV). Nothing is looked up and nothing is stored here. A
 * malformed file is refused by its line, whatever was read before; rows that say nothing usable are
 * counted with the reason. */
#ifndef EXCHANGE_DRUG_DATA_H
#define EXCHANGE_DRUG_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/enums.h"

enum drug_fact_kind {
    DRUG_FACT_PAIR,    /* a and b interact */
    DRUG_FACT_MEMBER,  /* b is in class a */
    DRUG_FACT_CODE,    /* code stands for the product `name` of these ingredients */
    DRUG_FACT_NAME,    /* an ingredient by its name, with its RxCUI in `code` */
    DRUG_FACT_ATC,     /* ingredient `name` has the ATC `code` */
    DRUG_FACT_PRODUCT, /* the brand `name` holds these ingredients */
    DRUG_FACT_KIND_COUNT
};

struct drug_side {
    const char *name;
    const char *rxcui; /* "" none */
    bool is_class;
};

/* Borrowed for the call. Texts that a kind does not have are "". */
struct drug_fact {
    enum drug_fact_kind kind;
    int line;
    struct drug_side a, b;
    enum interaction_type severity;
    const char *effect, *management;
    const char *code; /* "1234", "ndc:00002015201", "ndc9:000020152", "B01AA03" */
    const char *name;
    const char *ingredients; /* names separated by ';', "": the name says them */
    const char *strength, *form, *route;
};

typedef enum status drug_fact_fn(void *to, const struct drug_fact *fact, struct error *err);

#define DRUG_DATA_SKIPS_MAX 12
struct drug_data_skip {
    const char *reason; /* untranslated N_() */
    int count;
};
struct drug_data_account {
    const char *format; /* "DDInter", ... */
    int rows;           /* read, skipped ones included */
    struct drug_data_skip skips[DRUG_DATA_SKIPS_MAX];
    int skip_count;
};
void drug_data_skip(struct drug_data_account *account, const char *reason);

/* Hands every fact to take(), in the order of the file; take() may count into *out. STATUS_INVALID
 * "line N: ..." for a malformed file and for one that is none of these; what take() answers ends
 * the reading. name is the file's, for telling formats apart. */
enum status drug_data_read(const char *name, const char *bytes, size_t len, drug_fact_fn *take,
                           void *to, struct drug_data_account *out, struct error *err) MUST_USE;

#endif
