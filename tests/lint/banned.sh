#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Calls that overflow, hide errors, are not reentrant, start a shell, or (in tests) wait for time to pass.
# Prints file:line: message for every one and exits 1 if there was any.
# usage: banned.sh [top folder]
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
cd "${1:-${top_srcdir:-$here/../..}}" || exit 2
files=$(find src ui tests \( -name '*.c' -o -name '*.h' \) | LC_ALL=C sort)
[ -n "$files" ] || { echo "banned.sh: no sources here" >&2; exit 2; }
# shellcheck disable=SC2086
LC_ALL=C awk -v texts=no -f "$here/c_code.awk" $files | LC_ALL=C awk '
BEGIN {
    why["sprintf"] = why["vsprintf"] = "use snprintf or buffer_append_format"
    why["strcpy"] = why["strcat"] = why["strncpy"] = why["strncat"] = why["stpcpy"] = "use struct buffer or snprintf"
    why["gets"] = "use fgets"
    why["strtok"] = why["strtok_r"] = "it writes into its input; use strcspn"
    why["gmtime"] = why["localtime"] = why["mktime"] = why["ctime"] = why["asctime"] = "use base/zone.h"
    why["gmtime_r"] = why["localtime_r"] = "use base/zone.h"
    why["atoi"] = why["atol"] = why["atoll"] = why["atof"] = "they cannot fail; use decimal_parse or strtol"
    why["system"] = why["popen"] = why["execlp"] = why["execvp"] = "no shell and no PATH look-up anywhere"
    waits = "it waits for time, not for the event"
    why_tests["sleep"] = why_tests["usleep"] = why_tests["nanosleep"] = why_tests["clock_nanosleep"] = waits
}
{
    match($0, /^[^:]*:[0-9]+:/)
    place = substr($0, 1, RLENGTH)
    code = substr($0, RLENGTH + 1)
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*[ \t]*\(/)) {
        name = substr(code, RSTART, RLENGTH)
        sub(/[ \t]*\($/, "", name)
        before = RSTART > 1 ? substr(code, RSTART - 1, 1) : ""
        if (before != "." && before != ">") {
            if (name in why) { print place " " name ": " why[name]; found++ }
            if (place ~ /^tests\// && name in why_tests) { print place " " name ": " why_tests[name]; found++ }
        }
        code = substr(code, RSTART + RLENGTH)
    }
}
END { exit found > 0 }'
