#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# mutants.sh BUILD [NAME...]: `./run proof mutants`. Each patch in tests/mutants takes one protective line away; the test that it
# names must fail then, and pass without it. A line for each; one that survives, does not apply or is not run fails. The work
# is done in a copy of the tree, in a temporary folder.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- $(cd "$top/tests/mutants" && ls *.patch | sed 's/\.patch$//')
mkdir "$work/src"
(cd "$top" && ls -d */config.status 2>/dev/null | sed 's|/.*||; s|^|./|' >"$work/without" && tar cf - -X "$work/without" --exclude=./.git .) |
    tar xf - -C "$work/src"
mkdir "$work/src/build"
cd "$work/src/build" # built here
{ [ -x ../configure ] || (cd .. && autoreconf -fi); } >"$work/log" 2>&1
# The same compiler and flags as the build that was given.
eval "set_options=\$($build/config.status --config)"
{ eval "../configure -q $set_options" && make -s -j"$(nproc)" sync_tests; } >>"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }

head_of() { sed -n "s/^# $2: //p" "$top/tests/mutants/$1.patch"; }

passes() { # filter; 0 when tests ran and all passed
    ./sync_tests -j1 --filter "$1" >"$work/run" 2>&1 || return 1
    grep -q 'Tested: 0\|is not installed' "$work/run" && { echo "mutants: $1 ran no test" >&2; exit 1; }
    return 0
}

failed=0
checked=' '
for name in "$@"; do
    kills=$(head_of "$name" kills)
    protects=$(head_of "$name" protects)
    case $checked in
    *" $kills "*) ;;
    *)
        passes "$kills" || { echo "FAILED   $name: $kills fails without the mutant"; failed=1; continue; }
        checked="$checked$kills "
        ;;
    esac
    if ! (cd .. && patch -s -p1 --dry-run <"tests/mutants/$name.patch") >>"$work/log" 2>&1; then
        echo "FAILED   $name: the patch does not apply"
        failed=1
        continue
    fi
    (cd .. && patch -s -p1 <"tests/mutants/$name.patch")
    if ! make -s sync_tests >>"$work/log" 2>&1; then
        echo "FAILED   $name: does not build"
        failed=1
    elif passes "$kills"; then
        echo "SURVIVED $name: $protects ($kills passes)"
        failed=1
    else
        echo "killed   $name: $protects ($kills)"
    fi
    (cd .. && patch -s -R -p1 <"tests/mutants/$name.patch")
done
exit "$failed"
