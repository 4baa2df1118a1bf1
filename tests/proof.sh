#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# proof.sh BUILD NAME...: the long campaigns in full; a line for each test, failure when one fails or was not run.
# Each NAME is a program NAME_campaign, or mutants (tests/mutants.sh); all: every one of them; record: the same, kept in
# docs/proof.md.
set -eu
build=$1
shift
known="$(make -s --no-print-directory -C "$build" print-campaigns) mutants"
[ "${1:-}" != record ] || exec sh "$(dirname "$0")/record.sh" proof.md 'Proofs' sh "$0" "$build" all
[ $# -gt 0 ] || { echo "usage: ./run proof NAME...   known: $known all" >&2; exit 2; }
# shellcheck disable=SC2086
[ "$1" != all ] || set -- $known
for name in "$@"; do
    case " $known " in
    *" $name "*) ;;
    *)
        echo "proof: $name is not known; known: $known all" >&2
        exit 2
        ;;
    esac
done
for name in "$@"; do
    [ "$name" != mutants ] || { sh "$(dirname "$0")/mutants.sh" "$build"; continue; }
    make -s -C "$build" "${name}_campaign" >&2
    "$build/${name}_campaign"
done
