#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Adds up what `make check` left in a build folder and prints, last, "N passed, N failed" (and ", N skipped").
# A Criterion program counts as many tests as it says; a script counts as one. A program that crashed, stopped without a
# summary, ran nothing or was never run counts as failed. Exit 0 only if nothing failed and something passed.
# (-o config.h: automake leaves it older than its stamp, which is no change.)
# usage: count.sh [build folder]
set -u
build=${1:-.}
tests=$(make -s --no-print-directory -C "$build" print-tests) || { echo "count.sh: no makefile in $build" >&2; exit 2; }
passed=0
failed=0
skipped=0

fail() { # test, why
    echo "$1: $2"
    failed=$((failed + 1))
}

# Sets tested, passing, failing from the summary of a Criterion log; fails when there is none.
read_summary() {
    summary=$(sed -n 's/.*Synthesis: Tested: \([0-9]*\) | Passing: \([0-9]*\) | Failing: \([0-9]*\) | Crashing.*/\1 \2 \3/p' \
        "$1" | tail -n 1)
    [ -n "$summary" ] || return 1
    # shellcheck disable=SC2086
    set -- $summary
    tested=$1 passing=$2 failing=$3 # a crash is among the failing
}

for test in $tests; do
    stem=$build/$test
    log=$stem.log
    result=$(sed -n 's/^:test-result: *//p' "$stem.trs" 2>/dev/null)
    result=${result%% *}
    if [ ! -f "$log" ] || [ -z "$result" ]; then
        fail "$test" 'was not run'
    elif [ "$result" = SKIP ]; then
        skipped=$((skipped + 1))
    elif [ "${test%.sh}" != "$test" ]; then
        if [ "$result" = PASS ]; then passed=$((passed + 1)); else fail "$test" "$result"; fi
    elif ! make -s -q -o config.h -C "$build" "$test" >/dev/null 2>&1 ||
        [ -n "$(find "$build/$test" -newer "$log")" ]; then
        fail "$test" 'was not run since its sources changed'
    elif ! read_summary "$log"; then
        fail "$test" 'ended without a summary'
    else
        left_out=$(grep -c '^\[SKIP\]' "$log")
        skipped=$((skipped + left_out))
        passed=$((passed + passing))
        failed=$((failed + failing))
        [ "$failing" = 0 ] || grep '^\[FAIL\]' "$log"
        if [ $((passing + failing)) != "$tested" ]; then
            fail "$test" 'lost some of its tests'
        elif [ "$result" != PASS ] && [ "$failing" = 0 ]; then
            fail "$test" "$result although no test in it failed"
        elif [ $((tested + left_out)) = 0 ]; then
            fail "$test" 'has no tests'
        fi
    fi
done
line="$passed passed, $failed failed"
[ "$skipped" = 0 ] || line="$line, $skipped skipped"
echo "$line"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
