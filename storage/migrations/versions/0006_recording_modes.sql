-- Recording modes: what is not recorded says why, what is never recorded leaves a number of calls per day and no more.

ALTER TABLE calls ADD COLUMN no_sound text CHECK (no_sound IN
    ('nobody-answered',                      -- nobody talked: the row and the notice stay, the audio does not
     'not-asked-for',                        -- a line that is recorded on request, and nobody asked
     'refused'));                            -- 録音拒否, and the profile discards what was recorded until then
ALTER TABLE calls ADD COLUMN direction text NOT NULL
    GENERATED ALWAYS AS (CASE WHEN line LIKE 'out-%' THEN 'out' ELSE 'in' END) STORED;

-- A call that is not recorded needs no notice.
ALTER TABLE calls DROP CONSTRAINT calls_notice_check;
ALTER TABLE calls ADD CONSTRAINT calls_notice_check
    CHECK (notice IN ('pending', 'proven', 'missing', 'not-needed'));

-- Stretches of a call that are no talk, as times: ringing, hold, and from when on a recording was stopped ----

CREATE TABLE call_stretches (
    call_id   text NOT NULL REFERENCES calls ON DELETE CASCADE,
    kind      text NOT NULL CHECK (kind = ANY ('{ringing,hold,not-recorded}')),
    began_at  timestamptz NOT NULL,
    ended_at  timestamptz,
    PRIMARY KEY (call_id, kind, began_at)
);

-- Lines that are never recorded (相談窓口): how many calls on a day that is over. No time, no number, no call -----

CREATE TABLE unrecorded_calls (
    line   text NOT NULL,
    day    date NOT NULL,
    calls  integer NOT NULL CHECK (calls >= 0),
    PRIMARY KEY (line, day)
);

-- 災害時: one switch for the whole hall, with reason and end. Who switched, when and why stays -----------------

CREATE TABLE disaster_switches (
    id             uuid PRIMARY KEY,
    began_at       timestamptz NOT NULL,
    until          timestamptz NOT NULL,
    reason         text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    announcements  text NOT NULL CHECK (announcements IN ('full', 'short', 'none')),
    signals_off    boolean NOT NULL,
    by             uuid NOT NULL REFERENCES accounts,
    ended_at       timestamptz,              -- switched off before its end
    ended_by       uuid REFERENCES accounts,
    CHECK (until > began_at AND until <= began_at + interval '14 days'),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);

-- Who may read and write what -----------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE, DELETE ON call_stretches TO tsuwaroku_worker;
GRANT SELECT ON call_stretches TO tsuwaroku_app;
ALTER TABLE call_stretches ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON call_stretches TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_visible_calls ON call_stretches FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));

GRANT SELECT, INSERT ON unrecorded_calls TO tsuwaroku_worker;
GRANT SELECT ON unrecorded_calls TO tsuwaroku_app;
ALTER TABLE unrecorded_calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON unrecorded_calls TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY counted ON unrecorded_calls FOR SELECT TO tsuwaroku_app USING
    (rights.has('supervisor') OR rights.has('administrator'));

GRANT SELECT ON disaster_switches TO tsuwaroku_worker;
GRANT SELECT, INSERT ON disaster_switches TO tsuwaroku_app;
GRANT UPDATE (ended_at, ended_by) ON disaster_switches TO tsuwaroku_app;
ALTER TABLE disaster_switches ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON disaster_switches FOR SELECT TO tsuwaroku_worker USING (true);
CREATE POLICY known ON disaster_switches FOR SELECT TO tsuwaroku_app USING (rights.account() IS NOT NULL);
CREATE POLICY switched_on ON disaster_switches FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND ended_at IS NULL AND (rights.has('supervisor') OR rights.has('administrator')));
CREATE POLICY switched_off ON disaster_switches FOR UPDATE TO tsuwaroku_app
    USING (ended_at IS NULL AND (rights.has('supervisor') OR rights.has('administrator')))
    WITH CHECK (ended_by = rights.account() AND ended_at IS NOT NULL);
