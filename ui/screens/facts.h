/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts under each other, a label and a text each; one that is not known says so, so that it can be asked. */
#ifndef SCREENS_FACTS_H
#define SCREENS_FACTS_H

#include "screens/screens.h"

enum { FACTS_MAX = 40, FACT_TEXT_MAX = 320 };

struct facts {
    struct {
        const char *label; /* translated; borrowed */
        char text[FACT_TEXT_MAX];
    } items[FACTS_MAX];
    int count;
    int top; /* first one that is seen */
    struct area area;
};

void facts_add(struct facts *f, const char *label, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Name, birth date, sex, numbers, how to be reached: who a patient is, nothing of the chart. Forgets what was there. */
void facts_of_person(struct facts *f, const struct patient *p, struct date today);
void facts_layout(struct facts *f, struct area a);
void facts_draw(const struct facts *f);
unsigned facts_key(struct facts *f, const struct event *event); /* scrolls */

#endif
