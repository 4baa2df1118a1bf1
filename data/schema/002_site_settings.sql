-- SPDX-License-Identifier: GPL-3.0-or-later
-- The site's settings get an id like every synced row: name-based, so that two devices that never met give the same
-- setting the same id. Nothing wrote to the table before this migration.
DROP TABLE site_settings;
CREATE TABLE site_settings (
    setting_id BLOB NOT NULL PRIMARY KEY CHECK (length(setting_id) = 16),
    name TEXT NOT NULL UNIQUE,          -- a name of the settings table (base/settings.h)
    value TEXT NOT NULL,
    changed_by BLOB,                    -- users.user_id
    changed_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
