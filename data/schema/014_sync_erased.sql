-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 71: whose records were erased, as the centre said and sealed it. A centre that was put back from a backup is told
-- again, or it would bring the patient back (sync.md finding 6). Holds no personal data; never purged.
CREATE TABLE sync_erased (
    user_id BLOB NOT NULL PRIMARY KEY CHECK (length(user_id) = 16),
    mac BLOB NOT NULL
) STRICT;
