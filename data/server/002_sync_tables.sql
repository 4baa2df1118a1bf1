-- SPDX-License-Identifier: GPL-3.0-or-later
-- Server migration 2: what synchronisation itself keeps (sync.md 7.1). Owned by prescripcare_owner; no device can read or
-- write any of it directly.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE DOMAIN clin.partial_date AS text CHECK (VALUE ~ '^\d{4}(-\d\d(-\d\d)?)?$');
COMMENT ON DOMAIN clin.partial_date IS 'ISO date; year or year-month where the source knew no more.';
CREATE DOMAIN clin.wall_time AS text CHECK (VALUE ~ '^\d\d:\d\d(:\d\d)?$');
COMMENT ON DOMAIN clin.wall_time IS 'Time of day on the site''s wall clock.';

CREATE TABLE sync.server (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    lineage uuid NOT NULL DEFAULT gen_random_uuid(), -- changed by the operator after a dump and restore
    migration int NOT NULL DEFAULT 0,
    schema_version int NOT NULL DEFAULT 0,           -- of the sites' schema that the tables of clin follow
    min_client int NOT NULL DEFAULT 1,
    gc_floor xid8 NOT NULL DEFAULT '0',              -- cursors older than this must start afresh
    erase_key bytea NOT NULL DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), -- seals erasures
    backup_days int NOT NULL DEFAULT 35              -- devices keep acknowledged changes this long
);
COMMENT ON TABLE sync.server IS 'Facts about this centre; one row.';
INSERT INTO sync.server DEFAULT VALUES;

CREATE TABLE sync.site (
    site_no int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site_name text NOT NULL UNIQUE,
    site_id uuid UNIQUE, -- clin.sites.site_id; known when the first device has joined
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE sync.site IS 'Places of care. Number 0 in the change log stands for all of them.';

CREATE TABLE sync.replica (
    replica_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    role_name name NOT NULL UNIQUE,
    device_name text NOT NULL,
    site_no int NOT NULL REFERENCES sync.site,
    device_uuid uuid UNIQUE, -- known when it has joined
    sign_key bytea,
    certificate text, -- public; for the revocation list
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'fenced', 'revoked')),
    gen bigint NOT NULL DEFAULT 0,
    last_op_seq bigint NOT NULL DEFAULT 0,
    audit_seq bigint NOT NULL DEFAULT 0,
    audit_hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
    schema_version int,
    erasure_ack bigint NOT NULL DEFAULT 0,
    clock_offset_us bigint NOT NULL DEFAULT 0,
    enrolled_at timestamptz NOT NULL DEFAULT now(),
    joined_at timestamptz,
    seen_at timestamptz
) WITH (fillfactor = 50);
COMMENT ON TABLE sync.replica IS 'One device = one database role = one copy of a site''s records = one audit chain.';

CREATE TABLE sync.op (
    replica_id int NOT NULL,
    op_seq bigint NOT NULL,
    op_uuid uuid NOT NULL UNIQUE,
    status "char" NOT NULL CHECK (status IN ('A', 'Q', 'E', 'R')), -- applied, quarantined, erased, re-keyed
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (replica_id, op_seq)
);
COMMENT ON TABLE sync.op IS 'The ledger of changes received. Kept as long as the oldest backup that could be restored.';

CREATE TABLE sync.quarantine (
    replica_id int NOT NULL,
    op_seq bigint NOT NULL,
    tbl text NOT NULL,
    pk uuid NOT NULL,
    user_id uuid,
    at_us bigint NOT NULL,
    op jsonb, -- NULL once the patient was erased
    sqlstate text NOT NULL,
    message text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz,
    resolution text,
    PRIMARY KEY (replica_id, op_seq)
);
CREATE INDEX quarantine_open ON sync.quarantine (pk) WHERE resolved_at IS NULL;
COMMENT ON TABLE sync.quarantine IS 'Changes that the centre could not apply, kept whole until a person has decided.';

CREATE TABLE sync.scope (
    user_id uuid NOT NULL,
    site_no int NOT NULL,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, site_no)
);
CREATE INDEX scope_site ON sync.scope (site_no, user_id);
COMMENT ON TABLE sync.scope IS 'Which site holds which person''s records.';

CREATE TABLE sync.tbl (
    tbl smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    key_column text NOT NULL,
    policy text NOT NULL,
    by_person boolean NOT NULL,  -- rows belong to a person (user_id), else to a site or to all
    pushable boolean NOT NULL
);
COMMENT ON TABLE sync.tbl IS 'Tables that are synchronised, with their merge policy; made from the registry.';

CREATE TABLE sync.change (
    site_no int NOT NULL, -- 0: all sites
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq bigint GENERATED ALWAYS AS IDENTITY,
    tbl smallint NOT NULL, -- 0: the scope itself
    pk uuid NOT NULL,
    user_id uuid
) PARTITION BY RANGE (xid);
CREATE TABLE sync.change_rest PARTITION OF sync.change DEFAULT;
CREATE INDEX change_site ON sync.change (site_no, xid, seq);
COMMENT ON TABLE sync.change IS 'Which rows changed for which site in which transaction; read by exact difference of snapshots.';

