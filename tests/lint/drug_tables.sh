#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# drug_tables.sh [DIR]: check allergy, condition, dose and food tables of the drug knowledge.
set -eu
export LC_ALL=C
here=$(dirname "$0")
dir=${1:-$here/../../data/drugs}

set --
for name in ingredients classes allergy_groups allergy_members allergy_relations \
    condition_groups condition_rules doses food_names foods; do
    for f in "$dir/$name.tsv" "$dir/$name"_*.tsv; do
        if [ -f "$f" ]; then set -- "$@" "$f"; fi
    done
done
[ $# -gt 0 ] || { echo "drug_tables: no tables in $dir" >&2; exit 1; }

exec awk -F '\t' '
function fail(msg) { printf "%s:%d: %s\n", fname, FNR, msg; errors++ }
function words(s, out,    n, i, w) { n = split(s, w, " "); for (i = 1; i <= n; i++) out[w[i]] = 1 }
function selector(s) {
    if (s ~ /^class:/) { if (!((substr(s, 7)) in class_key)) fail("unknown class " s) }
    else if (!(s in ingredient)) fail("unknown ingredient " s)
}
function group_or_selector(s) {
    if (s !~ /^group:/) selector(s)
    else if (!((substr(s, 7)) in group)) fail("unknown allergy group " s)
}
function condition(c,    n, i, t, part, v, m, j) {
    n = split(c, part, ";")
    for (i = 1; i <= n; i++) {
        t = part[i]
        if (t ~ /^route!?=./) {
            sub(/^route!?=/, "", t)
            m = split(t, v, "|")
            for (j = 1; j <= m; j++) if (!(v[j] in route)) fail("unknown route " v[j])
        } else if (t ~ /^dose(>|>=|<|<=)[0-9]+(\.[0-9]+)? (mg|mcg|units)\/day$/) continue
        else if (t ~ /^(age|egfr|weight)(>|>=|<|<=)[0-9]+(\.[0-9]+)?$/) continue
        else if (t ~ /^(sex=[fm]|separate=[0-9]+|trimester=[123]|dose!?=once)$/) continue
        else if (t ~ /^with(out)?=./) { sub(/^with(out)?=/, "", t); selector(t) }
        else if (t ~ /^condition!?=./) {
            sub(/^condition!?=/, "", t)
            if (!(t in cond)) fail("unknown condition " t)
        } else fail("condition not in the grammar: " t)
    }
}
function unique(kind, key) {
    if ((kind, key) in seen) fail(key " stands twice")
    seen[kind, key] = 1
}
function synonyms(kind, s,    n, i, w) {
    n = split(s, w, ";")
    for (i = 1; i <= n; i++) unique(kind " synonym", tolower(w[i]))
}
BEGIN {
    head["allergy_groups"] = "key title kind synonyms source reviewed"
    head["allergy_members"] = "group member source reviewed"
    head["allergy_relations"] = "id group target relation severity text source reviewed"
    head["condition_groups"] = "key title synonyms icd10 snomed implies source reviewed"
    head["condition_rules"] = "id drug condition severity evidence effect mechanism management" \
        " conditions source reviewed"
    head["doses"] = "id ingredient route population max_single max_daily usual_low unit" \
        " min_interval_h per_kg_day per_kg_single per_kg_max_day age_floor_y note conditions" \
        " source reviewed"
    head["food_names"] = "key title synonyms drug source reviewed"
    head["foods"] = "id drug food severity evidence effect management conditions source reviewed"
    words("contraindicated major moderate minor none", severity)
    words("established probable suspected theoretical", evidence)
    words("drug food environment", kind)
    words("direct cross_high cross_low none", relation)
    words("adult child geriatric renal infant any", population)
    words("oral iv im subcut topical ophthalmic otic nasal inhaled rectal vaginal transdermal" \
        " sublingual buccal intrathecal other systemic local", route)
    words("pregnancy lactation renal hepatic age", cond)
}
FNR == 1 {
    fname = FILENAME
    sub(/.*\//, "", fname)
    set = FILENAME
    sub(/.*\//, "", set)
    sub(/\.tsv$/, "", set)
    if (!(set in head))
        for (h in head) if (index(set, h "_") == 1) set = h
    if (set ~ /^ingredients/) set = "ingredients"
    if (set ~ /^classes/) set = "classes"
    line = $0
    gsub(/\t/, " ", line)
    if (set in head && line != head[set]) fail("header is not: " head[set])
    columns = (set in head) ? split(head[set], tmp, " ") : 0
    next
}
/^#/ { next }
set == "ingredients" { ingredient[$1] = 1; next }
set == "classes" { class_key[$1] = 1; next }
{
    if (NF != columns) { fail(NF " columns, " columns " wanted"); next }
    for (i = 1; i <= NF; i++)
        if ($i ~ /^ / || $i ~ / $/ || $i ~ /  /) fail("stray space in column " i)
    if ($(NF - 1) == "") fail("no source")
    if ($NF !~ /^20[0-9][0-9]-[01][0-9]-[0-3][0-9]$/) fail("reviewed is not a date")
    rows[set]++
    if (set != "allergy_members") unique(set, $1)
}
set == "allergy_groups" { group[$1] = 1; if (!($3 in kind)) fail("unknown kind " $3); synonyms(set, $4) }
set == "allergy_members" {
    if (!($1 in group)) fail("unknown allergy group " $1)
    group_or_selector($2)
    unique(set, $1 " " $2)
}
set == "allergy_relations" {
    if (!($2 in group)) fail("unknown allergy group " $2)
    group_or_selector($3)
    if (!($4 in relation)) fail("unknown relation " $4)
    if (!($5 in severity)) fail("unknown severity " $5)
    if (($4 == "none") != ($5 == "none")) fail("an exception has severity none, and only it")
}
set == "condition_groups" {
    cond[$1] = 1
    synonyms(set, $3)
    if ($4 != "" && $4 !~ /^[A-Z][0-9][0-9A-Z.]*(;[A-Z][0-9][0-9A-Z.]*)*$/) fail("bad ICD-10 prefix")
    if ($5 !~ /^[0-9;]*$/) fail("bad SNOMED code")
    if ($6 != "") implies[$6] = fname ":" FNR
}
set == "condition_rules" || set == "foods" {
    selector($2)
    if (set == "foods" ? !($3 in food) : !($3 in cond)) fail("unknown subject " $3)
    if (!($4 in severity)) fail("unknown severity " $4)
    if (!($5 in evidence)) fail("unknown evidence " $5)
    condition(set == "foods" ? $8 : $9)
}
set == "food_names" { food[$1] = 1; synonyms(set, $3) }
set == "doses" {
    selector($2)
    if ($2 ~ /^class:/) fail("a dose needs an ingredient")
    if (!($3 in route)) fail("unknown route " $3)
    if (!($4 in population)) fail("unknown population " $4)
    for (i = 5; i <= 13; i++)
        if (i != 8 && $i != "" && $i !~ /^[0-9]+(\.[0-9]+)?$/) fail("column " i " is no number")
    if ($8 == "" && $5 $6 $7 $10 $11 $12 != "") fail("amounts without a unit")
    if ($5 != "" && $7 != "" && $5 + 0 < $7 + 0) fail("maximum below the usual dose")
    if ($6 != "" && $5 != "" && $6 + 0 < $5 + 0) fail("daily maximum below the single one")
    condition($15)
}
END {
    for (k in implies) {
        n = split(k, tmp, ";")
        for (i = 1; i <= n; i++) if (!(tmp[i] in cond)) {
            printf "%s: implies unknown condition %s\n", implies[k], tmp[i]; errors++
        }
    }
    for (s in rows) printf "%s %d\n", s, rows[s] | "sort"
    close("sort")
    if (errors) { printf "drug_tables: %d errors\n", errors; exit 1 }
}' "$@"
