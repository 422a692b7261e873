-- 開示: a call is found by who took part in it, and by words of its transcript; each word stands somewhere in it, in the normal form.
-- Words of a call that is kept from this person, or may not be used, are not looked at: finding one would tell them.
DROP FUNCTION search_facts(uuid, timestamptz, timestamptz, text, bytea, integer);
CREATE FUNCTION search_facts(search uuid, after timestamptz, before timestamptz, wanted_line text, wanted_caller bytea,
                             at_most integer, wanted_operator uuid DEFAULT NULL, wanted_words text[] DEFAULT NULL)
RETURNS TABLE (call_id text, line text, department text, arrived_at timestamptz, connected_at timestamptz,
               ended_at timestamptz, direction text, caller_class text, outcome text, no_sound text,
               recording_id uuid, usable boolean, destroyed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.call, f.line, f.department, f.arrived_at, f.connected_at, f.ended_at, f.direction, f.caller_class, f.outcome,
           f.no_sound, f.recording, f.usable, f.destroyed_at FROM (
        SELECT c.id AS call, c.line, c.department, c.arrived_at, c.connected_at, c.ended_at, c.direction, c.caller_class,
               c.outcome, c.no_sound, r.id AS recording, r.usable, r.destroyed_at
          FROM access_knocks k, calls c LEFT JOIN recordings r ON r.subject = c.id
         WHERE k.id = search AND k.actor = rights.account() AND k.act = 'facts' AND k.granted
           AND k.at > now() - interval '1 hour' AND rights.open_request(k.request_id)
           AND c.department = ANY (rights.departments()) AND NOT c.practice AND c.ended_at IS NOT NULL
           AND c.arrived_at >= after AND c.arrived_at < before
           AND (wanted_line IS NULL OR c.line = wanted_line)
           AND (wanted_caller IS NULL OR c.caller_hash = wanted_caller)
           AND (wanted_operator IS NULL OR c.operator_id = wanted_operator OR EXISTS
                (SELECT 1 FROM call_parties p WHERE p.call_id = c.id AND p.account_id = wanted_operator))
        UNION ALL
        SELECT 'import-' || i.id::text, '', i.department, i.recorded_at, NULL,
               i.recorded_at + make_interval(secs => r.samples::float8 / r.sample_rate), 'import', 'unavailable', NULL,
               NULL, r.id, r.usable, r.destroyed_at
          FROM access_knocks k, imports i JOIN recordings r ON r.id = i.recording_id
         WHERE k.id = search AND k.actor = rights.account() AND k.act = 'facts' AND k.granted
           AND k.at > now() - interval '1 hour' AND rights.open_request(k.request_id)
           AND i.department = ANY (rights.departments()) AND i.state = 'kept'
           AND i.recorded_at >= after AND i.recorded_at < before
           AND wanted_line IS NULL AND wanted_caller IS NULL AND wanted_operator IS NULL) f
     WHERE wanted_words IS NULL OR (f.usable AND f.call <> ALL ((SELECT rights.kept_content())::text[]) AND NOT EXISTS
           (SELECT 1 FROM unnest(wanted_words) word WHERE NOT EXISTS
                (SELECT 1 FROM utterances u WHERE u.recording_id = f.recording AND position(word in u.norm) > 0)))
     ORDER BY f.arrived_at DESC, f.call DESC
     LIMIT at_most
$$;
REVOKE ALL ON FUNCTION search_facts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_facts TO tsuwaroku_app;

-- Who can have taken part in a call of the own departments: to choose from.
CREATE FUNCTION rights.colleagues_on_calls() RETURNS TABLE (id uuid, display_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.display_name FROM accounts a
     WHERE rights.has('records-officer') AND a.departments && rights.departments()
       AND a.roles && ARRAY['operator', 'supervisor']
     ORDER BY a.display_name, a.id LIMIT 500
$$;
REVOKE ALL ON FUNCTION rights.colleagues_on_calls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.colleagues_on_calls TO tsuwaroku_app;
