/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text of lines "name = value" with # comments and blank lines: keys.conf and the settings files. */
#ifndef BASE_ASSIGNMENT_H
#define BASE_ASSIGNMENT_H

#include "base/error.h"

enum { ASSIGNMENT_LINE_MAX = 1024 };

/* name and value are trimmed and may be written to; they live for the call. What it says wrong is
 * prefixed with file and line. */
typedef enum status assignment_fn(void *context, int line_number, char *name, char *value, struct error *err);

/* Stops at the first failure. STATUS_INVALID for a line without "=" or longer than the limit. */
enum status assignment_read(const char *file_name, const char *text, assignment_fn *each, void *context,
                            struct error *err) MUST_USE;

#endif