CREATE TABLE sync.erasure (
    erasure_seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL UNIQUE,
    at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE sync.erasure IS 'Persons whose records were erased. Holds no personal data; never purged.';

CREATE TABLE sync.column_rule (
    tbl text NOT NULL,
    col text NOT NULL,
    grp text NOT NULL,
    rule text NOT NULL CHECK (rule IN ('newest', 'review', 'order', 'greatest', 'seen_latest', 'revoke_wins', 'opt_out', 'hand_over')),
    PRIMARY KEY (tbl, col)
);
COMMENT ON TABLE sync.column_rule IS 'Columns that are merged as one group, and how (sync.md 7.11).';

CREATE TABLE sync.field_clock (
    tbl smallint NOT NULL,
    pk uuid NOT NULL,
    grp text NOT NULL,
    at_us bigint NOT NULL,
    ver bigint NOT NULL,   -- of the row after that change
    replica_id int NOT NULL, -- whose change it was
    PRIMARY KEY (tbl, pk, grp)
);
COMMENT ON TABLE sync.field_clock IS 'When a group of columns was last set (by the corrected clock of its device), in which version of the row and by whom.';

CREATE TABLE sync.rank (
    word text PRIMARY KEY,
    rank int NOT NULL
);
COMMENT ON TABLE sync.rank IS 'Order of severities, for the rule that the most cautious value wins.';
INSERT INTO sync.rank VALUES ('mild', 1), ('moderate', 2), ('severe', 3), ('life_threatening', 4);

INSERT INTO sync.column_rule VALUES
    ('user_profiles', 'first_name', 'name', 'review'),
    ('user_profiles', 'last_name', 'name', 'review'),
    ('user_profiles', 'address', 'address', 'review'),
    ('user_profiles', 'date_of_birth', 'birth_and_sex', 'review'),
    ('user_profiles', 'gender', 'birth_and_sex', 'review'),
    ('user_profiles', 'weight_kg', 'weight', 'newest'),
    ('user_profiles', 'weight_at', 'weight', 'newest'),
    ('user_profiles', 'allergy_status', 'allergy_status', 'review'),
    ('user_profiles', 'allergy_status_at', 'allergy_status', 'review'),
    ('user_profiles', 'allergy_status_by', 'allergy_status', 'review'),
    ('user_profiles', 'allergy_status_reason', 'allergy_status', 'review'),
    ('users', 'account_status', 'account_status', 'revoke_wins'),
    ('user_allergies', 'allergen_name', 'allergen', 'review'),
    ('user_allergies', 'allergen_type', 'allergen', 'review'),
    ('user_allergies', 'allergen_key', 'allergen', 'review'),
    ('user_allergies', 'code_system', 'allergen', 'review'),
    ('user_allergies', 'code', 'allergen', 'review'),
    ('user_allergies', 'deleted_at', 'deleted_at', 'seen_latest'),
    ('user_medical_conditions', 'condition_name', 'condition', 'review'),
    ('user_medical_conditions', 'condition_code', 'condition', 'review'),
    ('user_medical_conditions', 'code_system', 'condition', 'review'),
    ('user_medical_conditions', 'deleted_at', 'deleted_at', 'seen_latest'),
    ('lifestyle_goals', 'target_value', 'target', 'review'),
    ('lifestyle_goals', 'target_unit', 'target', 'review'),
    ('order_signatures', 'signed_at', 'signature', 'review'),
    ('order_signatures', 'signed_by', 'signature', 'review'),
    ('drug_codes', '*', 'product', 'review'),
    ('user_allergies', 'reaction_severity', 'reaction_severity', 'greatest'),
    ('user_allergies', 'state', 'state', 'seen_latest'),
    ('user_allergies', 'kind', 'kind', 'seen_latest'),
    ('user_medical_conditions', 'status', 'status', 'seen_latest'),
    ('user_medical_conditions', 'severity', 'severity', 'greatest'),
    ('patient_identifiers', 'deleted_at', 'deleted_at', 'seen_latest'),
    ('user_medications', '*', 'order', 'order'),
    ('fills', '*', 'fill', 'hand_over'),
    ('medication_schedules', '*', 'schedule', 'review'),
    ('user_insurance', '*', 'insurance', 'review'),
    ('user_provider_relationships', 'status', 'status', 'revoke_wins'),
    ('notification_preferences', 'medication_reminders', 'medication_reminders', 'opt_out'),
    ('notification_preferences', 'missed_dose_alerts', 'missed_dose_alerts', 'opt_out'),
    ('notification_preferences', 'refill_reminders', 'refill_reminders', 'opt_out'),
    ('notification_preferences', 'push_notifications', 'push_notifications', 'opt_out'),
    ('notification_preferences', 'email_notifications', 'email_notifications', 'opt_out'),
    ('notification_preferences', 'sms_notifications', 'sms_notifications', 'opt_out');

-- The millisecond in a UUIDv7; NULL for other ids. It keys the partitioned tables (decisions.md 4).
CREATE FUNCTION sync.uuid_time(p uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN substr(p::text, 15, 1) = '7' THEN
        timestamptz 'epoch' + ('x0000' || substr(replace(p::text, '-', ''), 1, 12))::bit(64)::bigint * interval '1 millisecond' END
$$;

-- Microseconds of our wire format and back.
CREATE FUNCTION sync.us(p timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$ SELECT (extract(epoch FROM p) * 1000000)::bigint $$;
CREATE FUNCTION sync.at(p bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT timestamptz 'epoch' + (p / 1000000) * interval '1 second' + (p % 1000000) * interval '1 microsecond'
$$;
