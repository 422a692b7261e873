-- Rights that end by themselves (委託・代理・緊急閲覧), rights that are narrower than a department (担当窓口・閲覧制限), and
-- listening around the own marks until the record of a call is filed.

-- People whose time here ends -----------------------------------------------------------------------------

ALTER TABLE accounts
    ADD COLUMN employer text CHECK (length(employer) BETWEEN 1 AND 100),   -- 委託先・派遣元; null: the city itself
    ADD COLUMN ends_at  timestamptz,         -- from then on nobody signs in with it, and nothing is seen
    ADD COLUMN lines    text[] CHECK (lines <> '{}'),   -- null: every line of the departments
    ADD CONSTRAINT contractors_end CHECK (employer IS NULL OR ends_at IS NOT NULL);

-- 代理: somebody stands in for the supervisors of a department until a day.
CREATE TABLE deputies (
    id          uuid PRIMARY KEY,            -- of the page's own: sent twice, it is one
    department  text NOT NULL,
    account_id  uuid NOT NULL REFERENCES accounts,
    named_by    uuid NOT NULL REFERENCES accounts,
    named_at    timestamptz NOT NULL,
    until       timestamptz NOT NULL,
    ended_at    timestamptz,                 -- ended before its day
    ended_by    uuid REFERENCES accounts,
    CHECK (until > named_at AND until <= named_at + interval '93 days'),
    CHECK (account_id <> named_by),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX deputies_of_account ON deputies (account_id, until);

CREATE FUNCTION rights.deputises(who uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT department), '{}') FROM deputies
     WHERE account_id = who AND ended_at IS NULL AND until > now()
$$;
-- A role counts for all of somebody's departments, so only they can stand in to whom it gives no more than that
-- department: its own operators, and supervisors of another one. Nobody who keeps the machine, discloses or audits.
CREATE FUNCTION rights.may_stand_in(who uuid, wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM accounts a WHERE a.id = who AND a.disabled_at IS NULL AND a.ends_at IS NULL
                      AND a.employer IS NULL AND a.lines IS NULL AND a.roles <@ '{operator,supervisor}'::text[]
                      AND ('supervisor' = ANY (a.roles) OR a.departments <@ ARRAY[wanted]))
$$;

-- The console says who acts through this alone. Who has ended, or stands in for somebody no more, acts as nobody: they
-- see nothing in any table, whatever the console believed a moment ago.
CREATE FUNCTION rights.act_as(who uuid, in_roles text, for_departments text, standing_in text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone  boolean;
    scope text[];
BEGIN
    SELECT a.disabled_at IS NOT NULL OR coalesce(a.ends_at <= now(), false), a.lines INTO gone, scope
      FROM accounts a WHERE a.id = who;       -- a program has no row here
    gone := coalesce(gone, false)
        OR (standing_in <> '' AND NOT string_to_array(standing_in, ',') <@ rights.deputises(who));
    PERFORM set_config('tsuwaroku.account', CASE WHEN gone THEN '' ELSE coalesce(who::text, '') END, true),
            set_config('tsuwaroku.roles', CASE WHEN gone THEN '' ELSE in_roles END, true),
            set_config('tsuwaroku.departments', CASE WHEN gone THEN '' ELSE for_departments END, true),
            set_config('tsuwaroku.standing_in', CASE WHEN gone THEN '' ELSE standing_in END, true),
            set_config('tsuwaroku.lines', coalesce(array_to_string(scope, ','), ''), true);
END $$;
REVOKE ALL ON FUNCTION rights.deputises, rights.may_stand_in, rights.act_as FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.deputises, rights.act_as TO tsuwaroku_app, tsuwaroku_worker;
GRANT EXECUTE ON FUNCTION rights.may_stand_in TO tsuwaroku_app;

CREATE FUNCTION rights.lines() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT string_to_array(nullif(current_setting('tsuwaroku.lines', true), ''), ',') $$;
CREATE FUNCTION rights.stands_in() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT string_to_array(coalesce(current_setting('tsuwaroku.standing_in', true), ''), ',') $$;

-- 閲覧制限: calls that only a named group sees -------------------------------------------------------------

CREATE TABLE restricted_groups (
    id          uuid PRIMARY KEY,            -- of the page's own
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    department  text NOT NULL,
    made_by     uuid NOT NULL REFERENCES accounts,
    made_at     timestamptz NOT NULL
);
CREATE TABLE restricted_members (
    group_id    uuid NOT NULL REFERENCES restricted_groups,
    account_id  uuid NOT NULL REFERENCES accounts,
    added_by    uuid NOT NULL REFERENCES accounts,
    added_at    timestamptz NOT NULL,
    left_at     timestamptz,                 -- taken out again
    removed_by  uuid REFERENCES accounts,
    PRIMARY KEY (group_id, account_id, added_at),
    CHECK ((left_at IS NULL) = (removed_by IS NULL))
);
CREATE INDEX restricted_members_of_account ON restricted_members (account_id) WHERE left_at IS NULL;
CREATE TABLE call_restrictions (
    id             uuid PRIMARY KEY,         -- of the page's own
    call_id        text NOT NULL REFERENCES calls ON DELETE CASCADE,
    group_id       uuid NOT NULL REFERENCES restricted_groups,
    reason         text NOT NULL CHECK (length(reason) BETWEEN 5 AND 500),
    placed_by      uuid NOT NULL REFERENCES accounts,
    placed_at      timestamptz NOT NULL,
    lifted_at      timestamptz,              -- opened up again, by whom and why
    lifted_by      uuid REFERENCES accounts,
    lifted_reason  text CHECK (length(lifted_reason) BETWEEN 5 AND 500),
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lifted_reason IS NULL))
);
CREATE UNIQUE INDEX call_restrictions_one ON call_restrictions (call_id) WHERE lifted_at IS NULL;
CREATE INDEX call_restrictions_of_call ON call_restrictions (call_id);

