-- 庁内警報: for a while every section that a number calls is asked to do something. An instruction, whom to call and an
-- end; no story, no history, no word about a person. It hangs on a number's keyed hash, never on a class without one.

CREATE TABLE alerts (
    id            uuid PRIMARY KEY,
    department    text NOT NULL,             -- of the call it was placed from
    agency        text NOT NULL,             -- 実施機関
    call_id       text REFERENCES calls ON DELETE SET NULL,
    caller_hash   bytea NOT NULL,
    instructions  text[] NOT NULL CHECK (cardinality(instructions) > 0),
    who_to_call   text NOT NULL CHECK (length(who_to_call) BETWEEN 1 AND 60),
    finding       text,                      -- null: 仮警報, over at midnight in Japan
    placed_at     timestamptz NOT NULL,
    placed_by     uuid NOT NULL REFERENCES accounts,
    until         timestamptz NOT NULL CHECK (until > placed_at),
    CHECK (finding IS NOT NULL OR until <=
           (date_trunc('day', placed_at AT TIME ZONE 'Asia/Tokyo') + interval '1 day') AT TIME ZONE 'Asia/Tokyo')
);
CREATE INDEX alerts_of_number ON alerts (caller_hash, until);
CREATE INDEX alerts_of_department ON alerts (department, placed_at DESC);

CREATE TABLE alert_withdrawals (
    alert_id  uuid PRIMARY KEY REFERENCES alerts ON DELETE CASCADE,
    at        timestamptz NOT NULL,
    by        uuid NOT NULL REFERENCES accounts,
    reason    text NOT NULL CHECK (length(reason) BETWEEN 1 AND 200)
);

-- To whom it was shown, on which call; and that they know it was withdrawn.
CREATE TABLE alert_sightings (
    alert_id     uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
    account_id   uuid NOT NULL REFERENCES accounts,
    call_id      text NOT NULL REFERENCES calls ON DELETE CASCADE,
    seen_at      timestamptz NOT NULL,
    checked_at   timestamptz,                -- 確かめました
    PRIMARY KEY (alert_id, account_id, call_id)
);
CREATE INDEX alert_sightings_unchecked ON alert_sightings (account_id) WHERE checked_at IS NULL;

-- 提供台帳: what another 実施機関 was told, on which ground. It outlives the alert; no number and no call stands in it.
CREATE TABLE provisions (
    id          uuid PRIMARY KEY,
    at          timestamptz NOT NULL,
    by          uuid NOT NULL REFERENCES accounts,
    department  text NOT NULL,
    agency      text NOT NULL,
    to_agency   text NOT NULL CHECK (to_agency <> agency),
    basis       text NOT NULL CHECK (basis LIKE '%条%'),
    what        text NOT NULL CHECK (length(what) BETWEEN 1 AND 1000),
    alert_id    uuid NOT NULL                -- without a reference: the alert is forgotten, this is not
);
CREATE INDEX provisions_of_alert ON provisions (alert_id);
CREATE INDEX provisions_newest ON provisions (at DESC);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON provisions
    FOR EACH STATEMENT EXECUTE FUNCTION rights.refuse_change();

