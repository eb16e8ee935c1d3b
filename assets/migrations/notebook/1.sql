-- The notebook: what operators of a profile decided and wrote down themselves. It can't be fetched again from anywhere.
-- Times are RFC 3339 in UTC with nine digits of a second, so that their order as text is their order in time.

-- Who must not be written to, by user_id or phone number in its normal form.
CREATE TABLE suppressed (
    identity  TEXT PRIMARY KEY,
    reason    TEXT NOT NULL,
    added_by  TEXT NOT NULL,
    added_at  TEXT NOT NULL
) WITHOUT ROWID;

-- Filters by name; the bot is its API key.
CREATE TABLE saved_filter (
    bot       TEXT NOT NULL,
    name      TEXT NOT NULL,
    filters   TEXT NOT NULL,              -- JSON, as in a plan
    saved_at  TEXT NOT NULL,
    PRIMARY KEY (bot, name)
) WITHOUT ROWID;

-- What the columns of a file were last taken for, by the SHA-256 of its header.
CREATE TABLE mapping (
    header    TEXT PRIMARY KEY,
    mapping   TEXT NOT NULL,              -- JSON
    saved_at  TEXT NOT NULL
) WITHOUT ROWID;
