-- Whoever's phone rings for another department's call sees it (0019), to answer it. To come onto it as a supervisor, to
-- judge its ending, and to read who listened to it stays with the supervisors of its department.

ALTER POLICY supervisors_alone ON call_orders WITH CHECK
    (kind NOT IN ('listen', 'whisper', 'barge', 'leave', 'take-over')
     OR (rights.has('supervisor') AND EXISTS
         (SELECT 1 FROM calls c WHERE c.id = call_id AND c.department = ANY (rights.departments()))));

ALTER POLICY read_log_of_live_calls ON access_knocks USING
    (rights.has('supervisor') AND call_id IS NOT NULL AND EXISTS
     (SELECT 1 FROM calls c WHERE c.id = call_id AND c.department = ANY (rights.departments())));

CREATE POLICY own_department_judges ON call_endings AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK
    (step NOT IN ('confirmed', 'went-on') OR (step = 'went-on' AND rights.operates(call_id)) OR EXISTS
     (SELECT 1 FROM calls c WHERE c.id = call_id AND c.department = ANY (rights.departments())));