CREATE FUNCTION rights.in_group(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM restricted_members m
                    WHERE m.group_id = wanted AND m.account_id = rights.account() AND m.left_at IS NULL)
$$;
-- Calls whose sound and words are kept from whoever asks.
CREATE FUNCTION rights.kept_content() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(s.call_id), '{}') FROM call_restrictions s
     WHERE s.lifted_at IS NULL AND NOT rights.in_group(s.group_id)
$$;
-- Calls that are kept from them altogether. Not while the call goes on: whoever is called for help (応援) must see it.
-- Not before its own operator has written how it came out, for half a day at the longest.
CREATE FUNCTION rights.kept_calls() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(s.call_id), '{}')
      FROM call_restrictions s JOIN calls c ON c.id = s.call_id
     WHERE s.lifted_at IS NULL AND NOT rights.in_group(s.group_id) AND c.ended_at IS NOT NULL
       AND (c.operator_id IS DISTINCT FROM rights.account() OR c.ended_at <= now() - interval '12 hours'
            OR EXISTS (SELECT 1 FROM call_wrap_ups w WHERE w.call_id = c.id))
$$;
REVOKE ALL ON FUNCTION rights.in_group, rights.kept_content, rights.kept_calls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.in_group, rights.kept_content, rights.kept_calls TO tsuwaroku_app;

-- Whoever makes a group is in it; nobody takes the last supervisor out of it, or no one could open it up again.
CREATE FUNCTION rights.join_own_group() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO restricted_members (group_id, account_id, added_by, added_at)
    VALUES (NEW.id, NEW.made_by, NEW.made_by, NEW.made_at);
    RETURN NULL;
END $$;
CREATE TRIGGER join_own_group AFTER INSERT ON restricted_groups
    FOR EACH ROW EXECUTE FUNCTION rights.join_own_group();
CREATE FUNCTION rights.keep_one_supervisor() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM restricted_groups WHERE id = NEW.group_id FOR UPDATE;
    IF NOT EXISTS (SELECT 1 FROM restricted_members m JOIN accounts a ON a.id = m.account_id
                    WHERE m.group_id = NEW.group_id AND m.left_at IS NULL AND a.disabled_at IS NULL
                      AND 'supervisor' = ANY (a.roles)) THEN
        RAISE EXCEPTION 'a group keeps one supervisor' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_one_supervisor AFTER UPDATE ON restricted_members
    FOR EACH ROW EXECUTE FUNCTION rights.keep_one_supervisor();

