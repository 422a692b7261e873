-- A decided case is printed once. Where a case stands follows its events, whoever writes and with whatever program; what only people
-- who judge may do is written down by them alone; and no quote enters a case through somebody who did not hear it.

-- The paper of a decision: these bytes, for as long as the case. ``number`` is that of the event that decided.
CREATE TABLE incident_papers (
    incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
    number      integer NOT NULL,
    sha256      bytea NOT NULL CHECK (length(sha256) = 32),
    pdf         bytea NOT NULL CHECK (length(pdf) BETWEEN 1 AND 33554432),
    made_at     timestamptz NOT NULL,
    made_by     uuid NOT NULL REFERENCES accounts,
    PRIMARY KEY (incident_id, number),
    CHECK (sha256 = sha256(pdf))
);
CREATE FUNCTION rights.paper_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a decided case is never printed over' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON incident_papers FOR EACH ROW EXECUTE FUNCTION rights.paper_stays();

GRANT SELECT, INSERT ON incident_papers TO tsuwaroku_app;
GRANT SELECT ON incident_papers TO tsuwaroku_worker;
ALTER TABLE incident_papers ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON incident_papers TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY people_alone ON incident_papers AS RESTRICTIVE TO tsuwaroku_app
    USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()));
CREATE POLICY of_visible ON incident_papers FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM incidents i WHERE i.id = incident_id));
-- Printed by whoever decided, for that very decision.
CREATE POLICY printed ON incident_papers FOR INSERT TO tsuwaroku_app WITH CHECK
    (made_by = rights.account()
     AND EXISTS (SELECT 1 FROM incident_events e WHERE e.incident_id = incident_papers.incident_id
                    AND e.number = incident_papers.number AND e.kind IN ('decided', 'filed') AND e.by = rights.account()));

-- What staff write down; everything else that happens to a case is a judge's or the head's to write.
CREATE POLICY not_by_staff ON incident_events AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK
    (kind IN ('opened', 'call-linked', 'quote-linked', 'statement', 'kinds', 'judges-called', 'measure', 'submitted')
     OR (rank <> 'staff' AND rights.has('supervisor')
         -- From this moment the period of the case runs: it is not written back in time.
         AND (kind <> 'closed' OR at > now() - interval '5 minutes')));

-- A case begins as a draft that nobody has found or decided anything about.
CREATE POLICY begins ON incidents AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK
    (stage = 'draft' AND NOT found AND found_at IS NULL AND ending IS NULL AND closed_at IS NULL);

-- Where a case stands is changed by nothing but its last event, and by whoever wrote that event. It looks with the eyes of who writes:
-- of a case that they do not see there is no event, and nothing changes.
CREATE FUNCTION rights.standing_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE kind text; writer uuid; moment timestamptz; body jsonb; fell boolean;
BEGIN
    IF current_user <> 'tsuwaroku_app'
       OR (NEW.stage, NEW.found, NEW.found_at, NEW.ending, NEW.closed_at)
          IS NOT DISTINCT FROM (OLD.stage, OLD.found, OLD.found_at, OLD.ending, OLD.closed_at) THEN
        RETURN NEW;
    END IF;
    SELECT e.kind, e.by, e.at, e.body INTO kind, writer, moment, body
      FROM incident_events e WHERE e.incident_id = OLD.id ORDER BY e.number DESC LIMIT 1;
    fell := kind = 'finding-withdrawn' AND NEW.stage = 'draft';
    IF writer = rights.account()
       AND (NEW.stage = OLD.stage OR fell
            OR (OLD.stage, kind, NEW.stage) IN
               (('draft', 'submitted', 'head-check'), ('head-check', 'head-checked', 'council'),
                ('council', 'council-agreed', 'decision'), ('decision', 'decided', 'decided'), ('draft', 'filed', 'decided'),
                ('decided', 'closed', 'closed'))
            OR (kind = 'returned' AND OLD.stage IN ('head-check', 'council', 'decision') AND NEW.stage = 'draft'))
       AND (NEW.ending IS NOT DISTINCT FROM OLD.ending
            OR (kind IN ('decided', 'filed') AND NEW.ending = body ->> 'ending') OR (fell AND NEW.ending IS NULL))
       AND ((NEW.found, NEW.found_at) IS NOT DISTINCT FROM (OLD.found, OLD.found_at)
            OR (kind = 'view' AND NOT OLD.found AND NEW.found AND NEW.found_at = moment)
            OR (kind = 'finding-withdrawn' AND NOT NEW.found AND NEW.found_at IS NULL))
       AND (NEW.closed_at IS NOT DISTINCT FROM OLD.closed_at
            OR (kind = 'closed' AND NEW.closed_at = moment) OR (fell AND NEW.closed_at IS NULL)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a case stands where its events have led it' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER follows BEFORE UPDATE ON incidents FOR EACH ROW EXECUTE FUNCTION rights.standing_follows();

-- As before: confirmed by whoever made it. Besides, whoever brings it into a case has heard that very stretch.
CREATE POLICY heard ON incident_quotes AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK
    (EXISTS (SELECT 1 FROM quotes q JOIN clips c ON (c.recording_id, c.track, c.start_ms, c.end_ms, c.samples_sha256)
                                                  = (q.recording_id, q.track, q.start_ms, q.end_ms, q.samples_sha256)
              WHERE q.id = quote_id AND c.account_id = rights.account() AND c.heard_at IS NOT NULL));
