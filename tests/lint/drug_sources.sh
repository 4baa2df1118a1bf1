#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# drug_sources.sh [DIR [PAGES]]: a row that counts as verified rests on no page of drug_sources.tsv. What stands behind
# "unverified: " in the cell may name one: there it is a hint, not a source.
set -eu
export LC_ALL=C
here=$(dirname "$0")
dir=${1:-$here/../../data/drugs}
pages=${2:-$here/drug_sources.tsv}

exec awk -F '\t' '
/^#/ || NF == 0 { next }
FILENAME != file {
    file = FILENAME
    files++
    name = file
    sub(/.*\//, "", name)
    for (source = NF; source > 0 && $source != "source"; source--) { }
    if (files > 1 && source == 0) { printf "%s:%d: the header has no column source\n", name, FNR; errors++ }
    next
}
files == 1 { kind[$1] = $2; next }
source > 0 {
    rows++
    cited = $source
    sub(/unverified: .*/, "", cited)
    for (page in kind)
        if (index(cited, page)) {
            printf "%s:%d: %s is no source (%s): find one, or begin with \"unverified: \"\n", name, FNR, page, kind[page]
            errors++
        }
}
END {
    if (!rows) { print "drug_sources: no rows"; exit 1 }
    if (errors) { printf "drug_sources: %d errors\n", errors; exit 1 }
}' "$pages" "$dir"/*.tsv
