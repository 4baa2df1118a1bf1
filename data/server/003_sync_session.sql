-- SPDX-License-Identifier: GPL-3.0-or-later
-- Server migration 3: who calls, joining, hello, scope, pull. Every function takes the device from session_user, which
-- certificate and SCRAM have proven; none has a device or site argument (decisions.md 7).
CREATE FUNCTION sync.me() RETURNS sync.replica LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r FROM sync.replica r WHERE r.role_name = session_user AND r.state = 'active'
$$;

-- NULL for somebody who is no device (the administrator).
CREATE FUNCTION sync.my_site() RETURNS int LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN -- plpgsql keeps its plans, which a function in SQL makes at each call
    RETURN (SELECT r.site_no FROM sync.replica r WHERE r.role_name = session_user);
END $$;

-- Second wall behind "functions only": the policies of clin ask these.
CREATE FUNCTION sync.no_device() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN NOT EXISTS (SELECT FROM sync.replica r WHERE r.role_name = session_user);
END $$;

-- System, timeline and lineage. Fails on a standby, whose snapshots must not become cursors (sync.md 1.2).
CREATE FUNCTION sync.incarnation() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT (SELECT system_identifier FROM pg_control_system()) || '/' ||
           substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) || '/' || (SELECT lineage FROM sync.server)
$$;

CREATE FUNCTION sync.must_be_read_committed() RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'writers must be READ COMMITTED' USING ERRCODE = '0A000';
    END IF;
END $$;

