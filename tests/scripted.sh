#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# scripted.sh BUILD: runs sync_tests once and says for each claim of tests/sync/claims.tsv whether the tests that it names passed. A test
# that failed, was skipped or is not there fails its claim; one that failed and proves no claim has a line of its own.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make -s -C "$build" >&2 # a test starts the program itself, which may not be an older one
make -s -C "$build" sync_tests >&2
(cd "$build" && ./sync_tests -j1 --tap="$work/tap" >"$work/log" 2>&1) || true
if grep -q 'is not installed' "$work/log"; then
    echo 'FAILED scripted: PostgreSQL 15 with pg_partman is not installed'
    exit 1
fi
# "ok - suite::test  (0.50s)" and "not ok - ..."
sed -n '/# SKIP/d; s/^ok - \([^ ]*\).*/\1/p' "$work/tap" | sort >"$work/passed"
sed -n 's/^not ok - \([^ ]*\).*/\1/p' "$work/tap" | sort >"$work/failed"
failed=0
tab=$(printf '\t')
grep -v '^#' "$top/tests/sync/claims.tsv" >"$work/claims"
while IFS="$tab" read -r kind claim tests; do
    word=PASSED
    for test in $tests; do
        grep -qx "$test" "$work/passed" || word=FAILED
    done
    [ "$word" = PASSED ] || failed=1
    printf '%s %-5s %s (%s)\n' "$word" "$kind" "$claim" "$tests"
done <"$work/claims"
while read -r test; do
    failed=1
    grep -q "$test" "$work/claims" || echo "FAILED test  $test"
done <"$work/failed"
echo "scripted: $(wc -l <"$work/passed") tests passed, $(wc -l <"$work/failed") failed"
[ "$failed" = 0 ] || sed -n '/FAIL/p;/Assertion/p' "$work/log" >&2
exit "$failed"
