-- Two roles more: 情報開示担当 (records-officer), who looks for facts under a request and opens what was accepted for it,
-- and 監査 (auditor), who sees the access log and nothing else. Who keeps the machine no longer reads that log: it is
-- about them too.

ALTER TABLE accounts ADD CONSTRAINT accounts_roles_known
    CHECK (roles <@ '{operator,supervisor,records-officer,auditor,administrator}'::text[]);

-- A request under which somebody looks (開示請求など). Its number is the city's own and holds no name.
CREATE TABLE record_requests (
    id           uuid PRIMARY KEY,           -- of the page's own: sent twice, it is one
    number       text NOT NULL CHECK (number ~ '[0-9０-９]' AND length(number) BETWEEN 1 AND 40),
    departments  text[] NOT NULL CHECK (departments <> '{}'),   -- whose records it reaches: those of who opened it
    opened_by    uuid NOT NULL REFERENCES accounts,
    opened_at    timestamptz NOT NULL,
    closed_at    timestamptz,                -- from then on nothing opens under it
    closed_by    uuid REFERENCES accounts,
    CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);

-- A recording that was accepted as belonging to a request: it, and no other, opens for who answers the request.
CREATE TABLE record_candidates (
    id            uuid PRIMARY KEY,          -- the knock that granted it
    request_id    uuid NOT NULL REFERENCES record_requests ON DELETE CASCADE,
    recording_id  uuid NOT NULL REFERENCES recordings ON DELETE CASCADE,
    accepted_by   uuid NOT NULL REFERENCES accounts,
    accepted_at   timestamptz NOT NULL,
    UNIQUE (request_id, recording_id)
);
CREATE INDEX record_candidates_of_recording ON record_candidates (recording_id);

ALTER TABLE access_knocks ADD COLUMN request_id uuid;   -- under which request; its number stands in record_requests
ALTER TABLE access_knocks DROP CONSTRAINT access_knocks_act_check;
ALTER TABLE access_knocks ADD CONSTRAINT access_knocks_act_check CHECK (act IN
    ('listen', 'clip', 'read', 'search', 'process', 'live-listen', 'live-whisper', 'live-barge', 'live-take-over',
     'live-text', 'claim',
     'facts',                                -- looked for facts of calls under a request
     'accept'));                             -- took a recording as belonging to a request

