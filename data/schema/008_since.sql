-- SPDX-License-Identifier: GPL-3.0-or-later
-- What was written since somebody was last here, whoever's chart it is in. Dose events and measurements made here are found
-- by their ids, which are made of the time.
CREATE INDEX order_versions_recorded ON order_versions (recorded_at);
CREATE INDEX user_allergies_recorded ON user_allergies (recorded_at);
CREATE INDEX user_medical_conditions_recorded ON user_medical_conditions (recorded_at);
