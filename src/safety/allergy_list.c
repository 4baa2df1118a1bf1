/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/allergy_list.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "safety/resolve.h"

/* Where the part ends: at a comma or semicolon outside parentheses, or at "and" behind one. */
static size_t part_length(const char *text)
{
    int depth = 0;
    for (const char *p = text; *p; p++) {
        depth += *p == '(' ? 1 : *p == ')' && depth > 0 ? -1 : 0;
        bool is_end = *p == ',' || *p == ';' ||
                      (p > text && p[-1] == ')' && strncmp(p, " and ", 5) == 0);
        if (depth == 0 && is_end) {
            return (size_t)(p - text);
        }
    }
    return strlen(text);
}

size_t allergy_list_gap(const char *text)
{
    size_t len = strncmp(text, " and ", 5) == 0 ? 5 : *text ? 1 : 0;
    return len + strspn(text + len, " ");
}

/* The name before a remark is an allergen. */
static bool begins_with_allergen(const struct knowledge *k, const char *part, size_t len)
{
    struct allergen_identity identity;
    char *name = mem_copy_bytes(part, len);
    char *ends[] = {strchr(name, '('), strstr(name, " - "), strstr(name, ": ")};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (ends[i] && ends[i] > name) {
            *ends[i] = '\0';
        }
    }
    const char *trimmed = text_trim(name);
    bool is_named = trimmed[0] && resolve_allergen(k, trimmed, &identity) != ALLERGEN_UNKNOWN;
    mem_free(name);
    return is_named;
}

size_t allergy_list_first(const struct knowledge *k, const char *text)
{
    struct allergen_identity whole;
    bool is_named = false; /* an allergen stands in what was passed */
    size_t end = 0;
    if (!strpbrk(text, ",;)") || resolve_allergen(k, text, &whole) != ALLERGEN_UNKNOWN) {
        return 0;
    }
    for (const char *p = text; *p;) {
        size_t len = part_length(p);
        bool begins = begins_with_allergen(k, p, len);
        if (begins && is_named) {
            return end;
        }
        is_named = is_named || begins;
        end = (size_t)(p - text) + len; /* what is no allergen is said of the one before */
        p += len + allergy_list_gap(p + len);
    }
    return 0;
}
