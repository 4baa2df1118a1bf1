/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's own log: a file in the site's folder, rotated at 1 MiB, 3 kept, mode 0600. Lines carry ids, counts and
 * codes, never names, diagnoses or what was typed. Before log_open() nothing is written anywhere. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/status.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

enum status log_open(const char *path, enum log_level level) MUST_USE;
void log_close(void);
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
