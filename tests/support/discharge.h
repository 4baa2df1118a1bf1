/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chart of fourteen drugs and the discharge document that is compared with it: eleven are the same, one has another dose,
 * two are left out there, one is new. */
#ifndef SUPPORT_DISCHARGE_H
#define SUPPORT_DISCHARGE_H

struct discharge_drug {
    const char *chart;        /* as ordered here; NULL: not on the chart */
    const char *name;         /* in the document; NULL: not in it */
    const char *dose, *hours; /* mg, between doses */
};
enum { DISCHARGE_DRUGS_COUNT = 15 };
extern const struct discharge_drug DISCHARGE_DRUGS[DISCHARGE_DRUGS_COUNT];

/* A C-CDA document about Grace Okafor, born 17 May 1960, or whoever is named. Writes the file. */
void discharge_write(const char *path, const char *given, const char *family);

#endif
