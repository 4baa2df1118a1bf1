-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 10: who gave a verbal or telephone order and whether they signed it; the site's usual directions of a drug.

-- One row for each version that somebody entered for a prescriber (clinical.md 4.B.15).
CREATE TABLE order_signatures (
    signature_id BLOB NOT NULL PRIMARY KEY CHECK (length(signature_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    medication_id BLOB NOT NULL REFERENCES user_medications (medication_id) DEFERRABLE INITIALLY DEFERRED,
    order_version_id BLOB NOT NULL REFERENCES order_versions (version_id) DEFERRABLE INITIALLY DEFERRED,
    source TEXT NOT NULL CHECK (source IN ('written', 'verbal', 'telephone', 'protocol', 'imported', 'reported')),
    prescriber_id BLOB,                 -- staff member who has to sign; NULL: from elsewhere, nobody here can
    told_at INTEGER NOT NULL,           -- when the prescriber said it
    read_back INTEGER NOT NULL,         -- it was read back to the prescriber
    entered_by BLOB NOT NULL,
    due_at INTEGER NOT NULL,            -- to be signed by then
    signed_at INTEGER,
    signed_by BLOB,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX order_signatures_open ON order_signatures (prescriber_id, due_at) WHERE signed_at IS NULL;
CREATE INDEX order_signatures_user ON order_signatures (user_id);
CREATE INDEX order_signatures_medication ON order_signatures (medication_id);
CREATE INDEX order_signatures_version ON order_signatures (order_version_id);

-- How often this device's people ordered an ingredient with these directions: counted with each order, never synced.
CREATE TABLE usual_directions (
    usual_id BLOB NOT NULL PRIMARY KEY CHECK (length(usual_id) = 16),
    ingredients TEXT NOT NULL,          -- knowledge keys joined by ';'
    sig TEXT NOT NULL,                  -- JSON of struct sig, without anything of a patient
    uses INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX usual_directions_what ON usual_directions (ingredients, sig);
CREATE INDEX usual_directions_uses ON usual_directions (ingredients, uses DESC, last_used_at DESC);
