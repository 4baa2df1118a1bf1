/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens of the directory share. */
#ifndef SCREENS_DIRECTORY_VIEW_H
#define SCREENS_DIRECTORY_VIEW_H

#include "kit/form.h"
#include "screens/screens.h"
#include "service/directory.h"

/* "open, until 18:00", "closed", "hours not known". Returns buf. */
enum { DIRECTORY_OPEN_MAX = 64 };
const char *directory_open_words(const struct site *site, const struct pharmacy *pharmacy, char buf[DIRECTORY_OPEN_MAX], enum style *style);
/* "Ada Moss, MD". Returns buf. */
const char *directory_provider_name(const struct provider *provider, char *buf, size_t size);

/* A date of a form; "" is none. STATUS_INVALID at that field when it cannot be read or can be read twice. */
enum status directory_read_date(const struct form *form, const char *name, struct date today, struct date *out, struct error *err) MUST_USE;

enum directory_kind { DIRECTORY_PHARMACIES, DIRECTORY_PROVIDERS, DIRECTORY_KINDS };
struct directory_argument {
    struct uid id; /* UID_NONE: a new one */
    enum directory_kind kind;
};
extern const struct screen_ops SCREEN_DIRECTORY_ENTRY; /* const struct directory_argument * */

enum care_kind { CARE_PROVIDERS, CARE_INSURANCE, CARE_KINDS };
struct care_argument {
    struct uid patient;
    struct uid id; /* the provider, or the insurance; UID_NONE: a new insurance */
    enum care_kind kind;
    const char *patient_name; /* "OKAFOR, Grace"; copied */
};
extern const struct screen_ops SCREEN_CARE_ENTRY; /* const struct care_argument * */

#endif
