-- Recording on request: who looks at a call that goes on is told whether it is being recorded, and a program's flag
-- key does what the key at the telephone does, it begins the recording.

ALTER TABLE calls ADD COLUMN sound_now text CHECK (sound_now IN
    ('not-asked',      -- 随時: nobody has pressed the key yet, nothing is recorded
     'on',
     'stopped'));      -- 録音拒否: it was recorded until somebody did not want it

-- One kind of order, within the same scope as the flag, of calls whose facts the program may see.
CREATE POLICY placed_by_program ON call_orders FOR INSERT TO tsuwaroku_app WITH CHECK
    (kind = 'start-recording' AND body = '{}' AND by IS NULL AND done_at IS NULL
     AND token_id = rights.account() AND rights.token_may('flag')
     AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id AND c.ended_at IS NULL));
