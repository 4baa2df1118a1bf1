/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv_cell.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { REPLACEMENT_BYTES = 3 }; /* a byte may become U+FFFD */

static void write_clean(struct buffer *out, const char *text)
{
    const char *first = text + strspn(text, " ");
    bool is_formula = first[0] != '\0' && strchr("=+-@", first[0]) != NULL;
    if (!is_formula && strpbrk(text, ",\"\r\n") == NULL) {
        buffer_append_text(out, text);
        return;
    }
    buffer_append_byte(out, '"');
    if (is_formula) {
        buffer_append_byte(out, '\'');
    }
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            buffer_append_byte(out, '"');
        }
        buffer_append_byte(out, *text);
    }
    buffer_append_byte(out, '"');
}

/* The file may be looked at on a terminal (security.md 5.3): what is no letter becomes a sign for it. */
static void write_cell(struct buffer *out, const char *text)
{
    if (text_is_clean(text)) {
        write_clean(out, text);
        return;
    }
    char *clean = text_clean(text, strlen(text), strlen(text) * REPLACEMENT_BYTES, TEXT_KEEP_NEWLINES, NULL);
    write_clean(out, clean);
    mem_free(clean);
}

void csv_write_line(struct buffer *out, const char *const *cells, int count)
{
    for (int i = 0; i < count; i++) {
        if (i > 0) {
            buffer_append_byte(out, ',');
        }
        write_cell(out, cells[i] != NULL ? cells[i] : "");
    }
    buffer_append_text(out, "\r\n");
}
