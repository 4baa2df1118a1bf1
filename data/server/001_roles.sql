-- SPDX-License-Identifier: GPL-3.0-or-later
-- Server migration 1, run by the administrator: roles, schemas, extensions. Everything afterwards is made and owned by
-- prescripcare_owner, which nobody can sign in as. A device role is a member of prescripcare_device and has no grant on
-- any table: functions are the only way in (security.md 4.2). The tables of schema clin come from the table registry
-- (src/sync/server_schema.c), so that centre and sites cannot differ.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prescripcare_owner') THEN
        CREATE ROLE prescripcare_owner NOLOGIN NOINHERIT;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prescripcare_device') THEN
        CREATE ROLE prescripcare_device NOLOGIN NOINHERIT;
    END IF;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO prescripcare_device', current_database());
    EXECUTE format('ALTER DATABASE %I SET idle_in_transaction_session_timeout = ''60s''', current_database());
    -- The agent's writers are READ COMMITTED; another level could use an old view of the scope (sync.md 7.5).
    EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = ''read committed''', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA clin AUTHORIZATION prescripcare_owner;
CREATE SCHEMA sync AUTHORIZATION prescripcare_owner;
CREATE SCHEMA app AUTHORIZATION prescripcare_owner;
CREATE SCHEMA archive AUTHORIZATION prescripcare_owner;
COMMENT ON SCHEMA clin IS 'The records of all sites: the blueprint''s tables and those that the design adds.';
COMMENT ON SCHEMA sync IS 'Devices, their queues, the change log; functions that devices call.';
COMMENT ON SCHEMA app IS 'Functions for finding and opening patients beyond a site''s own.';
COMMENT ON SCHEMA archive IS 'Partitions that are older than their retention.';
GRANT USAGE ON SCHEMA sync, app TO prescripcare_device;

CREATE SCHEMA partman AUTHORIZATION prescripcare_owner;
CREATE EXTENSION IF NOT EXISTS pg_partman SCHEMA partman;
GRANT ALL ON ALL TABLES IN SCHEMA partman TO prescripcare_owner;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA partman TO prescripcare_owner;
GRANT EXECUTE ON ALL PROCEDURES IN SCHEMA partman TO prescripcare_owner;
DO $$
BEGIN
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO prescripcare_owner', current_database()); -- partman's maintenance
END $$;
