-- Programs of the city hall may press the keys of a call: each with a token of its own, within its scopes.
--
-- The console says in whose name it acts with the same setting as for a person: the token's id. A program sees the
-- facts of its departments' calls as an operator does, owns no call, and therefore hears and reads none.

ALTER TABLE call_marks ADD COLUMN token_id uuid REFERENCES api_tokens;
ALTER TABLE help_requests ADD COLUMN token_id uuid REFERENCES api_tokens;

CREATE FUNCTION rights.token_may(scope text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM api_tokens t WHERE t.id = rights.account() AND scope = ANY (t.scopes)
                     AND t.revoked_at IS NULL AND t.expires_at > now())
$$;

CREATE POLICY placed_by_program ON call_marks FOR INSERT TO tsuwaroku_app WITH CHECK
    (source = 'api' AND by IS NULL AND token_id = rights.account() AND rights.token_may('flag')
     AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
CREATE POLICY asked_by_program ON help_requests FOR INSERT TO tsuwaroku_app WITH CHECK
    (source = 'api' AND asked_by IS NULL AND token_id = rights.account() AND rights.token_may('help')
     AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id));
