/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SYNC_SYNC_TEST_H
#define SYNC_SYNC_TEST_H

#include <criterion/criterion.h>

#include "support/postgres.h"

#define NEEDS_POSTGRES()                                                     \
    do {                                                                     \
        if (!postgres_is_up()) {                                             \
            cr_skip_test("PostgreSQL 15 with pg_partman is not installed"); \
        }                                                                    \
    } while (0)

#endif
