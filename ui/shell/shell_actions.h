/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shell's own actions, on every screen: help, commands, lock, back, quit, redraw, suspend,
 * mouse, theme. */
#ifndef SHELL_SHELL_ACTIONS_H
#define SHELL_SHELL_ACTIONS_H

#include "shell/action.h"

extern const struct action SHELL_ACTIONS[];

#endif
