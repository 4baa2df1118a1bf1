/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes in the place of a name: "rxcui:161", "ndc:0093-7214-01", a bare number. National drug codes come with ten digits
 * whose hyphens say where the missing zero belongs; without hyphens all three places are tried (knowledge.md 5). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "safety/drug_reading.h"

#define SEGMENTS 3
static const size_t WIDTHS[SEGMENTS] = {5, 4, 2};

/* The first code that is not below `code`, NULL behind the last. */
static const struct stored_product_code *lower_bound(const struct knowledge *k, uint64_t code)
{
    uint32_t count = 0;
    const struct stored_product_code *codes = knowledge_section(k, KNOWLEDGE_PRODUCT_CODES, &count);
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (codes[middle].code < code) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count ? &codes[low] : NULL;
}

/* One of the codes from..to (inclusive), NULL when there is none. */
static const struct stored_product_code *find_code(const struct knowledge *k, uint64_t from,
                                                   uint64_t to)
{
    const struct stored_product_code *code = lower_bound(k, from);
    return code && code->code <= to ? code : NULL;
}

static const struct stored_product_code *find_ndc(const struct knowledge *k,
                                                  const char digits[12], size_t len)
{
    uint64_t value = strtoull(digits, NULL, 10);
    uint64_t product = len == 9 ? value : value / 100;
    const struct stored_product_code *code =
        len == 9 ? NULL : find_code(k, STORED_CODE_NDC + value, STORED_CODE_NDC + value);
    code = code ? code : find_code(k, STORED_CODE_NDC9 + product, STORED_CODE_NDC9 + product);
    return code || len != 9 ? code
                            : find_code(k, STORED_CODE_NDC + value * 100, STORED_CODE_NDC + value * 100 + 99);
}

/* Whether two codes name the same drug. */
static bool is_same(const struct stored_product_code *a, const struct stored_product_code *b)
{
    return a->substance == b->substance && a->mix == b->mix && a->strength == b->strength;
}

/* "0093-7214-01", "0093-7214": each segment gets its leading zeros. False when it has not that shape. */
static bool read_hyphens(const char *p, char out[12], size_t *out_len)
{
    size_t n = 0;
    int segment = 0;
    for (; segment < SEGMENTS; segment++) {
        size_t digits = strspn(p, "0123456789");
        if (digits == 0 || digits > WIDTHS[segment] || digits + 1 < WIDTHS[segment]) {
            return false;
        }
        for (size_t zero = digits; zero < WIDTHS[segment]; zero++) {
            out[n++] = '0';
        }
        memcpy(out + n, p, digits);
        n += digits;
        p += digits;
        if (*p != '-') {
            segment++;
            break;
        }
        p++;
    }
    out[n] = '\0';
    *out_len = n;
    return *p == '\0' && segment >= 2;
}

/* Ten digits: a zero in front of one of the three segments. */
static const struct stored_product_code *find_ten(const struct knowledge *k, const char *ten,
                                                  bool *out_is_ambiguous)
{
    static const size_t places[SEGMENTS] = {0, 5, 9};
    const struct stored_product_code *found = NULL;
    for (int i = 0; i < SEGMENTS; i++) {
        char digits[12];
        memcpy(digits, ten, places[i]);
        digits[places[i]] = '0';
        memcpy(digits + places[i] + 1, ten + places[i], 10 - places[i]);
        digits[11] = '\0';
        const struct stored_product_code *one = find_ndc(k, digits, 11);
        *out_is_ambiguous = *out_is_ambiguous || (one && found && !is_same(one, found));
        found = one ? one : found;
    }
    return found;
}

static const char *skip(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);
    if (strncasecmp(text, prefix, len) != 0) {
        return text;
    }
    text += len;
    text += *text == ':';
    return text + strspn(text, " ");
}

bool drug_code_read(const struct knowledge *k, const char *text,
                    const struct stored_product_code **out, bool *out_is_ambiguous)
{
    const char *ndc = skip(text, "ndc");
    const char *rxcui = skip(skip(text, "rxcui"), "rxnorm");
    const char *plain = ndc != text ? ndc : rxcui;
    size_t digits = strspn(plain, "0123456789");
    char padded[12];
    size_t len = 0;
    *out = NULL;
    if (rxcui == text && strchr(plain, '-') && read_hyphens(plain, padded, &len)) {
        *out = find_ndc(k, padded, len);
        return true;
    }
    if (digits == 0 || plain[digits] != '\0' || digits > 11) {
        return false;
    }
    if (ndc != text || digits > 8) {
        *out = digits == 11   ? find_ndc(k, plain, digits)
               : digits == 10 ? find_ten(k, plain, out_is_ambiguous)
                              : NULL;
        return true;
    }
    uint64_t code = strtoull(plain, NULL, 10);
    *out = find_code(k, code, code);
    return true;
}
