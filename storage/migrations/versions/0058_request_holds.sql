-- 仮受付: a request begins before its form is complete. Its number is ours until the city gives it its own.
-- only_for: 存否応答拒否 (第81条) may be due. Then not even that there is a request shows to anybody but these; null: the office.
ALTER TABLE record_requests
    ADD COLUMN provisional boolean NOT NULL DEFAULT false,
    ADD COLUMN only_for uuid[] CHECK (only_for <> '{}');
GRANT UPDATE (number, provisional, only_for) ON record_requests TO tsuwaroku_app;

CREATE FUNCTION rights.in_workspace(only_for uuid[]) RETURNS boolean
LANGUAGE sql STABLE AS $$ SELECT only_for IS NULL OR rights.account() = ANY (only_for) $$;
REVOKE ALL ON FUNCTION rights.in_workspace FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.in_workspace TO tsuwaroku_app;

CREATE OR REPLACE FUNCTION rights.open_request(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT rights.has('records-officer') AND EXISTS
        (SELECT 1 FROM record_requests q WHERE q.id = wanted AND q.closed_at IS NULL
            AND q.departments && rights.departments() AND rights.in_workspace(q.only_for))
$$;
ALTER POLICY of_office ON record_requests USING
    (rights.in_workspace(only_for)
     AND (rights.has('auditor') OR (rights.has('records-officer') AND departments && rights.departments())));
-- The number is given once; a workspace is narrowed and opened by those in it, who stay in it.
CREATE FUNCTION rights.request_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.number IS DISTINCT FROM OLD.number AND NOT (OLD.provisional AND NOT NEW.provisional))
       OR (NEW.provisional AND NOT OLD.provisional)
       OR NOT rights.in_workspace(OLD.only_for) OR NOT rights.in_workspace(NEW.only_for) THEN
        RAISE EXCEPTION 'a request keeps its number and its people' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changes BEFORE UPDATE OF number, provisional, only_for ON record_requests
    FOR EACH ROW EXECUTE FUNCTION rights.request_changes();
CREATE POLICY led_on ON record_requests FOR UPDATE TO tsuwaroku_app
    USING (closed_at IS NULL AND rights.has('records-officer') AND departments && rights.departments()
           AND rights.in_workspace(only_for))
    WITH CHECK (closed_at IS NULL AND rights.in_workspace(only_for));

