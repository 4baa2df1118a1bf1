#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# drug_rules_test.sh: shows that drug_rules.sh passes sound tables and names each kind of fault.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
tab=$(printf '\t')

# Sound tables: two ingredients, one class, one nested class, two rules, one duplicate row.
fresh() {
    printf 'key\tname\naspirin\taspirin\nwarfarin\twarfarin\n' >"$dir/ingredients.tsv"
    printf 'key\ttitle\ttext\tsource\treviewed\nnsaid\tNSAIDs\tPain drugs.\tx\t2026-01-01\n' \
        >"$dir/classes.tsv"
    printf 'pain\tPain drugs\tAll pain drugs.\tx\t2026-01-01\n' >>"$dir/classes.tsv"
    printf 'class\tmember\tsource\treviewed\nnsaid\taspirin\tx\t2026-01-01\n' \
        >"$dir/class_members.tsv"
    printf 'pain\tclass:nsaid\tx\t2026-01-01\n' >>"$dir/class_members.tsv"
    printf 'id\ta\tb\tseverity\tevidence\tonset\teffect\tmechanism\tmanagement\tconditions\tsource\treviewed\n' \
        >"$dir/interactions.tsv"
    rule ddi.warfarin.nsaid warfarin class:nsaid major established rapid 'a.route!=local;b.dose>20 mg/day'
    rule ddi.warfarin.aspirin warfarin aspirin minor theoretical unknown ''
    printf 'class\tallowed\tcompartment\tseverity\ttext\tsource\treviewed\n' >"$dir/duplicates.tsv"
    printf 'nsaid\t0\tsystemic\tmajor\tTwo of them.\tx\t2026-01-01\n' >>"$dir/duplicates.tsv"
}

rule() {
    printf '%s\t%s\t%s\t%s\t%s\t%s\tBleeding.\tBoth.\tAvoid.\t%s\tx\t2026-01-01\n' "$@" \
        >>"$dir/interactions.tsv"
}

# refuses WHAT WORDS: the lint fails and its output has WORDS
refuses() {
    if out=$(sh "$here/drug_rules.sh" "$dir" 2>&1); then
        echo "drug_rules_test: $1 was accepted"
        failed=1
    elif ! printf '%s\n' "$out" | grep -q -F -- "$2"; then
        printf 'drug_rules_test: %s: "%s" is not in:\n%s\n' "$1" "$2" "$out"
        failed=1
    fi
    fresh
}

fresh
sh "$here/drug_rules.sh" "$dir" >/dev/null || { echo "drug_rules_test: sound tables refused"; failed=1; }

rule ddi.warfarin.other warfarin class:other major established rapid ''
refuses "an unknown class" "unknown class class:other"
rule ddi.warfarin.other warfarin ibuprofen major established rapid ''
refuses "an unknown ingredient" "ingredient ibuprofen is not in"
rule ddi.warfarin.nsaid warfarin class:pain major established rapid ''
refuses "an id used twice" "id ddi.warfarin.nsaid also at"
rule ddi.aspirin.warfarin aspirin warfarin major established rapid ''
refuses "one pair twice, turned round" "same selectors and conditions"
rule ddi.warfarin.pain warfarin class:pain severe established rapid ''
refuses "an unknown severity" "unknown severity severe"
rule ddi.warfarin.pain warfarin class:pain major sure rapid ''
refuses "an unknown evidence" "unknown evidence sure"
rule ddi.warfarin.pain warfarin class:pain major established soon ''
refuses "an unknown onset" "unknown onset soon"
rule ddi.warfarin.pain warfarin class:pain major established rapid 'route=oral'
refuses "a route without a side" "condition not in the grammar"
rule ddi.warfarin.pain warfarin class:pain major established rapid 'a.route=foot'
refuses "an unknown route" "unknown route foot"
rule ddi.warfarin.pain warfarin class:pain major established rapid 'a.dose>20 mg'
refuses "a dose without a time" "condition not in the grammar"
rule ddi.warfarin.pain warfarin class:pain major established rapid 'without=class:other'
refuses "a mitigating class nobody knows" "unknown class class:other"
rule ddi.warfarin.warfarin warfarin warfarin major established rapid ''
refuses "a drug with itself" "interacts with itself"
printf 'ddi.short%swarfarin\n' "$tab" >>"$dir/interactions.tsv"
refuses "a short row" "2 columns, 12 wanted"
printf 'nsaid\tclass:pain\tx\t2026-01-01\n' >>"$dir/class_members.tsv"
refuses "classes in a circle" "form a circle"
printf 'empty\tEmpty\tNobody.\tx\t2026-01-01\n' >>"$dir/classes.tsv"
refuses "a class without an ingredient" "class empty has no ingredient"
printf 'nsaid\taspirin\tx\t2026-01-01\n' >>"$dir/class_members.tsv"
refuses "a member twice" "aspirin is in nsaid twice"
printf 'pain\tmany\tsystemic\tmajor\tToo many.\tx\t2026-01-01\n' >>"$dir/duplicates.tsv"
refuses "an overlap that is no number" "allowed is not a number"
printf 'pain\t0\tleft\tmajor\tToo many.\tx\t2026-01-01\n' >>"$dir/duplicates.tsv"
refuses "an unknown compartment" "unknown compartment left"
printf 'pain\t0\tsystemic\tmajor\tToo many.\tx\tsoon\n' >>"$dir/duplicates.tsv"
refuses "a review that is no date" "reviewed is not a date"
sed 's/Bleeding\./Bleeding/' "$dir/interactions.tsv" >"$dir/new" && mv "$dir/new" "$dir/interactions.tsv"
refuses "an effect that is no sentence" "is not a sentence"

[ "$failed" = 0 ] && echo "drug_rules_test: 20 faults named"
exit "$failed"
