/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hand-overs from shift to shift, and the numbers of the paper forms for a downtime. Writers run inside store_begin(). */
#ifndef STORE_HANDOVER_STORE_H
#define STORE_HANDOVER_STORE_H

#include "store/store.h"

struct handover_row {
    struct uid id;
    int64_t from_us, to_us;
    int line_count;
    const char *note;
    struct uid given_by, accepted_by;
};
enum status handover_insert(struct store *store, const struct handover_row *row, char **out_new, struct error *err) MUST_USE;

struct handover_line_row {
    struct uid id, handover, patient;
    int position;
    const char *content;
};
enum status handover_line_insert(struct store *store, const struct handover_line_row *row, struct error *err) MUST_USE;

struct downtime_form_row {
    struct uid id, patient;
    const char *form_number;
    int hours;
    int64_t made_us, unsent;
    const char *content; /* as text */
};
/* On this device only. STATUS_EXISTS when the number is taken. */
enum status downtime_form_insert(struct store *store, const struct downtime_form_row *row, struct error *err) MUST_USE;

#endif
