-- A case holds words that people heard, and who judged what of whom. Who opened it, and who took its paper out, stands in the access log.

ALTER TABLE access_knocks DROP CONSTRAINT access_knocks_act_check;
ALTER TABLE access_knocks ADD CONSTRAINT access_knocks_act_check CHECK (act IN
    ('listen', 'clip', 'read', 'search', 'process', 'live-listen', 'live-whisper', 'live-barge', 'live-take-over',
     'live-text', 'claim', 'facts', 'accept', 'urgent', 'around-marks', 'restrict', 'lift', 'quote', 'take-out',
     'case',                                 -- opened a case
     'paper'));                              -- took a case out on paper

-- As before (0038); besides, a knock on a case is of the case's department, and of practice if the case is.
CREATE OR REPLACE FUNCTION rights.name_departments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    practised boolean;
BEGIN
    NEW.detail := NEW.detail - 'practice';
    IF NEW.recording_id IS NOT NULL THEN
        SELECT ARRAY[r.department], r.practice INTO NEW.departments, practised FROM recordings r WHERE r.id = NEW.recording_id;
    ELSIF NEW.call_id IS NOT NULL THEN
        SELECT ARRAY[c.department], c.practice INTO NEW.departments, practised FROM calls c WHERE c.id = NEW.call_id;
    ELSIF NEW.act IN ('case', 'paper') THEN
        SELECT ARRAY[i.department], i.practice INTO NEW.departments, practised
          FROM incidents i WHERE i.id::text = NEW.detail ->> 'incident';
    END IF;
    IF practised THEN
        NEW.detail := NEW.detail || '{"practice": 1}';
    END IF;
    RETURN NEW;
END $$;

-- How many people have judged a case since its finding fell last: as many as its rule asks for, or there is no finding.
CREATE FUNCTION rights.several_judged(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(DISTINCT e.by) >=
           (SELECT (o.body -> 'rule' ->> 'people')::int FROM incident_events o WHERE o.incident_id = wanted AND o.number = 1)
      FROM incident_events e
      JOIN incident_judges j ON j.incident_id = e.incident_id AND j.account_id = e.by
     WHERE e.incident_id = wanted AND e.kind = 'view'
       AND e.number > coalesce((SELECT max(w.number) FROM incident_events w
                                 WHERE w.incident_id = wanted AND w.kind = 'finding-withdrawn'), 0)
$$;
REVOKE ALL ON FUNCTION rights.several_judged FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.several_judged TO tsuwaroku_app;

-- As before (0047); besides, no finding stands in the list that fewer people have judged than the case's own rule asks for.
CREATE OR REPLACE FUNCTION rights.standing_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
            OR (kind = 'view' AND NOT OLD.found AND NEW.found AND NEW.found_at = moment AND rights.several_judged(OLD.id))
            OR (kind = 'finding-withdrawn' AND NOT NEW.found AND NEW.found_at IS NULL))
       AND (NEW.closed_at IS NOT DISTINCT FROM OLD.closed_at
            OR (kind = 'closed' AND NEW.closed_at = moment) OR (fell AND NEW.closed_at IS NULL)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a case stands where its events have led it' USING ERRCODE = 'insufficient_privilege';
END $$;
