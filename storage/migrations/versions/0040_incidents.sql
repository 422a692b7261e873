-- 事案 (incidents): what happened to a case stands in numbered events that nobody changes; the row beside them says no more than a
-- list needs, and could be made again out of them. Of two people who write at once the number lets one pass.

CREATE TABLE incidents (
    id          uuid PRIMARY KEY,             -- of the page's own: opened twice, it is one
    department  text NOT NULL,
    way         text NOT NULL CHECK (way IN ('phone', 'counter', 'visit')),
    stage       text NOT NULL CHECK (stage IN ('draft', 'head-check', 'council', 'decision', 'decided', 'closed')),
    found       boolean NOT NULL DEFAULT false,
    ending      text CHECK (ending IN ('harassment', 'hard-case', 'just-claim', 'violence')),
    since       timestamptz NOT NULL,         -- when it happened
    opened_at   timestamptz NOT NULL,
    opened_by   uuid NOT NULL REFERENCES accounts,
    closed_at   timestamptz,
    practice    boolean NOT NULL DEFAULT false,
    running     bigint GENERATED ALWAYS AS IDENTITY     -- what people call it by: 事案 12
);
CREATE INDEX incidents_of_department ON incidents (department, since DESC);

CREATE TABLE incident_events (
    incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
    number      integer NOT NULL CHECK (number > 0),
    kind        text NOT NULL,
    at          timestamptz NOT NULL,
    by          uuid NOT NULL REFERENCES accounts,
    rank        text NOT NULL,
    body        jsonb NOT NULL,
    PRIMARY KEY (incident_id, number)
);

CREATE TABLE incident_calls (
    incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
    call_id     text NOT NULL REFERENCES calls ON DELETE CASCADE,
    linked_at   timestamptz NOT NULL,
    PRIMARY KEY (incident_id, call_id)
);
CREATE INDEX incident_calls_of_call ON incident_calls (call_id);

CREATE TABLE incident_quotes (
    incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
    quote_id    uuid NOT NULL REFERENCES quotes ON DELETE CASCADE,
    linked_at   timestamptz NOT NULL,
    PRIMARY KEY (incident_id, quote_id)
);

CREATE TABLE incident_judges (
    incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
    account_id  uuid NOT NULL REFERENCES accounts,
    rank        text NOT NULL,
    called_at   timestamptz NOT NULL,
    PRIMARY KEY (incident_id, account_id)
);
CREATE INDEX incident_judges_of_account ON incident_judges (account_id);

-- What happened stays as it was written, also for our own programs; it goes only as a whole, with its case.
CREATE FUNCTION rights.event_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'an event of a case is never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON incident_events FOR EACH ROW EXECUTE FUNCTION rights.event_stays();

-- Events are numbered without a gap: whoever writes says what they had seen.
CREATE FUNCTION rights.event_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.number > 1 AND NOT EXISTS
        (SELECT 1 FROM incident_events e WHERE e.incident_id = NEW.incident_id AND e.number = NEW.number - 1) THEN
        RAISE EXCEPTION 'an event without the one before it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON incident_events FOR EACH ROW EXECUTE FUNCTION rights.event_follows();

-- Who sees a case: supervisors of its department and of those above it, whoever is called to judge it, and the member of staff who
-- opened it. A case about a call that is kept to a group is seen by that group alone.
CREATE FUNCTION rights.judges_incident(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT rights.has('supervisor') AND EXISTS
        (SELECT 1 FROM incident_judges j WHERE j.incident_id = wanted AND j.account_id = rights.account())
$$;
CREATE FUNCTION rights.incident_is_kept(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM incident_calls c WHERE c.incident_id = wanted AND c.call_id = ANY (rights.kept_calls()))
$$;
REVOKE ALL ON FUNCTION rights.judges_incident, rights.incident_is_kept FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.judges_incident, rights.incident_is_kept TO tsuwaroku_app;

GRANT SELECT, INSERT ON incidents, incident_events, incident_calls, incident_quotes, incident_judges TO tsuwaroku_app;
GRANT UPDATE (stage, found, ending, closed_at) ON incidents TO tsuwaroku_app;
GRANT SELECT, DELETE ON incidents TO tsuwaroku_worker;
GRANT SELECT ON incident_events, incident_calls, incident_quotes, incident_judges TO tsuwaroku_worker;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['incidents', 'incident_events', 'incident_calls', 'incident_quotes', 'incident_judges'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY worker ON %I TO tsuwaroku_worker USING (true) WITH CHECK (true)', one);
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['incident_events', 'incident_judges'] LOOP
        EXECUTE format('CREATE POLICY of_visible ON %1$I FOR SELECT TO tsuwaroku_app USING
            (EXISTS (SELECT 1 FROM incidents i WHERE i.id = %1$I.incident_id))', one);
    END LOOP;
END $$;

CREATE POLICY cases ON incidents FOR SELECT TO tsuwaroku_app USING
    (((SELECT rights.has('supervisor')) AND department = ANY ((SELECT rights.departments())::text[]))
     OR ((SELECT rights.has('operator')) AND opened_by = (SELECT rights.account()))
     OR rights.judges_incident(id));
CREATE POLICY kept ON incidents AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING (NOT rights.incident_is_kept(id));
CREATE POLICY opened ON incidents FOR INSERT TO tsuwaroku_app WITH CHECK
    (opened_by = rights.account() AND stage = 'draft' AND department = ANY (rights.departments())
     AND (rights.has('supervisor') OR rights.has('operator')));
CREATE POLICY goes_on ON incidents FOR UPDATE TO tsuwaroku_app USING
    (department = ANY ((SELECT rights.departments())::text[]) OR opened_by = (SELECT rights.account())
     OR rights.judges_incident(id));

CREATE POLICY written ON incident_events FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND at <= now() + interval '5 minutes'
     AND EXISTS (SELECT 1 FROM incidents i WHERE i.id = incident_id)
     AND (rank = 'staff' OR rights.has('supervisor')));
CREATE POLICY called ON incident_judges FOR INSERT TO tsuwaroku_app WITH CHECK
    (EXISTS (SELECT 1 FROM incidents i WHERE i.id = incident_id));

CREATE POLICY of_visible ON incident_calls FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM incidents i WHERE i.id = incident_id));
CREATE POLICY linked ON incident_calls FOR INSERT TO tsuwaroku_app WITH CHECK
    (EXISTS (SELECT 1 FROM incidents i WHERE i.id = incident_id) AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY of_visible ON incident_quotes FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM incidents i WHERE i.id = incident_id));
CREATE POLICY linked ON incident_quotes FOR INSERT TO tsuwaroku_app WITH CHECK
    (EXISTS (SELECT 1 FROM incidents i WHERE i.id = incident_id)
     AND EXISTS (SELECT 1 FROM quotes q WHERE q.id = quote_id AND q.confirmed_at IS NOT NULL));
