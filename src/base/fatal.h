/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end for broken invariants and for out of memory: runs the hook (which gives the terminal back), logs one line,
 * aborts. Never used for bad input. */
#ifndef BASE_FATAL_H
#define BASE_FATAL_H

void fatal(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Called once before the message is written. ui/term registers the terminal's restore here. */
void fatal_set_hook(void (*hook)(void));

#endif
