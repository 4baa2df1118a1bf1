#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# drug_siblings_test.sh: shows that drug_siblings.sh names a drug that lacks what its siblings have, and an exception that is none.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

fresh() {
    printf 'key\tname\trxcui\tatc\n' >"$dir/ingredients.tsv"
    printf 'class\tmember\tsource\treviewed\n' >"$dir/class_members.tsv"
    printf 'group\tmember\tsource\treviewed\n' >"$dir/allergy_members.tsv"
    printf 'id\ta\tb\nddi.x\tclass:pain\twarfarin\n' >"$dir/interactions.tsv"
    printf 'group\tset\tdrug\treason\n' >"$dir/exceptions.tsv"
    for n in 1 2 3 4 5; do
        printf 'drug%s\tdrug\t\tM01AB0%s\n' "$n" "$n" >>"$dir/ingredients.tsv"
        printf 'nested\tdrug%s\tx\t2026-01-01\n' "$n" >>"$dir/class_members.tsv"
        printf 'family\tdrug%s\tx\t2026-01-01\n' "$n" >>"$dir/allergy_members.tsv"
    done
    printf 'pain\tclass:nested\tx\t2026-01-01\n' >>"$dir/class_members.tsv"
}

expect() { # exit code, pattern, what this shows
    code=0
    out=$(sh "$here/drug_siblings.sh" "$dir" "$dir/exceptions.tsv" 2>&1) || code=$?
    if [ "$code" != "$1" ] || ! printf '%s\n' "$out" | grep -q -e "$2"; then
        echo "drug_siblings_test.sh:1: $3: exit $code, said: $out"
        failed=1
    fi
}

fresh
expect 0 '^$' 'sound tables pass'
printf 'drug6\tdrug\t\tM01AB06\n' >>"$dir/ingredients.tsv"
expect 1 'drug6 lacks pain' 'a sibling outside the class is named'
expect 1 'drug6 lacks allergy:family' 'a sibling outside the allergy group is named'
printf 'M01AB\tpain\tdrug6\tan ester\nM01AB\tallergy:family\tdrug6\tan ester\n' >>"$dir/exceptions.tsv"
expect 0 '^$' 'an exception with a reason passes'
printf 'pain\tdrug6\tx\t2026-01-01\n' >>"$dir/class_members.tsv"
expect 1 'no exception any more' 'an exception that is none is named'
fresh
printf 'M01AB\tpain\tdrug6\t\n' >>"$dir/exceptions.tsv"
expect 1 'reason are needed' 'an exception needs a reason'
exit "$failed"
