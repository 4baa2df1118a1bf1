/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cluster for the whole run: the runner starts it before its first test. */
#include <criterion/criterion.h>
#include <criterion/hooks.h>

#include "support/postgres.h"

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
    (void)tests;
    (void)postgres_start(); /* where it is not installed every test says that it was skipped */
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
    (void)stats;
    postgres_stop();
}
