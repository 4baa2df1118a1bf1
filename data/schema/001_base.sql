-- SPDX-License-Identifier: GPL-3.0-or-later
-- Migration 1: the blueprint's 22 tables with every column, and the tables that the design adds.
-- Conventions (decisions.md 17): ids are 16-byte BLOBs (UUIDv7), instants INTEGER microseconds UTC, dates and decimals
-- TEXT, booleans 0/1, JSON TEXT, enums TEXT with a CHECK that lists src/model/enums.h. Every patient table carries
-- user_id (the patient), ver (raised by every change) and deleted_at. A released migration is never edited.

-- Every person: patients, staff, both. A login exists where password_hash is set.
CREATE TABLE users (
    user_id BLOB NOT NULL PRIMARY KEY CHECK (length(user_id) = 16),
    email TEXT UNIQUE,
    password_hash TEXT CHECK (password_hash IS NULL OR length(password_hash) = 64), -- hex SHA-256 of K_auth
    salt TEXT CHECK (salt IS NULL OR length(salt) = 32),                            -- hex, 16 bytes
    email_verified INTEGER NOT NULL DEFAULT 0,
    account_status TEXT NOT NULL DEFAULT 'no_login' CHECK (account_status IN (
        'no_login', 'active', 'locked', 'disabled')),
    two_factor_enabled INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_login INTEGER,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;

-- Who the person is. The patient banner is read from here.
CREATE TABLE user_profiles (
    profile_id BLOB NOT NULL PRIMARY KEY CHECK (length(profile_id) = 16),
    user_id BLOB NOT NULL UNIQUE REFERENCES users (user_id),
    first_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    date_of_birth TEXT,                 -- ISO; year or year-month where the source knew no more
    gender TEXT CHECK (gender IN ('female', 'male', 'other', 'unknown')),
    phone_number TEXT,
    height_cm INTEGER,
    weight_kg TEXT,                     -- latest, from health_metrics
    bmi TEXT,
    blood_type TEXT CHECK (blood_type IN ('A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', 'O+', 'O-')),
    timezone TEXT,
    notification_preferences TEXT,      -- JSON; consent
    date_of_death TEXT,
    address TEXT,
    language TEXT,
    weight_at INTEGER,                  -- when weight_kg was measured
    allergy_status TEXT NOT NULL DEFAULT 'not_asked' CHECK (allergy_status IN (
        'not_asked', 'unable', 'none_known', 'listed')),
    allergy_status_at INTEGER,
    allergy_status_by BLOB,
    allergy_status_reason TEXT,
    source_system TEXT,                 -- where it was imported from
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;

-- Numbers by which systems know a person (MRN, ids in other systems).
CREATE TABLE patient_identifiers (
    identifier_id BLOB NOT NULL PRIMARY KEY CHECK (length(identifier_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    kind TEXT NOT NULL CHECK (kind IN ('mrn', 'national', 'source', 'other')),
    system TEXT NOT NULL DEFAULT '',
    value TEXT NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX patient_identifiers_user ON patient_identifiers (user_id);
CREATE INDEX patient_identifiers_value ON patient_identifiers (value, kind);

CREATE TABLE user_medical_conditions (
    condition_id BLOB NOT NULL PRIMARY KEY CHECK (length(condition_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    condition_name TEXT NOT NULL,
    condition_code TEXT,
    severity TEXT CHECK (severity IN ('mild', 'moderate', 'severe')),
    diagnosed_date TEXT,
    status TEXT NOT NULL CHECK (status IN (
        'active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved', 'refuted', 'entered_in_error')),
    notes TEXT,
    code_system TEXT,
    abated_date TEXT,
    original TEXT,                      -- the source's own text of what could not be coded
    recorded_at INTEGER NOT NULL,
    recorded_by BLOB,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX user_medical_conditions_user ON user_medical_conditions (user_id);

CREATE TABLE user_allergies (
    allergy_id BLOB NOT NULL PRIMARY KEY CHECK (length(allergy_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    allergen_name TEXT NOT NULL,
    allergen_type TEXT CHECK (allergen_type IN ('drug', 'drug_class', 'food', 'environment', 'other')),
    reaction_severity TEXT CHECK (reaction_severity IN ('mild', 'moderate', 'severe', 'life_threatening')),
    reaction_symptoms TEXT,
    verified_by_doctor INTEGER NOT NULL DEFAULT 0,
    kind TEXT NOT NULL DEFAULT 'allergy' CHECK (kind IN ('allergy', 'intolerance', 'tolerated')),
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
    deleted_at INTEGER
) STRICT;
CREATE INDEX user_allergies_user ON user_allergies (user_id);

-- Drug data: released knowledge, written by the program at a knowledge change, never by a person.
CREATE TABLE drugs_master (
    drug_id BLOB NOT NULL PRIMARY KEY CHECK (length(drug_id) = 16),
    drug_name TEXT NOT NULL,
    generic_name TEXT,
    brand_names TEXT,                   -- JSON array
    drug_class TEXT,
    therapeutic_category TEXT,
    active_ingredients TEXT,            -- JSON array of knowledge keys
    available_strengths TEXT,           -- JSON array
    dosage_forms TEXT,                  -- JSON array
    indications TEXT,
    contraindications TEXT,
    side_effects TEXT,                  -- JSON array
    fda_approved INTEGER,
    knowledge_key TEXT NOT NULL,
    rxcui TEXT,
    knowledge_version TEXT NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX drugs_master_key ON drugs_master (knowledge_key);

CREATE TABLE drug_interactions (
    interaction_id BLOB NOT NULL PRIMARY KEY CHECK (length(interaction_id) = 16),
    drug_a_id BLOB NOT NULL REFERENCES drugs_master (drug_id),
    drug_b_id BLOB NOT NULL REFERENCES drugs_master (drug_id),
    interaction_type TEXT NOT NULL CHECK (interaction_type IN (
        'contraindicated', 'major', 'moderate', 'minor', 'none')),
    mechanism TEXT,
    clinical_effect TEXT,
    management_strategy TEXT,
    evidence_level TEXT CHECK (evidence_level IN ('established', 'probable', 'suspected', 'theoretical')),
    severity_score INTEGER,             -- 4 contraindicated .. 1 minor, 0 none
    rule TEXT NOT NULL,                 -- id in data/drugs
    source TEXT NOT NULL,
    knowledge_version TEXT NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX drug_interactions_a ON drug_interactions (drug_a_id, drug_b_id);
CREATE INDEX drug_interactions_b ON drug_interactions (drug_b_id);

CREATE TABLE drug_food_interactions (
    interaction_id BLOB NOT NULL PRIMARY KEY CHECK (length(interaction_id) = 16),
    drug_id BLOB NOT NULL REFERENCES drugs_master (drug_id),
    food_item TEXT NOT NULL,
    interaction_type TEXT NOT NULL CHECK (interaction_type IN (
        'contraindicated', 'major', 'moderate', 'minor', 'none')),
    description TEXT,
    recommendation TEXT,
    rule TEXT NOT NULL,
    source TEXT NOT NULL,
    knowledge_version TEXT NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX drug_food_interactions_drug ON drug_food_interactions (drug_id);

-- An order. Its clinical columns project the version in force; order_versions is the truth (decisions.md 1).
CREATE TABLE user_medications (
    medication_id BLOB NOT NULL PRIMARY KEY CHECK (length(medication_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    drug_id BLOB REFERENCES drugs_master (drug_id), -- single-ingredient drugs of the knowledge; else NULL
    prescription_number TEXT,
    prescriber_name TEXT,
    strength TEXT,
    dosage_form TEXT,
    quantity_prescribed INTEGER,
    refills_remaining INTEGER,
    dosing_frequency TEXT,              -- words
    dosing_schedule TEXT,               -- JSON of struct sig
    instructions TEXT,
    start_date TEXT,
    end_date TEXT,
    status TEXT NOT NULL CHECK (status IN (
        'draft', 'active', 'on_hold', 'stopped', 'completed', 'cancelled', 'entered_in_error', 'unknown')),
    adherence_target TEXT,
    current_version_id BLOB NOT NULL,
    drug_text TEXT NOT NULL,
    verification TEXT NOT NULL DEFAULT 'unverified' CHECK (verification IN (
        'unverified', 'verified', 'clarify', 'rejected')),
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX user_medications_user ON user_medications (user_id, status);
CREATE INDEX user_medications_number ON user_medications (prescription_number) WHERE prescription_number IS NOT NULL;
CREATE INDEX user_medications_active ON user_medications (status, user_id) WHERE status IN ('active', 'on_hold');

-- Insert-only. A change names its parent; two versions of one parent are siblings and a person picks.
CREATE TABLE order_versions (
    version_id BLOB NOT NULL PRIMARY KEY CHECK (length(version_id) = 16),
    medication_id BLOB NOT NULL REFERENCES user_medications (medication_id) DEFERRABLE INITIALLY DEFERRED,
    user_id BLOB NOT NULL REFERENCES users (user_id),
    parent_version_id BLOB REFERENCES order_versions (version_id),
    action TEXT NOT NULL CHECK (action IN (
        'start', 'change', 'hold', 'resume', 'stop', 'import', 'entered_in_error')),
    status TEXT NOT NULL CHECK (status IN (
        'draft', 'active', 'on_hold', 'stopped', 'completed', 'cancelled', 'entered_in_error', 'unknown')),
    drug_text TEXT NOT NULL,            -- as ordered or as the source wrote it
    ingredients TEXT NOT NULL DEFAULT '', -- knowledge keys joined by ';'; '' = not coded, not checked
    code_system TEXT,
    code TEXT,
    strength TEXT,
    dosage_form TEXT,
    sig TEXT NOT NULL,                  -- JSON of struct sig
    directions TEXT,
    indication TEXT,
    source TEXT NOT NULL CHECK (source IN ('written', 'verbal', 'telephone', 'protocol', 'imported', 'reported')),
    prescriber_name TEXT,
    ordered_by BLOB,                    -- staff member; NULL for imports
    quantity INTEGER,
    refills INTEGER,
    start_at INTEGER NOT NULL,
    stop_at INTEGER,
    reason TEXT,
    original TEXT,
    zone TEXT NOT NULL,                 -- of the wall-clock times
    device_id BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX order_versions_medication ON order_versions (medication_id, recorded_at);
CREATE INDEX order_versions_user ON order_versions (user_id);

CREATE TABLE medication_schedules (
    schedule_id BLOB NOT NULL PRIMARY KEY CHECK (length(schedule_id) = 16),
    medication_id BLOB NOT NULL REFERENCES user_medications (medication_id),
    dose_time TEXT NOT NULL,            -- "08:00" on the site's wall clock
    dose_amount TEXT,                   -- "500 mg"
    special_instructions TEXT,
    is_active INTEGER NOT NULL DEFAULT 1,
    user_id BLOB NOT NULL REFERENCES users (user_id),
    order_version_id BLOB NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX medication_schedules_medication ON medication_schedules (medication_id, is_active);
CREATE INDEX medication_schedules_user ON medication_schedules (user_id);

-- Append-only facts. A slot is named by slot_id (derived, decisions.md 16); its state is a fold over its events.
CREATE TABLE dose_events (
    event_id BLOB NOT NULL PRIMARY KEY CHECK (length(event_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    medication_id BLOB NOT NULL REFERENCES user_medications (medication_id),
    schedule_id BLOB REFERENCES medication_schedules (schedule_id),
    scheduled_datetime INTEGER,         -- NULL for PRN and extra doses
    actual_datetime INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN (
        'given', 'partial', 'in_progress', 'stopped', 'removed', 'held', 'refused', 'unavailable', 'away',
        'self', 'missed', 'cancelled', 'entered_in_error')),
    dose_amount_taken TEXT,
    taken_with_food INTEGER,
    side_effects_noted TEXT,
    notes TEXT,
    recorded_via TEXT NOT NULL CHECK (recorded_via IN (
        'workstation', 'scan', 'command', 'import', 'back_entry', 'device', 'system')),
    order_version_id BLOB NOT NULL,
    slot_id BLOB,
    dose_unit TEXT,
    route TEXT CHECK (route IN (
        'oral', 'sublingual', 'buccal', 'iv', 'im', 'subcut', 'intrathecal', 'rectal', 'transdermal', 'topical',
        'ophthalmic', 'otic', 'nasal', 'inhaled', 'vaginal', 'other')),
    body_site TEXT,
    reason TEXT,                        -- coded word of the hold or refusal
    reason_text TEXT,
    timing_reason TEXT CHECK (timing_reason IN (
        'workload', 'patient_away', 'supply', 'downtime', 'emergency', 'prescriber', 'other')),
    identified_by TEXT CHECK (identified_by IN ('wristband', 'two_identifiers')),
    product_code TEXT,
    no_scan_reason TEXT CHECK (no_scan_reason IN (
        'damaged', 'missing', 'scanner_fault', 'downtime', 'emergency', 'other')),
    lot TEXT,
    expiry TEXT,
    given_by BLOB,
    recorded_by BLOB,
    witness_id BLOB,
    device_id BLOB NOT NULL,
    supersedes_id BLOB,                 -- the event that this one corrects
    zone TEXT NOT NULL,
    offset_s INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,       -- equals the id's millisecond
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX dose_events_user ON dose_events (user_id, actual_datetime);
CREATE INDEX dose_events_medication ON dose_events (medication_id, actual_datetime);
CREATE INDEX dose_events_slot ON dose_events (slot_id) WHERE slot_id IS NOT NULL;
CREATE INDEX dose_events_planned ON dose_events (scheduled_datetime) WHERE scheduled_datetime IS NOT NULL;
CREATE TRIGGER dose_events_append_only BEFORE UPDATE ON dose_events
BEGIN SELECT RAISE(ABORT, 'dose events are append-only'); END;
CREATE TRIGGER order_versions_append_only BEFORE UPDATE ON order_versions
BEGIN SELECT RAISE(ABORT, 'order versions are insert-only'); END;

CREATE TABLE adherence_summaries (
    summary_id BLOB NOT NULL PRIMARY KEY CHECK (length(summary_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    medication_id BLOB REFERENCES user_medications (medication_id),
    period_type TEXT NOT NULL CHECK (period_type IN ('day', 'week', 'month', 'quarter', 'year')),
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL,
    total_scheduled_doses INTEGER NOT NULL,
    doses_taken INTEGER NOT NULL,
    doses_missed INTEGER NOT NULL,
    adherence_percentage TEXT,
    current_streak_days INTEGER,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX adherence_summaries_user ON adherence_summaries (user_id, period_type, period_start);
CREATE INDEX adherence_summaries_medication ON adherence_summaries (medication_id);

CREATE TABLE notification_preferences (
    preference_id BLOB NOT NULL PRIMARY KEY CHECK (length(preference_id) = 16),
    user_id BLOB NOT NULL UNIQUE REFERENCES users (user_id),
    medication_reminders INTEGER NOT NULL DEFAULT 0,
    missed_dose_alerts INTEGER NOT NULL DEFAULT 0,
    refill_reminders INTEGER NOT NULL DEFAULT 0,
    push_notifications INTEGER NOT NULL DEFAULT 0,
    email_notifications INTEGER NOT NULL DEFAULT 0,
    sms_notifications INTEGER NOT NULL DEFAULT 0,
    reminder_advance_minutes INTEGER,
    quiet_hours_start TEXT,
    quiet_hours_end TEXT,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;

CREATE TABLE notification_queue (
    notification_id BLOB NOT NULL PRIMARY KEY CHECK (length(notification_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    notification_type TEXT NOT NULL CHECK (notification_type IN (
        'medication_reminder', 'missed_dose', 'refill_reminder', 'safety', 'other')),
    title TEXT,
    message TEXT,
    scheduled_for INTEGER NOT NULL,
    delivery_method TEXT NOT NULL CHECK (delivery_method IN ('push', 'email', 'sms', 'screen')),
    priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    status TEXT NOT NULL CHECK (status IN ('pending', 'sending', 'sent', 'failed', 'cancelled')),
    sent_at INTEGER,
    related_medication_id BLOB REFERENCES user_medications (medication_id),
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX notification_queue_due ON notification_queue (status, scheduled_for);
CREATE INDEX notification_queue_user ON notification_queue (user_id);
CREATE INDEX notification_queue_medication ON notification_queue (related_medication_id);

CREATE TABLE notification_history (
    history_id BLOB NOT NULL PRIMARY KEY CHECK (length(history_id) = 16),
    notification_id BLOB NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (user_id),
    delivery_method TEXT NOT NULL CHECK (delivery_method IN ('push', 'email', 'sms', 'screen')),
    delivery_status TEXT NOT NULL CHECK (delivery_status IN ('delivered', 'bounced', 'failed', 'unknown')),
    delivered_at INTEGER,
    opened_at INTEGER,
    clicked_at INTEGER,
    action_taken TEXT,
    recorded_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX notification_history_user ON notification_history (user_id, recorded_at);
CREATE INDEX notification_history_notification ON notification_history (notification_id);

CREATE TABLE healthcare_providers (
    provider_id BLOB NOT NULL PRIMARY KEY CHECK (length(provider_id) = 16),
    first_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    title TEXT,
    specialty TEXT,
    npi_number TEXT UNIQUE,
    practice_name TEXT,
    phone_number TEXT,
    email TEXT,
    is_active INTEGER NOT NULL DEFAULT 1,
    verified INTEGER NOT NULL DEFAULT 0,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX healthcare_providers_name ON healthcare_providers (last_name, first_name);

CREATE TABLE user_provider_relationships (
    relationship_id BLOB NOT NULL PRIMARY KEY CHECK (length(relationship_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    provider_id BLOB NOT NULL REFERENCES healthcare_providers (provider_id),
    relationship_type TEXT NOT NULL CHECK (relationship_type IN (
        'primary_care', 'specialist', 'pharmacist', 'nurse', 'other')),
    is_primary INTEGER NOT NULL DEFAULT 0,
    start_date TEXT,
    end_date TEXT,
    status TEXT NOT NULL CHECK (status IN ('active', 'ended', 'revoked')),
    can_view_medications INTEGER NOT NULL DEFAULT 0,
    can_prescribe INTEGER NOT NULL DEFAULT 0,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX user_provider_relationships_user ON user_provider_relationships (user_id);
CREATE INDEX user_provider_relationships_provider ON user_provider_relationships (provider_id);

CREATE TABLE health_metrics (
    metric_id BLOB NOT NULL PRIMARY KEY CHECK (length(metric_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    metric_type TEXT NOT NULL CHECK (metric_type IN (
        'weight', 'height', 'systolic', 'diastolic', 'pulse', 'temperature', 'spo2', 'respiration', 'glucose',
        'creatinine', 'egfr', 'potassium', 'inr', 'hba1c', 'pain', 'sedation', 'other')),
    metric_value TEXT NOT NULL,
    unit TEXT,
    recorded_at INTEGER NOT NULL,       -- when it was measured
    notes TEXT,
    recorded_via TEXT NOT NULL CHECK (recorded_via IN (
        'workstation', 'scan', 'command', 'import', 'back_entry', 'device', 'system')),
    is_verified INTEGER NOT NULL DEFAULT 0,
    recorded_by BLOB,
    supersedes_id BLOB,
    original TEXT,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX health_metrics_user ON health_metrics (user_id, metric_type, recorded_at);

CREATE TABLE lifestyle_goals (
    goal_id BLOB NOT NULL PRIMARY KEY CHECK (length(goal_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    goal_type TEXT NOT NULL CHECK (goal_type IN ('weight', 'exercise', 'diet', 'smoking', 'adherence', 'other')),
    goal_name TEXT NOT NULL,
    description TEXT,
    target_value TEXT,
    target_unit TEXT,
    current_value TEXT,
    start_date TEXT,
    target_date TEXT,
    status TEXT NOT NULL CHECK (status IN ('active', 'reached', 'paused', 'abandoned')),
    completion_percentage TEXT,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX lifestyle_goals_user ON lifestyle_goals (user_id);

CREATE TABLE pharmacies (
    pharmacy_id BLOB NOT NULL PRIMARY KEY CHECK (length(pharmacy_id) = 16),
    pharmacy_name TEXT NOT NULL,
    chain_name TEXT,
    pharmacy_type TEXT CHECK (pharmacy_type IN ('retail', 'hospital', 'mail_order', 'specialty', 'other')),
    phone_number TEXT,
    address_line1 TEXT,
    city TEXT,
    state_province TEXT,
    postal_code TEXT,
    hours_of_operation TEXT,            -- JSON
    services_offered TEXT,              -- JSON
    is_active INTEGER NOT NULL DEFAULT 1,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX pharmacies_name ON pharmacies (pharmacy_name);

CREATE TABLE user_insurance (
    insurance_id BLOB NOT NULL PRIMARY KEY CHECK (length(insurance_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    insurance_company TEXT NOT NULL,
    plan_name TEXT,
    policy_number TEXT,
    copay_amount TEXT,
    deductible_amount TEXT,
    effective_date TEXT,
    expiration_date TEXT,
    is_primary INTEGER NOT NULL DEFAULT 0,
    is_active INTEGER NOT NULL DEFAULT 1,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX user_insurance_user ON user_insurance (user_id);

-- The hash chain (security.md 3.2, decisions.md 10-12). user_id is the actor; the patient is a pseudonym.
CREATE TABLE audit_logs (
    log_id BLOB NOT NULL PRIMARY KEY CHECK (length(log_id) = 16),
    user_id BLOB,
    action_type TEXT NOT NULL,
    table_name TEXT,
    record_id BLOB,
    old_values TEXT,                    -- {"sealed": ...} under the subject's key
    new_values TEXT,
    performed_at INTEGER NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    risk_level TEXT CHECK (risk_level IN ('low', 'medium', 'high', 'critical')),
    device_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    subject_pseudonym BLOB,
    record BLOB NOT NULL,               -- canonical bytes that the hash covers
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;
CREATE UNIQUE INDEX audit_logs_seq ON audit_logs (device_id, seq);
CREATE INDEX audit_logs_subject ON audit_logs (subject_pseudonym, performed_at) WHERE subject_pseudonym IS NOT NULL;
CREATE INDEX audit_logs_actor ON audit_logs (user_id, performed_at);
CREATE TRIGGER audit_logs_append_only BEFORE UPDATE ON audit_logs
BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;

-- Signed statements of the chain's head.
CREATE TABLE audit_checkpoints (
    device_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    note TEXT NOT NULL,                 -- C2SP signed note, signature included
    created_at INTEGER NOT NULL,
    PRIMARY KEY (device_id, seq)
) STRICT;

-- The chain's head, inside the transaction that extends it (one row).
CREATE TABLE audit_head (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    device_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    epoch INTEGER NOT NULL
) STRICT;

-- A person's pseudonym in the audit and the key that seals the details about them. Erasure destroys the row.
CREATE TABLE subject_keys (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (user_id),
    pseudonym BLOB NOT NULL UNIQUE CHECK (length(pseudonym) = 16),
    seal_key BLOB NOT NULL CHECK (length(seal_key) = 32),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session_management (
    session_id TEXT NOT NULL PRIMARY KEY, -- hex hash of the session's token
    user_id BLOB NOT NULL REFERENCES users (user_id),
    created_at INTEGER NOT NULL,
    last_activity INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    is_active INTEGER NOT NULL DEFAULT 1,
    device_id BLOB NOT NULL,
    process_id INTEGER,
    ended_at INTEGER,
    end_reason TEXT CHECK (end_reason IN ('signed_out', 'idle', 'lost', 'revoked', 'expired'))
) STRICT;
CREATE INDEX session_management_user ON session_management (user_id, is_active);

-- A place of care: one zone, one set of settings.
CREATE TABLE sites (
    site_id BLOB NOT NULL PRIMARY KEY CHECK (length(site_id) = 16),
    site_name TEXT NOT NULL,
    zone TEXT NOT NULL,
    is_demo INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;

CREATE TABLE staff_members (
    staff_id BLOB NOT NULL PRIMARY KEY CHECK (length(staff_id) = 16),
    user_id BLOB NOT NULL UNIQUE REFERENCES users (user_id),
    site_id BLOB NOT NULL REFERENCES sites (site_id),
    login_name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN (
        'pharmacist', 'technician', 'nurse', 'student', 'prescriber', 'front_desk', 'privacy_officer',
        'auditor', 'administrator')),
    employee_number TEXT,
    provider_id BLOB REFERENCES healthcare_providers (provider_id),
    credential TEXT,                    -- JSON: the signed credential record (decisions.md 18)
    last_sign_off INTEGER,              -- "since I was here"
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;

-- One host = one site.db = one replica = one audit chain.
CREATE TABLE devices (
    device_id BLOB NOT NULL PRIMARY KEY CHECK (length(device_id) = 16),
    site_id BLOB NOT NULL REFERENCES sites (site_id),
    device_name TEXT NOT NULL,
    sign_key BLOB NOT NULL,             -- Ed25519 public key
    is_lead INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;

-- What a person decided about a finding of the safety engine; suppresses repeats and travels with the order.
CREATE TABLE finding_decisions (
    decision_id BLOB NOT NULL PRIMARY KEY CHECK (length(decision_id) = 16),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    medication_id BLOB REFERENCES user_medications (medication_id),
    fingerprint TEXT NOT NULL,          -- finding and the inputs that matter to it
    rule TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('contraindicated', 'major', 'moderate', 'minor', 'none')),
    shown TEXT NOT NULL,                -- exact text shown
    accepted INTEGER NOT NULL,          -- 1 overridden, 0 the drug was not added
    reason TEXT CHECK (reason IN (
        'benefit_over_risk', 'monitored', 'tolerated', 'dose_adjusted', 'prescriber_aware', 'not_relevant',
        'other')),
    reason_text TEXT,
    plan TEXT,
    decided_by BLOB NOT NULL,
    role TEXT NOT NULL,
    second_person BLOB,
    knowledge_version TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    expires_at INTEGER,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX finding_decisions_user ON finding_decisions (user_id, fingerprint);
CREATE INDEX finding_decisions_medication ON finding_decisions (medication_id);

-- Half-typed forms, per person and patient; this device only.
CREATE TABLE drafts (
    draft_id BLOB NOT NULL PRIMARY KEY CHECK (length(draft_id) = 16),
    staff_user_id BLOB NOT NULL REFERENCES users (user_id),
    user_id BLOB REFERENCES users (user_id),
    form TEXT NOT NULL,                 -- name of the screen
    content TEXT NOT NULL,              -- JSON of the fields
    saved_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX drafts_owner ON drafts (staff_user_id, form, user_id);

-- What waits for the central database; kept after acknowledgement until the backup horizon (sync.md 7.4).
CREATE TABLE outbox (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    op_uuid BLOB NOT NULL UNIQUE CHECK (length(op_uuid) = 16),
    user_id BLOB,                       -- patient, NULL for site rows
    table_name TEXT NOT NULL,
    row_id BLOB NOT NULL,
    op TEXT NOT NULL,                   -- JSON: schema version, base ver, changed columns with old and new values
    state INTEGER NOT NULL DEFAULT 0,   -- 0 waits, 1 acknowledged
    ack_xid INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_waiting ON outbox (state, seq);
CREATE INDEX outbox_row ON outbox (table_name, row_id);
CREATE INDEX outbox_user ON outbox (user_id) WHERE user_id IS NOT NULL;

-- Small facts of this file: site, device, counters.
CREATE TABLE site_meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE site_settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    changed_by BLOB,
    changed_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;

-- Files that were imported, so that a second run changes nothing and provenance can be shown.
CREATE TABLE import_files (
    import_id BLOB NOT NULL PRIMARY KEY CHECK (length(import_id) = 16),
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    format TEXT NOT NULL,
    counts TEXT NOT NULL,               -- JSON: read, written, skipped
    imported_by BLOB,
    imported_at INTEGER NOT NULL,
    ver INTEGER NOT NULL DEFAULT 1,
    deleted_at INTEGER
) STRICT;
CREATE INDEX import_files_hash ON import_files (sha256);

-- Search: folded terms by first byte of their kind (src/store/patient_search.c). Rebuilt from the rows, never synced.
CREATE TABLE patient_terms (
    term TEXT NOT NULL,
    person INTEGER NOT NULL,            -- rowid of users
    PRIMARY KEY (term, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX patient_terms_person ON patient_terms (person);
