-- The operator is never alone: the flag key, help, clocks, notes, promises, orders to a live call, and who took part.
--
-- An order, a flag or a request for help is true when its row is committed, whether or not a telephony process
-- lives. NOTIFY only wakes: tsuwaroku_calls with a call's id, tsuwaroku_orders with an order's id.

-- The flag key (記録・フラグ): the first press flags the call, each further one marks a time -----------------

ALTER TABLE calls ADD COLUMN flagged_at timestamptz;
UPDATE calls SET flagged_at = (SELECT min(at) FROM call_marks WHERE call_id = calls.id);

ALTER TABLE call_marks DROP CONSTRAINT call_marks_source_check;
ALTER TABLE call_marks ADD CONSTRAINT call_marks_source_check
    CHECK (source IN ('phone', 'console', 'api', 'dialplan'));

CREATE FUNCTION rights.flag_call() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE calls SET flagged_at = least(coalesce(flagged_at, NEW.at), NEW.at)
     WHERE id = NEW.call_id AND (flagged_at IS NULL OR flagged_at > NEW.at);
    PERFORM pg_notify('tsuwaroku_calls', NEW.call_id);
    RETURN NULL;
END $$;
CREATE TRIGGER flag_call AFTER INSERT ON call_marks FOR EACH ROW EXECUTE FUNCTION rights.flag_call();

ALTER TABLE recordings DROP CONSTRAINT recordings_class_check;
ALTER TABLE recordings ADD CONSTRAINT recordings_class_check
    CHECK (class IN ('unflagged', 'flagged', 'practice', 'buffer'));

-- Programs of the city hall that may press the key: a token, kept as its hash, with scopes -----------------

CREATE TABLE api_tokens (
    id            uuid PRIMARY KEY,
    name          text NOT NULL,             -- which program it is for
    token_hash    bytea NOT NULL UNIQUE,     -- SHA-256; the token itself is shown once and kept nowhere
    scopes        text[] NOT NULL,
    departments   text[] NOT NULL,
    created_at    timestamptz NOT NULL,
    created_by    uuid NOT NULL REFERENCES accounts,
    expires_at    timestamptz NOT NULL,
    revoked_at    timestamptz,
    last_used_at  timestamptz
);

-- Orders of people to a live call --------------------------------------------------------------------------

CREATE TABLE call_orders (
    id        uuid PRIMARY KEY,              -- made by whoever orders: the same order twice is one order
    call_id   text NOT NULL REFERENCES calls,
    kind      text NOT NULL,
    body      jsonb NOT NULL DEFAULT '{}',   -- ids and codes
    at        timestamptz NOT NULL,
    by        uuid REFERENCES accounts,
    token_id  uuid REFERENCES api_tokens,
    done_at   timestamptz,                   -- the process that leads the call has acted on it, or it is too late
    result    text,                          -- 'done', or a code that says why not
    CHECK ((by IS NULL) <> (token_id IS NULL))
);
CREATE INDEX call_orders_open ON call_orders (at) WHERE done_at IS NULL;
CREATE INDEX call_orders_of_call ON call_orders (call_id, at);