-- 緊急閲覧: what is not theirs, with a reason, for a short time ---------------------------------------------

CREATE TABLE urgent_openings (
    opening_id  uuid NOT NULL,               -- the knock it began with; one opening may reach several calls
    call_id     text NOT NULL REFERENCES calls ON DELETE CASCADE,
    account_id  uuid NOT NULL REFERENCES accounts,
    reason      text NOT NULL CHECK (length(reason) BETWEEN 5 AND 500),
    opened_at   timestamptz NOT NULL,
    until       timestamptz NOT NULL,
    ended_at    timestamptz,                 -- shut again before its time
    PRIMARY KEY (opening_id, call_id),
    CHECK (until > opened_at AND until <= opened_at + interval '8 hours')
);
CREATE INDEX urgent_openings_of_account ON urgent_openings (account_id, until);
CREATE INDEX urgent_openings_of_call ON urgent_openings (call_id);

CREATE FUNCTION rights.may_open_urgently() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT rights.has('supervisor') AND NOT rights.has('administrator') $$;
CREATE FUNCTION rights.urgent_calls() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(u.call_id), '{}') FROM urgent_openings u
     WHERE u.account_id = rights.account() AND u.until > now() AND u.ended_at IS NULL AND rights.may_open_urgently()
$$;
CREATE FUNCTION rights.urgent_recordings() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(r.id), '{}') FROM recordings r WHERE r.subject = ANY (rights.urgent_calls())
$$;
-- Opens the ended calls of a line that came in within five minutes of a moment, ten at most, and says so to the auditor
-- and to those whose calls they are. The knock that it began with stands in the log already, or nothing opens.
CREATE FUNCTION open_urgently(opening uuid, wanted_line text, wanted_at timestamptz, why text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    knock      access_knocks;
    first_call text;
    how_many   integer;
BEGIN
    SELECT * INTO knock FROM access_knocks k
     WHERE k.id = opening AND k.actor = rights.account() AND k.act = 'urgent' AND k.granted
       AND k.at > now() - interval '5 minutes' AND k.until > now();
    IF knock.id IS NULL OR NOT rights.may_open_urgently() OR rights.is_program() THEN
        RAISE EXCEPTION 'not to be opened' USING ERRCODE = 'insufficient_privilege';
    END IF;
    WITH opened AS (
        INSERT INTO urgent_openings (opening_id, call_id, account_id, reason, opened_at, until)
        SELECT opening, c.id, rights.account(), why, knock.at, knock.until
          FROM calls c
         WHERE c.line = wanted_line AND c.ended_at IS NOT NULL AND NOT c.practice
           AND c.arrived_at BETWEEN wanted_at - interval '5 minutes' AND wanted_at + interval '6 minutes'
           AND c.department <> ALL (rights.departments())
           AND c.id <> ALL (rights.kept_content())
         ORDER BY abs(extract(epoch FROM c.arrived_at - wanted_at)) LIMIT 10
        ON CONFLICT DO NOTHING RETURNING call_id)
    SELECT count(*), min(call_id) INTO how_many, first_call FROM opened;
    IF how_many > 0 THEN
        INSERT INTO alarms (at, code, call_id, detail)
        VALUES (now(), 'urgent-opening', first_call, jsonb_build_object('calls', how_many)) ON CONFLICT DO NOTHING;
        PERFORM pg_notify('tsuwaroku_calls', first_call);
    END IF;
    RETURN how_many;
END $$;
REVOKE ALL ON FUNCTION rights.may_open_urgently, rights.urgent_calls, rights.urgent_recordings, open_urgently FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.may_open_urgently, rights.urgent_calls, rights.urgent_recordings, open_urgently
    TO tsuwaroku_app;

-- 印の前後: until the record is filed, the operator hears two minutes around the own marks, or a colleague does ----

CREATE TABLE mark_listeners (
    call_id     text NOT NULL REFERENCES calls ON DELETE CASCADE,
    account_id  uuid NOT NULL REFERENCES accounts,   -- listens in the operator's place
    named_by    uuid NOT NULL REFERENCES accounts,
    named_at    timestamptz NOT NULL,
    PRIMARY KEY (call_id, account_id)
);
-- Only in a transaction that asked for it by name: nothing else is read on the strength of a mark.
CREATE FUNCTION rights.heard_around_marks() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF current_setting('tsuwaroku.around_marks', true) IS DISTINCT FROM 'on' OR NOT rights.has('operator') THEN
        RETURN '{}';
    END IF;
    RETURN (SELECT coalesce(array_agg(c.id), '{}') FROM calls c
             WHERE c.id IN (SELECT o.id FROM calls o WHERE o.operator_id = rights.account()
                            UNION SELECT l.call_id FROM mark_listeners l WHERE l.account_id = rights.account())
               AND c.ended_at IS NOT NULL AND c.department = ANY (rights.departments())
               AND NOT EXISTS (SELECT 1 FROM call_wrap_ups w WHERE w.call_id = c.id)
               AND EXISTS (SELECT 1 FROM call_marks m WHERE m.call_id = c.id AND (m.by = c.operator_id OR m.by IS NULL)));
END $$;
-- Whom a supervisor may name: an operator of that department, and not whose call it was.
CREATE FUNCTION rights.may_listen_instead(who uuid, wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM calls c JOIN accounts a ON c.department = ANY (a.departments)
                    WHERE c.id = wanted AND a.id = who AND a.id IS DISTINCT FROM c.operator_id
                      AND a.disabled_at IS NULL AND coalesce(a.ends_at > now(), true) AND 'operator' = ANY (a.roles))
$$;
REVOKE ALL ON FUNCTION rights.heard_around_marks, rights.may_listen_instead FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.heard_around_marks, rights.may_listen_instead TO tsuwaroku_app;

ALTER TABLE access_knocks DROP CONSTRAINT access_knocks_act_check;
ALTER TABLE access_knocks ADD CONSTRAINT access_knocks_act_check CHECK (act IN
    ('listen', 'clip', 'read', 'search', 'process', 'live-listen', 'live-whisper', 'live-barge', 'live-take-over',
     'live-text', 'claim', 'facts', 'accept',
     'urgent',                               -- opened what is not theirs, for a short time
     'around-marks',                         -- heard the moments around the marks of a call
     'restrict', 'lift'));                   -- kept a call to a group, and opened it up again

-- Who may read and write what -----------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE (ended_at, ended_by) ON deputies TO tsuwaroku_app;
GRANT SELECT, INSERT ON restricted_groups TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE (left_at, removed_by) ON restricted_members TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE (lifted_at, lifted_by, lifted_reason) ON call_restrictions TO tsuwaroku_app;
GRANT SELECT, UPDATE (ended_at) ON urgent_openings TO tsuwaroku_app;
GRANT SELECT, INSERT ON mark_listeners TO tsuwaroku_app;
GRANT SELECT ON urgent_openings TO tsuwaroku_worker;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['deputies', 'restricted_groups', 'restricted_members', 'call_restrictions',
                               'urgent_openings', 'mark_listeners'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
    END LOOP;
END $$;
CREATE POLICY worker ON urgent_openings FOR SELECT TO tsuwaroku_worker USING (true);

CREATE POLICY known ON deputies FOR SELECT TO tsuwaroku_app USING
    (account_id = rights.account() OR named_by = rights.account()
     OR (rights.has('supervisor') AND department = ANY (rights.departments()))
     OR rights.has('administrator') OR rights.has('auditor'));
-- Whoever stands in for somebody names no deputy.
CREATE POLICY named ON deputies FOR INSERT TO tsuwaroku_app WITH CHECK
    (named_by = rights.account() AND ended_at IS NULL AND rights.has('supervisor')
     AND department = ANY (rights.departments()) AND rights.stands_in() = '{}'
     AND named_at > now() - interval '5 minutes' AND rights.may_stand_in(account_id, department));
CREATE POLICY ended ON deputies FOR UPDATE TO tsuwaroku_app
    USING (ended_at IS NULL AND (account_id = rights.account()
           OR (rights.has('supervisor') AND department = ANY (rights.departments())
               AND rights.stands_in() = '{}')))
    WITH CHECK (ended_at IS NOT NULL AND ended_by = rights.account());

CREATE POLICY of_members ON restricted_groups FOR SELECT TO tsuwaroku_app USING (rights.in_group(id));
CREATE POLICY made ON restricted_groups FOR INSERT TO tsuwaroku_app WITH CHECK
    (made_by = rights.account() AND rights.has('supervisor') AND department = ANY (rights.departments()));
CREATE POLICY of_members ON restricted_members FOR SELECT TO tsuwaroku_app USING (rights.in_group(group_id));
CREATE POLICY added ON restricted_members FOR INSERT TO tsuwaroku_app WITH CHECK
    (added_by = rights.account() AND left_at IS NULL AND rights.has('supervisor') AND rights.in_group(group_id));
CREATE POLICY taken_out ON restricted_members FOR UPDATE TO tsuwaroku_app
    USING (left_at IS NULL AND rights.has('supervisor') AND rights.in_group(group_id))
    WITH CHECK (left_at IS NOT NULL AND removed_by = rights.account());
CREATE POLICY of_members ON call_restrictions FOR SELECT TO tsuwaroku_app USING (rights.in_group(group_id));
CREATE POLICY placed ON call_restrictions FOR INSERT TO tsuwaroku_app WITH CHECK
    (placed_by = rights.account() AND lifted_at IS NULL AND rights.has('supervisor') AND rights.in_group(group_id)
     AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id AND c.department = ANY (rights.departments())));
CREATE POLICY lifted ON call_restrictions FOR UPDATE TO tsuwaroku_app
    USING (lifted_at IS NULL AND rights.has('supervisor') AND rights.in_group(group_id))
    WITH CHECK (lifted_at IS NOT NULL AND lifted_by = rights.account());

-- The auditor reads who opened what urgently and why; so do those whose calls they are.
CREATE POLICY known ON urgent_openings FOR SELECT TO tsuwaroku_app USING
    (account_id = rights.account() OR rights.has('auditor')
     OR (rights.has('supervisor') AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id)));
