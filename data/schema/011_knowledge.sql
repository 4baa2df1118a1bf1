-- SPDX-License-Identifier: GPL-3.0-or-later
-- Drug data that this site loaded beside the program's own, and the charts that a change of knowledge touches. Of this
-- device only: each device of a site loads what it is licensed for.
CREATE TABLE knowledge_sets (
    set_id BLOB NOT NULL PRIMARY KEY CHECK (length(set_id) = 16),
    name TEXT NOT NULL UNIQUE,          -- beginning of every rule id of the set
    files TEXT NOT NULL,                -- JSON array of {file, format, sha256, rows}
    tables BLOB NOT NULL,               -- the tables that were made of them (safety/compile.h)
    counts TEXT NOT NULL,               -- JSON of counts
    ceiling TEXT NOT NULL CHECK (ceiling IN ('contraindicated', 'major', 'moderate', 'minor', 'none')),
    preview TEXT NOT NULL,              -- JSON: interruptions per 100 charts now, and if it were raised
    imported_by BLOB NOT NULL,          -- users.user_id
    imported_at INTEGER NOT NULL,
    raised_by BLOB,
    raised_at INTEGER
) STRICT;

-- A chart that gains or loses findings by a change of knowledge, until somebody has looked.
CREATE TABLE knowledge_affected (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (user_id),
    from_version TEXT NOT NULL,
    to_version TEXT NOT NULL,
    worst TEXT NOT NULL CHECK (worst IN ('contraindicated', 'major', 'moderate', 'minor', 'none')),
    changes TEXT NOT NULL,              -- JSON: gained and lost findings
    found_at INTEGER NOT NULL,
    seen_by BLOB,
    seen_at INTEGER
) STRICT;
CREATE INDEX knowledge_affected_open ON knowledge_affected (seen_at, worst, user_id);
