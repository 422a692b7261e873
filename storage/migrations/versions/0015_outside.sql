-- People from outside the hall who were brought into a call (通訳、弁護士、警察 …): whom, when told of the recording, since
-- when with the caller. The number is sealed like a caller's; when they were with the caller stands in call_parties.

CREATE TABLE call_outside (
    call_id        text NOT NULL REFERENCES calls ON DELETE CASCADE,
    leg            text NOT NULL,
    party          text,                      -- of the profile; null: a number that was typed
    number_sealed  bytea,
    asked_by       uuid REFERENCES accounts,  -- null: asked at the desk phone
    rung_at        timestamptz NOT NULL,
    answered_at    timestamptz,
    told_at        timestamptz,               -- the announcement's end, as Asterisk said; null: not (yet) told
    joined_at      timestamptz,
    left_at        timestamptz,
    result         text CHECK (result IN ('let-go', 'gone', 'busy', 'no-answer', 'unreachable', 'not-told', 'lost',
                                          'call-over')),
    PRIMARY KEY (call_id, leg),
    CHECK ((left_at IS NULL) = (result IS NULL))
);

GRANT SELECT, INSERT, UPDATE, DELETE ON call_outside TO tsuwaroku_worker;
-- The console shows who and since when; nobody needs the number to serve the call.
GRANT SELECT (call_id, leg, party, asked_by, rung_at, answered_at, told_at, joined_at, left_at, result)
    ON call_outside TO tsuwaroku_app;
ALTER TABLE call_outside ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON call_outside TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_visible_calls ON call_outside FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));

CREATE TRIGGER wake_for_call AFTER INSERT OR UPDATE ON call_outside
    FOR EACH ROW EXECUTE FUNCTION rights.wake_for_call();
