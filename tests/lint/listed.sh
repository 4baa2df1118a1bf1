#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every C file and every migration is named in a sources.am, and no list begins twice: what no list names is neither built nor
# run, and nobody is told.
# Prints file:1: message for each and exits 1 if there was any. usage: listed.sh [top folder]
set -u
cd "${1:-${top_srcdir:-$(dirname "$0")/../..}}" || exit 2
lists=$(find src ui data tests -name sources.am)
if [ -z "$lists" ]; then echo "listed.sh: no sources.am here" >&2; exit 2; fi
# shellcheck disable=SC2086
named=$(cat Makefile.am $lists 2>/dev/null)
wrong=0
for file in $(find src ui tests -name '*.[ch]' | LC_ALL=C sort) $(find data -name '*.sql' | LC_ALL=C sort); do
    case $named in
    *"$file"*) ;;
    *) echo "$file:1: no sources.am names it"; wrong=1 ;;
    esac
done
# A list that a merge began twice drops the first half of it.
for list in $lists; do
    twice=$(sed -n 's/^\([A-Za-z_]*\) *=.*/\1/p' "$list" | LC_ALL=C sort | uniq -d)
    for name in $twice; do echo "$list:1: $name is set twice"; wrong=1; done
done
exit "$wrong"
