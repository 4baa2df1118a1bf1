/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the dose screen: what they share. screen_dose.c opens, saves and handles events; dose_entry_form.c holds
 * the form and what it says; dose_entry_scan.c reads wristbands and products; dose_entry_view.c paints. */
#ifndef SCREENS_DOSE_ENTRY_H
#define SCREENS_DOSE_ENTRY_H

#include "screens/form_draft.h"
#include "screens/identify.h"
#include "service/doses.h"
#include "service/doses_second.h"
#include "service/products.h"

enum { DOSE_PRODUCT_BYTES = 1024, DOSE_CHOICES_MAX = 24, DOSE_REASON_KINDS = 7 };

/* The words of a list of fixed words, with "not chosen" before them. */
struct choices {
    const char *items[DOSE_CHOICES_MAX];
    int count;
};

struct dose_screen {
    struct workstation *ws;
    struct chart *chart;
    struct uid order, current, version, slot; /* current: the order's version in force; version: that planned this dose */
    int64_t planned_us;
    struct identify who;
    struct form form;
    struct form_draft draft;
    struct choices outcomes, routes, sites, timing, no_scan, unverified, told, reasons[DOSE_REASON_KINDS];
    struct double_check double_check; /* who checked what; nobody: .who.user none */
    struct witness instructor;        /* beside the student; nobody: .user none */
    struct dose_check check;
    bool is_decided;   /* what a measurement decides was filled in */
    unsigned accepted; /* questions answered with "go on" */
    struct dose_event event; /* as it was tried last, for the checker; strings are the form's */
    char product[DOSE_PRODUCT_BYTES]; /* what was scanned, codes with a space between */
    struct pack_codes pack;           /* of the last product: its lot may come as a second code */
    size_t pack_at;                   /* where its code begins in `product` */
    char expiry[DATE_TEXT_MAX];       /* as typed, in ISO */
    int64_t claimed_us;               /* when the lease on the dose was last put off; 0 none */
    int words_rows;                   /* what is asked takes so many rows of the head */
    struct area banner, head, form_area, foot;
};

const struct order *dose_order(const struct dose_screen *d);
void dose_sig(const struct dose_screen *d, struct sig *out); /* what this dose is: of an order in steps, its own step */
const struct dose_slot *dose_slot_of(const struct dose_screen *d); /* NULL: as needed, or not planned */
bool dose_is_prn(const struct dose_screen *d);
bool dose_is_claimed(const struct dose_screen *d); /* somebody else has its form open too */
bool dose_is_identified(const void *state);

/* ---- the form ---- */
void dose_form_make(struct dose_screen *d);
void dose_form_arrange(struct dose_screen *d); /* shows what belongs to the outcome; what is left out keeps its value */
enum dose_status dose_outcome(const struct dose_screen *d);
void dose_form_skip(struct dose_screen *d); /* to "missed", at its reason */
const char *dose_form_reason(const struct dose_screen *d); /* name of the field of the outcome's reason; NULL: none */
/* What the form says, ready for the service. The strings are the form's. */
enum status dose_form_read(struct dose_screen *d, struct dose_event *out, struct error *err) MUST_USE;
/* What stands beside the record: second persons, and what was taken out of the cabinet. */
enum status dose_form_beside(const struct dose_screen *d, const struct dose_event *event, struct dose_with *out, struct error *err)
    MUST_USE;
/* Asks the service what has to be asked, as the form stands. */
void dose_form_ask(struct dose_screen *d);
/* Goes to the first field that is still open, so that a due dose takes a key or two. */
void dose_form_focus(struct dose_screen *d);

/* ---- who and what ---- */
unsigned dose_identified(struct dose_screen *d); /* goes on with the form */
void dose_await_lot(struct dose_screen *d); /* of the last product that the form was opened with */
unsigned dose_scanned(struct shell *sh, struct dose_screen *d, const struct event *event);

void dose_view_draw(void *state, struct area body);

#endif
