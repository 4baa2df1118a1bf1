/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who of the site's patients might be the same person as one that is typed: by names in any order and by their sound, a
 * birth date that is equal, near or transposed, phone, address and numbers. Bounded work by the search index whatever the
 * size of the site; nothing is ever merged here. */
#ifndef STORE_PATIENT_MATCH_H
#define STORE_PATIENT_MATCH_H

#include "model/patient.h"
#include "store/store.h"

enum match_reason {
    MATCH_NUMBER = 1 << 0,          /* an identifier */
    MATCH_NAME = 1 << 1,            /* all words, in any order */
    MATCH_NAME_SOUND = 1 << 2,      /* they sound alike, or differ by a letter */
    MATCH_BIRTH_DATE = 1 << 3,
    MATCH_BIRTH_TRANSPOSED = 1 << 4, /* day and month, or two digits, changed places */
    MATCH_BIRTH_NEAR = 1 << 5,      /* one digit, or a day or two */
    MATCH_PHONE = 1 << 6,
    MATCH_ADDRESS = 1 << 7,
    MATCH_SEX_DIFFERS = 1 << 8,
    MATCH_BIRTH_DIFFERS = 1 << 9,
};

struct patient_match {
    struct uid id;
    int score; /* 0..100 */
    unsigned reasons;
    char *name;
    char *mrn;
    struct date birth_date;
    enum gender gender;
    char *phone;
};

struct patient_match_list {
    struct patient_match *items;
    size_t len, cap;
};
void patient_match_list_release(struct patient_match_list *list);

/* Those with a score of at least PATIENT_MATCH_LIKELY, the likeliest first; `patient` itself is left out. */
enum { PATIENT_MATCH_LIKELY = 45, PATIENT_MATCH_MAX = 20 };
enum status patient_match(struct store *store, const struct patient *patient, struct patient_match_list *out, struct error *err)
    MUST_USE;

/* The pure part: how alike two people are. *out_reasons may be NULL. */
int patient_likeness(const struct patient *a, const struct patient *b, unsigned *out_reasons);

#endif