CREATE FUNCTION rights.wake_for_order() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('tsuwaroku_orders', NEW.id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER wake_for_order AFTER INSERT ON call_orders FOR EACH ROW EXECUTE FUNCTION rights.wake_for_order();

-- Who took part, from when until when: words on the hall's track belong to whoever was on it at that second ----

CREATE TABLE call_parties (
    call_id     text NOT NULL REFERENCES calls,
    leg         text NOT NULL,
    joined_at   timestamptz NOT NULL,
    left_at     timestamptz,
    part        text NOT NULL CHECK (part IN ('operator', 'supervisor', 'third-party')),
    phone       text,
    account_id  uuid REFERENCES accounts,    -- null: nobody was signed in at that phone (不明)
    PRIMARY KEY (call_id, leg, joined_at)
);

-- A call taken at a phone where nobody was signed in, claimed afterwards by whoever took it -----------------

CREATE TABLE call_claims (
    call_id     text PRIMARY KEY REFERENCES calls,
    account_id  uuid NOT NULL REFERENCES accounts,
    at          timestamptz NOT NULL
);

-- Help (応援). Counted per call, never per person: there is no index by account, and no view that counts -----

CREATE TABLE help_requests (
    id              uuid PRIMARY KEY,
    call_id         text NOT NULL REFERENCES calls,
    source          text NOT NULL CHECK (source IN ('phone', 'console', 'api', 'dialplan')),
    phone           text,                    -- where help is needed
    asked_at        timestamptz NOT NULL,
    asked_by        uuid REFERENCES accounts,
    cancelled_at    timestamptz,
    accepted_at     timestamptz,
    accepted_by     uuid REFERENCES accounts,   -- on a screen, or whoever sits at the phone that accepted
    accepted_phone  text,
    rung            text[] NOT NULL DEFAULT '{}',  -- telephones tried so far, down the profile's chain
    closed_at       timestamptz              -- the call is over, or somebody is there
);
CREATE INDEX help_requests_open ON help_requests (asked_at) WHERE closed_at IS NULL;
CREATE INDEX help_requests_of_call ON help_requests (call_id);

-- Clocks ask people to judge; none acts --------------------------------------------------------------------

CREATE TABLE call_clocks (
    id          uuid PRIMARY KEY,
    call_id     text NOT NULL REFERENCES calls,
    kind        text NOT NULL CHECK (kind IN ('deadlock', 'agreed', 'special')),
    started_at  timestamptz NOT NULL,
    started_by  uuid REFERENCES accounts,
    minutes     integer NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
    ask_at      timestamptz,                 -- judges are called then, so that a judgement can exist by due_at
    due_at      timestamptz NOT NULL,
    stopped_at  timestamptz,
    stopped_by  uuid REFERENCES accounts
);
CREATE INDEX call_clocks_of_call ON call_clocks (call_id);

-- 配慮中: what the hall does for this caller in this call. Measures by code; no free text about anyone's condition

CREATE TABLE call_measures (
    id        uuid PRIMARY KEY,
    call_id   text NOT NULL REFERENCES calls,
    measures  text[] NOT NULL,
    since     timestamptz NOT NULL,
    by        uuid NOT NULL REFERENCES accounts,
    until     timestamptz
);
CREATE INDEX call_measures_of_call ON call_measures (call_id);

-- Words beside a call -------------------------------------------------------------------------------------

CREATE TABLE text_cards (                    -- one line from a supervisor to the operator's screen
    id       uuid PRIMARY KEY,
    call_id  text NOT NULL REFERENCES calls,
    text     text NOT NULL CHECK (length(text) BETWEEN 1 AND 200),
    at       timestamptz NOT NULL,
    by       uuid NOT NULL REFERENCES accounts,
    seen_at  timestamptz
);
CREATE INDEX text_cards_of_call ON text_cards (call_id, at);

CREATE TABLE call_notes (
    id       uuid PRIMARY KEY,
    call_id  text NOT NULL REFERENCES calls,
    text     text NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
    at       timestamptz NOT NULL,
    by       uuid NOT NULL REFERENCES accounts
);
CREATE INDEX call_notes_of_call ON call_notes (call_id, at);

CREATE TABLE call_wrap_ups (                 -- after the call: how it came out, and what was answered (前回回答)
    call_id  text PRIMARY KEY REFERENCES calls,
    outcome  text NOT NULL,                  -- a code of the profile
    memo     text NOT NULL DEFAULT '',
    answer   text NOT NULL DEFAULT '',
    at       timestamptz NOT NULL,
    by       uuid NOT NULL REFERENCES accounts
);

CREATE TABLE promises (                      -- call-backs: who, by when
    id             uuid PRIMARY KEY,
    department     text NOT NULL,
    call_id        text REFERENCES calls,
    caller_hash    bytea,                    -- as in calls; null for a caller without a number
    what           text NOT NULL CHECK (length(what) BETWEEN 1 AND 1000),
    who            text NOT NULL CHECK (length(who) BETWEEN 1 AND 100),   -- of ours: a name or a desk
    due_at         timestamptz NOT NULL,
    made_at        timestamptz NOT NULL,
    made_by        uuid NOT NULL REFERENCES accounts,
    kept_at        timestamptz,
    kept_by        uuid REFERENCES accounts
);
CREATE INDEX promises_of_caller ON promises (department, caller_hash) WHERE kept_at IS NULL;
CREATE INDEX promises_due ON promises (department, due_at) WHERE kept_at IS NULL;

-- Supervisors who listen live knock at the same door as those who listen later ------------------------------

ALTER TABLE access_knocks DROP CONSTRAINT access_knocks_act_check;
ALTER TABLE access_knocks ADD CONSTRAINT access_knocks_act_check CHECK (act IN
    ('listen', 'read', 'search', 'process', 'live-listen', 'live-whisper', 'live-barge', 'live-take-over', 'claim'));
ALTER TABLE access_knocks ADD COLUMN call_id text;   -- a live call has no recording yet

-- Who may read and write what -----------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE ON api_tokens TO tsuwaroku_app;
GRANT SELECT, INSERT ON call_orders, call_claims, text_cards, call_notes, call_measures, call_clocks TO tsuwaroku_app;
GRANT UPDATE (seen_at) ON text_cards TO tsuwaroku_app;
GRANT UPDATE (until) ON call_measures TO tsuwaroku_app;
GRANT UPDATE (stopped_at, stopped_by) ON call_clocks TO tsuwaroku_app;
GRANT SELECT, INSERT ON help_requests TO tsuwaroku_app;
GRANT UPDATE (cancelled_at, accepted_at, accepted_by, closed_at) ON help_requests TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE ON call_wrap_ups, promises TO tsuwaroku_app;
GRANT SELECT ON call_parties TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON call_orders, call_parties, call_claims, help_requests, call_clocks, call_measures,
    text_cards, call_notes, call_wrap_ups, promises TO tsuwaroku_worker;

-- Rows about a call are for whoever may see the call; writing carries one's own name.
DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['call_orders', 'call_parties', 'call_claims', 'help_requests', 'call_clocks', 'call_measures',
                               'text_cards', 'call_notes', 'call_wrap_ups'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY worker ON %I TO tsuwaroku_worker USING (true) WITH CHECK (true)', one);
        EXECUTE format('CREATE POLICY of_visible_calls ON %I FOR SELECT TO tsuwaroku_app USING
                        (EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id))', one);
    END LOOP;
END $$;
CREATE POLICY placed ON call_orders FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id AND c.ended_at IS NULL));
CREATE POLICY written ON text_cards FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND rights.has('supervisor') AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY seen ON text_cards FOR UPDATE TO tsuwaroku_app USING (EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY written ON call_notes FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY switched ON call_measures FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY switched_off ON call_measures FOR UPDATE TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY started ON call_clocks FOR INSERT TO tsuwaroku_app WITH CHECK
    (started_by = rights.account() AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY stopped ON call_clocks FOR UPDATE TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id)) WITH CHECK (stopped_by = rights.account());
