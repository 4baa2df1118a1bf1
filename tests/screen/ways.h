/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways to the screens of WORKSTATION_SCREENS, for walks that look at all of them: each is opened on its own with what
 * stands in the database. A new screen is found without anybody's doing; one that needs more than ids has a row in the
 * table of ways.c that says what it takes, or why it cannot be opened by itself. */
#ifndef SCREEN_WAYS_H
#define SCREEN_WAYS_H

#include "screens/screens.h"
#include "store/store.h"

enum { WAYS_IDS_MAX = 400, WAYS_MAX = 400 };

struct ways {
    struct uid patient;
    struct uid closed;  /* a patient whose record is restricted; UID_NONE: there is none */
    struct uid doubled; /* a slot with two doses given */
    struct uid line_patient, line_session, line; /* of a reconciliation that is under way */
    struct uid ids[WAYS_IDS_MAX]; /* of rows of every table, the patient's where a table has patients */
    const char *tables[WAYS_IDS_MAX]; /* which rows they are of */
    int id_count;
    struct way {
        const struct screen_ops *screen;
        int id; /* -1: none */
    } found[WAYS_MAX];
    int found_count;
};

/* What a demo clinic has none of, and screens are for: a restricted record and its emergency opening to be reviewed, an order to be
 * signed, a decision that was made alone, a dose that was given twice, drugs that the drug tables know. Put straight into the tables. */
void ways_add_seldom(struct store *store);
/* The ids of a site; the patient is the one with the most orders. */
void ways_read(struct ways *w, struct store *store);
/* Opens it. `text`: for those that take words; NULL: an ordinary name. False when it does not open (a role, another kind of row). */
bool ways_open(struct shell *sh, const struct ways *w, struct way way, const char *text);
/* Why it is never opened by ways_open(); NULL: it is. */
const char *ways_left_out(const struct screen_ops *screen);
/* Actions that end the session or stop the program. */
bool ways_ends_session(const char *action);

#endif
