#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# docs/architecture.md names each folder and file of src and ui, and none that is missing.
# Prints file:line: message for every difference and exits 1 if there was any.
# usage: docs.sh [top folder]      compares
#        docs.sh update            writes the list anew from the first sentence of each header
set -u
action=compare
[ "${1:-}" = update ] && { action=update; shift; }
cd "${1:-${top_srcdir:-$(dirname "$0")/../..}}" || exit 2
page=docs/architecture.md
files=$(find src ui \( -name '*.c' -o -name '*.h' \) | LC_ALL=C sort)
if [ -z "$files" ] || [ ! -f "$page" ]; then echo "docs.sh: no sources or no $page here" >&2; exit 2; fi

compare() {
    echo "$files" | LC_ALL=C awk -v page="$page" '
    NR == FNR { exists[$0] = 1; folder = $0; sub(/\/[^\/]*$/, "", folder); folders[folder] = 1; next }
    /^### / { section = $2; named_folder[section] = FNR; next }
    section != "" && /^- / {
        names = $0
        sub(/: .*/, "", names)
        while (match(names, /`[^`]+`/)) {
            path = section "/" substr(names, RSTART + 1, RLENGTH - 2)
            if (!(path in exists)) { printf "%s:%d: there is no %s\n", page, FNR, path; found++ }
            named[path] = 1
            names = substr(names, RSTART + RLENGTH)
        }
    }
    END {
        for (path in exists)
            if (!(path in named)) {
                printf "%s:1: not named in %s (run: sh tests/lint/docs.sh update)\n", path, page | "sort"
                found++
            }
        for (name in named_folder)
            if (!(name in folders)) {
                printf "%s:%d: there is nothing in %s\n", page, named_folder[name], name | "sort"
                found++
            }
        exit found > 0
    }' - "$page"
}

# One line a subject: its files, and the first sentence of its header (else of its .c file).
list() {
    # shellcheck disable=SC2086
    LC_ALL=C awk '
    function finish() {
        if (path == "") return
        gsub(/[ \t]+/, " ", text)
        sub(/^ /, "", text)
        if (match(text, /[.;:]( |$)/)) text = substr(text, 1, RSTART - 1)
        sub(/ $/, "", text)
        stem = path
        sub(/\.[ch]$/, "", stem)
        if (!(stem in files)) order[++count] = stem
        name = path
        sub(/.*\//, "", name)
        files[stem] = files[stem] (files[stem] == "" ? "" : ", ") "`" name "`"
        if (text != "" && (path ~ /\.h$/ || about[stem] == "")) about[stem] = text
    }
    FNR == 1 { finish(); path = FILENAME; text = ""; state = "before"; next }
    state == "before" && /^\/\*/ { state = "inside"; sub(/^\/\*/, "") }
    state == "before" && !/^[ \t]*$/ { state = "after" }
    state == "inside" {
        line = $0
        sub(/^ \*([^\/]|$)/, " ", line)
        if (sub(/\*\/.*/, "", line)) state = "after"
        text = text " " line
    }
    END {
        finish()
        for (i = 1; i <= count; i++) {
            stem = order[i]
            folder = stem
            sub(/\/[^\/]*$/, "", folder)
            if (folder != last) print (last == "" ? "" : "\n") "### " folder
            last = folder
            print "- " files[stem] (about[stem] == "" ? "" : ": " about[stem])
        }
    }' $files
}

case $action in
compare) compare ;;
update)
    list > "$page.list" &&
        awk -v list="$page.list" '
        { print }
        /^## Files$/ { print ""; while ((getline line < list) > 0) print line; exit }' "$page" > "$page.new" &&
        mv "$page.new" "$page" && rm -f "$page.list"
    ;;
esac
