/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/action.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "shell/screen.h"
#include "shell/shell_actions.h"

const struct action *action_find(const struct action *table, const char *name)
{
    for (const struct action *a = table; a && a->name; a++) {
        if (strcmp(a->name, name) == 0) {
            return a;
        }
    }
    return NULL;
}

/* A "|" would end the cell of a table. */
static void append_cell(struct buffer *out, const char *text)
{
    for (const char *p = text; *p; p++) {
        if (*p == '|') {
            buffer_append_byte(out, '\\');
        }
        buffer_append_byte(out, *p);
    }
}

static void write_table(struct buffer *out, const char *title, const struct action *table)
{
    if (!table || !table->name) {
        return;
    }
    buffer_append_format(
        out, "\n## %s\n\n| Keys | Action | What it does |\n| --- | --- | --- |\n", /* not shown: a
                                                                                      document */
        title);
    for (const struct action *a = table; a->name; a++) {
        buffer_append_text(out, "| ");
        append_cell(out, *a->keys ? a->keys : "-");
        buffer_append_format(out, " | `%s` | ", a->name);
        append_cell(out, _(a->help));
        buffer_append_text(out, " |\n");
    }
}

void action_write_markdown(struct buffer *out, const struct screen_ops *const *screens,
                           const struct action *program)
{
    buffer_append_text(out, _("# Keys\n\nMade from the action tables; do not edit. A line `action "
                              "= key, key` in keys.conf "
                              "gives an action other keys.\n"));
    write_table(out, _("Everywhere"), SHELL_ACTIONS);
    write_table(out, _("In the program"), program);
    for (; *screens; screens++) {
        write_table(out, _((*screens)->title), (*screens)->actions);
        for (const struct screen_part *const *p = (*screens)->parts; p && *p; p++) {
            char *title = mem_format("%s: %s", _((*screens)->title), _((*p)->title));
            write_table(out, title, (*p)->actions);
            mem_free(title);
        }
    }
}
