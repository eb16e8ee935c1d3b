-- The cache: what the platform said, what was recorded of it, and drafts. Holds secrets and unmasked hook URLs.
-- Times are RFC 3339 in UTC with nine digits of a second, so that their order as text is their order in time.

CREATE TABLE bot (
    id           INTEGER PRIMARY KEY,
    key          TEXT NOT NULL UNIQUE,
    listed       INTEGER NOT NULL,          -- 0: vanished; what was recorded waits for its return
    position     INTEGER NOT NULL,
    name         TEXT NOT NULL,
    description  TEXT NOT NULL,
    channels     TEXT NOT NULL,             -- a JSON array
    secret       TEXT NOT NULL,
    generation   INTEGER NOT NULL DEFAULT 0, -- grows whenever its contacts change
    as_of        TEXT                       -- the last finished read or import of contacts
);

CREATE TABLE broadcast (
    bot              INTEGER NOT NULL REFERENCES bot (id),
    id               TEXT NOT NULL,
    position         INTEGER NOT NULL,
    name             TEXT NOT NULL,
    enabled          INTEGER,
    hook             TEXT,
    hook_error       TEXT,
    sent             INTEGER,
    delivered        INTEGER,
    opened           INTEGER,
    scheduling_mode  INTEGER,
    trigger_type     INTEGER,
    schedule_date    TEXT,
    PRIMARY KEY (bot, id)
) WITHOUT ROWID;

-- Recorded by a person or said by a sandbox; outlives the broadcast's row, should that vanish and come back.
CREATE TABLE setting (
    bot        INTEGER NOT NULL REFERENCES bot (id),
    broadcast  TEXT NOT NULL,
    key        TEXT NOT NULL,
    is_on      INTEGER NOT NULL,
    PRIMARY KEY (bot, broadcast, key)
) WITHOUT ROWID;
CREATE TABLE configured_audience (
    bot        INTEGER NOT NULL REFERENCES bot (id),
    broadcast  TEXT NOT NULL,
    id         TEXT NOT NULL,
    name       TEXT NOT NULL,
    PRIMARY KEY (bot, broadcast)
) WITHOUT ROWID;

CREATE TABLE contact (
    id        INTEGER PRIMARY KEY,
    bot       INTEGER NOT NULL REFERENCES bot (id),
    channel   TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    imported  INTEGER NOT NULL DEFAULT 0,
    UNIQUE (bot, channel, user_id)
);
CREATE INDEX contact_of_bot ON contact (bot);
CREATE TABLE variable (
    id    INTEGER PRIMARY KEY,
    bot   INTEGER NOT NULL REFERENCES bot (id),
    name  TEXT NOT NULL,
    UNIQUE (bot, name)
);
-- In this order one column is one range scan, in the order of its contacts.
CREATE TABLE value (
    variable  INTEGER NOT NULL,
    contact   INTEGER NOT NULL,
    text      TEXT NOT NULL,
    PRIMARY KEY (variable, contact)
) WITHOUT ROWID;

CREATE TABLE audience (
    number     INTEGER PRIMARY KEY,
    bot        INTEGER NOT NULL REFERENCES bot (id),
    id         TEXT NOT NULL,
    position   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    synced_at  TEXT,
    UNIQUE (bot, id)
);
CREATE TABLE audience_member (
    audience  INTEGER NOT NULL REFERENCES audience (number),
    position  INTEGER NOT NULL,
    contact   INTEGER NOT NULL,
    PRIMARY KEY (audience, position)
) WITHOUT ROWID;
-- Members of a read that isn't finished, or was broken off: they become members at its end.
CREATE TABLE audience_reading (
    audience  INTEGER NOT NULL REFERENCES audience (number),
    position  INTEGER NOT NULL,
    contact   INTEGER NOT NULL,
    PRIMARY KEY (audience, position)
) WITHOUT ROWID;

CREATE TABLE import (
    id        INTEGER PRIMARY KEY,
    bot       INTEGER NOT NULL REFERENCES bot (id),
    source    TEXT NOT NULL,
    contacts  INTEGER NOT NULL,
    at        TEXT NOT NULL
);

CREATE TABLE draft (
    bot        TEXT NOT NULL,
    broadcast  TEXT NOT NULL,
    plan       TEXT NOT NULL,
    saved_at   TEXT NOT NULL,
    PRIMARY KEY (bot, broadcast)
) WITHOUT ROWID;

CREATE TABLE throttle (
    name  TEXT PRIMARY KEY,
    at    TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE synced (
    bot   TEXT NOT NULL,
    part  TEXT NOT NULL,
    at    TEXT NOT NULL,
    PRIMARY KEY (bot, part)
) WITHOUT ROWID;

-- The journal that stood beside this cache, and how many launches it had counted.
CREATE TABLE journal (
    only_row  INTEGER PRIMARY KEY CHECK (only_row = 1),
    id        TEXT NOT NULL,
    sequence  INTEGER NOT NULL
);
