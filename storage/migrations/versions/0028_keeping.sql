-- Keeping and destroying: 廃棄停止（保全）, 廃棄の承認, and when the destroyer did its work.

ALTER TABLE recordings DROP CONSTRAINT recordings_class_check;
ALTER TABLE recordings ADD CONSTRAINT recordings_class_check
    CHECK (class IN ('unflagged', 'flagged', 'practice', 'buffer', 'incident', 'disclosure'));

CREATE TABLE recording_holds (
    id             uuid PRIMARY KEY,
    recording_id   uuid NOT NULL REFERENCES recordings ON DELETE CASCADE,
    reason         text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    placed_by      uuid NOT NULL REFERENCES accounts,   -- whose hold it is
    placed_at      timestamptz NOT NULL,
    until          timestamptz,              -- null: until somebody lifts it
    lifted_at      timestamptz,              -- null: nothing of the recording is destroyed, by nobody
    lifted_by      uuid REFERENCES accounts, -- null beside lifted_at: its end had come
    lifted_reason  text CHECK (length(lifted_reason) BETWEEN 1 AND 500),
    CHECK (until > placed_at),
    CHECK ((lifted_by IS NULL) = (lifted_reason IS NULL)),
    CHECK (lifted_at IS NOT NULL OR lifted_by IS NULL)
);
CREATE INDEX recording_holds_of_recording ON recording_holds (recording_id);

CREATE TABLE destruction_approvals (
    id            uuid PRIMARY KEY,
    recording_id  uuid NOT NULL REFERENCES recordings,
    by            uuid NOT NULL REFERENCES accounts,
    at            timestamptz NOT NULL
);
CREATE INDEX destruction_approvals_of_recording ON destruction_approvals (recording_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON destruction_approvals
    FOR EACH STATEMENT EXECUTE FUNCTION rights.refuse_change();

CREATE TABLE destroyer_runs (
    step      text PRIMARY KEY CHECK (step IN ('destroyed', 'proven', 'rewritten')),
    begun_at  timestamptz NOT NULL,
    left_over integer NOT NULL DEFAULT 0     -- how many things were found that should be gone
);

CREATE FUNCTION rights.is_held(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM recording_holds WHERE recording_id = wanted AND lifted_at IS NULL) $$;
REVOKE ALL ON FUNCTION rights.is_held FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.is_held TO tsuwaroku_app, tsuwaroku_worker;

-- Whoever deletes, by whichever program: the key of what is held stays. Without a lock of the recording's row two
-- transactions could pass each other, so both sides take it: this one waits for a hold that is being placed.
CREATE FUNCTION rights.refuse_what_is_held() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM recordings WHERE id = OLD.recording_id FOR UPDATE;
    IF rights.is_held(OLD.recording_id) THEN RAISE EXCEPTION 'this recording is held'; END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER held BEFORE DELETE ON recording_keys FOR EACH ROW EXECUTE FUNCTION rights.refuse_what_is_held();
CREATE TRIGGER held BEFORE DELETE ON sealed_objects FOR EACH ROW EXECUTE FUNCTION rights.refuse_what_is_held();

-- What is destroyed already is not held: the row is not written, and whoever asks is told so.
CREATE FUNCTION rights.hold_what_is_there() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM recordings WHERE id = NEW.recording_id AND destroyed_at IS NULL FOR SHARE;
    IF FOUND THEN RETURN NEW; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER there BEFORE INSERT ON recording_holds FOR EACH ROW EXECUTE FUNCTION rights.hold_what_is_there();

GRANT SELECT, INSERT, UPDATE (lifted_at, lifted_by, lifted_reason) ON recording_holds TO tsuwaroku_app;
GRANT SELECT, UPDATE (lifted_at) ON recording_holds TO tsuwaroku_worker;
GRANT SELECT, INSERT ON destruction_approvals TO tsuwaroku_app;
GRANT SELECT ON destruction_approvals TO tsuwaroku_worker;
GRANT SELECT ON destroyer_runs TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE ON destroyer_runs TO tsuwaroku_worker;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['recording_holds', 'destruction_approvals', 'destroyer_runs'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY worker ON %I TO tsuwaroku_worker USING (true) WITH CHECK (true)', one);
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
    END LOOP;
END $$;

CREATE POLICY of_visible ON recording_holds FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id));
CREATE POLICY placed ON recording_holds FOR INSERT TO tsuwaroku_app WITH CHECK
    (placed_by = rights.account() AND lifted_at IS NULL AND rights.has('supervisor')
     AND EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id AND NOT r.practice));
CREATE POLICY lifted ON recording_holds FOR UPDATE TO tsuwaroku_app
    USING (lifted_at IS NULL AND rights.has('supervisor')
           AND EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id))
    WITH CHECK (lifted_by = rights.account() AND lifted_at IS NOT NULL);

CREATE POLICY of_visible ON destruction_approvals FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id));
-- People decide about classes that do not vanish by themselves, and only when their period is over.
CREATE POLICY approved ON destruction_approvals FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND rights.has('supervisor')
     AND EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id AND r.destroyed_at IS NULL
                    AND r.class IN ('incident', 'disclosure') AND r.destroy_after <= at)
     AND NOT rights.is_held(recording_id));

CREATE POLICY read_by_office ON destroyer_runs FOR SELECT TO tsuwaroku_app USING
    (rights.has('supervisor') OR rights.has('administrator'));
