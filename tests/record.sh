#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# record.sh PAGE TITLE COMMAND...: runs the command and, when it succeeds, keeps its whole output with the commit and the
# machine in the page. Its exit code is the command's.
set -eu
page=$1
title=$2
shift 2
top=$(cd "$(dirname "$0")/.." && pwd)
output=$(mktemp)
trap 'rm -f "$output"' EXIT
"$@" >"$output" 2>&1 || { status=$?; cat "$output"; exit "$status"; }
cat "$output"
{
    printf '# %s\n\nThe last full output, as it was printed, at commit %s on %s\n(%s processors, load %s at the end).\n\n```\n' \
        "$title" "$(git -C "$top" rev-parse --short HEAD)" "$(date -u +%Y-%m-%d)" "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
    cat "$output"
    # shellcheck disable=SC2016
    printf '```\n'
} >"$top/docs/$page"
