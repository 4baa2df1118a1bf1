/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walls round a running workstation (security.md 5.4): it can start no other program, write
 * nowhere but where it is told, read only what it needs. For good: nothing takes them down again.
 * What the kernel is too old for is left out and said in the answer. */
#ifndef HOST_SANDBOX_H
#define HOST_SANDBOX_H

#include <stdbool.h>

#include "base/error.h"

struct sandbox_level {
    int landlock_abi;  /* 0: the kernel has none */
    bool has_seccomp;
};

/* Paths are borrowed for the call; NULL ends each list. What is not there is passed over. */
enum status sandbox_enter(const char *const *readable, const char *const *writable, struct sandbox_level *out,
                          struct error *err) MUST_USE;

/* What this kernel would give, with nothing entered. */
struct sandbox_level sandbox_available(void);

#endif
