/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof markers: 1,000 markers planted, every file searched while the program runs, after kill -9 and after closing. */
#include <stdio.h>
#include <stdlib.h>

#include "pty/demo_site.h"
#include "pty/markers.h"

enum { MARKERS = 1000 };

int main(int argc, char **argv)
{
    struct random r = random_start("markers");
    struct marker_scan scan;
    demo_site_make();
    markers_run(argc > 1 ? (int)strtol(argv[1], NULL, 10) : MARKERS, &r, &scan);
    demo_site_remove();
    printf("markers: %d planted, %d files with %lld bytes searched (running, killed, closed), %d found (seed %llu)\n%s", scan.planted,
           scan.files, scan.bytes, scan.found, (unsigned long long)r.seed, scan.where);
    return scan.found == 0 && scan.files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