-- Whether a request is open and the asker's own: one of a records officer with departments in common.
CREATE FUNCTION rights.open_request(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT rights.has('records-officer') AND EXISTS
        (SELECT 1 FROM record_requests q WHERE q.id = wanted AND q.closed_at IS NULL
            AND q.departments && rights.departments())
$$;
-- The open request of the asker's for which a recording was accepted last; null: none, and nothing opens.
CREATE FUNCTION rights.accepted_for(wanted uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.request_id FROM record_candidates c JOIN record_requests q ON q.id = c.request_id
     WHERE c.recording_id = wanted AND q.closed_at IS NULL AND rights.has('records-officer')
       AND q.departments && rights.departments()
     ORDER BY c.accepted_at DESC LIMIT 1
$$;
-- Whether a recording may be accepted at all: a citizen's, of the asker's departments, and still there.
CREATE FUNCTION rights.may_be_accepted(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT rights.has('records-officer') AND EXISTS
        (SELECT 1 FROM recordings r WHERE r.id = wanted AND r.destroyed_at IS NULL AND NOT r.practice
            AND r.department = ANY (rights.departments()))
$$;
REVOKE ALL ON FUNCTION rights.open_request, rights.accepted_for, rights.may_be_accepted FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.open_request, rights.accepted_for, rights.may_be_accepted TO tsuwaroku_app;
GRANT EXECUTE ON FUNCTION rights.accepted_for TO tsuwaroku_worker;   -- one statement reads what a knock is judged by

-- Facts of calls: no word, no number. They come out for a knock that stands in the log already, and for nothing else.
CREATE FUNCTION search_facts(search uuid, after timestamptz, before timestamptz, wanted_line text, wanted_caller bytea,
                             at_most integer)
RETURNS TABLE (call_id text, line text, department text, arrived_at timestamptz, connected_at timestamptz,
               ended_at timestamptz, direction text, caller_class text, outcome text, no_sound text,
               recording_id uuid, usable boolean, destroyed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.line, c.department, c.arrived_at, c.connected_at, c.ended_at, c.direction, c.caller_class, c.outcome,
           c.no_sound, r.id, r.usable, r.destroyed_at
      FROM access_knocks k, calls c LEFT JOIN recordings r ON r.subject = c.id
     WHERE k.id = search AND k.actor = rights.account() AND k.act = 'facts' AND k.granted
       AND k.at > now() - interval '1 hour' AND rights.open_request(k.request_id)
       AND c.department = ANY (rights.departments()) AND NOT c.practice AND c.ended_at IS NOT NULL
       AND c.arrived_at >= after AND c.arrived_at < before
       AND (wanted_line IS NULL OR c.line = wanted_line)
       AND (wanted_caller IS NULL OR c.caller_hash = wanted_caller)
     ORDER BY c.arrived_at DESC, c.id DESC
     LIMIT at_most
$$;
-- The same of what was accepted for a request.
CREATE FUNCTION accepted_facts(request uuid)
RETURNS TABLE (call_id text, line text, department text, arrived_at timestamptz, connected_at timestamptz,
               ended_at timestamptz, direction text, caller_class text, outcome text, no_sound text,
               recording_id uuid, usable boolean, destroyed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.line, c.department, c.arrived_at, c.connected_at, c.ended_at, c.direction, c.caller_class, c.outcome,
           c.no_sound, r.id, r.usable, r.destroyed_at
      FROM record_candidates a JOIN recordings r ON r.id = a.recording_id JOIN calls c ON c.id = r.subject
     WHERE a.request_id = request AND rights.open_request(request) AND c.department = ANY (rights.departments())
     ORDER BY c.arrived_at DESC, c.id DESC
$$;
REVOKE ALL ON FUNCTION search_facts, accepted_facts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_facts, accepted_facts TO tsuwaroku_app;

-- Who may read and write what -----------------------------------------------------------------------------

GRANT SELECT, INSERT ON record_requests, record_candidates TO tsuwaroku_app;
GRANT UPDATE (closed_at, closed_by) ON record_requests TO tsuwaroku_app;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['record_requests', 'record_candidates'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
    END LOOP;
END $$;

-- Requests are their office's; the auditor reads of each knock under which one it was.
CREATE POLICY of_office ON record_requests FOR SELECT TO tsuwaroku_app USING
    (rights.has('auditor') OR (rights.has('records-officer') AND departments && rights.departments()));
CREATE POLICY opened ON record_requests FOR INSERT TO tsuwaroku_app WITH CHECK
    (rights.has('records-officer') AND opened_by = rights.account() AND closed_at IS NULL
     AND departments <@ rights.departments());
CREATE POLICY closed ON record_requests FOR UPDATE TO tsuwaroku_app
    USING (closed_at IS NULL AND rights.has('records-officer') AND departments && rights.departments())
    WITH CHECK (closed_at IS NOT NULL AND closed_by = rights.account());

CREATE POLICY of_request ON record_candidates FOR SELECT TO tsuwaroku_app USING
    (rights.has('records-officer') AND EXISTS (SELECT 1 FROM record_requests q WHERE q.id = request_id));
CREATE POLICY accepted ON record_candidates FOR INSERT TO tsuwaroku_app WITH CHECK
    (accepted_by = rights.account() AND rights.open_request(request_id) AND rights.may_be_accepted(recording_id)
     AND EXISTS (SELECT 1 FROM access_knocks k WHERE k.id = record_candidates.id AND k.actor = rights.account()
                    AND k.act = 'accept' AND k.granted AND k.request_id = record_candidates.request_id
                    AND k.recording_id = record_candidates.recording_id));

-- What was accepted opens: the recording, and what hangs on it (key, objects, words). The call's own rows stay shut.
CREATE POLICY accepted ON recordings FOR SELECT TO tsuwaroku_app USING
    (department = ANY (rights.departments()) AND rights.has('records-officer') AND rights.accepted_for(id) IS NOT NULL);
-- To answer a request is to hear and read. Words are confirmed, corrected and quoted by those whose calls they are.
DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['clips', 'confirmations', 'corrections', 'quotes'] LOOP
        EXECUTE format('CREATE POLICY desks_alone ON %I AS RESTRICTIVE FOR INSERT TO tsuwaroku_app
                        WITH CHECK (rights.has(''operator'') OR rights.has(''supervisor''))', one);
    END LOOP;
END $$;

-- The access log: one's own knocks, the auditor all, a supervisor those at recordings of the own departments.
ALTER POLICY read_log ON access_knocks USING
    (actor = rights.account() OR rights.has('auditor')
     OR (rights.has('supervisor') AND EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id)));
-- Nobody knocks under a request that is closed or another office's.
CREATE POLICY under_own_request ON access_knocks AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK
    (request_id IS NULL OR NOT granted OR rights.open_request(request_id));
-- How the hall switched for a disaster concerns those at the telephones and those who keep the machine.
ALTER POLICY known ON disaster_switches USING
    (rights.has('operator') OR rights.has('supervisor') OR rights.has('administrator'));
