#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# embed.sh OUT FILE...: writes a C file that holds each FILE as bytes of the program, so that it runs from anywhere.
set -eu
out=$1
shift
{
    echo '/* Made by data/embed.sh. Do not edit. */'
    echo '#include "base/embedded.h"'
    n=0
    for file in "$@"; do
        printf 'static const unsigned char bytes_%d[] = {' "$n"
        od -An -v -tx1 "$file" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
        echo '0};'
        n=$((n + 1))
    done
    echo 'const struct embedded_file EMBEDDED_FILES[] = {'
    n=0
    for file in "$@"; do
        printf '    {"%s", bytes_%d, sizeof bytes_%d - 1},\n' "$(echo "$file" | sed 's|.*/data/|data/|')" "$n" "$n"
        n=$((n + 1))
    done
    echo '    {0, 0, 0},'
    echo '};'
} > "$out.tmp"
mv "$out.tmp" "$out"