-- Whose it is: a supervisor's of the department that placed it.
CREATE FUNCTION rights.own_alert(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT rights.has('supervisor') AND EXISTS
        (SELECT 1 FROM alerts a WHERE a.id = wanted AND a.department = ANY (rights.departments()))
$$;

-- What is to be shown of a call that rings or goes on at somebody's own desk. Somebody of another 実施機関, or a call on
-- its line, gets it only by a line in the 提供台帳: nothing crosses without one. Practice is never shown anything.
-- agencies: those of whoever looks, as the city's profile has them; null where only the call is asked about.
CREATE FUNCTION rights.alerts_at_desk(wanted text, agencies text[])
RETURNS TABLE (id uuid, department text, instructions text[], who_to_call text, provisional boolean, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.department, a.instructions, a.who_to_call, a.finding IS NULL, a.until
      FROM calls c JOIN alerts a ON a.caller_hash = c.caller_hash
     WHERE c.id = wanted AND c.caller_class = 'number' AND NOT c.practice AND c.direction = 'in' AND c.ended_at IS NULL
       AND c.id <> ALL (rights.kept_calls())
       AND (rights.has('operator') OR rights.has('supervisor'))
       AND (c.operator_id = rights.account() OR c.ringing_phones && rights.own_phones())
       AND a.placed_at <= now() + interval '5 minutes' AND a.until > now()
       AND NOT EXISTS (SELECT 1 FROM alert_withdrawals w WHERE w.alert_id = a.id)
       AND (a.agency = c.agency
            OR EXISTS (SELECT 1 FROM provisions p WHERE p.alert_id = a.id AND p.to_agency = c.agency))
       AND (agencies IS NULL OR a.agency = ANY (agencies)
            OR EXISTS (SELECT 1 FROM provisions p WHERE p.alert_id = a.id AND p.to_agency = ANY (agencies)))
     ORDER BY a.placed_at, a.id
$$;

-- What was withdrawn and somebody has seen before: told until they have said that they know.
CREATE FUNCTION rights.withdrawn_for_me()
RETURNS TABLE (id uuid, department text, instructions text[], withdrawn_at timestamptz, reason text, seen_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.department, a.instructions, w.at, w.reason, min(s.seen_at)
      FROM alert_sightings s JOIN alerts a ON a.id = s.alert_id JOIN alert_withdrawals w ON w.alert_id = a.id
     WHERE s.account_id = rights.account() AND s.checked_at IS NULL
     GROUP BY a.id, w.at, w.reason ORDER BY w.at, a.id
$$;

-- Whose pages are woken by a withdrawal.
CREATE FUNCTION rights.saw_alert(wanted text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT account_id FROM alert_sightings WHERE checked_at IS NULL
       AND alert_id = CASE WHEN wanted ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN wanted::uuid END
$$;
REVOKE ALL ON FUNCTION rights.own_alert, rights.alerts_at_desk, rights.withdrawn_for_me, rights.saw_alert FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.own_alert, rights.alerts_at_desk, rights.withdrawn_for_me, rights.saw_alert TO tsuwaroku_app;

-- A number that rings or talks while the alert is placed: its page looks again. Nothing else of the call is touched.
CREATE FUNCTION rights.wake_for_alert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('tsuwaroku_calls', c.id) FROM calls c
      WHERE c.caller_hash = NEW.caller_hash AND c.ended_at IS NULL AND NOT c.practice;
    RETURN NULL;
END $$;
CREATE TRIGGER wake_for_alert AFTER INSERT ON alerts FOR EACH ROW EXECUTE FUNCTION rights.wake_for_alert();
CREATE FUNCTION rights.wake_for_withdrawal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('tsuwaroku_alerts', NEW.alert_id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER wake_for_withdrawal AFTER INSERT ON alert_withdrawals
    FOR EACH ROW EXECUTE FUNCTION rights.wake_for_withdrawal();

-- Who may read and write what -----------------------------------------------------------------------------

GRANT SELECT, INSERT ON alerts, alert_withdrawals, provisions TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE (checked_at) ON alert_sightings TO tsuwaroku_app;
GRANT SELECT, DELETE ON alerts, alert_withdrawals, alert_sightings TO tsuwaroku_worker;
GRANT SELECT ON provisions TO tsuwaroku_worker;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['alerts', 'alert_withdrawals', 'alert_sightings', 'provisions'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
        EXECUTE format('CREATE POLICY worker ON %I TO tsuwaroku_worker USING (true) WITH CHECK (true)', one);
    END LOOP;
END $$;

CREATE POLICY of_department ON alerts FOR SELECT TO tsuwaroku_app USING
    (department = ANY ((SELECT rights.departments())::text[]) AND (SELECT rights.has('supervisor')));
-- From a citizen's call with a number that the supervisor sees, in that call's own name. As long as there is no board
-- whose finding could carry more, every alert is a 仮警報.
CREATE POLICY placed ON alerts FOR INSERT TO tsuwaroku_app WITH CHECK
    (placed_by = rights.account() AND rights.has('supervisor') AND department = ANY (rights.departments())
     AND finding IS NULL AND placed_at BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'
     AND call_id <> ALL (rights.urgent_calls())
     AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id AND c.department = alerts.department
                    AND c.agency = alerts.agency AND c.caller_class = 'number' AND NOT c.practice
                    AND c.direction = 'in' AND c.caller_hash = alerts.caller_hash));
CREATE POLICY of_department ON alert_withdrawals FOR SELECT TO tsuwaroku_app USING (rights.own_alert(alert_id));
CREATE POLICY withdrawn ON alert_withdrawals FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND rights.own_alert(alert_id)
     AND at BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes');
CREATE POLICY own_or_department ON alert_sightings FOR SELECT TO tsuwaroku_app USING
    (account_id = (SELECT rights.account()) OR rights.own_alert(alert_id));
CREATE POLICY shown ON alert_sightings FOR INSERT TO tsuwaroku_app WITH CHECK
    (account_id = rights.account() AND checked_at IS NULL
     AND seen_at BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'
     AND alert_id IN (SELECT d.id FROM rights.alerts_at_desk(call_id, NULL) d));
CREATE POLICY checked ON alert_sightings FOR UPDATE TO tsuwaroku_app
    USING (checked_at IS NULL AND account_id = rights.account())
    WITH CHECK (account_id = rights.account() AND checked_at IS NOT NULL);
CREATE POLICY of_department ON provisions FOR SELECT TO tsuwaroku_app USING
    ((SELECT rights.has('auditor'))
     OR ((SELECT rights.has('supervisor')) AND department = ANY ((SELECT rights.departments())::text[])));
CREATE POLICY told ON provisions FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND rights.own_alert(alert_id)
     AND at BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'
     AND EXISTS (SELECT 1 FROM alerts a WHERE a.id = alert_id AND a.department = provisions.department
                    AND a.agency = provisions.agency AND a.placed_at = provisions.at));
