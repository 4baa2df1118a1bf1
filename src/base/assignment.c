/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/assignment.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

static enum status read_line(char *line, int number, assignment_fn *each, void *context, struct error *err)
{
    char *text = text_trim(line);
    if (*text == '\0' || *text == '#') {
        return STATUS_OK;
    }
    char *equals = strchr(text, '=');
    if (equals == NULL) {
        return error_set(err, STATUS_INVALID, _("\"=\" is missing. Write: name = value."));
    }
    *equals = '\0';
    return each(context, number, text_trim(text), text_trim(equals + 1), err);
}

enum status assignment_read(const char *file_name, const char *text, assignment_fn *each, void *context,
                            struct error *err)
{
    enum status status = STATUS_OK;
    int number = 0;
    while (*text != '\0' && status == STATUS_OK) {
        char line[ASSIGNMENT_LINE_MAX];
        size_t len = strcspn(text, "\n");
        number++;
        if (len < sizeof line) {
            memcpy(line, text, len);
            line[len] = '\0';
            status = read_line(line, number, each, context, err);
        } else {
            status = error_set(err, STATUS_INVALID, _("The line is longer than %d bytes. Shorten it."), ASSIGNMENT_LINE_MAX - 1);
        }
        text += len + (text[len] == '\n');
    }
    return status == STATUS_OK ? status : error_prefix(err, status, _("%s, line %d"), file_name, number);
}
