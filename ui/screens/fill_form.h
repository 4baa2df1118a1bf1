/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the fill screen share. */
#ifndef SCREENS_FILL_FORM_H
#define SCREENS_FILL_FORM_H

#include "kit/form.h"
#include "kit/pager.h"
#include "screens/screens.h"
#include "service/fills_list.h"

enum { PACKS_MAX = 20 };

enum fill_step_choice { STEP_GO_ON, STEP_END, STEP_BACK }; /* of the field "step" */

struct scanned {
    char *code, *product, *lot;
    struct date expiry;
    struct decimal quantity;
    bool is_other_name;
};

struct fill_screen {
    struct workstation *ws;
    struct uid patient, order, fill; /* fill UID_NONE: it is about to be asked for */
    struct chart *chart;
    struct fill_offer offer;
    struct fill_view view;           /* borrows from the chart */
    struct scanned packs[PACKS_MAX];
    int pack_count;
    bool has_wristband;              /* the patient was identified by scan */
    char wristband[64];
    struct witness second;
    bool wants_code; /* the second person's account has a second factor */
    struct form form;
    struct pager pager;
    struct area banner, text, form_area;
    enum fill_state formed;          /* the state that the fields were made for */
    int cells;                       /* the text was made for */
};

enum fill_state fill_form_state(const struct fill_screen *s); /* FILL_STATE_NONE_GIVEN: it is about to be asked for */
bool fill_form_has(const struct fill_screen *s, const char *name);
void fill_form_fields(struct fill_screen *s); /* anew, for the state */
void fill_form_update(struct fill_screen *s); /* what applies now */
void fill_form_text(struct fill_screen *s);   /* the pager's text, for s->cells */

#endif
