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

/* Words that say how bad or how sure, not what: "asthma, severe", "suspected pheochromocytoma". A risk in the family or a
 * denial is no such word. */
static const char *const qualifiers[] = {
    "severe", "moderate", "mild", "acute", "chronic", "active", "inactive", "recent", "suspected", "possible", "probable",
    "presumed", "confirmed", "uncontrolled", "controlled", "recurrent", "untreated", "treated", "symptomatic",
    "asymptomatic", "advanced", "current", "preexisting", "longstanding", "established", "documented", "stable",
    "significant", "primary", "secondary", "poorly", "well", "newly", "diagnosed", "clinically", "exacerbation", "flare",
    "prior", "previous", "past", "remote", "old", "new", "hx", NULL};

static bool is_word_of(const char *const *words, const char *word, size_t len)
{
    for (int i = 0; words[i]; i++) {
        if (strlen(words[i]) == len && strncmp(words[i], word, len) == 0) {
            return true;
        }
    }
    return false;
}

/* A name with a qualifier behind it is tried with that in front ("liver disease severe" is more than liver disease), then
 * without; what stands in front goes last. Works in place on folded text. */
static const struct stored_name *find_qualified(const struct knowledge *k, char *name, const struct stored_name **out_end)
{
    const struct stored_name *found = NULL;
    char *last = NULL;
    while (!found && (last = strrchr(name, ' ')) && is_word_of(qualifiers, last + 1, strlen(last + 1))) {
        *last = '\0';
        char *turned = mem_format("%s %s", last + 1, name);
        found = find_name(k, KNOWLEDGE_CONDITION_NAMES, turned, out_end);
        found = found ? found : find_name(k, KNOWLEDGE_CONDITION_NAMES, name, out_end);
        mem_free(turned);
    }
    size_t len = 0;
    while (!found && name[len = strcspn(name, " ")] == ' ' && is_word_of(qualifiers, name, len)) {
        name += len + 1;
        found = find_name(k, KNOWLEDGE_CONDITION_NAMES, name, out_end);
    }
    return found;
}

static bool is_year(const char *word)
{
    return strlen(word) == 4 && strspn(word, "0123456789") == 4 && (strncmp(word, "19", 2) == 0 || strncmp(word, "20", 2) == 0);
}

/* Cuts off when it was: "stroke 2015", "mi in 2015", "gi bleed 5 years ago". Weeks and months stay: what is recent is more than
 * the name says. Works in place on folded text. */
static void cut_years(char *name)
{
    static const char *const before[] = {"in", "since", "from", NULL};
    static const char *const agos[] = {" years ago", " year ago", " yrs ago", " yr ago", " y ago", NULL};
    char *last = strrchr(name, ' ');
    if (last && is_year(last + 1)) {
        *last = '\0';
        last = strrchr(name, ' ');
        if (last && is_word_of(before, last + 1, strlen(last + 1))) {
            *last = '\0';
        }
        return;
    }
    for (int i = 0; agos[i]; i++) {
        size_t len = strlen(name), tail = strlen(agos[i]);
        char *at = len > tail ? name + len - tail : NULL;
        if (!at || strcmp(at, agos[i]) != 0) {
            continue;
        }
        *at = '\0';
        last = strrchr(name, ' ');
        bool is_number = last && last[1] && strspn(last + 1, "0123456789") == strlen(last + 1);
        if (is_number) {
            *last = '\0';
        } else {
            *at = ' '; /* "several years ago": left as it was */
        }
        return;
    }
}

/* A whole folded text, which is written into. Adds to *out. */
static bool resolve_words(const struct knowledge *k, char *folded, struct condition_identity *out)
{
    static const char *const fronts[] = {"history of ", "hx of ", "h o ", "personal history of ", "on ",   "known ",
                                         "diagnosis of ", "hx ", "pmh ", "s p ", "status post ", NULL};
    static const char *const backs[] = {" disorder", " finding", " situation", " unspecified",
                                        NULL};
    const struct stored_name *end = NULL;
    const struct stored_name *name = find_name(k, KNOWLEDGE_CONDITION_NAMES, folded, &end);
    char *stripped = name ? folded : strip(folded, fronts, backs);
    name = name ? name : find_name(k, KNOWLEDGE_CONDITION_NAMES, stripped, &end);
    if (!name) {
        cut_years(stripped);
        name = find_name(k, KNOWLEDGE_CONDITION_NAMES, stripped, &end);
    }
    name = name ? name : find_qualified(k, stripped, &end);
    bool is_found = name != NULL;
    for (; name && name < end; name++) {
        add_group(out, (uint16_t)name->target);
    }
    return is_found;
}

