-- The machine's words are a guess until a person has heard them. What was played to whom, who confirmed which words,
-- who corrected them, and what was quoted: all of it hangs on a revision and goes with it when a recording is destroyed.

ALTER TABLE access_knocks DROP CONSTRAINT access_knocks_act_check;
ALTER TABLE access_knocks ADD CONSTRAINT access_knocks_act_check CHECK (act IN
    ('listen', 'clip', 'read', 'search', 'process', 'live-listen', 'live-whisper', 'live-barge', 'live-take-over',
     'claim'));

-- Under a person's revision: the machine's own, against which it is shown.
ALTER TABLE transcript_revisions ADD COLUMN based_on uuid REFERENCES transcript_revisions ON DELETE CASCADE;

CREATE TABLE clips (                          -- one play of one stretch of one track, to one person
    id              uuid PRIMARY KEY,         -- the knock that granted it
    account_id      uuid NOT NULL REFERENCES accounts,
    recording_id    uuid NOT NULL,
    revision_id     uuid NOT NULL REFERENCES transcript_revisions ON DELETE CASCADE,
    track           text NOT NULL CHECK (track IN ('caller', 'hall')),
    start_ms        integer NOT NULL CHECK (start_ms >= 0),   -- from the first sample of the recording
    end_ms          integer NOT NULL CHECK (end_ms > start_ms),
    samples_sha256  bytea NOT NULL,           -- of the stretch's 16-bit samples
    given_at        timestamptz NOT NULL,
    until           timestamptz NOT NULL,
    sending_at      timestamptz,              -- before its first byte went out, by the server's clock
    sent            int4multirange NOT NULL DEFAULT '{}',     -- milliseconds of the clip whose bytes went out
    listened_from   timestamptz,              -- sending_at, or the end of what the same person heard before
    heard_ms        integer,                  -- of the clip, as the player reported and as was sent
    heard_at        timestamptz,
    CHECK (heard_at IS NULL OR (sending_at IS NOT NULL AND listened_from >= sending_at
           AND heard_ms * 20 >= (end_ms - start_ms) * 19
           AND (heard_at - listened_from) * 1.5 >= make_interval(secs => (end_ms - start_ms) / 1000.0)))
);
CREATE INDEX clips_heard_by ON clips (account_id, heard_at);

CREATE TABLE confirmations (                  -- a person heard an utterance, and these are the words
    revision_id   uuid NOT NULL REFERENCES transcript_revisions ON DELETE CASCADE,
    utterance_id  bigint NOT NULL,
    recording_id  uuid NOT NULL,
    by            uuid NOT NULL REFERENCES accounts,
    at            timestamptz NOT NULL,
    clip_id       uuid NOT NULL REFERENCES clips ON DELETE CASCADE,
    PRIMARY KEY (revision_id, utterance_id)
);
CREATE INDEX confirmations_of_recording ON confirmations (recording_id);

CREATE TABLE corrections (                    -- what a person heard instead; the worker makes it a revision
    id             uuid PRIMARY KEY,          -- of the page's own: sent twice, it is one
    revision_id    uuid NOT NULL REFERENCES transcript_revisions ON DELETE CASCADE,   -- what was corrected
    utterance_id   bigint NOT NULL,
    recording_id   uuid NOT NULL,
    by             uuid NOT NULL REFERENCES accounts,
    at             timestamptz NOT NULL,
    clip_id        uuid NOT NULL REFERENCES clips ON DELETE CASCADE,
    text           text NOT NULL CHECK (length(text) BETWEEN 1 AND 1000),
    made           uuid REFERENCES transcript_revisions ON DELETE CASCADE,            -- null: not yet
    overtaken      boolean NOT NULL DEFAULT false    -- somebody else had changed these words meanwhile
);
CREATE INDEX corrections_of_recording ON corrections (recording_id);

CREATE TABLE quotes (
    id              uuid PRIMARY KEY,         -- of the page's own: sent twice, it is one
    recording_id    uuid NOT NULL,
    revision_id     uuid NOT NULL REFERENCES transcript_revisions ON DELETE CASCADE,
    utterance_id    bigint NOT NULL,
    text_start      integer NOT NULL CHECK (text_start >= 0),   -- characters of the utterance
    text_end        integer NOT NULL CHECK (text_end > text_start),
    text            text NOT NULL,            -- as it stood in that revision
    track           text NOT NULL,
    start_ms        integer NOT NULL CHECK (start_ms >= 0),
    end_ms          integer NOT NULL CHECK (end_ms > start_ms),
    samples_sha256  bytea NOT NULL,
    purpose         text NOT NULL,
    by              uuid NOT NULL REFERENCES accounts,
    made_at         timestamptz NOT NULL,
    confirmed_at    timestamptz,
    heard           uuid REFERENCES clips ON DELETE CASCADE,    -- the play after which its maker confirmed it
    CHECK ((confirmed_at IS NULL) = (heard IS NULL))
);
CREATE INDEX quotes_of_recording ON quotes (recording_id);

