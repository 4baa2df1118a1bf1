-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 32: how bad it was before an as-needed dose (clinical.md 4.B.7).
ALTER TABLE dose_events ADD COLUMN score_before TEXT;
