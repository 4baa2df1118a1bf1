-- SPDX-License-Identifier: GPL-3.0-or-later
-- Server migration 4: receiving changes (sync.md 7.4) and the merge policies (7.11). The functions sync.insert_TABLE,
-- update_TABLE and wire_TABLE that are called here come from the registry (src/sync/server_schema.c).

-- Every value that lost is kept, and the sites that hold the person see it.
CREATE FUNCTION sync.conflict(p_replica int, p_seq bigint, p_tbl text, p_pk uuid, p_user uuid, p_grp text, p_base jsonb,
    p_kept jsonb, p_lost jsonb, p_outcome text, p_review boolean)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO clin.sync_conflicts (conflict_id, user_id, table_name, row_id, column_group, base_values, kept_values,
        lost_values, outcome, needs_review, device_id, op_seq, found_at, ver, home_site)
    SELECT gen_random_uuid(), p_user, p_tbl, p_pk, p_grp, p_base::text::json, p_kept::text::json, p_lost::text::json, p_outcome,
        p_review, r.device_uuid, p_seq, clock_timestamp(), 1, r.site_no FROM sync.replica r WHERE r.replica_id = p_replica;
END $$;

-- The part of an object that these keys name.
CREATE FUNCTION sync.only(p jsonb, p_keys text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(p) WHERE key = ANY (p_keys)
$$;

-- Decides one group of columns. p_unseen: somebody else changed the group since the device saw the row; p_row_unseen: any part of
-- the row. `take`: the device's values become the row's; `outcome` NULL: nothing was lost.
CREATE FUNCTION sync.decide(p_rule text, p_cur jsonb, p_old jsonb, p_new jsonb, p_unseen boolean, p_row_unseen boolean, p_at bigint,
    p_clock bigint, OUT take boolean, OUT outcome text, OUT review boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE col text := (SELECT min(k) FROM jsonb_object_keys(p_new) k); cur_word text := p_cur ->> col; new_word text := p_new ->> col;
BEGIN
    take := false; review := false;
    IF p_cur = p_new THEN RETURN; END IF;
    IF p_rule = 'seen_latest' THEN -- taking something away counts only with the latest version in view
        take := NOT p_row_unseen OR (p_cur = p_old AND new_word IN ('active', 'recurrence', 'relapse', 'allergy', 'unconfirmed'));
        IF NOT take THEN outcome := 'kept_needs_latest'; review := true; END IF;
        RETURN;
    END IF;
    -- Of a group that is changed as a whole the other columns must not have changed either: never the number of one and the unit
    -- of another.
    IF p_cur = p_old AND NOT p_unseen THEN take := true; RETURN; END IF;
    CASE p_rule
    WHEN 'newest' THEN
        take := p_at >= p_clock;
        outcome := CASE WHEN take THEN 'newer_wins' ELSE 'older_loses' END;
    WHEN 'greatest' THEN
        take := coalesce((SELECT rank FROM sync.rank WHERE word = new_word), 0) >
                coalesce((SELECT rank FROM sync.rank WHERE word = cur_word), 0);
        outcome := 'most_severe_wins'; review := true;
    WHEN 'revoke_wins' THEN
        take := new_word IN ('revoked', 'disabled', 'ended') OR
                (cur_word NOT IN ('revoked', 'disabled', 'ended') AND p_at >= p_clock);
        outcome := 'revocation_wins';
    WHEN 'opt_out' THEN
        take := new_word = 'false';
        outcome := 'opt_out_wins';
    WHEN 'order' THEN -- stop wins; else the order in force stays and a prescriber picks (decisions.md 1)
        take := p_new ->> 'status' IN ('stopped', 'cancelled', 'entered_in_error', 'completed') AND
                p_cur ->> 'status' NOT IN ('stopped', 'cancelled', 'entered_in_error', 'completed');
        outcome := CASE WHEN take THEN 'stop_wins' ELSE 'kept_in_force' END; review := true;
    WHEN 'hand_over' THEN -- what left the house is not back in stock, whoever sent first
        take := p_new ->> 'state' IN ('partial', 'handed_over') AND p_cur ->> 'state' NOT IN ('partial', 'handed_over');
        outcome := CASE WHEN take OR p_cur ->> 'state' IN ('partial', 'handed_over') THEN 'hand_over_wins' ELSE 'kept_for_review' END;
        review := true;
    ELSE
        outcome := 'kept_for_review'; review := true;
    END CASE;
END $$;

-- A bag that was handed over here and taken back there: the refill that came back with it is spent again.
CREATE FUNCTION sync.spend_again(p_fill uuid) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO clin.refill_ledger (entry_id, user_id, medication_id, order_version_id, fill_id, kind, device_id, had_right, reason, recorded_by,
        recorded_at, ver)
    SELECT gen_random_uuid(), l.user_id, l.medication_id, l.order_version_id, l.fill_id, 'spent', l.device_id, l.had_right, 'handed over after all',
        l.recorded_by, clock_timestamp(), 1 FROM clin.refill_ledger l WHERE l.fill_id = p_fill AND l.kind = 'returned'
        AND (SELECT sum(CASE s.kind WHEN 'spent' THEN 1 ELSE -1 END) FROM clin.refill_ledger s WHERE s.fill_id = p_fill) = 0
    ORDER BY l.recorded_at DESC LIMIT 1;
END $$;

-- A change of a row that exists: locks it, then decides group by group. (Not FOR UPDATE: two who have written rows that refer to this
-- one, and hold its key by that, would wait for each other.) Each change raises the version, whatever became of it: so
-- that a device's next change does not look as if it had seen what others did meanwhile.
CREATE FUNCTION sync.merge(p_replica int, p_seq bigint, p_tbl text, p_pk uuid, p_user uuid, p_at bigint, p_op jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE t sync.tbl; cur jsonb; new jsonb := p_op -> 'new'; old jsonb := p_op -> 'old'; take jsonb := '{}';
    g record; d record; clock sync.field_clock; person uuid; seen bigint; row_unseen boolean; unseen boolean; next_ver bigint;
    is_out boolean := false;
BEGIN
    SELECT * INTO t FROM sync.tbl x WHERE x.name = p_tbl;
    EXECUTE format('SELECT sync.wire_%s(x) FROM clin.%I x WHERE x.%I = $1 FOR NO KEY UPDATE', p_tbl, p_tbl, t.key_column) INTO cur USING p_pk;
    IF cur IS NULL THEN RAISE EXCEPTION 'no such row' USING ERRCODE = 'SY003'; END IF;
    IF t.policy = 'append_only' THEN RAISE EXCEPTION 'this table is append-only' USING ERRCODE = 'SY005'; END IF;
    person := coalesce((cur ->> 'user_id')::uuid, p_user);
    seen := coalesce((p_op ->> 'seen')::bigint, (p_op ->> 'base_ver')::bigint);
    next_ver := (cur ->> 'ver')::bigint + 1;
    row_unseen := EXISTS (SELECT FROM sync.field_clock c WHERE c.tbl = t.tbl AND c.pk = p_pk AND c.ver > seen AND c.replica_id <> p_replica);
    FOR g IN SELECT coalesce(r.grp, a.grp, CASE WHEN t.policy = 'atomic' THEN 'record' ELSE k END) AS grp,
            coalesce(r.rule, a.rule, CASE WHEN t.policy = 'atomic' THEN 'review' ELSE 'newest' END) AS rule, array_agg(k) AS cols
        FROM jsonb_object_keys(new) k LEFT JOIN sync.column_rule r ON r.tbl = p_tbl AND r.col = k
        LEFT JOIN sync.column_rule a ON a.tbl = p_tbl AND a.col = '*'
        WHERE k NOT IN (t.key_column, 'ver') AND cur ? k GROUP BY 1, 2
    LOOP
        SELECT * INTO clock FROM sync.field_clock c WHERE c.tbl = t.tbl AND c.pk = p_pk AND c.grp = g.grp;
        unseen := coalesce(clock.ver > seen AND clock.replica_id <> p_replica, false);
        SELECT * INTO d FROM sync.decide(g.rule, sync.only(cur, g.cols), sync.only(old, g.cols), sync.only(new, g.cols),
            unseen, row_unseen, p_at, coalesce(clock.at_us, 0));
        IF d.take THEN
            take := take || sync.only(new, g.cols);
            IF d.outcome = 'hand_over_wins' THEN take := '{"end_reason": null}' || take; END IF;
            INSERT INTO sync.field_clock VALUES (t.tbl, p_pk, g.grp, p_at, next_ver, p_replica) ON CONFLICT (tbl, pk, grp) DO UPDATE
                SET at_us = greatest(field_clock.at_us, excluded.at_us), ver = excluded.ver, replica_id = excluded.replica_id;
        END IF;
        IF d.outcome IS NOT NULL THEN
            is_out := is_out OR d.outcome = 'hand_over_wins';
            PERFORM sync.conflict(p_replica, p_seq, p_tbl, p_pk, person, g.grp, sync.only(old, g.cols),
                CASE WHEN d.take THEN sync.only(new, g.cols) ELSE sync.only(cur, g.cols) END,
                CASE WHEN d.take THEN sync.only(cur, g.cols) ELSE sync.only(new, g.cols) END, d.outcome, d.review);
        END IF;
    END LOOP;
    EXECUTE format('SELECT sync.update_%s($1, $2)', p_tbl) USING p_pk, take;
    IF is_out THEN PERFORM sync.spend_again(p_pk); END IF;
END $$;

-- A new row whose id is taken: the same record registered twice (an import on two sites). Nothing is overwritten.
CREATE FUNCTION sync.merge_insert(p_replica int, p_seq bigint, p_tbl text, p_pk uuid, p_user uuid, p_op jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE t sync.tbl; cur jsonb; new jsonb := p_op -> 'new'; differing text[];
BEGIN
    SELECT * INTO t FROM sync.tbl x WHERE x.name = p_tbl;
    EXECUTE format('SELECT sync.wire_%s(x) FROM clin.%I x WHERE x.%I = $1', p_tbl, p_tbl, t.key_column) INTO cur USING p_pk;
    SELECT array_agg(n.key) INTO differing FROM jsonb_each(new) n
        WHERE cur ? n.key AND cur -> n.key IS DISTINCT FROM n.value
          AND n.key NOT IN ('ver', 'created_at', 'updated_at', 'recorded_at', 'device_id', 'recorded_by', 'changed_at',
              'changed_by', 'source_system');
    IF differing IS NOT NULL AND cur IS NOT NULL THEN
        PERFORM sync.conflict(p_replica, p_seq, p_tbl, p_pk, coalesce((cur ->> 'user_id')::uuid, p_user), 'record', NULL,
            sync.only(cur, differing), sync.only(new, differing), 'first_stays', true);
    END IF;
END $$;

-- Two records for one dose: both stay, and a person is asked (decisions.md 2).
CREATE FUNCTION sync.check_slots(p_replica int, p_seqs bigint[], p_pks uuid[], p_done uuid[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE e record; other record;
BEGIN
    FOR e IN SELECT d.event_id, d.slot_id, d.user_id, d.status, d.device_id, d.supersedes_id, q.seq
        FROM unnest(p_pks, p_seqs) q (pk, seq)
        JOIN clin.dose_events d ON d.event_id = q.pk AND d.recorded_at = sync.uuid_time(q.pk)
        WHERE q.pk = ANY (p_done) AND d.slot_id IS NOT NULL AND d.supersedes_id IS NULL ORDER BY d.slot_id
    LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended(e.slot_id::text, 7));
        FOR other IN SELECT o.event_id, o.status, o.device_id FROM clin.dose_events o
            WHERE o.slot_id = e.slot_id AND o.event_id <> e.event_id AND o.device_id <> e.device_id AND o.supersedes_id IS NULL
              AND o.status <> 'missed' AND e.status <> 'missed'
              AND NOT EXISTS (SELECT FROM clin.dose_events s WHERE s.supersedes_id = o.event_id AND s.slot_id = e.slot_id)
        LOOP
            PERFORM sync.conflict(p_replica, e.seq, 'dose_events', e.event_id, e.user_id, 'slot', NULL,
                jsonb_build_object('event_id', other.event_id, 'status', other.status),
                jsonb_build_object('event_id', e.event_id, 'status', e.status), 'both_recorded', true);
        END LOOP;
    END LOOP;
END $$;

-- More fills than the order in force allows: somebody filled without a right, or before hearing of a change (decisions.md
-- 20). What happened stands, and everybody is told. The order's row is locked first, so that of two that come at once the
-- second sees the first.
CREATE FUNCTION sync.check_refills(p_replica int, p_seqs bigint[], p_pks uuid[], p_done uuid[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE e record; allowed bigint; filled bigint;
BEGIN
    FOR e IN SELECT l.entry_id, l.fill_id, l.medication_id, l.user_id, l.had_right, l.reason, q.seq FROM unnest(p_pks, p_seqs) q (pk, seq)
        JOIN clin.refill_ledger l ON l.entry_id = q.pk AND l.kind = 'spent' WHERE q.pk = ANY (p_done) ORDER BY l.medication_id, q.seq
    LOOP
        PERFORM FROM clin.user_medications m WHERE m.medication_id = e.medication_id FOR NO KEY UPDATE; -- as in merge()
        SELECT coalesce(v.refills, 0) + 1 INTO allowed FROM clin.user_medications m
            JOIN clin.order_versions v ON v.version_id = m.current_version_id WHERE m.medication_id = e.medication_id;
        SELECT sum(CASE l.kind WHEN 'spent' THEN 1 ELSE -1 END) INTO filled FROM clin.refill_ledger l WHERE l.medication_id = e.medication_id;
        IF filled > allowed THEN
            PERFORM sync.conflict(p_replica, e.seq, 'refill_ledger', e.entry_id, e.user_id, 'refills', NULL,
                jsonb_build_object('fills_allowed', allowed, 'fills_made', filled),
                jsonb_build_object('fill_id', e.fill_id, 'had_right', e.had_right, 'reason', e.reason), 'overdrawn', true);
        END IF;
    END LOOP;
END $$;

-- May the caller's site write about these persons? Whoever is new comes into its scope with the first row and is given back.
-- Somebody who is known elsewhere does not come by being registered again (the same file imported on two sites, or a device that
-- knows an id): the change waits in quarantine until the patient was found and opened with a reason (005, decisions.md 15).
CREATE FUNCTION sync.admit(p_site int, p_tbl text, p_pks uuid[], p_users uuid[]) RETURNS uuid[] LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE fresh uuid[] := '{}';
BEGIN
    IF EXISTS (SELECT FROM sync.erasure e WHERE e.user_id = ANY (p_users) OR (p_tbl = 'users' AND e.user_id = ANY (p_pks))) THEN
        RAISE EXCEPTION 'erased' USING ERRCODE = 'SY001';
    END IF;
    IF EXISTS (SELECT FROM sync.quarantine q WHERE q.pk = ANY (p_pks) AND q.resolved_at IS NULL) THEN
        RAISE EXCEPTION 'waits behind a change in quarantine' USING ERRCODE = 'SY002';
    END IF;
    IF p_tbl = 'users' THEN
        SELECT coalesce(array_agg(u), '{}') INTO fresh FROM (SELECT DISTINCT u FROM unnest(p_pks) u WHERE NOT EXISTS (
            SELECT FROM sync.scope s WHERE s.user_id = u AND s.site_no = p_site)) q;
        IF cardinality(fresh) > 0 AND cardinality(sync.known_persons(fresh)) > 0 THEN
            RAISE EXCEPTION 'this patient is known at another site' USING ERRCODE = 'SY006';
        END IF;
        INSERT INTO sync.scope (user_id, site_no, reason) SELECT u, p_site, 'registered' FROM unnest(fresh) u;
    ELSIF EXISTS (SELECT FROM unnest(p_users) u WHERE u IS NOT NULL AND NOT EXISTS (
            SELECT FROM sync.scope s WHERE s.user_id = u AND s.site_no = p_site)) THEN
        RAISE EXCEPTION 'this patient is not in the scope of the site' USING ERRCODE = 'SY006';
    END IF;
    RETURN fresh;
END $$;

-- One change, or a run of new rows of one table.
CREATE FUNCTION sync.apply_run(p_replica int, p_site int, p_tbl text, p_seqs bigint[], p_pks uuid[], p_users uuid[], p_ats bigint[],
    p_ops jsonb[])
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE t sync.tbl; done uuid[]; fresh uuid[]; k int;
BEGIN
    SELECT * INTO t FROM sync.tbl x WHERE x.name = p_tbl AND x.pushable;
    IF NOT FOUND THEN RAISE EXCEPTION 'table % is not taken from devices', p_tbl USING ERRCODE = 'SY004'; END IF;
    -- The row is about whom the change says it is about, and has the id that it says: the scope was checked by those.
    IF EXISTS (SELECT FROM unnest(p_ops, p_pks, p_users) q (o, pk, u) WHERE
            (q.o -> 'new' ? t.key_column AND (q.o #>> ARRAY['new', t.key_column])::uuid IS DISTINCT FROM q.pk)
            OR (t.by_person AND p_tbl <> 'users' AND q.o -> 'new' ? 'user_id' AND (q.o #>> '{new,user_id}')::uuid IS DISTINCT FROM q.u)) THEN
        RAISE EXCEPTION 'the record names another patient or id' USING ERRCODE = 'SY006';
    END IF;
    fresh := sync.admit(p_site, p_tbl, p_pks, p_users);
    IF jsonb_typeof(p_ops[1] -> 'old') = 'object' THEN
        PERFORM sync.merge(p_replica, p_seqs[1], p_tbl, p_pks[1], p_users[1], p_ats[1], p_ops[1]);
        RETURN;
    END IF;
    EXECUTE format('SELECT sync.insert_%s($1, $2)', p_tbl) INTO done USING p_ops, p_site;
    IF NOT done @> fresh THEN -- another site registered the person at this very moment
        RAISE EXCEPTION 'this patient is known at another site' USING ERRCODE = 'SY006';
    END IF;
    IF p_tbl = 'dose_events' AND EXISTS (SELECT FROM unnest(p_ops) o WHERE o #>> '{new,slot_id}' IS NOT NULL) THEN
        PERFORM sync.check_slots(p_replica, p_seqs, p_pks, done);
    END IF;
    IF p_tbl = 'refill_ledger' THEN PERFORM sync.check_refills(p_replica, p_seqs, p_pks, done); END IF;
    IF cardinality(done) < cardinality(p_pks) THEN
        FOR k IN 1 .. cardinality(p_pks) LOOP
            IF NOT p_pks[k] = ANY (done) THEN
                PERFORM sync.merge_insert(p_replica, p_seqs[k], p_tbl, p_pks[k], p_users[k], p_ops[k]);
            END IF;
        END LOOP;
    END IF;
END $$;

-- Serialised for each device by the lock on its row; repeated calls change nothing (sync.md finding 8). Without
-- p_isolate the first bad change fails the whole call; with it the bad one goes into quarantine and the rest passes.
CREATE FUNCTION sync.push(p_first bigint, p_uuid uuid[], p_tbl text[], p_pk uuid[], p_user uuid[], p_at bigint[], p_op jsonb[],
    p_isolate boolean, OUT acked bigint, OUT xid bigint, OUT applied int, OUT problems text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off -- plans are kept from the time when the ledger was empty
AS $$
DECLARE r sync.replica; n int := cardinality(p_uuid); i int; j int; known uuid[]; st "char"; why text; state text; found_problems jsonb := '[]';
    latest bigint := sync.us(clock_timestamp()) + 300000000; statuses "char"[] := '{}'; uuids uuid[] := p_uuid; ops jsonb[] := p_op; seqs bigint[]; ats bigint[];
BEGIN
    PERFORM sync.must_be_read_committed();
    applied := 0;
    SELECT * INTO r FROM sync.replica x WHERE x.role_name = session_user AND x.state = 'active' FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'fenced' USING ERRCODE = 'SY010'; END IF;
    IF p_first > r.last_op_seq + 1 THEN
        RAISE EXCEPTION 'gap: have %, got %', r.last_op_seq, p_first USING ERRCODE = 'SY011';
    END IF;
    PERFORM sync.hold_persons(p_user);
    IF EXISTS (SELECT FROM unnest(p_uuid) WITH ORDINALITY u (id, k) JOIN sync.op o ON o.replica_id = r.replica_id AND
            o.op_seq = p_first + u.k - 1 WHERE o.op_uuid <> u.id AND o.status <> 'R') THEN
        RAISE EXCEPTION 'another change has this number' USING ERRCODE = 'SY012';
    END IF;
    i := greatest(1, r.last_op_seq - p_first + 2);
    IF i > 1 THEN -- the answer that named what is in quarantine was lost
        SELECT coalesce(jsonb_agg(jsonb_build_object('seq', q.op_seq, 'sqlstate', q.sqlstate, 'message', q.message)), '[]') INTO found_problems
            FROM sync.quarantine q WHERE q.replica_id = r.replica_id AND q.op_seq BETWEEN p_first AND p_first + n - 1 AND q.resolved_at IS NULL;
    END IF;
    SELECT array_agg(p_first + k - 1 ORDER BY k) INTO seqs FROM generate_series(1, n) k;
    -- A device whose clock runs ahead does not win by it: corrected, and never more than five minutes from now.
    SELECT array_agg(least(a + r.clock_offset_us, latest) ORDER BY k) INTO ats
        FROM unnest(p_at) WITH ORDINALITY q (a, k);
    SELECT coalesce(array_agg(o.op_uuid), '{}') INTO known FROM sync.op o WHERE o.op_uuid = ANY (p_uuid[i:n]);
    WHILE i <= n LOOP
        st := 'A';
        j := i;
        IF uuids[i] = ANY (known) THEN
            st := 'R'; -- the same change, sent before under another identity
        ELSIF NOT p_isolate THEN
            IF jsonb_typeof(ops[i] -> 'old') <> 'object' THEN
                WHILE j < n AND p_tbl[j + 1] = p_tbl[i] AND jsonb_typeof(ops[j + 1] -> 'old') <> 'object'
                    AND NOT uuids[j + 1] = ANY (known) LOOP j := j + 1; END LOOP;
            END IF;
            PERFORM sync.apply_run(r.replica_id, r.site_no, p_tbl[i], seqs[i:j], p_pk[i:j], p_user[i:j], ats[i:j], ops[i:j]);
        ELSE
            BEGIN
                PERFORM sync.apply_run(r.replica_id, r.site_no, p_tbl[i], seqs[i:i], p_pk[i:i], p_user[i:i], ats[i:i], ops[i:i]);
            EXCEPTION
                WHEN serialization_failure OR deadlock_detected OR lock_not_available OR query_canceled OR admin_shutdown OR
                    disk_full OR out_of_memory OR insufficient_resources OR io_error OR undefined_file OR undefined_table OR
                    undefined_column OR undefined_function THEN RAISE; -- passing trouble, or the centre's schema is behind
                WHEN SQLSTATE 'SY001' THEN st := 'E'; -- erased: the payload is not kept
                    INSERT INTO sync.quarantine (replica_id, op_seq, tbl, pk, at_us, sqlstate, message, resolved_at, resolution)
                        VALUES (r.replica_id, seqs[i], p_tbl[i], p_pk[i], ats[i], 'SY001', 'patient erased', now(), 'erased');
                WHEN OTHERS THEN st := 'Q'; why := SQLERRM; state := SQLSTATE;
                    INSERT INTO sync.quarantine (replica_id, op_seq, tbl, pk, user_id, at_us, op, sqlstate, message)
                        VALUES (r.replica_id, seqs[i], p_tbl[i], p_pk[i], p_user[i], ats[i], ops[i], state, why);
                    found_problems := found_problems || jsonb_build_object('seq', seqs[i], 'sqlstate', state, 'message', why);
            END;
        END IF;
        IF st = 'A' THEN applied := applied + (j - i + 1); END IF;
        IF st = 'R' THEN uuids[i] := gen_random_uuid(); END IF;
        statuses := statuses || array_fill(st, ARRAY[j - i + 1]);
        i := j + 1;
    END LOOP;
    i := greatest(1, r.last_op_seq - p_first + 2);
    IF i <= n THEN
        INSERT INTO sync.op (replica_id, op_seq, op_uuid, status)
            SELECT r.replica_id, q.seq, q.id, q.st FROM unnest(seqs[i:n], uuids[i:n], statuses) q (seq, id, st);
        UPDATE sync.replica x SET last_op_seq = seqs[n] WHERE x.replica_id = r.replica_id;
    END IF;
    acked := greatest(r.last_op_seq, p_first + n - 1);
    xid := pg_current_xact_id()::text::bigint;
    problems := found_problems::text;
END $$;

-- A person's decision about a change of the caller's device that lies in quarantine: once more, or not at all.
CREATE FUNCTION sync.quarantine_resolve(p_seq bigint, p_again boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE r sync.replica; q sync.quarantine;
BEGIN
    r := sync.me();
    UPDATE sync.quarantine x SET resolved_at = now(), resolution = CASE WHEN p_again THEN 'again' ELSE 'dropped' END
        WHERE x.replica_id = r.replica_id AND x.op_seq = p_seq AND x.resolved_at IS NULL RETURNING * INTO q;
    IF NOT FOUND THEN RAISE EXCEPTION 'no such row' USING ERRCODE = 'SY003'; END IF;
    IF p_again THEN
        PERFORM sync.hold_persons(ARRAY[q.user_id]);
        PERFORM sync.apply_run(r.replica_id, r.site_no, q.tbl, ARRAY[q.op_seq], ARRAY[q.pk], ARRAY[q.user_id], ARRAY[q.at_us], ARRAY[q.op]);
        UPDATE sync.op o SET status = 'A' WHERE o.replica_id = r.replica_id AND o.op_seq = p_seq;
    END IF;
END $$;

-- Which of the caller's changes in quarantine are settled by now: by an administrator, or because the patient came into scope.
CREATE FUNCTION sync.quarantine_settled(p_seqs bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT q.op_seq FROM sync.quarantine q WHERE q.replica_id = (SELECT (sync.me()).replica_id) AND q.op_seq = ANY (p_seqs) AND q.resolved_at IS NOT NULL
$$;

-- Audit records of the caller's device, in order, each link recomputed here (security.md 3.3).
CREATE FUNCTION sync.audit_append(p_first bigint, p_rows jsonb[], p_records bytea[], p_hashes bytea[], p_macs bytea[], OUT acked bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r sync.replica; k int; head bytea; expected bytea; n int := cardinality(p_records);
BEGIN
    SELECT * INTO r FROM sync.replica x WHERE x.role_name = session_user AND x.state = 'active' FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'fenced' USING ERRCODE = 'SY010'; END IF;
    IF p_first > r.audit_seq + 1 THEN RAISE EXCEPTION 'gap' USING ERRCODE = 'SY011'; END IF;
    head := r.audit_hash;
    FOR k IN greatest(1, r.audit_seq - p_first + 2) .. n LOOP
        expected := sha256(convert_to('prescripcare.audit.1', 'UTF8') || uuid_send(r.device_uuid) || int8send(p_first + k - 1) || head ||
            p_records[k]);
        IF expected <> p_hashes[k] THEN
            RAISE EXCEPTION 'audit record % does not follow the chain', p_first + k - 1 USING ERRCODE = 'SY015';
        END IF;
        head := expected;
    END LOOP;
    k := greatest(1, r.audit_seq - p_first + 2);
    IF k <= n THEN
        PERFORM sync.insert_audit(r.device_uuid, r.site_no, p_first + k - 1, p_rows[k:n], p_records[k:n], p_hashes[k:n], p_macs[k:n]);
        UPDATE sync.replica x SET audit_seq = p_first + n - 1, audit_hash = head WHERE x.replica_id = r.replica_id;
    END IF;
    acked := greatest(r.audit_seq, p_first + n - 1);
END $$;

GRANT EXECUTE ON FUNCTION sync.push, sync.quarantine_resolve, sync.quarantine_settled, sync.audit_append TO prescripcare_device;
