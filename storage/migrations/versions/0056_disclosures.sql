-- 開示などの請求: what happened to a request stands in numbered events that nobody changes, as with cases. No event holds a name.
CREATE TABLE disclosure_events (
    request_id  uuid NOT NULL REFERENCES record_requests ON DELETE CASCADE,
    number      integer NOT NULL CHECK (number > 0),
    kind        text NOT NULL,
    at          timestamptz NOT NULL,
    by          uuid NOT NULL REFERENCES accounts,
    counts_on   date NOT NULL,               -- the day on which it counts; not always the one of "at"
    body        jsonb NOT NULL,
    press       uuid,                        -- the page's own id: sent again, it is the same event
    PRIMARY KEY (request_id, number),
    UNIQUE (request_id, press)
);

-- Who asks, in whose place, and third persons: sealed with the numbers' key, without a hash. Nobody can be looked for by name.
CREATE TABLE disclosure_people (
    id              uuid PRIMARY KEY,
    request_id      uuid NOT NULL REFERENCES record_requests ON DELETE CASCADE,
    part            text NOT NULL CHECK (part IN ('requester', 'agent', 'subject', 'third-person')),
    name_sealed     bytea NOT NULL,
    address_sealed  bytea,                   -- where a notice reaches them
    written_at      timestamptz NOT NULL,
    written_by      uuid NOT NULL REFERENCES accounts
);
CREATE INDEX disclosure_people_of_request ON disclosure_people (request_id);

CREATE TRIGGER stays BEFORE UPDATE ON disclosure_events FOR EACH ROW EXECUTE FUNCTION rights.event_stays();

CREATE FUNCTION rights.disclosure_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.number > 1 AND NOT EXISTS
        (SELECT 1 FROM disclosure_events e WHERE e.request_id = NEW.request_id AND e.number = NEW.number - 1) THEN
        RAISE EXCEPTION 'an event without the one before it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON disclosure_events FOR EACH ROW EXECUTE FUNCTION rights.disclosure_follows();

GRANT SELECT, INSERT ON disclosure_events, disclosure_people TO tsuwaroku_app;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['disclosure_events', 'disclosure_people'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
        EXECUTE format('CREATE POLICY of_request ON %1$I FOR SELECT TO tsuwaroku_app USING
            (rights.has(''records-officer'') AND EXISTS (SELECT 1 FROM record_requests q WHERE q.id = %1$I.request_id))', one);
    END LOOP;
END $$;
CREATE POLICY written ON disclosure_events FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND at <= now() + interval '5 minutes' AND rights.open_request(request_id));
CREATE POLICY written ON disclosure_people FOR INSERT TO tsuwaroku_app WITH CHECK
    (written_by = rights.account() AND rights.open_request(request_id));
