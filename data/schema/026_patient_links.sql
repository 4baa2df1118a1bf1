-- SPDX-License-Identifier: GPL-3.0-or-later
-- Two records of one person (FHIR R4 Patient.link, "replaced-by"). Nothing is moved: each record keeps its rows, and whoever
-- reads the person reads all of them. A link is undone, never deleted.
CREATE TABLE patient_links (
    link_id BLOB NOT NULL PRIMARY KEY CHECK (length(link_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id), -- the record that is not used any more
    other_id BLOB NOT NULL CHECK (length(other_id) = 16 AND other_id != user_id), -- the record that is used instead
    reason TEXT NOT NULL,               -- how it is known that they are one person
    linked_by BLOB NOT NULL,            -- who joined them
    linked_at INTEGER NOT NULL,         -- when
    undone_at INTEGER,                  -- empty: in force
    undone_by BLOB,                     -- who parted them again
    undone_reason TEXT,                 -- why
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX patient_links_user ON patient_links (user_id, undone_at);
CREATE INDEX patient_links_other ON patient_links (other_id, undone_at);
