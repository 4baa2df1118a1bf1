/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fatal.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

static void (*registered_hook)(void);

void fatal_set_hook(void (*hook)(void))
{
    registered_hook = hook;
}

void fatal(const char *format, ...)
{
    /* Memory may be gone and the hook itself may fail: a fixed buffer, and no second round. */
    static bool is_running;
    if (is_running) {
        abort();
    }
    is_running = true;
    char line[512];
    va_list args;
    va_start(args, format);
    if (vsnprintf(line, sizeof line, format, args) < 0) {
        line[0] = '\0';
    }
    va_end(args);
    if (registered_hook) {
        registered_hook();
    }
    log_write(LOG_ERROR, "fatal: %s", line);
    (void)dprintf(STDERR_FILENO, "prescripcare: %s\n",
                  line); /* nobody is left to be told of a failure */
    abort();
}
