-- 不開示: what is left out of a recording for a request. Each step of the editor is an event that nobody changes; its number is
-- the version that it made. No event holds a word of the call: a passage is a side and its seconds.
CREATE TABLE redaction_events (
    request_id    uuid NOT NULL REFERENCES record_requests ON DELETE CASCADE,
    recording_id  uuid NOT NULL REFERENCES recordings ON DELETE CASCADE,
    number        integer NOT NULL CHECK (number > 0),
    kind          text NOT NULL,
    at            timestamptz NOT NULL,
    by            uuid NOT NULL REFERENCES accounts,
    body          jsonb NOT NULL,
    press         uuid NOT NULL,             -- the page's own id: sent again, it is the same event
    PRIMARY KEY (request_id, recording_id, number),
    UNIQUE (request_id, recording_id, press)
);
CREATE INDEX redaction_events_of_recording ON redaction_events (recording_id);
CREATE TRIGGER stays BEFORE UPDATE ON redaction_events FOR EACH ROW EXECUTE FUNCTION rights.event_stays();

-- What somebody played of a version, as it would be released.
CREATE TABLE redaction_hearings (
    id            uuid PRIMARY KEY,          -- of the player's own: sent twice, it is one
    request_id    uuid NOT NULL REFERENCES record_requests ON DELETE CASCADE,
    recording_id  uuid NOT NULL REFERENCES recordings ON DELETE CASCADE,
    version       integer NOT NULL CHECK (version >= 0),
    start_ms      integer NOT NULL CHECK (start_ms >= 0),
    end_ms        integer NOT NULL CHECK (end_ms > start_ms),
    by            uuid NOT NULL REFERENCES accounts,
    at            timestamptz NOT NULL
);
CREATE INDEX redaction_hearings_of_request ON redaction_hearings (request_id, recording_id);
CREATE INDEX redaction_hearings_of_recording ON redaction_hearings (recording_id);

CREATE FUNCTION rights.redaction_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.number > 1 AND NOT EXISTS
        (SELECT 1 FROM redaction_events e WHERE e.request_id = NEW.request_id AND e.recording_id = NEW.recording_id
            AND e.number = NEW.number - 1) THEN
        RAISE EXCEPTION 'an event without the one before it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON redaction_events FOR EACH ROW EXECUTE FUNCTION rights.redaction_follows();

-- Whether a recording belongs to an open request of the asker's: then, and only then, is it worked on.
CREATE FUNCTION rights.works_on(request uuid, recording uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT rights.open_request(request) AND NOT rights.is_left_out(request, recording)
       AND EXISTS (SELECT 1 FROM record_candidates c JOIN recordings r ON r.id = c.recording_id
                    WHERE c.request_id = request AND c.recording_id = recording AND r.department = ANY (rights.departments()))
$$;
REVOKE ALL ON FUNCTION rights.works_on FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.works_on TO tsuwaroku_app;

GRANT SELECT, INSERT ON redaction_events, redaction_hearings TO tsuwaroku_app;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['redaction_events', 'redaction_hearings'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
        EXECUTE format('CREATE POLICY of_request ON %1$I FOR SELECT TO tsuwaroku_app USING
            (rights.has(''records-officer'') AND EXISTS (SELECT 1 FROM record_requests q WHERE q.id = %1$I.request_id))', one);
        EXECUTE format('CREATE POLICY written ON %I FOR INSERT TO tsuwaroku_app WITH CHECK
            (by = rights.account() AND at BETWEEN now() - interval ''5 minutes'' AND now() + interval ''5 minutes''
             AND rights.works_on(request_id, recording_id))', one);
    END LOOP;
END $$;
