//! The bots of the account, with their secrets.

use rusqlite::{Row, params};

use crate::domain::record::Bot;
use crate::domain::secret::Secret;
use crate::store::StoreError;
use crate::store::sql::Count;

use super::Cache;

impl Cache {
    /// Takes over the list of bots. Of one that vanished the secret is wiped and the rest waits for its return, since
    /// its recorded settings are the operator's work.
    ///
    /// # Errors
    /// Those of the database.
    pub fn replace_bots(&mut self, bots: &[Bot]) -> Result<(), StoreError> {
        self.write("Saving the bots", |transaction| {
            transaction.execute("UPDATE bot SET listed = 0, secret = ''", [])?;
            let mut insert = transaction.prepare(
                "INSERT INTO bot (key, listed, position, name, description, channels, secret)
                 VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (key) DO UPDATE SET listed = 1, position = excluded.position, name = excluded.name,
                     description = excluded.description, channels = excluded.channels, secret = excluded.secret",
            )?;
            for (position, bot) in bots.iter().enumerate() {
                let channels = serde_json::Value::from(bot.channels.clone()).to_string();
                insert.execute(params![
                    bot.key,
                    Count(position as u64),
                    bot.name,
                    bot.description,
                    channels,
                    bot.secret.expose(),
                ])?;
            }
            Ok(())
        })
    }

    /// The bots, in the platform's order.
    ///
    /// # Errors
    /// Those of the database.
    pub fn bots(&self) -> Result<Vec<Bot>, StoreError> {
        self.read("Reading the bots", |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT key, name, description, channels, secret FROM bot WHERE listed ORDER BY position",
                )?
                .query_map([], bot)?
                .collect::<rusqlite::Result<_>>()?)
        })
    }
}

fn bot(row: &Row<'_>) -> rusqlite::Result<Bot> {
    let channels: String = row.get(3)?;
    Ok(Bot {
        key: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        channels: serde_json::from_str(&channels).unwrap_or_default(),
        secret: Secret::new(row.get::<_, String>(4)?),
    })
}
