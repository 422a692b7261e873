-- How it was said: measures of the voices of a recording, hints for people. They go with the recording.

CREATE TABLE voice_measures (
    recording_id  uuid PRIMARY KEY REFERENCES recordings ON DELETE CASCADE,
    version       text NOT NULL,           -- of the rules and of the speech detection under them
    measures      jsonb NOT NULL,          -- transcription/voice/measures.py names the fields and their units
    measured_at   timestamptz NOT NULL
);
GRANT SELECT ON voice_measures TO tsuwaroku_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON voice_measures TO tsuwaroku_worker;

ALTER TABLE voice_measures ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker ON voice_measures TO tsuwaroku_worker USING (true) WITH CHECK (true);
CREATE POLICY of_visible ON voice_measures FOR SELECT TO tsuwaroku_app USING
    (EXISTS (SELECT 1 FROM recordings r WHERE r.id = recording_id AND r.usable));
