#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every rule of drug_names.sh must refuse a table that breaks it, and accept the sound one.
set -u
lint=$(cd "$(dirname "$0")" && pwd)/drug_names.sh
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
failed=0

sound() {
    printf '%s\n' 'key name rxcui atc synonyms brands routes flags source reviewed' \
        'warfarin warfarin 11289 B01AA03 warfarin~sodium Coumadin oral high_alert label 2026-11-24' \
        'aspirin aspirin 1191 B01AC06 ASA Ecotrin oral;rectal otc label 2026-11-24' |
        tr ' ~' '\t ' > "$dir/ingredients.tsv"
    printf '%s\n' 'name rxcui source reviewed' 'talinolol 37787 RxNorm 2026-11-24' |
        tr ' ~' '\t ' > "$dir/names.tsv"
    printf '%s\n' 'name ingredients strength form route brands source reviewed' \
        'mix aspirin;warfarin 81~mg;5~mg tablet oral Mixture label 2026-11-24' |
        tr ' ~' '\t ' > "$dir/products.tsv"
    printf '%s\n' 'rxcui ingredients name strength form route source reviewed' \
        '855332 warfarin warfarin~sodium 5~mg tablet oral RxNorm 2026-11-24' |
        tr ' ~' '\t ' > "$dir/product_codes.tsv"
    printf '%s\n' 'name_a name_b tallman_a tallman_b source reviewed' \
        'warfarin aspirin warFARin ASPirin list 2026-11-24' |
        tr ' ~' '\t ' > "$dir/lookalikes.tsv"
    printf '%s\n' 'ingredient days text source reviewed' \
        'warfarin 5 Clotting~recovers. label 2026-11-24' | tr ' ~' '\t ' > "$dir/washouts.tsv"
}

# refuses TABLE 'sed script' MESSAGE: the sound table, edited, gives FILE:LINE: and the message
refuses() {
    sound
    sed "$2" "$dir/$1" > "$dir/edited" && mv "$dir/edited" "$dir/$1"
    if output=$("$lint" "$dir" 2>&1); then
        echo "accepted: $1 after $2"
        failed=1
    elif ! printf '%s\n' "$output" | grep -q "^$1:[0-9]*: .*$3"; then
        printf 'wrong message for %s after %s:\n%s\n' "$1" "$2" "$output"
        failed=1
    fi
}

sound
"$lint" "$dir" || { echo "the sound tables are refused"; failed=1; }
refuses ingredients.tsv '2s/11289\t/11289/' '9 columns, 10 expected'
refuses ingredients.tsv '1s/synonyms/words/' 'the header line is not'
refuses ingredients.tsv '2s/^warfarin/Warfarin/' 'breaks the spelling rule'
refuses ingredients.tsv '2s/^warfarin/warfarin_sodium/' 'does not follow from the name'
refuses ingredients.tsv '2{p;}' 'again, first at'
refuses ingredients.tsv '3s/ASA/Warfarin Sodium/' 'already leads to warfarin'
refuses ingredients.tsv '3s/Ecotrin/COUMADIN/' 'already leads to warfarin'
refuses ingredients.tsv '3s/ASA/ASA;asa/' 'is there twice'
refuses ingredients.tsv '3s/1191/11289/' 'belongs to warfarin already'
refuses ingredients.tsv '2s/B01AA03/B01A/' 'is not an ATC code'
refuses ingredients.tsv '3s/rectal/anal/' 'unknown route'
refuses ingredients.tsv '2s/high_alert/risky/' 'unknown flag'
refuses ingredients.tsv '2s/label//' 'no source'
refuses ingredients.tsv '2s/2026-11-24/24.11.2026/' 'is not a date'
refuses names.tsv '2s/talinolol/coumadin/' 'leads to warfarin'
refuses names.tsv '2s/37787/1191/' 'belongs to aspirin already'
refuses products.tsv '2s/aspirin;warfarin/aspirin;heparin/' 'is not in ingredients'
refuses products.tsv '2s/81 mg;5 mg/81 mg/' 'count of strengths'
refuses products.tsv '2{p;}' 'the same product is at'
refuses products.tsv '2s/oral/oral;iv/' 'one route'
refuses product_codes.tsv '2s/855332/none/' 'is not a number'
refuses product_codes.tsv '2{p;}' 'again, first at line'
refuses product_codes.tsv '2s/855332/11289/' 'is that of warfarin itself'
refuses product_codes.tsv '2s/\twarfarin\t/\theparin\t/' 'is not in ingredients'
refuses lookalikes.tsv '2s/warFARin/warFARine/' 'is not a spelling of'
refuses lookalikes.tsv '2{p;s/^warfarin\taspirin\twarFARin\tASPirin/aspirin\twarfarin\tASPirin\twarFARin/;}' 'the same pair'
refuses washouts.tsv '2s/^warfarin/heparin/' 'is not in ingredients'
refuses washouts.tsv '2s/\t5\t/\tfive\t/' 'is not a number'
exit $failed
