-- SPDX-License-Identifier: GPL-3.0-or-later
-- Server migration 5: patients beyond a site's own (decisions.md 15). To find one needs an MRN, or name and birth date; to open
-- one needs to have found it, and a reason. Both are written down here, beside what the site's own audit says, and are limited
-- in number, so that nobody can walk through everybody's records. The functions belong to a role of their own, whose policies
-- let it read who a person is and nothing else.
RESET ROLE;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prescripcare_finder') THEN
        CREATE ROLE prescripcare_finder NOLOGIN NOINHERIT;
    END IF;
END $$;
GRANT USAGE ON SCHEMA clin, sync TO prescripcare_finder;
GRANT CREATE ON SCHEMA app TO prescripcare_finder;
SET LOCAL ROLE prescripcare_owner;

CREATE TABLE sync.find_log (
    find_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    replica_id int NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind text NOT NULL CHECK (kind IN ('mrn', 'name', 'open')),
    staff uuid,          -- who asked, as the device says
    found int NOT NULL,
    user_id uuid,        -- of 'open'
    reason text
);
CREATE INDEX find_log_recent ON sync.find_log (replica_id, at);
COMMENT ON TABLE sync.find_log IS 'Searches beyond a site''s own patients, and whom they opened; never what was typed.';

CREATE TABLE sync.find_hit (
    replica_id int NOT NULL,
    user_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (replica_id, user_id)
);
COMMENT ON TABLE sync.find_hit IS 'Whom a device has found: only those can be opened, and only for an hour.';

-- Notes a search and refuses it when there were too many in the last hour.
CREATE FUNCTION sync.find_begin(p_kind text, p_staff uuid, p_user uuid, p_reason text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE r sync.replica; id bigint;
BEGIN
    SELECT * INTO r FROM sync.replica x WHERE x.role_name = session_user AND x.state = 'active' FOR UPDATE; -- one search at a time
    IF NOT FOUND THEN RAISE EXCEPTION 'fenced' USING ERRCODE = 'SY010'; END IF;
    IF (SELECT count(*) FROM sync.find_log f WHERE f.replica_id = r.replica_id AND f.at > clock_timestamp() - interval '1 hour') >= 120 THEN
        RAISE EXCEPTION 'too many searches in an hour' USING ERRCODE = 'SY030';
    END IF;
    INSERT INTO sync.find_log (replica_id, kind, staff, found, user_id, reason) VALUES (r.replica_id, p_kind, p_staff, 0, p_user, p_reason)
        RETURNING find_id INTO id;
    RETURN id;
END $$;

CREATE FUNCTION sync.find_end(p_find bigint, p_users uuid[]) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    UPDATE sync.find_log SET found = cardinality(p_users) WHERE find_id = p_find;
    INSERT INTO sync.find_hit (replica_id, user_id) SELECT (sync.me()).replica_id, u FROM unnest(p_users) u
        ON CONFLICT (replica_id, user_id) DO UPDATE SET at = clock_timestamp();
$$;

-- Which of these exist anywhere: only the finder sees beyond the caller's site.
CREATE FUNCTION sync.known_persons(p_users uuid[]) RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(u.user_id), '{}') FROM clin.users u WHERE u.user_id = ANY (p_users));
END $$;

