//! Bots and broadcasts as rows: read, made, changed.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::domain::settings::{Setting, Settings};

use super::token::{random_id, random_key};

/// A bot.
#[derive(Debug, Clone)]
pub(super) struct BotRow {
    /// Its row.
    pub(super) id: i64,
    /// Its name.
    pub(super) name: String,
    /// Its description.
    pub(super) description: String,
    /// The Bot API Key.
    pub(super) api_key: String,
    /// The Bot API Secret.
    pub(super) api_secret: String,
    /// A JSON list of texts.
    pub(super) channels: String,
}

/// All bots in creation order.
pub(super) fn bots(connection: &Connection) -> rusqlite::Result<Vec<BotRow>> {
    connection
        .prepare_cached(
            "SELECT id, name, description, api_key, api_secret, channels FROM bots ORDER BY id",
        )?
        .query_map([], |row| {
            Ok(BotRow {
                id: row.get(0)?,
                name: row.get(1)?,
                description: row.get(2)?,
                api_key: row.get(3)?,
                api_secret: row.get(4)?,
                channels: row.get(5)?,
            })
        })?
        .collect()
}

/// Makes a bot with keys of its own, and its audience `All contacts`.
pub(super) fn create_bot(
    connection: &Connection,
    name: &str,
    description: &str,
    channels: &[String],
) -> rusqlite::Result<BotRow> {
    let (api_key, api_secret) = (random_key(), random_key());
    let channels = serde_json::Value::from(channels).to_string();
    connection.execute(
        "INSERT INTO bots (name, description, api_key, api_secret, channels) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![name, description, api_key, api_secret, channels],
    )?;
    let id = connection.last_insert_rowid();
    create_audience(connection, id, "All contacts", "broadcast_target", None)?;
    Ok(BotRow {
        id,
        name: name.to_owned(),
        description: description.to_owned(),
        api_key,
        api_secret,
        channels,
    })
}

/// Makes an audience, last in its bot's list; `filter` is the JSON of the six text fields. Gives its id.
pub(super) fn create_audience(
    connection: &Connection,
    bot_id: i64,
    name: &str,
    kind: &str,
    filter: Option<&str>,
) -> rusqlite::Result<String> {
    let id = random_id();
    connection.execute(
        "INSERT INTO audiences (id, bot_id, name, type, filter) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id, bot_id, name, kind, filter],
    )?;
    Ok(id)
}

/// The id of a bot's audience `All contacts`.
pub(super) fn everyone(connection: &Connection, bot_id: i64) -> rusqlite::Result<String> {
    connection.query_row(
        "SELECT id FROM audiences WHERE bot_id = ?1 ORDER BY position LIMIT 1",
        [bot_id],
        |row| row.get(0),
    )
}

/// A broadcast.
#[derive(Debug, Clone)]
pub(super) struct BroadcastRow {
    /// Its id.
    pub(super) id: String,
    /// The row of its bot.
    pub(super) bot_id: i64,
    /// Its name.
    pub(super) name: String,
    /// Whether it is enabled.
    pub(super) enabled: bool,
    /// The secret part of its hook, where it is On Demand.
    pub(super) secret: Option<String>,
    /// The audience it is configured for.
    pub(super) audience_id: String,
    /// Its eight settings, all known.
    pub(super) settings: Settings,
    /// The undocumented `SchedulingMode`.
    pub(super) scheduling_mode: i64,
    /// The undocumented `TriggerType`.
    pub(super) trigger_type: i64,
    /// The undocumented `ScheduleDate`.
    pub(super) schedule_date: Option<String>,
    /// Messages sent, delivered, opened.
    pub(super) counters: [i64; 3],
}

const BROADCAST: &str = "SELECT id, bot_id, name, enabled, secret, audience_id, settings, scheduling_mode, trigger_type, schedule_date, sent, delivered, opened FROM broadcasts";

