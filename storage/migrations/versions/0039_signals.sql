-- 兆候: a rule fired at a place of a call. It asks people to look and does nothing else. No word of anybody stands here:
-- figures, places, and which utterances they speak of. What nobody has looked at goes with its recording.

CREATE TABLE signals (
    id              uuid PRIMARY KEY,
    call_id         text NOT NULL REFERENCES calls ON DELETE CASCADE,
    recording_id    uuid NOT NULL REFERENCES recordings ON DELETE CASCADE,
    department      text NOT NULL,
    kind            text NOT NULL,           -- incidents/signals/signal.py names them
    urgent          boolean NOT NULL,        -- a life is at stake: shown first, never held back
    rule            text NOT NULL,           -- of phrases the id of the city's profile
    version         text NOT NULL,
    value           jsonb NOT NULL,          -- figures that were found, by name
    held_against    jsonb NOT NULL,          -- the city's figures
    utterances      bigint[] NOT NULL,
    seconds         real NOT NULL,           -- from the first sample of the recording
    found_at        timestamptz NOT NULL,
    handled_at      timestamptz,
    handled_by      uuid REFERENCES accounts,
    handled_how     text CHECK (handled_how IN ('seen', 'look-into')),
    handled_reason  text CHECK (length(handled_reason) BETWEEN 1 AND 500),
    UNIQUE (call_id, kind, rule, version),
    CHECK ((handled_at IS NULL) = (handled_by IS NULL) AND (handled_at IS NULL) = (handled_how IS NULL)),
    CHECK (handled_how IS DISTINCT FROM 'seen' OR handled_reason IS NOT NULL)
);
CREATE INDEX signals_waiting ON signals (department, urgent DESC, found_at) WHERE handled_at IS NULL;
CREATE INDEX signals_handled ON signals (department, handled_at) WHERE handled_at IS NOT NULL;
CREATE INDEX signals_of_recording ON signals (recording_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON signals TO tsuwaroku_worker;
GRANT SELECT, UPDATE (handled_at, handled_by, handled_how, handled_reason) ON signals TO tsuwaroku_app;

ALTER TABLE signals ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON signals TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_department ON signals FOR SELECT TO tsuwaroku_app USING
    (department = ANY ((SELECT rights.departments())::text[]) AND (SELECT rights.has('supervisor')));
CREATE POLICY handled ON signals FOR UPDATE TO tsuwaroku_app
    USING (department = ANY ((SELECT rights.departments())::text[]) AND (SELECT rights.has('supervisor')) AND handled_at IS NULL)
    WITH CHECK (handled_by = (SELECT rights.account()) AND handled_at IS NOT NULL);
CREATE POLICY kept_to_group ON signals AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    (call_id <> ALL ((SELECT rights.kept_content())::text[]) AND call_id <> ALL ((SELECT rights.kept_calls())::text[]));
CREATE POLICY own_lines ON signals AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    ((SELECT rights.lines()) IS NULL OR EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY by_marks ON signals AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING ((SELECT NOT rights.by_marks()));
CREATE POLICY people_alone ON signals AS RESTRICTIVE TO tsuwaroku_app
    USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()));

-- A call that only a group may see counts for no other call's signals: the worker must know which those are.
GRANT SELECT ON call_restrictions TO tsuwaroku_worker;
CREATE POLICY worker ON call_restrictions FOR SELECT TO tsuwaroku_worker USING (true);
