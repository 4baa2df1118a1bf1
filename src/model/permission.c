/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/permission.h"

#include <stdint.h>
#include <string.h>

#include "base/i18n.h"

struct permission_row {
    const char *word;
    const char *help;
    uint16_t roles;
    enum permission_kind kind;
};

#define ROW(constant, text, row_kind, row_roles, row_help) \
    [constant] = {                                         \
        .word = text, .help = row_help, .roles = row_roles, .kind = PERMISSION_KIND_##row_kind},
static const struct permission_row rows[PERMISSION_COUNT] = {PERMISSION_LIST(ROW)};

static bool is_listed(enum permission permission)
{
    return permission > PERMISSION_NONE && permission < PERMISSION_COUNT;
}

bool permission_allows(enum role role, enum permission permission)
{
    return is_listed(permission) && role > ROLE_NONE_GIVEN && role < ROLE_COUNT &&
           (rows[permission].roles & ROLE_BIT(role)) != 0;
}

const char *permission_word(enum permission permission)
{
    return is_listed(permission) ? rows[permission].word : "";
}

const char *permission_help(enum permission permission)
{
    return is_listed(permission) ? _(rows[permission].help) : "";
}

enum permission permission_from_word(const char *word)
{
    for (int i = 1; word != NULL && i < PERMISSION_COUNT; i++) {
        if (strcmp(rows[i].word, word) == 0) {
            return (enum permission)i;
        }
    }
    return PERMISSION_NONE;
}

enum permission_kind permission_kind(enum permission permission)
{
    return is_listed(permission) ? rows[permission].kind : PERMISSION_KIND_OWN;
}

void permission_write_markdown(struct buffer *out)
{
    const struct enum_list *roles = enum_list(ENUM_ROLE);
    buffer_append_text(
        out,
        "# Permissions\n\n"
        "Printed from `src/model/permission.h`; a test compares. What depends on the record (own\n"
        "entry, source of an order, second person) is the service's rule and not listed here.\n\n"
        "| permission | allows |");
    for (int role = 1; role <= roles->count; role++) {
        buffer_append_format(out, " %s |", roles->labels[role]);
    }
    buffer_append_text(out, "\n| --- | --- |");
    for (int role = 1; role <= roles->count; role++) {
        buffer_append_text(out, " :-: |");
    }
    for (int i = 1; i < PERMISSION_COUNT; i++) {
        buffer_append_format(out, "\n| `%s` | %s |", rows[i].word, rows[i].help);
        for (int role = 1; role <= roles->count; role++) {
            buffer_append_text(
                out, permission_allows((enum role)role, (enum permission)i) ? " yes |" : " |");
        }
    }
    buffer_append_byte(out, '\n');
}
