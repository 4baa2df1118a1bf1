/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drug data that this site loaded (knowledge_sets), and the charts that a change of knowledge touches
 * (knowledge_affected). Of this device only. Writers run inside store_begin(). */
#ifndef STORE_KNOWLEDGE_STORE_H
#define STORE_KNOWLEDGE_STORE_H

#include "base/buffer.h"
#include "base/uid.h"
#include "model/enums.h"
#include "store/store.h"

struct knowledge_set {
    struct uid id;
    char *name;
    char *files, *counts, *preview;    /* JSON */
    enum interaction_type ceiling;     /* the worst severity that its rules show */
    char *imported_by, *raised_by;     /* names of people; "" */
    int64_t imported_us, raised_us;
};
struct knowledge_set_list {
    struct knowledge_set *items;
    size_t len, cap;
};
void knowledge_set_list_release(struct knowledge_set_list *list);

/* In the order of their names. */
enum status knowledge_set_list_get(struct store *store, struct knowledge_set_list *out, struct error *err) MUST_USE;
/* Appends the tables of one set. */
enum status knowledge_set_tables(struct store *store, struct uid id, struct buffer *out, struct error *err) MUST_USE;
/* Replaces the set of that name. */
enum status knowledge_set_put(struct store *store, const struct knowledge_set *set, const struct buffer *tables,
                              struct uid by, struct error *err) MUST_USE;
enum status knowledge_set_raise(struct store *store, struct uid id, enum interaction_type ceiling, struct uid by, int64_t now_us,
                                struct error *err) MUST_USE;
enum status knowledge_set_remove(struct store *store, struct uid id, struct error *err) MUST_USE;

struct affected {
    struct uid patient;
    char *name, *mrn;              /* "Grace Okafor" */
    char *from_version, *to_version;
    enum interaction_type worst;   /* of what was gained or lost */
    char *changes;                 /* JSON */
    int64_t found_us;
};
struct affected_list {
    struct affected *items;
    size_t len, cap;
};
void affected_list_release(struct affected_list *list);

/* Those that nobody has looked at, worst first. */
enum status affected_list_get(struct store *store, int limit, struct affected_list *out, struct error *err) MUST_USE;
enum status affected_count(struct store *store, int64_t *out, struct error *err) MUST_USE;
/* A later change takes the place of an earlier one nobody looked at. */
enum status affected_put(struct store *store, const struct affected *row, struct error *err) MUST_USE;
enum status affected_see(struct store *store, struct uid patient, struct uid by, int64_t now_us, struct error *err) MUST_USE;

#endif
