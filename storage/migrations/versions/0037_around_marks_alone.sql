-- An operator hears and reads their own call around the own marks alone, until its record is filed (記録作成). The rest of
-- it, sound and words, opens to supervisors. What a person practised they may hear and read as a whole: nobody called.

ALTER POLICY content ON recordings USING
    (department = ANY ((SELECT rights.departments())::text[])
     AND ((SELECT rights.has('supervisor'))
          OR ((SELECT rights.has('operator')) AND practice AND operator_id = (SELECT rights.account()))));

-- A transaction that asked by marks reads what lies around them and nothing else, whoever asks: two minutes on each side,
-- and of the words only what was said wholly within.
CREATE FUNCTION rights.by_marks() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT current_setting('tsuwaroku.around_marks', true) IS NOT DISTINCT FROM 'on' $$;
CREATE FUNCTION rights.said_around_marks(recording uuid, starts real, ends real) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((
        SELECT range_agg(tstzrange(m.at - interval '2 minutes', m.at + interval '2 minutes', '[]'))
               @> tstzrange(r.started_at + make_interval(secs => starts),
                            r.started_at + make_interval(secs => greatest(starts, ends)), '[]')
          FROM recordings r
          JOIN calls c ON c.id = r.subject
          JOIN call_marks m ON m.call_id = c.id AND (m.by = c.operator_id OR m.by IS NULL)
         WHERE r.id = recording
         GROUP BY r.started_at), false)
$$;
REVOKE ALL ON FUNCTION rights.said_around_marks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.said_around_marks TO tsuwaroku_app;

CREATE POLICY by_marks ON recordings AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    ((SELECT NOT rights.by_marks()) OR subject = ANY ((SELECT rights.heard_around_marks())::text[]));
CREATE POLICY by_marks ON utterances AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    ((SELECT NOT rights.by_marks()) OR rights.said_around_marks(recording_id, start_seconds, end_seconds));
DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['confirmations', 'corrections'] LOOP
        EXECUTE format('CREATE POLICY by_marks ON %1$I AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
            ((SELECT NOT rights.by_marks()) OR EXISTS
             (SELECT 1 FROM utterances u WHERE u.recording_id = %1$I.recording_id AND u.revision_id = %1$I.revision_id
                 AND u.id = %1$I.utterance_id))', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['quotes', 'clips', 'voice_measures', 'recording_holds', 'destruction_approvals'] LOOP
        EXECUTE format('CREATE POLICY by_marks ON %I AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
            ((SELECT NOT rights.by_marks()))', one);
    END LOOP;
END $$;
-- A mark is of the moment in which it is placed: nobody opens an earlier stretch of a call by marking it afterwards. Over
-- a bad line a press arrives late, by ten minutes at most.
CREATE POLICY of_this_moment ON call_marks AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK
    (at BETWEEN now() - interval '11 minutes' AND now() + interval '5 minutes');

-- Search looks past the row rights, and keeps to the same.
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
       AND (supervises OR (operates AND r.practice AND r.operator_id = me))
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
       AND (supervises OR (operates AND r.practice AND r.operator_id = me))
       AND (only_by IS NULL OR r.operator_id = only_by)
       AND (only_track IS NULL OR t.track = only_track)
       AND (NOT by_call OR rights.call_is_chosen(r.subject, chosen))
       AND (NOT narrowed OR rights.may_find(r.subject, kept, scope))
     ORDER BY t.id DESC
     LIMIT at_most;
END $$;
