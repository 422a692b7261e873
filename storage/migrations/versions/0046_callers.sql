-- A number is not a person: it may be shared, and who calls from it is what they say. What a number's calls come to
-- within one 実施機関 is told to whoever has the number at the desk, as counts; see decision 0055.

-- 共用の番号: several people call from it. Each section marks for itself; any open mark of the 実施機関 counts.
CREATE TABLE shared_numbers (
    id              uuid PRIMARY KEY,        -- of the page's own: sent twice, it is one
    caller_hash     bytea NOT NULL,
    agency          text NOT NULL,           -- 実施機関
    department      text NOT NULL,           -- of the call it was marked from
    call_id         text REFERENCES calls ON DELETE SET NULL,
    reason          text NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
    marked_at       timestamptz NOT NULL,
    marked_by       uuid NOT NULL REFERENCES accounts,
    revoked_at      timestamptz,
    revoked_by      uuid REFERENCES accounts,
    revoked_reason  text CHECK (length(revoked_reason) BETWEEN 1 AND 200),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoked_reason IS NULL))
);
CREATE UNIQUE INDEX shared_numbers_one ON shared_numbers (caller_hash, department) WHERE revoked_at IS NULL;
CREATE INDEX shared_numbers_of_call ON shared_numbers (call_id) WHERE call_id IS NOT NULL;

-- 名乗り: as whom somebody called from a number, apart from the number and sealed with the same key.
CREATE TABLE claimed_names (
    id           uuid PRIMARY KEY,
    caller_hash  bytea NOT NULL,
    agency       text NOT NULL,
    department   text NOT NULL,
    call_id      text REFERENCES calls ON DELETE SET NULL,   -- in which it was said first
    name_sealed  bytea NOT NULL CHECK (length(name_sealed) <= 400),
    said_at      timestamptz NOT NULL,
    written_by   uuid NOT NULL REFERENCES accounts
);
CREATE INDEX claimed_names_of_number ON claimed_names (caller_hash, department);
CREATE INDEX claimed_names_of_call ON claimed_names (call_id) WHERE call_id IS NOT NULL;

-- Of one call: as whom they called, and whether they return our call (折り返し).
CREATE TABLE call_callers (
    call_id      text PRIMARY KEY REFERENCES calls ON DELETE CASCADE,
    name_id      uuid REFERENCES claimed_names ON DELETE SET NULL,
    called_back  boolean NOT NULL DEFAULT false,
    at           timestamptz NOT NULL,
    by           uuid NOT NULL REFERENCES accounts
);
CREATE INDEX call_callers_of_name ON call_callers (name_id) WHERE name_id IS NOT NULL;

-- Unkept promises of one 実施機関 to a number, whichever section made them.
CREATE INDEX promises_to_number ON promises (caller_hash) WHERE caller_hash IS NOT NULL AND NOT practice;

-- The figures at the desk ---------------------------------------------------------------------------------------------

