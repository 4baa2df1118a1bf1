/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is half-typed in a form outlives a lock, a lost line and kill -9. A screen with a form does this:
 *
 *     open:    form_add_...(); form_mark_clean(); form_draft_begin(&s->draft, ws, "allergy.add", patient, &s->form);
 *     draw:    form_draft_draw(&s->draft, area);            "Draft of 13:05 is back", "draft kept 14:02"
 *     actions: {"back", KEYS_BACK, ..., run_back} with      return form_draft_back(&s->draft, sh, form_is_changed(&s->form));
 *              {"draft.discard", ...}                        FORM_DRAFT_DISCARD_ROW(run_discard)
 *     saved:   form_draft_saved(&s->draft);                  the draft has done its work
 *     close:   form_draft_end(&s->draft); form_release();    in this order
 *
 * and adds a struct draft_form to WORKSTATION_DRAFT_FORMS (workstation.c), so that Home can lead back to it. Between these
 * nothing is needed: the workstation looks at open forms four times a second and keeps what differs, at most once in
 * FORM_DRAFT_EVERY_US, and at once when the screen locks, the person signs out, the line is lost or the program ends.
 * A draft is the person's own, for one form and one patient; passwords are never kept. */
#ifndef SCREENS_FORM_DRAFT_H
#define SCREENS_FORM_DRAFT_H

#include "base/json.h"
#include "kit/form.h"
#include "screens/screens.h"

#define FORM_DRAFT_EVERY_US (3 * US_PER_SECOND)

struct form_draft {
    struct workstation *ws;
    char *name;          /* of the form: "order.add"; words behind a colon are the form's own ("order.change:ID") */
    struct uid patient;  /* UID_NONE: a form about nobody yet */
    struct form *form;   /* borrowed, may move its focus only */
    char *kept;          /* what is in the store, NULL: nothing */
    char *first;         /* what the form held when it was opened: not worth a draft */
    int64_t kept_us;     /* when it was stored */
    int64_t tried_us;
    int64_t back_of_us;  /* it was brought back: from then; 0: it was not */
    char error[256];     /* why it could not be kept, or "" */
    struct form_draft *next; /* of the workstation's open forms */
};

/* Fills the form from the draft that is there. True: something was brought back, and the person is told by
 * form_draft_draw(). */
bool form_draft_begin(struct form_draft *d, struct workstation *ws, const char *name, struct uid patient, struct form *form);

/* Right after the form's content was saved in earnest. */
void form_draft_saved(struct form_draft *d);

/* Esc: closes at once when nothing is changed; else asks: stay, keep it as a draft, or throw it away. */
unsigned form_draft_back(struct form_draft *d, struct shell *sh, bool is_changed);

/* Throws the draft away and gives the form its first content back: the person starts anew. */
void form_draft_discard(struct form_draft *d);

/* In close(). A form that ends in any other way than saved or thrown away leaves its draft behind. */
void form_draft_end(struct form_draft *d);

/* One line at the right of the area's first row; nothing when there is nothing to say. */
void form_draft_draw(const struct form_draft *d, struct area a);

/* Stores what differs. With `must` at once, else under the rule of FORM_DRAFT_EVERY_US. */
void form_draft_keep_all(struct workstation *ws, bool must);

#define FORM_DRAFT_DISCARD_ROW(run, applies)                                                                         \
    {"draft.discard", "Ctrl-X", 0, N_("start anew"), N_("Throw the draft away and empty the form."), run, 0, applies}

#endif
