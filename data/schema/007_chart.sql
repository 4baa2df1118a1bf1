-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a chart says is corrected by a new row that names the one it replaces; the old row stays as it was written. A
-- side effect is a kind of its own. Pregnancy and lactation are recorded with the person, each with when it was asked.

CREATE TABLE user_allergies_next (
    allergy_id BLOB NOT NULL PRIMARY KEY CHECK (length(allergy_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    allergen_name TEXT NOT NULL,
    allergen_type TEXT CHECK (allergen_type IN ('drug', 'drug_class', 'food', 'environment', 'other')),
    reaction_severity TEXT CHECK (reaction_severity IN ('mild', 'moderate', 'severe', 'life_threatening')),
    reaction_symptoms TEXT,
    verified_by_doctor INTEGER NOT NULL DEFAULT 0,
    kind TEXT NOT NULL DEFAULT 'allergy' CHECK (kind IN ('allergy', 'intolerance', 'tolerated', 'side_effect')),
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN (
        'active', 'unconfirmed', 'inactive', 'resolved', 'refuted', 'entered_in_error')),
    allergen_key TEXT NOT NULL DEFAULT '', -- knowledge selector; '' = text that is not checked
    code_system TEXT,
    code TEXT,
    onset_date TEXT,
    note TEXT,
    original TEXT,
    recorded_at INTEGER NOT NULL,
    recorded_by BLOB,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER,
    supersedes_id BLOB                  -- the row that this one corrects
) STRICT;
INSERT INTO user_allergies_next (allergy_id, user_id, allergen_name, allergen_type, reaction_severity, reaction_symptoms,
    verified_by_doctor, kind, state, allergen_key, code_system, code, onset_date, note, original, recorded_at, recorded_by,
    ver, deleted_at)
SELECT allergy_id, user_id, allergen_name, allergen_type, reaction_severity, reaction_symptoms, verified_by_doctor, kind,
    state, allergen_key, code_system, code, onset_date, note, original, recorded_at, recorded_by, ver, deleted_at
FROM user_allergies;
DROP TABLE user_allergies;
ALTER TABLE user_allergies_next RENAME TO user_allergies;
CREATE INDEX user_allergies_user ON user_allergies (user_id, recorded_at);
CREATE INDEX user_allergies_supersedes ON user_allergies (supersedes_id) WHERE supersedes_id IS NOT NULL;

ALTER TABLE user_medical_conditions ADD COLUMN supersedes_id BLOB; -- the row that this one corrects
CREATE INDEX user_medical_conditions_supersedes ON user_medical_conditions (supersedes_id) WHERE supersedes_id IS NOT NULL;
ALTER TABLE health_metrics ADD COLUMN is_in_error INTEGER NOT NULL DEFAULT 0; -- the measurement was none: wrong patient, wrong value
CREATE INDEX health_metrics_time ON health_metrics (user_id, recorded_at, metric_id);
CREATE INDEX health_metrics_supersedes ON health_metrics (supersedes_id) WHERE supersedes_id IS NOT NULL;

ALTER TABLE user_profiles ADD COLUMN pregnancy TEXT CHECK (pregnancy IN ('not_pregnant', 'possible', 'pregnant'));
ALTER TABLE user_profiles ADD COLUMN pregnancy_at INTEGER;       -- when it was asked or tested
ALTER TABLE user_profiles ADD COLUMN pregnancy_due_date TEXT;    -- expected date of birth; gives the trimester
ALTER TABLE user_profiles ADD COLUMN lactation TEXT CHECK (lactation IN ('not_lactating', 'lactating'));
ALTER TABLE user_profiles ADD COLUMN lactation_at INTEGER;       -- when it was asked
