/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof reads: every screen, action and sub-command as each of the nine roles (security.md S15). */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "screen/reads.h"

int main(void)
{
    struct reads screens, commands;
    reads_begin(&screens);
    reads_add_seldom(&screens);
    for (int i = 0; i < READS_ROLES; i++) {
        reads_walk_screens(&screens, READS_PEOPLE[i]);
    }
    reads_end(&screens);
    printf("reads: screens: %d pictures as 9 roles, %d with a patient, %d without a row or a right\n%s", screens.looks, screens.seen,
           screens.wrong, screens.why);
    char *missed = reads_missed(&screens);
    bool is_whole = missed[0] == '\0';
    printf("reads: not opened: %s\n", is_whole ? "none" : missed);
    mem_free(missed);
    reads_begin(&commands);
    reads_add_seldom(&commands); /* so that the lists have something to show */
    for (int i = 0; i < READS_ROLES; i++) {
        reads_walk_commands(&commands, READS_PEOPLE[i]);
    }
    reads_end(&commands);
    printf("reads: sub-commands: %d answers as 9 roles, %d with a patient, %d without a row or a right\n%s", commands.looks,
           commands.seen, commands.wrong, commands.why);
    return is_whole && screens.wrong + commands.wrong == 0 && screens.seen > 0 && commands.seen > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
