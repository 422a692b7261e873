-- Purpose first (聴取台帳): a knock says under which case number it was, whose records it was about, and, of a search,
-- whose words it showed. Knocks from before have none of it, and stay as they were chained.

ALTER TABLE access_knocks
    ADD COLUMN case_number text CHECK (case_number ~ '[0-9]' AND length(case_number) <= 40),   -- in a form of the city's
    ADD COLUMN departments text[],           -- whose records; null: nobody's that is known
    ADD COLUMN search_id   uuid,             -- the search that it belongs to
    ADD COLUMN recordings  uuid[];           -- whose words that search showed
CREATE INDEX access_knocks_of_search ON access_knocks (search_id) WHERE search_id IS NOT NULL;
CREATE INDEX access_knocks_of_words ON access_knocks USING gin (recordings) WHERE recordings IS NOT NULL;

ALTER TABLE access_knocks DROP CONSTRAINT access_knocks_act_check;
ALTER TABLE access_knocks ADD CONSTRAINT access_knocks_act_check CHECK (act IN
    ('listen', 'clip', 'read', 'search', 'process', 'live-listen', 'live-whisper', 'live-barge', 'live-take-over',
     'live-text', 'claim', 'facts', 'accept', 'urgent', 'around-marks', 'restrict', 'lift',
     'quote'));                              -- took words out of a transcript

-- Whoever writes a knock need not say whose records it is about, and cannot say it wrongly: it outlives their rows.
CREATE FUNCTION rights.name_departments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.recording_id IS NOT NULL THEN
        NEW.departments := (SELECT ARRAY[r.department] FROM recordings r WHERE r.id = NEW.recording_id);
    ELSIF NEW.call_id IS NOT NULL THEN
        NEW.departments := (SELECT ARRAY[c.department] FROM calls c WHERE c.id = NEW.call_id);
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION rights.name_departments FROM PUBLIC;
CREATE TRIGGER named BEFORE INSERT ON access_knocks FOR EACH ROW WHEN (NEW.actor_kind = 'person')
    EXECUTE FUNCTION rights.name_departments();

-- The ledger of a department is its supervisors' to read, also of searches, which are about no single recording.
CREATE POLICY read_ledger ON access_knocks FOR SELECT TO tsuwaroku_app USING
    (rights.has('supervisor') AND departments && rights.departments());
