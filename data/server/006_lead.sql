-- SPDX-License-Identifier: GPL-3.0-or-later
-- Server migration 6: of a site's devices one leads: it derives what must be derived once (missed doses, adherence, messages;
-- decisions.md 3). It holds a lease of half an hour, renewed every ten minutes; a lost, fenced or revoked lead is followed by
-- whichever device of the site asks next.
CREATE TABLE sync.lead (
    site_no int PRIMARY KEY REFERENCES sync.site,
    replica_id int NOT NULL REFERENCES sync.replica,
    until timestamptz NOT NULL
);
COMMENT ON TABLE sync.lead IS 'Which device leads its site, and for how long.';

-- Takes or renews the caller's lease where nobody else holds one. left_us: of whoever holds it.
CREATE FUNCTION sync.lead_renew(OUT is_lead boolean, OUT left_us bigint) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE r sync.replica; l sync.lead;
BEGIN
    r := sync.me();
    IF r.replica_id IS NULL THEN RAISE EXCEPTION 'fenced' USING ERRCODE = 'SY010'; END IF;
    INSERT INTO sync.lead AS lead VALUES (r.site_no, r.replica_id, clock_timestamp() + interval '30 minutes')
        ON CONFLICT (site_no) DO UPDATE SET replica_id = excluded.replica_id, until = excluded.until
        WHERE lead.replica_id = excluded.replica_id OR lead.until < clock_timestamp()
           OR (SELECT x.state FROM sync.replica x WHERE x.replica_id = lead.replica_id) <> 'active';
    SELECT * INTO l FROM sync.lead x WHERE x.site_no = r.site_no;
    is_lead := l.replica_id = r.replica_id;
    left_us := greatest(0, sync.us(l.until) - sync.us(clock_timestamp()));
END $$;
GRANT EXECUTE ON FUNCTION sync.lead_renew TO prescripcare_device;
