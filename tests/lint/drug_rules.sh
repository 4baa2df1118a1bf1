#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# drug_rules.sh [DIR]: check classes, class members, interactions and duplicates of the drug knowledge.
# An ingredient key that no ingredients*.tsv knows is an error, unless DRUG_KEYS=warn.
set -eu
export LC_ALL=C
here=$(dirname "$0")
dir=${1:-$here/../../data/drugs}
keys=${DRUG_KEYS:-error}

set --
for f in "$dir"/ingredients.tsv "$dir"/ingredients_*.tsv "$dir"/condition_groups.tsv \
    "$dir"/condition_groups_*.tsv "$dir"/classes.tsv "$dir"/classes_*.tsv \
    "$dir"/class_members.tsv "$dir"/class_members_*.tsv \
    "$dir"/interactions.tsv "$dir"/interactions_*.tsv "$dir"/duplicates.tsv; do
    if [ -f "$f" ]; then set -- "$@" "$f"; fi
done
[ $# -gt 0 ] || { echo "drug_rules: no tables in $dir" >&2; exit 1; }

exec awk -F '\t' -v keys="$keys" '
function fail(msg) { printf "%s:%d: %s\n", fname, FNR, msg; errors++ }
function is_date(s) { return s ~ /^20[0-9][0-9]-[01][0-9]-[0-3][0-9]$/ }
function is_key(s) { return s ~ /^[a-z0-9]+(_[a-z0-9]+)*$/ }
function note_use(s) { if (!(s in used)) used[s] = fname ":" FNR }
function selector(s) {
    if (s ~ /^class:/) {
        if (!(substr(s, 7) in class_title)) fail("unknown class " s)
    } else if (!is_key(s)) fail("bad key " s)
    else note_use(s)
}
function condition(c,    n, i, t, part, v, m, j) {
    n = split(c, part, ";")
    for (i = 1; i <= n; i++) {
        t = part[i]
        if (t ~ /^[ab]\.(said_)?route!?=/) {
            sub(/^[ab]\.(said_)?route!?=/, "", t)
            m = split(t, v, "|")
            if (m == 0) fail("route without a value")
            for (j = 1; j <= m; j++) if (!(v[j] in route)) fail("unknown route " v[j])
        } else if (t ~ /^[ab]\.dose(>|>=|<|<=)[0-9]+(\.[0-9]+)? (mg|mcg|units)\/day$/) continue
        else if (t ~ /^(age|egfr|weight)(>|>=|<|<=)[0-9]+(\.[0-9]+)?$/) continue
        else if (t ~ /^sex=[fm]$/ || t ~ /^separate=[0-9]+$/ || t ~ /^trimester=[123]$/) continue
        else if (t ~ /^with(out)?=./) { sub(/^with(out)?=/, "", t); selector(t) }
        else if (t ~ /^condition=/) {
            sub(/^condition=/, "", t)
            if (!is_key(t)) fail("bad condition key " t)
            else cond_used[t] = fname ":" FNR
        } else fail("condition not in the grammar: " part[i])
    }
}
function walk(c, depth,    n, i, m) {
    if (depth > 20) { printf "class %s: members form a circle\n", c; errors++; return }
    n = split(members[c], m, " ")
    for (i = 1; i <= n; i++)
        if (m[i] ~ /^class:/) walk(substr(m[i], 7), depth + 1)
        else reached[c] = 1
    for (i = 1; i <= n; i++)
        if (m[i] ~ /^class:/ && reached[substr(m[i], 7)]) reached[c] = 1
}
BEGIN {
    head["classes"] = "key title text source reviewed"
    head["class_members"] = "class member source reviewed"
    head["interactions"] = "id a b severity evidence onset effect mechanism management" \
        " conditions source reviewed"
    head["duplicates"] = "class allowed compartment severity text source reviewed"
    split("oral iv im subcut topical ophthalmic otic nasal inhaled rectal vaginal transdermal" \
        " sublingual buccal intrathecal other systemic local", tmp, " ")
    for (i in tmp) route[tmp[i]] = 1
    split("contraindicated major moderate minor none", tmp, " ")
    for (i in tmp) severity[tmp[i]] = 1
    split("established probable suspected theoretical", tmp, " ")
    for (i in tmp) evidence[tmp[i]] = 1
    split("immediate rapid delayed unknown", tmp, " ")
    for (i in tmp) onset[tmp[i]] = 1
    split("any systemic topical ophthalmic otic nasal inhaled vaginal", tmp, " ")
    for (i in tmp) compartment[tmp[i]] = 1
}
FNR == 1 {
    fname = FILENAME
    sub(/.*\//, "", fname)
    set = fname
    sub(/\.tsv$/, "", set)
    if (set ~ /^ingredients/) set = "ingredients"
    else if (set ~ /^condition_groups/) set = "condition_groups"
    else if (set ~ /^class_members/) set = "class_members"
    else if (set ~ /^classes/) set = "classes"
    else if (set ~ /^interactions/) set = "interactions"
    seen_set[set] = 1
    line = $0
    gsub(/\t/, " ", line)
    if (set in head && line != head[set]) fail("header is not: " head[set])
    columns = (set in head) ? split(head[set], tmp, " ") : 0
    next
}
/^#/ { next }
set == "ingredients" { ingredient[$1] = 1; next }
set == "condition_groups" { group[$1] = 1; next }
{
    if (NF != columns) { fail(NF " columns, " columns " wanted"); next }
    if (/\r/) fail("carriage return")
    for (i = 1; i <= NF; i++) {
        if ($i ~ /^ / || $i ~ / $/ || $i ~ /  /) fail("stray space in column " i)
        if ($i == "" && !(set == "interactions" && i == 10)) fail("empty column " i)
    }
    if (!is_date($NF)) fail("reviewed is not a date: " $NF)
    rows[set]++
    if ($(NF - 1) ~ /^unverified: /) unverified[set]++
}
set == "classes" {
    if (!is_key($1)) fail("bad class key " $1)
    if ($1 in class_title) fail("class " $1 " stands twice")
    class_title[$1] = $2
}
set == "class_members" {
    if (!($1 in class_title)) fail("unknown class " $1)
    selector($2)
    if (($1, $2) in pair_seen) fail($2 " is in " $1 " twice")
    pair_seen[$1, $2] = 1
    members[$1] = members[$1] " " $2
}
set == "interactions" {
    if ($1 !~ /^ddi\.[a-z0-9_]+(\.[a-z0-9_]+)+$/) fail("bad id " $1)
    if ($1 in id_seen) fail("id " $1 " also at " id_seen[$1])
    id_seen[$1] = fname ":" FNR
    selector($2)
    selector($3)
    if ($2 == $3 && $2 !~ /^class:/) fail($2 " interacts with itself")
    if (!($4 in severity)) fail("unknown severity " $4)
    if (!($5 in evidence)) fail("unknown evidence " $5)
    if (!($6 in onset)) fail("unknown onset " $6)
    if ($10 != "") condition($10)
    p = ($2 < $3) ? $2 SUBSEP $3 : $3 SUBSEP $2
    p = p SUBSEP $10
    if (p in rule_seen) fail("same selectors and conditions at " rule_seen[p])
    rule_seen[p] = fname ":" FNR
    tier[$4]++
    kind[($2 ~ /^class:/) + ($3 ~ /^class:/)]++
    for (i = 7; i <= 9; i++) {
        if ($i !~ /[.]$/) fail("column " i " is not a sentence")
        if (length($i) > 320) fail("column " i " is longer than 320 characters")
        if (++text_seen[i, $i] == 41) fail("the text of column " i " stands more than 40 times")
    }
}
set == "duplicates" {
    selector("class:" $1)
    if ($1 in dup_seen && dup_seen[$1] ~ " " $3 " ") fail("class " $1 " stands twice for " $3)
    dup_seen[$1] = dup_seen[$1] " " $3 " "
    if ($2 !~ /^[0-9]+$/) fail("allowed is not a number")
    if (!($3 in compartment)) fail("unknown compartment " $3)
    if (!($4 in severity)) fail("unknown severity " $4)
}
END {
    for (c in class_title) {
        walk(c, 0)
        if (!(c in reached)) { printf "class %s has no ingredient\n", c; errors++ }
    }
    if ("ingredients" in seen_set)
        for (k in used) if (!(k in ingredient)) missing[k] = used[k]
    for (k in missing) {
        n_missing++
        printf "%s: ingredient %s is not in ingredients*.tsv\n", missing[k], k | "sort"
    }
    close("sort")
    if ("condition_groups" in seen_set)
        for (k in cond_used) if (!(k in group)) {
            printf "%s: condition group %s is unknown\n", cond_used[k], k
            errors++
        }
    if (keys == "error") errors += n_missing
    printf "classes %d, members %d, interactions %d (contraindicated %d, major %d, moderate %d," \
        " minor %d, none %d), duplicates %d\n", rows["classes"], rows["class_members"],
        rows["interactions"], tier["contraindicated"], tier["major"], tier["moderate"],
        tier["minor"], tier["none"], rows["duplicates"]
    printf "rules between ingredients %d, mixed %d, between classes %d; unverified %d; missing keys %d\n",
        kind[0], kind[1], kind[2], unverified["interactions"], n_missing
    if (errors) { printf "drug_rules: %d errors\n", errors; exit 1 }
}' "$@"
