/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/access.h"

#include "base/memory.h"
#include "service/act.h"

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

enum status access_refresh(struct actor *actor, struct uid patient, enum access_what what, struct uid actor_id, int limit,
                           struct audit_line_list *out, struct error *err)
{
    const struct audit_query query = {.subject = patient, .actor = actor_id, .action_begin = "", .before_us = INT64_MAX, .limit = limit};
    if (!actor_may(actor, PERMISSION_ACCESS_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = audit_list_subject(actor->site->store, &query, out, err);
    if (status == STATUS_OK) {
        keep_only(out, what);
    }
    return status;
}

enum status access_list(struct actor *actor, struct uid patient, enum access_what what, struct uid actor_id, int limit,
                        struct audit_line_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_ACCESS_READ, "access.read", "audit_logs", patient);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? access_refresh(actor, patient, what, actor_id, limit, out, err) : status;
}
