-- Warning and ending (警告・対応の中止): who did what, and when. One row for each step, never changed.
--
-- Nothing here ends a call. A person judges, a person speaks, a person hangs up; these rows remember it.

CREATE TABLE call_endings (
    id       uuid PRIMARY KEY,               -- made by the page: the same step twice is one step
    call_id  text NOT NULL REFERENCES calls ON DELETE CASCADE,
    step     text NOT NULL CHECK (step IN
        ('warned',                           -- words of a warning were read aloud, or ordered to be played
         'asked',                            -- the operator asks for the judgement
         'confirmed',                        -- a supervisor judged: the handling may be ended
         'went-on',                          -- a supervisor judged: it goes on
         'spoken',                           -- words of an ending were read aloud, or ordered to be played
         'reason')),                         -- afterwards: why the call was ended from our side
    wording  text,                           -- id in the profile
    words    text NOT NULL DEFAULT '' CHECK (length(words) <= 1000),
    at       timestamptz NOT NULL,
    by       uuid NOT NULL REFERENCES accounts,
    CHECK (step <> 'reason' OR words <> '')
);
CREATE INDEX call_endings_of_call ON call_endings (call_id, at);

GRANT SELECT, INSERT ON call_endings TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON call_endings TO tsuwaroku_worker;
ALTER TABLE call_endings ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON call_endings TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_visible_calls ON call_endings FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY written ON call_endings FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND (step NOT IN ('confirmed', 'went-on') OR rights.has('supervisor'))
     AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE TRIGGER wake_for_call AFTER INSERT ON call_endings
    FOR EACH ROW EXECUTE FUNCTION rights.wake_for_call();
