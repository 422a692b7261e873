-- Knocks at a recording or a call are read by who sees it (0001, 0011): one that is kept to a group (閲覧制限) by its group
-- alone. Searches are about no single one of them, and are read by the supervisors of the departments they went through.

ALTER POLICY read_ledger ON access_knocks USING
    (rights.has('supervisor') AND recording_id IS NULL AND call_id IS NULL AND departments && rights.departments());
