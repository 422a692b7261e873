-- 統計: counts and waiting times of many calls. No call, caller or member of staff leaves these functions; small counts
-- are merged above them (incidents/reports/merging.py), under the city's access.publish_from. See decision 0057.

CREATE INDEX calls_arrived ON calls (arrived_at);

-- A promise outlives its call, and what was practised must never count against the city or for it ---------------------

ALTER TABLE promises ADD COLUMN practice boolean NOT NULL DEFAULT false;
UPDATE promises p SET practice = c.practice FROM calls c WHERE c.id = p.call_id;
CREATE INDEX promises_came_due ON promises (due_at);

CREATE FUNCTION rights.promise_practised() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.practice := coalesce((SELECT c.practice FROM calls c WHERE c.id = NEW.call_id), false);
    RETURN NEW;
END $$;
CREATE TRIGGER promise_practised BEFORE INSERT ON promises
    FOR EACH ROW EXECUTE FUNCTION rights.promise_practised();

-- Whose calls: a supervisor's departments and lines, the whole hall for who keeps the machine. A call that is kept to a
-- group (閲覧制限) counts for nobody: two people's figures must not differ by it. Nobody is granted these views.

CREATE VIEW rights.reported_calls AS
    SELECT c.id, c.department, c.caller_class, c.caller_hash, c.arrived_at, c.connected_at, c.ended_at, c.flagged_at,
           c.arrived_at AT TIME ZONE 'Asia/Tokyo' AS here,
           coalesce(c.operator_id::text, c.operator_phone) AS served_at   -- counted, never given out
      FROM calls c
     WHERE NOT c.practice AND c.direction = 'in' AND c.ended_at IS NOT NULL
       AND ((SELECT rights.has('administrator'))
            OR ((SELECT rights.has('supervisor')) AND c.department = ANY ((SELECT rights.departments())::text[])))
       AND ((SELECT rights.lines()) IS NULL OR c.line = ANY ((SELECT rights.lines())::text[]))
       AND NOT EXISTS (SELECT 1 FROM call_restrictions s WHERE s.call_id = c.id AND s.lifted_at IS NULL);

CREATE VIEW rights.reported_promises AS
    SELECT p.department, p.due_at, p.kept_at
      FROM promises p
     WHERE NOT p.practice
       AND ((SELECT rights.has('administrator'))
            OR ((SELECT rights.has('supervisor')) AND p.department = ANY ((SELECT rights.departments())::text[])))
       AND ((SELECT rights.lines()) IS NULL
            OR EXISTS (SELECT 1 FROM calls c WHERE c.id = p.call_id AND c.line = ANY ((SELECT rights.lines())::text[])))
       AND NOT EXISTS (SELECT 1 FROM call_restrictions s WHERE s.call_id = p.call_id AND s.lifted_at IS NULL);

REVOKE ALL ON rights.reported_calls, rights.reported_promises FROM PUBLIC;

-- since..until: arrivals; without: days of Japan that do not count; chosen: one department, or '' for all -------------

CREATE FUNCTION rights.report_departments(since timestamptz, until timestamptz, without date[], chosen text)
RETURNS TABLE (department text, calls bigint, answered bigint, seconds double precision, people bigint, flagged bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.department, sum(p.calls)::bigint, sum(p.answered)::bigint, sum(p.seconds),
           count(p.served_at) FILTER (WHERE p.answered > 0), sum(p.flagged)::bigint
      FROM (SELECT c.department, c.served_at, count(*) AS calls, count(c.connected_at) AS answered,
                   coalesce(sum(extract(epoch FROM c.ended_at - c.connected_at)), 0)::double precision AS seconds,
                   count(c.flagged_at) AS flagged
              FROM rights.reported_calls c
             WHERE c.arrived_at >= since AND c.arrived_at < until AND c.here::date <> ALL (without)
               AND (chosen = '' OR c.department = chosen)
             GROUP BY 1, 2) p
     GROUP BY 1
$$;

CREATE FUNCTION rights.report_hours(since timestamptz, until timestamptz, without date[], chosen text)
RETURNS TABLE (weekday integer, hour integer, calls bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT extract(isodow FROM c.here)::integer, extract(hour FROM c.here)::integer, count(*)
      FROM rights.reported_calls c
     WHERE c.arrived_at >= since AND c.arrived_at < until AND c.here::date <> ALL (without)
       AND (chosen = '' OR c.department = chosen)
     GROUP BY 1, 2
$$;

-- How many numbers called how often. Calls without a number are nobody's: they are in no row.
CREATE FUNCTION rights.report_callers(since timestamptz, until timestamptz, without date[], chosen text)
RETURNS TABLE (times bigint, callers bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.times, count(*)
      FROM (SELECT count(*) AS times FROM rights.reported_calls c
             WHERE c.arrived_at >= since AND c.arrived_at < until AND c.here::date <> ALL (without)
               AND (chosen = '' OR c.department = chosen) AND c.caller_hash IS NOT NULL
             GROUP BY c.caller_hash) n
     GROUP BY 1
$$;

-- Seconds from the call's arrival until somebody of the hall could talk, announcement included.
CREATE FUNCTION rights.report_waits(since timestamptz, until timestamptz, without date[], chosen text)
RETURNS TABLE (shown boolean, calls bigint, answered bigint, median double precision, p95 double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.caller_class = 'number', count(*), count(c.connected_at),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.connected_at - c.arrived_at)::double precision),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM c.connected_at - c.arrived_at)::double precision)
      FROM rights.reported_calls c
     WHERE c.arrived_at >= since AND c.arrived_at < until AND c.here::date <> ALL (without)
       AND (chosen = '' OR c.department = chosen)
     GROUP BY 1
$$;

CREATE FUNCTION rights.report_outcomes(since timestamptz, until timestamptz, without date[], chosen text)
RETURNS TABLE (outcome text, calls bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.outcome, count(*)
      FROM rights.reported_calls c JOIN call_wrap_ups w ON w.call_id = c.id
     WHERE c.arrived_at >= since AND c.arrived_at < until AND c.here::date <> ALL (without)
       AND (chosen = '' OR c.department = chosen)
     GROUP BY 1
$$;

-- What came due in the period. A day of disaster excuses nothing here: what we promised, we promised.
CREATE FUNCTION rights.report_promises(since timestamptz, until timestamptz, at timestamptz, chosen text)
RETURNS TABLE (kept bigint, late bigint, broken bigint, waiting bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FILTER (WHERE p.kept_at <= p.due_at), count(*) FILTER (WHERE p.kept_at > p.due_at),
           count(*) FILTER (WHERE p.kept_at IS NULL AND p.due_at < at),
           count(*) FILTER (WHERE p.kept_at IS NULL AND p.due_at >= at)
      FROM rights.reported_promises p
     WHERE p.due_at >= since AND p.due_at < until AND (chosen = '' OR p.department = chosen)
$$;

REVOKE ALL ON FUNCTION rights.report_departments, rights.report_hours, rights.report_callers, rights.report_waits,
    rights.report_outcomes, rights.report_promises, rights.promise_practised FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.report_departments, rights.report_hours, rights.report_callers, rights.report_waits,
    rights.report_outcomes, rights.report_promises TO tsuwaroku_app;
