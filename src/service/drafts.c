/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/drafts.h"

#include "service/act.h"

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

enum status draft_list_own(struct actor *actor, struct draft_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DRAFT_OWN, "draft.list", "drafts", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? draft_list_get(actor->site->store, actor->user, out, err) : status;
}