fn broadcast_of(row: &Row<'_>) -> rusqlite::Result<BroadcastRow> {
    Ok(BroadcastRow {
        id: row.get(0)?,
        bot_id: row.get(1)?,
        name: row.get(2)?,
        enabled: row.get(3)?,
        secret: row.get(4)?,
        audience_id: row.get(5)?,
        settings: from_bits(row.get(6)?),
        scheduling_mode: row.get(7)?,
        trigger_type: row.get(8)?,
        schedule_date: row.get(9)?,
        counters: [row.get(10)?, row.get(11)?, row.get(12)?],
    })
}

/// A bot's broadcasts in creation order.
pub(super) fn broadcasts(
    connection: &Connection,
    bot_id: i64,
) -> rusqlite::Result<Vec<BroadcastRow>> {
    connection
        .prepare_cached(&format!("{BROADCAST} WHERE bot_id = ?1 ORDER BY position"))?
        .query_map([bot_id], broadcast_of)?
        .collect()
}

/// One broadcast.
pub(super) fn broadcast(
    connection: &Connection,
    id: &str,
) -> rusqlite::Result<Option<BroadcastRow>> {
    connection
        .prepare_cached(&format!("{BROADCAST} WHERE id = ?1"))?
        .query_row([id], broadcast_of)
        .optional()
}

/// What a new broadcast is made of.
#[derive(Debug)]
pub(super) struct NewBroadcast<'a> {
    /// The row of its bot.
    pub(super) bot_id: i64,
    /// Its name.
    pub(super) name: &'a str,
    /// Whether it is enabled.
    pub(super) enabled: bool,
    /// Whether it has a hook.
    pub(super) on_demand: bool,
    /// The audience it is configured for.
    pub(super) audience_id: &'a str,
    /// Its settings; what is not recorded is off.
    pub(super) settings: Settings,
    /// `SchedulingMode`, `TriggerType` and `ScheduleDate`.
    pub(super) schedule: (i64, i64, Option<&'a str>),
    /// Messages sent, delivered, opened.
    pub(super) counters: [i64; 3],
}

/// Makes a broadcast. Gives its id and the secret part of its hook.
pub(super) fn create_broadcast(
    connection: &Connection,
    new: &NewBroadcast<'_>,
) -> rusqlite::Result<(String, Option<String>)> {
    let (id, secret) = (random_id(), new.on_demand.then(random_key));
    connection.execute(
        "INSERT INTO broadcasts (id, bot_id, name, enabled, secret, audience_id, settings, scheduling_mode, trigger_type, schedule_date, sent, delivered, opened)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            id, new.bot_id, new.name, new.enabled, secret, new.audience_id, bits(new.settings),
            new.schedule.0, new.schedule.1, new.schedule.2,
            new.counters[0], new.counters[1], new.counters[2]
        ],
    )?;
    Ok((id, secret))
}

/// Changes a broadcast's settings.
pub(super) fn set_settings(
    connection: &Connection,
    id: &str,
    settings: Settings,
) -> rusqlite::Result<()> {
    connection
        .execute(
            "UPDATE broadcasts SET settings = ?2 WHERE id = ?1",
            params![id, bits(settings)],
        )
        .map(drop)
}

/// What a broadcast starts with where nothing is said: a POST with a token and a valid filter.
pub(super) fn default_settings() -> Settings {
    Setting::ALL
        .into_iter()
        .map(|setting| {
            let on = matches!(setting, Setting::AllowPost | Setting::RequireValidFilter);
            (setting, on)
        })
        .collect()
}

fn bits(settings: Settings) -> i64 {
    Setting::ALL
        .into_iter()
        .enumerate()
        .filter(|(_, setting)| settings.is_on(*setting))
        .fold(0, |bits, (index, _)| bits | (1 << index))
}

fn from_bits(bits: i64) -> Settings {
    Setting::ALL
        .into_iter()
        .enumerate()
        .map(|(index, setting)| (setting, bits & (1 << index) != 0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_their_row() {
        for bits_given in 0..256 {
            assert_eq!(bits(from_bits(bits_given)), bits_given);
        }
    }
}
