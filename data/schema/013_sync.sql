-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 70: what synchronisation keeps on a site (sync.md 7.1). The cursor and the link's facts are in site_meta.

-- Changes of one local transaction travel together: an order never shows at another terminal without its version.
ALTER TABLE outbox ADD COLUMN txn INTEGER NOT NULL DEFAULT 0;
-- Why the centre could not apply it; state 2 = in quarantine there.
ALTER TABLE outbox ADD COLUMN problem TEXT;

-- Values that lost when two terminals changed one thing, and doses recorded twice. Written by the centre.
CREATE TABLE sync_conflicts (
    conflict_id BLOB NOT NULL PRIMARY KEY CHECK (length(conflict_id) = 16),
    user_id BLOB REFERENCES users (user_id),
    table_name TEXT NOT NULL,
    row_id BLOB NOT NULL,
    column_group TEXT NOT NULL,         -- which part of the record
    base_values TEXT,                   -- JSON: what the device had seen
    kept_values TEXT,                   -- JSON: what is in force
    lost_values TEXT,                   -- JSON: what is not
    outcome TEXT NOT NULL,              -- which rule decided
    needs_review INTEGER NOT NULL DEFAULT 0,
    device_id BLOB,                     -- whose change came second
    op_seq INTEGER,
    found_at INTEGER NOT NULL,
    reviewed_at INTEGER,
    reviewed_by BLOB,
    resolution TEXT,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX sync_conflicts_user ON sync_conflicts (user_id);
CREATE INDEX sync_conflicts_open ON sync_conflicts (found_at) WHERE needs_review = 1 AND reviewed_at IS NULL;
CREATE INDEX sync_conflicts_found ON sync_conflicts (found_at);
CREATE INDEX sync_conflicts_row ON sync_conflicts (table_name, row_id);

-- Rows that are known to have changed but have not been fetched yet, or could not be written.
CREATE TABLE sync_pending (
    table_name TEXT NOT NULL,
    row_id BLOB NOT NULL CHECK (length(row_id) = 16),
    problem TEXT,
    PRIMARY KEY (table_name, row_id)
) STRICT, WITHOUT ROWID;

-- How far the first snapshot has come: the last key of each table that is here; all when is_done.
CREATE TABLE sync_progress (
    table_name TEXT NOT NULL PRIMARY KEY,
    last_key BLOB,
    is_done INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Acknowledged, but not yet seen in a pull: 0 in ack_xid means seen.
CREATE INDEX outbox_unconfirmed ON outbox (ack_xid) WHERE state = 1 AND ack_xid > 0;
