//! `mylink bots`: the cached bots, never with a secret.

use jiff::Timestamp;
use serde::Serialize;

use super::exit::{self, Failure};
use super::{opened, output, table};
use crate::config::Config;
use crate::domain::text::grouped;
use crate::session::{CachedBot, Session};

/// Lists the account's bots, as cached.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink bots
  mylink bots --json | jq -r '.[].name'")]
pub struct Arguments {
    /// One JSON array.
    #[arg(long)]
    json: bool,
}

/// A bot as JSON. Other programs read it: names and nulls are fixed.
#[derive(Serialize)]
struct Shape<'a> {
    name: &'a str,
    api_key: &'a str,
    description: &'a str,
    channels: &'a [String],
    contacts: u64,
    as_of: Option<Timestamp>,
}

/// Runs the verb.
///
/// # Errors
/// Those of the cache.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        let bots = session.bots().await?;
        if bots.is_empty() {
            output::note("No bot is cached: run mylink sync first.");
        }
        if arguments.json {
            output::json(&bots.iter().map(Shape::of).collect::<Vec<_>>())?;
        } else {
            let rows: Vec<_> = bots.iter().map(row).collect();
            output::table(&["NAME", "API KEY", "CHANNELS", "CONTACTS", "AS OF"], &rows)?;
        }
        Ok(exit::DONE)
    })
    .await
}

impl<'a> Shape<'a> {
    fn of(cached: &'a CachedBot) -> Self {
        let bot = &cached.bot;
        Self {
            name: &bot.name,
            api_key: &bot.key,
            description: &bot.description,
            channels: &bot.channels,
            contacts: cached.contacts,
            as_of: cached.as_of,
        }
    }
}

fn row(cached: &CachedBot) -> Vec<String> {
    let as_of = cached.as_of.map(table::minute);
    vec![
        cached.bot.name.clone(),
        cached.bot.key.clone(),
        cached.bot.channels.join(", "),
        grouped(cached.contacts),
        as_of.unwrap_or_else(|| "never".to_owned()),
    ]
}
