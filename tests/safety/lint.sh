#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks the form of the labelled safety cases and prints counts.
# usage: lint.sh [FILE...]; without files every cases_*.tsv beside this script, and then the minimum counts hold too.
set -eu
LC_ALL=C
export LC_ALL
dir=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
minimum_cases=0
minimum_clear=0
if [ $# -eq 0 ]; then
    minimum_cases=500
    minimum_clear=150
    set -- "$dir"/cases_*.tsv
fi
status=0
for file in "$@"; do
    if [ ! -s "$file" ]; then
        echo "$file: missing or empty" >&2
        exit 1
    fi
    # awk would quietly accept a last line that was cut off
    if [ -n "$(tail -c 1 "$file")" ]; then
        echo "$file: last line has no end" >&2
        status=1
    fi
done

awk -v minimum_cases="$minimum_cases" -v minimum_clear="$minimum_clear" '
function bad(text) {
    printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
    failed = 1
}
function enumerate(set, words,    part, n, i) {
    n = split(words, part, " ")
    for (i = 1; i <= n; i++) {
        set[part[i]] = i
    }
}
function check_list(name, text, separator,    part, n, i) {
    if (text == "") {
        return
    }
    n = split(text, part, separator)
    for (i = 1; i <= n; i++) {
        if (part[i] == "" || part[i] ~ /^ / || part[i] ~ / $/) {
            bad(name " has an empty or padded part: " text)
        }
    }
}
function check_number(name, text, most) {
    if (text != "" && (text !~ /^[0-9]+(\.[0-9]+)?$/ || text + 0 > most)) {
        bad(name " is not a number up to " most ": " text)
    }
}
function check_enum(name, text, set) {
    if (text != "" && !(text in set)) {
        bad("unknown " name ": " text)
    }
}
function check_doses(text,    part, n, i) {
    n = split(text, part, ";")
    for (i = 1; i <= n; i++) {
        if (part[i] !~ /^[^:;]+: [0-9]+(\.[0-9]+)? [a-z]/) {
            bad("dose is not DRUG: AMOUNT UNIT ...: " part[i])
        }
    }
}
function check_between(kind, text,    part, n) {
    n = split(text, part, / \+ /)
    if (n > 2 || text ~ /^\+|\+$/) {
        bad("between is not NAME or NAME + NAME: " text)
    } else if (kind in pair && n != 2) {
        bad("kind " kind " needs two names in between: " text)
    } else if (kind in single && n != 1) {
        bad("kind " kind " needs one name in between: " text)
    }
}
function check_outcome(expect, kind, low, high, between) {
    if (expect == "") {
        bad("expect is empty")
    }
    check_enum("expect", expect, expects)
    check_enum("kind", kind, kinds)
    check_enum("min_severity", low, severities)
    check_enum("max_severity", high, severities)
    if (expect == "HITS" && (kind == "" || between == "")) {
        bad("HITS needs kind and between")
    }
    if (expect != "HITS" && low != "") {
        bad(expect " takes no min_severity")
    }
    if (expect == "INCOMPLETE" && high != "") {
        bad("INCOMPLETE takes no max_severity")
    }
    if (low in severities && high in severities && severities[low] > severities[high]) {
        bad("min_severity is above max_severity")
    }
    if (between != "") {
        check_between(kind, between)
    }
}
BEGIN {
    FS = "\t"
    header = "id\tdrugs\tallergies\tconditions\tage\tsex\tweight\tegfr\tflags\tdoses\tfoods\texpect\tkind\t" \
        "min_severity\tmax_severity\tbetween\tsource"
    split(header, column, "\t")
    enumerate(expects, "HITS CLEAR INCOMPLETE")
    enumerate(kinds, "interaction allergy duplicate_ingredient duplicate_therapy condition dose food pregnancy " \
        "lactation age renal")
    enumerate(pair, "interaction allergy duplicate_therapy condition food")
    enumerate(single, "dose pregnancy lactation age renal")
    enumerate(severities, "minor moderate major contraindicated")
    enumerate(flags, "pregnant lactating pediatric")
    enumerate(sexes, "f m")
}
FNR == 1 {
    if ($0 != header) {
        bad("header is not the expected one")
    }
    next
}
{
    if (NF != 17) {
        bad(NF " columns, 17 expected")
        next
    }
    if ($0 ~ /[\001-\010\013-\037\177]/) {
        bad("control character")
    }
    for (i = 1; i <= NF; i++) {
        if ($i ~ /^ / || $i ~ / $/) {
            bad("column " column[i] " is padded")
        }
    }
    if ($1 !~ /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/) {
        bad("id is not lower-case words with dots: " $1)
    }
    if ($1 in seen_id) {
        bad("id is used twice: " $1)
    }
    seen_id[$1] = 1
    inputs = $2
    for (i = 3; i <= 11; i++) {
        inputs = inputs "\t" $i
    }
    inputs = inputs "\t" $12 "\t" $13 "\t" $16
    if (inputs in seen_inputs) {
        bad("same inputs and expectation as " seen_inputs[inputs] ": " $1)
    } else {
        seen_inputs[inputs] = $1
    }
    if ($2 == "") {
        bad("no drugs")
    }
    check_list("drugs", $2, ";")
    check_list("allergies", $3, ";")
    check_list("conditions", $4, ";")
    check_list("foods", $11, ";")
    check_number("age", $5, 120)
    check_number("weight", $7, 400)
    check_number("egfr", $8, 200)
    check_enum("sex", $6, sexes)
    n = split($9, flag, ";")
    for (i = 1; i <= n; i++) {
        check_enum("flag", flag[i], flags)
    }
    check_list("doses", $10, ";")
    if ($10 != "") {
        check_doses($10)
    }
    check_outcome($12, $13, $14, $15, $16)
    if ($17 == "") {
        bad("no source")
    }
    cases++
    by_expect[$12]++
    by_kind[$13 == "" ? "(any)" : $13]++
    by_file[FILENAME]++
    if ($17 ~ /^unverified: /) {
        unverified++
    }
}
END {
    for (name in by_file) {
        short = name
        sub(/.*\//, "", short)
        printf "file   %-44s %5d\n", short, by_file[name] | "sort"
    }
    for (name in by_expect) {
        printf "expect %-44s %5d\n", name, by_expect[name] | "sort"
    }
    for (name in by_kind) {
        printf "kind   %-44s %5d\n", name, by_kind[name] | "sort"
    }
    close("sort")
    printf "total  %-44s %5d\n", "unverified", unverified
    printf "total  %-44s %5d\n", "cases", cases
    if (cases < minimum_cases || by_expect["CLEAR"] < minimum_clear) {
        printf "too few cases: %d of %d, CLEAR %d of %d\n", cases, minimum_cases, by_expect["CLEAR"],
            minimum_clear > "/dev/stderr"
        failed = 1
    }
    exit failed
}
' "$@" || status=1
exit $status
