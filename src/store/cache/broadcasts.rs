//! Broadcasts, with what is recorded of their settings and of the audience they are configured for.
//!
//! Records are kept apart from what the platform says, so that a sync never takes back what a person recorded.

use rusqlite::{Connection, Row, Transaction, params};

use crate::domain::record::{AudienceRef, Bot, Broadcast};
use crate::domain::secret::HookUrl;
use crate::domain::settings::{Setting, Settings};
use crate::domain::text;
use crate::store::StoreError;
use crate::store::sql::{Count, one};

use super::{Cache, bot_id};

const BROADCASTS: &str =
    "SELECT bot.key, broadcast.id, broadcast.name, enabled, hook, hook_error, sent, delivered,
         opened, scheduling_mode, trigger_type, schedule_date, bot.id
     FROM broadcast JOIN bot ON bot.id = broadcast.bot";

impl Cache {
    /// Takes over a bot's list of broadcasts; those that vanished go. Settings and audience that the list doesn't say
    /// stay as they were recorded.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn replace_broadcasts(
        &mut self,
        bot_key: &str,
        broadcasts: &[Broadcast],
    ) -> Result<(), StoreError> {
        self.write("Saving the broadcasts", |transaction| {
            let bot = bot_id(transaction, bot_key)?;
            transaction.execute("DELETE FROM broadcast WHERE bot = ?1", [bot])?;
            for (position, broadcast) in broadcasts.iter().enumerate() {
                insert(transaction, bot, position, broadcast)?;
                record_settings(transaction, bot, &broadcast.id, broadcast.settings)?;
                if let Some(audience) = &broadcast.audience {
                    record_audience(transaction, bot, &broadcast.id, audience)?;
                }
            }
            Ok(())
        })
    }

    /// The broadcasts of a bot, in the platform's order.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn broadcasts(&self, bot_key: &str) -> Result<Vec<Broadcast>, StoreError> {
        self.read("Reading the broadcasts", |connection| {
            let bot = bot_id(connection, bot_key)?;
            let condition = "WHERE broadcast.bot = ?1 ORDER BY broadcast.position";
            list(connection, condition, [bot])
        })
    }

    /// The broadcasts of all listed bots, in the platform's order.
    ///
    /// # Errors
    /// Those of the database.
    pub fn all_broadcasts(&self) -> Result<Vec<Broadcast>, StoreError> {
        self.read("Reading the broadcasts", |connection| {
            list(connection, LISTED, [])
        })
    }

    /// All bots and their broadcasts, as of one moment.
    ///
    /// # Errors
    /// Those of the database.
    pub fn bots_and_broadcasts(&self) -> Result<(Vec<Bot>, Vec<Broadcast>), StoreError> {
        self.read("Reading bots and broadcasts", |connection| {
            let view = connection.unchecked_transaction()?;
            Ok((self.bots()?, list_in(&view, LISTED, [])?))
        })
    }

    /// Notes that a broadcast was enabled or disabled.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`], [`StoreError::UnknownBroadcast`].
    pub fn set_enabled(
        &mut self,
        bot_key: &str,
        broadcast_id: &str,
        enabled: bool,
    ) -> Result<(), StoreError> {
        self.write("Saving the broadcast's state", |transaction| {
            let bot = bot_id(transaction, bot_key)?;
            let changed = transaction.execute(
                "UPDATE broadcast SET enabled = ?3 WHERE bot = ?1 AND id = ?2",
                params![bot, broadcast_id, enabled],
            )?;
            if changed == 0 {
                return Err(StoreError::UnknownBroadcast {
                    id: text::shown(broadcast_id).into_owned(),
                });
            }
            Ok(())
        })
    }

    /// What is recorded of a broadcast's settings.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn settings(&self, bot_key: &str, broadcast_id: &str) -> Result<Settings, StoreError> {
        self.read("Reading the settings", |connection| {
            settings_of(connection, bot_id(connection, bot_key)?, broadcast_id)
        })
    }

    /// Records those settings that are given; the others stay as they are.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn record_settings(
        &mut self,
        bot_key: &str,
        broadcast_id: &str,
        settings: Settings,
    ) -> Result<(), StoreError> {
        self.write("Recording the settings", |transaction| {
            let bot = bot_id(transaction, bot_key)?;
            record_settings(transaction, bot, broadcast_id, settings)
        })
    }

    /// Takes back what is recorded of one setting.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn forget_setting(
        &mut self,
        bot_key: &str,
        broadcast_id: &str,
        setting: Setting,
    ) -> Result<(), StoreError> {
        self.write("Recording the settings", |transaction| {
            let bot = bot_id(transaction, bot_key)?;
            transaction.execute(
                "DELETE FROM setting WHERE bot = ?1 AND broadcast = ?2 AND key = ?3",
                params![bot, broadcast_id, setting.key()],
            )?;
            Ok(())
        })
    }

    /// The audience that a broadcast is configured for, where that is recorded.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn configured_audience(
        &self,
        bot_key: &str,
        broadcast_id: &str,
    ) -> Result<Option<AudienceRef>, StoreError> {
        self.read("Reading the configured audience", |connection| {
            audience_of(connection, bot_id(connection, bot_key)?, broadcast_id)
        })
    }

    /// Records the audience that a broadcast is configured for; `None` takes the record back.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn record_configured_audience(
        &mut self,
        bot_key: &str,
        broadcast_id: &str,
        audience: Option<&AudienceRef>,
    ) -> Result<(), StoreError> {
        self.write("Recording the configured audience", |transaction| {
            let bot = bot_id(transaction, bot_key)?;
            if let Some(audience) = audience {
                return record_audience(transaction, bot, broadcast_id, audience);
            }
            transaction.execute(
                "DELETE FROM configured_audience WHERE bot = ?1 AND broadcast = ?2",
                params![bot, broadcast_id],
            )?;
            Ok(())
        })
    }
}

