-- Search as it is spelt looks at the asker's departments alone: the department stands in the index beside the pairs of
-- characters, as it does beside the sounds (0020). It stands in the index only: no row is written anew.

DROP INDEX utterance_tokens_gin;
CREATE INDEX utterance_tokens_gin ON utterance_tokens
    USING gin ((tokens || array_to_tsvector(ARRAY['@' || department])));

-- The asker's departments as the indexes of search hold them; null where there is none, and nothing is found.
CREATE FUNCTION rights.departments_in_index() RETURNS tsquery
LANGUAGE sql STABLE AS $$
    SELECT string_agg(format('''@%s''', replace(replace(one, '\', '\\'), '''', '''''')), ' | ')::tsquery
      FROM unnest(rights.departments()) one WHERE one <> ''
$$;
REVOKE ALL ON FUNCTION rights.departments_in_index FROM PUBLIC;

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
     ORDER BY t.id DESC
     LIMIT at_most;
END $$;
