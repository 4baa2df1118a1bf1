/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this site knows of a drug, from its drug tables: names, strengths, classes, with whom and with what it does not go. */
#ifndef SERVICE_DRUG_INFO_H
#define SERVICE_DRUG_INFO_H

#include "service/site.h"
#include "store/drug_table_store.h"

#define DRUG_INFO_PARTS 12

/* One for each ingredient of what was asked for. */
struct drug_info_part {
    struct drug_record record;
    struct drug_partner_list partners; /* interactions that interrupt, worst first */
    struct drug_partner_list foods;
};
struct drug_info {
    struct drug_info_part parts[DRUG_INFO_PARTS];
    int count;
};
void drug_info_release(struct drug_info *info);

/* text: as an order names it. STATUS_NOT_FOUND when nobody knows the drug, or knows it by name only. */
enum status drug_info_get(struct actor *actor, const char *text, struct drug_info *out, struct error *err) MUST_USE;

/* All of it as plain text, a line a fact; caller frees. */
char *drug_info_text(const struct drug_info *info);

#endif