fn insert(
    transaction: &Transaction<'_>,
    bot: i64,
    position: usize,
    broadcast: &Broadcast,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO broadcast (bot, id, position, name, enabled, hook, hook_error, sent, delivered,
                 opened, scheduling_mode, trigger_type, schedule_date)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            bot,
            broadcast.id,
            Count(position as u64),
            broadcast.name,
            broadcast.enabled,
            broadcast.hook.as_ref().map(|hook| hook.expose().as_str()),
            broadcast.hook_error,
            broadcast.sent.map(Count),
            broadcast.delivered.map(Count),
            broadcast.opened.map(Count),
            broadcast.scheduling_mode,
            broadcast.trigger_type,
            broadcast.schedule_date,
        ])?;
    Ok(())
}

fn record_settings(
    transaction: &Transaction<'_>,
    bot: i64,
    broadcast_id: &str,
    settings: Settings,
) -> Result<(), StoreError> {
    let mut insert = transaction.prepare_cached(
        "INSERT OR REPLACE INTO setting (bot, broadcast, key, is_on) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (setting, on) in settings.iter() {
        if let Some(on) = on {
            insert.execute(params![bot, broadcast_id, setting.key(), on])?;
        }
    }
    Ok(())
}

fn record_audience(
    transaction: &Transaction<'_>,
    bot: i64,
    broadcast_id: &str,
    audience: &AudienceRef,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO configured_audience (bot, broadcast, id, name) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![bot, broadcast_id, audience.id, audience.name])?;
    Ok(())
}

/// Those of the bots that are listed, in the platform's order.
const LISTED: &str = "WHERE bot.listed ORDER BY bot.position, broadcast.position";

fn list(
    connection: &Connection,
    condition: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Broadcast>, StoreError> {
    list_in(&connection.unchecked_transaction()?, condition, parameters)
}

/// As [`list`], within a view.
fn list_in(
    view: &Transaction<'_>,
    condition: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Broadcast>, StoreError> {
    let mut found = view
        .prepare_cached(&format!("{BROADCASTS} {condition}"))?
        .query_map(parameters, |row| {
            Ok((row.get::<_, i64>(12)?, broadcast(row)?))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for (bot, broadcast) in &mut found {
        broadcast.settings = settings_of(view, *bot, &broadcast.id)?;
        broadcast.audience = audience_of(view, *bot, &broadcast.id)?;
    }
    Ok(found.into_iter().map(|(_, broadcast)| broadcast).collect())
}

fn broadcast(row: &Row<'_>) -> rusqlite::Result<Broadcast> {
    let count = |index| -> rusqlite::Result<_> {
        Ok(row.get::<_, Option<Count>>(index)?.map(|count| count.0))
    };
    let (hook, hook_error) = hook(row.get(4)?, row.get(5)?);
    Ok(Broadcast {
        bot_key: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        enabled: row.get(3)?,
        hook,
        hook_error,
        sent: count(6)?,
        delivered: count(7)?,
        opened: count(8)?,
        scheduling_mode: row.get(9)?,
        trigger_type: row.get(10)?,
        schedule_date: row.get(11)?,
        settings: Settings::default(),
        audience: None,
    })
}

/// A hook URL is read with the rules of today, which may be stricter than those it was saved with.
fn hook(url: Option<String>, error: Option<String>) -> (Option<HookUrl>, Option<String>) {
    match url.map(|url| HookUrl::parse(&url)) {
        None => (None, error),
        Some(Ok(hook)) => (Some(hook), error),
        Some(Err(refused)) => (None, Some(refused.to_string())),
    }
}

fn settings_of(
    connection: &Connection,
    bot: i64,
    broadcast_id: &str,
) -> Result<Settings, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT key, is_on FROM setting WHERE bot = ?1 AND broadcast = ?2")?;
    let mut rows = statement.query(params![bot, broadcast_id])?;
    let mut settings = Settings::default();
    while let Some(row) = rows.next()? {
        if let Some(setting) = Setting::parse(row.get_ref(0)?.as_str().unwrap_or_default()) {
            settings.set(setting, Some(row.get(1)?));
        }
    }
    Ok(settings)
}

fn audience_of(
    connection: &Connection,
    bot: i64,
    broadcast_id: &str,
) -> Result<Option<AudienceRef>, StoreError> {
    one(connection
        .prepare_cached(
            "SELECT id, name FROM configured_audience WHERE bot = ?1 AND broadcast = ?2",
        )?
        .query_row(params![bot, broadcast_id], |row| {
            Ok(AudienceRef {
                id: row.get(0)?,
                name: row.get(1)?,
            })
        }))
}
