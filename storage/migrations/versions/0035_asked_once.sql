-- The same rights as before, asked once for a statement instead of once for each row: who acts, in which roles and for
-- which departments does not change under it. A department's index serves a page of the list then, however long it is.

ALTER POLICY facts ON calls USING
    (department = ANY ((SELECT rights.departments())::text[])
     AND (SELECT rights.has('supervisor') OR rights.has('operator')));
ALTER POLICY at_desk ON calls USING
    ((SELECT rights.has('operator') OR rights.has('supervisor'))
     AND ((operator_id = (SELECT rights.account()) AND (ended_at IS NULL OR ended_at > now() - interval '12 hours'))
          OR (ended_at IS NULL AND ringing_phones && (SELECT rights.own_phones()))));
ALTER POLICY content ON recordings USING
    (department = ANY ((SELECT rights.departments())::text[])
     AND ((SELECT rights.has('supervisor'))
          OR ((SELECT rights.has('operator')) AND operator_id = (SELECT rights.account()))));
ALTER POLICY accepted ON recordings USING
    (department = ANY ((SELECT rights.departments())::text[]) AND (SELECT rights.has('records-officer'))
     AND rights.accepted_for(id) IS NOT NULL);
