-- SPDX-License-Identifier: GPL-3.0-or-later
-- Server migration 7: records of one person (clin.patient_links). Which site holds one of them holds all of them: a chart that
-- is read without the other record's drugs would be checked without them. Erasing a person erases every record.

-- All records of a person, this one too. Owned by the finder, who sees links of persons that the caller's site does not hold
-- yet. At most 64 steps away: what a broken client could send as a chain ends there.
CREATE FUNCTION sync.records_of(p_user uuid) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found uuid[] := ARRAY[p_user];
    fresh uuid[] := ARRAY[p_user];
    steps int := 0;
BEGIN
    WHILE cardinality(fresh) > 0 AND steps < 64 LOOP
        SELECT coalesce(array_agg(DISTINCT q.id), '{}') INTO fresh FROM (
            SELECT l.other_id AS id FROM clin.patient_links l WHERE l.user_id = ANY (fresh) AND l.undone_at IS NULL AND l.deleted_at IS NULL
            UNION SELECT l.user_id FROM clin.patient_links l WHERE l.other_id = ANY (fresh) AND l.undone_at IS NULL AND l.deleted_at IS NULL) q
            WHERE q.id <> ALL (found);
        found := found || fresh;
        steps := steps + 1;
    END LOOP;
    RETURN QUERY SELECT unnest(found);
END $$;

-- The same, held until the end of the transaction: a site that opens one record while it is being joined to another must get both,
-- and neither of the two sees what the other one has not committed. p_alone: who joins or erases; whoever only brings a
-- record into a scope holds it beside others.
CREATE FUNCTION sync.hold_records(p_user uuid, p_alone boolean) RETURNS uuid[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    held uuid[] := '{}';
    found uuid[] := ARRAY[p_user];
    r uuid;
BEGIN
    WHILE NOT found <@ held LOOP
        FOR r IN SELECT u FROM unnest(found) u WHERE u <> ALL (held) ORDER BY u LOOP
            IF p_alone THEN PERFORM pg_advisory_xact_lock(hashtextextended(r::text, 12));
            ELSE PERFORM pg_advisory_xact_lock_shared(hashtextextended(r::text, 12)); END IF;
        END LOOP;
        held := held || found;
        found := ARRAY(SELECT u FROM sync.records_of(p_user) u); -- others may have come while it waited
    END LOOP;
    RETURN found;
END $$;

-- Where a record comes into the scope of a site, the person's other records come with it.
CREATE FUNCTION sync.scope_of_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO sync.scope (user_id, site_no, reason) SELECT r, NEW.site_no, 'joined' FROM unnest(sync.hold_records(NEW.user_id, false)) r
        WHERE r <> NEW.user_id ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER scope_of_person AFTER INSERT ON sync.scope FOR EACH ROW WHEN (NEW.reason <> 'joined')
    EXECUTE FUNCTION sync.scope_of_person();

-- Two records were joined: every site that holds one of them holds both from now on. Nobody joins a record that the own site does
-- not hold: that would be a way to anybody's chart. Set on clin.patient_links.
CREATE FUNCTION sync.records_joined() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT sync.no_device() AND (SELECT count(*) FROM sync.scope s WHERE s.user_id IN (NEW.user_id, NEW.other_id)
            AND s.site_no = sync.my_site()) < 2 THEN
        RAISE EXCEPTION 'the other record is not in the scope of the site' USING ERRCODE = 'SY006';
    END IF;
    IF NEW.undone_at IS NULL AND NEW.deleted_at IS NULL THEN
        PERFORM sync.hold_records(NEW.user_id, true);
        INSERT INTO sync.scope (user_id, site_no, reason)
            SELECT r.id, s.site_no, 'joined' FROM (SELECT sync.records_of(NEW.user_id) AS id) r
            CROSS JOIN (SELECT DISTINCT x.site_no FROM sync.scope x WHERE x.user_id IN (SELECT sync.records_of(NEW.user_id))) s
            ORDER BY r.id, s.site_no ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

ALTER FUNCTION sync.erase(uuid) RENAME TO erase_record;
CREATE FUNCTION sync.erase(p_user uuid) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    all_records uuid[] := sync.hold_records(p_user, true);
    r uuid;
BEGIN
    FOREACH r IN ARRAY all_records LOOP PERFORM sync.erase_record(r); END LOOP;
END $$;
RESET ROLE;
ALTER FUNCTION sync.records_of OWNER TO prescripcare_finder;
GRANT EXECUTE ON FUNCTION sync.records_of TO prescripcare_owner;
