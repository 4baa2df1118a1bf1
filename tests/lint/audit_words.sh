#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every act that a service writes into the audit trail has words for people in src/service/access_words.c ("who saw this chart"
# must not say "dose.task_list"), and every row there an act. Prints file:1: message for each and exits 1 if there was any.
# usage: audit_words.sh [top folder]
set -u
top=${1:-${top_srcdir:-$(dirname "$0")/../..}}
cd "$top" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
table=src/service/access_words.c
grep -oE '^    \{"[a-z_]+\.[a-z_]+", N_' $table | cut -d'"' -f2 | LC_ALL=C sort >"$work/rows"
for file in src/service/*.c; do
    [ "$file" = $table ] || tr '\n' ' ' <"$file" | grep -oE '(ACT|act_permit|work_begin|work_may|fill_act_begin|audit_session|status = begin|return begin|noted = audit)\([^;]*;|\.action = "[^"]*"'
done | grep -oE '"[a-z_]+\.[a-z_]+"' | tr -d '"' | LC_ALL=C sort -u >"$work/acts"
wrong=0
for act in $(LC_ALL=C comm -23 "$work/acts" "$work/rows"); do
    echo "$table:1: $act has no words for who reads the audit trail"
    wrong=1
done
for act in $(LC_ALL=C uniq -d "$work/rows"); do
    echo "$table:1: $act has two rows"
    wrong=1
done
[ -s "$work/acts" ] || { echo "$table:1: no act was found: this lint reads nothing any more"; wrong=1; }
exit $wrong
