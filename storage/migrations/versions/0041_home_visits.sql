-- Staff outside the hall (訪問): where they are, until when, and when they were last heard of. Of the hall's own people and a
-- place; nothing of whom they visit.

CREATE TABLE home_visits (
    id             uuid PRIMARY KEY,
    department     text NOT NULL,
    place          text NOT NULL CHECK (length(place) BETWEEN 1 AND 200),
    visitors       text NOT NULL CHECK (length(visitors) BETWEEN 1 AND 200),   -- of ours
    reach          text NOT NULL CHECK (length(reach) BETWEEN 1 AND 100),      -- how the section reaches them
    limit_minutes  integer NOT NULL CHECK (limit_minutes BETWEEN 1 AND 1440),
    word_minutes   integer NOT NULL CHECK (word_minutes BETWEEN 1 AND 1440),
    grace_minutes  integer NOT NULL CHECK (grace_minutes BETWEEN 0 AND 1440),
    begun_at       timestamptz NOT NULL,
    begun_by       uuid NOT NULL REFERENCES accounts,
    heard_at       timestamptz NOT NULL CHECK (heard_at >= begun_at),
    heard_by       uuid NOT NULL REFERENCES accounts,
    told_at        timestamptz,                -- when this silence was told; null again after a word
    ended_at       timestamptz CHECK (ended_at >= begun_at),
    ended_by       uuid REFERENCES accounts,
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX home_visits_open ON home_visits (department, begun_at) WHERE ended_at IS NULL;

-- An alarm may be of a visit: one for each visit, seen by those who see the visit and who keeps the machine, gone with it.
ALTER TABLE alarms ADD COLUMN visit_id uuid REFERENCES home_visits ON DELETE CASCADE;
DROP INDEX alarms_once;
CREATE UNIQUE INDEX alarms_once ON alarms (code, coalesce(call_id, ''),
    coalesce(recording_id, '00000000-0000-0000-0000-000000000000'::uuid),
    coalesce(visit_id, '00000000-0000-0000-0000-000000000000'::uuid)) WHERE acknowledged_at IS NULL;
CREATE INDEX alarms_of_visit ON alarms (visit_id) WHERE visit_id IS NOT NULL;

ALTER TABLE home_visits ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE (heard_at, heard_by, told_at, ended_at, ended_by) ON home_visits TO tsuwaroku_app;
GRANT SELECT, UPDATE, DELETE ON home_visits TO tsuwaroku_worker;
CREATE POLICY worker ON home_visits TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_department ON home_visits FOR SELECT TO tsuwaroku_app USING
    (department = ANY ((SELECT rights.departments())::text[])
     AND ((SELECT rights.has('supervisor')) OR (SELECT rights.has('operator'))));
CREATE POLICY begun ON home_visits FOR INSERT TO tsuwaroku_app WITH CHECK
    (department = ANY (rights.departments()) AND (rights.has('supervisor') OR rights.has('operator'))
     AND NOT rights.is_program() AND begun_by = rights.account() AND heard_by = rights.account()
     AND heard_at = begun_at AND ended_at IS NULL AND told_at IS NULL);
CREATE POLICY heard_or_ended ON home_visits FOR UPDATE TO tsuwaroku_app
    USING (ended_at IS NULL AND department = ANY (rights.departments()) AND NOT rights.is_program()
           AND (rights.has('supervisor') OR rights.has('operator')))
    WITH CHECK (told_at IS NULL AND (ended_by = rights.account() OR (ended_at IS NULL AND heard_by = rights.account())));

CREATE POLICY of_visit ON alarms AS RESTRICTIVE FOR SELECT TO tsuwaroku_app USING
    (visit_id IS NULL OR rights.has('administrator') OR EXISTS (SELECT 1 FROM home_visits v WHERE v.id = visit_id));
CREATE POLICY of_visit_noticed ON alarms AS RESTRICTIVE FOR UPDATE TO tsuwaroku_app USING
    (visit_id IS NULL OR rights.has('administrator') OR EXISTS (SELECT 1 FROM home_visits v WHERE v.id = visit_id));
