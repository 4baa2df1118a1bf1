/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of drug data share. Only src/exchange/drug_data*.c includes it. */
#ifndef EXCHANGE_DRUG_DATA_FORMAT_H
#define EXCHANGE_DRUG_DATA_FORMAT_H

#include "exchange/drug_data.h"

struct drug_reader {
    drug_fact_fn *take;
    void *to;
    struct drug_data_account *account;
    struct error *err;
};

/* The severity in the words of the ANSM thesaurus, with the misspellings that its files hold;
 * INTERACTION_TYPE_NONE_GIVEN for what is no severity. */
enum interaction_type drug_data_ansm_severity(const char *text);

enum status drug_data_fail(struct drug_reader *r, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* drug_data_xml.c */
enum status drug_data_read_xml(struct drug_reader *r, const char *bytes, size_t len);

#endif
