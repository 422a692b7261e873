-- Somebody of a few lines has the cases whose every call is of those lines, or was taken at their desk, and those that they opened:
-- what the pages ask (storage/incidents.py), whoever asks now. A case without calls, from the counter, is of no line.
CREATE FUNCTION rights.incident_of_own_lines(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM incident_calls l WHERE l.incident_id = wanted)
       AND NOT EXISTS (SELECT 1 FROM incident_calls l JOIN calls c ON c.id = l.call_id
                        WHERE l.incident_id = wanted
                          AND NOT (c.line = ANY (rights.lines()) OR c.operator_id IS NOT DISTINCT FROM rights.account()))
$$;
REVOKE ALL ON FUNCTION rights.incident_of_own_lines FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.incident_of_own_lines TO tsuwaroku_app;
CREATE POLICY own_lines ON incidents AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    ((SELECT rights.lines()) IS NULL OR opened_by = (SELECT rights.account()) OR rights.incident_of_own_lines(id));
