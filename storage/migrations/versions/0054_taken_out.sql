-- Whoever takes a recorder's file out of the vault has it in hand afterwards: that is more than hearing it, and the log says so.

ALTER TABLE access_knocks DROP CONSTRAINT access_knocks_act_check;
ALTER TABLE access_knocks ADD CONSTRAINT access_knocks_act_check CHECK (act IN
    ('listen', 'clip', 'read', 'search', 'process', 'live-listen', 'live-whisper', 'live-barge', 'live-take-over',
     'live-text', 'claim', 'facts', 'accept', 'urgent', 'around-marks', 'restrict', 'lift', 'quote',
     'take-out'));                           -- took a recorder's file as it came
