-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 17: fills of an order as rights that one device holds, and the ledger of what became of them (decisions.md 20). Both
-- tables are append-only. An order of n refills gives n + 1 fills.

-- Rights that one device asked another for, and what it was given. What was never given away stays with the device that
-- wrote the version in force.
CREATE TABLE refill_rights (
    right_id BLOB NOT NULL PRIMARY KEY CHECK (length(right_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    medication_id BLOB NOT NULL REFERENCES user_medications (medication_id), -- the order
    kind TEXT NOT NULL CHECK (kind IN ('asked', 'given')), -- asked: a request, gives nothing; given: rights that moved
    from_device BLOB NOT NULL,          -- who gives, or is asked
    to_device BLOB NOT NULL,            -- who receives, or asks
    n INTEGER NOT NULL CHECK (n > 0),   -- fills
    recorded_by BLOB,                   -- who asked; nobody where the device answered by itself
    recorded_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX refill_rights_order ON refill_rights (medication_id);
CREATE INDEX refill_rights_user ON refill_rights (user_id);
CREATE INDEX refill_rights_asked ON refill_rights (from_device, recorded_at) WHERE kind = 'asked';

-- Each fill once, and its return once.
CREATE TABLE refill_ledger (
    entry_id BLOB NOT NULL PRIMARY KEY CHECK (length(entry_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    medication_id BLOB NOT NULL REFERENCES user_medications (medication_id), -- the order
    order_version_id BLOB NOT NULL,     -- version in force when it was filled
    fill_id BLOB NOT NULL,              -- the fill; its parts (partial, owed) are one fill
    kind TEXT NOT NULL CHECK (kind IN ('spent', 'returned')),
    device_id BLOB NOT NULL,            -- whose right was spent, or who gets it back
    had_right INTEGER NOT NULL,         -- 0: filled knowingly without a right on this device
    reason TEXT,                        -- why, where there was no right; why it was returned
    recorded_by BLOB,                   -- who filled or took back
    recorded_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX refill_ledger_order ON refill_ledger (medication_id);
CREATE INDEX refill_ledger_user ON refill_ledger (user_id);

-- The blueprint's column follows the ledger, here and wherever the rows arrive; it is never sent.
CREATE VIEW refills_of AS
SELECT m.medication_id, max(0, coalesce(v.refills, 0) - max(0, coalesce((
    SELECT sum(CASE l.kind WHEN 'spent' THEN 1 ELSE -1 END) FROM refill_ledger l WHERE l.medication_id = m.medication_id), 0) - 1)) AS refills
FROM user_medications m JOIN order_versions v ON v.version_id = m.current_version_id;
CREATE TRIGGER refills_follow_ledger AFTER INSERT ON refill_ledger BEGIN
    UPDATE user_medications SET refills_remaining = (SELECT r.refills FROM refills_of r WHERE r.medication_id = NEW.medication_id)
    WHERE medication_id = NEW.medication_id;
END;
CREATE TRIGGER refills_follow_version AFTER INSERT ON order_versions BEGIN
    UPDATE user_medications SET refills_remaining = (SELECT r.refills FROM refills_of r WHERE r.medication_id = NEW.medication_id)
    WHERE medication_id = NEW.medication_id AND current_version_id = NEW.version_id;
END;
CREATE TRIGGER refills_follow_new_order AFTER INSERT ON user_medications BEGIN
    UPDATE user_medications SET refills_remaining = (SELECT r.refills FROM refills_of r WHERE r.medication_id = NEW.medication_id)
    WHERE medication_id = NEW.medication_id;
END;
CREATE TRIGGER refills_follow_order AFTER UPDATE OF current_version_id, refills_remaining ON user_medications BEGIN
    UPDATE user_medications SET refills_remaining = (SELECT r.refills FROM refills_of r WHERE r.medication_id = NEW.medication_id)
    WHERE medication_id = NEW.medication_id;
END;
