/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/memory.h"
#include "print/document_blocks.h"

/* 4 x 3 inches at 203 dpi. Font 0 is proportional and scales; 18 dots wide, its widest letter stays within a cell. */
enum {
    LABEL_DOTS = 812,
    LABEL_HIGH_DOTS = 609,
    MARGIN_DOTS = 16,
    CELLS = 40,
    LINE_DOTS = 27,
    LETTER_HIGH_DOTS = 25,
    LETTER_WIDE_DOTS = 18,
    ROWS = 21,
    BARCODE_DOTS = 60,
    BARCODE_ROWS = 3
};

static void write_escaped(struct buffer *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '^' || text[i] == '~' || text[i] == '_') {
            buffer_append_format(out, "_%02X", (unsigned)text[i]);
        } else {
            buffer_append_byte(out, text[i]);
        }
    }
}

static const char *write_page(const struct document *d, const char *text, int copies, struct buffer *out)
{
    buffer_append_format(out, "^XA\n^CI28\n^PW%d\n^LL%d\n^LH0,0\n", LABEL_DOTS, LABEL_HIGH_DOTS);
    int row = 0;
    while (*text != '\0' && *text != '\f') {
        size_t len = strcspn(text, "\n\f");
        if (len > 0) {
            buffer_append_format(out, "^FO%d,%d^A0N,%d,%d^FH_^FD", MARGIN_DOTS, MARGIN_DOTS + row * LINE_DOTS, LETTER_HIGH_DOTS,
                                 LETTER_WIDE_DOTS);
            write_escaped(out, text, len);
            buffer_append_text(out, "^FS\n");
        }
        row++;
        text += len + (text[len] == '\n');
    }
    if (d->barcode[0] != '\0') {
        buffer_append_format(out, "^BY2^FO%d,%d^BCN,%d,N,N,N^FH_^FD", MARGIN_DOTS, LABEL_HIGH_DOTS - BARCODE_DOTS - MARGIN_DOTS,
                             BARCODE_DOTS);
        write_escaped(out, d->barcode, strlen(d->barcode));
        buffer_append_text(out, "^FS\n");
    }
    buffer_append_format(out, "^PQ%d\n^XZ\n", copies > 0 ? copies : 1);
    return *text == '\f' ? text + 1 : text;
}

void document_to_zpl(const struct document *d, int copies, struct buffer *out)
{
    struct buffer text = BUFFER_INIT;
    document_to_text(d, CELLS, d->barcode[0] != '\0' ? ROWS - BARCODE_ROWS : ROWS, &text);
    const char *at = text.bytes;
    while (at != NULL && *at != '\0') {
        at = write_page(d, at, copies, out);
    }
    buffer_release(&text);
}
