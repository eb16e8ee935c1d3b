//! A scene put into a sandbox by the process that serves it: one bot with its contacts and one broadcast; and what came
//! of the calls of its hook.

use std::io;

use rusqlite::{Connection, Transaction};
use serde_json::json;

use crate::domain::record::{Bot, Contact};
use crate::domain::rehearsal::RehearsedTarget;
use crate::domain::secret::{HookUrl, Secret};
use crate::domain::settings::Settings;

use super::api::broadcasts::hook_url;
use super::api::contacts;
use super::database::FILE;
use super::error::SandboxError;
use super::rows::{self, NewBroadcast};
use super::running::Running;

/// What is put in.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The bot's name.
    pub bot: String,
    /// The bot's channels.
    pub channels: Vec<String>,
    /// The broadcast's name.
    pub broadcast: String,
    /// Whether the broadcast is enabled.
    pub enabled: bool,
    /// What is recorded of its settings; the others are as a new broadcast of the sandbox has them.
    pub settings: Settings,
    /// The variable and the value that the contacts of its configured audience have; `None` for all contacts.
    pub audience: Option<(String, String)>,
}

/// What stands in the sandbox.
#[derive(Debug, Clone)]
pub struct Staged {
    /// The bot, with the keys that this sandbox made for it.
    pub bot: Bot,
    /// The hook of the broadcast.
    pub hook: HookUrl,
    /// The broadcast's eight settings, all known.
    pub settings: Settings,
    bot_row: i64,
    broadcast: String,
}

impl Running {
    /// Puts a bot and its broadcast in. From here on the sandbox doesn't wait for the disk: it is to be thrown away.
    ///
    /// # Errors
    /// What `SQLite` says.
    pub async fn stage(&self, scene: Scene) -> Result<Staged, SandboxError> {
        let url = self.url().to_owned();
        self.database.hurry()?;
        self.write(move |transaction| stage(transaction, &url, scene))
            .await
    }

    /// Adds contacts behind those that are there, with all their variables. Tells of those that the sandbox refuses, as
    /// the platform could hardly hold them: why, in a sentence each.
    ///
    /// # Errors
    /// What `SQLite` says.
    pub async fn stage_contacts(
        &self,
        staged: &Staged,
        contacts: Vec<Contact>,
    ) -> Result<Vec<String>, SandboxError> {
        let bot = staged.bot_row;
        self.write(move |transaction| {
            let mut refused = Vec::new();
            for contact in contacts {
                match contacts::add(transaction, bot, contact.variables) {
                    Err(refusal) if refusal.is_internal() => return Err(failed(refusal.message())),
                    Err(refusal) => refused.push(refusal.message().to_owned()),
                    Ok(()) => {}
                }
            }
            Ok(refused)
        })
        .await
    }

    /// Whom the calls of the hook target, in their order, with what each comes to once it is delivered.
    ///
    /// # Errors
    /// What `SQLite` says.
    pub async fn staged_targets(
        &self,
        staged: &Staged,
    ) -> Result<Vec<RehearsedTarget>, SandboxError> {
        let broadcast = staged.broadcast.clone();
        self.write(move |transaction| Ok(targets(transaction, &broadcast)?))
            .await
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, SandboxError> + Send + 'static,
    ) -> Result<T, SandboxError> {
        let database = self.database.clone();
        tokio::task::spawn_blocking(move || database.write_here(work))
            .await
            .map_err(|error| failed(&error.to_string()))?
    }
}

fn failed(reason: &str) -> SandboxError {
    SandboxError::io(FILE)(io::Error::other(reason.to_owned()))
}

fn stage(transaction: &Transaction<'_>, url: &str, scene: Scene) -> Result<Staged, SandboxError> {
    let bot = rows::create_bot(transaction, &scene.bot, "", &scene.channels)?;
    let audience = match &scene.audience {
        None => rows::everyone(transaction, bot.id)?,
        Some((variable, value)) => {
            let filter = json!({
                "audience_filters": variable, "audience_criteria": "Equals", "audience_values": value
            });
            let filter = Some(filter.to_string());
            rows::create_audience(
                transaction,
                bot.id,
                "Configured",
                "custom_filter",
                filter.as_deref(),
            )?
        }
    };
    let mut settings = rows::default_settings();
    for (setting, on) in scene.settings.iter() {
        settings.set(setting, on.or(settings.get(setting)));
    }
    let new = NewBroadcast {
        bot_id: bot.id,
        name: &scene.broadcast,
        enabled: scene.enabled,
        on_demand: true,
        audience_id: &audience,
        settings,
        schedule: (2, 0, None),
        counters: [0; 3],
    };
    let (id, secret) = rows::create_broadcast(transaction, &new)?;
    let hook = HookUrl::parse(&hook_url(url, &id, &secret.unwrap_or_default()))
        .map_err(|error| failed(&error.to_string()))?;
    Ok(Staged {
        bot: Bot {
            key: bot.api_key,
            name: scene.bot,
            description: String::new(),
            channels: scene.channels,
            secret: Secret::new(bot.api_secret),
        },
        hook,
        settings,
        bot_row: bot.id,
        broadcast: id,
    })
}

fn targets(connection: &Connection, broadcast: &str) -> rusqlite::Result<Vec<RehearsedTarget>> {
    connection
        .prepare(
            "SELECT contacts.channel, deliveries.user_id, deliveries.created, deliveries.reason
             FROM runs JOIN deliveries ON deliveries.run_id = runs.id
             LEFT JOIN contacts ON contacts.id = deliveries.contact_id
             WHERE runs.broadcast_id = ?1 ORDER BY runs.id, deliveries.position",
        )?
        .query_map([broadcast], |row| {
            Ok(RehearsedTarget {
                channel: row.get(0)?,
                user_id: row.get(1)?,
                created: row.get(2)?,
                reason: row.get(3)?,
            })
        })?
        .collect()
}
