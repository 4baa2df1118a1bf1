/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion for bash: commands, then the flags of the command; files after --site, --dir and the like. */
#include <string.h>

#include "cli/command.h"
#include "docs/pages.h"

static void write_flags(struct buffer *out, const struct command_flag *flags)
{
    for (; flags->name != NULL; flags++) {
        buffer_append_format(out, " --%s", flags->name);
    }
}

static bool takes_a_file(const struct command_flag *flag)
{
    return flag->value != NULL && (strcmp(flag->value, "DIR") == 0 || strcmp(flag->value, "FILE") == 0);
}

/* "|--site|--dir": flags behind which a file name stands. */
static void write_file_flags(struct buffer *out, const struct command_flag *flags)
{
    for (; flags->name != NULL; flags++) {
        if (takes_a_file(flags)) {
            buffer_append_format(out, "|--%s", flags->name);
        }
    }
}

void page_completion(struct buffer *out)
{
    buffer_append_text(out, "# SPDX-License-Identifier: GPL-3.0-or-later\n# bash completion; made from the command records, do not "
                            "edit.\n_prescripcare() {\n    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} "
                            "flags=''\n    COMPREPLY=()\n    case ${COMP_WORDS[1]} in\n");
    for (const struct command *const *command = COMMANDS; *command != NULL; command++) {
        buffer_append_format(out, "    %s) flags='", (*command)->name);
        write_flags(out, (*command)->flags);
        buffer_append_text(out, "' ;;\n");
    }
    buffer_append_text(out, "    esac\n    case $before in\n    -");
    write_file_flags(out, COMMAND_COMMON_FLAGS);
    for (const struct command *const *command = COMMANDS; *command != NULL; command++) {
        write_file_flags(out, (*command)->flags);
    }
    buffer_append_text(out, ")\n        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n        return ;;\n    esac\n"
                            "    if [ \"$COMP_CWORD\" = 1 ]; then\n        mapfile -t COMPREPLY < <(compgen -W '");
    for (const struct command *const *command = COMMANDS; *command != NULL; command++) {
        buffer_append_format(out, "%s ", (*command)->name);
    }
    buffer_append_text(out, "--site --help --version' -- \"$word\")\n    elif [ \"${word#-}\" != \"$word\" ]; then\n"
                            "        mapfile -t COMPREPLY < <(compgen -W \"$flags");
    write_flags(out, COMMAND_COMMON_FLAGS);
    buffer_append_text(out, "\" -- \"$word\")\n    else\n        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n    fi\n}\n"
                            "complete -F _prescripcare prescripcare\n");
}
