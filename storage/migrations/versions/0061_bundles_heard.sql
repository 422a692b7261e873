-- 聞き直し: a bundle that was looked through waits until a recogniser has heard its passages once more, or a person decides that it
-- need not. Of an older bundle nobody knows: NULL.
ALTER TABLE bundles DROP CONSTRAINT bundles_state_check;
ALTER TABLE bundles DROP CONSTRAINT bundles_check1;
ALTER TABLE bundles ADD CONSTRAINT bundles_state_check
    CHECK (state IN ('asked', 'making', 'looking', 'hearing', 'ready', 'refused', 'failed'));
ALTER TABLE bundles ADD CONSTRAINT bundles_kept_check
    CHECK ((state IN ('hearing', 'ready')) = (object_key IS NOT NULL));
ALTER TABLE bundles ADD COLUMN heard boolean;                        -- whether a recogniser has heard it
ALTER TABLE bundles ADD COLUMN not_heard_by uuid REFERENCES accounts; -- who decided not to wait for that

GRANT UPDATE (heard) ON bundles TO tsuwaroku_worker;
GRANT UPDATE (state, heard, not_heard_by) ON bundles TO tsuwaroku_app;
CREATE POLICY not_waited ON bundles FOR UPDATE TO tsuwaroku_app
    USING (state = 'hearing' AND rights.has('records-officer') AND rights.open_request(request_id))
    WITH CHECK (state = 'ready' AND heard = false AND not_heard_by = rights.account());
