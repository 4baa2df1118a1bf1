/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real program on a demo clinic of its own: made once before all tests of the program, copied for each. */
#ifndef PTY_DEMO_SITE_H
#define PTY_DEMO_SITE_H

#include "model/enums.h"
#include "service/demo.h"
#include "service/site.h"
#include "support/pty.h"

/* The demo's first patients (service/demo.h) and the smallest number that has them all. */
enum { DEMO_SITE_PATIENTS = 6 };
#define DEMO_SITE_SEED 20260101u

struct demo_site {
    char *folder, *site_folder; /* of the copy */
    char *variables[3];         /* for the program's environment */
};

void demo_site_make(void);   /* ReportHook(PRE_ALL) */
void demo_site_remove(void); /* ReportHook(POST_ALL) */

struct demo_site *demo_site_new(void);
void demo_site_free(struct demo_site *d);

/* more: up to three "NAME=value", NULL: none. */
struct pty *demo_site_start(struct demo_site *d, const char *terminal, int rows, int cols, const char *const more[3]);
void demo_site_sign_in(struct pty *p, enum role role); /* until Home is there */
/* Types, waits until it is seen, and breaks the burst, so that what follows is a person's Enter and not a scanner's. */
void demo_site_type(struct pty *p, const char *text);
void demo_site_open_chart(struct pty *p); /* from Home: Grace Okafor, found by half her surname */

/* The site as one of its people sees it, beside the running program; demo_site_look_away() ends it. */
struct actor *demo_site_enter(struct demo_site *d, const struct demo_user *who);
/* The site as an administrator's process sees it, beside the running program. */
struct actor *demo_site_look(struct demo_site *d);
void demo_site_look_away(struct actor *actor);
int64_t demo_site_count(struct actor *actor, const char *sql);

#endif
