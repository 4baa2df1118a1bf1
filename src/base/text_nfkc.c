/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/memory.h"
#include "base/text.h"

static char *map(const char *text, unsigned more)
{
    utf8proc_uint8_t *mapped = NULL;
    unsigned nfkc = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
    utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)text, 0, &mapped,
                                        (utf8proc_option_t)(nfkc | more));
    if (len < 0) {
        return NULL;
    }
    char *copy = mem_copy_bytes(
        mapped, (size_t)len); /* utf8proc's own memory may not be what mem_free() frees */
    mem_wipe(mapped, (size_t)len);
    free(mapped);
    return copy;
}

char *text_nfkc(const char *text)
{
    return map(text, 0);
}

char *text_nfkc_casefold(const char *text)
{
    return map(text, UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}
