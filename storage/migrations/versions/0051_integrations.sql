-- 連携: programs that act in somebody's name with a key of theirs, and receivers outside that are told of events.

-- A key may be a person's own: then the program acts as that person, never as more. Keys without a person stay what they were.
ALTER TABLE api_tokens ADD COLUMN account_id uuid REFERENCES accounts;
CREATE INDEX api_tokens_of_account ON api_tokens (account_id) WHERE account_id IS NOT NULL;
DROP POLICY issued ON api_tokens;
CREATE POLICY issued ON api_tokens FOR INSERT TO tsuwaroku_app WITH CHECK
    (created_by = rights.account() AND NOT rights.is_program()
     AND ((account_id IS NULL AND rights.has('administrator'))
          OR (account_id = rights.account() AND expires_at <= now() + interval '91 days')));
DROP POLICY used_or_revoked ON api_tokens;
CREATE POLICY used_or_revoked ON api_tokens FOR UPDATE TO tsuwaroku_app USING (revoked_at IS NULL)
    WITH CHECK (revoked_at IS NULL OR rights.has('administrator') OR account_id = rights.account());

-- What each press of a program did: sent again, it is answered again and done once. Also the trace of who acted by which key.
CREATE TABLE api_presses (
    token_id    uuid NOT NULL REFERENCES api_tokens,
    id          uuid NOT NULL,               -- of the program's making
    account_id  uuid NOT NULL REFERENCES accounts,
    address     text NOT NULL,               -- as its route declares it
    asked       bytea NOT NULL,              -- SHA-256 of address and fields: another request under this id is refused
    status      smallint NOT NULL CHECK (status BETWEEN 200 AND 299),
    answer      jsonb NOT NULL,              -- ids
    at          timestamptz NOT NULL,
    PRIMARY KEY (token_id, id)
);
CREATE INDEX api_presses_at ON api_presses (at);
GRANT SELECT, INSERT ON api_presses TO tsuwaroku_app;
GRANT SELECT, DELETE ON api_presses TO tsuwaroku_worker;
ALTER TABLE api_presses ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON api_presses TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY own ON api_presses FOR SELECT TO tsuwaroku_app USING (account_id = (SELECT rights.account()));
CREATE POLICY pressed ON api_presses FOR INSERT TO tsuwaroku_app WITH CHECK
    (account_id = rights.account() AND at BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'
     AND EXISTS (SELECT 1 FROM api_tokens t WHERE t.id = token_id AND t.account_id = rights.account()));

-- Receivers (Webhook): an address of the city's other programs. Its secret is derived, not kept.
CREATE TABLE webhooks (
    id           uuid PRIMARY KEY,           -- of the page's own
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    url          text NOT NULL CHECK (url LIKE 'https://%' AND length(url) <= 500),
    events       text[] NOT NULL CHECK (cardinality(events) > 0),
    departments  text[] NOT NULL,            -- none: of every one
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES accounts,
    ended_at     timestamptz,
    ended_by     uuid REFERENCES accounts,
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);

