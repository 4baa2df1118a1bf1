#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# mutants.sh BUILD [NAME...]: `./run proof mutants`. Each patch in tests/mutants takes one protective line away; the test that it
# names must fail then, and pass without it. A line for each; one that survives, does not apply or is not run fails. The work
# is done in a copy of the tree, in a temporary folder.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
shift # a build of its own is made
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- $(cd "$top/tests/mutants" && ls *.patch | sed 's/\.patch$//')
mkdir "$work/src"
(cd "$top" && ls -d */config.status 2>/dev/null | sed 's|/.*||; s|^|./|' >"$work/without" && tar cf - -X "$work/without" --exclude=./.git .) |
    tar xf - -C "$work/src"
mkdir "$work/src/build"
cd "$work/src/build" # built here, without sanitizers and debug symbols: what counts is which test fails
{ [ -x ../configure ] || (cd .. && autoreconf -fi); } >"$work/log" 2>&1
compiler=gcc
command -v ccache >/dev/null && compiler='ccache gcc' # the temporary folder's name is no part of what ccache looks for
export CCACHE_BASEDIR="$work/src" CCACHE_NOHASHDIR=1
linker=''
command -v mold >/dev/null && linker=-fuse-ld=mold
{ ../configure -q CC="$compiler" CFLAGS=-O1 LDFLAGS="$linker" && make -s -j"$(nproc)" sync_tests; } >>"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    exit 1
}

head_of() { sed -n "s/^# $2: //p" "$top/tests/mutants/$1.patch"; }

# Which tests a filter names, and how many failed: 'passes', 'fails', or anything else when it did not come to a verdict.
verdict_of() {
    ./sync_tests -j1 --filter "$1" >"$work/run" 2>&1 || true
    case $(grep 'Synthesis: Tested:' "$work/run") in
    '' | *'Tested: 0'*) echo 'ran no test' ;;
    *'Failing: 0 | Crashing: 0'*) if grep -q 'is not installed' "$work/run"; then echo 'was skipped'; else echo passes; fi ;;
    *) echo fails ;;
    esac
}

# All of the tests at once, without a mutant.
all=''
for name in "$@"; do all="$all|$(head_of "$name" kills)"; done
verdict=$(verdict_of "@(${all#|})")
[ "$verdict" = passes ] || { tail -n 40 "$work/run" >&2; echo "FAILED   without any mutant: $verdict"; exit 1; }

failed=0
killed=0
for name in "$@"; do
    kills=$(head_of "$name" kills)
    protects=$(head_of "$name" protects)
    if ! (cd .. && patch -s -p1 --dry-run <"tests/mutants/$name.patch") >>"$work/log" 2>&1; then
        echo "FAILED   $name: the patch does not apply"
        failed=1
        continue
    fi
    (cd .. && patch -s -p1 <"tests/mutants/$name.patch")
    if ! make -s sync_tests >>"$work/log" 2>&1; then
        echo "FAILED   $name: does not build"
        failed=1
    else
        verdict=$(verdict_of "$kills")
        case $verdict in
        fails)
            echo "killed   $name: $protects ($kills)"
            killed=$((killed + 1))
            ;;
        passes)
            echo "SURVIVED $name: $protects ($kills passes)"
            failed=1
            ;;
        *)
            echo "FAILED   $name: $kills $verdict"
            failed=1
            ;;
        esac
    fi
    (cd .. && patch -s -R -p1 <"tests/mutants/$name.patch")
done
echo "mutants: $killed of $# killed"
exit "$failed"
