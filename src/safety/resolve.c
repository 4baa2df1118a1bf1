/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allergens, conditions and foods: whole names after folding, or codes. */
#include "safety/resolve.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "safety/knowledge_format.h"

#define CODE_MAX 16

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t end_len = strlen(end);
    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

/* Takes words off that say only that this is an allergy or a condition. Works in place on folded
 * text. */
static char *strip(char *folded, const char *const *fronts, const char *const *backs)
{
    for (int i = 0; fronts[i]; i++) {
        size_t len = strlen(fronts[i]);
        if (strncmp(folded, fronts[i], len) == 0 && folded[len]) {
            folded += len;
            i = -1;
        }
    }
    for (int i = 0; backs[i]; i++) {
        if (ends_with(folded, backs[i])) {
            folded[strlen(folded) - strlen(backs[i])] = '\0';
            i = -1;
        }
    }
    return folded;
}

/* Exact, then without or with a plural s. */
static const struct stored_name *find_name(const struct knowledge *k,
                                           enum knowledge_section section, const char *folded,
                                           const struct stored_name **out_end)
{
    const struct stored_name *name = knowledge_find_name(k, section, folded, out_end);
    if (name || !folded[0]) {
        return name;
    }
    size_t len = strlen(folded);
    char *other = folded[len - 1] == 's' ? mem_copy_bytes(folded, len - 1)
                                         : mem_format("%ss", folded);
    name = knowledge_find_name(k, section, other, out_end);
    mem_free(other);
    return name;
}

static bool is_none_known(const char *folded)
{
    static const char *const words[] = {"nkda",
                                        "nka",
                                        "none",
                                        "none known",
                                        "no known allergies",
                                        "no known allergy",
                                        "no known drug allergies",
                                        "no known drug allergy",
                                        "no allergies"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], folded) == 0) {
            return true;
        }
    }
    return false;
}

static void take_substances(const struct drug_identity *drug, struct allergen_identity *out)
{
    out->kind = ALLERGEN_SUBSTANCE;
    out->count = drug->ingredient_count;
    memcpy(out->ids, drug->ingredients, sizeof out->ids);
}

static void take_target(const struct stored_name *name, enum allergen_kind kind,
                        struct allergen_identity *out)
{
    out->kind = kind;
    out->count = 1;
    out->ids[0] = (uint16_t)name->target;
}

enum allergen_kind resolve_allergen(const struct knowledge *k, const char *text,
                                    struct allergen_identity *out)
{
    static const char *const fronts[] = {"allergy to ",          "allergic to ",    "allergies to ",
                                         "hypersensitivity to ", "intolerance to ", NULL};
    static const char *const backs[] = {
        " allergy",  " allergies", " allergic reaction", " hypersensitivity", " substance",
        " disorder", NULL};
    *out = (struct allergen_identity){0};
    char *folded = text_fold(text);
    if (is_none_known(folded)) {
        mem_free(folded);
        return out->kind = ALLERGEN_NONE_KNOWN;
    }
    char *name = strip(folded, fronts, backs);
    const struct stored_name *end = NULL;
    const struct stored_name *drug_name = knowledge_find_name(k, KNOWLEDGE_DRUG_NAMES, name, &end);
    const struct stored_name *group = find_name(k, KNOWLEDGE_ALLERGEN_NAMES, name, &end);
    struct drug_identity drug;
    bool is_substance = drug_name && drug_name->kind == STORED_NAME_SUBSTANCE && drug_name->rank == STORED_RANK_NAME;
    bool is_any_of_group = is_substance && group && /* "NSAID" */
                           knowledge_is_curated(k, (uint16_t)drug_name->target) &&
                           (knowledge_flags(k, (uint16_t)drug_name->target) & INGREDIENT_UNSPECIFIED);
    if (is_substance && !is_any_of_group) {
        take_target(drug_name, ALLERGEN_SUBSTANCE, out);
    } else if (group && group->kind == STORED_NAME_GROUP) {
        take_target(group, ALLERGEN_GROUP, out);
    } else if (resolve_drug(k, name == folded ? text : name, &drug) == DRUG_KNOWN ||
               drug.match == DRUG_NAME_ONLY) {
        take_substances(&drug, out);
    } else if (group) {
        take_target(group, ALLERGEN_CLASS, out);
    }
    mem_free(folded);
    return out->kind;
}

/* ---- conditions ---- */

static void add_group(struct condition_identity *out, uint16_t group)
{
    for (int i = 0; i < out->count; i++) {
        if (out->groups[i] == group) {
            return;
        }
    }
    if (out->count < CONDITION_GROUPS_MAX) {
        out->groups[out->count++] = group;
    }
}

