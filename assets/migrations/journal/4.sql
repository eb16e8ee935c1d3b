-- A launch that waits may be given another time, as long as it waits; each time is a step on the record.

ALTER TABLE waiting ADD COLUMN moved_from TEXT;     -- when it was due before
ALTER TABLE waiting ADD COLUMN moved_at   TEXT;
ALTER TABLE waiting ADD COLUMN moved_by   TEXT;

DROP TRIGGER waiting_is_fixed;
CREATE TRIGGER waiting_is_fixed BEFORE UPDATE OF id, bot_id, broadcast_id, host, operator, targets, confirmed_at, reviewed, given, plan ON waiting
    BEGIN SELECT RAISE(ABORT, 'a waiting launch on the record stays as it was confirmed'); END;
CREATE TRIGGER waiting_is_moved_in_time BEFORE UPDATE OF due_at, zone ON waiting
    WHEN OLD.state <> 'waiting' OR NEW.moved_at IS NULL
    BEGIN SELECT RAISE(ABORT, 'the time of a waiting launch stays, unless it is moved while it waits'); END;
