-- Programs read no row that only people have pages for (0018): also of the tables made since.

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['call_outside', 'transcription_states', 'clips', 'confirmations', 'corrections', 'quotes',
                               'voice_measures'] LOOP
        EXECUTE format('CREATE POLICY people_alone ON %I AS RESTRICTIVE TO tsuwaroku_app
                        USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()))', one);
    END LOOP;
END $$;

-- Whom the hall rang three times has not called three times: calls going out make nobody a repeated caller.
CREATE OR REPLACE FUNCTION rights.call_is_chosen(call text, chosen jsonb) RETURNS boolean
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
                  WHERE o.caller_hash = c.caller_hash AND NOT o.practice AND o.direction = 'in'
                    AND o.arrived_at >= (chosen->>'since')::timestamptz
                    AND o.arrived_at < (chosen->>'until')::timestamptz
                    AND o.department = ANY (rights.departments())
                    AND (rights.has('supervisor') OR (rights.has('operator') AND o.operator_id = rights.account())))
                >= (chosen->>'times')::integer)))
$$;

-- What is destroyed takes its rows along by their references: found by index, not by reading whole tables.
CREATE INDEX transcript_revisions_based_on ON transcript_revisions (based_on) WHERE based_on IS NOT NULL;
CREATE INDEX clips_of_revision ON clips (revision_id);
CREATE INDEX confirmations_of_clip ON confirmations (clip_id);
CREATE INDEX corrections_of_revision ON corrections (revision_id);
CREATE INDEX corrections_of_clip ON corrections (clip_id);
CREATE INDEX corrections_made ON corrections (made) WHERE made IS NOT NULL;
CREATE INDEX quotes_of_revision ON quotes (revision_id);
CREATE INDEX quotes_of_clip ON quotes (heard) WHERE heard IS NOT NULL;
