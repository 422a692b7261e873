-- A signal may stand on a call that has no sound, or on one that still goes on. Handled, it says where it went.

ALTER TABLE signals ALTER COLUMN recording_id DROP NOT NULL;
ALTER TABLE signals ADD COLUMN live boolean NOT NULL DEFAULT false;   -- found in live text: a life is at stake now
ALTER TABLE signals ADD COLUMN incident_id uuid REFERENCES incidents ON DELETE SET NULL;   -- the case it became
ALTER TABLE signals DROP CONSTRAINT signals_handled_how_check;
ALTER TABLE signals ADD CONSTRAINT signals_handled_how_check CHECK (handled_how IN ('seen', 'look-into', 'case'));
ALTER TABLE signals ADD CHECK (incident_id IS NULL OR handled_how = 'case');
CREATE INDEX signals_of_incident ON signals (incident_id) WHERE incident_id IS NOT NULL;
CREATE INDEX signals_without_sound ON signals (found_at) WHERE recording_id IS NULL AND handled_at IS NULL;

GRANT UPDATE (incident_id) ON signals TO tsuwaroku_app;
CREATE POLICY into_own_case ON signals AS RESTRICTIVE FOR UPDATE TO tsuwaroku_app USING (true)
    WITH CHECK (incident_id IS NULL OR EXISTS (SELECT 1 FROM incidents i WHERE i.id = incident_id));

-- When the rules last looked at a call. What was there before this release counts as looked at; no row is rewritten.
ALTER TABLE calls ADD COLUMN signals_read_at timestamptz DEFAULT now();
ALTER TABLE calls ALTER COLUMN signals_read_at DROP DEFAULT;
CREATE INDEX calls_without_signals_read ON calls (ended_at) WHERE signals_read_at IS NULL AND ended_at IS NOT NULL;

-- 110番・119番通報の記録: who of ours told, when, and what was said back. Written once, added to, never changed.
CREATE TABLE danger_reports (
    id          uuid PRIMARY KEY,            -- of the page's own: sent twice, it is one
    call_id     text NOT NULL REFERENCES calls ON DELETE CASCADE,
    department  text NOT NULL,
    told        text NOT NULL CHECK (told IN ('110', '119', '118', 'other')),
    reporter    text NOT NULL CHECK (length(reporter) BETWEEN 1 AND 100),
    told_at     timestamptz NOT NULL,
    answer      text NOT NULL CHECK (length(answer) BETWEEN 1 AND 2000),
    by          uuid NOT NULL REFERENCES accounts,
    at          timestamptz NOT NULL
);
CREATE INDEX danger_reports_of_call ON danger_reports (call_id, told_at);
GRANT SELECT, INSERT ON danger_reports TO tsuwaroku_app;

ALTER TABLE danger_reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_department ON danger_reports FOR SELECT TO tsuwaroku_app USING
    (department = ANY ((SELECT rights.departments())::text[]) AND (SELECT rights.has('supervisor')));
CREATE POLICY written ON danger_reports FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = (SELECT rights.account()) AND (SELECT rights.has('supervisor'))
     AND department = ANY ((SELECT rights.departments())::text[])
     AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id AND c.department = danger_reports.department));
CREATE POLICY kept_to_group ON danger_reports AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    (call_id <> ALL ((SELECT rights.kept_content())::text[]) AND call_id <> ALL ((SELECT rights.kept_calls())::text[]));
CREATE POLICY own_lines ON danger_reports AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    ((SELECT rights.lines()) IS NULL OR EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY by_marks ON danger_reports AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING ((SELECT NOT rights.by_marks()));
CREATE POLICY people_alone ON danger_reports AS RESTRICTIVE TO tsuwaroku_app
    USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()));
