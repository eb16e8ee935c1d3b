-- The columns in which the contacts of a bot (its API key) were looked through last, in their order.
CREATE TABLE shown_columns (
    bot       TEXT PRIMARY KEY,
    names     TEXT NOT NULL,              -- JSON: a list of names
    saved_at  TEXT NOT NULL
) WITHOUT ROWID;