-- What is to be told: written by the transaction in which it became true, sent by the worker.
CREATE TABLE webhook_deliveries (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    webhook_id    uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    event         text NOT NULL,
    subject       text NOT NULL,             -- an id: of a call, a signal, a case, an alert
    department    text NOT NULL,
    at            timestamptz NOT NULL,
    attempts      integer NOT NULL DEFAULT 0,
    next_at       timestamptz,               -- null: delivered or parked
    delivered_at  timestamptz,
    parked_at     timestamptz,
    answered      smallint,                  -- the last HTTP status; null: no answer
    code          text,                      -- why the last try failed
    UNIQUE (webhook_id, event, subject)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (webhook_id, at DESC);

-- Whoever keeps the machine sees that something was told, and when; not which call it was.
GRANT SELECT, INSERT, UPDATE (ended_at, ended_by) ON webhooks TO tsuwaroku_app;
GRANT SELECT (id, webhook_id, event, department, at, attempts, next_at, delivered_at, parked_at, answered, code),
      UPDATE (next_at, parked_at, attempts) ON webhook_deliveries TO tsuwaroku_app;
GRANT SELECT ON webhooks TO tsuwaroku_worker;
GRANT SELECT, UPDATE, DELETE ON webhook_deliveries TO tsuwaroku_worker;
ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON webhooks TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY worker ON webhook_deliveries TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY kept ON webhooks FOR SELECT TO tsuwaroku_app USING
    ((SELECT rights.has('administrator')) AND NOT (SELECT rights.is_program()));
CREATE POLICY registered ON webhooks FOR INSERT TO tsuwaroku_app WITH CHECK
    (rights.has('administrator') AND NOT rights.is_program() AND created_by = rights.account() AND ended_at IS NULL);
CREATE POLICY ended ON webhooks FOR UPDATE TO tsuwaroku_app
    USING (ended_at IS NULL AND rights.has('administrator') AND NOT rights.is_program())
    WITH CHECK (ended_by = rights.account());
CREATE POLICY kept ON webhook_deliveries FOR SELECT TO tsuwaroku_app USING
    ((SELECT rights.has('administrator')) AND NOT (SELECT rights.is_program()));
CREATE POLICY sent_again ON webhook_deliveries FOR UPDATE TO tsuwaroku_app
    USING (next_at IS NULL AND rights.has('administrator') AND NOT rights.is_program())
    WITH CHECK (next_at IS NOT NULL AND parked_at IS NULL AND attempts = 0);

-- Writes what is to be told. Whatever goes wrong here, the call or the case it is about is written all the same: of the two
-- the receiver can wait. What only a group may see is told to nobody.
CREATE FUNCTION rights.tell_receivers(what text, which text, of_department text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO webhook_deliveries (webhook_id, event, subject, department, at, next_at)
    SELECT w.id, what, which, of_department, now(), now() FROM webhooks w
     WHERE w.ended_at IS NULL AND what = ANY (w.events)
       AND (cardinality(w.departments) = 0 OR of_department = ANY (w.departments))
    ON CONFLICT DO NOTHING;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'nothing was told to receivers: %', SQLSTATE;
END $$;
REVOKE ALL ON FUNCTION rights.tell_receivers FROM PUBLIC;
CREATE FUNCTION rights.is_restricted(which text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM call_restrictions r WHERE r.call_id = which AND r.lifted_at IS NULL)
$$;
REVOKE ALL ON FUNCTION rights.is_restricted FROM PUBLIC;

CREATE FUNCTION rights.tell_of_call() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM webhooks WHERE ended_at IS NULL) AND NOT rights.is_restricted(NEW.id) THEN
        PERFORM rights.tell_receivers(TG_ARGV[0], NEW.id, NEW.department);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_ringing AFTER INSERT ON calls FOR EACH ROW
    WHEN (NEW.phase = 'connecting' AND NEW.direction = 'in' AND NOT NEW.practice)
    EXECUTE FUNCTION rights.tell_of_call('call.ringing');
CREATE TRIGGER tell_ringing_now AFTER UPDATE OF phase ON calls FOR EACH ROW
    WHEN (NEW.phase = 'connecting' AND OLD.phase <> 'connecting' AND NEW.direction = 'in' AND NOT NEW.practice)
    EXECUTE FUNCTION rights.tell_of_call('call.ringing');
CREATE TRIGGER tell_ended AFTER INSERT ON calls FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL AND NOT NEW.practice)
    EXECUTE FUNCTION rights.tell_of_call('call.ended');
CREATE TRIGGER tell_ended_now AFTER UPDATE OF ended_at ON calls FOR EACH ROW
    WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL AND NOT NEW.practice)
    EXECUTE FUNCTION rights.tell_of_call('call.ended');

CREATE FUNCTION rights.tell_of_signal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM calls c WHERE c.id = NEW.call_id AND NOT c.practice) AND NOT rights.is_restricted(NEW.call_id) THEN
        PERFORM rights.tell_receivers('signal.found', NEW.id::text, NEW.department);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_found AFTER INSERT ON signals FOR EACH ROW EXECUTE FUNCTION rights.tell_of_signal();

-- At the end of the transaction: only then it is known which calls a new case is about.
CREATE FUNCTION rights.tell_of_incident() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM incident_calls c WHERE c.incident_id = NEW.id AND rights.is_restricted(c.call_id)) THEN
        PERFORM rights.tell_receivers(TG_ARGV[0], NEW.id::text, NEW.department);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER tell_opened AFTER INSERT ON incidents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NOT NEW.practice) EXECUTE FUNCTION rights.tell_of_incident('incident.opened');
CREATE CONSTRAINT TRIGGER tell_decided AFTER UPDATE OF stage ON incidents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.stage = 'decided' AND OLD.stage <> 'decided' AND NOT NEW.practice)
    EXECUTE FUNCTION rights.tell_of_incident('incident.decided');

CREATE FUNCTION rights.tell_of_alert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.call_id IS NULL OR NOT rights.is_restricted(NEW.call_id) THEN
        PERFORM rights.tell_receivers('alert.placed', NEW.id::text, NEW.department);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_placed AFTER INSERT ON alerts FOR EACH ROW EXECUTE FUNCTION rights.tell_of_alert();
CREATE FUNCTION rights.tell_of_withdrawal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM rights.tell_receivers('alert.withdrawn', a.id::text, a.department) FROM alerts a
     WHERE a.id = NEW.alert_id AND (a.call_id IS NULL OR NOT rights.is_restricted(a.call_id));
    RETURN NULL;
END $$;
CREATE TRIGGER tell_withdrawn AFTER INSERT ON alert_withdrawals FOR EACH ROW EXECUTE FUNCTION rights.tell_of_withdrawal();
