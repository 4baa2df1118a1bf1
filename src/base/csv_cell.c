/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv_cell.h"

#include <stdbool.h>
#include <string.h>

static void write_cell(struct buffer *out, const char *text)
{
    bool is_formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
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