-- At most 20 minimal rows. p_words: the words of a name, in small letters, any order; each begins a word of the person's name.
CREATE FUNCTION app.find_central(p_staff uuid, p_mrn text, p_words text[], p_born text)
RETURNS TABLE (user_id uuid, last_name text, first_name text, date_of_birth text, gender text, mrn text, sites text, is_here boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE id bigint; found_users uuid[];
BEGIN
    IF coalesce(p_mrn, '') = '' AND (coalesce(cardinality(p_words), 0) = 0 OR coalesce(p_born, '') !~ '^\d{4}-\d\d-\d\d$') THEN
        RAISE EXCEPTION 'a search needs an MRN, or name and birth date' USING ERRCODE = 'SY031';
    END IF;
    id := sync.find_begin(CASE WHEN coalesce(p_mrn, '') <> '' THEN 'mrn' ELSE 'name' END, p_staff, NULL, NULL);
    IF coalesce(p_mrn, '') <> '' THEN
        SELECT array_agg(q.user_id) INTO found_users FROM (SELECT DISTINCT i.user_id FROM clin.patient_identifiers i
            WHERE i.value = p_mrn AND i.kind IN ('mrn', 'national') AND i.deleted_at IS NULL LIMIT 20) q;
    ELSE
        SELECT array_agg(q.user_id) INTO found_users FROM (SELECT p.user_id FROM clin.user_profiles p WHERE p.date_of_birth = p_born
            AND NOT EXISTS (SELECT FROM unnest(p_words) w WHERE NOT EXISTS (
                SELECT FROM regexp_split_to_table(lower(p.first_name || ' ' || p.last_name), '[^[:alnum:]]+') n WHERE starts_with(n, w)))
            ORDER BY p.last_name, p.first_name, p.user_id LIMIT 20) q;
    END IF;
    SELECT coalesce(array_agg(u.user_id), '{}') INTO found_users FROM clin.users u
        WHERE u.user_id = ANY (found_users) AND u.account_status = 'no_login' AND u.deleted_at IS NULL;
    PERFORM sync.find_end(id, found_users);
    RETURN QUERY SELECT p.user_id, p.last_name, p.first_name, p.date_of_birth::text, p.gender,
        (SELECT string_agg(i.value, ', ' ORDER BY i.value) FROM clin.patient_identifiers i WHERE i.user_id = p.user_id AND i.kind = 'mrn' AND i.deleted_at IS NULL),
        sync.sites_of(p.user_id), sync.is_mine(p.user_id)
        FROM clin.user_profiles p WHERE p.user_id = ANY (found_users) ORDER BY 2, 3, 4, 1;
END $$;

CREATE FUNCTION sync.sites_of(p_user uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(t.site_name, ', ' ORDER BY s.since) FROM sync.scope s JOIN sync.site t ON t.site_no = s.site_no WHERE s.user_id = p_user
$$;
CREATE FUNCTION sync.is_mine(p_user uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM sync.scope s WHERE s.user_id = p_user AND s.site_no = sync.my_site())
$$;

-- The patient comes to the caller's site with all records. What the site had sent about the person before and was refused for
-- want of scope is applied now.
CREATE FUNCTION app.open_patient(p_staff uuid, p_user uuid, p_reason text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE r sync.replica; q sync.quarantine;
BEGIN
    PERFORM sync.must_be_read_committed();
    IF length(btrim(coalesce(p_reason, ''))) < 3 THEN RAISE EXCEPTION 'a reason is needed' USING ERRCODE = 'SY031'; END IF;
    PERFORM sync.find_begin('open', p_staff, p_user, p_reason);
    r := sync.me();
    PERFORM sync.hold_persons(ARRAY[p_user]);
    IF NOT EXISTS (SELECT FROM sync.find_hit h WHERE h.replica_id = r.replica_id AND h.user_id = p_user
            AND h.at > clock_timestamp() - interval '1 hour') THEN
        RAISE EXCEPTION 'look for the patient first' USING ERRCODE = 'SY032';
    END IF;
    INSERT INTO sync.scope (user_id, site_no, reason) VALUES (p_user, r.site_no, 'opened: ' || p_reason) ON CONFLICT DO NOTHING;
    FOR q IN SELECT x.* FROM sync.quarantine x JOIN sync.replica o ON o.replica_id = x.replica_id AND o.site_no = r.site_no
        WHERE x.resolved_at IS NULL AND x.sqlstate IN ('SY006', 'SY002') AND (x.user_id = p_user OR x.pk = p_user) ORDER BY x.replica_id, x.op_seq
    LOOP
        UPDATE sync.quarantine x SET resolved_at = now(), resolution = 'in_scope' WHERE x.replica_id = q.replica_id AND x.op_seq = q.op_seq;
        BEGIN
            PERFORM sync.apply_run(q.replica_id, r.site_no, q.tbl, ARRAY[q.op_seq], ARRAY[q.pk], ARRAY[q.user_id], ARRAY[q.at_us], ARRAY[q.op]);
            UPDATE sync.op o SET status = 'A' WHERE o.replica_id = q.replica_id AND o.op_seq = q.op_seq;
        EXCEPTION
            WHEN serialization_failure OR deadlock_detected OR lock_not_available OR query_canceled OR admin_shutdown OR disk_full OR
                out_of_memory OR insufficient_resources OR io_error OR undefined_file THEN RAISE;
            WHEN OTHERS THEN -- a person decides about it
                UPDATE sync.quarantine x SET resolved_at = NULL, resolution = NULL, sqlstate = SQLSTATE, message = SQLERRM
                    WHERE x.replica_id = q.replica_id AND x.op_seq = q.op_seq;
        END;
    END LOOP;
END $$;

GRANT EXECUTE ON FUNCTION sync.find_begin, sync.find_end, sync.sites_of, sync.is_mine TO prescripcare_finder;
GRANT EXECUTE ON FUNCTION app.open_patient, app.find_central TO prescripcare_device;
RESET ROLE;
ALTER FUNCTION app.find_central OWNER TO prescripcare_finder;
ALTER FUNCTION sync.known_persons OWNER TO prescripcare_finder;
GRANT EXECUTE ON FUNCTION sync.known_persons TO prescripcare_owner;
GRANT SELECT ON sync.scope TO prescripcare_finder; -- the policies of clin ask it
GRANT EXECUTE ON FUNCTION sync.no_device, sync.my_site TO prescripcare_finder;
