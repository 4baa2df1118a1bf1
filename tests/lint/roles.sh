#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every function of src/service that takes who acts has a row in tests/service/roles.tsv, and every row a function. Functions are
# what nm finds in the object files; which of them take an actor is what their headers say, and one that no header declares is a
# finding itself.
# Prints file:1: message for each and exits 1 if there was any. usage: roles.sh [top folder [build folder]]
set -u
top=${1:-${top_srcdir:-$(dirname "$0")/../..}}
build=${2:-${top_builddir:-$top}}
cd "$top" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
objects=$(find "$build/src/service" -name '*.o' 2>/dev/null)
if [ -z "$objects" ]; then echo "roles.sh: nothing is built in $build" >&2; exit 77; fi
# shellcheck disable=SC2086
nm -g --defined-only $objects | LC_ALL=C awk '$2 == "T" { print $3 }' | LC_ALL=C sort -u >"$work/symbols"
LC_ALL=C awk -v mode=names -f tests/service/role_calls.awk src/service/*.h | LC_ALL=C sort -u >"$work/actors"
cat src/service/*.h >"$work/headers"
LC_ALL=C awk -F'\t' '!/^#/ && $1 != "function" { print $1 }' tests/service/roles.tsv | LC_ALL=C sort >"$work/rows"
wrong=0
for name in $(LC_ALL=C comm -12 "$work/symbols" "$work/actors" | LC_ALL=C comm -23 - "$work/rows"); do
    echo "tests/service/roles.tsv:1: $name has no row: say which roles may call it (+), which not (-), or * and why"
    wrong=1
done
for name in $(LC_ALL=C comm -23 "$work/rows" "$work/symbols"); do
    echo "tests/service/roles.tsv:1: there is no service function $name"
    wrong=1
done
while read -r name; do
    grep -q "[ *]$name(" "$work/headers" && continue
    echo "src/service:1: $name is public and no header declares it"
    wrong=1
done <"$work/symbols"
exit "$wrong"
