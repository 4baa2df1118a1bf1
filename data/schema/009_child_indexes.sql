-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 50: an index under every foreign key, so that erasing a patient never reads the whole table of the children.
CREATE INDEX drafts_user ON drafts (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX dose_events_schedule ON dose_events (schedule_id) WHERE schedule_id IS NOT NULL;
CREATE INDEX order_versions_parent ON order_versions (parent_version_id) WHERE parent_version_id IS NOT NULL;
CREATE INDEX user_medications_drug ON user_medications (drug_id) WHERE drug_id IS NOT NULL;
