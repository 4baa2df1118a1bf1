/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of other people's drug data (exchange/drug_data.h) into tables of the form of data/drugs, named after what the
 * knowledge in force calls things. What cannot be named is counted with the reason and left out; nothing is guessed. */
#ifndef SERVICE_KNOWLEDGE_CONVERT_H
#define SERVICE_KNOWLEDGE_CONVERT_H

#include "base/date.h"
#include "exchange/drug_data.h"
#include "safety/compile.h"
#include "safety/knowledge.h"

struct conversion;

struct conversion_counts {
    int rules, classes, members, codes, names, brands, atc;
};

/* set: lower-case letters, digits and '_': the beginning of every id and class key. k outlives the conversion. */
struct conversion *conversion_new(const struct knowledge *k, const char *set, struct date today);
void conversion_free(struct conversion *conversion);
/* The file that the next facts come from; account (borrowed) is where what is left out is counted. */
void conversion_file(struct conversion *conversion, const char *name, struct drug_data_account *account);
enum status conversion_take(void *conversion, const struct drug_fact *fact, struct error *err); /* a drug_fact_fn */
/* Adds the tables to *files, each with this ceiling. */
struct conversion_counts conversion_finish(struct conversion *conversion, enum interaction_type ceiling,
                                           struct compile_files *files);

#endif
