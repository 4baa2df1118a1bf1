/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels of fills and slips for what is owed: made from the structured order (model/label_text.h), in the patient's language
 * where every phrase of it was read and released, else in English, and then it says so. */
#ifndef SERVICE_LABELS_H
#define SERVICE_LABELS_H

#include "model/label_text.h"
#include "service/fills_list.h"
#include "service/printing.h"

struct label {
    struct document *document;      /* owned */
    enum label_language language;   /* that it is printed in */
    char refusal[256];              /* why not in the patient's language; "" it is */
};
/* language NULL: the patient's. STATUS_REFUSED when not even English has the phrases: then the directions as written go on the
 * label, unless there are none. The view has packs (fill_fill() was done). */
enum status label_make(struct actor *actor, const struct patient *patient, const struct fill_view *view, const char *language,
                       struct label *out, struct error *err) MUST_USE;
void label_release(struct label *label);

/* For the patient whose rest is owed. */
enum status owed_slip_make(struct actor *actor, const struct patient *patient, const struct fill_view *view, struct document **out,
                           struct error *err) MUST_USE;

/* The look-alike names of a drug text in tall-man letters; the caller frees. */
char *label_tallman(const struct site *site, const char *drug);

#endif
