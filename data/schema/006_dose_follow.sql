-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 21: what follows a dose. Both tables are append-only, like the doses.
-- What an as-needed dose did: asked for an hour later by mouth, half an hour later otherwise.
CREATE TABLE dose_assessments (
    assessment_id BLOB NOT NULL PRIMARY KEY CHECK (length(assessment_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    dose_event_id BLOB NOT NULL,        -- dose_events.event_id of the dose
    outcome TEXT NOT NULL CHECK (outcome IN ('effective', 'partly', 'none', 'adverse', 'asleep')), -- as the patient says
    score TEXT,                         -- 0 to 10, where there is one
    note TEXT,                          -- in words
    recorded_by BLOB,
    recorded_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX dose_assessments_dose ON dose_assessments (dose_event_id);
CREATE INDEX dose_assessments_user ON dose_assessments (user_id);
-- What a person found out about two records of one slot.
CREATE TABLE dose_resolutions (
    resolution_id BLOB NOT NULL PRIMARY KEY CHECK (length(resolution_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    slot_id BLOB NOT NULL,              -- of both records
    class TEXT NOT NULL CHECK (class IN ('charted_twice', 'given_twice', 'contradictory', 'wrong_patient')), -- what it was
    kept_event_id BLOB NOT NULL,        -- the record that stands
    other_event_id BLOB NOT NULL,       -- the other one; stands too where the drug was given twice
    reason TEXT NOT NULL,               -- how that is known
    people_asked TEXT NOT NULL,         -- who was asked
    notified TEXT,                      -- which prescriber was told, where the drug was given twice
    recorded_by BLOB,
    recorded_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX dose_resolutions_slot ON dose_resolutions (slot_id);
CREATE INDEX dose_resolutions_user ON dose_resolutions (user_id, recorded_at);
CREATE INDEX dose_events_unplanned ON dose_events (actual_datetime) WHERE scheduled_datetime IS NULL;
