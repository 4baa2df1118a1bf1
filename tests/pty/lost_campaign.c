/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof lost: every screen, each with its line cut, SIGHUP and SIGTERM (security.md 5.2). */
#include <stdio.h>
#include <stdlib.h>

#include "pty/demo_site.h"
#include "pty/lost.h"

int main(int argc, char **argv)
{
    struct random r = random_start("lost");
    struct lost_run run;
    demo_site_make();
    lost_run(argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0, &r, &run);
    demo_site_remove();
    printf("lost: %d screens, %d ends (line cut, SIGHUP, SIGTERM), the slowest in %.0f ms (at most 2000); %d drafts came back to their "
           "person alone; %d wrong (seed %llu)\n%slost: not opened: %s\n", run.screens, run.ends, (double)run.longest_us / 1e3, run.drafts,
           run.wrong, (unsigned long long)r.seed, run.why, run.missed[0] != '\0' ? run.missed : "none");
    return run.wrong == 0 && run.ends > 0 && run.missed[0] == '\0' ? EXIT_SUCCESS : EXIT_FAILURE;
}