CREATE POLICY shut ON urgent_openings FOR UPDATE TO tsuwaroku_app
    USING (ended_at IS NULL AND account_id = rights.account()) WITH CHECK (ended_at IS NOT NULL);
CREATE POLICY notices ON alarms FOR SELECT TO tsuwaroku_app USING
    (rights.has('auditor') AND code = 'urgent-opening');
CREATE POLICY notices_read ON alarms FOR UPDATE TO tsuwaroku_app
    USING (acknowledged_at IS NULL AND rights.has('auditor') AND code = 'urgent-opening')
    WITH CHECK (acknowledged_at IS NOT NULL AND acknowledged_by = rights.account());
-- Whoever opened a call is not whom its notice is for.
CREATE POLICY not_by_oneself ON alarms AS RESTRICTIVE FOR UPDATE TO tsuwaroku_app USING
    (code <> 'urgent-opening' OR call_id IS NULL OR call_id <> ALL ((SELECT rights.urgent_calls())::text[]));

CREATE POLICY of_department ON mark_listeners FOR SELECT TO tsuwaroku_app USING
    (account_id = rights.account() OR EXISTS
     (SELECT 1 FROM calls c WHERE c.id = call_id AND (c.operator_id = rights.account()
         OR (rights.has('supervisor') AND c.department = ANY (rights.departments())))));
