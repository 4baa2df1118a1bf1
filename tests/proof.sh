#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# proof.sh BUILD NAME...: the long campaigns in full; a line for each test, failure when one fails or was not run.
# Each NAME is a program NAME_campaign (what follows a colon are its arguments: sync:0,60,20,0), scripted (tests/scripted.sh) or mutants
# (tests/mutants.sh); sync is all three of them. all: every one; record: the same, kept in docs/proof.md.
set -eu
here=$(dirname "$0")
build=$1
shift
known=$(make -s --no-print-directory -C "$build" print-campaigns)
[ "${1:-}" != record ] || exec sh "$here/record.sh" proof.md 'Proofs' sh "$0" "$build" all
[ $# -gt 0 ] || { echo "usage: ./run proof NAME...   known: $known scripted mutants all" >&2; exit 2; }
# shellcheck disable=SC2086
[ "$1" != all ] || set -- $known
for name in "$@"; do
    case " $known scripted mutants " in
    *" ${name%%:*} "*) ;;
    *)
        echo "proof: $name is not known; known: $known scripted mutants all" >&2
        exit 2
        ;;
    esac
done

campaign() { # name[:argument,argument...]
    arguments=''
    case $1 in
    *:*) arguments=$(echo "${1#*:}" | tr ',' ' ') ;;
    esac
    make -s -C "$build" "${1%%:*}_campaign" >&2
    # shellcheck disable=SC2086
    "$build/${1%%:*}_campaign" $arguments
}

# Every part is run, whatever became of the one before; then each invariant has to have a line that passed and none that did not.
sync() {
    lines=$(mktemp)
    {
        campaign "$1" || echo 'FAILED the campaign'
        sh "$here/scripted.sh" "$build" || echo 'FAILED the scripted tests'
        sh "$here/mutants.sh" "$build" || echo 'FAILED the mutants'
    } | tee "$lines"
    bad=0
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
        if ! grep -q "^PASSED I$i " "$lines" || grep -q "^FAILED I$i " "$lines"; then
            echo "FAILED I$i is not proved"
            bad=1
        fi
    done
    ! grep -q '^FAILED\|^SURVIVED' "$lines" || bad=1
    [ "$bad" = 1 ] || echo 'sync: every invariant, fault and mutant is as it has to be'
    rm -f "$lines"
    return "$bad"
}

for name in "$@"; do
    case $name in
    sync | sync:*) sync "$name" ;;
    scripted | mutants) sh "$here/$name.sh" "$build" ;;
    *) campaign "$name" ;;
    esac
done
