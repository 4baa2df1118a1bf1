/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens of reconciliation share. */
#ifndef SCREENS_RECONCILE_PARTS_H
#define SCREENS_RECONCILE_PARTS_H

#include "screens/screens.h"
#include "service/reconciliation.h"

enum { RECONCILE_DECIDED = 7 }; /* result of SCREEN_RECONCILE_ITEM: go on with the next line */

/* One decision that needs more than a key. */
struct reconcile_item_argument {
    struct uid patient, reconciliation, item;
    enum reconcile_action action;
};
extern const struct screen_ops SCREEN_RECONCILE_ITEM;
extern const struct screen_ops SCREEN_RECONCILE_SOURCE; /* const struct row_argument *: patient, session */
extern const struct screen_ops SCREEN_RECONCILE_FACTS;  /* const struct row_argument *: patient, session */

/* Acts that need a reason and nothing else. */
enum reconcile_words_for { RECONCILE_WORDS_TAKE, RECONCILE_WORDS_ABANDON, RECONCILE_WORDS_REJECT, RECONCILE_WORDS_TELL };
struct reconcile_words_argument {
    struct uid patient, reconciliation;
    enum reconcile_words_for what;
};
extern const struct screen_ops SCREEN_RECONCILE_WORDS;

/* Text to read: the sources as they were given, the copy for the patient. */
enum reconcile_text_kind { RECONCILE_TEXT_SOURCES, RECONCILE_TEXT_COPY };
struct reconcile_text_argument {
    struct uid patient, reconciliation;
    enum reconcile_text_kind kind;
};
extern const struct screen_ops SCREEN_RECONCILE_TEXT;

/* How it looks (reconcile_draw.c). */
void reconcile_draw_row(const struct reconcile_view *view, const struct reconcile_item *item, struct area line, bool is_selected);
void reconcile_draw_head(const struct workstation *ws, const struct reconcile_view *view, struct area head); /* two rows */
void reconcile_draw_pane(const struct reconcile_view *view, int chosen, struct area pane);

#endif
