/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line is cut, or the program is told to end, while each of the screens is open on a real terminal line, with letters
 * typed where it takes any: the program is gone within two seconds, the session is ended with its reason, the records and
 * the audit chain hold, and what was typed into a form is offered to the same person at the same patient and to nobody else. */
#ifndef PTY_LOST_H
#define PTY_LOST_H

#include <stdint.h>

#include "support/random.h"

enum lost_how { LOST_LINE_CUT, LOST_HANGUP_SIGNAL, LOST_TERM_SIGNAL, LOST_WAYS };

struct lost_run {
    int screens;        /* different ones that were on top */
    int ends;           /* screens x ways of ending */
    int drafts;         /* came back */
    int64_t longest_us; /* from the cut to the end of the process */
    int wrong;
    char why[2000];    /* a line for each */
    char missed[400];  /* screens that were wanted and that nobody could open, with a space behind each */
};

/* most: so many screens at most, any, in one way; 0: every screen in each way. Needs demo_site_make(). */
void lost_run(int most, struct random *r, struct lost_run *out);

#endif
