#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# drug_sources_test.sh: shows that drug_sources.sh refuses a row that counts as verified and rests on an AI's page.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

fresh() { printf 'id\tdrug\tsource\treviewed\n' >"$dir/foods.tsv"; }
row() { printf 'food.x\twarfarin\t%s\t2026-01-01\n' "$1" >>"$dir/foods.tsv"; }

expect() { # exit code, pattern, what this shows
    code=0
    out=$(sh "$here/drug_sources.sh" "$dir" 2>&1) || code=$?
    if [ "$code" != "$1" ] || ! printf '%s\n' "$out" | grep -q -e "$2"; then
        echo "drug_sources_test.sh:1: $3: exit $code, said: $out"
        failed=1
    fi
    fresh
}

fresh
row 'US label, warfarin, section 7 (read)'
row "unverified: US label, warfarin, section 7; an AI's summary: droracle.ai/articles/1"
row "PMC1 (read); unverified: an AI's summary: droracle.ai/articles/1"
expect 0 '^$' 'a label, and an AI page that is only a hint, pass'
row 'US label, warfarin, section 7 (read)'
row 'droracle.ai/articles/1 (read); unverified: US label, warfarin, section 7'
expect 1 'foods.tsv:3: droracle.ai is no source (written by a language model)' "an AI's page is named with its line"
row 'US label of warfarin, quoted by droracle.ai (read)'
expect 1 'droracle.ai is no source' "a label by an AI's word is none"
row 'brainscape.com/flashcards/1 (read)'
expect 1 'brainscape.com is no source (exam' 'flash cards are none'
printf 'id\tdrug\n' >"$dir/foods.tsv"
expect 1 'foods.tsv:1: the header has no column source' 'a table without sources is named'
expect 1 'no rows' 'an empty table is no success'
exit "$failed"
