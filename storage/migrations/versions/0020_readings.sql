-- Search by sound: beside the pairs of characters stands how an utterance is read, folded, and its index.
--
-- All of it stands in the row that search had already, so it goes with the transcript, and is read by nobody but the
-- two functions below. A row without a reading waits for a duty of the worker.
-- One reader makes readings and asks for them; where its dictionary or rules change, readings are made anew.

ALTER TABLE utterance_tokens
    ADD COLUMN track      text,              -- as in utterances; null until the reading is made
    ADD COLUMN sounds     text,              -- the reading, folded
    ADD COLUMN grams      tsvector,          -- three sounds each; =XX a word of two; @ the department
    ADD COLUMN dictionary text;              -- which reader, dictionary and rules made the reading
CREATE INDEX utterance_tokens_grams ON utterance_tokens USING gin (grams);
CREATE INDEX utterance_tokens_by_dictionary ON utterance_tokens (dictionary);

-- Which calls a search is kept to. Counts of a caller's calls are counts of what the asker may see. --------

CREATE FUNCTION rights.call_is_chosen(call text, chosen jsonb) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM calls c
         WHERE c.id = call
           AND (chosen->>'line' IS NULL OR c.line = chosen->>'line')
           AND (chosen->>'flagged' IS NULL OR (c.flagged_at IS NOT NULL) = (chosen->>'flagged')::boolean)
           AND (chosen->>'shortest' IS NULL
                OR c.ended_at - c.connected_at >= make_interval(secs => (chosen->>'shortest')::float8))
           AND (chosen->>'longest' IS NULL
                OR c.ended_at - c.connected_at <= make_interval(secs => (chosen->>'longest')::float8))
           AND (chosen->>'times' IS NULL OR (NOT c.practice AND c.caller_hash IS NOT NULL AND
                (SELECT count(*) FROM calls o
                  WHERE o.caller_hash = c.caller_hash AND NOT o.practice
                    AND o.arrived_at >= (chosen->>'since')::timestamptz
                    AND o.arrived_at < (chosen->>'until')::timestamptz
                    AND o.department = ANY (rights.departments())
                    AND (rights.has('supervisor') OR (rights.has('operator') AND o.operator_id = rights.account())))
                >= (chosen->>'times')::integer)))
$$;
REVOKE ALL ON FUNCTION rights.call_is_chosen FROM PUBLIC;

-- Tier one, as before, and kept to calls. What is not asked for folds away when the statement is planned.
DROP FUNCTION search_utterances(tsquery, timestamptz, timestamptz, bigint, integer);
CREATE FUNCTION search_utterances(wanted tsquery, after timestamptz, before timestamptz, below bigint, at_most integer,
                                  chosen jsonb DEFAULT '{}')
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
BEGIN
    RETURN QUERY
    SELECT t.id, t.spoken_at, t.recording_id
      FROM utterance_tokens t
      JOIN recordings r ON r.id = t.recording_id
     WHERE t.tokens @@ wanted
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

-- Tiers two and three: what is read as wanted, holds every one of "heard" (LIKE patterns), and is not spelt as asked.
-- The department stands in the index beside the sounds: other departments' utterances are not even looked at.
CREATE FUNCTION search_readings(wanted tsquery, heard text[], spelt tsquery, after timestamptz, before timestamptz,
                                below bigint, at_most integer, chosen jsonb DEFAULT '{}')
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
    mine        tsquery := (SELECT string_agg(format('''@%s''', replace(replace(one, '\', '\\'), '''', '''''')), ' | ')
                              FROM unnest(departments) one WHERE one <> '')::tsquery;
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
     ORDER BY t.id DESC
     LIMIT at_most;
END $$;
REVOKE ALL ON FUNCTION search_utterances, search_readings FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_utterances, search_readings TO tsuwaroku_app;

-- What somebody keeps under a name to ask again: their own alone, until they throw it away, a year at the longest.

ALTER TABLE saved_queries ADD COLUMN name text CHECK (length(name) BETWEEN 1 AND 60);
ALTER POLICY old ON saved_queries USING
    (created_at < now() - CASE WHEN name IS NULL THEN interval '1 day' ELSE interval '1 year' END);
