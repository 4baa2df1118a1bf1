/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Formats aside first: an argument may be a part of *err. */
__attribute__((format(printf, 4, 0))) static void
fill(struct error *err, enum status status, const char *field, const char *format, va_list args)
{
    if (!err) {
        return;
    }
    struct error made = {.status = status};
    if (field) {
        (void)snprintf(made.field, sizeof made.field, "%s", field); /* a cut name is still a name */
        text_drop_cut(made.field);
    }
    if (vsnprintf(made.message, sizeof made.message, format, args) < 0) {
        made.message[0] = '\0';
    }
    text_drop_cut(made.message);
    *err = made;
}

enum status error_set(struct error *err, enum status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, status, NULL, format, args);
    va_end(args);
    return status;
}

enum status error_set_field(struct error *err, enum status status, const char *field,
                            const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, status, field, format, args);
    va_end(args);
    return status;
}

static size_t append_cut(char *buf, size_t size, size_t at, const char *text)
{
    while (*text && at + 1 < size) {
        buf[at++] = *text++;
    }
    buf[at] = '\0';
    text_drop_cut(buf);
    return strlen(buf);
}

enum status error_prefix(struct error *err, enum status status, const char *format, ...)
{
    if (!err) {
        return status;
    }
    char context[sizeof err->message];
    va_list args;
    va_start(args, format);
    int made = vsnprintf(context, sizeof context, format, args);
    va_end(args);
    if (made < 0) {
        return status;
    }
    struct error whole = {.status = status};
    memcpy(whole.field, err->field, sizeof whole.field);
    const char *detail = err->message[0] ? err->message : status_text(status);
    size_t at = append_cut(whole.message, sizeof whole.message / 2, 0, context);
    at = append_cut(whole.message, sizeof whole.message, at, ": ");
    (void)append_cut(whole.message, sizeof whole.message, at, detail); /* the last piece */
    *err = whole;
    return status;
}

const char *error_text(const struct error *err)
{
    if (!err) {
        return status_text(STATUS_OK);
    }
    return err->message[0] ? err->message : status_text(err->status);
}
