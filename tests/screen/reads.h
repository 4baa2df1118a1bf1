/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A patient whose name and whose chart are markers, and the walk that looks for them (security.md S15). */
#ifndef SCREEN_READS_H
#define SCREEN_READS_H

#include "screen/ways.h"
#include "support/clinic_screen.h"

#define READS_NAME "Zqpersonmark"
#define READS_PROBLEM "Zqproblemmark"
#define READS_ALLERGEN "Zqallergenmark"
#define READS_REACTION "Zqreactionmark"

enum { READS_ROLES = 9, READS_SCREENS_MAX = 128 };
extern const enum clinic_person READS_PEOPLE[READS_ROLES]; /* one of each role */

struct reads {
    struct clinic *clinic;
    struct uid patient, order, allergy;
    char mrn[64];
    bool has_ways;     /* reads_add_seldom() was called */
    struct ways ways;
    bool was_open[READS_SCREENS_MAX]; /* by place in WORKSTATION_SCREENS: on top once */
    int looks, seen;   /* pictures or answers, and those with a marker */
    int wrong;         /* seen without a row, or without the right */
    char why[2000];    /* the first of them, a line each */
};

void reads_begin(struct reads *r);
void reads_end(struct reads *r);
/* What screens are for that a chart alone does not open: doses, a reconciliation under way, a restricted record and the rest of
 * ways_add_seldom(). From then on the walk opens each screen by its ways (ways.h), too. */
void reads_add_seldom(struct reads *r);
/* The screens that nobody had on top although no row of a table says why, a space behind each; the caller frees. */
char *reads_missed(const struct reads *r);

/* Every screen and action of the tables as that person. */
void reads_walk_screens(struct reads *r, enum clinic_person who);
/* Every sub-command, in the ways that its usage names, as that person. Standard output and error are taken meanwhile. */
void reads_walk_commands(struct reads *r, enum clinic_person who);

/* For tests of their own: rows of that session that are no refusals; a picture judged. */
int64_t reads_rows(struct reads *r, const char *session_id);
void reads_look(struct reads *r, struct clinic_screen *s, int64_t before, const char *screen, const char *action);
bool reads_shows(const struct clinic_screen *s, const char *marker);
/* Text of a sub-command or of a picture as one piece. */
void reads_judge(struct reads *r, enum role role, const char *text, bool has_row, const char *where);
void reads_blame(struct reads *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
