/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dose events: append-only. Slots are computed by src/schedule; the events say what happened to them. */
#ifndef STORE_DOSE_STORE_H
#define STORE_DOSE_STORE_H

#include "model/dose.h"
#include "store/store.h"

/* Of one patient between two instants (by planned time, else by when it happened), newest first; at most limit. */
enum status dose_list_get(struct store *store, struct uid patient, int64_t from_us, int64_t to_us, int limit,
                          struct dose_event_list *out, struct error *err) MUST_USE;
/* Of one slot, oldest first. */
enum status dose_list_slot(struct store *store, struct uid slot, struct dose_event_list *out, struct error *err) MUST_USE;
/* Of everybody, of slots planned between two instants: for the due list. */
enum status dose_list_planned(struct store *store, int64_t from_us, int64_t to_us, struct dose_event_list *out,
                              struct error *err) MUST_USE;
/* Records of one order, void ones too, of what happened since an instant, newest first. */
enum status dose_list_order(struct store *store, struct uid order, int64_t since_us, struct dose_event_list *out,
                            struct error *err) MUST_USE;
/* As-needed doses taken since then whose effect nobody has recorded, oldest first; voided ones are left out. */
enum status dose_list_unassessed(struct store *store, int64_t since_us, struct dose_event_list *out, struct error *err)
    MUST_USE;
/* Every event of slots planned since then that have more than one, slot by slot. */
enum status dose_list_doubles(struct store *store, int64_t since_us, struct dose_event_list *out, struct error *err) MUST_USE;
/* The same of one record of a patient: what a chart asks does not grow with the site. */
enum status dose_list_doubles_of(struct store *store, struct uid patient, int64_t since_us, struct dose_event_list *out,
                                 struct error *err) MUST_USE;
/* As-needed doses since then that have another one of the same patient, or of a record joined to theirs, within PRN_PAIR_US, by
 * record and time. */
#define PRN_PAIR_US (15 * US_PER_MINUTE)
enum status dose_list_pairs(struct store *store, int64_t since_us, struct dose_event_list *out, struct error *err) MUST_USE;
enum status dose_insert(struct store *store, const struct dose_event *event, char **out_new, struct error *err) MUST_USE;
enum status dose_get(struct store *store, struct uid event, struct dose_event *out, struct error *err) MUST_USE;

#endif
