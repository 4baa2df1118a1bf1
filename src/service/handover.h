/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one shift tells the next (ui.md): overdue and missed doses, effects still to be asked, open waste, possible double
 * doses, what waits for the pharmacy, held and refused doses, first and last doses. The next nurse reads it and accepts it
 * by signing in on this terminal; what was read is kept, line by line, with its patient. */
#ifndef SERVICE_HANDOVER_H
#define SERVICE_HANDOVER_H

#include "service/printing.h"
#include "service/site.h"
#include "service/witness.h"

enum handover_section {
    HANDOVER_OVERDUE,
    HANDOVER_MISSED,
    HANDOVER_DOUBLE,
    HANDOVER_WASTE,
    HANDOVER_EFFECT,
    HANDOVER_SUPPLY,
    HANDOVER_NOT_GIVEN, /* held, refused, away in this shift */
    HANDOVER_FIRST,
    HANDOVER_LAST,
    HANDOVER_SECTIONS
};

struct handover_line {
    enum handover_section section;
    struct uid patient;
    char *patient_name;
    char *words; /* "08:00 lisinopril: 65 min overdue" */
    int64_t at_us;
};
struct handover {
    int64_t from_us, to_us;
    struct handover_line *items;
    size_t len, cap;
};
void handover_release(struct handover *handover);
const char *handover_section_label(enum handover_section section); /* translated */

/* Of the shift that ends now. By section, patient and time. Audited. */
enum status handover_make(struct actor *actor, int64_t from_us, int64_t to_us, struct handover *out, struct error *err) MUST_USE;

/* The next nurse has read it and signed in here; somebody else than who hands over. */
enum status handover_accept(struct actor *actor, const struct handover *handover, const char *note, const struct witness *next,
                            struct error *err) MUST_USE;

/* As a sheet with a box for each line. The caller frees with document_free(). */
enum status handover_sheet(struct actor *actor, const struct handover *handover, struct document **out, struct error *err) MUST_USE;

#endif
