-- 速報の文字起こし: who watches the words of a call that goes on, the streams of sound they are made from, and the words.
-- None of it outlives the call. Unlogged: it is in no backup and no log of changes, and a crash of the server empties it.

CREATE UNLOGGED TABLE live_watches (
    call_id     text NOT NULL REFERENCES calls ON DELETE CASCADE,
    account_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    since       timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL,        -- the page looked then; long ago: nobody watches any more
    PRIMARY KEY (call_id, account_id)
);

CREATE UNLOGGED TABLE live_streams (
    secret      uuid PRIMARY KEY,            -- whoever brings sound must know it
    call_id     text NOT NULL REFERENCES calls ON DELETE CASCADE,
    track       text NOT NULL CHECK (track IN ('caller', 'hall')),
    opened_at   timestamptz NOT NULL
);
CREATE INDEX live_streams_of_call ON live_streams (call_id);

CREATE UNLOGGED TABLE live_lines (
    id          uuid PRIMARY KEY,
    call_id     text NOT NULL REFERENCES calls ON DELETE CASCADE,
    track       text NOT NULL CHECK (track IN ('caller', 'hall')),
    at          timestamptz NOT NULL,        -- when the speech began
    text        text NOT NULL,               -- empty: withdrawn, it was no speech
    settled     boolean NOT NULL,
    change      bigint NOT NULL              -- grows with every change within a call
);
CREATE INDEX live_lines_changed ON live_lines (call_id, change);

CREATE UNLOGGED TABLE live_states (
    call_id     text PRIMARY KEY REFERENCES calls ON DELETE CASCADE,
    state       text NOT NULL CHECK (state IN ('on', 'starting', 'slow', 'waiting', 'away')),
    at          timestamptz NOT NULL         -- the recogniser said so then; long ago: it does not run
);

-- Supervisors of the call's department, whoever has written a note beside it there, and whose own call it is. The city's
-- profile narrows this further, in the console.
CREATE FUNCTION rights.may_watch_words(wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM calls c WHERE c.id = wanted AND c.ended_at IS NULL AND (
               (c.department = ANY (rights.departments()) AND (rights.has('supervisor')
                OR (rights.has('operator') AND EXISTS
                    (SELECT 1 FROM call_notes n WHERE n.call_id = c.id AND n.by = rights.account()))))
               OR (rights.has('operator') AND rights.operates(c.id))))
$$;
-- Whose pages are woken when there are words.
CREATE FUNCTION rights.watchers_of(wanted text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT account_id FROM live_watches WHERE call_id = wanted AND seen_at > now() - interval '30 seconds'
$$;
REVOKE ALL ON FUNCTION rights.may_watch_words, rights.watchers_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.may_watch_words, rights.watchers_of TO tsuwaroku_app;

ALTER TABLE access_knocks DROP CONSTRAINT access_knocks_act_check;
ALTER TABLE access_knocks ADD CONSTRAINT access_knocks_act_check CHECK (act IN
    ('listen', 'clip', 'read', 'search', 'process', 'live-listen', 'live-whisper', 'live-barge', 'live-take-over',
     'live-text', 'claim'));

GRANT SELECT, INSERT, DELETE, UPDATE (seen_at) ON live_watches TO tsuwaroku_app;
GRANT SELECT ON live_lines, live_states TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON live_watches, live_streams, live_lines, live_states TO tsuwaroku_worker;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['live_watches', 'live_streams', 'live_lines', 'live_states'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY worker ON %I TO tsuwaroku_worker USING (true) WITH CHECK (true)', one);
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
    END LOOP;
END $$;
CREATE POLICY own ON live_watches FOR SELECT TO tsuwaroku_app USING (account_id = rights.account());
CREATE POLICY began ON live_watches FOR INSERT TO tsuwaroku_app WITH CHECK
    (account_id = rights.account() AND rights.may_watch_words(call_id));
CREATE POLICY goes_on ON live_watches FOR UPDATE TO tsuwaroku_app
    USING (account_id = rights.account()) WITH CHECK (account_id = rights.account() AND rights.may_watch_words(call_id));
CREATE POLICY left_off ON live_watches FOR DELETE TO tsuwaroku_app USING (account_id = rights.account());
-- Whoever does not watch reads nothing, also of a call whose words they might watch.
CREATE POLICY watched ON live_lines FOR SELECT TO tsuwaroku_app USING
    (rights.may_watch_words(call_id) AND EXISTS
     (SELECT 1 FROM live_watches w WHERE w.call_id = live_lines.call_id AND w.account_id = rights.account()
         AND w.seen_at > now() - interval '30 seconds'));
CREATE POLICY watched ON live_states FOR SELECT TO tsuwaroku_app USING (rights.may_watch_words(call_id));
