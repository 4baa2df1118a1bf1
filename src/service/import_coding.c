/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/import_coding.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "safety/resolve.h"
#include "service/screening.h"

/* True when the text is understood. */
typedef bool (*accept_fn)(const struct knowledge *k, const char *text, void *out);

/* SNOMED CT describes where others name: "Product containing anastrozole (medicinal product)",
 * "Substance with penicillin structure and ... (substance)". Caller frees. */
static char *without_wrapping(const char *text)
{
    static const char *const heads[] = {
        "Product containing precisely ", /* not shown */
        "Product containing only ",      /* not shown */
        "Product containing ",           /* not shown */
        "Substance with ",               /* not shown */
    };
    static const char *const tails[] = {
        " structure",
        " in oral dose form",       /* not shown */
        " in parenteral dose form", /* not shown */
        " (",
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        size_t len = strlen(heads[i]);
        if (strncasecmp(text, heads[i], len) == 0) {
            text += len;
            break;
        }
    }
    char *plain = mem_copy_text(text);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char *tail = strstr(plain, tails[i]);
        if (tail && tail > plain) {
            *tail = '\0';
        }
    }
    return plain;
}

static bool try_words(const struct knowledge *k, const char *words, accept_fn accept, void *out)
{
    if (!*words || accept(k, words, out)) {
        return *words != '\0';
    }
    char *plain = without_wrapping(words);
    bool is_found = strcmp(plain, words) != 0 && accept(k, plain, out);
    mem_free(plain);
    return is_found;
}

static bool try_coding(const struct knowledge *k, char *fields, accept_fn accept, void *out)
{
    char *display = strrchr(fields, '|');
    if (!display) {
        return false;
    }
    *display++ = '\0';
    const char *code = strrchr(fields, '|');
    bool is_found = false;
    if (code && strncmp(fields, "rxnorm|", 7) == 0) {
        char *rxcui = mem_format("rxcui:%s", code + 1);
        is_found = accept(k, rxcui, out);
        mem_free(rxcui);
    }
    return is_found || try_words(k, display, accept, out);
}

static bool find(const struct knowledge *k, const char *words, const char *codings,
                 accept_fn accept, void *out)
{
    bool is_found = try_words(k, words, accept, out);
    for (const char *line = codings; *line && !is_found;) {
        size_t len = strcspn(line, "\n");
        char *fields = mem_copy_bytes(line, len);
        is_found = try_coding(k, fields, accept, out);
        mem_free(fields);
        line += len + (line[len] ? 1 : 0);
    }
    return is_found;
}

static bool accept_allergen(const struct knowledge *k, const char *text, void *out)
{
    struct allergen_identity identity;
    enum allergen_kind kind = resolve_allergen(k, text, &identity);
    if (kind == ALLERGEN_UNKNOWN || kind == ALLERGEN_NONE_KNOWN) {
        return false;
    }
    *(char **)out = mem_copy_text(text);
    return true;
}

char *import_allergen_key(const struct knowledge *k, const struct allergy *allergy,
                          const char *codings)
{
    char *key = NULL;
    return find(k, allergy->allergen_name, codings, accept_allergen, &key) ? key
                                                                           : mem_copy_text("");
}

static bool accept_drug(const struct knowledge *k, const char *text, void *out)
{
    return resolve_drug(k, text, out) == DRUG_KNOWN;
}

char *import_ingredients(const struct knowledge *k, const struct order *order, const char *codings)
{
    struct drug_identity identity;
    if (order_identify(k, order, &identity) != DRUG_KNOWN) {
        (void)find(k, order->drug_text, codings, accept_drug, &identity); /* the match says it */
    }
    return identity_keys(k, &identity);
}
