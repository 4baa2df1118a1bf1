/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a form that say on whose word an order is entered: source, prescriber, when it was said, read back. Used by
 * every form that makes a version of an order. The form owns the fields; this owns the list of prescribers. */
#ifndef SCREENS_RELAY_FIELDS_H
#define SCREENS_RELAY_FIELDS_H

#include "kit/form.h"
#include "kit/picker.h"
#include "screens/screens.h"
#include "service/order_signing.h"

struct relay_fields {
    struct workstation *ws;
    struct form *form; /* borrowed */
    struct prescriber_list prescribers;
    int shown[64], shown_count; /* of the picker */
    bool is_prescriber;         /* the actor orders on their own responsibility */
};

enum status relay_fields_add(struct relay_fields *r, struct workstation *ws, struct form *form, struct error *err) MUST_USE;
void relay_fields_release(struct relay_fields *r);

/* After each event: shows the fields that the source needs. */
void relay_fields_update(struct relay_fields *r);

/* Who the typed name is here, and what follows: translated, or "" where no name is needed. */
const char *relay_fields_note(const struct relay_fields *r, enum style *out_style);
/* One row below the form. */
void relay_fields_draw_note(const struct relay_fields *r, struct area line);

/* prescriber_name is borrowed until the next event. */
enum status relay_fields_read(const struct relay_fields *r, enum order_source *out_source, const char **out_prescriber_name,
                              struct order_relay *out_relay, struct error *err) MUST_USE;

/* A list of the site's prescribers for shell_pick(); chosen(row) fills the field. */
struct picker_source relay_fields_source(struct relay_fields *r);
void relay_fields_choose(struct relay_fields *r, int row);

#endif
