-- What changed, so that a table in memory is brought up to date without being loaded anew.

-- The log holds all changes behind one generation and up to another. A program that keeps no log leaves the second
-- behind its own generation: then it holds too little, and is begun anew.
ALTER TABLE bot ADD COLUMN changes_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bot ADD COLUMN changes_until INTEGER NOT NULL DEFAULT -1;
ALTER TABLE bot ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;      -- how many the log holds
-- Contacts that came, went or have other values or names that they were read with.
CREATE TABLE contact_change (
    bot         INTEGER NOT NULL REFERENCES bot (id),
    generation  INTEGER NOT NULL,
    contact     INTEGER NOT NULL,
    PRIMARY KEY (bot, generation, contact)
) WITHOUT ROWID;

-- The same for members: all changes behind this generation.
ALTER TABLE audience ADD COLUMN members_since INTEGER NOT NULL DEFAULT 0;
CREATE TABLE member_change (
    audience    INTEGER NOT NULL REFERENCES audience (number),
    generation  INTEGER NOT NULL,
    contact     INTEGER NOT NULL,
    is_member   INTEGER NOT NULL,
    PRIMARY KEY (audience, generation, contact)
) WITHOUT ROWID;

-- Those that can be left over when an audience was read: hardly any where contacts were imported.
CREATE INDEX contact_not_imported ON contact (bot) WHERE imported = 0;
