#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Words that a person sees must be marked for translation. Looks for
# - an error_set(), error_set_field() or error_prefix() in src whose message is a bare literal with words in it;
# - a literal of two words or more in ui or src/service outside _(), N_() and what only developers see;
# - a literal with a word handed straight to a draw_...() in ui.
# A false alarm is silenced by the comment "not shown" on the same line.
# Prints file:line: message for every one and exits 1 if there was any.
# usage: strings.sh [top folder]
set -u
cd "${1:-${top_srcdir:-$(dirname "$0")/../..}}" || exit 2
files=$(find src ui -name '*.c' | LC_ALL=C sort)
[ -n "$files" ] || { echo "strings.sh: no sources here" >&2; exit 2; }
# shellcheck disable=SC2086
LC_ALL=C exec awk '
BEGIN {
    split("_ N_ gettext ngettext dgettext NN_", names, " ")
    for (i in names) marked[names[i]] = 1
    split("log_write fatal assert static_assert _Static_assert __attribute__ strcmp strncmp strstr open fopen getenv " \
          "setlocale", names, " ")
    for (i in names) unseen[names[i]] = 1
    split("error_set error_set_field error_prefix", names, " ")
    for (i in names) errors[names[i]] = 1
}
function bad(text, message) { printf "%s:%d: %s: %s\n", FILENAME, FNR, message, text; found++ }
# Words of a literal without its format directives and escapes.
function words_of(text) {
    gsub(/%[-+ #0-9.*$hlzjt]*[a-zA-Z]/, "", text)
    gsub(/\\[a-z0-9]*/, " ", text)
    return text
}
function judge(text,    words, i) {
    if ($0 ~ /not shown/)
        return
    words = words_of(text)
    for (i = depth; i > 0; i--) {
        if (call[i] in marked || call[i] in unseen)
            return
        if (call[i] in errors && words ~ /[A-Za-z][A-Za-z][A-Za-z]/) {
            # the field of error_set_field() is a name for programs
            if (!(call[i] == "error_set_field" && commas[i] == 2))
                bad(text, "an error without _()")
            return
        }
    }
    if (FILENAME !~ /^ui\// && FILENAME !~ /^src\/service\//)
        return
    if (words ~ /[A-Za-z][a-z]+[,;:]? [A-Za-z][a-z]/ && words !~ /(SELECT|INSERT|UPDATE|DELETE|PRAGMA) /)
        bad(text, "words without _()")
    else if (depth > 0 && call[depth] ~ /^draw_/ && FILENAME ~ /^ui\// && words ~ /[A-Za-z][a-z][a-z]/)
        bad(text, "a drawn word without _()")
}
FNR == 1 { in_comment = depth = 0 }
/^[ \t]*#/ && !in_comment { next }
{
    rest = $0
    name = ""
    while (rest != "") {
        if (in_comment) {
            end = index(rest, "*/")
            if (!end) break
            rest = substr(rest, end + 2)
            in_comment = 0
        } else if (substr(rest, 1, 2) == "/*") {
            in_comment = 1
            rest = substr(rest, 3)
        } else if (match(rest, /^"([^"\\]|\\.)*"/)) {
            judge(substr(rest, 1, RLENGTH))
            rest = substr(rest, RLENGTH + 1)
        } else if (match(rest, /^'"'"'([^'"'"'\\]|\\.)+'"'"'/)) {
            rest = substr(rest, RLENGTH + 1)
        } else if (match(rest, /^[A-Za-z_][A-Za-z_0-9]*/)) {
            name = substr(rest, 1, RLENGTH)
            rest = substr(rest, RLENGTH + 1)
        } else {
            c = substr(rest, 1, 1)
            if (c == "(") { call[++depth] = name; commas[depth] = 0 }
            else if (c == ")" && depth > 0) depth--
            else if (c == "," && depth > 0) commas[depth]++
            if (c != " ") name = ""
            rest = substr(rest, 2)
        }
    }
}
END { exit found > 0 }' $files
