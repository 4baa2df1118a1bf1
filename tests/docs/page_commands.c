/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command.h"
#include "docs/pages.h"
#include "model/enums.h"

static void write_flags(struct buffer *out, const struct command_flag *flags)
{
    for (; flags->name != NULL; flags++) {
        buffer_append_format(out, "- `--%s%s%s`: %s\n", flags->name, flags->value != NULL ? " " : "",
                             flags->value != NULL ? flags->value : "", flags->help);
    }
}

void page_commands(struct buffer *out)
{
    buffer_append_text(out, "# Sub-commands\n\nMade from the command records; do not edit. Exit codes: 0 done, 1 done with findings or "
                            "refusals, 2 usage,\n3 not permitted, 4 unavailable, 5 damaged data.\n\nEvery command takes:\n\n");
    write_flags(out, COMMAND_COMMON_FLAGS);
    for (const struct command *const *command = COMMANDS; *command != NULL; command++) {
        buffer_append_format(out, "\n## %s\n\n    prescripcare %s %s\n\n%s\n", (*command)->name, (*command)->name,
                             (*command)->usage, (*command)->help);
        if ((*command)->flags[0].name != NULL) {
            buffer_append_text(out, "\n");
            write_flags(out, (*command)->flags);
        }
    }
}
