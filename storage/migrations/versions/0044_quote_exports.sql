-- A quote that leaves the hall is stated once; its SHA-256 stands in the access log before it can be had, and the worker
-- adds the row of the chain that holds it and a head signed there. No sound is kept here: it is cut anew from the master.

CREATE TABLE quote_exports (
    id            uuid PRIMARY KEY,           -- of the page's own: sent twice, it is one
    quote_id      uuid NOT NULL REFERENCES quotes ON DELETE CASCADE,
    recording_id  uuid NOT NULL,
    account_id    uuid NOT NULL REFERENCES accounts,
    knock_id      uuid NOT NULL UNIQUE,       -- the knock whose detail holds the hash of the statement
    purpose       text NOT NULL,
    case_number   text,
    statement     bytea NOT NULL CHECK (length(statement) <= 65536),
    at            timestamptz NOT NULL,
    previous      bytea,                      -- hash of the row before
    knock         bytea,                      -- the row as it was chained
    head          bytea,                      -- signed at that very row
    signed_at     timestamptz,
    CHECK (num_nulls(previous, knock, head, signed_at) IN (0, 4))
);
CREATE INDEX quote_exports_of_quote ON quote_exports (quote_id);
CREATE INDEX quote_exports_unsigned ON quote_exports (at) WHERE head IS NULL;

ALTER TABLE quote_exports ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON quote_exports TO tsuwaroku_app;
GRANT SELECT, UPDATE (previous, knock, head, signed_at) ON quote_exports TO tsuwaroku_worker;
CREATE POLICY worker ON quote_exports TO tsuwaroku_worker USING (true) WITH CHECK (true);

-- An export is of whoever asked for it, as long as the recording is theirs to hear.
CREATE POLICY own ON quote_exports FOR SELECT TO tsuwaroku_app USING
    (account_id = rights.account()
     AND EXISTS (SELECT 1 FROM recordings r WHERE r.id = quote_exports.recording_id AND r.usable));
-- What nobody heard leaves the hall for nobody; nor does what does not stand in the access log, word for word.
CREATE POLICY stated ON quote_exports FOR INSERT TO tsuwaroku_app WITH CHECK
    (account_id = rights.account() AND head IS NULL
     AND EXISTS (SELECT 1 FROM recordings r WHERE r.id = quote_exports.recording_id AND r.usable)
     AND EXISTS (SELECT 1 FROM quotes q WHERE q.id = quote_exports.quote_id AND q.confirmed_at IS NOT NULL
                    AND q.heard IS NOT NULL AND q.recording_id = quote_exports.recording_id)
     AND EXISTS (SELECT 1 FROM access_knocks k WHERE k.id = quote_exports.knock_id AND k.actor = rights.account()
                    AND k.act = 'quote' AND k.granted AND k.recording_id = quote_exports.recording_id
                    AND k.purpose = quote_exports.purpose
                    AND k.detail ->> 'statement' = encode(sha256(quote_exports.statement), 'hex')));

-- The worker signs once.
CREATE FUNCTION rights.signed_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.head IS NOT NULL THEN
        RAISE EXCEPTION 'what was signed stays as it was';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_once BEFORE UPDATE ON quote_exports FOR EACH ROW EXECUTE FUNCTION rights.signed_once();
