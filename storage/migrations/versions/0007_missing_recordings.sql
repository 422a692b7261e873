-- 録れていない電話: Asterisk's own records of calls, what a comparison found, and what the watches last read.

-- What Asterisk noted of a call on a recorded line. No number, no name, no telephone ------------------------

CREATE TABLE asterisk_call_records (
    call_id       text PRIMARY KEY,          -- no foreign key: that there is no such call is what we look for
    line          text NOT NULL,
    department    text,                      -- null: the city profile no longer knows the line
    practice      boolean NOT NULL,
    part_of       text NOT NULL,             -- LINKEDID: another call's id for a leg of that call
    channel_kind  text NOT NULL,
    begun_at      timestamptz NOT NULL,
    ended_at      timestamptz,               -- null: Asterisk died under it
    answered      boolean NOT NULL,
    offer         text NOT NULL CHECK (offer IN ('taken', 'timed-out', 'nobody-there', 'none')),
    alone_from    timestamptz,               -- from when on the dialplan served it alone
    imported_at   timestamptz NOT NULL
);
CREATE INDEX asterisk_call_records_by_time ON asterisk_call_records (begun_at);
CREATE INDEX calls_by_arrival ON calls (arrived_at);   -- how many at once, when

-- What a comparison of records, calls and recordings found ------------------------------------------------

CREATE TABLE recording_doubts (
    id             bigserial PRIMARY KEY,
    subject        text NOT NULL,            -- the call's id, also where there is no such call
    recording_id   uuid,
    reason         text NOT NULL,            -- a code of telephony/unrecorded.py
    line           text,
    department     text,
    practice       boolean NOT NULL,
    at             timestamptz NOT NULL,     -- when the call came in
    detail         jsonb NOT NULL DEFAULT '{}',  -- lengths in seconds, codes
    found_at       timestamptz NOT NULL,
    settled_at     timestamptz,              -- a later comparison no longer found it
    seen_at        timestamptz,              -- a supervisor looked at it, and said what came of it
    seen_by        uuid REFERENCES accounts,
    seen_reason    text CHECK (length(seen_reason) BETWEEN 1 AND 500),
    UNIQUE (subject, reason),
    CHECK ((seen_at IS NULL) = (seen_by IS NULL) AND (seen_at IS NULL) = (seen_reason IS NULL))
);
CREATE INDEX recording_doubts_open ON recording_doubts (at) WHERE settled_at IS NULL AND seen_at IS NULL;
CREATE INDEX recording_doubts_newest ON recording_doubts (at DESC);

-- The last reading of each watch: names, codes and figures, nothing of a person ---------------------------

CREATE TABLE watch_readings (
    name    text NOT NULL,
    part    text NOT NULL DEFAULT '',        -- which disk, queue, code …
    source  text NOT NULL,                   -- which kind of process read it
    value   double precision NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (name, part, source)
);

-- Who may read and write what -----------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE, DELETE ON asterisk_call_records, recording_doubts, watch_readings TO tsuwaroku_worker;
GRANT USAGE ON SEQUENCE recording_doubts_id_seq TO tsuwaroku_worker;
GRANT SELECT, UPDATE (seen_at, seen_by, seen_reason) ON recording_doubts TO tsuwaroku_app;
GRANT SELECT ON watch_readings TO tsuwaroku_app;

ALTER TABLE asterisk_call_records ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON asterisk_call_records TO tsuwaroku_worker USING (true) WITH CHECK (true);

ALTER TABLE recording_doubts ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON recording_doubts TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_department ON recording_doubts FOR SELECT TO tsuwaroku_app USING
    (department = ANY (rights.departments()) AND rights.has('supervisor'));
CREATE POLICY seen ON recording_doubts FOR UPDATE TO tsuwaroku_app USING
    (department = ANY (rights.departments()) AND rights.has('supervisor') AND seen_at IS NULL)
    WITH CHECK (department = ANY (rights.departments()) AND seen_by = rights.account() AND seen_at IS NOT NULL);

ALTER TABLE watch_readings ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON watch_readings TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY figures ON watch_readings FOR SELECT TO tsuwaroku_app USING (true);

-- An administrator keeps the machine: how many of which kind in which department, and no call of it.
CREATE FUNCTION recording_doubt_counts()
RETURNS TABLE (department text, reason text, practice boolean, open bigint, seen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.department, d.reason, d.practice,
           count(*) FILTER (WHERE d.seen_at IS NULL), count(*) FILTER (WHERE d.seen_at IS NOT NULL)
      FROM recording_doubts d
     WHERE d.settled_at IS NULL AND rights.has('administrator')
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
$$;
REVOKE ALL ON FUNCTION recording_doubt_counts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recording_doubt_counts TO tsuwaroku_app;
