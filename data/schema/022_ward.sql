-- SPDX-License-Identifier: GPL-3.0-or-later
-- Recording doses on a ward (clinical.md 4.B.3, 4.B.5, 4.B.9): second persons, back entry from paper, controlled drugs piece
-- by piece, what has to follow a dose, hand-over, and the paper for a downtime.
ALTER TABLE dose_events ADD COLUMN checker_id BLOB;      -- who read drug, dose and rate by themself, unseen
ALTER TABLE dose_events ADD COLUMN instructor_id BLOB;   -- who answers for what a student gave
ALTER TABLE dose_events ADD COLUMN form_number TEXT;     -- of the paper form that a back entry was written on first
ALTER TABLE dose_events ADD COLUMN rate TEXT;            -- of an infusion, as it was started: "12 mL/h"
ALTER TABLE dose_events ADD COLUMN unverified_reason TEXT CHECK (unverified_reason IN (
    'emergency', 'no_pharmacist', 'prescriber_present', 'other')); -- why before a pharmacist had verified the order
ALTER TABLE dose_resolutions ADD COLUMN monitoring TEXT;   -- given twice: what is watched, how long
ALTER TABLE dose_resolutions ADD COLUMN next_dose TEXT CHECK (next_dose IN ('as_planned', 'delayed', 'skipped', 'prescriber_decides')); -- given twice: what becomes of the next one
ALTER TABLE dose_resolutions ADD COLUMN moved_to_id BLOB;  -- another patient's: who it is
CREATE INDEX dose_events_to_follow ON dose_events (actual_datetime) WHERE status IN ('missed', 'unavailable', 'refused', 'removed');
CREATE INDEX dose_events_instructor ON dose_events (instructor_id, actual_datetime) WHERE instructor_id IS NOT NULL;
CREATE INDEX dose_events_back_entry ON dose_events (recorded_at) WHERE recorded_via = 'back_entry';
CREATE INDEX dose_events_for_others ON dose_events (given_by, recorded_at) WHERE given_by <> recorded_by;

-- What was done about a dose afterwards: delivered, prescriber told, looked at, co-signed, checked against the paper.
CREATE TABLE dose_follow_ups (
    follow_up_id BLOB NOT NULL PRIMARY KEY CHECK (length(follow_up_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    dose_event_id BLOB NOT NULL,        -- dose_events.event_id that it is about
    kind TEXT NOT NULL CHECK (kind IN (
        'seen', 'supplied', 'not_coming', 'notified', 'cosigned', 'cosign_refused', 'checked', 'confirmed', 'denied')), -- what was done
    note TEXT,                          -- in words: who was told, when
    recorded_by BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX dose_follow_ups_dose ON dose_follow_ups (dose_event_id);
CREATE INDEX dose_follow_ups_user ON dose_follow_ups (user_id);

-- A controlled drug, piece by piece: removed = given + wasted + returned, in exact decimals. Append-only.
CREATE TABLE controlled_entries (
    entry_id BLOB NOT NULL PRIMARY KEY CHECK (length(entry_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    medication_id BLOB NOT NULL REFERENCES user_medications (medication_id),
    removal_id BLOB NOT NULL,           -- entry_id of the removal that it belongs to; its own for that one
    kind TEXT NOT NULL CHECK (kind IN ('removed', 'given', 'wasted', 'returned', 'discarded', 'settled')), -- what became of it
    drug_text TEXT NOT NULL,            -- what was taken out, as the count names it
    amount TEXT NOT NULL,
    unit TEXT NOT NULL,                 -- of every entry of one removal
    dose_event_id BLOB,                 -- of the dose that was given, or of the patch that was taken off
    method TEXT CHECK (method IN ('sink', 'waste_container', 'deactivation_pouch', 'fold_discard', 'other')), -- of waste
    reason TEXT CHECK (reason IN ('remainder', 'dropped', 'refused', 'contaminated', 'expired', 'stopped', 'patch_off', 'other')), -- of waste
    note TEXT,
    actor_id BLOB NOT NULL,
    witness_id BLOB,                    -- another person, signed in on this terminal
    is_witness_local INTEGER NOT NULL DEFAULT 0, -- the witness was checked without the centre
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX controlled_entries_removal ON controlled_entries (removal_id);
CREATE INDEX controlled_entries_removed ON controlled_entries (recorded_at) WHERE kind = 'removed';
CREATE INDEX controlled_entries_drug ON controlled_entries (drug_text, recorded_at);
CREATE INDEX controlled_entries_dose ON controlled_entries (dose_event_id) WHERE dose_event_id IS NOT NULL;
CREATE INDEX controlled_entries_user ON controlled_entries (user_id);
CREATE INDEX controlled_entries_medication ON controlled_entries (medication_id);

-- What two people counted, what was delivered, and how a difference was explained. Append-only.
CREATE TABLE controlled_counts (
    count_id BLOB NOT NULL PRIMARY KEY CHECK (length(count_id) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('counted', 'received', 'explained')), -- what the row says
    drug_text TEXT NOT NULL,            -- as the removals name it
    amount TEXT NOT NULL,
    unit TEXT NOT NULL,
    expected TEXT,                      -- of a count: what should have been there
    explains_id BLOB,                   -- the count whose difference is explained
    note TEXT,
    actor_id BLOB NOT NULL,
    witness_id BLOB NOT NULL,           -- the second person
    recorded_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX controlled_counts_drug ON controlled_counts (drug_text, recorded_at);

-- One shift handed over to the next: who, when, how much was open. The lines are of the patients they are about.
CREATE TABLE handovers (
    handover_id BLOB NOT NULL PRIMARY KEY CHECK (length(handover_id) = 16),
    from_at INTEGER NOT NULL,           -- the shift: from here
    to_at INTEGER NOT NULL,             -- to here
    line_count INTEGER NOT NULL,
    note TEXT,
    given_by BLOB NOT NULL,
    accepted_by BLOB NOT NULL,          -- signed in on this terminal
    recorded_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX handovers_recorded ON handovers (recorded_at);
CREATE TABLE handover_lines (
    line_id BLOB NOT NULL PRIMARY KEY CHECK (length(line_id) = 16),
    handover_id BLOB NOT NULL,          -- handovers.handover_id
    user_id BLOB NOT NULL REFERENCES users (user_id),
    position INTEGER NOT NULL,          -- on the list
    content TEXT NOT NULL,              -- as it was read and accepted
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX handover_lines_handover ON handover_lines (handover_id, position);
CREATE INDEX handover_lines_user ON handover_lines (user_id);

-- Paper for the time without a computer: the newest set, sealed like everything here, on this device only.
CREATE TABLE downtime_forms (
    form_id BLOB NOT NULL PRIMARY KEY CHECK (length(form_id) = 16),
    form_number TEXT NOT NULL UNIQUE,   -- stands on the sheet; back entry names it
    user_id BLOB NOT NULL REFERENCES users (user_id),
    hours INTEGER NOT NULL,             -- how far it reaches
    made_at INTEGER NOT NULL,           -- the data are as of then
    unsent INTEGER NOT NULL,            -- changes that were not at the centre then
    content TEXT NOT NULL               -- the sheet as text; it leaves this database only to a printer
) STRICT;
CREATE INDEX downtime_forms_user ON downtime_forms (user_id, made_at);
CREATE INDEX downtime_forms_made ON downtime_forms (made_at);
