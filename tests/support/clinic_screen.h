/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workstation on a scratch clinic, in this process: sign in as somebody, press keys, look (screen_harness.h). The
 * clinic's clock is the workstation's too.
 *
 *     struct clinic_screen s;
 *     clinic_screen_open(&s, clinic, CLINIC_NURSE, 24, 80);     -> Home
 *     harness_open(s.h, &SCREEN_CHART, &patient);
 *     ...
 *     clinic_screen_close(&s);
 */
#ifndef SUPPORT_CLINIC_SCREEN_H
#define SUPPORT_CLINIC_SCREEN_H

#include "screens/screens.h"
#include "support/clinic.h"
#include "support/screen_harness.h"

/* Never copied: the harness holds the address of ws. */
struct clinic_screen {
    struct workstation ws;
    struct shell_options options;
    struct harness *h;
};

/* Somebody on any site, for those who made theirs otherwise; ws.actor is NULL when they were not let in. */
struct clinic_screen_at {
    const char *site_folder, *device_key_path; /* borrowed until the end, as the clock */
    const struct clock *clock;
    const char *login, *password;
    int rows, cols;
    const char *tz; /* of the terminal; NULL: not set */
};
void clinic_screen_sign_in(struct clinic_screen *s, const struct clinic_screen_at *at);
/* Says that the site's drug tables were filled from the knowledge in force: signing in spends no seconds on them. */
void clinic_screen_settle(struct site *site);

void clinic_screen_open(struct clinic_screen *s, struct clinic *c, enum clinic_person who, int rows, int cols);
/* The person signs out; the clinic stays. */
void clinic_screen_close(struct clinic_screen *s);

#endif
