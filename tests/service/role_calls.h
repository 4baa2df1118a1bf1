/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call for each service function that takes who acts. role_calls.awk writes the table from the headers of src/service, so
 * that a new function is in it without anybody's doing. */
#ifndef SERVICE_ROLE_CALLS_H
#define SERVICE_ROLE_CALLS_H

#include "service/site.h"

struct role_call {
    const char *name; /* NULL ends */
    enum status (*call)(struct actor *actor, struct error *err);
};
extern const struct role_call ROLE_CALLS[];

#endif
