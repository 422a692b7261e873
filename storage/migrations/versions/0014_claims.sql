-- A call is claimed by whoever took it where nobody was signed in. Where somebody else sat at that phone while it
-- rang or was talked in, it is not a colleague's to claim, and with it to hear: supervisors decide.

CREATE FUNCTION rights.somebody_else_sat(wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM calls c JOIN phone_seats s ON s.phone = c.operator_phone
                    WHERE c.id = wanted AND c.department = ANY (rights.departments())
                      AND s.account_id <> rights.account()
                      AND s.sat_from < coalesce(c.ended_at, now()) AND s.sat_until > c.arrived_at)
$$;
REVOKE ALL ON FUNCTION rights.somebody_else_sat FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.somebody_else_sat TO tsuwaroku_app;

CREATE POLICY nobody_else_sat ON call_claims AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK
    (NOT rights.somebody_else_sat(call_id));
