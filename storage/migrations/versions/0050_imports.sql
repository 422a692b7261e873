-- 録音機のファイル (imports): what people say of a recording that an IC recorder made, and the file on its way into the vault.
-- It is a recording like any other from there on, and never a call: no row of calls is written, so nothing counts it as one.

CREATE TABLE imports (
    id             uuid PRIMARY KEY,          -- of the page's own: asked twice, it is one. Its recording's subject is 'import-<id>'
    department     text NOT NULL,
    incident_id    uuid REFERENCES incidents ON DELETE SET NULL,
    recorded_at    timestamptz NOT NULL,      -- as told; what the file says of itself stands in claims
    estimated      boolean NOT NULL,          -- 推定
    place          text NOT NULL,
    recorded_by    text NOT NULL,
    held_by        text NOT NULL,             -- who had the recorder or the file in hand until now
    notice         text NOT NULL CHECK (notice IN ('told', 'not-told', 'unknown')),
    asked_by       uuid NOT NULL REFERENCES accounts,
    asked_at       timestamptz NOT NULL,
    state          text NOT NULL DEFAULT 'wanted' CHECK (state IN ('wanted', 'arrived', 'kept', 'refused')),
    reason         text,                      -- why it was refused: a code
    file_name      text,                      -- as the browser told it: a claim
    file_sha256    bytea,                     -- of the original bytes
    file_bytes     bigint,
    arrived_by     uuid REFERENCES accounts,  -- who handed the file over
    arrived_at     timestamptz,
    object_key     text UNIQUE,               -- where the sealed file waits, until it lies in the vault
    sealed_bytes   bigint,
    kek_id         text,
    wrapped_key    bytea,
    claims         jsonb NOT NULL DEFAULT '{}',     -- what the file says of itself; nobody has checked it
    recording_id   uuid UNIQUE,
    opened_at      timestamptz,               -- 未告知: opened for use by a supervisor, with a reason
    opened_by      uuid REFERENCES accounts,
    opened_reason  text,
    CHECK ((state = 'arrived') = (object_key IS NOT NULL)),
    CHECK (num_nulls(object_key, sealed_bytes, kek_id, wrapped_key) IN (0, 4)),
    CHECK (state <> 'kept' OR (recording_id IS NOT NULL AND file_sha256 IS NOT NULL)),
    CHECK (num_nulls(opened_at, opened_by, opened_reason) IN (0, 3))
);
-- The same file comes once into a department's records.
CREATE UNIQUE INDEX imports_once ON imports (department, file_sha256) WHERE state IN ('arrived', 'kept');
CREATE INDEX imports_of_department ON imports (department, recorded_at DESC);
CREATE INDEX imports_of_incident ON imports (incident_id) WHERE incident_id IS NOT NULL;

ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON imports TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY people_alone ON imports AS RESTRICTIVE TO tsuwaroku_app
    USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()));
GRANT SELECT, INSERT ON imports TO tsuwaroku_app;
GRANT UPDATE (state, reason, file_name, file_sha256, file_bytes, arrived_by, arrived_at, object_key, sealed_bytes, kek_id,
              wrapped_key, opened_at, opened_by, opened_reason) ON imports TO tsuwaroku_app;
GRANT SELECT, UPDATE, DELETE ON imports TO tsuwaroku_worker;

-- Supervisors of the department; of a case that is kept to a group, that group alone.
CREATE POLICY facts ON imports FOR SELECT TO tsuwaroku_app USING
    (department = ANY ((SELECT rights.departments())::text[]) AND (SELECT rights.has('supervisor')));
CREATE POLICY kept_to_group ON imports AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    (incident_id IS NULL OR NOT rights.incident_is_kept(incident_id));
CREATE POLICY by_marks ON imports AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING ((SELECT NOT rights.by_marks()));
CREATE POLICY asked ON imports FOR INSERT TO tsuwaroku_app WITH CHECK
    (asked_by = rights.account() AND state = 'wanted' AND recording_id IS NULL AND opened_at IS NULL
     AND department = ANY (rights.departments()) AND rights.has('supervisor')
     AND (incident_id IS NULL OR EXISTS (SELECT 1 FROM incidents i WHERE i.id = incident_id
                                          AND i.department = imports.department AND NOT i.practice)));
-- The file is handed over, or a closed recording opened; what was told stays as it was told.
CREATE POLICY goes_on ON imports FOR UPDATE TO tsuwaroku_app
    USING (department = ANY ((SELECT rights.departments())::text[]) AND (SELECT rights.has('supervisor')))
    WITH CHECK ((state = 'arrived' AND arrived_by = rights.account() AND opened_at IS NULL)
                OR (state = 'kept' AND opened_by = rights.account() AND length(opened_reason) > 0));
CREATE FUNCTION rights.import_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user <> 'tsuwaroku_app' THEN RETURN NEW; END IF;
    IF OLD.state IN ('wanted', 'refused') AND NEW.state = 'arrived' THEN RETURN NEW; END IF;
    IF OLD.state = 'kept' AND NEW.state = 'kept' AND OLD.opened_at IS NULL AND OLD.notice <> 'told'
       AND (NEW.file_sha256, NEW.file_name, NEW.file_bytes, NEW.arrived_by, NEW.arrived_at)
           IS NOT DISTINCT FROM (OLD.file_sha256, OLD.file_name, OLD.file_bytes, OLD.arrived_by, OLD.arrived_at)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'an import goes one way' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER goes_on BEFORE UPDATE ON imports FOR EACH ROW EXECUTE FUNCTION rights.import_goes_on();

