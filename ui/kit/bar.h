/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The single rows around a screen: key bar, status bar, message, tabs. Each is painted from what it
 * is given and keeps nothing. */
#ifndef KIT_BAR_H
#define KIT_BAR_H

#include "term/draw.h"

struct key_label {
    const char *key;   /* "F6" */
    const char *label; /* translated, short */
};

/* Whole items only, in their order, as many as fit; the last of the array is always kept (help). */
void keybar_draw(struct area a, const struct key_label *items, int count);

/* Parts of the status bar. When it is narrow the left is cut first, then the right goes; the middle
 * stays. */
struct status_part {
    const char *text; /* translated */
    enum style style; /* STYLE_TEXT: as the bar */
};
void statusbar_draw(struct area a, struct status_part left, struct status_part middle,
                    struct status_part right);

enum message_kind { MESSAGE_NONE, MESSAGE_INFO, MESSAGE_GOOD, MESSAGE_WARNING, MESSAGE_ERROR };

/* A word in front says the kind without colour. */
void message_draw(struct area a, enum message_kind kind, const char *text);
int message_rows(enum message_kind kind, const char *text, int cols); /* what it takes to be read whole; at least 1 */

/* "Meds  [Doses]  Allergies": the current one in brackets. Scrolls so that it is seen. Names are
 * N_(). */
void tabs_draw(struct area a, const char *const *names, int count, int current);

#endif
