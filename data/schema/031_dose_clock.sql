-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 31: records that were made while the computer's clock was off by more than five minutes (clinical.md 4.B.4 d).
ALTER TABLE dose_events ADD COLUMN clock_skew_s INTEGER;