-- The device says who it is, once; afterwards only the same device may go on under this role. The site takes the id of
-- the first device that joins; a later one takes over the site's.
CREATE FUNCTION sync.join(p_device uuid, p_sign_key bytea, p_site uuid, OUT site_id uuid, OUT site_no int, OUT site_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r sync.replica; before sync.replica; s sync.site;
BEGIN
    SELECT * INTO r FROM sync.replica x WHERE x.role_name = session_user AND x.state = 'active' FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'not enrolled' USING ERRCODE = 'SY010'; END IF;
    IF r.device_uuid IS NOT NULL AND r.device_uuid <> p_device THEN
        RAISE EXCEPTION 'this enrolment was used by another device' USING ERRCODE = 'SY013';
    END IF;
    SELECT * INTO before FROM sync.replica x WHERE x.device_uuid = p_device AND x.replica_id <> r.replica_id FOR UPDATE;
    IF FOUND AND before.state = 'active' THEN
        RAISE EXCEPTION 'this device has joined already' USING ERRCODE = 'SY014';
    ELSIF FOUND THEN -- it goes on under a new enrolment: the audit chain goes with it (decisions.md 14)
        UPDATE sync.replica x SET device_uuid = NULL WHERE x.replica_id = before.replica_id;
        UPDATE sync.replica x SET audit_seq = before.audit_seq, audit_hash = before.audit_hash WHERE x.replica_id = r.replica_id;
    END IF;
    SELECT * INTO s FROM sync.site x WHERE x.site_no = r.site_no FOR UPDATE;
    IF s.site_id IS NULL THEN
        UPDATE sync.site x SET site_id = p_site WHERE x.site_no = s.site_no RETURNING * INTO s;
    END IF;
    UPDATE sync.replica x SET device_uuid = p_device, sign_key = p_sign_key, joined_at = coalesce(x.joined_at, now())
        WHERE x.replica_id = r.replica_id;
    site_id := s.site_id; site_no := s.site_no; site_name := s.site_name;
END $$;

-- Once a connection, before anything else: the fence against copies of a device (sync.md 7.3) and all facts that the
-- device needs. p_gen was made durable by the device before.
CREATE FUNCTION sync.hello(p_device uuid, p_gen bigint, p_schema int, p_now_us bigint, OUT verdict text, OUT site_no int,
    OUT last_op_seq bigint, OUT audit_seq bigint, OUT audit_hash bytea, OUT incarnation text, OUT schema_version int,
    OUT min_client int, OUT offset_us bigint, OUT backup_days int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r sync.replica;
BEGIN
    incarnation := sync.incarnation();
    SELECT s.schema_version, s.min_client, s.backup_days INTO schema_version, min_client, backup_days FROM sync.server s;
    SELECT * INTO r FROM sync.replica x WHERE x.role_name = session_user FOR UPDATE;
    IF NOT FOUND OR r.device_uuid IS DISTINCT FROM p_device THEN verdict := 'unknown'; RETURN; END IF;
    site_no := r.site_no; last_op_seq := r.last_op_seq; audit_seq := r.audit_seq; audit_hash := r.audit_hash;
    offset_us := sync.us(clock_timestamp()) - p_now_us;
    IF r.state <> 'active' THEN verdict := r.state;
    ELSIF p_gen <= r.gen THEN verdict := 'stale'; -- only a live reader sees this: a copy, or a restored backup
    ELSE
        UPDATE sync.replica x SET gen = p_gen, seen_at = clock_timestamp(), schema_version = p_schema, clock_offset_us = hello.offset_us
            WHERE x.replica_id = r.replica_id;
        verdict := 'ok';
    END IF;
END $$;

CREATE FUNCTION sync.scope_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM sync.must_be_read_committed();
    IF TG_OP = 'INSERT' THEN
        INSERT INTO sync.change (site_no, tbl, pk, user_id) VALUES (NEW.site_no, 0, NEW.user_id, NEW.user_id);
    ELSE
        INSERT INTO sync.change (site_no, tbl, pk, user_id) VALUES (OLD.site_no, 0, OLD.user_id, OLD.user_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER scope_changed AFTER INSERT OR DELETE ON sync.scope FOR EACH ROW EXECUTE FUNCTION sync.scope_changed();

-- Which of these persons the caller's site holds, and who of them came into being there: no older rows can be missing.
CREATE FUNCTION sync.in_scope(p_users uuid[]) RETURNS TABLE (user_id uuid, is_new boolean) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.user_id, s.reason = 'registered' FROM sync.scope s WHERE s.user_id = ANY (p_users) AND s.site_no = (SELECT sync.my_site())
$$;

-- Keys of rows that changed between the cursor and the transaction's snapshot: exactly those, none twice, none lost
-- (sync.md 1.1). Called inside REPEATABLE READ READ ONLY.
CREATE FUNCTION sync.pull_keys(p_cursor pg_snapshot) RETURNS TABLE (name text, pk uuid) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine int := sync.my_site();
BEGIN
    IF (sync.me()).replica_id IS NULL THEN RAISE EXCEPTION 'fenced' USING ERRCODE = 'SY010'; END IF;
    IF pg_snapshot_xmin(p_cursor) < (SELECT gc_floor FROM sync.server) THEN
        RAISE EXCEPTION 'cursor too old' USING ERRCODE = 'SY020';
    END IF;
    RETURN QUERY SELECT DISTINCT coalesce(t.name, 'scope'), q.pk FROM (
        SELECT c.tbl, c.pk FROM sync.change c WHERE c.site_no IN (0, mine) AND c.xid >= pg_snapshot_xmax(p_cursor)
        UNION ALL
        SELECT c.tbl, c.pk FROM pg_snapshot_xip(p_cursor) x JOIN sync.change c ON c.xid = x AND c.site_no IN (0, mine)) q
        LEFT JOIN sync.tbl t ON t.tbl = q.tbl;
END $$;

-- Has everything that was under way at `p_horizon` ended? (ENTER and first snapshot, sync.md 7.6)
CREATE FUNCTION sync.is_quiet(p_horizon xid8) RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT pg_snapshot_xmin(pg_current_snapshot()) >= p_horizon $$;

-- The centre's seal on an erasure: secret first, inputs of fixed length.
CREATE FUNCTION sync.erasure_mac(p_user uuid) RETURNS bytea LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(s.erase_key || convert_to('prescripcare.erasure.1', 'UTF8') || uuid_send(p_user)) FROM sync.server s
$$;

CREATE FUNCTION sync.erasures(p_after bigint) RETURNS TABLE (erasure_seq bigint, user_id uuid, mac bytea) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.erasure_seq, e.user_id, sync.erasure_mac(e.user_id) FROM sync.erasure e WHERE e.erasure_seq > p_after ORDER BY e.erasure_seq
$$;

-- Wakes the devices of the caller's site; its own statement behind the push, because NOTIFY inside a transaction holds
-- up every other commit of the database (sync.md finding 10).
CREATE FUNCTION sync.wake() RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_notify('site_' || sync.my_site(), '')
$$;

GRANT EXECUTE ON FUNCTION sync.join, sync.hello, sync.in_scope, sync.pull_keys, sync.is_quiet, sync.erasures, sync.wake
    TO prescripcare_device;

-- Whoever writes about persons holds them until the end of the transaction, so that nobody is erased meanwhile: what the erasure
-- does not see yet would stay. In the order of the ids.
CREATE FUNCTION sync.hold_persons(p_users uuid[]) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(q.u::text, 11))
        FROM (SELECT DISTINCT u FROM unnest(p_users) u WHERE u IS NOT NULL ORDER BY u) q;
END $$;

-- Everything about a person goes, by the registry's list of tables, and stays gone: devices learn it before they send
-- (sync.md 7.8). For the administrator and for app functions; no device may call it.
CREATE FUNCTION sync.erase(p_user uuid) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE t text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_user::text, 11)); -- hold_persons()
    INSERT INTO sync.erasure (user_id) VALUES (p_user) ON CONFLICT DO NOTHING;
    SET CONSTRAINTS ALL DEFERRED;
    FOR t IN SELECT x.name FROM sync.tbl x WHERE x.by_person AND x.name <> 'users' ORDER BY x.tbl DESC LOOP
        EXECUTE format('DELETE FROM clin.%I WHERE user_id = $1', t) USING p_user;
    END LOOP;
    DELETE FROM clin.users WHERE user_id = p_user;
    UPDATE sync.quarantine q SET op = NULL, resolved_at = coalesce(resolved_at, now()), resolution = 'erased' WHERE q.user_id = p_user;
    DELETE FROM sync.field_clock c USING sync.change k WHERE k.user_id = p_user AND c.tbl = k.tbl AND c.pk = k.pk;
    DELETE FROM sync.scope WHERE user_id = p_user;
