/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/access.h"

#include <stdlib.h>

#include "base/memory.h"
#include "service/act.h"
#include "store/patient_link_store.h"

/* Reads and writes are told apart by the action; the list is cut after that. */
static void keep_only(struct audit_line_list *list, enum access_what what)
{
    struct audit_line_list kept = {.is_cut = list->is_cut}, dropped = {0};
    for (size_t i = 0; i < list->len; i++) {
        bool wanted = what == ACCESS_ALL || access_is_read(list->items[i].action) == (what == ACCESS_READS);
        struct audit_line_list *into = wanted ? &kept : &dropped;
        MEM_GROW(into);
        into->items[into->len++] = list->items[i]; /* the strings go over */
    }
    mem_free(list->items);
    audit_line_list_release(&dropped);
    *list = kept;
}

static void take_over(struct audit_line_list *all, struct audit_line_list *own)
{
    all->is_cut = all->is_cut || own->is_cut;
    for (size_t i = 0; i < own->len; i++) {
        MEM_GROW(all);
        all->items[all->len++] = own->items[i]; /* the strings go over */
    }
    mem_free(own->items);
}

static int newest_first(const void *a, const void *b)
{
    const struct audit_line *x = a, *y = b;
    return x->at_us != y->at_us ? (x->at_us < y->at_us) - (x->at_us > y->at_us) : uid_compare(y->id, x->id);
}

enum status access_refresh(struct actor *actor, struct uid patient, enum access_what what, struct uid actor_id, int limit,
                           struct audit_line_list *out, struct error *err)
{
    struct audit_query query = {.actor = actor_id, .action_begin = "", .before_us = INT64_MAX, .limit = limit};
    struct audit_line_list all = {0};
    struct person_records records;
    if (!actor_may(actor, PERMISSION_ACCESS_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = person_records_get(actor->site->store, patient, &records, err);
    for (int i = 0; status == STATUS_OK && i < records.count; i++) {
        struct audit_line_list own = {0};
        query.subject = records.ids[i];
        status = audit_list_subject(actor->site->store, &query, &own, err);
        if (status == STATUS_OK) {
            take_over(&all, &own);
        }
    }
    if (status != STATUS_OK) {
        audit_line_list_release(&all);
        return status;
    }
    if (records.count > 1 && all.len > 1) {
        qsort(all.items, all.len, sizeof *all.items, newest_first);
    }
    keep_only(&all, what);
    *out = all;
    return STATUS_OK;
}

enum status access_list(struct actor *actor, struct uid patient, enum access_what what, struct uid actor_id, int limit,
                        struct audit_line_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_ACCESS_READ, "access.read", "audit_logs", patient);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? access_refresh(actor, patient, what, actor_id, limit, out, err) : status;
}
