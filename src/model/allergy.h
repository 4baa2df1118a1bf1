/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of a patient's allergies, intolerances and tolerated substances (user_allergies). Owns its strings. */
#ifndef MODEL_ALLERGY_H
#define MODEL_ALLERGY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/uid.h"
#include "model/enums.h"

struct allergy {
    struct uid id;
    struct uid patient;
    int32_t ver;
    char *allergen_name;   /* as recorded */
    char *allergen_key;    /* knowledge selector ("ingredient", "class:x", "group:x") or "" = unchecked text */
    char *code_system, *code;
    enum allergen_type type;
    enum allergy_kind kind;
    enum allergy_state state;
    enum reaction_severity severity;
    char *reaction;        /* reaction_symptoms */
    bool is_verified;      /* verified_by_doctor */
    struct date onset;
    char *note;
    char *original;        /* source text of what could not be coded, or "" */
    int64_t recorded_at_us;
    char *recorded_by;     /* who wrote it, a name to show; "" or NULL: not known here. Read only */
    struct uid supersedes; /* the row that this one corrects */
};

struct allergy_list {
    struct allergy *items;
    size_t len, cap;
};

/* As recorded; where nobody said how bad it was, life-threatening when the reaction's own words say so (anaphylaxis,
 * angioedema, severe skin reactions). */
enum reaction_severity allergy_severity(const struct allergy *allergy);

void allergy_release(struct allergy *allergy);
void allergy_list_release(struct allergy_list *list);

#endif
