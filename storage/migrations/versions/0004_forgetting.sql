-- What no rule looks at any more goes by itself: a duty of the worker deletes it, and sees its age alone.

GRANT SELECT (at, succeeded), DELETE ON sign_in_attempts TO tsuwaroku_worker;
CREATE INDEX sign_in_attempts_by_age ON sign_in_attempts (at);

GRANT SELECT (created_at), DELETE ON saved_queries TO tsuwaroku_worker;
CREATE POLICY old ON saved_queries TO tsuwaroku_worker USING (created_at < now() - interval '1 day');
