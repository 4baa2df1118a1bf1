/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/pseudo_locale.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

/* The text as it is with letters behind it; formats stay formats, because what is added has no "%". */
struct longer {
    const char *text;
    char *made;
};

static bool is_on;
static struct {
    struct longer *items;
    size_t len, cap;
} known;

void pseudo_locale_on(void)
{
    is_on = true;
}

void pseudo_locale_off(void)
{
    is_on = false;
    for (size_t i = 0; i < known.len; i++) {
        mem_free(known.items[i].made);
    }
    mem_free(known.items);
    memset(&known, 0, sizeof known);
}

static char *lengthen(const char *text)
{
    static const char TAIL[] = " \u00F6\u00E4\u00FC\u00F6\u00E4\u00FC\u00F6\u00E4\u00FC\u00F6\u00E4\u00FC\u00F6\u00E4\u00FC\u00F6\u00E4\u00FC\u00F6\u00E4\u00FC\u00F6\u00E4\u00FC\u00F6\u00E4\u00FC\u00F6\u00E4\u00FC\u00F6\u00E4\u00FC\u00F6\u00E4\u00FC";
    size_t len = strlen(text), letters = (len * 2 + 4) / 5;
    size_t bytes = letters == 0 ? 0 : 1 + 2 * (letters - 1); /* a blank, then letters of two bytes */
    bytes = bytes > sizeof TAIL - 1 ? sizeof TAIL - 1 : bytes;
    if (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' ')) {
        return mem_copy_text(text); /* glued to what follows */
    }
    return mem_format("%s%.*s", text, (int)bytes, TAIL);
}

static char *answer(const char *text)
{
    if (!is_on || text == NULL || *text == '\0') {
        return (char *)text;
    }
    for (size_t i = 0; i < known.len; i++) {
        if (known.items[i].text == text) {
            return known.items[i].made;
        }
    }
    MEM_GROW(&known);
    known.items[known.len] = (struct longer){text, lengthen(text)};
    return known.items[known.len++].made;
}

/* In the place of libintl's own: the tests run in the C locale, where those answer with the text itself. Compiled with
 * optimisation gettext() is a macro over dcgettext(). */
#undef gettext
#undef ngettext
#undef dcgettext
#undef dcngettext
char *gettext(const char *text);
char *ngettext(const char *one, const char *many, unsigned long count);
char *dcgettext(const char *domain, const char *text, int category);
char *dcngettext(const char *domain, const char *one, const char *many, unsigned long count, int category);

char *gettext(const char *text)
{
    return answer(text);
}

char *ngettext(const char *one, const char *many, unsigned long count)
{
    return answer(count == 1 ? one : many);
}

char *dcgettext(const char *domain, const char *text, int category)
{
    (void)domain;
    (void)category;
    return answer(text);
}

char *dcngettext(const char *domain, const char *one, const char *many, unsigned long count, int category)
{
    (void)domain;
    (void)category;
    return answer(count == 1 ? one : many);
}