/* "BPH with urinary retention" is both; one half that nobody knows leaves the whole unknown. Works in place. */
static bool resolve_both(const struct knowledge *k, char *folded, struct condition_identity *out)
{
    static const char *const between[] = {" with ", " w ", " due to ", " secondary to ", " and ", " on ", NULL};
    for (int i = 0; between[i]; i++) {
        char *at = strstr(folded, between[i]);
        struct condition_identity both = {0};
        char *left = at ? mem_copy_bytes(folded, (size_t)(at - folded)) : NULL;
        char *right = at ? mem_copy_text(at + strlen(between[i])) : NULL;
        bool is_found = at && resolve_words(k, left, &both) && resolve_words(k, right, &both);
        mem_free(left);
        mem_free(right);
        if (is_found) {
            *out = both;
            return true;
        }
    }
    return false;
}

/* "32 weeks pregnant", "pregnant, 3rd trimester": nothing but how far a pregnancy is. */
static bool is_stage_of_pregnancy(const char *folded)
{
    static const char *const names[] = {"pregnant", "pregnancy", "gestation", "gravid", "trimester", NULL};
    static const char *const stages[] = {"week", "weeks", "wk",  "wks", "w",   "month", "months", "first", "second", "third",
                                         "1st",  "2nd",   "3rd", "at",  "in",  "of",    "early",  "mid",   "late",   "currently",
                                         "the",  "is",    "age", "viable", "single", "intrauterine", "term", "day", "days", NULL};
    bool is_named = false;
    for (const char *p = folded; *p;) {
        size_t len = strcspn(p, " ");
        bool is_name = is_word_of(names, p, len);
        if (!is_name && !is_word_of(stages, p, len) && strspn(p, "0123456789") != len) {
            return false;
        }
        is_named = is_named || is_name;
        p += len + (p[len] == ' ');
    }
    return is_named;
}

/* "postpartum, breastfeeding" is both; "asthma, severe" was found before. */
static bool resolve_parts(const struct knowledge *k, const char *text, struct condition_identity *out)
{
    const char *comma = strstr(text, ", ");
    char *spelt = comma ? mem_format("%.*s and %s", (int)(comma - text), text, comma + 2) : NULL;
    char *folded = spelt ? text_fold(spelt) : NULL;
    bool is_found = folded && resolve_both(k, folded, out);
    mem_free(folded);
    mem_free(spelt);
    return is_found;
}

bool resolve_condition(const struct knowledge *k, const char *text, struct condition_identity *out)
{
    *out = (struct condition_identity){0};
    const char *start = text + strspn(text, " \t");
    if (resolve_code(k, start, out) && out->count > 0) {
        return true;
    }
    char *folded = text_fold(start);
    char *whole = mem_copy_text(folded);
    char *at = strstr(folded, " w ");
    char *spelt = at ? mem_format("%.*s with %s", (int)(at - folded), folded, at + 3) : mem_copy_text("");
    char stage[] = "pregnant";
    bool is_found = resolve_words(k, folded, out) || (spelt[0] && resolve_words(k, spelt, out)) || resolve_both(k, whole, out) ||
                    (is_stage_of_pregnancy(whole) && resolve_words(k, stage, out)) || resolve_parts(k, start, out);
    mem_free(spelt);
    mem_free(whole);
    mem_free(folded);
    return is_found;
}

uint16_t resolve_food(const struct knowledge *k, const char *text)
{
    char *folded = text_fold(text);
    const struct stored_name *end = NULL;
    const struct stored_name *name = find_name(k, KNOWLEDGE_FOOD_NAMES, folded, &end);
    mem_free(folded);
    return name ? (uint16_t)name->target : KNOWLEDGE_NO_ID;
}
