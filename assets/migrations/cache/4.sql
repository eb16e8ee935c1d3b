-- Several programs write one draft: each save has a mark of its own, and replaces only the one that its writer knew.

ALTER TABLE draft ADD COLUMN mark TEXT NOT NULL DEFAULT '';     -- '': saved by a version that gave none
ALTER TABLE draft ADD COLUMN writer TEXT NOT NULL DEFAULT '';   -- who saved it, in words

-- What could not become the draft, since another program had changed it, or what gave way to such a one.
CREATE TABLE draft_aside (
    bot        TEXT NOT NULL,
    broadcast  TEXT NOT NULL,
    mark       TEXT NOT NULL,
    plan       TEXT NOT NULL,
    saved_at   TEXT NOT NULL,
    writer     TEXT NOT NULL,
    PRIMARY KEY (bot, broadcast, mark)
) WITHOUT ROWID;

-- How often anything but a draft was written: drafts are written at every key, and change nothing that is counted.
CREATE TABLE written (
    only_row  INTEGER PRIMARY KEY CHECK (only_row = 1),
    writes    INTEGER NOT NULL
);
INSERT INTO written (only_row, writes) VALUES (1, 0);
