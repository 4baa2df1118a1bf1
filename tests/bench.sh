#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench.sh BUILD [NAME...]: the benchmarks (programs bench_NAME), as ratios to a baseline in the same run.
# record: all of them, kept in docs/bench.md.
set -eu
build=$1
shift
here=$(dirname "$0")
all=$(make -s --no-print-directory -C "$build" print-benches)
[ "${1:-}" != record ] || exec sh "$here/record.sh" bench.md 'Benchmarks' sh "$0" "$build"
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $all
for name in "$@"; do
    case " $all " in
    *" bench_${name#bench_} "*) ;;
    *)
        echo "bench: $name is not known; known: $all" >&2
        exit 2
        ;;
    esac
    make -s -C "$build" "bench_${name#bench_}" >&2
    "$build/bench_${name#bench_}"
done
