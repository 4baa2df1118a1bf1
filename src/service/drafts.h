/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Half-typed forms that outlive a lock, a lost line and kill -9. A draft belongs to one person, one form and one patient
 * (UID_NONE: a form about nobody yet); nobody else ever sees it. It lies in the site's sealed database. */
#ifndef SERVICE_DRAFTS_H
#define SERVICE_DRAFTS_H

#include "service/site.h"
#include "store/draft_store.h"

/* In the place of the one before. */
enum status draft_save(struct actor *actor, const char *form, struct uid patient, const char *content_json,
                       struct error *err) MUST_USE;
enum status draft_discard(struct actor *actor, const char *form, struct uid patient, struct error *err) MUST_USE;
/* STATUS_NOT_FOUND where there is none; the caller releases. */
enum status draft_find(struct actor *actor, const char *form, struct uid patient, struct draft *out, struct error *err) MUST_USE;

/* What this person left half-typed, newest first, with the names of the patients: Home. */
struct own_draft {
    struct draft draft;
    char *patient_name; /* "" for a form about nobody */
};
struct own_draft_list {
    struct own_draft *items;
    size_t len, cap;
};
enum status draft_list_own(struct actor *actor, struct own_draft_list *out, struct error *err) MUST_USE;
enum status draft_list_refresh(struct actor *actor, struct own_draft_list *out, struct error *err) MUST_USE; /* no audit row */
void own_draft_list_release(struct own_draft_list *list);

#endif
