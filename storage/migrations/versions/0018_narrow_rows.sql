-- Rows that pages change allow the very step that a page may take, once, and nothing else; programs change and read no
-- row that only people have pages for. A fault in a route, or SQL spoken through the console, gains nothing here.

-- A program (トークン) acts in its token's name. It never was a person, also when the token is over.
CREATE FUNCTION rights.is_program() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM api_tokens t WHERE t.id = rights.account()) $$;

-- Whether it is one's own call now: taken by oneself, or at the phone where one sits.
CREATE FUNCTION rights.operates(wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM calls c WHERE c.id = wanted
                      AND (c.operator_id = rights.account() OR EXISTS
                           (SELECT 1 FROM phone_seats s
                             WHERE s.account_id = rights.account() AND s.phone = c.operator_phone
                               AND s.sat_from <= now() AND s.sat_until > now())))
$$;
-- Whether somebody sits at a phone now, in whichever of their sessions.
CREATE FUNCTION rights.sits_at(wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM phone_seats s WHERE s.account_id = rights.account() AND s.phone = wanted
                      AND s.sat_from <= now() AND s.sat_until > now())
$$;
REVOKE ALL ON FUNCTION rights.is_program, rights.operates, rights.sits_at FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.is_program, rights.operates, rights.sits_at TO tsuwaroku_app;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['call_notes', 'call_wrap_ups', 'promises', 'text_cards', 'call_endings', 'call_measures',
                               'call_clocks', 'call_claims', 'call_parties', 'call_guests', 'call_stretches'] LOOP
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
    END LOOP;
END $$;

-- 配慮中 ends once, and not in the past or the future.
DROP POLICY switched_off ON call_measures;
CREATE POLICY switched_off ON call_measures FOR UPDATE TO tsuwaroku_app
    USING (until IS NULL AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id))
    WITH CHECK (until >= since AND until <= now() + interval '5 minutes');

-- A line is seen by whoever talks in that call, once.
DROP POLICY seen ON text_cards;
CREATE POLICY seen ON text_cards FOR UPDATE TO tsuwaroku_app
    USING (seen_at IS NULL AND rights.operates(call_id) AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id))
    WITH CHECK (seen_at >= at);

-- A clock stops once.
DROP POLICY stopped ON call_clocks;
CREATE POLICY stopped ON call_clocks FOR UPDATE TO tsuwaroku_app
    USING (stopped_at IS NULL AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id))
    WITH CHECK (stopped_by = rights.account() AND stopped_at >= started_at);

-- A promise is kept once; what was promised, to whom and by when is not rewritten.
REVOKE UPDATE ON promises FROM tsuwaroku_app;
GRANT UPDATE (kept_at, kept_by) ON promises TO tsuwaroku_app;
DROP POLICY kept ON promises;
CREATE POLICY kept ON promises FOR UPDATE TO tsuwaroku_app
    USING (kept_at IS NULL AND department = ANY (rights.departments())
           AND (rights.has('supervisor') OR rights.has('operator')))
    WITH CHECK (kept_at >= made_at AND kept_by = rights.account());

-- How a call came out is written by whose call it was, and by supervisors.
REVOKE UPDATE ON call_wrap_ups FROM tsuwaroku_app;
GRANT UPDATE (outcome, memo, answer, at, by) ON call_wrap_ups TO tsuwaroku_app;
CREATE POLICY own_or_supervised ON call_wrap_ups AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK
    (rights.has('supervisor') OR EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id AND c.operator_id = rights.account()));
CREATE POLICY own_or_supervised_anew ON call_wrap_ups AS RESTRICTIVE FOR UPDATE TO tsuwaroku_app USING
    (rights.has('supervisor') OR EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id AND c.operator_id = rights.account()));

-- An alarm is noticed once, in one's own name.
DROP POLICY acknowledged ON alarms;
CREATE POLICY acknowledged ON alarms FOR UPDATE TO tsuwaroku_app
    USING (acknowledged_at IS NULL AND (rights.has('administrator') OR (rights.has('supervisor')
           AND (call_id IS NULL OR EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id)))))
    WITH CHECK (acknowledged_at IS NOT NULL AND acknowledged_by = rights.account());

-- A token that was revoked stays revoked, and administrators alone revoke.
DROP POLICY used_or_revoked ON api_tokens;
CREATE POLICY used_or_revoked ON api_tokens FOR UPDATE TO tsuwaroku_app
    USING (revoked_at IS NULL) WITH CHECK (revoked_at IS NULL OR rights.has('administrator'));

-- Help goes one way: a supervisor accepts what nobody has; who asked takes it back within seconds; somebody is there
-- when somebody came, whoever says so. Policies see one side of a change, so a trigger compares both.
DROP POLICY answered ON help_requests;
CREATE POLICY answered ON help_requests FOR UPDATE TO tsuwaroku_app
    USING (closed_at IS NULL AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id)) WITH CHECK (true);
CREATE POLICY answered_by_people ON help_requests AS RESTRICTIVE FOR UPDATE TO tsuwaroku_app
    USING (NOT (SELECT rights.is_program()));
CREATE FUNCTION rights.one_step_of_help() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    nobody_came boolean := OLD.accepted_at IS NULL AND OLD.cancelled_at IS NULL;
    accepted boolean := nobody_came AND rights.has('supervisor') AND NEW.accepted_by = rights.account()
        AND NEW.accepted_at IS NOT NULL AND NEW.cancelled_at IS NULL AND NEW.closed_at IS NULL;
    taken_back boolean := nobody_came AND OLD.asked_by = rights.account() AND OLD.asked_at > now() - interval '1 minute'
        AND NEW.accepted_at IS NULL AND NEW.accepted_by IS NULL
        AND NEW.cancelled_at IS NOT NULL AND NEW.closed_at IS NOT NULL;
    there boolean := OLD.accepted_at IS NOT NULL AND NEW.closed_at IS NOT NULL
        AND (NEW.accepted_at, NEW.accepted_by, NEW.cancelled_at)
            IS NOT DISTINCT FROM (OLD.accepted_at, OLD.accepted_by, OLD.cancelled_at);
BEGIN
    IF NOT coalesce(accepted OR taken_back OR there, false) THEN
        RAISE EXCEPTION 'not a step that help takes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER one_step_of_help BEFORE UPDATE ON help_requests FOR EACH ROW
    WHEN (current_user = 'tsuwaroku_app') EXECUTE FUNCTION rights.one_step_of_help();

-- Nobody has a colleague's call come to where they sit themselves: that is taking over, and supervisors' to do.
CREATE POLICY nobody_fetches ON call_orders AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK
    (kind NOT IN ('transfer', 'consult') OR rights.has('supervisor') OR rights.operates(call_id)
     OR NOT rights.sits_at(body->>'phone'));

-- Whoever talks in a call does not judge its ending: 複数職員により判断する (品川区 対応要領 第4章).
CREATE POLICY others_judge ON call_endings AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK
    (step <> 'confirmed' OR NOT rights.operates(call_id));

-- One play is heard in the session that opened it. (The name of a session: SHA-256 of a cookie that is gone with it.)
ALTER TABLE access_knocks ADD COLUMN session_hash bytea;
