-- What is opened of practice calls is nobody's record and stands in no ledger (聴取台帳). The knock says so itself: it outlives the
-- rows it is about, and whoever writes it can neither claim it nor leave it out. Knocks from before stay as they were chained.

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
    END IF;
    IF practised THEN
        NEW.detail := NEW.detail || '{"practice": 1}';
    END IF;
    RETURN NEW;
END $$;
