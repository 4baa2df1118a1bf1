#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench.sh BUILD [NAME...]: the benchmarks (programs bench_NAME), as ratios to a baseline in the same run. What follows a colon are
# a program's arguments: sync:1000000, scale:500. record: all of them, kept in docs/bench.md.
set -eu
build=$1
shift
here=$(dirname "$0")
all=$(make -s --no-print-directory -C "$build" print-benches | sed 's/bench_//g')
[ "${1:-}" != record ] || exec sh "$here/record.sh" bench.md 'Benchmarks' sh "$0" "$build"
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $all
for name in "$@"; do
    arguments=''
    case $name in
    *:*) arguments=$(echo "${name#*:}" | tr ',' ' ') ;;
    esac
    case " $all " in
    *" ${name%%:*} "*) ;;
    *)
        echo "bench: $name is not known; known: $all" >&2
        exit 2
        ;;
    esac
    make -s -C "$build" "bench_${name%%:*}" >&2
    # shellcheck disable=SC2086
    "$build/bench_${name%%:*}" $arguments
done
