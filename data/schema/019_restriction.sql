-- SPDX-License-Identifier: GPL-3.0-or-later
-- Restricted records, who may open them, and each opening in an emergency with its review (security.md 2.5).

-- A record that not everybody may open, whatever their role. Lifted, never deleted: who was shut out stays known.
CREATE TABLE patient_restrictions (
    restriction_id BLOB NOT NULL PRIMARY KEY CHECK (length(restriction_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    rule TEXT NOT NULL CHECK (rule IN ('vip', 'staff', 'consent', 'protection')), -- why it is restricted
    set_by BLOB NOT NULL,               -- the privacy officer
    set_at INTEGER NOT NULL,            -- from when on
    lifted_at INTEGER,                  -- empty: in force
    lifted_by BLOB,                     -- who lifted it
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX patient_restrictions_user ON patient_restrictions (user_id, lifted_at);

-- Staff who may open a restricted record as their own work.
CREATE TABLE restriction_members (
    member_id BLOB NOT NULL PRIMARY KEY CHECK (length(member_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    staff_user_id BLOB NOT NULL,        -- the staff member (users)
    added_by BLOB NOT NULL,             -- who named them
    added_at INTEGER NOT NULL,          -- when
    removed_at INTEGER,                 -- empty: still named
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX restriction_members_user ON restriction_members (user_id, staff_user_id);

-- A restricted record that somebody opened in an emergency: written before anything of it is shown.
CREATE TABLE emergency_accesses (
    access_id BLOB NOT NULL PRIMARY KEY CHECK (length(access_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    accessed_by BLOB NOT NULL,          -- who opened it
    role TEXT NOT NULL CHECK (role IN (
        'pharmacist', 'technician', 'nurse', 'student', 'prescriber', 'front_desk', 'privacy_officer',
        'auditor', 'administrator')),
    session_id TEXT NOT NULL,           -- in which session; it holds for no other
    rule TEXT NOT NULL CHECK (rule IN ('vip', 'staff', 'consent', 'protection')), -- the restriction that was passed
    reason TEXT NOT NULL CHECK (reason IN ('emergency', 'covering', 'patient_asks', 'handover', 'other')),
    reason_text TEXT NOT NULL,          -- in the person's own words
    begun_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,        -- 60 minutes later
    ended_at INTEGER,                   -- when the chart was left; empty: it ran until it expired
    review_due_at INTEGER NOT NULL,     -- 72 hours after it began
    reviewed_at INTEGER,                -- empty: waits for the privacy officer
    reviewed_by BLOB,                   -- who reviewed it
    verdict TEXT CHECK (verdict IN ('justified', 'not_justified', 'reported')), -- of the review
    verdict_text TEXT,                  -- in words
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX emergency_accesses_open ON emergency_accesses (review_due_at) WHERE reviewed_at IS NULL;
CREATE INDEX emergency_accesses_user ON emergency_accesses (user_id, accessed_by, begun_at);
CREATE INDEX emergency_accesses_begun ON emergency_accesses (begun_at);
