#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# drug_siblings.sh [DIR [EXCEPTIONS]]: a drug that lacks the class or allergy group that nearly all drugs of its ATC group have is a
# hole or an exception. drug_siblings.tsv names the exceptions with their reasons; one that is none any more is an error too.
set -eu
export LC_ALL=C
here=$(dirname "$0")
dir=${1:-$here/../../data/drugs}
exceptions=${2:-$here/drug_siblings.tsv}

set -- "$exceptions"
for f in "$dir"/ingredients.tsv "$dir"/ingredients_*.tsv "$dir"/class_members.tsv "$dir"/class_members_*.tsv \
    "$dir"/allergy_members.tsv "$dir"/allergy_members_*.tsv "$dir"/interactions*.tsv "$dir"/condition_rules*.tsv \
    "$dir"/foods*.tsv "$dir"/duplicates.tsv "$dir"/allergy_relations*.tsv; do
    if [ -f "$f" ]; then set -- "$@" "$f"; fi
done
[ $# -gt 1 ] || { echo "drug_siblings: no tables in $dir" >&2; exit 1; }

exec awk -F '\t' '
function name_of(path) { sub(/.*\//, "", path); return path }
# Everybody in a class, nested ones too, into in_set[set, drug].
function pour(set, class,    n, i, m) {
    if ((set, class) in poured) return
    poured[set, class] = 1
    n = split(members[class], m, " ")
    for (i = 1; i <= n; i++)
        if (m[i] ~ /^class:/) pour(set, substr(m[i], 7))
        else in_set[set, m[i]] = 1
}
function compare(set, least, share,    g, n, i, drug, have, missing, key) {
    for (g in group) {
        n = split(group[g], drug, " ")
        if (n < least) continue
        have = 0; missing = ""
        for (i = 1; i <= n; i++)
            if ((set, drug[i]) in in_set) have++
            else missing = missing " " drug[i]
        if (have == n || have < least || have < share * n) continue
        n = split(missing, drug, " ")
        for (i = 1; i <= n; i++) {
            key = g SUBSEP set SUBSEP drug[i]
            if (key in allowed) used[key] = 1
            else { printf "%s: %s lacks %s, which %d others of the group have: add it, or name it in drug_siblings.tsv\n", g, drug[i], set, have; errors++ }
        }
    }
}
FNR == 1 { file = name_of(FILENAME); table = file; sub(/(_[a-z_]*)?\.tsv$/, "", table) }
NR == FNR { # the exceptions come first
    if (FNR == 1 || /^#/) next
    if (NF != 4 || $4 == "") { printf "%s:%d: group, set, drug and reason are needed\n", FILENAME, FNR; errors++; next }
    allowed[$1, $2, $3] = FNR
    next
}
FNR == 1 || /^#/ { next }
file ~ /^ingredients/ {
    n = split($4, code, ";")
    for (i = 1; i <= n; i++) {
        g = substr(code[i], 1, 5)
        if (length(code[i]) == 7 && !((g, $1) in seen)) { seen[g, $1] = 1; group[g] = group[g] " " $1 }
    }
    next
}
file ~ /^class_members/ { members[$1] = members[$1] " " $2; next }
file ~ /^allergy_members/ { allergy[$1] = allergy[$1] " " $2; next }
{
    line = $0
    while (match(line, /class:[a-z0-9_]+/)) {
        in_use[substr(line, RSTART + 6, RLENGTH - 6)] = 1
        line = substr(line, RSTART + RLENGTH)
    }
    if (file ~ /^duplicates/) in_use[$1] = 1
}
END {
    for (c in members) if (c in in_use) { pour(c, c); compare(c, 4, 0.8) }
    for (a in allergy) {
        n = split(allergy[a], m, " ")
        for (i = 1; i <= n; i++)
            if (m[i] ~ /^class:/) pour("allergy:" a, substr(m[i], 7))
            else if (m[i] !~ /^group:/) in_set["allergy:" a, m[i]] = 1
        compare("allergy:" a, 3, 0.6)
    }
    for (key in allowed) if (!(key in used)) {
        split(key, part, SUBSEP)
        printf "drug_siblings.tsv:%d: %s %s %s is no exception any more\n", allowed[key], part[1], part[2], part[3]; errors++
    }
    if (errors) { printf "drug_siblings: %d errors\n", errors; exit 1 }
}' "$@"
