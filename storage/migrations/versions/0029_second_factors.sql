-- The second factor at sign-in: a secret shared with a person's telephone, codes for when it is lost, and who is
-- halfway in. A person's own rows alone; whoever showed the password acts in that account's name, in no role.

CREATE TABLE second_factors (
    account_id    uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    sealed        bytea NOT NULL,            -- the secret, encrypted for this account
    last_step     bigint NOT NULL,           -- of the last code that was taken: none of it or before is taken again
    begun_at      timestamptz NOT NULL,
    confirmed_at  timestamptz                -- null: shown, and no code of it was seen yet
);
CREATE TABLE recovery_codes (
    account_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    code_hash   bytea NOT NULL,              -- keyed; the codes themselves are shown once
    used_at     timestamptz,
    PRIMARY KEY (account_id, code_hash)
);
CREATE TABLE sign_in_steps (
    id_hash     bytea PRIMARY KEY,           -- SHA-256 of the cookie, as in web_sessions
    account_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    csrf        text NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX sign_in_steps_of_account ON sign_in_steps (account_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors, recovery_codes TO tsuwaroku_app;
GRANT SELECT, INSERT, DELETE ON sign_in_steps TO tsuwaroku_app;

ALTER TABLE second_factors ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON second_factors TO tsuwaroku_app
    USING (account_id = rights.account()) WITH CHECK (account_id = rights.account());
ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON recovery_codes TO tsuwaroku_app
    USING (account_id = rights.account()) WITH CHECK (account_id = rights.account());
-- Looked up by its cookie before anybody is known, as sessions are.
ALTER TABLE sign_in_steps ENABLE ROW LEVEL SECURITY;
CREATE POLICY looked_up ON sign_in_steps TO tsuwaroku_app USING (true) WITH CHECK (true);
