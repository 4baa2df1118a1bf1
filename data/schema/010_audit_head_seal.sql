-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 51: the head of the audit chain is sealed with the epoch's key, so that records cannot be dropped from its end
-- by somebody who can write the database and not the key (security.md 3.2). last_mac goes into the next record.
ALTER TABLE audit_head ADD COLUMN last_mac BLOB;
ALTER TABLE audit_head ADD COLUMN seal BLOB;
UPDATE audit_head SET last_mac = (SELECT mac FROM audit_logs WHERE device_id = audit_head.device_id AND seq = audit_head.seq);
