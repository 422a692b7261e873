-- 交付用のファイル: which versions it is made of, how far it is, and what the look through it found. The file itself lies sealed
-- by its own password among the vault's objects; the password, sealed with the numbers' key.
CREATE TABLE bundles (
    id               uuid PRIMARY KEY,       -- of the page's own: sent twice, it is one
    request_id       uuid NOT NULL REFERENCES record_requests ON DELETE CASCADE,
    versions         jsonb NOT NULL CHECK (jsonb_typeof(versions) = 'object'),   -- of each recording which version
    asked_by         uuid NOT NULL REFERENCES accounts,
    asked_at         timestamptz NOT NULL,
    state            text NOT NULL DEFAULT 'asked'
                     CHECK (state IN ('asked', 'making', 'looking', 'ready', 'refused', 'failed')),
    done             integer NOT NULL DEFAULT 0 CHECK (done >= 0),
    steps            integer NOT NULL DEFAULT 0 CHECK (steps >= done),
    fault            text,                   -- a code: why it was refused, or failed
    findings         jsonb,                  -- kind, file, place; no word that is left out
    object_key       text,
    size_bytes       bigint,
    sha256           bytea,
    manifest         text,
    password_sealed  bytea,
    made_at          timestamptz,
    CHECK ((state = 'ready') = (object_key IS NOT NULL))
);
CREATE INDEX bundles_of_request ON bundles (request_id, asked_at);

GRANT SELECT ON bundles TO tsuwaroku_app, tsuwaroku_worker;
GRANT INSERT (id, request_id, versions, asked_by, asked_at) ON bundles TO tsuwaroku_app;
GRANT UPDATE (state, done, steps, fault, findings, object_key, size_bytes, sha256, manifest, password_sealed, made_at)
    ON bundles TO tsuwaroku_worker;
GRANT SELECT ON record_requests, record_candidates, record_left_out, redaction_events, redaction_hearings, disclosure_events
    TO tsuwaroku_worker;

GRANT SELECT (display_name) ON accounts TO tsuwaroku_worker;   -- a step is read together with whose it is

ALTER TABLE bundles ENABLE ROW LEVEL SECURITY;
CREATE POLICY people_alone ON bundles AS RESTRICTIVE TO tsuwaroku_app
    USING (NOT (SELECT rights.is_program())) WITH CHECK (NOT (SELECT rights.is_program()));
CREATE POLICY of_request ON bundles FOR SELECT TO tsuwaroku_app USING
    (rights.has('records-officer') AND EXISTS (SELECT 1 FROM record_requests q WHERE q.id = bundles.request_id));
CREATE POLICY asked ON bundles FOR INSERT TO tsuwaroku_app WITH CHECK
    (asked_by = rights.account() AND asked_at BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'
     AND rights.open_request(request_id));
CREATE POLICY worker ON bundles TO tsuwaroku_worker USING (true) WITH CHECK (true);

-- The worker that makes them reads what they are made of.
DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['record_requests', 'record_candidates', 'record_left_out', 'redaction_events',
                               'redaction_hearings', 'disclosure_events'] LOOP
        EXECUTE format('CREATE POLICY worker ON %I FOR SELECT TO tsuwaroku_worker USING (true)', one);
    END LOOP;
END $$;