-- When a play began stays as it is, what was sent only grows, and what was heard is never unheard.
CREATE FUNCTION rights.clip_only_grows() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.sending_at IS NOT NULL AND NEW.sending_at IS DISTINCT FROM OLD.sending_at)
       OR NOT NEW.sent @> OLD.sent OR OLD.heard_at IS NOT NULL THEN
        RAISE EXCEPTION 'what was played and heard stays as it was';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_grows BEFORE UPDATE ON clips FOR EACH ROW EXECUTE FUNCTION rights.clip_only_grows();

-- Who may read and write what -----------------------------------------------------------------------------

GRANT SELECT, INSERT ON clips, confirmations, corrections, quotes TO tsuwaroku_app;
GRANT UPDATE (sending_at, sent, listened_from, heard_ms, heard_at) ON clips TO tsuwaroku_app;
GRANT UPDATE (confirmed_at, heard) ON quotes TO tsuwaroku_app;
GRANT SELECT ON clips, quotes TO tsuwaroku_worker;
GRANT SELECT, INSERT ON confirmations TO tsuwaroku_worker;
GRANT SELECT, UPDATE (made, overtaken) ON corrections TO tsuwaroku_worker;

DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['clips', 'confirmations', 'corrections', 'quotes'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY worker ON %I TO tsuwaroku_worker USING (true) WITH CHECK (true)', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['confirmations', 'corrections', 'quotes'] LOOP
        EXECUTE format('CREATE POLICY of_visible ON %1$I FOR SELECT TO tsuwaroku_app USING
            (EXISTS (SELECT 1 FROM recordings r WHERE r.id = %1$I.recording_id AND r.usable))', one);
    END LOOP;
END $$;

-- A clip is for whoever knocked for it, as long as the recording is theirs to hear.
CREATE POLICY own ON clips FOR SELECT TO tsuwaroku_app USING
    (account_id = rights.account()
     AND EXISTS (SELECT 1 FROM recordings r WHERE r.id = clips.recording_id AND r.usable));
CREATE POLICY granted ON clips FOR INSERT TO tsuwaroku_app WITH CHECK
    (account_id = rights.account() AND sending_at IS NULL AND heard_at IS NULL AND isempty(sent)
     AND EXISTS (SELECT 1 FROM transcript_revisions t
                  WHERE t.id = clips.revision_id AND t.recording_id = clips.recording_id)
     AND EXISTS (SELECT 1 FROM access_knocks k WHERE k.id = clips.id AND k.actor = rights.account()
                    AND k.act = 'clip' AND k.granted AND k.recording_id = clips.recording_id));
CREATE POLICY played ON clips FOR UPDATE TO tsuwaroku_app
    USING (account_id = rights.account() AND heard_at IS NULL
           AND EXISTS (SELECT 1 FROM recordings r WHERE r.id = clips.recording_id AND r.usable))
    WITH CHECK (account_id = rights.account());

-- Words are confirmed or corrected by whoever heard all of them, and by nobody for anybody else.
CREATE FUNCTION rights.has_heard(clip uuid, recording uuid, revision uuid, utterance bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM clips c JOIN utterances u ON u.id = utterance
                    WHERE c.id = clip AND c.account_id = rights.account() AND c.heard_at IS NOT NULL
                      AND c.recording_id = recording AND u.recording_id = recording AND u.revision_id = revision
                      AND u.track = c.track
                      AND c.start_ms <= u.start_seconds * 1000 + 1 AND c.end_ms >= u.end_seconds * 1000 - 1)
$$;
REVOKE ALL ON FUNCTION rights.has_heard FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rights.has_heard TO tsuwaroku_app;

CREATE POLICY heard ON confirmations FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND rights.has_heard(clip_id, recording_id, revision_id, utterance_id));
CREATE POLICY heard ON corrections FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND made IS NULL AND NOT overtaken
     AND rights.has_heard(clip_id, recording_id, revision_id, utterance_id));

-- A quote's words are those of its utterance and no others; it is confirmed by its maker, who heard that very sound.
CREATE POLICY made ON quotes FOR INSERT TO tsuwaroku_app WITH CHECK
    (by = rights.account() AND confirmed_at IS NULL
     AND EXISTS (SELECT 1 FROM utterances u
                  WHERE u.id = quotes.utterance_id AND u.revision_id = quotes.revision_id
                    AND u.recording_id = quotes.recording_id AND u.track = quotes.track
                    AND substring(u.text FROM quotes.text_start + 1 FOR quotes.text_end - quotes.text_start)
                        = quotes.text));
CREATE POLICY confirmed ON quotes FOR UPDATE TO tsuwaroku_app
    USING (by = rights.account() AND confirmed_at IS NULL
           AND EXISTS (SELECT 1 FROM recordings r WHERE r.id = quotes.recording_id AND r.usable))
    WITH CHECK (by = rights.account() AND EXISTS
        (SELECT 1 FROM clips c WHERE c.id = quotes.heard AND c.account_id = rights.account() AND c.heard_at IS NOT NULL
            AND c.recording_id = quotes.recording_id AND c.track = quotes.track AND c.start_ms = quotes.start_ms
            AND c.end_ms = quotes.end_ms AND c.samples_sha256 = quotes.samples_sha256));
