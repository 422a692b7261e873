-- What stands beside a call goes with it, when the call itself is forgotten (practice, retention).

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['call_orders', 'call_parties', 'call_claims', 'help_requests', 'call_clocks', 'call_measures',
                               'text_cards', 'call_notes', 'call_wrap_ups'] LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', one, one || '_call_id_fkey');
        EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (call_id) REFERENCES calls ON DELETE CASCADE', one);
    END LOOP;
END $$;
-- A promise outlives the call it was made in: somebody still waits for it.
ALTER TABLE promises DROP CONSTRAINT promises_call_id_fkey;
ALTER TABLE promises ADD FOREIGN KEY (call_id) REFERENCES calls ON DELETE SET NULL;
