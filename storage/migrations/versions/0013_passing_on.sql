-- What keeps operator and caller apart on a live call, and what became of the last consultation (取次).

ALTER TABLE calls ADD COLUMN aside text CHECK (aside IN
    ('held',           -- 保留: the caller hears music
     'asking',         -- 取次: a colleague's phone rings, the caller hears music
     'asked',          -- 取次: operator and colleague talk, the caller hears music
     'passed-on',      -- 転送: the phones of whom it was passed on to ring
     'coming-back'));  -- nobody there took it: the phone it came from rings again
ALTER TABLE calls ADD COLUMN consult_result text CHECK (consult_result IN
    ('taken-back', 'passed-on', 'busy', 'no-answer', 'unreachable', 'gone', 'lost'));
