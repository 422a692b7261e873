-- Foundation: roles and row-level security stand from the first migration.
--
-- tsuwaroku_owner   owns the tables; migrations only
-- tsuwaroku_app     the console: sees what the signed-in actor may see, by default nothing
-- tsuwaroku_worker  telephony, worker and sealer processes: no person behind them
--
-- The console tells who acts by three settings, local to the transaction:
--   tsuwaroku.account (uuid)   tsuwaroku.roles (comma-separated)   tsuwaroku.departments (comma-separated)

CREATE SCHEMA rights;
GRANT USAGE ON SCHEMA rights TO tsuwaroku_app, tsuwaroku_worker;

CREATE FUNCTION rights.account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('tsuwaroku.account', true), '')::uuid $$;
CREATE FUNCTION rights.has(role text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT role = ANY (string_to_array(coalesce(current_setting('tsuwaroku.roles', true), ''), ',')) $$;
CREATE FUNCTION rights.departments() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT string_to_array(coalesce(current_setting('tsuwaroku.departments', true), ''), ',') $$;

-- People and their sessions -------------------------------------------------------------------------------

CREATE TABLE accounts (
    id             uuid PRIMARY KEY,
    login          text NOT NULL UNIQUE,
    display_name   text NOT NULL,
    password_hash  text NOT NULL,
    roles          text[] NOT NULL,
    departments    text[] NOT NULL,
    disabled_at    timestamptz,
    created_at     timestamptz NOT NULL
);

CREATE TABLE web_sessions (
    id_hash     bytea PRIMARY KEY,           -- SHA-256 of the cookie; the cookie itself is stored nowhere
    account_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    csrf        text NOT NULL,
    phone       text,                        -- the desk phone the person sits at, said at sign-in
    created_at  timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX web_sessions_of_account ON web_sessions (account_id);

CREATE TABLE sign_in_attempts (
    id         bigserial PRIMARY KEY,
    login_key  bytea NOT NULL,               -- keyed hash of the name that was tried
    at         timestamptz NOT NULL,
    succeeded  boolean NOT NULL
);
CREATE INDEX sign_in_attempts_recent ON sign_in_attempts (login_key, at);

-- Calls ---------------------------------------------------------------------------------------------------

CREATE TABLE calls (
    id                  text PRIMARY KEY,    -- Asterisk's UNIQUEID
    line                text NOT NULL,
    department          text NOT NULL,
    agency              text NOT NULL,       -- 実施機関
    regime              text NOT NULL,       -- the legal regime of that agency
    practice            boolean NOT NULL DEFAULT false,
    caller_class        text NOT NULL CHECK (caller_class IN
                          ('number', 'withheld', 'payphone', 'unavailable', 'unreadable')),
    caller_sealed       bytea,               -- the number, encrypted; null unless caller_class = 'number'
    caller_hash         bytea,               -- keyed hash beside it; never set for a class without a number
    served_by           text NOT NULL CHECK (served_by IN ('application', 'dialplan')),
    phase               text NOT NULL,
    notice              text NOT NULL DEFAULT 'pending' CHECK (notice IN ('pending', 'proven', 'missing')),
    notice_correlation  real,                -- of the t track with the prompt, 0..1
    notice_at_ms        integer,             -- where in the recording the announcement starts
    arrived_at          timestamptz NOT NULL,
    answered_at         timestamptz,         -- by us, to play the announcement
    connected_at        timestamptz,         -- an operator and the caller can talk
    ended_at            timestamptz,
    operator_phone      text,
    operator_id         uuid REFERENCES accounts,
    outcome             text CHECK (outcome IN
                          ('talked', 'abandoned', 'no-answer', 'busy', 'nobody-there', 'unknown')),
    interrupted         boolean NOT NULL DEFAULT false,  -- a server died while it lasted
    opened_for_use_at      timestamptz,      -- 未告知 only: a supervisor opened it, with a reason
    opened_for_use_by      uuid REFERENCES accounts,
    opened_for_use_reason  text,
    CHECK (caller_class = 'number' OR (caller_sealed IS NULL AND caller_hash IS NULL))
);
CREATE INDEX calls_newest ON calls (department, arrived_at DESC);
CREATE INDEX calls_live ON calls (arrived_at) WHERE ended_at IS NULL;
CREATE INDEX calls_of_caller ON calls (caller_hash, arrived_at) INCLUDE (department)
    WHERE caller_hash IS NOT NULL AND NOT practice;

CREATE TABLE call_journal (
    call_id  text NOT NULL,                  -- no foreign key: the journal comes first
    seq      integer NOT NULL,
    at       timestamptz NOT NULL,
    kind     text NOT NULL,
    body     jsonb NOT NULL,
    refused  boolean NOT NULL DEFAULT false, -- the call machine did not accept the event
    PRIMARY KEY (call_id, seq)
);

CREATE TABLE call_marks (
    id       uuid PRIMARY KEY,
    call_id  text NOT NULL REFERENCES calls,
    at       timestamptz NOT NULL,
    source   text NOT NULL CHECK (source IN ('phone', 'console')),
    by       uuid REFERENCES accounts
);
CREATE INDEX call_marks_of_call ON call_marks (call_id, at);

CREATE TABLE alarms (
    id               bigserial PRIMARY KEY,
    at               timestamptz NOT NULL,
    code             text NOT NULL,
    call_id          text,
    recording_id     uuid,
    practice         boolean NOT NULL DEFAULT false,
    detail           jsonb NOT NULL DEFAULT '{}',   -- counts, durations, codes; nothing personal
    acknowledged_at  timestamptz,
    acknowledged_by  uuid REFERENCES accounts
);
CREATE UNIQUE INDEX alarms_once ON alarms (code, coalesce(call_id, ''), coalesce(recording_id, '00000000-0000-0000-0000-000000000000'::uuid))
    WHERE acknowledged_at IS NULL;

-- Vault ---------------------------------------------------------------------------------------------------
-- The vault knows sealed bytes, an owner (department) and a period. It does not know calls.

CREATE TABLE recordings (
    id                uuid PRIMARY KEY,
    subject           text NOT NULL,         -- what was recorded: the call's id
    department        text NOT NULL,
    operator_id       uuid,                  -- whose own recording it is
    practice          boolean NOT NULL,
    class             text NOT NULL CHECK (class IN ('unflagged', 'flagged', 'practice')),
    usable            boolean NOT NULL,      -- false: 未告知, closed for use until a supervisor opens it
    started_at        timestamptz NOT NULL,  -- time of the first sample
    samples           bigint NOT NULL,       -- per track
    sample_rate       integer NOT NULL,
    samples_sha256    bytea NOT NULL,        -- of the interleaved 16-bit samples (caller, hall)
    findings          text[] NOT NULL DEFAULT '{}',   -- one-sided, short, silent, salvaged, length-differs …
    sealed_at         timestamptz NOT NULL,
    destroy_after     timestamptz NOT NULL,
    destroyed_at      timestamptz
);
CREATE INDEX recordings_of_subject ON recordings (subject);
CREATE INDEX recordings_due ON recordings (destroy_after) WHERE destroyed_at IS NULL;

CREATE TABLE recording_keys (
    recording_id  uuid PRIMARY KEY REFERENCES recordings,
    kek_id        text NOT NULL,
    wrapped_key   bytea NOT NULL             -- deleting this row makes every object of the recording unreadable
);

CREATE TABLE sealed_objects (
    recording_id   uuid NOT NULL REFERENCES recordings,
    kind           text NOT NULL CHECK (kind IN ('master', 'listening', 'peaks')),
    object_key     text NOT NULL UNIQUE,
    media_type     text NOT NULL,
    plain_bytes    bigint NOT NULL,
    plain_sha256   bytea NOT NULL,
    sealed_bytes   bigint NOT NULL,
    sealed_sha256  bytea NOT NULL,
    sealed_at      timestamptz NOT NULL,
    PRIMARY KEY (recording_id, kind)
);

CREATE TABLE destructions (
    recording_id  uuid PRIMARY KEY,          -- the certificate outlives the row it speaks of
    at            timestamptz NOT NULL,
    rule          text NOT NULL,
    by            uuid,
    evidence      jsonb NOT NULL             -- kinds, byte counts and hashes of what was destroyed
);

-- Access log: every knock, opened or not; chained by one sealer within a second --------------------------

CREATE TABLE access_knocks (
    id            uuid PRIMARY KEY,
    at            timestamptz NOT NULL,
    actor         uuid,                      -- null: a process of ours (kind says which)
    actor_kind    text NOT NULL CHECK (actor_kind IN ('person', 'transcription', 'derivation', 'verification')),
    act           text NOT NULL CHECK (act IN ('listen', 'read', 'search', 'process')),
    recording_id  uuid,
    purpose       text NOT NULL,
    granted       boolean NOT NULL,
    reason        text NOT NULL,             -- a code: own-call, own-department, not-visible, closed-for-use …
    until         timestamptz,               -- end of the grant; range reads belong to it
    detail        jsonb NOT NULL DEFAULT '{}'  -- counts only
);
CREATE INDEX access_knocks_of_recording ON access_knocks (recording_id, at);
CREATE INDEX access_knocks_of_actor ON access_knocks (actor, at);
CREATE INDEX access_knocks_newest ON access_knocks (at);

CREATE TABLE access_chain (
    seq       bigint PRIMARY KEY,
    knock_id  uuid NOT NULL UNIQUE,
    body      bytea NOT NULL,                -- canonical JSON of the knock
    previous  bytea NOT NULL,
    hash      bytea NOT NULL                 -- SHA-256(previous | body)
);

CREATE FUNCTION rights.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'this table is append-only'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_knocks
    FOR EACH STATEMENT EXECUTE FUNCTION rights.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_chain
    FOR EACH STATEMENT EXECUTE FUNCTION rights.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON destructions
    FOR EACH STATEMENT EXECUTE FUNCTION rights.refuse_change();

-- Transcripts ---------------------------------------------------------------------------------------------

CREATE TABLE transcript_revisions (
    id            uuid PRIMARY KEY,
    recording_id  uuid NOT NULL REFERENCES recordings,
    revision      integer NOT NULL,
    author        uuid REFERENCES accounts,  -- null: the machine
    model         text NOT NULL,
    model_sha256  text NOT NULL,
    options       jsonb NOT NULL,
    created_at    timestamptz NOT NULL,
    UNIQUE (recording_id, revision)
);

CREATE TABLE utterances (
    id            bigint NOT NULL,           -- spoken_at in ms << 20 | sequence: id order is time order
    spoken_at     timestamptz NOT NULL,
    revision_id   uuid NOT NULL,
    recording_id  uuid NOT NULL,
    department    text NOT NULL,
    track         text NOT NULL CHECK (track IN ('caller', 'hall')),
    start_seconds real NOT NULL,             -- from the first sample of the recording
    end_seconds   real NOT NULL,
    text          text NOT NULL,
    norm          text NOT NULL,             -- normalised: what search compares
    words         jsonb NOT NULL,            -- [[text, start, end, probability], …]
    confidence    real NOT NULL,
    PRIMARY KEY (spoken_at, id)
) PARTITION BY RANGE (spoken_at);
CREATE INDEX utterances_of_recording ON utterances (recording_id, start_seconds);
CREATE INDEX utterances_by_id ON utterances (id);

CREATE TABLE utterance_tokens (
    id            bigint NOT NULL,
    spoken_at     timestamptz NOT NULL,
    recording_id  uuid NOT NULL,
    department    text NOT NULL,
    tokens        tsvector NOT NULL,         -- bigrams made by the client; no parser, no dictionary
    PRIMARY KEY (spoken_at, id)
) PARTITION BY RANGE (spoken_at);
CREATE INDEX utterance_tokens_gin ON utterance_tokens USING gin (tokens);
CREATE INDEX utterance_tokens_of_recording ON utterance_tokens (recording_id);

CREATE TABLE saved_queries (
    id          uuid PRIMARY KEY,
    account_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    query       jsonb NOT NULL,              -- words may be a name: they stand here, never in a URL
    created_at  timestamptz NOT NULL
);

-- Months are partitions, made before they are needed by whoever writes.
-- pg_temp stands last in the search path of every function that runs as the owner: unnamed it would come first,
-- and a caller's temporary view of the same name would run its code with the owner's rights.
CREATE FUNCTION make_month_partitions(moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    low  timestamptz := date_trunc('month', moment, 'UTC');
    high timestamptz := date_trunc('month', moment, 'UTC') + interval '1 month';
    part text := to_char(low AT TIME ZONE 'UTC', 'YYYY_MM');
    parent text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['utterances', 'utterance_tokens'] LOOP
        IF to_regclass(parent || '_' || part) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('make_month_partitions'));
            EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                           parent || '_' || part, parent, low, high);
        END IF;
    END LOOP;
END $$;

-- Row-level security switches the text index off (@@ is not leakproof), so token rows are read through this one
-- function only. It applies the same department predicate as the policies below.
CREATE FUNCTION search_utterances(wanted tsquery, after timestamptz, before timestamptz, below bigint, at_most integer)
RETURNS TABLE (id bigint, spoken_at timestamptz, recording_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, t.spoken_at, t.recording_id
      FROM utterance_tokens t
      JOIN recordings r ON r.id = t.recording_id
     WHERE t.tokens @@ wanted
       AND t.spoken_at >= after AND t.spoken_at < before AND t.id < below
       AND r.usable AND r.destroyed_at IS NULL
       AND t.department = ANY (rights.departments())
       AND (rights.has('supervisor') OR (rights.has('operator') AND r.operator_id = rights.account()))
     ORDER BY t.id DESC
     LIMIT at_most
$$;
REVOKE ALL ON FUNCTION search_utterances FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_utterances TO tsuwaroku_app;
REVOKE ALL ON FUNCTION make_month_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_month_partitions TO tsuwaroku_worker;

-- Who may read and write what -----------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE ON accounts TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON web_sessions TO tsuwaroku_app;
GRANT SELECT, INSERT ON sign_in_attempts TO tsuwaroku_app;
GRANT SELECT ON calls, recordings, recording_keys, sealed_objects, transcript_revisions, utterances, destructions TO tsuwaroku_app;
GRANT UPDATE (opened_for_use_at, opened_for_use_by, opened_for_use_reason) ON calls TO tsuwaroku_app;
GRANT UPDATE (usable) ON recordings TO tsuwaroku_app;
GRANT SELECT, INSERT ON call_marks TO tsuwaroku_app;
GRANT SELECT, UPDATE (acknowledged_at, acknowledged_by) ON alarms TO tsuwaroku_app;
GRANT SELECT, INSERT ON access_knocks TO tsuwaroku_app;
GRANT SELECT ON access_chain TO tsuwaroku_app;
GRANT SELECT, INSERT, DELETE ON saved_queries TO tsuwaroku_app;

GRANT SELECT (id, departments, disabled_at) ON accounts TO tsuwaroku_worker;
GRANT SELECT (account_id, phone, seen_at, expires_at) ON web_sessions TO tsuwaroku_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON calls, call_journal, call_marks, alarms, recordings, recording_keys, sealed_objects,
    transcript_revisions, utterances, utterance_tokens TO tsuwaroku_worker;
GRANT SELECT, INSERT ON access_knocks, access_chain, destructions TO tsuwaroku_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tsuwaroku_app, tsuwaroku_worker;

-- The console's rows. Facts of calls: the department. Content: its supervisors, and operators their own calls.
-- The administrator role appears in no content policy.

ALTER TABLE calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON calls TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY facts ON calls FOR SELECT TO tsuwaroku_app USING
    (department = ANY (rights.departments()) AND (rights.has('supervisor') OR rights.has('operator')));
CREATE POLICY opening ON calls FOR UPDATE TO tsuwaroku_app USING
    (department = ANY (rights.departments()) AND rights.has('supervisor') AND notice = 'missing'
     AND opened_for_use_at IS NULL)
    WITH CHECK (opened_for_use_by = rights.account() AND opened_for_use_at IS NOT NULL
                AND length(opened_for_use_reason) > 0);

ALTER TABLE call_journal ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON call_journal TO tsuwaroku_worker USING (true) WITH CHECK (true);

ALTER TABLE call_marks ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON call_marks TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_visible_calls ON call_marks FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY placed ON call_marks FOR INSERT TO tsuwaroku_app WITH CHECK
    (source = 'console' AND by = rights.account() AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));

ALTER TABLE alarms ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON alarms TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY seen ON alarms FOR SELECT TO tsuwaroku_app USING
    (rights.has('administrator') OR (rights.has('supervisor')
        AND (call_id IS NULL OR EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id))));