-- The number of a call, for whoever may know it (rights.caller_at_desk) in a department of theirs. Practice and calls of
-- ours have no figures; a class without a number has no row in it at all.
CREATE FUNCTION rights.counted_number(wanted text)
RETURNS TABLE (caller_hash bytea, agency text, department text, arrived_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.caller_hash, c.agency, c.department, c.arrived_at
      FROM calls c CROSS JOIN LATERAL rights.caller_at_desk(c.id) n
     WHERE c.id = wanted AND NOT c.practice AND c.direction = 'in' AND n.caller_hash IS NOT NULL
       AND c.department = ANY (rights.departments()) AND c.id <> ALL (rights.urgent_calls())
$$;

-- What is kept of that number in the call's 実施機関; no row: nothing of it is theirs to know.
-- calls: those before this one, the newest first, of ours too, which count nowhere and explain what followed: seconds of
-- POSIX, department, seconds of talk, signs (a answered, i interrupted, u of ours, p passed on, b called back), as whom,
-- outcome. In one value: there are hundreds, and somebody's telephone rings. Outcomes and transfers are looked up call by
-- call, never gathered, in tables of millions. made, due, kept: promises to it. shared: a section marked it.
-- A call that is kept to a group (閲覧制限) counts for nobody: two people's figures must not differ by it.
CREATE FUNCTION rights.kept_of_number(wanted text, since timestamptz, at_most integer)
RETURNS TABLE (calls json, shared boolean, made timestamptz[], due timestamptz[], kept timestamptz[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known record;
BEGIN
    SELECT * INTO known FROM rights.counted_number(wanted);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT coalesce(array_agg(p.made_at), '{}'), coalesce(array_agg(p.due_at), '{}'), coalesce(array_agg(p.kept_at), '{}')
      INTO made, due, kept
      FROM promises p
      LEFT JOIN LATERAL (SELECT x.agency FROM calls x WHERE x.id = p.call_id LIMIT 1) c ON true
     WHERE p.caller_hash = known.caller_hash AND NOT p.practice AND (p.kept_at IS NULL OR p.kept_at >= since)
       AND (p.department = known.department OR c.agency = known.agency)
       AND NOT EXISTS (SELECT 1 FROM call_restrictions s WHERE s.call_id = p.call_id AND s.lifted_at IS NULL);
    shared := EXISTS (SELECT 1 FROM shared_numbers s WHERE s.caller_hash = known.caller_hash
                         AND s.agency = known.agency AND s.revoked_at IS NULL);
    WITH picked AS MATERIALIZED (
        SELECT c.id, c.arrived_at, c.department, c.connected_at, c.ended_at, c.interrupted, c.direction, c.consult_result
          FROM calls c
         WHERE c.caller_hash = known.caller_hash AND NOT c.practice AND c.agency = known.agency
           AND c.arrived_at >= since AND c.arrived_at < known.arrived_at
           AND NOT EXISTS (SELECT 1 FROM call_restrictions s WHERE s.call_id = c.id AND s.lifted_at IS NULL)
         ORDER BY c.arrived_at DESC LIMIT at_most)
    SELECT json_agg(json_build_array(
               extract(epoch FROM c.arrived_at)::double precision, c.department,
               coalesce(extract(epoch FROM c.ended_at - c.connected_at), 0)::integer,
               CASE WHEN c.connected_at IS NOT NULL THEN 'a' ELSE '' END || CASE WHEN c.interrupted THEN 'i' ELSE '' END
               || CASE WHEN c.direction = 'out' THEN 'u' ELSE '' END
               || CASE WHEN coalesce(c.consult_result = 'passed-on', o.passed_on) THEN 'p' ELSE '' END
               || CASE WHEN k.called_back THEN 'b' ELSE '' END,
               k.name_id, w.outcome) ORDER BY c.arrived_at DESC, c.id DESC)
      INTO calls
      FROM picked c
      LEFT JOIN LATERAL (SELECT x.outcome FROM call_wrap_ups x WHERE x.call_id = c.id LIMIT 1) w ON true
      LEFT JOIN LATERAL (SELECT x.called_back, x.name_id FROM call_callers x WHERE x.call_id = c.id LIMIT 1) k ON true
      LEFT JOIN LATERAL (SELECT true AS passed_on FROM call_orders x
                          WHERE x.call_id = c.id AND x.kind = 'transfer' AND x.result = 'done' LIMIT 1) o ON true;
    RETURN NEXT;
END $$;

-- Names that were said in calls kept to a group alone.
CREATE FUNCTION rights.kept_names() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT k.name_id), '{}') FROM call_callers k
     WHERE k.name_id IS NOT NULL AND k.call_id = ANY (rights.kept_calls())
       AND NOT EXISTS (SELECT 1 FROM call_callers o WHERE o.name_id = k.name_id AND o.call_id <> ALL (rights.kept_calls()))
$$;

-- Whether somebody may write down who calls: the number is theirs to know, in a department of theirs.
CREATE FUNCTION rights.names_caller(wanted text, number bytea, of_agency text, of_department text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM rights.counted_number(wanted) n
                    WHERE n.caller_hash = number AND n.agency = of_agency AND n.department = of_department)
$$;
CREATE FUNCTION rights.says_who_called(wanted text, named uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM rights.counted_number(wanted) n
                    WHERE named IS NULL OR EXISTS (SELECT 1 FROM claimed_names a
                          WHERE a.id = named AND a.caller_hash = n.caller_hash AND a.department = n.department))
$$;

REVOKE ALL ON FUNCTION rights.counted_number, rights.kept_of_number, rights.kept_names,
    rights.names_caller, rights.says_who_called FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.counted_number, rights.kept_of_number, rights.kept_names,
    rights.names_caller, rights.says_who_called TO tsuwaroku_app;

-- Who may read and write what -------------------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE (revoked_at, revoked_by, revoked_reason) ON shared_numbers TO tsuwaroku_app;
GRANT SELECT, INSERT ON claimed_names TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE (name_id, called_back, at, by) ON call_callers TO tsuwaroku_app;
GRANT SELECT, DELETE ON shared_numbers, claimed_names TO tsuwaroku_worker;
GRANT SELECT ON call_callers TO tsuwaroku_worker;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['shared_numbers', 'claimed_names', 'call_callers'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
        EXECUTE format('CREATE POLICY worker ON %I TO tsuwaroku_worker USING (true) WITH CHECK (true)', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['shared_numbers', 'claimed_names'] LOOP
        EXECUTE format('CREATE POLICY of_department ON %I FOR SELECT TO tsuwaroku_app USING
                        (department = ANY ((SELECT rights.departments())::text[])
                         AND (SELECT rights.has(''supervisor'') OR rights.has(''operator'')))', one);
    END LOOP;
END $$;

CREATE POLICY kept_to_group ON shared_numbers AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    (call_id IS NULL OR call_id <> ALL ((SELECT rights.kept_calls())::text[]));
CREATE POLICY marked ON shared_numbers FOR INSERT TO tsuwaroku_app WITH CHECK
    (marked_by = rights.account() AND revoked_at IS NULL
     AND marked_at BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'
     AND rights.names_caller(call_id, caller_hash, agency, department));
-- Whoever placed a mark takes it away again, or a supervisor of the department.
CREATE POLICY revoked ON shared_numbers FOR UPDATE TO tsuwaroku_app
    USING (revoked_at IS NULL AND department = ANY ((SELECT rights.departments())::text[])
           AND ((SELECT rights.has('supervisor'))
                OR ((SELECT rights.has('operator')) AND marked_by = (SELECT rights.account()))))
    WITH CHECK (revoked_at IS NOT NULL AND revoked_by = (SELECT rights.account()));

CREATE POLICY kept_to_group ON claimed_names AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    (id <> ALL ((SELECT rights.kept_names())::uuid[]));
CREATE POLICY written ON claimed_names FOR INSERT TO tsuwaroku_app WITH CHECK
    (written_by = rights.account() AND said_at BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'
     AND rights.names_caller(call_id, caller_hash, agency, department));

CREATE POLICY of_visible_calls ON call_callers FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY written ON call_callers FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND rights.says_who_called(call_id, name_id));
CREATE POLICY written_anew ON call_callers FOR UPDATE TO tsuwaroku_app
    USING (EXISTS (SELECT 1 FROM rights.counted_number(call_id)))
    WITH CHECK (by = rights.account() AND rights.says_who_called(call_id, name_id));