-- A recording of a room: one track, on which nobody is told from another by the line.
ALTER TABLE recordings ADD COLUMN tracks text NOT NULL DEFAULT 'call' CHECK (tracks IN ('call', 'room'));
ALTER TABLE utterances DROP CONSTRAINT utterances_track_check;
ALTER TABLE utterances ADD CONSTRAINT utterances_track_check CHECK (track IN ('caller', 'hall', 'room'));
ALTER TABLE clips DROP CONSTRAINT clips_track_check;
ALTER TABLE clips ADD CONSTRAINT clips_track_check CHECK (track IN ('caller', 'hall', 'room'));
-- Beside what is heard, the file as it came: that is the evidence.
ALTER TABLE sealed_objects DROP CONSTRAINT sealed_objects_kind_check;
ALTER TABLE sealed_objects ADD CONSTRAINT sealed_objects_kind_check
    CHECK (kind IN ('master', 'listening', 'peaks', 'original'));
ALTER POLICY opening ON recordings
    WITH CHECK (usable AND (EXISTS (SELECT 1 FROM calls c WHERE c.id = subject AND c.opened_for_use_by IS NOT NULL)
                            OR EXISTS (SELECT 1 FROM imports i WHERE i.recording_id = recordings.id
                                          AND i.opened_by IS NOT NULL)));

-- What is kept to a group keeps the recordings of its cases with it: here, because every reader of content asks here.
CREATE OR REPLACE FUNCTION rights.kept_content() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(call_id), '{}') FROM (
        SELECT s.call_id FROM call_restrictions s
         WHERE s.lifted_at IS NULL AND NOT rights.in_group(s.group_id)
        UNION ALL
        SELECT 'import-' || i.id::text FROM imports i JOIN incident_calls c ON c.incident_id = i.incident_id
         WHERE c.call_id = ANY (rights.kept_calls())) kept
$$;

-- 開示: a recorder's file is found by its day, beside the calls. It has no line and no number.
CREATE OR REPLACE FUNCTION search_facts(search uuid, after timestamptz, before timestamptz, wanted_line text,
                                        wanted_caller bytea, at_most integer)
RETURNS TABLE (call_id text, line text, department text, arrived_at timestamptz, connected_at timestamptz,
               ended_at timestamptz, direction text, caller_class text, outcome text, no_sound text,
               recording_id uuid, usable boolean, destroyed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM (
        SELECT c.id, c.line, c.department, c.arrived_at, c.connected_at, c.ended_at, c.direction, c.caller_class, c.outcome,
               c.no_sound, r.id AS recording, r.usable, r.destroyed_at
          FROM access_knocks k, calls c LEFT JOIN recordings r ON r.subject = c.id
         WHERE k.id = search AND k.actor = rights.account() AND k.act = 'facts' AND k.granted
           AND k.at > now() - interval '1 hour' AND rights.open_request(k.request_id)
           AND c.department = ANY (rights.departments()) AND NOT c.practice AND c.ended_at IS NOT NULL
           AND c.arrived_at >= after AND c.arrived_at < before
           AND (wanted_line IS NULL OR c.line = wanted_line)
           AND (wanted_caller IS NULL OR c.caller_hash = wanted_caller)
        UNION ALL
        SELECT 'import-' || i.id::text, '', i.department, i.recorded_at, NULL,
               i.recorded_at + make_interval(secs => r.samples::float8 / r.sample_rate), 'import', 'unavailable', NULL,
               NULL, r.id, r.usable, r.destroyed_at
          FROM access_knocks k, imports i JOIN recordings r ON r.id = i.recording_id
         WHERE k.id = search AND k.actor = rights.account() AND k.act = 'facts' AND k.granted
           AND k.at > now() - interval '1 hour' AND rights.open_request(k.request_id)
           AND i.department = ANY (rights.departments()) AND i.state = 'kept'
           AND i.recorded_at >= after AND i.recorded_at < before
           AND wanted_line IS NULL AND wanted_caller IS NULL) found
     ORDER BY 4 DESC, 1 DESC
     LIMIT at_most
$$;
CREATE OR REPLACE FUNCTION accepted_facts(request uuid)
RETURNS TABLE (call_id text, line text, department text, arrived_at timestamptz, connected_at timestamptz,
               ended_at timestamptz, direction text, caller_class text, outcome text, no_sound text,
               recording_id uuid, usable boolean, destroyed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM (
        SELECT c.id, c.line, c.department, c.arrived_at, c.connected_at, c.ended_at, c.direction, c.caller_class, c.outcome,
               c.no_sound, r.id AS recording, r.usable, r.destroyed_at
          FROM record_candidates a JOIN recordings r ON r.id = a.recording_id JOIN calls c ON c.id = r.subject
         WHERE a.request_id = request AND rights.open_request(request) AND c.department = ANY (rights.departments())
        UNION ALL
        SELECT 'import-' || i.id::text, '', i.department, i.recorded_at, NULL,
               i.recorded_at + make_interval(secs => r.samples::float8 / r.sample_rate), 'import', 'unavailable', NULL,
               NULL, r.id, r.usable, r.destroyed_at
          FROM record_candidates a JOIN recordings r ON r.id = a.recording_id JOIN imports i ON i.recording_id = r.id
         WHERE a.request_id = request AND rights.open_request(request) AND i.department = ANY (rights.departments())) found
     ORDER BY 4 DESC, 1 DESC
$$;
