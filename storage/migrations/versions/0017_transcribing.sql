-- How far the writing down of a recording is (文字起こしの状況): people see why there are no words yet, and what to do.

CREATE TABLE transcription_states (
    recording_id  uuid PRIMARY KEY REFERENCES recordings ON DELETE CASCADE,
    state         text NOT NULL CHECK (state IN ('not-wanted', 'waiting', 'working', 'done', 'failed')),
    reason        text NOT NULL DEFAULT '' CHECK (reason ~ '^[a-z0-9-]{0,64}$'),   -- a code; nothing personal
    since         timestamptz NOT NULL,
    asked_by      uuid REFERENCES accounts,  -- a line that is written down only when flagged: who asked for it …
    asked_at      timestamptz,               -- … and when; for what stands in the access log
    CHECK ((asked_by IS NULL) = (asked_at IS NULL))
);

GRANT SELECT, INSERT, UPDATE, DELETE ON transcription_states TO tsuwaroku_worker;
GRANT SELECT, INSERT ON transcription_states TO tsuwaroku_app;
GRANT UPDATE (state, reason, since, asked_by, asked_at) ON transcription_states TO tsuwaroku_app;
ALTER TABLE transcription_states ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON transcription_states TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_visible ON transcription_states FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id));
-- A supervisor may ask, in the own name, for what is not under way; nothing else can be written from the console.
CREATE POLICY asked_for ON transcription_states FOR INSERT TO tsuwaroku_app WITH CHECK
    (rights.has('supervisor') AND state = 'waiting' AND asked_by = rights.account() AND EXISTS
        (SELECT 1 FROM recordings r WHERE r.id = recording_id AND r.usable AND r.destroyed_at IS NULL AND r.class <> 'buffer'));
CREATE POLICY asked_again ON transcription_states FOR UPDATE TO tsuwaroku_app
    USING (rights.has('supervisor') AND state IN ('not-wanted', 'failed')
           AND EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id))
    WITH CHECK (state = 'waiting' AND asked_by = rights.account() AND EXISTS
        (SELECT 1 FROM recordings r WHERE r.id = recording_id AND r.usable AND r.destroyed_at IS NULL AND r.class <> 'buffer'));

-- Whoever is flagged while it waits goes first at once. The console may put a job into the queue and hasten it; the
-- table itself stays shut to it.
CREATE FUNCTION hasten_job(wanted text, at_least integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE procrastinate_jobs
       SET priority = greatest(priority, at_least),
           scheduled_at = CASE WHEN status = 'todo' THEN NULL ELSE scheduled_at END
     WHERE lock = wanted AND status IN ('todo', 'doing');
END $$;
REVOKE ALL ON FUNCTION hasten_job FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hasten_job TO tsuwaroku_app, tsuwaroku_worker;