CREATE POLICY acknowledged ON alarms FOR UPDATE TO tsuwaroku_app USING
    (rights.has('administrator') OR (rights.has('supervisor')
        AND (call_id IS NULL OR EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id))));

ALTER TABLE recordings ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON recordings TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY content ON recordings FOR SELECT TO tsuwaroku_app USING
    (department = ANY (rights.departments())
     AND (rights.has('supervisor') OR (rights.has('operator') AND operator_id = rights.account())));
-- Closed for use opens once, in one direction, and only behind a call that somebody opened with a reason.
CREATE POLICY opening ON recordings FOR UPDATE TO tsuwaroku_app USING
    (department = ANY (rights.departments()) AND rights.has('supervisor') AND NOT usable)
    WITH CHECK (usable AND EXISTS (SELECT 1 FROM calls c WHERE c.id = subject AND c.opened_for_use_by IS NOT NULL));

ALTER TABLE recording_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON recording_keys TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_visible ON recording_keys FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id AND r.usable));

ALTER TABLE sealed_objects ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON sealed_objects TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_visible ON sealed_objects FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id));

ALTER TABLE transcript_revisions ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON transcript_revisions TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_visible ON transcript_revisions FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id AND r.usable));

ALTER TABLE utterances ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON utterances TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_visible ON utterances FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id AND r.usable));

ALTER TABLE utterance_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON utterance_tokens TO tsuwaroku_worker USING (true) WITH CHECK (true);

ALTER TABLE destructions ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON destructions TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY read_by_office ON destructions FOR SELECT TO tsuwaroku_app USING
    (rights.has('supervisor') OR rights.has('administrator'));

ALTER TABLE access_knocks ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON access_knocks TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY own_knock ON access_knocks FOR INSERT TO tsuwaroku_app WITH CHECK
    (actor = rights.account() AND actor_kind = 'person');
CREATE POLICY read_log ON access_knocks FOR SELECT TO tsuwaroku_app USING
    (actor = rights.account() OR rights.has('administrator')
     OR (rights.has('supervisor') AND EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id)));

ALTER TABLE access_chain ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON access_chain TO tsuwaroku_worker USING (true) WITH CHECK (true);

ALTER TABLE saved_queries ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON saved_queries TO tsuwaroku_app USING (account_id = rights.account()) WITH CHECK (account_id = rights.account());
