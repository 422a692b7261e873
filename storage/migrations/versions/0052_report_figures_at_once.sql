-- 統計 of a year and of a whole hall three times as quickly: what is counted is read from one index, few rows are made of many at
-- once, and the hour in Japan is reckoned without looking a time zone up for each call. Rights, doors and names stay those
-- of 0045. See decision 0054.

CREATE INDEX calls_reported ON calls (arrived_at)
    INCLUDE (id, department, line, caller_class, connected_at, ended_at, flagged_at, operator_id, operator_phone)
    WHERE NOT practice AND direction = 'in' AND ended_at IS NOT NULL;

-- Japan has had one time since 1951: nine hours ahead, no summer time.
CREATE OR REPLACE VIEW rights.reported_calls AS
    SELECT c.id, c.department, c.caller_class, c.caller_hash, c.arrived_at, c.connected_at, c.ended_at, c.flagged_at,
           c.arrived_at AT TIME ZONE interval '9 hours' AS here,
           coalesce(c.operator_id::text, c.operator_phone) AS served_at   -- counted, never given out
      FROM calls c
     WHERE NOT c.practice AND c.direction = 'in' AND c.ended_at IS NOT NULL
       AND ((SELECT rights.has('administrator'))
            OR ((SELECT rights.has('supervisor')) AND c.department = ANY ((SELECT rights.departments())::text[])))
       AND ((SELECT rights.lines()) IS NULL OR c.line = ANY ((SELECT rights.lines())::text[]))
       AND NOT EXISTS (SELECT 1 FROM call_restrictions s WHERE s.call_id = c.id AND s.lifted_at IS NULL);

CREATE OR REPLACE FUNCTION rights.report_hours(since timestamptz, until timestamptz, without date[], chosen text)
RETURNS TABLE (weekday integer, hour integer, calls bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT extract(isodow FROM h.hours)::integer, extract(hour FROM h.hours)::integer, sum(h.calls)::bigint
      FROM (SELECT date_trunc('hour', c.here) AS hours, count(*) AS calls
              FROM rights.reported_calls c
             WHERE c.arrived_at >= since AND c.arrived_at < until AND (chosen = '' OR c.department = chosen)
             GROUP BY 1) h
     WHERE h.hours::date <> ALL (without)
     GROUP BY 1, 2
$$;

-- Waits are put together by tenths of a second first: a year has a thousand of those, and a million calls.
CREATE OR REPLACE FUNCTION rights.report_waits(since timestamptz, until timestamptz, without date[], chosen text)
RETURNS TABLE (shown boolean, calls bigint, answered bigint, median double precision, p95 double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH tenths AS (
        SELECT c.caller_class = 'number' AS shown,
               (extract(epoch FROM c.connected_at - c.arrived_at) * 10)::bigint AS tenth, count(*) AS calls
          FROM rights.reported_calls c
         WHERE c.arrived_at >= since AND c.arrived_at < until
           AND (cardinality(without) = 0 OR c.here::date <> ALL (without)) AND (chosen = '' OR c.department = chosen)
         GROUP BY 1, 2),
    ranked AS (
        SELECT t.shown, t.tenth, t.calls,
               sum(t.calls) FILTER (WHERE t.tenth IS NOT NULL) OVER (PARTITION BY t.shown ORDER BY t.tenth) AS up_to,
               sum(t.calls) FILTER (WHERE t.tenth IS NOT NULL) OVER (PARTITION BY t.shown) AS answered
          FROM tenths t)
    SELECT r.shown, sum(r.calls)::bigint, coalesce(max(r.answered), 0)::bigint,
           min(r.tenth) FILTER (WHERE r.up_to >= r.answered * 0.5) / 10.0::double precision,
           min(r.tenth) FILTER (WHERE r.up_to >= r.answered * 0.95) / 10.0::double precision
      FROM ranked r
     GROUP BY 1
$$;

CREATE OR REPLACE FUNCTION rights.report_departments(since timestamptz, until timestamptz, without date[], chosen text)
RETURNS TABLE (department text, calls bigint, answered bigint, seconds double precision, people bigint, flagged bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.department, sum(p.calls)::bigint, sum(p.answered)::bigint, sum(p.seconds),
           count(p.served_at) FILTER (WHERE p.answered > 0), sum(p.flagged)::bigint
      FROM (SELECT c.department, c.served_at, count(*) AS calls, count(c.connected_at) AS answered,
                   extract(epoch FROM coalesce(sum(c.ended_at - c.connected_at), interval '0'))::double precision
                     AS seconds,
                   count(c.flagged_at) AS flagged
              FROM rights.reported_calls c
             WHERE c.arrived_at >= since AND c.arrived_at < until
               AND (cardinality(without) = 0 OR c.here::date <> ALL (without)) AND (chosen = '' OR c.department = chosen)
             GROUP BY 1, 2) p
     GROUP BY 1
$$;

CREATE OR REPLACE FUNCTION rights.report_outcomes(since timestamptz, until timestamptz, without date[], chosen text)
RETURNS TABLE (outcome text, calls bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.outcome, count(*)
      FROM rights.reported_calls c JOIN call_wrap_ups w ON w.call_id = c.id
     WHERE c.arrived_at >= since AND c.arrived_at < until
       AND (cardinality(without) = 0 OR c.here::date <> ALL (without)) AND (chosen = '' OR c.department = chosen)
     GROUP BY 1
$$;

CREATE INDEX call_wrap_ups_reported ON call_wrap_ups (call_id) INCLUDE (outcome);

-- A year's outcomes put together on disk, in pieces, take three times as long.
ALTER FUNCTION rights.report_outcomes SET work_mem = '128MB';
ALTER FUNCTION rights.report_departments SET work_mem = '32MB';
ALTER FUNCTION rights.report_hours SET work_mem = '32MB';
ALTER FUNCTION rights.report_waits SET work_mem = '32MB';
