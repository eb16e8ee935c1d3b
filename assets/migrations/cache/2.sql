-- Which variables contacts were read with: of one that was read without a variable, its absence says nothing.

CREATE TABLE asked (
    id     INTEGER PRIMARY KEY,
    bot    INTEGER NOT NULL REFERENCES bot (id),
    names  TEXT NOT NULL,                   -- a JSON array, sorted; "*" is all of them
    UNIQUE (bot, names)
);
-- NULL: not noted, by a version that didn't; taken for all of them until the next read.
ALTER TABLE contact ADD COLUMN asked INTEGER REFERENCES asked (id);
