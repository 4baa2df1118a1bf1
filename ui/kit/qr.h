/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A QR code on the terminal: two modules in each cell by half blocks, a quiet zone of two modules; on a terminal without
 * them two columns of '#' or blanks for each module. What it says is a secret more often than not: qr_release() wipes. */
#ifndef KIT_QR_H
#define KIT_QR_H

#include <stdbool.h>

#include "term/draw.h"

struct qr {
    int size; /* modules in a row; 0: nothing */
    unsigned char *modules; /* size x size, 1 dark */
};

/* Error correction L: the smallest picture, it is read from a screen. False when the text is too long. */
bool qr_make(struct qr *out, const char *text);
void qr_release(struct qr *qr);

int qr_rows(const struct qr *qr, bool ascii);
int qr_cols(const struct qr *qr, bool ascii);

/* At the top left. False, and nothing painted, where it does not fit as a whole: half a code is none. */
bool qr_draw(const struct qr *qr, struct area a);

#endif
