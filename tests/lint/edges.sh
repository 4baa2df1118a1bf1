#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/service/edges.tsv: every edge case names a test that exists, or says what is open. Prints file:line: message for each
# finding and exits 1 if there was any. usage: edges.sh [top folder]
set -u
top=${1:-${top_srcdir:-$(dirname "$0")/../..}}
cd "$top" || exit 2
grep -rhoE '^Test\([A-Za-z0-9_]+, *[A-Za-z0-9_]+' tests --include='*.c' | sed -E 's/^Test\(([A-Za-z0-9_]+), */\1\//' | LC_ALL=C sort -u |
    LC_ALL=C awk -F'\t' -v file=tests/service/edges.tsv '
        NR == FNR { known[$1] = 1; next }
        /^#/ || $1 == "case" { next }
        {
            n = split($2, names, " ")
            if (n == 0 && $3 == "") { printf "%s:%d: %s: no test, and nothing said\n", file, FNR, $1; wrong = 1 }
            for (i = 1; i <= n; i++) {
                if (!(names[i] in known)) { printf "%s:%d: there is no test %s\n", file, FNR, names[i]; wrong = 1 }
            }
        }
        END { exit wrong }' - tests/service/edges.tsv
