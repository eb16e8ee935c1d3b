-- The journal: what was launched, by whom, when, with which bytes and which answer. Times are RFC 3339 in UTC with
-- nine digits of a second, so that their order as text is their order in time. Rows are never deleted.

CREATE TABLE journal (
    only_row    INTEGER PRIMARY KEY CHECK (only_row = 1),
    id          TEXT NOT NULL               -- random, made once: tells this journal from one put in its place
);
INSERT INTO journal VALUES (1, lower(hex(randomblob(16))));

CREATE TABLE launch (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice
    id              TEXT NOT NULL UNIQUE,
    bot_id          TEXT NOT NULL,
    bot_name        TEXT NOT NULL,
    broadcast_id    TEXT NOT NULL,
    broadcast_name  TEXT NOT NULL,
    host            TEXT NOT NULL,
    operator        TEXT NOT NULL,
    targets         INTEGER,
    reviewed_at     TEXT,
    started_at      TEXT NOT NULL,
    ended_at        TEXT,
    outcome         TEXT NOT NULL
                    CHECK (outcome IN ('sending', 'accepted', 'rejected', 'failed', 'unknown', 'refused', 'not_sent')),
    reason          TEXT NOT NULL,
    settled_as      TEXT CHECK (settled_as IN ('sent', 'not_sent')),
    settled_by      TEXT,
    settled_at      TEXT,
    settled_reason  TEXT
);
CREATE INDEX launch_of_broadcast ON launch (broadcast_id, sequence);
CREATE INDEX launch_open ON launch (sequence) WHERE outcome IN ('sending', 'unknown');

-- Plans and bodies are up to a megabyte: apart, so that a list doesn't read them and an update doesn't write them again.
CREATE TABLE plan (
    launch  INTEGER PRIMARY KEY REFERENCES launch (sequence),
    text    TEXT NOT NULL
);

CREATE TABLE call (
    launch       INTEGER NOT NULL REFERENCES launch (sequence),
    number       INTEGER NOT NULL,          -- from 0, in the order of sending
    method       TEXT NOT NULL,
    url          TEXT NOT NULL,             -- masked
    with_token   INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,
    sha256       TEXT NOT NULL,
    targets      INTEGER,
    outcome      TEXT NOT NULL
                 CHECK (outcome IN ('sending', 'accepted', 'rejected', 'failed', 'unknown', 'refused', 'not_sent')),
    reason       TEXT NOT NULL,
    status       INTEGER,
    sent_at      TEXT,
    answered_at  TEXT,
    answer       TEXT,
    PRIMARY KEY (launch, number)
) WITHOUT ROWID;
CREATE INDEX call_of_body ON call (sha256);

CREATE TABLE body (
    launch  INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (launch, number)
);

-- Whom each call was to reach.
CREATE TABLE channel (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL UNIQUE
);
CREATE TABLE reached (
    launch   INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    channel  INTEGER NOT NULL REFERENCES channel (id),
    user_id  TEXT NOT NULL
);
CREATE INDEX reached_by_call ON reached (launch, number);

CREATE TRIGGER launch_stays BEFORE DELETE ON launch BEGIN SELECT RAISE(ABORT, 'a launch on the record stays there'); END;
CREATE TRIGGER call_stays BEFORE DELETE ON call BEGIN SELECT RAISE(ABORT, 'a call on the record stays there'); END;
