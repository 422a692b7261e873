-- Who was with an operator on a call without being its operator, how, from when until when; and since when a
-- telephone rings for help, so that of several telephony processes one takes each step.

CREATE TABLE call_guests (
    call_id     text NOT NULL REFERENCES calls ON DELETE CASCADE,
    leg         text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('listen', 'whisper', 'barge')),
    since       timestamptz NOT NULL,
    until       timestamptz,
    phone       text NOT NULL,
    account_id  uuid REFERENCES accounts,    -- null: nobody was signed in at that phone (不明)
    shown       boolean NOT NULL,            -- the operator sees it (the profile's tell_operator, as it stood)
    PRIMARY KEY (call_id, leg, since)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON call_guests TO tsuwaroku_worker;
GRANT SELECT ON call_guests TO tsuwaroku_app;
ALTER TABLE call_guests ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON call_guests TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_visible_calls ON call_guests FOR SELECT TO tsuwaroku_app USING
    ((shown OR rights.has('supervisor')) AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));

CREATE TRIGGER wake_for_call AFTER INSERT OR UPDATE ON call_guests
    FOR EACH ROW EXECUTE FUNCTION rights.wake_for_call();

ALTER TABLE help_requests ADD COLUMN ringing_since timestamptz;  -- the last of rung rings since then; null: none does

CREATE FUNCTION rights.wake_for_help() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('tsuwaroku_help', NEW.id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER wake_for_help AFTER INSERT OR UPDATE ON help_requests
    FOR EACH ROW EXECUTE FUNCTION rights.wake_for_help();
