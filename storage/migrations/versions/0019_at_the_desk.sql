-- A call that rings or goes on at somebody's desk is theirs to see, whatever department's line it came in on: a
-- colleague passed it on, or a phone of this department stands on that line. Without the call's row they would talk
-- to a citizen without the two keys. What the other department keeps of the caller (約束・前回の回答・回数), and the
-- recording, stay with that department.

CREATE FUNCTION rights.own_phones() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(phone), '{}') FROM phone_seats
     WHERE account_id = rights.account() AND sat_from <= now() AND sat_until > now()
$$;
REVOKE ALL ON FUNCTION rights.own_phones FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.own_phones TO tsuwaroku_app;

-- Twelve hours after its end it still waits for its outcome; then it is the department's alone again.
CREATE POLICY at_desk ON calls FOR SELECT TO tsuwaroku_app USING
    ((rights.has('operator') OR rights.has('supervisor'))
     AND ((operator_id = rights.account() AND (ended_at IS NULL OR ended_at > now() - interval '12 hours'))
          OR (ended_at IS NULL AND ringing_phones && (SELECT rights.own_phones()))));

-- Whose pages are woken for a call beside those of its department.
CREATE FUNCTION rights.at_desk_of(wanted text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT operator_id FROM calls WHERE id = wanted AND operator_id IS NOT NULL
    UNION
    SELECT s.account_id FROM calls c JOIN phone_seats s ON s.phone = ANY (c.ringing_phones)
     WHERE c.id = wanted AND c.ended_at IS NULL AND s.sat_from <= now() AND s.sat_until > now()
$$;
REVOKE ALL ON FUNCTION rights.at_desk_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.at_desk_of TO tsuwaroku_app;
