/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Half-typed forms that outlive a lock, a lost line and kill -9. A draft belongs to one person and one patient. */
#ifndef SERVICE_DRAFTS_H
#define SERVICE_DRAFTS_H

#include "service/site.h"
#include "store/draft_store.h"

enum status draft_save(struct actor *actor, const char *form, struct uid patient, const char *content_json,
                       struct error *err) MUST_USE;
enum status draft_discard(struct actor *actor, const char *form, struct uid patient, struct error *err) MUST_USE;
enum status draft_list_own(struct actor *actor, struct draft_list *out, struct error *err) MUST_USE;

#endif
