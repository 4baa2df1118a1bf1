#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Lint of the drug name tables (ingredients, names, products, product codes, look-alikes, washouts).
# Prints file:line: message for every defect and exits 1 if there was any.
# usage: drug_names.sh [directory with the tables]
set -u
dir=${1:-$(dirname "$0")/../../data/drugs}
cd "$dir" || exit 2
set -- ingredients*.tsv
for f in names.tsv products*.tsv product_codes*.tsv lookalikes.tsv washouts.tsv; do
    [ -f "$f" ] && set -- "$@" "$f"
done
[ -f "$1" ] || { echo "drug_names.sh: no ingredients*.tsv in $dir" >&2; exit 2; }
LC_ALL=C exec awk '
function bad(msg) { printf "%s:%d: %s\n", FILENAME, FNR, msg; defects++ }
function fold(s) { s = tolower(s); gsub(/[^a-z0-9]+/, "_", s); gsub(/^_|_$/, "", s); return s }
# Every spelling (name, synonym, brand) must lead to one ingredient only.
function claim(spelling, key, what,    f) {
    f = fold(spelling)
    if (f == "" || spelling ~ /^ | $/) { bad("empty " what " or a blank beside the separator"); return }
    if (f in owner && owner[f] != key)
        bad(what " \"" spelling "\" already leads to " owner[f] " (" owner_at[f] ")")
    else if (f in owner)
        bad(what " \"" spelling "\" is there twice")
    else { owner[f] = key; owner_at[f] = FILENAME ":" FNR }
}
function words(cell, allowed, what,    n, i, w) {
    n = split(cell, w, ";")
    for (i = 1; i <= n; i++)
        if (!((what, w[i]) in vocabulary)) bad("unknown " what " \"" w[i] "\"")
}
function vocab(what, list,    n, i, w) {
    n = split(list, w, " ")
    for (i = 1; i <= n; i++) vocabulary[what, w[i]] = 1
}
function digits(s, what) { if (s !~ /^[1-9][0-9]*$/) bad(what " \"" s "\" is not a number") }
function ingredient_list(cell,    n, i, w) {
    n = split(cell, w, ";")
    if (n == 0) bad("no ingredient")
    for (i = 1; i <= n; i++) {
        if (!(w[i] in ingredient)) bad("ingredient \"" w[i] "\" is not in ingredients*.tsv")
        if ((FILENAME, FNR, w[i]) in listed) bad("ingredient \"" w[i] "\" is listed twice")
        listed[FILENAME, FNR, w[i]] = 1
    }
    return n
}
function strengths(n,    w) {
    if ($3 != "" && split($3, w, ";") != n) bad("the count of strengths differs from that of ingredients")
}
function check_ingredient(    n, i, w) {
    if ($1 !~ /^[a-z0-9]+(_[a-z0-9]+)*$/) bad("key \"" $1 "\" breaks the spelling rule")
    if ($1 != fold($2)) bad("key \"" $1 "\" does not follow from the name \"" $2 "\"")
    if ($1 in ingredient) bad("key \"" $1 "\" again, first at " ingredient[$1])
    ingredient[$1] = FILENAME ":" FNR
    if ($3 != "") {
        digits($3, "rxcui")
        if ($3 in rxcui) bad("rxcui " $3 " belongs to " rxcui[$3] " already")
        rxcui[$3] = $1
    }
    n = split($4, w, ";")
    for (i = 1; i <= n; i++) {
        if (w[i] !~ /^[A-Z][0-9][0-9][A-Z][A-Z][0-9][0-9]$/) bad("\"" w[i] "\" is not an ATC code")
        if ((FILENAME, FNR, w[i]) in atc) bad("ATC code " w[i] " twice")
        atc[FILENAME, FNR, w[i]] = 1
    }
    claim($2, $1, "name")
    n = split($5, w, ";")
    for (i = 1; i <= n; i++) claim(w[i], $1, "synonym")
    n = split($6, w, ";")
    for (i = 1; i <= n; i++) claim(w[i], $1, "brand")
    if ($7 == "") bad("no route"); else words($7, "", "route")
    words($8, "", "flag")
}
function check_name() {
    if ($1 == "") bad("empty name")
    if (fold($1) in owner) bad("name \"" $1 "\" leads to " owner[fold($1)] " (" owner_at[fold($1)] ")")
    if (fold($1) in layer) bad("name \"" $1 "\" again, first at line " layer[fold($1)])
    layer[fold($1)] = FNR
    digits($2, "rxcui")
    if ($2 in rxcui) bad("rxcui " $2 " belongs to " rxcui[$2] " already")
    rxcui[$2] = $1
}
function check_product(    row) {
    if ($1 == "") bad("no product name")
    strengths(ingredient_list($2))
    if ($4 == "") bad("no form")
    words($5, "", "route")
    if ($5 == "" || $5 ~ /;/) bad("a product has one route")
    row = tolower($1) SUBSEP $2 SUBSEP $3 SUBSEP $4 SUBSEP $5
    if (row in product) bad("the same product is at " product[row])
    product[row] = FILENAME ":" FNR
}
function check_code(    n, w) {
    digits($1, "rxcui")
    if ($1 in code) bad("code " $1 " again, first at line " code[$1])
    code[$1] = FNR
    if ($1 in rxcui) bad("code " $1 " is that of " rxcui[$1] " itself")
    n = ingredient_list($2)
    if ($3 == "") bad("no name")
    if ($4 != "" && split($4, w, ";") != n) bad("the count of strengths differs from that of ingredients")
    if ($6 != "") words($6, "", "route")
}
function check_pair(    pair) {
    if (tolower($3) != tolower($1)) bad("tall-man \"" $3 "\" is not a spelling of \"" $1 "\"")
    if (tolower($4) != tolower($2)) bad("tall-man \"" $4 "\" is not a spelling of \"" $2 "\"")
    if (tolower($1) == tolower($2)) bad("a name cannot look like itself")
    pair = (tolower($1) < tolower($2)) ? tolower($1) SUBSEP tolower($2) : tolower($2) SUBSEP tolower($1)
    if (pair in pairs) bad("the same pair is at line " pairs[pair])
    pairs[pair] = FNR
}
function check_washout() {
    if (!($1 in ingredient)) bad("ingredient \"" $1 "\" is not in ingredients*.tsv")
    if ($1 in washout) bad("ingredient \"" $1 "\" again, first at line " washout[$1])
    washout[$1] = FNR
    digits($2, "days")
    if ($2 + 0 > 1100) bad("more than three years of washout")
    if ($3 == "") bad("no text")
}
BEGIN {
    FS = "\t"
    vocab("route", "oral iv im subcut topical ophthalmic otic nasal inhaled rectal vaginal" \
          " transdermal sublingual buccal intrathecal other")
    vocab("flag", "controlled_2 controlled_3 controlled_4 controlled_5 weekly high_alert" \
          " narrow_index otc herbal vaccine diagnostic device unspecified withdrawn no_rules boosted")
    head["ingredients"] = "key name rxcui atc synonyms brands routes flags source reviewed"
    head["names"] = "name rxcui source reviewed"
    head["products"] = "name ingredients strength form route brands source reviewed"
    head["product_codes"] = "rxcui ingredients name strength form route source reviewed"
    head["lookalikes"] = "name_a name_b tallman_a tallman_b source reviewed"
    head["washouts"] = "ingredient days text source reviewed"
}
FNR == 1 {
    kind = FILENAME
    sub(/\.tsv$/, "", kind)
    if (kind ~ /^product_codes/) kind = "product_codes"
    else sub(/_.*/, "", kind)
    columns = split(head[kind], title, " ")
    header = 0
}
/\r$/ { bad("carriage return at the end"); sub(/\r$/, "") }
/^#/ { next }
$0 == "" { bad("empty line"); next }
!header {
    header = 1
    expected = head[kind]
    gsub(/ /, "\t", expected)
    if ($0 != expected) bad("the header line is not: " head[kind])
    next
}
NF != columns { bad(NF " columns, " columns " expected"); next }
/(^|\t) | (\t|$)|  |"/ { bad("stray blank or quotation mark") }
$(NF - 1) == "" { bad("no source") }
$NF !~ /^20[0-9][0-9]-[01][0-9]-[0-3][0-9]$/ { bad("\"" $NF "\" is not a date") }
{ rows[kind]++ }
kind == "ingredients" { check_ingredient() }
kind == "names" { check_name() }
kind == "products" { check_product() }
kind == "product_codes" { check_code() }
kind == "lookalikes" { check_pair() }
kind == "washouts" { check_washout() }
END {
    if (!rows["ingredients"]) { print "drug_names.sh: no ingredient was read"; defects++ }
    exit defects ? 1 : 0
}' "$@"
