/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields under each other, each with a label and, when it was refused, the reason right below it. A
 * refusal never touches what was typed. Tab, Shift-Tab, Up and Down walk; Enter walks on and is
 * EVENT_UNHANDLED on the last field, so that the screen's action for Enter can save. Choices turn
 * with Left, Right and Space. Fields are named; names match `field` of struct error. Scrolls when
 * the area is lower than the fields. */
#ifndef KIT_FORM_H
#define KIT_FORM_H

#include <stdbool.h>

#include "base/error.h"
#include "kit/field.h"

enum { FORM_ERROR_MAX = 256, FORM_NOTE_MAX = 160 };

enum form_kind { FORM_TEXT, FORM_CHOICE, FORM_CHECK };

struct form_item {
    const char *name;  /* "birth_date"; static */
    const char *label; /* N_() */
    const char *
        hint; /* N_(), shown dim behind the field while it is empty and has the focus; NULL: none */
    enum form_kind kind;
    struct field field;         /* FORM_TEXT */
    const char *const *choices; /* FORM_CHOICE: N_(), static */
    int choice_count, choice;   /* FORM_CHECK: choice is 0 or 1 */
    bool is_hidden;             /* form_show(): keeps its value, takes no room and no focus */
    int cells;                  /* width wanted, 0: all there is */
    char error[FORM_ERROR_MAX];
    char note[FORM_NOTE_MAX]; /* what was understood ("= 14 Mar 1958, 67 y"), shown behind the field; "" none */
    enum style note_style;
    char *first_text; /* as it was at form_mark_clean() */
    int first_choice;
};

struct form {
    struct form_item *items;
    int len, cap;
    int focus;
    int top;         /* first row that is seen */
    int label_cells; /* form_layout() */
    int rows, cols;
};

void form_init(struct form *f);
void form_release(struct form *f);
struct field *form_add_text(struct form *f, const char *name, const char *label, size_t max_bytes,
                            int cells, unsigned field_flags);
void form_add_choice(struct form *f, const char *name, const char *label,
                     const char *const *choices, int count);
void form_add_check(struct form *f, const char *name, const char *label);
void form_set_hint(struct form *f, const char *name, const char *hint);

const char *form_text(const struct form *f, const char *name); /* borrowed until the next event */
void form_set_text(struct form *f, const char *name, const char *text);
int form_choice(const struct form *f, const char *name);
void form_set_choice(struct form *f, const char *name, int choice);

/* A field that does not apply now is left out; what it holds is kept. The focus leaves a field that
 * is hidden. */
void form_show(struct form *f, const char *name, bool is_shown);
bool form_is_shown(const struct form *f, const char *name);
const char *form_focus_name(const struct form *f); /* "" in an empty form */

/* What is made of the field's text, behind it; cut where there is no room. "" takes it away. */
void form_set_note(struct form *f, const char *name, enum style style, const char *text);

/* Shows a refusal at its field and goes there. False when no field has that name: say it elsewhere.
 */
bool form_show_error(struct form *f, const struct error *err);
void form_clear_errors(struct form *f);

/* "Changed" means: differs from what it was at the last form_mark_clean(). */
void form_mark_clean(struct form *f);
bool form_is_changed(const struct form *f);

void form_focus(struct form *f, const char *name);
bool form_has_text_focus(const struct form *f);
unsigned form_handle(struct form *f, const struct event *event);
void form_layout(struct form *f, int rows, int cols);
int form_field_left(const struct form *f); /* column where what is typed begins */
int form_height(const struct form *f); /* rows that all fields and errors take */
void form_draw(struct form *f, struct area a);

#endif
