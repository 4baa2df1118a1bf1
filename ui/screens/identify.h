/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is in front of the nurse (ui.md rule 1): a wristband, or two identifiers that are asked for and typed. The birth date
 * and the MRN are not shown before, so that nobody copies them from the screen. A part of the screens that record doses:
 *
 *     open:   identify_init(&s->who);          close:  identify_release(&s->who);
 *     draw:   until identify_is_done(): identify_draw() in the place of the banner and the form
 *     scan:   identify_by_scan();              Enter:  identify_by_typing();
 */
#ifndef SCREENS_IDENTIFY_H
#define SCREENS_IDENTIFY_H

#include "kit/form.h"
#include "screens/screens.h"

struct identify {
    struct form form;
    enum identified_by by; /* NONE_GIVEN: nobody yet */
};

void identify_init(struct identify *who);
void identify_release(struct identify *who);
bool identify_is_done(const struct identify *who);

/* Both say what does not match. True: the person is the patient. */
bool identify_by_scan(struct identify *who, struct shell *sh, struct uid patient, const char *code);
bool identify_by_typing(struct identify *who, struct shell *sh, struct uid patient);

void identify_draw(struct identify *who, const struct patient *patient, struct area banner, struct area head,
                   struct area form_area);

#endif
