/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One night on a ward: a scratch clinic with twelve patients, two nurses at two terminals of the real program (pty_shift), and
 * a clock that all of them read. Everything waits for what is seen; nothing waits for time to pass. */
#ifndef PTY_SHIFT_H
#define PTY_SHIFT_H

#include "support/clinic.h"
#include "support/pty.h"

enum { SHIFT_PATIENTS = 12, SHIFT_ORDERS_MAX = 2 };

struct shift_patient {
    const char *first, *last;
    const char *lines[SHIFT_ORDERS_MAX]; /* as the prescriber types them; NULL: no more */
};

struct shift {
    struct clinic *c;
    int64_t *shared_us;
    struct uid patients[SHIFT_PATIENTS];
    struct uid orders[SHIFT_PATIENTS][SHIFT_ORDERS_MAX];
    struct pty *first, *second; /* 80x24 and 200x60 */
};

/* The night of 6 to 7 November 2027, in New York: at 02:00 the clock goes back to 01:00. Minutes count real time from 23:00. */
struct shift *shift_new(const struct shift_patient people[SHIFT_PATIENTS]);
void shift_free(struct shift *s);

void shift_set(struct shift *s, int minute);          /* for all three processes */
void shift_see_time(struct pty *p, const char *clock); /* until the bar says so: "01:30 EST" */
void shift_start(struct shift *s, int minute);        /* both sign in, to Home */

/* ---- keys ---- */
void shift_press(struct pty *p, const char *key); /* and waits until the picture has changed */
void shift_home(struct pty *p);
void shift_open(struct pty *p, const char *last); /* from Home: the chart, found by the beginning of the name */
void shift_scan(struct pty *p, const char *code);
void shift_go_to(struct pty *p, const char *label); /* up or down a form to this field */
void shift_choose(struct pty *p, const char *label, const char *value);
void shift_fill(struct pty *p, const char *label, int erased, const char *text); /* `erased` letters are taken back first */

/* The screen, character by character and style by style, against tests/pty/goldens/shift.NAME.RxC.txt. */
void shift_golden(struct pty *p, const char *name);

#endif
