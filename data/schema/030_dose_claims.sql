-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 30: a planned dose whose form somebody has open (clinical.md 4.B.2 CLAIMED).

-- Who has the form of a planned dose open: a lease, for the other sessions of this device; no clinical fact, never sent.
CREATE TABLE dose_claims (
    claim_id BLOB NOT NULL PRIMARY KEY CHECK (length(claim_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    slot_id BLOB NOT NULL CHECK (length(slot_id) = 16),
    staff_user_id BLOB NOT NULL REFERENCES users (user_id),
    session_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX dose_claims_slot ON dose_claims (slot_id, session_id);
CREATE INDEX dose_claims_user ON dose_claims (user_id);
CREATE INDEX dose_claims_staff ON dose_claims (staff_user_id);
CREATE INDEX dose_claims_session ON dose_claims (session_id);
CREATE INDEX dose_claims_expires ON dose_claims (expires_at);
