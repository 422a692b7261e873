-- The rows about calls have a period (keeping.calls_days), and a duty of the worker that enforces it.

CREATE INDEX calls_by_end ON calls (ended_at);
CREATE INDEX promises_of_call ON promises (call_id) WHERE call_id IS NOT NULL;   -- a call that goes is looked for here

-- No role of ours writes a seat that nobody sat on, or takes away one that decides whose a call of these days is.
GRANT DELETE ON phone_seats TO tsuwaroku_worker;
CREATE POLICY long_over ON phone_seats AS RESTRICTIVE FOR DELETE TO tsuwaroku_worker
    USING (sat_until < now() - interval '90 days');
