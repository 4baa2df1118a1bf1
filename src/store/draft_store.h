/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Half-typed forms, by staff member, form and patient; this device only. Writers run inside store_begin(). */
#ifndef STORE_DRAFT_STORE_H
#define STORE_DRAFT_STORE_H

#include "base/uid.h"
#include "store/store.h"

struct draft {
    struct uid staff_user, patient; /* patient UID_NONE: a form about nobody yet */
    char *form;
    char *content; /* JSON */
    int64_t saved_us;
};
struct draft_list {
    struct draft *items;
    size_t len, cap;
};
void draft_release(struct draft *draft);
void draft_list_release(struct draft_list *list);
enum status draft_put(struct store *store, const struct draft *draft, struct error *err) MUST_USE; /* replaces */
enum status draft_remove(struct store *store, struct uid staff_user, const char *form, struct uid patient,
                         struct error *err) MUST_USE;
/* STATUS_NOT_FOUND where there is none. */
enum status draft_get(struct store *store, struct uid staff_user, const char *form, struct uid patient, struct draft *out,
                      struct error *err) MUST_USE;
enum status draft_list_get(struct store *store, struct uid staff_user, struct draft_list *out, struct error *err) MUST_USE;

#endif
