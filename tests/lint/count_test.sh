#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shows that tests/count.sh adds up rightly and takes nothing for passed that was not seen to pass.
set -u
count=$(cd "$(dirname "$0")/.." && pwd)/count.sh
build=$(mktemp -d) || exit 2
trap 'rm -rf "$build"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL
wrong=0

# A build folder whose tests are named; `src` is what each program is made of.
reset() { # tests
    rm -rf "$build"
    mkdir -p "$build/lint"
    printf 'print-tests:\n\t@echo %s\nunit_tests: src\n\ttouch unit_tests\n' "$*" > "$build/Makefile"
    touch -d '2020-01-01' "$build/src"
    touch -d '2020-01-02' "$build/unit_tests"
}

left() { # test, result, log text
    printf '%s\n' "$3" > "$build/$1.log"
    printf ':test-result: %s\n' "$2" > "$build/$1.trs"
}

summary() { # tested, passing, failing, crashing
    echo "[====] Synthesis: Tested: $1 | Passing: $2 | Failing: $3 | Crashing: $4 "
}

expect() { # exit code, last line, what this shows
    out=$(sh "$count" "$build" 2>&1)
    code=$?
    if [ "$code" != "$1" ] || [ "$(printf '%s\n' "$out" | tail -n 1)" != "$2" ]; then
        echo "count_test.sh:1: $3: exit $code, said: $out"
        wrong=1
    fi
}

reset unit_tests lint/a.sh
left unit_tests PASS "$(summary 7 7 0 0)"
left lint/a.sh PASS ''
expect 0 '8 passed, 0 failed' 'program and script'

left unit_tests PASS "[SKIP] a::b: no server
$(summary 7 7 0 0)"
expect 0 '8 passed, 0 failed, 1 skipped' 'a skipped test'

left unit_tests 'FAIL (exit status: 1)' "$(summary 7 5 2 1)"
expect 1 '6 passed, 2 failed' 'a crashed test is among the failing'

left unit_tests 'FAIL (exit status: 139)' 'Segmentation fault'
expect 1 '1 passed, 1 failed' 'a crashed program'

left unit_tests 'FAIL (exit status: 1)' "$(summary 7 7 0 0)
LeakSanitizer: detected memory leaks"
expect 1 '8 passed, 1 failed' 'a program that fails after its tests'

left unit_tests PASS "$(summary 7 5 1 0)"
expect 1 '6 passed, 2 failed' 'a test that is neither passed nor failed'

left unit_tests PASS "$(summary 0 0 0 0)"
expect 1 '1 passed, 1 failed' 'a program without tests'

left unit_tests PASS "$(summary 7 7 0 0)"
left lint/a.sh 'FAIL (exit status: 1)' 'x.c:1: bad'
expect 1 '7 passed, 1 failed' 'a script that fails'

left lint/a.sh 'SKIP (exit status: 77)' ''
expect 0 '7 passed, 0 failed, 1 skipped' 'a script that is skipped'

rm "$build/lint/a.sh.trs"
expect 1 '7 passed, 1 failed' 'a script that was not run'

left lint/a.sh PASS ''
touch -d '2020-01-03' "$build/src"
expect 1 '1 passed, 1 failed' 'a program older than its sources'

touch "$build/unit_tests"
touch -d '2020-01-04' "$build/unit_tests.log"
expect 1 '1 passed, 1 failed' 'a log older than its program'

reset unit_tests
left unit_tests 'SKIP (exit status: 77)' ''
expect 1 '0 passed, 0 failed, 1 skipped' 'nothing passed is no success'
rm -rf "$build"
mkdir "$build"
sh "$count" "$build" >/dev/null 2>&1
[ $? = 2 ] || { echo 'count_test.sh:1: a folder without makefile'; wrong=1; }
exit "$wrong"
