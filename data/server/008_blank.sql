-- SPDX-License-Identifier: GPL-3.0-or-later
-- Server migration 8: a site that worked alone erased somebody, and joined afterwards. The numbers of what had been said about
-- them are still in its queue, blank: they count as changes about an erased person and put nothing into quarantine.
ALTER FUNCTION sync.apply_run(int, int, text, bigint[], uuid[], uuid[], bigint[], jsonb[]) RENAME TO apply_told;
CREATE FUNCTION sync.apply_run(p_replica int, p_site int, p_tbl text, p_seqs bigint[], p_pks uuid[], p_users uuid[], p_ats bigint[],
    p_ops jsonb[])
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM unnest(p_ops) o WHERE o -> 'new' = '{}' AND jsonb_typeof(o -> 'old') = 'null') THEN
        RAISE EXCEPTION 'erased' USING ERRCODE = 'SY001';
    END IF;
    PERFORM sync.apply_told(p_replica, p_site, p_tbl, p_seqs, p_pks, p_users, p_ats, p_ops);
END $$;
