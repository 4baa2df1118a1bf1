-- SPDX-License-Identifier: GPL-3.0-or-later
-- What was measured before a dose stands with the record of it (clinical.md 4.B.8), when a patient who was away is expected
-- back (4.B.3), and finding records without a scan and witnesses whom nobody but this device had checked.
ALTER TABLE dose_events ADD COLUMN observed TEXT;      -- JSON: the measurements that the order asked for, as they were then
ALTER TABLE dose_events ADD COLUMN return_at INTEGER;  -- of a patient who is away: expected back then
CREATE INDEX dose_events_away ON dose_events (actual_datetime) WHERE status = 'away';
CREATE INDEX dose_events_unscanned ON dose_events (recorded_at) WHERE no_scan_reason IS NOT NULL;
CREATE INDEX controlled_entries_witnessed ON controlled_entries (recorded_at) WHERE is_witness_local = 1;
