-- Coming onto somebody else's call is for supervisors, whatever way the order is written; and what they did there
-- can be read by those who may read the access log of that department.

CREATE POLICY supervisors_alone ON call_orders AS RESTRICTIVE FOR INSERT TO tsuwaroku_app WITH CHECK
    (kind NOT IN ('listen', 'whisper', 'barge', 'leave', 'take-over') OR rights.has('supervisor'));

CREATE POLICY read_log_of_live_calls ON access_knocks FOR SELECT TO tsuwaroku_app USING
    (rights.has('supervisor') AND call_id IS NOT NULL AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE INDEX access_knocks_of_call ON access_knocks (call_id) WHERE call_id IS NOT NULL;
