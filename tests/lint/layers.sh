#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each folder includes only what docs/architecture.md lets it include, and each library header has one folder.
# Prints file:line: message for every breach and exits 1 if there was any.
# usage: layers.sh [top folder]
set -u
cd "${1:-${top_srcdir:-$(dirname "$0")/../..}}" || exit 2
files=$(find src ui \( -name '*.c' -o -name '*.h' \) | LC_ALL=C sort)
[ -n "$files" ] || { echo "layers.sh: no sources here" >&2; exit 2; }
# shellcheck disable=SC2086
LC_ALL=C exec awk '
BEGIN {
    # folder: the folders it may include besides its own; a file name stands for that file alone
    may["base"] = ""
    may["model"] = may["crypt"] = may["host"] = "base"
    may["safety"] = may["schedule"] = may["exchange"] = may["print"] = may["notify"] = "base model"
    may["store"] = "base model crypt"
    may["sync"] = "base model crypt store"
    may["service"] = "base model safety schedule crypt store exchange print notify host sync/agent_client.h"
    may["cli"] = "base model service sync/agent_lock.h sync/central.h sync/engine.h sync/join.h"
    may["term"] = "base"
    may["kit"] = "base term"
    may["shell"] = "base model service term kit"
    may["screens"] = "base model safety service kit shell"
    may["main"] = "base host service cli term kit shell screens"

    # library headers (beginnings) and the one folder that may include them
    home["cjson/"] = home["utf8proc.h"] = "base"
    home["sodium"] = home["openssl/"] = home["liboath/"] = home["fido"] = "crypt"
    home["sqlite3"] = "store"
    home["libpq"] = home["postgres"] = "sync"
    home["libxml/"] = home["csv.h"] = "exchange"
    home["cups/"] = home["pango/"] = home["cairo"] = "print"
    home["curl/"] = "notify"
    home["seccomp"] = home["linux/seccomp.h"] = home["linux/landlock.h"] = "host"
    home["curses"] = home["ncurses"] = home["panel.h"] = home["term.h"] = home["termios.h"] = "term"
    home["qrencode.h"] = "kit"
}
function bad(message) { printf "%s:%d: %s\n", FILENAME, FNR, message; breaches++ }
FNR == 1 {
    n = split(FILENAME, part, "/")
    folder = FILENAME == "ui/main.c" ? "main" : part[2]
    own = part[n]
    sub(/\.[ch]$/, "", own)
    if (!(folder in may))
        bad("folder " part[1] "/" folder " is not in the table of layers")
    else if (n != 3 && folder != "main")
        bad("sources lie directly in their layer'"'"'s folder")
}
/^[ \t]*#[ \t]*include/ {
    name = $0
    sub(/^[ \t]*#[ \t]*include[ \t]*[<"]/, "", name)
    is_quoted = $0 ~ /include[ \t]*"/
    sub(/[>"].*$/, "", name)
    if (name == "config.h")
        next
    for (beginning in home)
        if (index(name, beginning) == 1 && home[beginning] != folder && !is_quoted)
            bad("<" name "> belongs to " home[beginning] " only")
    if (!is_quoted)
        next
    target = name
    if (!sub(/\/.*/, "", target)) {
        bad("\"" name "\": write the folder too (\"" folder "/" name "\")")
        next
    }
    if (target == folder) {
        other = name
        sub(/^.*\//, "", other)
        sub(/\.h$/, "", other)
        # a screen (screen_*.c) is known by its ops in screens.h; headers of parts (chart_tab.h) are shared
        if (folder == "screens" && other != own && other ~ /^screen_/)
            bad("screens never include each other (" name ")")
        next
    }
    allowed = 0
    count = split(may[folder], list, " ")
    for (i = 1; i <= count; i++)
        if (list[i] == target || list[i] == name)
            allowed = 1
    if (!allowed)
        bad(folder " may not include " target " (" name ")")
}
END { exit breaches > 0 }' $files
