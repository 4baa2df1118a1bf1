-- SPDX-License-Identifier: GPL-3.0-or-later
-- Server migration 10: what the centre holds of a device's trail anchors it there (security.md 3.2). A device whose trail does not
-- lead to what it sent before was put back or changed: it is fenced. Checkpoints are kept beside the records that they cover. A device
-- that goes on under a new enrolment from an older copy (decisions.md 14) goes on from where the two trails part; the other end
-- stays, and its head is named.
ALTER TABLE sync.replica ADD COLUMN may_fork boolean NOT NULL DEFAULT false; -- a new enrolment of a known device
CREATE TABLE sync.audit_fork (
    device_uuid uuid NOT NULL,
    replica_id int NOT NULL REFERENCES sync.replica, -- the new enrolment
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    fork_seq bigint NOT NULL,  -- the last record that both have
    head_seq bigint NOT NULL,  -- of the end that was left
    head_hash bytea NOT NULL,
    notes text[] NOT NULL,     -- its checkpoints
    PRIMARY KEY (device_uuid, at)
);
COMMENT ON TABLE sync.audit_fork IS 'Where the audit trail of a device parts, because it went on from an older copy of its site. No personal data.';

CREATE OR REPLACE FUNCTION sync.join(p_device uuid, p_sign_key bytea, p_site uuid, OUT site_id uuid, OUT site_no int, OUT site_name text)
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
    ELSIF FOUND THEN
        UPDATE sync.replica x SET device_uuid = NULL WHERE x.replica_id = before.replica_id;
        UPDATE sync.replica x SET audit_seq = before.audit_seq, audit_hash = before.audit_hash, may_fork = true
            WHERE x.replica_id = r.replica_id;
    END IF;
    SELECT * INTO s FROM sync.site x WHERE x.site_no = r.site_no FOR UPDATE;
    IF s.site_id IS NULL THEN
        UPDATE sync.site x SET site_id = p_site WHERE x.site_no = s.site_no RETURNING * INTO s;
    END IF;
    UPDATE sync.replica x SET device_uuid = p_device, sign_key = p_sign_key, joined_at = coalesce(x.joined_at, now())
        WHERE x.replica_id = r.replica_id;
    site_id := s.site_id; site_no := s.site_no; site_name := s.site_name;
END $$;

-- The new enrolment may part from what is here once, before it sends: not a year later.
CREATE FUNCTION sync.goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.may_fork AND NEW.audit_seq > OLD.audit_seq THEN NEW.may_fork := false; END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION sync.goes_on FROM PUBLIC;
CREATE TRIGGER goes_on BEFORE UPDATE OF audit_seq ON sync.replica FOR EACH ROW EXECUTE FUNCTION sync.goes_on();

-- The end of the caller's trail as it is held here.
CREATE FUNCTION sync.audit_anchor(OUT audit_seq bigint, OUT audit_hash bytea, OUT checkpoint_seq bigint, OUT may_fork boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r sync.replica := sync.me();
BEGIN
    audit_seq := r.audit_seq; audit_hash := r.audit_hash; may_fork := r.may_fork;
    SELECT coalesce(max(c.seq), 0) INTO checkpoint_seq FROM clin.audit_checkpoints c WHERE c.device_id = r.device_uuid;
END $$;

-- The last of these records that is held here with the same hash, and with it all before it; 0: none.
CREATE FUNCTION sync.audit_common(p_seqs bigint[], p_hashes bytea[]) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE r sync.replica := sync.me();
BEGIN
    RETURN (SELECT coalesce(max(q.seq), 0) FROM unnest(p_seqs, p_hashes) q (seq, hash)
        WHERE EXISTS (SELECT FROM clin.audit_logs l WHERE l.device_id = r.device_uuid AND l.seq = q.seq AND l.hash = q.hash));
END $$;

-- The caller's trail does not lead to the end of what is held here. Once after a new enrolment it goes on from p_seq, which both
-- have; else the caller is fenced. True: it goes on.
CREATE FUNCTION sync.audit_part(p_seq bigint, p_hash bytea) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE r sync.replica; from_hash bytea := decode(repeat('00', 32), 'hex');
BEGIN
    SELECT * INTO r FROM sync.replica x WHERE x.role_name = session_user AND x.state = 'active' FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'fenced' USING ERRCODE = 'SY010'; END IF;
    IF NOT r.may_fork THEN
        UPDATE sync.replica x SET state = 'fenced' WHERE x.replica_id = r.replica_id;
        RETURN false;
    END IF;
    IF p_seq > 0 THEN
        from_hash := p_hash;
        PERFORM FROM clin.audit_logs l WHERE l.device_id = r.device_uuid AND l.seq = p_seq AND l.hash = p_hash;
        IF NOT FOUND THEN RAISE EXCEPTION 'the trails do not part at %', p_seq USING ERRCODE = 'SY015'; END IF;
    END IF;
    INSERT INTO sync.audit_fork (device_uuid, replica_id, fork_seq, head_seq, head_hash, notes)
        SELECT r.device_uuid, r.replica_id, p_seq, r.audit_seq, r.audit_hash,
            coalesce((SELECT array_agg(c.note ORDER BY c.seq) FROM clin.audit_checkpoints c WHERE c.device_id = r.device_uuid AND c.seq > p_seq), '{}');
    DELETE FROM clin.audit_checkpoints c WHERE c.device_id = r.device_uuid AND c.seq > p_seq;
    UPDATE sync.replica x SET audit_seq = p_seq, audit_hash = from_hash, may_fork = false WHERE x.replica_id = r.replica_id;
    RETURN true;
END $$;

-- Signed notes of the caller about records that are held here already; each has to name the hash of its record. The signature itself
-- is checked by who verifies: the device's key is in sync.replica.
CREATE FUNCTION sync.audit_keep(p_seqs bigint[], p_notes text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE r sync.replica; k int; line text[];
BEGIN
    SELECT * INTO r FROM sync.replica x WHERE x.role_name = session_user AND x.state = 'active' FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'fenced' USING ERRCODE = 'SY010'; END IF;
    FOR k IN 1 .. cardinality(p_notes) LOOP
        line := string_to_array(p_notes[k], E'\n');
        PERFORM FROM clin.audit_logs l WHERE l.device_id = r.device_uuid AND l.seq = p_seqs[k] AND line[2] = p_seqs[k]::text
            AND l.hash = decode(line[3], 'base64');
        IF NOT FOUND THEN RAISE EXCEPTION 'checkpoint % speaks of another trail', p_seqs[k] USING ERRCODE = 'SY015'; END IF;
        INSERT INTO clin.audit_checkpoints (device_id, seq, epoch, note, created_at, home_site)
            VALUES (r.device_uuid, p_seqs[k], substr(line[4], 7)::bigint, p_notes[k],
                timestamptz 'epoch' + substr(line[5], 6)::bigint * interval '1 microsecond', r.site_no) ON CONFLICT DO NOTHING;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION sync.audit_anchor, sync.audit_common, sync.audit_part, sync.audit_keep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync.audit_anchor, sync.audit_common, sync.audit_part, sync.audit_keep TO prescripcare_device;
