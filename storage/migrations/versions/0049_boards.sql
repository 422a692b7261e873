-- 判断ボード: judges are woken when they are called, the same press is one event, a finding opens the ending of its calls, and an
-- alert that rests on a finding falls with it.

-- The page's own id of the press: sent again after a lost answer, it is one event. Older events have none.
ALTER TABLE incident_events ADD COLUMN press uuid;
CREATE UNIQUE INDEX incident_events_press ON incident_events (incident_id, press);

ALTER TABLE incidents ADD COLUMN found_at timestamptz;      -- since when its finding stands; null: none does
UPDATE incidents i SET found_at = (SELECT max(e.at) FROM incident_events e WHERE e.incident_id = i.id AND e.kind = 'view')
 WHERE i.found;
GRANT UPDATE (found_at) ON incidents TO tsuwaroku_app;

-- Who was called is woken, on whatever page they have open. NOTIFY carries the id of the case, no more.
CREATE FUNCTION rights.wake_judges() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('tsuwaroku_boards', NEW.incident_id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER wake_judges AFTER INSERT ON incident_events FOR EACH ROW
    WHEN (NEW.kind IN ('judges-called', 'view', 'finding-withdrawn')) EXECUTE FUNCTION rights.wake_judges();
CREATE FUNCTION rights.judges_of(wanted text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT account_id FROM incident_judges
     WHERE incident_id = CASE WHEN wanted ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN wanted::uuid END
$$;

-- Since when a finding stands about a call: for whoever talks in it, who need not see the case, and for its supervisors.
CREATE FUNCTION rights.found_about(wanted text[]) RETURNS TABLE (call_id text, found_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.call_id, max(i.found_at) FROM incident_calls l
      JOIN incidents i ON i.id = l.incident_id JOIN calls c ON c.id = l.call_id
     WHERE l.call_id = ANY (wanted) AND i.found AND c.id <> ALL (rights.kept_calls())
       AND (rights.operates(c.id) OR rights.has('supervisor') AND c.department = ANY (rights.departments()))
     GROUP BY l.call_id
$$;
REVOKE ALL ON FUNCTION rights.judges_of, rights.found_about FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.judges_of, rights.found_about TO tsuwaroku_app;

-- Longer alerts -------------------------------------------------------------------------------------------
-- Until now no row could have a finding: only the kind of the column changes. It goes with its case.
DROP POLICY placed ON alerts;
ALTER TABLE alerts ALTER COLUMN finding TYPE uuid USING finding::uuid,
    ADD CONSTRAINT of_finding FOREIGN KEY (finding) REFERENCES incidents ON DELETE CASCADE,
    ADD CONSTRAINT ends CHECK (until <= placed_at + interval '367 days');
CREATE INDEX alerts_of_finding ON alerts (finding) WHERE finding IS NOT NULL;

-- As before; longer than the day only where the finding of a case about that very call stands.
CREATE POLICY placed ON alerts FOR INSERT TO tsuwaroku_app WITH CHECK
    (placed_by = rights.account() AND rights.has('supervisor') AND department = ANY (rights.departments())
     AND (finding IS NULL OR EXISTS
          (SELECT 1 FROM incidents i JOIN incident_calls l ON l.incident_id = i.id
            WHERE i.id = alerts.finding AND i.found AND l.call_id = alerts.call_id))
     AND placed_at BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'
     AND call_id <> ALL (rights.urgent_calls())
     AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id AND c.department = alerts.department
                    AND c.agency = alerts.agency AND c.caller_class = 'number' AND NOT c.practice
                    AND c.direction = 'in' AND c.caller_hash = alerts.caller_hash));

-- A finding that is withdrawn takes its alerts along, in the transaction that withdraws it, whoever writes it and whatever program
-- they use: no alert stands on nothing, not for a second. What stands there for those who saw it tells no story.
CREATE FUNCTION rights.alerts_fall() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO alert_withdrawals (alert_id, at, by, reason)
    SELECT a.id, NEW.at, NEW."by", '警報のもとになった判断が、取り消されたためです。'
      FROM alerts a WHERE a.finding = NEW.incident_id AND a.until > NEW.at
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER alerts_fall AFTER INSERT ON incident_events FOR EACH ROW
    WHEN (NEW.kind = 'finding-withdrawn') EXECUTE FUNCTION rights.alerts_fall();
