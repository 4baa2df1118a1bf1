/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the order form share: its state (screen_order.c) and how it is saved (order_save.c). Private to them. */
#ifndef SCREENS_ORDER_FORM_H
#define SCREENS_ORDER_FORM_H

#include "screens/form_draft.h"
#include "screens/order_entry.h"
#include "screens/relay_fields.h"
#include "service/orders.h"

enum { ORDER_REASONS_MAX = 24, ORDER_OFFERED_MAX = 8 };

struct order_screen {
    struct workstation *ws;
    struct chart *chart;
    struct order base;            /* the order that is changed, as it was looked at; id UID_NONE: a new one */
    struct order_entry entry;
    struct form form;
    struct form_draft draft;
    struct relay_fields relay;
    const char *reasons[ORDER_REASONS_MAX]; /* of a change; [0]: none yet */
    bool has_parts;               /* the line is shown by its parts too */
    struct proposal *preview;     /* of what is typed now; NULL: not enough yet */
    int finding;                  /* first one that is shown in the pane */
    struct proposal *proposal;    /* while a question about it is open: the chart is not read again then */
    char unchecked[ORDER_LINE_MAX + 1]; /* the unknown drug that the person wants all the same */
    struct order_usual usual[ORDER_USUAL_MAX];
    int usual_count;
    int asked_suggestion;         /* of a look-alike pair, while it is asked about */
    struct screen_alternative offered[ORDER_OFFERED_MAX]; /* in the place of the drug that a finding stopped; each was screened */
    int offered_count;
    bool lists_offered; /* what the list of drugs holds now */
    struct area banner, head, form_area, middle, pane;
};

static inline bool order_is_change(const struct order_screen *s)
{
    return !uid_is_none(s->base.id);
}

/* F10: checks the form, asks what has to be asked, saves (order_save.c). */
unsigned order_form_save(struct shell *sh, struct order_screen *s);
void order_form_forget(struct order_screen *s); /* the proposal */
/* Puts a text into the line as if it had been typed (screen_order.c). */
void order_form_set_line(struct order_screen *s, const char *text);
/* What is typed, as an order; a change keeps the product of the order where the line does not name another one. */
void order_form_fill(const struct order_screen *s, struct order *out);
/* A list of drugs by how their names begin; those that are offered stand in it until something is typed. */
unsigned order_form_find_drug(struct shell *sh, struct order_screen *s);

#endif
