//! `mylink broadcasts`: the cached broadcasts with what is recorded of their settings. Hook URLs are masked.

use serde::Serialize;

use super::exit::{self, Failure};
use super::{opened, output};
use crate::config::Config;
use crate::domain::record::{AudienceRef, Bot, Broadcast};
use crate::domain::secret::HookUrl;
use crate::domain::settings::Settings;
use crate::domain::text::grouped;
use crate::session::Session;

/// Lists broadcasts, as cached.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink broadcasts
  mylink broadcasts --bot 'Harbour Coffee' --json | jq '.[] | select(.on_demand)'")]
pub struct Arguments {
    /// Those of this bot alone: its name or API key.
    #[arg(long, value_name = "BOT")]
    bot: Option<String>,
    /// One JSON array.
    #[arg(long)]
    json: bool,
}

/// A broadcast as JSON. Other programs read it: names and nulls are fixed.
#[derive(Serialize)]
struct Shape<'a> {
    id: &'a str,
    name: &'a str,
    bot: BotShape<'a>,
    enabled: Option<bool>,
    on_demand: bool,
    url: Option<String>,
    sent: Option<u64>,
    delivered: Option<u64>,
    opened: Option<u64>,
    settings: &'a Settings,
    audience: Option<AudienceShape<'a>>,
}

#[derive(Serialize)]
struct BotShape<'a> {
    name: &'a str,
    api_key: &'a str,
}

#[derive(Serialize)]
struct AudienceShape<'a> {
    id: &'a str,
    name: &'a str,
}

/// Runs the verb.
///
/// # Errors
/// Those of the cache; exit code 2 for an unknown bot.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        let bots = session.bots_called(arguments.bot.as_deref()).await?;
        let all = session.broadcasts().await?;
        let found: Vec<(&Bot, &Broadcast)> = all
            .iter()
            .filter_map(|broadcast| {
                let bot = bots.iter().find(|bot| bot.key == broadcast.bot_key)?;
                Some((bot, broadcast))
            })
            .collect();
        if found.is_empty() {
            output::note("No broadcast is cached: run mylink sync first.");
        }
        if arguments.json {
            let shapes = found
                .iter()
                .map(|(bot, broadcast)| Shape::of(bot, broadcast));
            output::json(&shapes.collect::<Vec<_>>())?;
        } else {
            print(&found)?;
        }
        Ok(exit::DONE)
    })
    .await
}

fn print(found: &[(&Bot, &Broadcast)]) -> Result<(), Failure> {
    let rows: Vec<_> = found
        .iter()
        .map(|(bot, broadcast)| row(bot, broadcast))
        .collect();
    let headings = [
        "ID",
        "NAME",
        "BOT",
        "STATE",
        "LAUNCH",
        "AUDIENCE",
        "SENT",
        "DELIVERED",
        "OPENED",
    ];
    output::table(&headings, &rows)
}

impl<'a> Shape<'a> {
    fn of(bot: &'a Bot, broadcast: &'a Broadcast) -> Self {
        Self {
            id: &broadcast.id,
            name: &broadcast.name,
            bot: BotShape {
                name: &bot.name,
                api_key: &bot.key,
            },
            enabled: broadcast.enabled,
            on_demand: broadcast.is_on_demand(),
            url: broadcast.hook.as_ref().map(HookUrl::masked),
            sent: broadcast.sent,
            delivered: broadcast.delivered,
            opened: broadcast.opened,
            settings: &broadcast.settings,
            audience: broadcast.audience.as_ref().map(AudienceShape::of),
        }
    }
}

impl<'a> AudienceShape<'a> {
    fn of(audience: &'a AudienceRef) -> Self {
        Self {
            id: &audience.id,
            name: &audience.name,
        }
    }
}

fn row(bot: &Bot, broadcast: &Broadcast) -> Vec<String> {
    let count = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), grouped);
    let state = match broadcast.enabled {
        Some(true) => "enabled",
        Some(false) => "disabled",
        None => "?",
    };
    let launch = if broadcast.is_on_demand() {
        "on demand"
    } else {
        "by itself"
    };
    let audience = broadcast.audience.as_ref();
    vec![
        broadcast.id.clone(),
        broadcast.name.clone(),
        bot.name.clone(),
        state.to_owned(),
        launch.to_owned(),
        audience.map_or_else(|| "?".to_owned(), |audience| audience.name.clone()),
        count(broadcast.sent),
        count(broadcast.delivered),
        count(broadcast.opened),
    ]
}
