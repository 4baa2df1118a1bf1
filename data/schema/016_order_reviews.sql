-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 16: what pharmacists said of orders (clinical.md 4.B.15), and when an order's first dose is due, by which their
-- queue is sorted.

ALTER TABLE user_medications ADD COLUMN first_due_at INTEGER; -- first planned dose of the version in force; NULL: nobody verifies it (imported, reported)
UPDATE user_medications SET first_due_at = (
    SELECT v.start_at FROM order_versions v WHERE v.version_id = current_version_id AND v.source NOT IN ('imported', 'reported'));
CREATE INDEX user_medications_to_verify ON user_medications (first_due_at)
    WHERE verification <> 'verified' AND status IN ('active', 'on_hold') AND first_due_at IS NOT NULL;

-- Append-only: each word of a pharmacist on one version of an order, and each answer of a prescriber.
CREATE TABLE order_reviews (
    review_id BLOB NOT NULL PRIMARY KEY CHECK (length(review_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    medication_id BLOB NOT NULL REFERENCES user_medications (medication_id) DEFERRABLE INITIALLY DEFERRED, -- the order
    order_version_id BLOB NOT NULL REFERENCES order_versions (version_id) DEFERRABLE INITIALLY DEFERRED,   -- version that was looked at
    outcome TEXT NOT NULL CHECK (outcome IN ('unverified', 'verified', 'clarify', 'rejected')), -- unverified: the prescriber's answer
    note TEXT,                          -- the question, the reason, the answer
    spoke_to TEXT,                      -- whom the pharmacist called about it
    read_back INTEGER NOT NULL DEFAULT 0, -- what was said was read back
    unchecked_seen INTEGER NOT NULL DEFAULT 0, -- what the safety check could not check was looked at by hand
    reviewed_by BLOB NOT NULL,          -- staff member
    reviewed_at INTEGER NOT NULL,       -- when
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX order_reviews_medication ON order_reviews (medication_id, reviewed_at);
CREATE INDEX order_reviews_version ON order_reviews (order_version_id);
CREATE INDEX order_reviews_user ON order_reviews (user_id);
