-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 27: stays on a ward (clinical.md 4.B.3 no. 13). What was ordered before a patient left is not due here from then on,
-- until the next stay; the orders themselves go on. A person without a stay is an outpatient: nothing changes for them.
CREATE TABLE stays (
    stay_id BLOB NOT NULL PRIMARY KEY CHECK (length(stay_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    place TEXT NOT NULL,                -- ward, room and bed, as the site calls them
    admitted_at INTEGER NOT NULL,       -- from when on
    admitted_by BLOB NOT NULL,          -- who wrote it down
    left_at INTEGER,                    -- when the patient leaves or left; empty: stays
    left_by BLOB,                       -- who wrote that down
    left_how TEXT CHECK (left_how IN ('home', 'facility', 'against_advice', 'died')), -- where to, and how
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER                  -- written by mistake: there was no such stay
) STRICT;
CREATE INDEX stays_user ON stays (user_id, admitted_at);
