/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this site's product codes stand for (drug_codes). Writers run inside store_begin(). */
#ifndef STORE_PRODUCT_STORE_H
#define STORE_PRODUCT_STORE_H

#include "model/enums.h"
#include "store/store.h"

struct product_code {
    enum code_system system;
    char *code;   /* 11 digits of an NDC, 14 of a GTIN */
    char *drug;   /* as the knowledge reads it */
    char *rxcui;  /* or "" */
    char *source;
};
void product_code_release(struct product_code *code);

/* STATUS_NOT_FOUND when nobody has said what it is. */
enum status product_code_get(struct store *store, enum code_system system, const char *code, struct product_code *out,
                             struct error *err) MUST_USE;

/* Adds the code or gives it another meaning; *out_changed false: it said so already. */
enum status product_code_put(struct store *store, const struct product_code *code, struct uid by, struct uid *out_id,
                             bool *out_changed, char **out_old, char **out_new, struct error *err) MUST_USE;

#endif