-- Who else may be let into a workspace: records officers of the same departments.
CREATE FUNCTION rights.fellow_officers() RETURNS TABLE (id uuid, display_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.display_name FROM accounts a
     WHERE rights.has('records-officer') AND 'records-officer' = ANY (a.roles) AND a.disabled_at IS NULL
       AND (a.ends_at IS NULL OR a.ends_at > now()) AND a.departments && rights.departments() AND a.id <> rights.account()
     ORDER BY a.display_name, a.id
$$;
REVOKE ALL ON FUNCTION rights.fellow_officers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.fellow_officers TO tsuwaroku_app;

-- What must not vanish for a request: by day, line and number. It stands until the request is closed, so that a call that goes
-- on, or whose recording is still being sealed, is held too.
CREATE TABLE record_wishes (
    id           uuid PRIMARY KEY,           -- the knock under which it was asked
    request_id   uuid NOT NULL REFERENCES record_requests ON DELETE CASCADE,
    after        timestamptz NOT NULL,
    before       timestamptz NOT NULL CHECK (after < before),
    line         text,
    caller_hash  bytea,
    by_number    boolean GENERATED ALWAYS AS (caller_hash IS NOT NULL) STORED,
    placed_by    uuid NOT NULL REFERENCES accounts,
    placed_at    timestamptz NOT NULL
);
CREATE INDEX record_wishes_of_request ON record_wishes (request_id);

-- What was found under a request: of each it is said that it belongs to it, or why not.
CREATE TABLE record_found (
    request_id    uuid NOT NULL REFERENCES record_requests ON DELETE CASCADE,
    recording_id  uuid NOT NULL REFERENCES recordings ON DELETE CASCADE,
    found_at      timestamptz NOT NULL,
    PRIMARY KEY (request_id, recording_id)
);
CREATE INDEX record_found_of_recording ON record_found (recording_id);
CREATE TABLE record_left_out (
    id             uuid PRIMARY KEY,         -- of the page's own: sent twice, it is one
    request_id     uuid NOT NULL REFERENCES record_requests ON DELETE CASCADE,
    recording_id   uuid NOT NULL REFERENCES recordings ON DELETE CASCADE,
    reason         text NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
    by             uuid NOT NULL REFERENCES accounts,
    at             timestamptz NOT NULL,
    taken_back_at  timestamptz,              -- it belongs to the request after all
    taken_back_by  uuid REFERENCES accounts,
    CHECK ((taken_back_at IS NULL) = (taken_back_by IS NULL))
);
CREATE UNIQUE INDEX record_left_out_one ON record_left_out (request_id, recording_id) WHERE taken_back_at IS NULL;
CREATE INDEX record_left_out_of_recording ON record_left_out (recording_id);

CREATE FUNCTION rights.is_left_out(request uuid, recording uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM record_left_out o
                    WHERE o.request_id = request AND o.recording_id = recording AND o.taken_back_at IS NULL)
$$;
REVOKE ALL ON FUNCTION rights.is_left_out FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.is_left_out TO tsuwaroku_app;
CREATE OR REPLACE FUNCTION rights.accepted_for(wanted uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.request_id FROM record_candidates c JOIN record_requests q ON q.id = c.request_id
     WHERE c.recording_id = wanted AND q.closed_at IS NULL AND rights.has('records-officer')
       AND q.departments && rights.departments() AND rights.in_workspace(q.only_for)
       AND NOT rights.is_left_out(c.request_id, c.recording_id)
     ORDER BY c.accepted_at DESC LIMIT 1
$$;

-- Holds that follow from a request ------------------------------------------------------------------------------------

ALTER TABLE recording_holds ADD COLUMN request_id uuid REFERENCES record_requests ON DELETE SET NULL;
CREATE UNIQUE INDEX recording_holds_of_request ON recording_holds (request_id, recording_id)
    WHERE request_id IS NOT NULL AND lifted_at IS NULL;
-- Nobody lifts them by hand: they end with the request's remedies. Those of a closed workspace show to nobody else.
CREATE FUNCTION rights.shows_hold(request uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT request IS NULL OR EXISTS
        (SELECT 1 FROM record_requests q WHERE q.id = request AND rights.in_workspace(q.only_for))
$$;
REVOKE ALL ON FUNCTION rights.shows_hold FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.shows_hold TO tsuwaroku_app;
CREATE POLICY of_workspace ON recording_holds AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING (rights.shows_hold(request_id));
CREATE POLICY follows_request ON recording_holds AS RESTRICTIVE FOR UPDATE TO tsuwaroku_app USING (request_id IS NULL);
CREATE POLICY by_hand ON recording_holds AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK (request_id IS NULL);

CREATE FUNCTION rights.hold_for_request(request uuid, recording uuid, holder uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO recording_holds (id, recording_id, reason, placed_by, placed_at, request_id)
    VALUES (gen_random_uuid(), recording, '開示などの請求のため', holder, now(), request)
    ON CONFLICT DO NOTHING
$$;
REVOKE ALL ON FUNCTION rights.hold_for_request FROM PUBLIC;

-- Holds everything that wishes of open requests reach and that is not held for them yet. The worker asks before each
-- destruction; whoever places a wish asks for that one.
CREATE FUNCTION rights.hold_wished(one uuid DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    match record;
    held integer := 0;
BEGIN
    FOR match IN
        SELECT DISTINCT w.request_id, r.id AS recording, w.placed_by
          FROM record_wishes w JOIN record_requests q ON q.id = w.request_id AND q.closed_at IS NULL
          JOIN calls c ON c.arrived_at >= w.after AND c.arrived_at < w.before AND NOT c.practice
               AND c.department = ANY (q.departments)
               AND (w.line IS NULL OR c.line = w.line) AND (w.caller_hash IS NULL OR c.caller_hash = w.caller_hash)
          JOIN recordings r ON r.subject = c.id AND r.destroyed_at IS NULL
         WHERE one IS NULL OR w.id = one
        UNION
        SELECT w.request_id, r.id, w.placed_by
          FROM record_wishes w JOIN record_requests q ON q.id = w.request_id AND q.closed_at IS NULL
          JOIN imports i ON i.recorded_at >= w.after AND i.recorded_at < w.before AND i.department = ANY (q.departments)
          JOIN recordings r ON r.id = i.recording_id AND r.destroyed_at IS NULL
         WHERE (one IS NULL OR w.id = one) AND w.line IS NULL AND w.caller_hash IS NULL
    LOOP
        INSERT INTO record_found (request_id, recording_id, found_at) VALUES (match.request_id, match.recording, now())
        ON CONFLICT DO NOTHING;
        PERFORM rights.hold_for_request(match.request_id, match.recording, match.placed_by);
        held := held + 1;
    END LOOP;
    RETURN held;
END $$;
REVOKE ALL ON FUNCTION rights.hold_wished FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.hold_wished TO tsuwaroku_worker;
-- For whoever placed it just now: how many recordings it holds.
CREATE FUNCTION rights.hold_my_wish(one uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM record_wishes w WHERE w.id = one AND w.placed_by = rights.account()
                  AND rights.open_request(w.request_id)) THEN
        RETURN rights.hold_wished(one);
    END IF;
    RETURN 0;
END $$;
REVOKE ALL ON FUNCTION rights.hold_my_wish FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.hold_my_wish TO tsuwaroku_app;

CREATE FUNCTION rights.hold_what_was_accepted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM rights.hold_for_request(NEW.request_id, NEW.recording_id, NEW.accepted_by);
    RETURN NULL;
END $$;
CREATE TRIGGER held AFTER INSERT ON record_candidates FOR EACH ROW EXECUTE FUNCTION rights.hold_what_was_accepted();

-- The request is closed: what was held for it stays until everything that can be contested is over.
CREATE FUNCTION rights.end_request_holds(request uuid, over timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE recording_holds SET until = over
     WHERE request_id = request AND lifted_at IS NULL
       AND EXISTS (SELECT 1 FROM record_requests q WHERE q.id = request AND q.closed_by = rights.account()
                      AND q.closed_at IS NOT NULL AND rights.in_workspace(q.only_for))
$$;
REVOKE ALL ON FUNCTION rights.end_request_holds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.end_request_holds TO tsuwaroku_app;

-- What was found, with what was said of it.
CREATE FUNCTION found_facts(request uuid)
RETURNS TABLE (call_id text, line text, department text, arrived_at timestamptz, connected_at timestamptz,
               ended_at timestamptz, direction text, caller_class text, outcome text, no_sound text,
               recording_id uuid, usable boolean, destroyed_at timestamptz, accepted boolean, left_out text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.*, EXISTS (SELECT 1 FROM record_candidates a WHERE a.request_id = request AND a.recording_id = f.recording_id),
           (SELECT o.reason FROM record_left_out o
             WHERE o.request_id = request AND o.recording_id = f.recording_id AND o.taken_back_at IS NULL)
      FROM (
        SELECT c.id, c.line, c.department, c.arrived_at, c.connected_at, c.ended_at, c.direction, c.caller_class, c.outcome,
               c.no_sound, r.id AS recording_id, r.usable, r.destroyed_at
          FROM record_found d JOIN recordings r ON r.id = d.recording_id JOIN calls c ON c.id = r.subject
         WHERE d.request_id = request AND rights.open_request(request) AND c.department = ANY (rights.departments())
        UNION ALL
        SELECT 'import-' || i.id::text, '', i.department, i.recorded_at, NULL,
               i.recorded_at + make_interval(secs => r.samples::float8 / r.sample_rate), 'import', 'unavailable', NULL,
               NULL, r.id, r.usable, r.destroyed_at
          FROM record_found d JOIN recordings r ON r.id = d.recording_id JOIN imports i ON i.recording_id = r.id
         WHERE d.request_id = request AND rights.open_request(request) AND i.department = ANY (rights.departments())) f
     ORDER BY 4 DESC, 1 DESC
$$;
REVOKE ALL ON FUNCTION found_facts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION found_facts TO tsuwaroku_app;

-- Who may read and write what ---------------------------------------------------------------------------------------

GRANT SELECT (id, request_id, after, before, line, by_number, placed_by, placed_at), INSERT ON record_wishes TO tsuwaroku_app;
GRANT SELECT, INSERT ON record_found TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE (taken_back_at, taken_back_by) ON record_left_out TO tsuwaroku_app;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['record_wishes', 'record_found', 'record_left_out'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
        EXECUTE format('CREATE POLICY of_request ON %1$I FOR SELECT TO tsuwaroku_app USING
            (rights.has(''records-officer'') AND EXISTS (SELECT 1 FROM record_requests q WHERE q.id = %1$I.request_id))', one);
    END LOOP;
END $$;
CREATE POLICY placed ON record_wishes FOR INSERT TO tsuwaroku_app WITH CHECK
    (placed_by = rights.account() AND rights.open_request(request_id)
     AND EXISTS (SELECT 1 FROM access_knocks k WHERE k.id = record_wishes.id AND k.actor = rights.account()
                    AND k.act = 'facts' AND k.granted AND k.request_id = record_wishes.request_id));
CREATE POLICY found ON record_found FOR INSERT TO tsuwaroku_app WITH CHECK
    (rights.open_request(request_id) AND rights.may_be_accepted(recording_id));
CREATE POLICY left_out ON record_left_out FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND taken_back_at IS NULL AND at <= now() + interval '5 minutes'
     AND rights.open_request(request_id) AND rights.may_be_accepted(recording_id));
CREATE POLICY taken_back ON record_left_out FOR UPDATE TO tsuwaroku_app
    USING (taken_back_at IS NULL AND rights.open_request(request_id))
    WITH CHECK (taken_back_by = rights.account() AND taken_back_at IS NOT NULL);
