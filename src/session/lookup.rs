//! Finding a broadcast or a bot by what an operator calls it.

use super::{Session, SessionError};
use crate::domain::problem::{Code, Problem};
use crate::domain::record::{Bot, Broadcast};
use crate::domain::text::shown;
use crate::store::Cache;

/// A broadcast with its bot.
#[derive(Debug, Clone)]
pub struct Found {
    /// The bot.
    pub bot: Bot,
    /// The broadcast.
    pub broadcast: Broadcast,
}

impl Session {
    /// Finds a broadcast by its id or name, within a bot (its name or API key) where one is given.
    ///
    /// # Errors
    /// [`SessionError::Lookup`] with `unknown-broadcast` or `ambiguous-broadcast`; those of the cache.
    pub async fn find_broadcast(
        &self,
        name: &str,
        bot: Option<&str>,
    ) -> Result<Found, SessionError> {
        let (name, bot) = (name.to_owned(), bot.map(str::to_owned));
        let (bots, broadcasts) = self
            .lookups
            .run(|cache: &mut Cache| cache.bots_and_broadcasts())
            .await?;
        find(&bots, &broadcasts, &name, bot.as_deref()).map_err(SessionError::Lookup)
    }

    /// The bot of this name or API key alone; all cached bots where none is given.
    ///
    /// # Errors
    /// As [`Session::find_bot`].
    pub async fn bots_called(&self, name: Option<&str>) -> Result<Vec<Bot>, SessionError> {
        match name {
            Some(name) => Ok(vec![self.find_bot(name).await?]),
            None => Ok(self.lookups.run(|cache| cache.bots()).await?),
        }
    }

    /// Finds a bot by its name or API key.
    ///
    /// # Errors
    /// [`SessionError::Lookup`] where there is none, or more than one of the name; those of the cache.
    pub async fn find_bot(&self, name: &str) -> Result<Bot, SessionError> {
        let bots = self.lookups.run(|cache| cache.bots()).await?;
        let found = bots_called(&bots, name);
        match found.as_slice() {
            [bot] => Ok((*bot).clone()),
            [] => Err(SessionError::Lookup(no_bot(name, "/bot"))),
            _ => {
                let message = format!(
                    "More than one bot is called \"{}\". Give its API key instead.",
                    shown(name)
                );
                Err(SessionError::Lookup(Problem::new(
                    Code::AmbiguousBroadcast,
                    "/bot",
                    message,
                )))
            }
        }
    }
}

/// Bots by API key, else by name.
fn bots_called<'a>(bots: &'a [Bot], name: &str) -> Vec<&'a Bot> {
    let by_key: Vec<&Bot> = bots.iter().filter(|bot| bot.key == name).collect();
    if by_key.is_empty() {
        bots.iter().filter(|bot| bot.name == name).collect()
    } else {
        by_key
    }
}

fn no_bot(name: &str, at: &str) -> Problem {
    let message = format!(
        "No bot is called \"{}\", nor has it as API key. See `mylink bots`, or sync first.",
        shown(name)
    );
    Problem::new(Code::UnknownBroadcast, at, message)
}

fn find(
    bots: &[Bot],
    broadcasts: &[Broadcast],
    name: &str,
    bot: Option<&str>,
) -> Result<Found, Problem> {
    let wanted = match bot {
        Some(bot) => match bots_called(bots, bot) {
            found if found.is_empty() => return Err(no_bot(bot, "/bot")),
            found => found,
        },
        None => bots.iter().collect(),
    };
    let mine = |broadcast: &&Broadcast| wanted.iter().any(|bot| bot.key == broadcast.bot_key);
    let by_id: Vec<&Broadcast> = broadcasts
        .iter()
        .filter(mine)
        .filter(|broadcast| broadcast.id == name)
        .collect();
    let found = if by_id.is_empty() {
        broadcasts
            .iter()
            .filter(mine)
            .filter(|broadcast| broadcast.name == name)
            .collect()
    } else {
        by_id
    };
    match found.as_slice() {
        [broadcast] => match wanted.iter().find(|bot| bot.key == broadcast.bot_key) {
            Some(bot) => Ok(Found {
                bot: (*bot).clone(),
                broadcast: (*broadcast).clone(),
            }),
            None => Err(no_bot(&broadcast.bot_key, "/bot")),
        },
        [] => {
            let message = format!(
                "No broadcast is called \"{}\", nor has it as id. See `mylink broadcasts`, or sync first.",
                shown(name)
            );
            Err(Problem::new(Code::UnknownBroadcast, "/broadcast", message))
        }
        several => {
            let message = format!(
                "{} broadcasts are called \"{}\". Give the bot as well, or the broadcast's id.",
                several.len(),
                shown(name)
            );
            Err(Problem::new(
                Code::AmbiguousBroadcast,
                "/broadcast",
                message,
            ))
        }
    }
}
