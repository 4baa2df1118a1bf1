/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the tables of data/drugs: tab-separated, one header line, `#` comments, no quoting. Rows
 * borrow their cells from the table, which owns the bytes of its files. Faults go into a struct
 * compile_report as "file:line: ...". */
#ifndef SAFETY_TABLE_H
#define SAFETY_TABLE_H

#include <stdint.h>

#include "safety/compile.h"

#define TABLE_COLUMNS_MAX 20
#define TABLE_COLUMN_NAME_MAX 32

/* Every table, its base name and its columns in the order of data/drugs/README.md. */
#define TABLE_LIST(X)                                                                      \
    X(INGREDIENTS, "ingredients", "key name rxcui atc synonyms brands routes flags")       \
    X(NAMES, "names", "name rxcui")                                                        \
    X(PRODUCTS, "products", "name ingredients strength form route brands")                 \
    X(PRODUCT_CODES, "product_codes", "rxcui ingredients name strength form route")        \
    X(CLASSES, "classes", "key title text")                                                \
    X(CLASS_MEMBERS, "class_members", "class member")                                      \
    X(CLASS_ROUTES, "class_routes", "class routes")                                        \
    X(INTERACTIONS, "interactions",                                                        \
      "id a b severity evidence onset effect mechanism management conditions")             \
    X(ALLERGY_GROUPS, "allergy_groups", "key title kind synonyms")                         \
    X(ALLERGY_MEMBERS, "allergy_members", "group member")                                  \
    X(ALLERGY_RELATIONS, "allergy_relations", "id group target relation severity text")    \
    X(CONDITION_GROUPS, "condition_groups", "key title synonyms icd10 snomed implies")     \
    X(CONDITION_RULES, "condition_rules",                                                  \
      "id drug condition severity evidence effect mechanism management conditions")        \
    X(DOSES, "doses",                                                                      \
      "id ingredient route population max_single max_daily usual_low unit min_interval_h " \
      "per_kg_day per_kg_single per_kg_max_day age_floor_y note conditions")               \
    X(FOODS, "foods", "id drug food severity evidence effect management conditions")       \
    X(FOOD_NAMES, "food_names", "key title synonyms drug")                                 \
    X(DUPLICATES, "duplicates", "class allowed compartment severity text")                 \
    X(LOOKALIKES, "lookalikes", "name_a name_b tallman_a tallman_b")                       \
    X(WASHOUTS, "washouts", "ingredient days text")                                        \
    X(KIDNEY_STAGES, "kidney_stages", "condition egfr_from egfr_below")                    \
    X(ATC_CODES, "atc_codes", "ingredient atc")                                            \
    X(BRAND_USES, "brand_uses", "name condition")                                          \
    X(INDICATIONS, "indications", "class offers")                                          \
    X(FORMS, "forms", "ingredient salt text")

#define TABLE_CONSTANT(name, base, columns) TABLE_##name,
enum table_kind { TABLE_LIST(TABLE_CONSTANT) TABLE_COUNT };

struct table_row {
    uint16_t file;
    uint32_t line;
    const char *cells[TABLE_COLUMNS_MAX]; /* "" where empty; then source and reviewed */
};

struct table_file {
    char *name; /* "interactions_cardio.tsv" */
    char *bytes;
    enum interaction_type ceiling; /* struct compile_file */
};

struct table {
    enum table_kind kind;
    struct table_row *items;
    size_t len, cap;
    struct table_file *files;
    size_t file_count;
};

int table_column_count(enum table_kind kind); /* source and reviewed included */
const char *table_base_name(enum table_kind kind);
const char *table_column_name(enum table_kind kind, int column, char buf[TABLE_COLUMN_NAME_MAX]);
int table_find_column(enum table_kind kind, const char *name); /* -1 when there is none */

/* The cell of a named column; the column must exist. */
const char *table_cell(const struct table *t, const struct table_row *row, const char *column);

/* Reads BASE.tsv and BASE_*.tsv in the order of the files. Rows of a wrong shape, without source or
 * with a bad date of review are reported and left out. */
void table_read(struct table *t, enum table_kind kind, const struct compile_files *files,
                struct compile_report *report);
void table_release(struct table *t);

void report_error(struct compile_report *report, const struct table *t, const struct table_row *row,
                  const char *column, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void report_note(struct compile_report *report, const struct table *t, const struct table_row *row,
                 const char *column, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Parts of a `;` list, trimmed; *cursor starts at the cell. Copies the next part into buf; false at
 * the end. A part that does not fit is cut and reported as too long by *out_is_cut (may be NULL).
 */
bool table_next_part(const char **cursor, char *buf, size_t size, bool *out_is_cut);

#endif
