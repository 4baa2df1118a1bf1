-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 29: whether somebody was told of a dose that was not given (clinical.md 4.B.3 no. 6 and 7).
ALTER TABLE dose_events ADD COLUMN was_told TEXT CHECK (was_told IN ('yes', 'no'));
