/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The detail of a failure. `message` is a whole translated sentence for the person who acted: what happened, what was
 * kept, what to do; never SQL, never a key. `field` names the input at fault ("birth_date", "line 12") or is empty.
 * Neither is written to the log, because both may carry what was typed. The caller owns the struct; NULL is allowed. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/status.h"

struct error {
    enum status status;
    char field[64];
    char message[512];
};

#define ERROR_INIT {STATUS_OK, "", ""}

/* Fills err (when not NULL) and gives the status back: `return error_set(err, STATUS_INVALID, _("..."))`. */
enum status error_set(struct error *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, naming the field at fault. */
enum status error_set_field(struct error *err, enum status status, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts "context: " before the message that is there ("patients.json, line 12"). Keeps the status. */
enum status error_prefix(struct error *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The message if there is one, else status_text(). Never NULL. */
const char *error_text(const struct error *err);

#endif