CREATE POLICY asked ON help_requests FOR INSERT TO tsuwaroku_app WITH CHECK
    (source = 'console' AND asked_by = rights.account() AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY answered ON help_requests FOR UPDATE TO tsuwaroku_app USING
    (closed_at IS NULL AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id))
    WITH CHECK (accepted_by IS NULL OR accepted_by = rights.account() OR accepted_phone IS NOT NULL);
CREATE POLICY wrapped_up ON call_wrap_ups FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY wrapped_up_anew ON call_wrap_ups FOR UPDATE TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id)) WITH CHECK (by = rights.account());

ALTER TABLE promises ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON promises TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_department ON promises FOR SELECT TO tsuwaroku_app USING
    (department = ANY (rights.departments()) AND (rights.has('supervisor') OR rights.has('operator')));
CREATE POLICY made ON promises FOR INSERT TO tsuwaroku_app WITH CHECK
    (department = ANY (rights.departments()) AND made_by = rights.account()
     AND (rights.has('supervisor') OR rights.has('operator')));
CREATE POLICY kept ON promises FOR UPDATE TO tsuwaroku_app USING
    (department = ANY (rights.departments()) AND (rights.has('supervisor') OR rights.has('operator')));

-- Claiming: only a call that nobody owns, only one's own department, and everybody can see who did it.
CREATE POLICY claimed ON call_claims FOR INSERT TO tsuwaroku_app WITH CHECK
    (account_id = rights.account() AND rights.has('operator')
     AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id AND c.operator_id IS NULL
                    AND c.connected_at IS NOT NULL AND c.arrived_at > now() - interval '1 day'));
CREATE FUNCTION rights.own_claimed_call() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE calls SET operator_id = NEW.account_id WHERE id = NEW.call_id AND operator_id IS NULL;
    UPDATE recordings SET operator_id = NEW.account_id WHERE subject = NEW.call_id AND operator_id IS NULL;
    PERFORM pg_notify('tsuwaroku_calls', NEW.call_id);
    RETURN NULL;
END $$;
CREATE TRIGGER own_claimed_call AFTER INSERT ON call_claims
    FOR EACH ROW EXECUTE FUNCTION rights.own_claimed_call();

-- Whatever changes beside a call wakes the pages that show it.
CREATE FUNCTION rights.wake_for_call() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.call_id IS NOT NULL THEN
        PERFORM pg_notify('tsuwaroku_calls', NEW.call_id);
    END IF;
    RETURN NULL;
END $$;
DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['help_requests', 'call_clocks', 'call_measures', 'text_cards', 'call_notes', 'call_wrap_ups',
                               'promises', 'call_parties'] LOOP
        EXECUTE format('CREATE TRIGGER wake_for_call AFTER INSERT OR UPDATE ON %I
                        FOR EACH ROW EXECUTE FUNCTION rights.wake_for_call()', one);
    END LOOP;
END $$;

-- Tokens belong to the administrators; the console looks one up before it knows who acts.
ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY looked_up ON api_tokens FOR SELECT TO tsuwaroku_app USING (true);
CREATE POLICY issued ON api_tokens FOR INSERT TO tsuwaroku_app WITH CHECK
    (rights.has('administrator') AND created_by = rights.account());
CREATE POLICY used_or_revoked ON api_tokens FOR UPDATE TO tsuwaroku_app USING (true);
REVOKE UPDATE ON api_tokens FROM tsuwaroku_app;
GRANT UPDATE (revoked_at, last_used_at) ON api_tokens TO tsuwaroku_app;
