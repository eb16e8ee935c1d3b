-- Launches that were confirmed and wait for their time. One that starts becomes a launch of the same id, whose row is
-- written in the same transaction. Rows are never deleted, and what ended the waiting stays.

CREATE TABLE waiting (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    bot_id          TEXT NOT NULL,
    bot_name        TEXT NOT NULL,
    broadcast_id    TEXT NOT NULL,
    broadcast_name  TEXT NOT NULL,
    host            TEXT NOT NULL,
    operator        TEXT NOT NULL,
    targets         INTEGER,
    confirmed_at    TEXT NOT NULL,
    due_at          TEXT NOT NULL,
    zone            TEXT NOT NULL,          -- that the time was given in
    reviewed        TEXT NOT NULL,          -- JSON: hashes of what was reviewed, and the warnings
    given           TEXT NOT NULL,          -- JSON: the word that was given
    plan            TEXT NOT NULL,
    state           TEXT NOT NULL DEFAULT 'waiting'
                    CHECK (state IN ('waiting', 'started', 'taken_back', 'missed', 'refused')),
    ended_at        TEXT,
    ended_by        TEXT,
    reason          TEXT,
    seen_at         TEXT,                   -- when a person looked at one that was missed or refused
    seen_by         TEXT
);
CREATE INDEX waiting_open ON waiting (due_at) WHERE state = 'waiting';
CREATE INDEX waiting_unseen ON waiting (sequence) WHERE state IN ('missed', 'refused') AND seen_at IS NULL;

CREATE TABLE waiting_call (
    waiting  INTEGER NOT NULL REFERENCES waiting (sequence),
    number   INTEGER NOT NULL,              -- from 0, in the order of sending
    method   TEXT NOT NULL,
    bytes    INTEGER NOT NULL,
    sha256   TEXT NOT NULL,
    targets  INTEGER,
    body     TEXT,                          -- exact; last, so that a list doesn't read it
    PRIMARY KEY (waiting, number)
);

CREATE TRIGGER waiting_stays BEFORE DELETE ON waiting BEGIN SELECT RAISE(ABORT, 'a waiting launch on the record stays there'); END;
CREATE TRIGGER waiting_call_stays BEFORE DELETE ON waiting_call BEGIN SELECT RAISE(ABORT, 'a call on the record stays there'); END;
CREATE TRIGGER waiting_call_is_fixed BEFORE UPDATE ON waiting_call BEGIN SELECT RAISE(ABORT, 'a call on the record stays as it is'); END;
CREATE TRIGGER waiting_is_fixed BEFORE UPDATE OF id, bot_id, broadcast_id, host, operator, targets, confirmed_at, due_at, reviewed, given, plan ON waiting
    BEGIN SELECT RAISE(ABORT, 'a waiting launch on the record stays as it was confirmed'); END;
CREATE TRIGGER waiting_ends_once BEFORE UPDATE OF state ON waiting WHEN OLD.state <> 'waiting' AND NEW.state <> OLD.state
    BEGIN SELECT RAISE(ABORT, 'what became of a waiting launch stays'); END;
CREATE TRIGGER waiting_is_copied BEFORE INSERT ON waiting BEGIN SELECT mylink_keeps_a_copy(); END;
CREATE TRIGGER waiting_step_is_copied BEFORE UPDATE ON waiting BEGIN SELECT mylink_keeps_a_copy(); END;
