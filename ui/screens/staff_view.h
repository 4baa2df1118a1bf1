/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens of staff administration share. */
#ifndef SCREENS_STAFF_VIEW_H
#define SCREENS_STAFF_VIEW_H

#include "screens/screens.h"
#include "service/staff_desk.h"
#include "service/staffing.h"

/* "open", "closed"; the style says that it wants to be seen. */
const char *staff_state_words(const struct staff *staff, enum style *style);
/* "license until 3 Mar 2027", "license ended 3 Mar 2026", "no license kept here". Returns buf. */
const char *staff_license_words(const struct staff_license *license, struct date today, char *buf, size_t size, enum style *style);

enum staff_act { STAFF_ADD, STAFF_ROLE, STAFF_CLOSE, STAFF_OPEN, STAFF_RESET, STAFF_UNLOCK, STAFF_END_SESSIONS, STAFF_LICENSE, STAFF_ACTS };
struct staff_act_argument {
    enum staff_act what;
    const char *login; /* "" with STAFF_ADD; copied */
};
extern const struct screen_ops SCREEN_STAFF_MEMBER; /* const char *: the sign-in name */
extern const struct screen_ops SCREEN_STAFF_ACT;    /* const struct staff_act_argument * */

#endif
