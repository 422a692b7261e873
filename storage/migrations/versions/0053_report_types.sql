-- 統計 tells how many cases were decided as 該当, by type: as the departments' other figures, of many, under the rights of whoever
-- asks. A case counts in the period of its decision, and no longer once its finding is withdrawn. Never practice, and never a case of a
-- call that is kept to a group; whoever sees some lines only is told none, because a case has no line.
CREATE FUNCTION rights.report_types(since timestamptz, until timestamptz)
RETURNS TABLE (type text, cases bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH decided AS (
        SELECT i.id FROM incidents i
         WHERE i.ending = 'harassment' AND i.stage IN ('decided', 'closed') AND NOT i.practice
           AND ((SELECT rights.has('administrator'))
                OR ((SELECT rights.has('supervisor')) AND i.department = ANY ((SELECT rights.departments())::text[])))
           AND (SELECT rights.lines()) IS NULL
           AND NOT EXISTS (SELECT 1 FROM incident_calls l JOIN call_restrictions s USING (call_id)
                            WHERE l.incident_id = i.id AND s.lifted_at IS NULL)
           AND (SELECT max(e.at) FROM incident_events e
                 WHERE e.incident_id = i.id AND e.kind IN ('decided', 'filed')) BETWEEN since AND until - interval '1 microsecond')
    SELECT named.type, count(*)
      FROM decided d
      CROSS JOIN LATERAL (SELECT e.body -> 'types' AS types FROM incident_events e
                           WHERE e.incident_id = d.id AND e.kind = 'kinds' ORDER BY e.number DESC LIMIT 1) last
      CROSS JOIN LATERAL jsonb_array_elements_text(last.types) AS named (type)
     GROUP BY 1
$$;
REVOKE ALL ON FUNCTION rights.report_types FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.report_types TO tsuwaroku_app;
