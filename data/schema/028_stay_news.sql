-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 28: who came and who left since somebody was here last, without a look at every stay.
CREATE INDEX stays_admitted ON stays (admitted_at);
CREATE INDEX stays_left ON stays (left_at) WHERE left_at IS NOT NULL;
