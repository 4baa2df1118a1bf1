/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The account of an imported file. Private to src/service/import*.c. */
#ifndef SERVICE_IMPORT_REPORT_H
#define SERVICE_IMPORT_REPORT_H

#include "service/imports.h"

/* Adds to the line of the same words, or a new line. Counts of 0 are left out. */
void import_counts_add(struct import_counts *counts, const char *what, const char *reason, int line,
                       int64_t count);
void import_report_release(struct import_report *report);

#endif
