/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every start of the program does first: nothing of the caller's environment but the few
 * variables that are read later, and files that nobody else can read. Before threads, before any
 * library looks at its own variables. */
#ifndef HOST_PROCESS_H
#define HOST_PROCESS_H

#include <stdbool.h>

#include "base/error.h"

void process_start(void);

/* What process_start() lets through; for tests. */
bool process_keeps_variable(const char *name, const char *value);

/* A folder or file of a site belongs to this user and is closed to everybody else. STATUS_REFUSED
 * names it and says what to do; what is not there is fine. */
enum status process_check_private(const char *path, struct error *err) MUST_USE;

#endif
