-- Every step once more, in the order in which it was taken: the rows from which the journal's copy is written, line by
-- line. Each holds the hash of its line, and each line that of the line before. Never changed, never deleted.

CREATE TABLE event (
    n       INTEGER PRIMARY KEY,    -- from 1, without a gap
    kind    TEXT NOT NULL,
    launch  TEXT,                   -- its id
    call    INTEGER,                -- its number
    first   INTEGER,                -- for contacts: the first of their rows in `reached`
    data    TEXT NOT NULL,          -- JSON; plans, bodies and contacts are not stored twice
    hash    TEXT NOT NULL           -- of the line, hex
);

-- Whether the copy was ever begun: from then on a copy that is missing is a copy that was lost.
CREATE TABLE copied (
    only_row  INTEGER PRIMARY KEY CHECK (only_row = 1),
    begun     INTEGER NOT NULL
);
INSERT INTO copied VALUES (1, 0);

CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'a step on the record stays there'); END;
CREATE TRIGGER event_is_fixed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'a step on the record stays as it is'); END;
CREATE TRIGGER plan_stays BEFORE DELETE ON plan BEGIN SELECT RAISE(ABORT, 'a plan on the record stays there'); END;
CREATE TRIGGER plan_is_fixed BEFORE UPDATE ON plan BEGIN SELECT RAISE(ABORT, 'a plan on the record stays as it is'); END;
CREATE TRIGGER body_stays BEFORE DELETE ON body BEGIN SELECT RAISE(ABORT, 'a body on the record stays there'); END;
CREATE TRIGGER body_is_fixed BEFORE UPDATE ON body BEGIN SELECT RAISE(ABORT, 'a body on the record stays as it is'); END;
CREATE TRIGGER reached_stays BEFORE DELETE ON reached BEGIN SELECT RAISE(ABORT, 'a contact on the record stays there'); END;
CREATE TRIGGER reached_is_fixed BEFORE UPDATE ON reached BEGIN SELECT RAISE(ABORT, 'a contact on the record stays as it is'); END;

-- A mylink that was started before this upgrade and still runs would write without the copy: the function is known to
-- newer ones alone, so what the older one writes fails, and what can't be recorded isn't sent.
CREATE TRIGGER launch_is_copied BEFORE INSERT ON launch BEGIN SELECT mylink_keeps_a_copy(); END;
CREATE TRIGGER launch_step_is_copied BEFORE UPDATE ON launch BEGIN SELECT mylink_keeps_a_copy(); END;
CREATE TRIGGER call_step_is_copied BEFORE UPDATE ON call BEGIN SELECT mylink_keeps_a_copy(); END;
