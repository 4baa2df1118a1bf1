/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The blueprint's drug tables (drugs_master, drug_interactions, drug_food_interactions): what the knowledge in force says,
 * as rows. Derived, so neither sent nor audited row by row; every device fills its own from its knowledge. Writers run
 * inside store_begin(). */
#ifndef STORE_DRUG_TABLE_STORE_H
#define STORE_DRUG_TABLE_STORE_H

#include "base/uid.h"
#include "model/enums.h"
#include "store/store.h"

/* Texts are borrowed for the call; NULL and "" are stored as NULL where the column may be NULL. */
struct drug_row {
    const char *key;  /* "warfarin", "amoxicillin;clavulanate" */
    const char *name, *generic_name;
    const char *brands, *ingredients, *strengths, *forms; /* JSON arrays */
    const char *drug_class, *category, *contraindications;
    const char *rxcui;
};
struct drug_pair_row {
    const char *key_a, *key_b;
    enum interaction_type severity;
    enum evidence_level evidence;
    const char *mechanism, *effect, *management, *rule, *source;
};
struct drug_food_row {
    const char *key, *food;
    enum interaction_type severity;
    const char *effect, *management, *rule, *source;
};

/* Begins anew: pairs and foods go, drugs that no longer exist are marked as gone (orders may point at them). */
enum status drug_tables_begin(struct store *store, int64_t now_us, struct error *err) MUST_USE;
enum status drug_row_put(struct store *store, const struct drug_row *row, const char *version, struct error *err) MUST_USE;
enum status drug_pair_row_put(struct store *store, const struct drug_pair_row *row, const char *version, struct error *err) MUST_USE;
enum status drug_food_row_put(struct store *store, const struct drug_food_row *row, const char *version, struct error *err) MUST_USE;

/* The id of a drug's row follows from its key: the same on every device. */
struct uid drug_row_id(const char *key);

/* --- reading: the drug information page --- */

struct drug_record {
    char *key, *name, *brands, *strengths, *forms, *drug_class, *category, *contraindications, *rxcui, *version;
};
void drug_record_release(struct drug_record *record);
enum status drug_record_get(struct store *store, const char *key, struct drug_record *out, struct error *err) MUST_USE;

struct drug_partner {
    char *name; /* the other drug, or the food */
    enum interaction_type severity;
    char *effect, *management, *source;
};
struct drug_partner_list {
    struct drug_partner *items;
    size_t len, cap;
};
void drug_partner_list_release(struct drug_partner_list *list);
/* Worst first, then by name. */
enum status drug_partner_list_get(struct store *store, const char *key, int limit, struct drug_partner_list *out,
                                  struct error *err) MUST_USE;
enum status drug_food_list_get(struct store *store, const char *key, struct drug_partner_list *out, struct error *err) MUST_USE;
/* How many rows the three tables hold, for status and tests. */
struct drug_table_counts {
    int64_t drugs, pairs, foods;
};
enum status drug_table_counts_get(struct store *store, struct drug_table_counts *out, struct error *err) MUST_USE;

#endif