CREATE POLICY named ON mark_listeners FOR INSERT TO tsuwaroku_app WITH CHECK
    (named_by = rights.account() AND rights.has('supervisor') AND rights.may_listen_instead(account_id, call_id)
     AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id AND c.department = ANY (rights.departments())));

-- What is seen more.
CREATE POLICY urgent ON calls FOR SELECT TO tsuwaroku_app USING (id = ANY ((SELECT rights.urgent_calls())::text[]));
CREATE POLICY urgent ON recordings FOR SELECT TO tsuwaroku_app USING
    (subject = ANY ((SELECT rights.urgent_calls())::text[]));
CREATE POLICY around_marks ON recordings FOR SELECT TO tsuwaroku_app USING
    (subject = ANY ((SELECT rights.heard_around_marks())::text[]));

-- An urgent opening is for looking. What belongs to the call is written by those whose call it is.
DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['call_orders', 'call_notes', 'text_cards', 'call_endings', 'call_measures', 'call_clocks',
                               'call_wrap_ups', 'call_marks', 'help_requests', 'call_claims'] LOOP
        EXECUTE format('CREATE POLICY not_urgently ON %I AS RESTRICTIVE FOR INSERT TO tsuwaroku_app
                        WITH CHECK (call_id <> ALL ((SELECT rights.urgent_calls())::text[]))', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['recording_holds', 'destruction_approvals', 'transcription_states', 'confirmations',
                               'corrections', 'quotes'] LOOP
        EXECUTE format('CREATE POLICY not_urgently ON %I AS RESTRICTIVE FOR INSERT TO tsuwaroku_app
                        WITH CHECK (recording_id <> ALL ((SELECT rights.urgent_recordings())::uuid[]))', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['call_measures', 'call_clocks', 'call_wrap_ups', 'help_requests', 'text_cards'] LOOP
        EXECUTE format('CREATE POLICY not_changed_urgently ON %I AS RESTRICTIVE FOR UPDATE TO tsuwaroku_app
                        USING (call_id <> ALL ((SELECT rights.urgent_calls())::text[]))', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['recording_holds', 'transcription_states'] LOOP
        EXECUTE format('CREATE POLICY not_changed_urgently ON %I AS RESTRICTIVE FOR UPDATE TO tsuwaroku_app
                        USING (recording_id <> ALL ((SELECT rights.urgent_recordings())::uuid[]))', one);
    END LOOP;
END $$;

-- What is seen less. Somebody of a few lines sees those, and whatever rings or was taken at the own desk.
CREATE POLICY own_lines ON calls AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    ((SELECT rights.lines()) IS NULL OR line = ANY ((SELECT rights.lines())::text[]) OR operator_id = rights.account()
     OR (ended_at IS NULL AND ringing_phones && (SELECT rights.own_phones())));
CREATE POLICY own_lines ON recordings AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    ((SELECT rights.lines()) IS NULL OR EXISTS (SELECT 1 FROM calls c WHERE c.id = subject));
CREATE POLICY own_lines ON promises AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    ((SELECT rights.lines()) IS NULL OR made_by = rights.account()
     OR EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY kept_to_group ON calls AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    (id <> ALL ((SELECT rights.kept_calls())::text[]));
CREATE POLICY kept_to_group ON recordings AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    (subject <> ALL ((SELECT rights.kept_content())::text[]));
CREATE POLICY kept_to_group ON promises AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    (call_id IS NULL OR call_id <> ALL ((SELECT rights.kept_calls())::text[]));
CREATE POLICY kept_to_group ON recording_doubts AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    (subject <> ALL ((SELECT rights.kept_calls())::text[]));

-- The same where functions look past the row rights: the number at the desk, words that are being spoken, search.
CREATE OR REPLACE FUNCTION rights.caller_at_desk(wanted text) RETURNS TABLE (caller_sealed bytea, caller_hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.caller_sealed, c.caller_hash
      FROM calls c
     WHERE c.id = wanted AND c.caller_class = 'number' AND c.id <> ALL (rights.kept_calls())
       AND ((rights.has('operator') AND c.operator_id = rights.account())
            OR (rights.has('supervisor') AND c.department = ANY (rights.departments())
                AND (rights.lines() IS NULL OR c.line = ANY (rights.lines())))
            OR (rights.has('operator') AND c.ended_at IS NULL AND EXISTS
                (SELECT 1 FROM phone_seats s
                  WHERE s.account_id = rights.account() AND s.phone = ANY (c.ringing_phones)
                    AND s.sat_from <= now() AND s.sat_until > now())))
$$;
CREATE OR REPLACE FUNCTION rights.may_watch_words(wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM calls c WHERE c.id = wanted AND c.ended_at IS NULL AND (
               (c.department = ANY (rights.departments()) AND c.id <> ALL (rights.kept_content())
                AND (rights.lines() IS NULL OR c.line = ANY (rights.lines()))
                AND (rights.has('supervisor')
                OR (rights.has('operator') AND EXISTS
                    (SELECT 1 FROM call_notes n WHERE n.call_id = c.id AND n.by = rights.account()))))
               OR (rights.has('operator') AND rights.operates(c.id))))
$$;

-- Whether a call that search came upon is the asker's to be told of. Asked of everybody it would cost; whoever has no
-- few lines and is kept from no call is never asked.
CREATE FUNCTION rights.may_find(call text, kept text[], scope text[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT call <> ALL (kept)
       AND (scope IS NULL OR EXISTS (SELECT 1 FROM calls c WHERE c.id = call
                                        AND (c.line = ANY (scope) OR c.operator_id = rights.account())))
$$;
REVOKE ALL ON FUNCTION rights.may_find FROM PUBLIC;

CREATE OR REPLACE FUNCTION search_utterances(wanted tsquery, after timestamptz, before timestamptz, below bigint,
                                             at_most integer, chosen jsonb DEFAULT '{}')
RETURNS TABLE (id bigint, spoken_at timestamptz, recording_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    departments text[] := rights.departments();
    supervises  boolean := rights.has('supervisor');
    operates    boolean := rights.has('operator');
    me          uuid := rights.account();
    only_track  text := chosen->>'track';
    only_by     uuid := (chosen->>'operator')::uuid;
    by_call     boolean := chosen ?| ARRAY['line', 'flagged', 'shortest', 'longest', 'times'];
    mine        tsquery := rights.departments_in_index();
    kept        text[] := rights.kept_content();
    scope       text[] := rights.lines();
    narrowed    boolean := kept <> '{}' OR scope IS NOT NULL;
BEGIN
    RETURN QUERY
    SELECT t.id, t.spoken_at, t.recording_id
      FROM utterance_tokens t
      JOIN recordings r ON r.id = t.recording_id
     WHERE t.tokens || array_to_tsvector(ARRAY['@' || t.department]) @@ (mine && wanted)
       AND t.spoken_at >= after AND t.spoken_at < before AND t.id < below
       AND r.usable AND r.destroyed_at IS NULL
       AND t.department = ANY (departments) AND r.department = ANY (departments)
       AND (supervises OR (operates AND r.operator_id = me))
       AND (only_by IS NULL OR r.operator_id = only_by)
       AND (only_track IS NULL OR only_track =
            coalesce(t.track, (SELECT u.track FROM utterances u WHERE u.spoken_at = t.spoken_at AND u.id = t.id)))
       AND (NOT by_call OR rights.call_is_chosen(r.subject, chosen))
       AND (NOT narrowed OR rights.may_find(r.subject, kept, scope))
     ORDER BY t.id DESC
     LIMIT at_most;
END $$;
CREATE OR REPLACE FUNCTION search_readings(wanted tsquery, heard text[], spelt tsquery, after timestamptz,
                                           before timestamptz, below bigint, at_most integer, chosen jsonb DEFAULT '{}')
RETURNS TABLE (id bigint, spoken_at timestamptz, recording_id uuid, sounds text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    departments text[] := rights.departments();
    supervises  boolean := rights.has('supervisor');
    operates    boolean := rights.has('operator');
    me          uuid := rights.account();
    only_track  text := chosen->>'track';
    only_by     uuid := (chosen->>'operator')::uuid;
    by_call     boolean := chosen ?| ARRAY['line', 'flagged', 'shortest', 'longest', 'times'];
    mine        tsquery := rights.departments_in_index();
    kept        text[] := rights.kept_content();
    scope       text[] := rights.lines();
    narrowed    boolean := kept <> '{}' OR scope IS NOT NULL;
BEGIN
    RETURN QUERY
    SELECT t.id, t.spoken_at, t.recording_id, t.sounds
      FROM utterance_tokens t
      JOIN recordings r ON r.id = t.recording_id
     WHERE t.grams @@ (mine && wanted)
       AND t.sounds LIKE ALL (heard)
       AND NOT t.tokens @@ spelt
       AND t.spoken_at >= after AND t.spoken_at < before AND t.id < below
       AND r.usable AND r.destroyed_at IS NULL
       AND t.department = ANY (departments) AND r.department = ANY (departments)
       AND (supervises OR (operates AND r.operator_id = me))
       AND (only_by IS NULL OR r.operator_id = only_by)
       AND (only_track IS NULL OR t.track = only_track)
       AND (NOT by_call OR rights.call_is_chosen(r.subject, chosen))
       AND (NOT narrowed OR rights.may_find(r.subject, kept, scope))
     ORDER BY t.id DESC
     LIMIT at_most;
END $$;
