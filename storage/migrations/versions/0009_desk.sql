-- What an operator's desk shows: which phones ring for a call, and who may see its number.

ALTER TABLE calls ADD COLUMN ringing_phones text[] NOT NULL DEFAULT '{}';
CREATE INDEX calls_ringing ON calls USING gin (ringing_phones) WHERE ended_at IS NULL;
CREATE INDEX calls_of_operator ON calls (operator_id, arrived_at) WHERE operator_id IS NOT NULL;

-- The number of a call, for whoever's phone rings (as long as it rings), whose own call it is, and the supervisors of
-- its department. A person sits where the seats say, not where a page says.
CREATE FUNCTION rights.caller_at_desk(wanted text) RETURNS TABLE (caller_sealed bytea, caller_hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.caller_sealed, c.caller_hash
      FROM calls c
     WHERE c.id = wanted AND c.caller_class = 'number'
       AND ((rights.has('operator') AND c.operator_id = rights.account())
            OR (rights.has('supervisor') AND c.department = ANY (rights.departments()))
            OR (rights.has('operator') AND c.ended_at IS NULL AND EXISTS
                (SELECT 1 FROM phone_seats s
                  WHERE s.account_id = rights.account() AND s.phone = ANY (c.ringing_phones)
                    AND s.sat_from <= now() AND s.sat_until > now())))
$$;
REVOKE ALL ON FUNCTION rights.caller_at_desk FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.caller_at_desk TO tsuwaroku_app;

-- A note is saved while it is being typed: whoever writes it may go on writing it, nobody else, and not for long.
GRANT UPDATE (text) ON call_notes TO tsuwaroku_app;
CREATE POLICY written_on ON call_notes FOR UPDATE TO tsuwaroku_app
    USING (by = rights.account() AND at > now() - interval '1 day') WITH CHECK (by = rights.account());
