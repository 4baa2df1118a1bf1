#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# proof.sh BUILD NAME...: the long campaigns in full; a line for each test, failure when one fails or was not run.
set -eu
build=$1
shift
[ $# -gt 0 ] || { echo "usage: ./run proof NAME...   known: seal" >&2; exit 2; }
for name in "$@"; do
    case $name in
    seal)
        make -s -C "$build" seal_campaign
        "$build/seal_campaign"
        ;;
    *)
        echo "proof: $name is not known; known: seal" >&2
        exit 2
        ;;
    esac
done
