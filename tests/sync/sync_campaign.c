/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `./run proof sync`: the line cut after every byte of an exchange (every 16th with an argument of 16), the centre crashed and
 * the program killed again and again. A line for each; unrun or failing counts as failed. */
#include <stdio.h>
#include <stdlib.h>

#include "support/postgres.h"
#include "sync/cuts.h"
#include "sync/kills.h"

int main(int argc, char **argv)
{
    long every = argc > 1 ? strtol(argv[1], NULL, 10) : 1, kills = argc > 2 ? strtol(argv[2], NULL, 10) : 300;
    struct random random = random_start("sync campaign");
    struct cuts_result cuts;
    struct kills_result killed;
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* a child that starts must not find half a report to print again */
    if (every < 1 || !postgres_start()) {
        (void)fprintf(stderr, "sync: FAILED: PostgreSQL 15 with pg_partman is not installed\n");
        return EXIT_FAILURE;
    }
    long wrong = cuts_run(&random, 0, every, &cuts);
    printf("%s cuts: %ld of %ld exchanges broken off (%ld bytes to the centre, %ld back, every %ld), %ld disagreements\n",
           wrong == 0 && cuts.cuts > 0 ? "PASSED" : "FAILED", cuts.broken, cuts.cuts, cuts.bytes[0], cuts.bytes[1], every, wrong);
    long lost = kills_run(&random, kills, &killed);
    printf("%s kills: %ld of the program, %ld crashes of the centre, %ld changes written, %ld disagreements\n",
           lost == 0 && killed.kills > 0 ? "PASSED" : "FAILED", killed.kills, killed.crashes, killed.written, lost);
    postgres_stop();
    return wrong + lost == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
