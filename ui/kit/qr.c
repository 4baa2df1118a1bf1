/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/qr.h"

#include <qrencode.h>
#include <string.h>

#include "base/memory.h"

enum { QUIET = 2 };

bool qr_make(struct qr *out, const char *text)
{
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
    if (code == NULL) {
        return false;
    }
    size_t count = (size_t)code->width * (size_t)code->width;
    struct qr qr = {.size = code->width, .modules = mem_alloc(count)};
    for (size_t i = 0; i < count; i++) {
        qr.modules[i] = code->data[i] & 1;
    }
    mem_wipe(code->data, count);
    QRcode_free(code);
    *out = qr;
    return true;
}

void qr_release(struct qr *qr)
{
    if (qr->modules != NULL) {
        mem_wipe(qr->modules, (size_t)qr->size * (size_t)qr->size);
    }
    mem_free(qr->modules);
    *qr = (struct qr){0, NULL};
}

int qr_rows(const struct qr *qr, bool ascii)
{
    int modules = qr->size + 2 * QUIET;
    return ascii ? modules : (modules + 1) / 2;
}

int qr_cols(const struct qr *qr, bool ascii)
{
    int modules = qr->size + 2 * QUIET;
    return ascii ? 2 * modules : modules;
}

/* Light outside: the quiet zone, and the half row that an odd size leaves over. */
static bool is_dark(const struct qr *qr, int row, int col)
{
    row -= QUIET;
    col -= QUIET;
    return row >= 0 && col >= 0 && row < qr->size && col < qr->size && qr->modules[row * qr->size + col] != 0;
}

static void append(char *line, size_t *at, const char *cell)
{
    size_t len = strlen(cell);
    memcpy(line + *at, cell, len);
    *at += len;
}

bool qr_draw(const struct qr *qr, struct area a)
{
    bool ascii = area_is_ascii(a);
    int rows = qr_rows(qr, ascii), modules = qr->size + 2 * QUIET;
    if (qr->size == 0 || rows > a.rows || qr_cols(qr, ascii) > a.cols) {
        return false;
    }
    char *line = mem_alloc((size_t)modules * 3 + 1);
    for (int row = 0; row < rows; row++) {
        size_t at = 0;
        for (int col = 0; col < modules; col++) {
            if (ascii) {
                append(line, &at, is_dark(qr, row, col) ? "##" : "  ");
            } else {
                bool top = is_dark(qr, 2 * row, col), bottom = is_dark(qr, 2 * row + 1, col);
                append(line, &at, top && bottom ? "\u2588" : top ? "\u2580" : bottom ? "\u2584" : " ");
            }
        }
        line[at] = '\0';
        draw_text(a, row, 0, STYLE_QR, line);
    }
    mem_wipe(line, (size_t)modules * 3 + 1);
    mem_free(line);
    return true;
}
