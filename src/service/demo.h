/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A clinic to try things on: invented people, dates relative to now, the same for the same seed. It goes through the same
 * write path as everything else and says DEMO wherever it is shown. */
#ifndef SERVICE_DEMO_H
#define SERVICE_DEMO_H

#include <stdint.h>

#include "service/site.h"

struct demo_user {
    const char *login;
    enum role role;
    char password[64];
};
enum { DEMO_USERS = 8 };

/* Makes the site, its staff and its patients. The administrator is the first user. */
enum status demo_create(const char *folder, const char *device_key_path, int patients, uint64_t seed,
                        struct password_cost cost, const struct clock *clock, struct demo_user out[DEMO_USERS],
                        struct error *err) MUST_USE;

/* The passwords of a demo site with this seed, without making one. */
void demo_users(uint64_t seed, struct demo_user out[DEMO_USERS]);

#endif
