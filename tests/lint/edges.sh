#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/service/edges.tsv and clauses.tsv: every edge case and clause names a test that exists, or says what is open. Prints
# file:line: message for each finding and exits 1 if there was any. usage: edges.sh [top folder]
set -u
top=${1:-${top_srcdir:-$(dirname "$0")/../..}}
cd "$top" || exit 2
lists=
for list in tests/service/edges.tsv tests/service/clauses.tsv; do
    [ -f "$list" ] && lists="$lists $list"
done
grep -rhoE '^Test\([A-Za-z0-9_]+, *[A-Za-z0-9_]+' tests --include='*.c' | sed -E 's/^Test\(([A-Za-z0-9_]+), */\1\//' | LC_ALL=C sort -u |
    LC_ALL=C awk -F'\t' '
        NR == FNR { known[$1] = 1; next }
        /^#/ || $1 == "case" { next }
        {
            n = split($2, names, " ")
            if (n == 0 && $3 == "") { printf "%s:%d: %s: no test, and nothing said\n", FILENAME, FNR, $1; wrong = 1 }
            for (i = 1; i <= n; i++) {
                if (!(names[i] in known)) { printf "%s:%d: there is no test %s\n", FILENAME, FNR, names[i]; wrong = 1 }
            }
        }
        END { exit wrong }' - $lists