/* All groups that list exactly this code of the system. */
static void add_code(const struct knowledge *k, enum stored_code_system system, const char *code,
                     struct condition_identity *out)
{
    uint32_t count = 0;
    const struct stored_code *codes = knowledge_section(k, KNOWLEDGE_CONDITION_CODES, &count);
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        bool is_before = codes[middle].system < system ||
                         (codes[middle].system == system &&
                          strcmp(knowledge_text(k, codes[middle].text), code) < 0);
        if (is_before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (low < count && codes[low].system == system &&
           strcmp(knowledge_text(k, codes[low].text), code) == 0) {
        add_group(out, codes[low].condition);
        low++;
    }
}

/* "I50.9", "icd10:I50.9", "icd-10-cm: E11": letters and digits without the dot; false when it is no
 * such code. */
static bool icd10_code(const char *text, char out[CODE_MAX])
{
    size_t n = 0;
    for (const char *p = text; *p && *p != ' '; p++) {
        char c = *p >= 'a' && *p <= 'z' ? (char)(*p - 0x20) : *p;
        bool is_digit = c >= '0' && c <= '9';
        bool is_letter = c >= 'A' && c <= 'Z';
        if (c == '.' && n == 3) {
            continue;
        }
        bool fits = n == 0 ? is_letter : n == 1 ? is_digit : is_digit || is_letter;
        if (!fits || n >= 7) {
            return false;
        }
        out[n++] = c;
    }
    out[n] = '\0';
    return n >= 3 && out[2] >= '0' && (out[2] <= '9' || n == 3 || text[3] == '.');
}

static bool resolve_code(const struct knowledge *k, const char *text,
                         struct condition_identity *out)
{
    char code[CODE_MAX + 4];
    const char *plain = text;
    for (const char *p = text; *p; p++) { /* "icd10:N18.4", "http://snomed.info/sct|44054006" */
        plain = *p == ':' || *p == '|' ? p + 1 : plain;
    }
    plain = strncmp(plain, "ICD-10 ", 7) == 0 || strncmp(plain, "icd-10 ", 7) == 0 ? plain + 7 : plain;
    plain += strspn(plain, " ");
    size_t digits = strspn(plain, "0123456789");
    if (digits >= 6 && digits <= 18 && (plain[digits] == '\0' || plain[digits] == ' ')) {
        memcpy(code, plain, digits);
        code[digits] = '\0';
        add_code(k, STORED_CODE_SNOMED, code, out);
        return out->count > 0; /* the tables list single codes, not what lies below them */
    }
    if (!icd10_code(plain, code)) {
        return false;
    }
    for (size_t len = strlen(code); len >= 2; len--) {
        code[len] = '\0'; /* tables list prefixes: I11.0 is under I110, I11 */
        add_code(k, STORED_CODE_ICD10, code, out);
    }
    return true;
}

bool resolve_condition(const struct knowledge *k, const char *text, struct condition_identity *out)
{
    static const char *const fronts[] = {"history of ", "hx of ", "h o ", "personal history of ",
                                         "on ", "known ", "diagnosis of ", NULL};
    static const char *const backs[] = {" disorder", " finding", " situation", " unspecified",
                                        NULL};
    *out = (struct condition_identity){0};
    const char *start = text + strspn(text, " \t");
    /* "B12 deficiency" begins like a code and is none: a code stands alone or has its dot or its
     * system */
    bool is_code = resolve_code(k, start, out);
    out->is_coded = is_code && (!strchr(start, ' ') || out->count > 0 || strpbrk(start, ".:"));
    if (out->count > 0) {
        return true;
    }
    char *folded = text_fold(start);
    const struct stored_name *end = NULL;
    const struct stored_name *name = find_name(k, KNOWLEDGE_CONDITION_NAMES, folded, &end);
    if (!name) {
        name = find_name(k, KNOWLEDGE_CONDITION_NAMES, strip(folded, fronts, backs), &end);
    }
    for (; name && name < end; name++) {
        add_group(out, (uint16_t)name->target);
    }
    mem_free(folded);
    return out->count > 0 || out->is_coded;
}

uint16_t resolve_food(const struct knowledge *k, const char *text)
{
    char *folded = text_fold(text);
    const struct stored_name *end = NULL;
    const struct stored_name *name = find_name(k, KNOWLEDGE_FOOD_NAMES, folded, &end);
    mem_free(folded);
    return name ? (uint16_t)name->target : KNOWLEDGE_NO_ID;
}
