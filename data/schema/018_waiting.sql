-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 18: which of a patient's records are saved here only, asked at each refresh of an open chart.
CREATE INDEX outbox_person_waiting ON outbox (user_id, row_id) WHERE state != 1;
