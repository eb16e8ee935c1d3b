//! `mylink import`: contacts out of a file into the cache.

use std::sync::atomic::AtomicBool;

use serde::Serialize;

use super::csv::{self, ColumnShape, Input, RejectedShape};
use super::exit::{self, Failure};
use super::{opened, output};
use crate::audience::TargetImport;
use crate::config::Config;
use crate::domain::record::Bot;
use crate::domain::text::{counted, grouped, shown};
use crate::session::Session;

/// Reads contacts out of a CSV or TSV file into the cache.
///
/// A contact is told by `bot_channel` and `user_id`; on WhatsApp, SMS and RCS a phone number stands for the `user_id`.
/// Contacts that are cached get what the file says, and keep the variables that it lacks. Nothing goes to the platform,
/// so that a read-only profile allows it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink import people.csv --bot 'Harbour Coffee' --dry-run
  mylink import people.csv --map Mobile=user_phone_number --channel WhatsAppChannel --country IT
  mylink import people.csv --rejected rejected.csv --json

Rows that can't be used are told by line, and the others are taken: exit code 0. Exit code 2
where the file can't be read, or no row of it can be used.")]
pub struct Arguments {
    #[command(flatten)]
    input: Input,
    /// The bot whose contacts they are: its name or API key. May be left out where one bot is cached.
    #[arg(long, value_name = "BOT")]
    bot: Option<String>,
    /// The channel of rows that name none: `WhatsAppChannel`, `SMSChannel` ...
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
    /// Say what would be taken and what not, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// The result as one JSON object.
    #[arg(long)]
    json: bool,
}

/// The result as JSON. Other programs read it: names and nulls are fixed.
#[derive(Serialize)]
struct Shape<'a> {
    bot: &'a str,
    dry_run: bool,
    taken: u64,
    new: u64,
    known: u64,
    without_channel: u64,
    rejected: u64,
    encoding: String,
    delimiter: char,
    columns: Vec<ColumnShape<'a>>,
    rejections: Vec<RejectedShape>,
}

/// Runs the verb.
///
/// # Errors
/// Exit code 2 for a file or bot that can't be used and for a file without a row that can be, 6 where the cache can't be written.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        let bot = bot(session, arguments.bot.as_deref()).await?;
        let opened = arguments.input.open(session).await?;
        let known = opened.known;
        let import = TargetImport {
            mapping: &known.1,
            bot_channel: arguments.channel.as_deref(),
            country: opened.country,
        };
        let read = import.read_contacts(opened.input, csv::progress(), &AtomicBool::new(false));
        csv::progress_done();
        let mut read = csv::taken(read)?;
        csv::tell_encoding(read.encoding, read.delimiter);
        arguments
            .input
            .tell_rejected(&read.columns, read.delimiter, &read.rejected)?;
        let contacts = std::mem::take(&mut read.contacts);
        let mut import = session.match_import(&bot, contacts).await?;
        let taken = import.contacts.len() as u64;
        if !arguments.dry_run && taken > 0 {
            let name = arguments.input.name();
            let contacts = std::mem::take(&mut import.contacts);
            session.import_contacts(&bot, &name, contacts).await?;
            arguments.input.remember(session, &known).await;
        }
        let result = Shape {
            bot: &bot.key,
            dry_run: arguments.dry_run,
            taken,
            new: import.new,
            known: import.known,
            without_channel: import.without_channel,
            rejected: read.rejected.count(),
            encoding: read.encoding.to_string(),
            delimiter: read.delimiter,
            columns: csv::column_shapes(&read.columns, &known.1),
            rejections: csv::rejected_shapes(&read.rejected),
        };
        tell_channels(&import.unknown_channels);
        print(&result, &bot, arguments.json)?;
        if taken == 0 {
            return Err(csv::nothing_taken(result.rejected));
        }
        Ok(exit::DONE)
    })
    .await
}

async fn bot(session: &Session, name: Option<&str>) -> Result<Bot, Failure> {
    if let Some(name) = name {
        return Ok(session.find_bot(name).await?);
    }
    let mut bots = session.bots_called(None).await?;
    match bots.len() {
        0 => Err(Failure::usage("No bot is cached: run mylink sync first.")),
        1 => Ok(bots.remove(0)),
        _ => {
            let names: Vec<_> = bots.iter().map(|bot| shown(&bot.name)).collect();
            Err(Failure::usage(format!(
                "Whose contacts are they? Say --bot with one of: {}.",
                names.join(", ")
            )))
        }
    }
}

/// Channels that are told at most.
const CHANNELS_TOLD: usize = 20;

/// Says of how many contacts the channel may be mistyped.
fn tell_channels(unknown: &[(u64, String)]) {
    for (contacts, warning) in unknown.iter().take(CHANNELS_TOLD) {
        output::note(&format!("{}: {warning}", counted(*contacts, "contact")));
    }
    let more = unknown.len().saturating_sub(CHANNELS_TOLD) as u64;
    if more > 0 {
        output::note(&format!("{} more like this.", counted(more, "channel")));
    }
}

fn print(result: &Shape<'_>, bot: &Bot, json: bool) -> Result<(), Failure> {
    if result.without_channel > 0 {
        output::note(&format!(
            "{} without a bot_channel: the platform's contacts of the same user_id are others. --channel says which it is.",
            counted(result.without_channel, "contact")
        ));
    }
    if json {
        return output::json(result);
    }
    let verb = if result.dry_run {
        "would be imported"
    } else {
        "imported"
    };
    output::line(&format!(
        "{} of {} {verb}: {} new, {} known. {} rejected.",
        counted(result.taken, "contact"),
        shown(&bot.name),
        grouped(result.new),
        grouped(result.known),
        counted(result.rejected, "row")
    ))
}
