/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all forms about a patient share: the banner, the form with its draft, dates that are echoed, refusals at their
 * field; and what the forms about a row of the chart share on top. A screen's state begins with a struct patient_form, so that
 * the functions below serve as its ops and actions:
 *
 *     open:  patient_form_open(&s->base, sh, patient, err); form_add_...(); patient_form_ready(&s->base, "allergy.add");
 *     draw:  patient_form_draw(&s->base, body, _("New allergy"));
 *     close: patient_form_close(&s->base); mem_free(s);
 */
#ifndef SCREENS_PATIENT_FORM_H
#define SCREENS_PATIENT_FORM_H

#include "kit/form.h"
#include "screens/form_draft.h"
#include "screens/screens.h"

enum { SUGGESTIONS_MAX = 40 };

struct patient_form {
    struct workstation *ws;
    struct uid patient;       /* UID_NONE: about nobody yet */
    struct chart *chart;      /* NULL: nobody yet, or a role that sees no charts */
    struct form form;
    struct form_draft draft;
    bool has_draft;
    const struct row_kind *kind; /* of a form about a row of the chart: below */
    bool is_new;                 /* such a row, or one that is corrected */
    const char *suggest_for;  /* name of the field that find() serves; NULL none */
    int (*suggest)(const struct site *site, const char *typed, const char **out, int max);
    const char *suggestions[SUGGESTIONS_MAX];
    int suggestion_count;
    struct area banner, heading, body;
};

/* patient UID_NONE: nobody yet, without a banner. The chart is opened, which is audited and refused to a role that sees
 * none. Whatever it answers, patient_form_close() releases. */
enum status patient_form_open(struct patient_form *f, struct shell *sh, struct uid patient, struct error *err) MUST_USE;
/* The same for who the patient is: a role that sees no charts gets the form without the banner. */
enum status patient_form_open_person(struct patient_form *f, struct shell *sh, struct uid patient, struct error *err) MUST_USE;
void patient_form_ready(struct patient_form *f, const char *draft_name); /* all fields are there, with their first values */
void patient_form_close(struct patient_form *f);

/* A form about one row of the chart, new or to be corrected. The functions take the state, which begins with its struct
 * patient_form. */
struct row_kind {
    const char *name;            /* of its drafts: "allergy" */
    const char *title_new, *title_correct;
    size_t state_bytes;
    /* The row that is corrected: the one in force, which may be another one than was asked for. */
    enum status (*read)(void *state, struct uid patient, struct uid *row, struct error *err);
    void (*make)(void *state);    /* the fields */
    void (*fill)(void *state);    /* what the row says */
    void (*echo)(void *state);    /* how what is typed is understood */
    void (*release)(void *state); /* the row */
};

/* Of a screen's open(), whose argument is a struct row_argument. */
enum status row_form_open(struct shell *sh, const struct row_kind *kind, const struct row_argument *what, void **out_state,
                          struct error *err) MUST_USE;
void row_form_resume(struct shell *sh, const struct screen_ops *screen, struct uid patient, const char *detail); /* of a draft */
void row_form_close(void *state);
void row_form_draw(void *state, struct area body);
unsigned row_form_key(struct shell *sh, void *state, const struct event *event);

/* As ops. */
void patient_form_layout(void *state, struct area body);
unsigned patient_form_key(struct shell *sh, void *state, const struct event *event);
bool patient_form_text_focus(const void *state);
bool patient_form_unsaved(const void *state);
void patient_form_draw(struct patient_form *f, struct area body, const char *title);

/* As actions. */
unsigned patient_form_run_back(struct shell *sh, void *state);
unsigned patient_form_run_discard(struct shell *sh, void *state);
unsigned patient_form_run_find(struct shell *sh, void *state); /* names for the field suggest_for */
bool patient_form_can_find(const void *state);
#define PATIENT_FORM_ROWS                                                                                            \
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), patient_form_run_back,    \
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},                                                                         \
        FORM_DRAFT_DISCARD_ROW(patient_form_run_discard, patient_form_unsaved)
#define PATIENT_FORM_FIND_ROW                                                                                        \
    {"pick", "F4, Ctrl-Y", 0, N_("from list"), N_("Choose what the field asks for from a list."), patient_form_run_find,     \
     ACTION_IN_BAR, patient_form_can_find}

/* The date in a field. An ambiguous one ("3/4/58", a year of two digits) is written out in the field and refused once: the
 * person sees how it was read and saves again. Empty text is no date. */
enum status patient_form_date(struct patient_form *f, const char *name, struct date *out, struct error *err) MUST_USE;
void patient_form_echo_date(struct patient_form *f, const char *name, bool with_age); /* while it is typed */

/* At its field, else as a message. */
void patient_form_refuse(struct patient_form *f, struct shell *sh, const struct error *err);

/* Says what was saved, for whom; the draft has done its work and the form closes. */
void patient_form_saved(struct patient_form *f, struct shell *sh, const char *what);

/* Somebody changed the record meanwhile: shows what they did. The typed text stays and is based on theirs now. */
void patient_form_show_stale(struct shell *sh, const char *difference);

#endif
