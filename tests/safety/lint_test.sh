#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shows that lint.sh accepts a good file and refuses each kind of malformed one.
set -eu
dir=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tab=$(printf '\t')
header="id${tab}drugs${tab}allergies${tab}conditions${tab}age${tab}sex${tab}weight${tab}egfr${tab}flags${tab}doses"
header="$header${tab}foods${tab}expect${tab}kind${tab}min_severity${tab}max_severity${tab}between${tab}source"
good='t.a|warfarin;aspirin|||70|f|60|80|||wine|HITS|interaction|moderate|major|warfarin + aspirin|US label, warfarin'
failures=0

# row NAME ACCEPT|REFUSE ROW...: one file with the header and the rows, | standing for a tab
row() {
    name=$1
    want=$2
    shift 2
    { printf '%s\n' "$header"; printf '%s\n' "$@" | tr '|' '\t'; } >"$work/cases.tsv"
    judge "$name" "$want"
}
judge() {
    if sh "$dir/lint.sh" "$work/cases.tsv" >/dev/null 2>&1; then got=ACCEPT; else got=REFUSE; fi
    if [ "$got" != "$2" ]; then
        echo "lint_test: $1: expected $2, got $got" >&2
        failures=$((failures + 1))
    fi
}
# edit NAME SED: the good row after one change must be refused
edit() {
    row "$1" REFUSE "$(printf '%s\n' "$good" | sed "$2")"
}

row good ACCEPT "$good"
row good_dose ACCEPT 't.b|digoxin|||||||pregnant;lactating|digoxin: 2.5 mg oral daily||HITS|dose|major||digoxin|x'
row good_clear ACCEPT 't.b|lisinopril||||||||||CLEAR|||moderate||x'
row twice REFUSE "$good" "$good"
row same_inputs REFUSE "$good" "$(printf '%s\n' "$good" | sed 's/^t.a/t.b/')"
edit column_missing 's/|wine//'
edit column_extra 's/$/|y/'
edit id_upper 's/^t.a/T.a/'
edit id_no_dot 's/^t.a/ta/'
edit no_drugs 's/warfarin;aspirin/|/;s/||/|/'
edit empty_part 's/warfarin;aspirin/warfarin;;aspirin/'
edit padded_part 's/warfarin;aspirin/warfarin; aspirin/'
edit padded_cell 's/|wine|/| wine|/'
edit age_text 's/|70|/|old|/'
edit age_high 's/|70|/|170|/'
edit sex 's/|f|/|w|/'
edit flag 's/|80|||/|80|pregnat||/'
edit dose 's/|80|||/|80||warfarin 5 mg|/'
edit expect 's/HITS/HIT/'
edit kind 's/|interaction|/|interactions|/'
edit kind_missing 's/|interaction|/||/'
edit severity 's/|moderate|/|severe|/'
edit severity_order 's/|moderate|major|/|contraindicated|major|/'
edit between_missing 's/|warfarin + aspirin|/||/'
edit between_single 's/|warfarin + aspirin|/|warfarin|/'
edit between_three 's/warfarin + aspirin/warfarin + aspirin + wine/'
edit clear_min 's/HITS/CLEAR/'
edit incomplete_max 's/HITS|interaction|moderate/INCOMPLETE|interaction|/'
edit no_source 's/|US label, warfarin$/|/'
row carriage_return REFUSE "$good$(printf '\r')"
{ printf 'id\n'; printf '%s\n' "$good" | tr '|' '\t'; } >"$work/cases.tsv"
judge header REFUSE
{ printf '%s\n' "$header"; printf '%s' "$good" | tr '|' '\t'; } >"$work/cases.tsv"
judge no_last_newline REFUSE
: >"$work/cases.tsv"
judge empty REFUSE

if [ "$failures" -ne 0 ]; then
    exit 1
fi
echo "lint_test: all as expected"
