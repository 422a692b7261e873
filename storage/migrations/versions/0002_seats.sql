-- Who sat at which desk phone, from when until when (着席の記録).
--
-- A call belongs to whoever sat at the phone that took it. A session only knows where its person sits now, so
-- whoever sat down while a phone rang, or just after it was answered, would have taken a colleague's call over.
-- A trigger keeps the seats: signing out, being disabled, taking another's place and cleaning up all end one,
-- and no role of ours can write a seat that nobody sat on.

CREATE TABLE phone_seats (
    id           bigserial PRIMARY KEY,
    phone        text NOT NULL,
    account_id   uuid NOT NULL REFERENCES accounts,
    session_hash bytea NOT NULL,             -- web_sessions.id_hash; the seat outlives the session
    sat_from     timestamptz NOT NULL,
    sat_until    timestamptz NOT NULL        -- until then, if the person does nothing more: the session's end
);
CREATE INDEX phone_seats_of_phone ON phone_seats (phone, sat_from);
CREATE INDEX phone_seats_of_session ON phone_seats (session_hash);

CREATE FUNCTION rights.keep_seat() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.phone IS NOT NULL THEN
        IF TG_OP = 'UPDATE' AND NEW.phone = OLD.phone THEN
            UPDATE phone_seats SET sat_until = NEW.expires_at
             WHERE session_hash = OLD.id_hash AND phone = OLD.phone AND sat_until = OLD.expires_at;
            RETURN NULL;
        END IF;
        UPDATE phone_seats SET sat_until = least(now(), OLD.expires_at)
         WHERE session_hash = OLD.id_hash AND phone = OLD.phone AND sat_until = OLD.expires_at;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.phone IS NOT NULL THEN
        INSERT INTO phone_seats (phone, account_id, session_hash, sat_from, sat_until)
        VALUES (NEW.phone, NEW.account_id, NEW.id_hash, now(), NEW.expires_at);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_seat AFTER INSERT OR DELETE OR UPDATE OF phone, expires_at ON web_sessions
    FOR EACH ROW EXECUTE FUNCTION rights.keep_seat();

-- Whoever sits somewhere at this moment goes on sitting there.
INSERT INTO phone_seats (phone, account_id, session_hash, sat_from, sat_until)
SELECT phone, account_id, id_hash, now(), expires_at FROM web_sessions
 WHERE phone IS NOT NULL AND expires_at > now();

-- Telephony asks who sat there, and no longer has any business with sessions.
REVOKE SELECT (account_id, phone, seen_at, expires_at) ON web_sessions FROM tsuwaroku_worker;
GRANT SELECT ON phone_seats TO tsuwaroku_app, tsuwaroku_worker;

ALTER TABLE phone_seats ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON phone_seats TO tsuwaroku_worker USING (true);
CREATE POLICY own_or_answered_for ON phone_seats FOR SELECT TO tsuwaroku_app USING
    (account_id = rights.account() OR rights.has('administrator')
     OR (rights.has('supervisor') AND EXISTS
         (SELECT 1 FROM accounts a WHERE a.id = account_id AND a.departments && rights.departments())));
