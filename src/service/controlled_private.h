/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What recording a dose and accounting for controlled drugs share. Inside a transaction. */
#ifndef SERVICE_CONTROLLED_PRIVATE_H
#define SERVICE_CONTROLLED_PRIVATE_H

#include "model/order.h"
#include "service/act.h"
#include "service/controlled.h"

/* The fold of a removal's entries; strings of the first entry are copied, names of people and patient are not filled. */
void removal_fold(const struct controlled_entry_list *entries, int64_t now_us, int open_hours, struct removal *out);

/* Appends the entries of a dose that is about to be written: taken out (unless `removal` is open already), given, settled
 * when nothing is left. `removed` in any unit that converts. STATUS_REFUSED (field "removed") when less was taken out than
 * is given. */
enum status controlled_give(struct site *site, const struct order *order, const struct dose_event *event, const char *drug,
                            struct uid removal, struct decimal removed, enum unit removed_unit, struct error *err) MUST_USE;
/* A dose record was voided: what was given is open again. */
enum status controlled_take_back(struct site *site, const struct dose_event *event, struct uid by, struct error *err) MUST_USE;
/* A used patch of a controlled drug came off: to be discarded before somebody's eyes. */
enum status controlled_patch_off(struct site *site, const struct order *order, const struct dose_event *event, struct error *err)
    MUST_USE;

#endif
