-- Signing in through the city's own provider (OpenID Connect): who is who there, and sign-ins that are on their way.
-- Looked up before anybody is known, as sessions are.

CREATE TABLE provider_identities (
    issuer      text NOT NULL,
    subject     text NOT NULL,               -- the provider's name for the person; it never gives it to another
    account_id  uuid NOT NULL UNIQUE REFERENCES accounts ON DELETE CASCADE,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE TABLE provider_sign_ins (
    id_hash     bytea PRIMARY KEY,           -- SHA-256 of the cookie: the browser that began comes back, or nobody
    state       text NOT NULL,
    nonce       text NOT NULL,
    verifier    text NOT NULL,               -- PKCE (RFC 7636)
    wanted      text NOT NULL,               -- the path of ours to go to
    expires_at  timestamptz NOT NULL
);

GRANT SELECT, INSERT ON provider_identities TO tsuwaroku_app;
GRANT SELECT, INSERT, DELETE ON provider_sign_ins TO tsuwaroku_app;

ALTER TABLE provider_identities ENABLE ROW LEVEL SECURITY;
CREATE POLICY looked_up ON provider_identities TO tsuwaroku_app USING (true) WITH CHECK (true);
ALTER TABLE provider_sign_ins ENABLE ROW LEVEL SECURITY;
CREATE POLICY looked_up ON provider_sign_ins TO tsuwaroku_app USING (true) WITH CHECK (true);
