/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Controlled drugs, piece by piece (controlled_entries), and the counts of what is in the cabinet (controlled_counts). Both
 * are append-only. Writers run inside store_begin(). Structs own their strings. */
#ifndef STORE_CONTROLLED_STORE_H
#define STORE_CONTROLLED_STORE_H

#include "base/decimal.h"
#include "model/enums.h"
#include "model/unit.h"
#include "store/store.h"

struct controlled_entry {
    struct uid id, patient, order;
    struct uid removal;      /* its own id for what takes out */
    enum controlled_kind kind;
    char *drug;              /* as the count names it */
    struct decimal amount;   /* negative: a record that was taken back */
    enum unit unit;
    struct uid dose;         /* dose event, or UID_NONE */
    enum waste_method method;
    enum waste_reason reason;
    char *note;
    struct uid actor, witness;
    bool is_witness_local;
    int64_t occurred_us, recorded_us;
    char *actor_name, *witness_name; /* read only */
};
struct controlled_entry_list {
    struct controlled_entry *items;
    size_t len, cap;
};
void controlled_entry_release(struct controlled_entry *entry);
void controlled_entry_list_release(struct controlled_entry_list *list);

enum status controlled_entry_insert(struct store *store, const struct controlled_entry *entry, char **out_new, struct error *err)
    MUST_USE;
/* All of one removal, in the order in which they were written. */
enum status controlled_list_removal(struct store *store, struct uid removal, struct controlled_entry_list *out, struct error *err)
    MUST_USE;
/* Removals since then whose last entry is not "settled", oldest first. */
enum status controlled_list_open(struct store *store, int64_t since_us, struct controlled_entry_list *out, struct error *err)
    MUST_USE;
/* Entries of a drug recorded after an instant, oldest first. */
enum status controlled_list_drug(struct store *store, const char *drug, int64_t after_us, struct controlled_entry_list *out,
                                 struct error *err) MUST_USE;
/* Entries that name a dose event. */
enum status controlled_list_dose(struct store *store, struct uid dose, struct controlled_entry_list *out, struct error *err)
    MUST_USE;

/* When something was last written about a controlled drug of the patient; 0: never. */
enum status controlled_last_of(struct store *store, struct uid patient, int64_t *out_us, struct error *err) MUST_USE;

/* Waste and returns that were witnessed while the centre could not be asked, by somebody whose account it had closed by then,
 * and that no entry takes back yet: the note of such a one is CONTROLLED_NO_WITNESS and the id in hexadecimal digits. */
#define CONTROLLED_NO_WITNESS "witness's account was closed: "
enum status controlled_list_unwitnessed(struct store *store, int64_t since_us, struct controlled_entry_list *out, struct error *err)
    MUST_USE;

struct controlled_count {
    struct uid id;
    enum count_kind kind;
    char *drug;
    struct decimal amount;
    enum unit unit;
    struct decimal expected; /* of a count */
    bool has_expected;       /* false: the first count of a drug */
    struct uid explains;
    char *note;
    struct uid actor, witness;
    int64_t recorded_us;
    char *actor_name, *witness_name; /* read only */
};
struct controlled_count_list {
    struct controlled_count *items;
    size_t len, cap;
};
void controlled_count_list_release(struct controlled_count_list *list);
enum status controlled_count_insert(struct store *store, const struct controlled_count *count, char **out_new, struct error *err)
    MUST_USE;
/* Of one drug, newest first, at most `limit`. */
enum status controlled_count_list_get(struct store *store, const char *drug, int limit, struct controlled_count_list *out,
                                      struct error *err) MUST_USE;
/* The drugs that were ever counted, delivered or taken out; *out_names is an array of *out_len texts, the caller's. */
enum status controlled_drugs(struct store *store, char ***out_names, size_t *out_len, struct error *err) MUST_USE;

#endif