END $$;

-- A centre that was put back from a backup hears again whom it had erased. Only what it sealed itself counts: no device can
-- have somebody erased by it.
CREATE FUNCTION sync.reassert_erasures(p_users uuid[], p_macs bytea[]) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE u uuid; n int := 0;
BEGIN
    IF (sync.me()).replica_id IS NULL THEN RAISE EXCEPTION 'fenced' USING ERRCODE = 'SY010'; END IF;
    FOR u IN SELECT q.id FROM unnest(p_users, p_macs) q (id, mac) WHERE q.mac = sync.erasure_mac(q.id)
        AND NOT EXISTS (SELECT FROM sync.erasure e WHERE e.user_id = q.id) LOOP
        PERFORM sync.erase(u);
        n := n + 1;
    END LOOP;
    RETURN n;
END $$;
GRANT EXECUTE ON FUNCTION sync.reassert_erasures TO prescripcare_device;

-- For the administrator, after a backup or a dump was put back: devices meet a new incarnation, send again what may have been
-- lost and start afresh.
CREATE FUNCTION sync.restored() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    TRUNCATE sync.change;
    UPDATE sync.server SET lineage = gen_random_uuid(), gc_floor = pg_snapshot_xmax(pg_current_snapshot());
END $$;

-- Old rows of the change log and of the ledger. A device that slept longer than the floor takes a snapshot afresh.
CREATE FUNCTION sync.maintain() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE floor_xid xid8; horizon timestamptz := now() - (SELECT backup_days FROM sync.server) * interval '1 day';
BEGIN
    SELECT max(o.xid) INTO floor_xid FROM sync.op o WHERE o.at < horizon;
    IF floor_xid IS NOT NULL THEN
        UPDATE sync.server SET gc_floor = floor_xid;
        DELETE FROM sync.change c WHERE c.xid < floor_xid;
        DELETE FROM sync.op o WHERE o.at < horizon AND o.status IN ('A', 'R');
    END IF;
END $$;
