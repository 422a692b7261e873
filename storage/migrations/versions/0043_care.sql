-- 職員のケア: who asked for rest, and when their superior looks after them. Nothing here names a call, a caller or a case, and
-- nothing of ours may make that link: these rows are about health, and a case can be disclosed (decision 0052).

CREATE TABLE care_requests (
    id           uuid PRIMARY KEY,           -- of the page's own: sent twice, it is one
    account_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,   -- whose rest it is
    superior_id  uuid REFERENCES accounts,   -- who looks after them; null: they told nobody
    asked_by     uuid NOT NULL REFERENCES accounts,
    asked_at     timestamptz NOT NULL,
    rest_until   timestamptz NOT NULL,
    ended_at     timestamptz,                -- the person wants no more of it: from then on theirs alone
    forget_at    timestamptz NOT NULL,
    CHECK (superior_id <> account_id),
    CHECK (asked_by = account_id OR asked_by = superior_id),
    CHECK (rest_until <= asked_at + interval '2 days'),
    CHECK (forget_at <= asked_at + interval '121 days')
);
CREATE INDEX care_requests_of_account ON care_requests (account_id, rest_until);
CREATE INDEX care_requests_of_superior ON care_requests (superior_id);

CREATE TABLE care_checks (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    request_id     uuid NOT NULL REFERENCES care_requests ON DELETE CASCADE,
    days           integer NOT NULL CHECK (days BETWEEN 0 AND 120),   -- after the request; 0: speak to them now
    due_at         timestamptz NOT NULL,
    done_at        timestamptz,
    put_off_until  timestamptz,
    UNIQUE (request_id, days)
);

-- The person, in whatever role, and the one superior who is named. No role opens it: whoever keeps the machine, audits,
-- discloses or supervises others sees no row. What was ended is the person's alone.
ALTER TABLE care_requests ENABLE ROW LEVEL SECURITY;
CREATE POLICY theirs ON care_requests FOR SELECT TO tsuwaroku_app USING
    (account_id = rights.account()
     OR (superior_id = rights.account() AND rights.has('supervisor') AND ended_at IS NULL));
CREATE POLICY asked ON care_requests FOR INSERT TO tsuwaroku_app WITH CHECK
    (asked_by = rights.account() AND ended_at IS NULL
     AND ((account_id = rights.account() AND (rights.has('operator') OR rights.has('supervisor'))
           AND (superior_id IS NULL OR EXISTS (SELECT 1 FROM accounts a WHERE a.id = superior_id
                                                AND 'supervisor' = ANY (a.roles) AND a.disabled_at IS NULL)))
          OR (superior_id = rights.account() AND rights.has('supervisor')
              AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = account_id AND a.disabled_at IS NULL
                             AND 'operator' = ANY (a.roles) AND a.departments && rights.departments()))));
CREATE POLICY ended ON care_requests FOR UPDATE TO tsuwaroku_app
    USING (account_id = rights.account()) WITH CHECK (account_id = rights.account());
CREATE POLICY erased ON care_requests FOR DELETE TO tsuwaroku_app
    USING (account_id = rights.account()
           OR (asked_by = rights.account() AND rights.has('supervisor') AND ended_at IS NULL));
GRANT SELECT, INSERT, DELETE, UPDATE (rest_until, ended_at) ON care_requests TO tsuwaroku_app;

ALTER TABLE care_checks ENABLE ROW LEVEL SECURITY;
CREATE POLICY theirs ON care_checks FOR SELECT TO tsuwaroku_app
    USING (EXISTS (SELECT 1 FROM care_requests r WHERE r.id = request_id));
CREATE POLICY asked ON care_checks FOR INSERT TO tsuwaroku_app
    WITH CHECK (EXISTS (SELECT 1 FROM care_requests r WHERE r.id = request_id AND r.asked_by = rights.account()));
CREATE POLICY looked ON care_checks FOR UPDATE TO tsuwaroku_app
    USING (EXISTS (SELECT 1 FROM care_requests r WHERE r.id = request_id AND r.superior_id = rights.account()));
GRANT SELECT, INSERT, UPDATE (done_at, put_off_until) ON care_checks TO tsuwaroku_app;

-- Telephony learns which phones are asked second, and not whose they are or why. No rest: no row.
CREATE FUNCTION rights.phones_at_rest() RETURNS TABLE (phone text, rests boolean, free boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.phone,
           bool_or(EXISTS (SELECT 1 FROM care_requests r WHERE r.account_id = s.account_id AND r.ended_at IS NULL
                              AND r.asked_at <= now() AND r.rest_until > now())),
           NOT EXISTS (SELECT 1 FROM calls c WHERE c.ended_at IS NULL
                          AND (s.phone = c.operator_phone OR c.ringing_phones @> ARRAY[s.phone]))
      FROM phone_seats s
     WHERE s.sat_from <= now() AND s.sat_until > now()
       AND EXISTS (SELECT 1 FROM care_requests r WHERE r.ended_at IS NULL AND r.rest_until > now())
     GROUP BY s.phone
$$;
-- Whether whoever asks for rest is the only one who can take a call of some phones now. Nobody else gets an answer.
CREATE FUNCTION rights.only_one_free(phones text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM care_requests r WHERE r.account_id = rights.account() AND r.ended_at IS NULL
                      AND r.rest_until > now())
       AND NOT EXISTS (SELECT 1 FROM rights.phones_at_rest() p
                        WHERE p.phone = ANY (phones) AND p.free AND NOT p.rests
                          AND NOT p.phone = ANY (rights.own_phones()))
$$;
CREATE FUNCTION rights.forget_care() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM care_requests WHERE forget_at <= now();
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION rights.phones_at_rest, rights.only_one_free, rights.forget_care FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.phones_at_rest, rights.forget_care TO tsuwaroku_worker;
GRANT EXECUTE ON FUNCTION rights.only_one_free TO tsuwaroku_app;
