#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The labelled cases against the knowledge that is built into the program.
exec "${top_builddir:-.}/run_cases" "${top_srcdir:-.}/tests/safety"
