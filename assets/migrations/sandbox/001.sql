-- What the sandbox keeps: keys, bots, contacts in creation order, broadcasts, audiences, runs and their deliveries.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE bots (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    api_key TEXT NOT NULL UNIQUE,
    api_secret TEXT NOT NULL,
    channels TEXT NOT NULL
);
-- `filter` is the JSON of the six text fields; NULL is everyone.
CREATE TABLE audiences (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    bot_id INTEGER NOT NULL REFERENCES bots (id),
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    filter TEXT
);
-- `secret` is the last part of the hook; NULL where the broadcast is not On Demand. `settings` is one bit a setting.
CREATE TABLE broadcasts (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    bot_id INTEGER NOT NULL REFERENCES bots (id),
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    secret TEXT,
    audience_id TEXT NOT NULL REFERENCES audiences (id),
    settings INTEGER NOT NULL,
    scheduling_mode INTEGER NOT NULL,
    trigger_type INTEGER NOT NULL,
    schedule_date TEXT,
    sent INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0,
    opened INTEGER NOT NULL DEFAULT 0
);
-- Ids are never used twice, so that a delivery can't come to belong to another contact.
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    bot_id INTEGER NOT NULL REFERENCES bots (id),
    channel TEXT NOT NULL,
    user_id TEXT NOT NULL,
    phone TEXT,
    variables TEXT NOT NULL
);
CREATE INDEX contacts_in_order ON contacts (bot_id);
CREATE UNIQUE INDEX contacts_by_user ON contacts (bot_id, user_id, channel);
CREATE INDEX contacts_by_phone ON contacts (bot_id, phone) WHERE phone IS NOT NULL;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    broadcast_id TEXT NOT NULL REFERENCES broadcasts (id),
    received_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    method TEXT NOT NULL,
    body TEXT,
    targets INTEGER NOT NULL,
    failing INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX runs_waiting ON runs (due_at) WHERE done = 0;
CREATE INDEX runs_by_broadcast ON runs (broadcast_id);
-- One row a target; `reason` says why it fails once its run is due, NULL is delivered.
CREATE TABLE deliveries (
    run_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    contact_id INTEGER,
    user_id TEXT,
    created INTEGER NOT NULL,
    reason TEXT,
    PRIMARY KEY (run_id, position)
) WITHOUT ROWID;
