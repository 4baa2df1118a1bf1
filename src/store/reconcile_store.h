/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reconciliations, their sources, lines, decisions and discrepancies. Writers run inside store_begin(); a `put` writes a new
 * row where ver is 0 and changes the row at that version otherwise (STATUS_STALE), and sets ver to what it is then. A
 * `remove` keeps the row, marked as deleted. */
#ifndef STORE_RECONCILE_STORE_H
#define STORE_RECONCILE_STORE_H

#include "model/reconcile.h"
#include "store/store.h"

enum status reconciliation_put(struct store *store, struct reconciliation *r, char **out_old, char **out_new, struct error *err)
    MUST_USE;
enum status reconciliation_get(struct store *store, struct uid id, struct reconciliation *out, struct error *err) MUST_USE;
/* Of a patient, newest first. */
enum status reconciliation_list_get(struct store *store, struct uid patient, struct reconciliation_list *out, struct error *err)
    MUST_USE;
/* Of the whole site: what is open, waits for a prescriber or was signed offline; by due time. */
enum status reconciliation_list_open(struct store *store, struct reconciliation_list *out, struct error *err) MUST_USE;
/* Started between two instants, for reports. */
enum status reconciliation_list_between(struct store *store, int64_t from_us, int64_t to_us, struct reconciliation_list *out,
                                        struct error *err) MUST_USE;

enum status reconcile_source_put(struct store *store, struct uid reconciliation, struct uid patient, struct uid by,
                                 struct reconcile_source *source, struct error *err) MUST_USE;
enum status reconcile_source_list_get(struct store *store, struct uid reconciliation, struct reconcile_source_list *out,
                                      struct error *err) MUST_USE;

enum status reconcile_line_put(struct store *store, struct uid reconciliation, struct uid patient, struct reconcile_line *line,
                               struct error *err) MUST_USE;
enum status reconcile_line_remove(struct store *store, struct uid patient, const struct reconcile_line *line, struct error *err)
    MUST_USE;
enum status reconcile_line_list_get(struct store *store, struct uid reconciliation, struct reconcile_line_list *out,
                                    struct error *err) MUST_USE;

enum status reconcile_item_put(struct store *store, struct uid reconciliation, struct uid patient, struct reconcile_item *item,
                               char **out_old, char **out_new, struct error *err) MUST_USE;
enum status reconcile_item_remove(struct store *store, struct uid patient, const struct reconcile_item *item, struct error *err)
    MUST_USE;
enum status reconcile_item_list_get(struct store *store, struct uid reconciliation, struct reconcile_item_list *out,
                                    struct error *err) MUST_USE;

enum status reconcile_discrepancy_put(struct store *store, struct uid reconciliation, struct uid patient,
                                      struct reconcile_discrepancy *d, struct error *err) MUST_USE;
enum status reconcile_discrepancy_remove(struct store *store, struct uid patient, const struct reconcile_discrepancy *d,
                                         struct error *err) MUST_USE;
enum status reconcile_discrepancy_list_get(struct store *store, struct uid reconciliation,
                                           struct reconcile_discrepancy_list *out, struct error *err) MUST_USE;

/* Deferred and not verifiable lines of lists that stand, by owner, for the report of open ones. */
struct reconcile_deferral {
    struct uid reconciliation, patient, owner;
    enum reconcile_action action;
    struct date due_on;
    char *text;   /* of its first line */
    char *words;
};
struct reconcile_deferral_list {
    struct reconcile_deferral *items;
    size_t len, cap;
};
void reconcile_deferral_list_release(struct reconcile_deferral_list *list);
enum status reconcile_deferral_list_get(struct store *store, struct reconcile_deferral_list *out, struct error *err) MUST_USE;

/* Discrepancies by class of sessions that were started between two instants. */
struct reconcile_class_count {
    struct uid patient;
    enum discrepancy_class class_of;
    int count;
};
struct reconcile_class_count_list {
    struct reconcile_class_count *items;
    size_t len, cap;
};
enum status reconcile_class_counts(struct store *store, int64_t from_us, int64_t to_us, struct reconcile_class_count_list *out,
                                   struct error *err) MUST_USE;

#endif
