/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/drafts.h"

#include <string.h>

#include "base/memory.h"
#include "service/act.h"
#include "store/patient_store.h"

enum status draft_save(struct actor *actor, const char *form, struct uid patient, const char *content_json, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DRAFT_OWN, "draft.save", "drafts", patient);
    const struct draft draft = {.staff_user = actor->user,
                                .patient = patient,
                                .form = (char *)(uintptr_t)form,            /* only read */
                                .content = (char *)(uintptr_t)content_json, /* only read */
                                .saved_us = clock_now_us(actor->site->clock)};
    enum status status = act_begin(&act, err);
    return status == STATUS_OK ? act_end(&act, draft_put(actor->site->store, &draft, err), err) : status;
}

enum status draft_discard(struct actor *actor, const char *form, struct uid patient, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DRAFT_OWN, "draft.discard", "drafts", patient);
    enum status status = act_begin(&act, err);
    return status == STATUS_OK ? act_end(&act, draft_remove(actor->site->store, actor->user, form, patient, err), err)
                               : status;
}

/* Looking whether there is one says nothing about anybody; the audit row stands before what it holds is handed out. */
enum status draft_find(struct actor *actor, const char *form, struct uid patient, struct draft *out, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_DRAFT_OWN, "draft.open", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct act act = ACT(actor, PERMISSION_DRAFT_OWN, "draft.open", "drafts", patient);
    struct draft draft;
    enum status status = draft_get(actor->site->store, actor->user, form, patient, &draft, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = act_read(&act, err);
    if (status != STATUS_OK) {
        draft_release(&draft);
        return status;
    }
    *out = draft;
    return STATUS_OK;
}

void own_draft_list_release(struct own_draft_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        draft_release(&list->items[i].draft);
        mem_free(list->items[i].patient_name);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

static enum status name_of(struct store *store, struct uid patient_id, char **out, struct error *err)
{
    struct patient patient;
    if (uid_is_none(patient_id)) {
        *out = mem_copy_text("");
        return STATUS_OK;
    }
    enum status status = patient_get(store, patient_id, &patient, err);
    if (status == STATUS_OK) {
        *out = patient_display_name(&patient);
        patient_release(&patient);
    }
    return status;
}

enum status draft_list_refresh(struct actor *actor, struct own_draft_list *out, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_DRAFT_OWN, "draft.list", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct draft_list drafts = {0};
    struct own_draft_list list = {0};
    enum status status = draft_list_get(actor->site->store, actor->user, &drafts, err);
    for (size_t i = 0; status == STATUS_OK && i < drafts.len; i++) {
        char *name = NULL;
        status = name_of(actor->site->store, drafts.items[i].patient, &name, err);
        if (status == STATUS_OK) {
            MEM_GROW(&list);
            list.items[list.len++] = (struct own_draft){drafts.items[i], name};
            drafts.items[i] = (struct draft){0}; /* handed over */
        }
    }
    draft_list_release(&drafts);
    if (status != STATUS_OK) {
        own_draft_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status draft_list_own(struct actor *actor, struct own_draft_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DRAFT_OWN, "draft.list", "drafts", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? draft_list_refresh(actor, out, err) : status;
}
