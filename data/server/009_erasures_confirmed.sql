-- SPDX-License-Identifier: GPL-3.0-or-later
-- Server migration 9: which device has carried out which erasures. A device names the last one that is gone from its file when it
-- asks for the next; what it says is kept, so that the centre's administrator sees who still holds an erased person.
DROP FUNCTION sync.erasures(bigint);
CREATE FUNCTION sync.erasures(p_after bigint) RETURNS TABLE (erasure_seq bigint, user_id uuid, mac bytea) LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE sync.replica r SET erasure_ack = p_after WHERE r.replica_id = (sync.me()).replica_id AND r.erasure_ack <> p_after;
    RETURN QUERY SELECT e.erasure_seq, e.user_id, sync.erasure_mac(e.user_id) FROM sync.erasure e WHERE e.erasure_seq > p_after
        ORDER BY e.erasure_seq;
END $$;
REVOKE ALL ON FUNCTION sync.erasures FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync.erasures TO prescripcare_device;
