-- What was sent a moment ago cannot have been played yet: whoever fetches the rest of a clip late, hears it late.

ALTER TABLE clips ADD COLUMN played_after timestamptz;   -- before it nobody can have heard the clip to its end
ALTER TABLE clips ADD CONSTRAINT clips_played CHECK (heard_at IS NULL OR heard_at >= played_after);
GRANT UPDATE (played_after) ON clips TO tsuwaroku_app;
