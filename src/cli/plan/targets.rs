//! `mylink plan targets`: a list of contacts out of a file, as a plan.

use std::sync::atomic::AtomicBool;

use crate::audience::TargetImport;
use crate::cli::csv::{self, Input};
use crate::cli::exit::{self, Failure};
use crate::cli::{opened, output};
use crate::config::Config;
use crate::domain::plan::{Form, MAX_DELAY_MINUTES, Method, Plan};
use crate::domain::text::counted;
use crate::session::Session;

/// Prints the plan that reaches the contacts of a CSV or TSV file.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    input: Input,
    /// The broadcast's id or name.
    #[arg(long, value_name = "BROADCAST")]
    broadcast: String,
    /// The bot's name or API key, where the broadcast's name is not unique.
    #[arg(long, value_name = "BOT")]
    bot: Option<String>,
    /// The channel of rows that name none: `WhatsAppChannel`, `SMSChannel` ...
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
    /// Minutes to wait.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=MAX_DELAY_MINUTES))]
    delay: Option<u64>,
}

/// Runs the verb.
///
/// # Errors
/// Exit code 2 for a file that can't be used.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        let opened = arguments.input.open(session).await?;
        let known = opened.known;
        let import = TargetImport {
            mapping: &known.1,
            bot_channel: arguments.channel.as_deref(),
            country: opened.country,
        };
        let read = import.read(opened.input, csv::progress(), &AtomicBool::new(false));
        csv::progress_done();
        let read = csv::taken(read)?;
        csv::tell_encoding(read.encoding, read.delimiter);
        arguments
            .input
            .tell_rejected(&read.columns, read.delimiter, &read.rejected)?;
        let rejected = counted(read.rejected.count(), "row");
        if read.targets.is_empty() {
            return Err(csv::nothing_taken(read.rejected.count()));
        }
        output::note(&format!(
            "{}, {rejected} rejected.",
            counted(read.targets.len() as u64, "target")
        ));
        arguments.input.remember(session, &known).await;
        super::print(&Plan {
            broadcast: arguments.broadcast.clone(),
            bot: arguments.bot.clone(),
            method: Method::Post,
            form: Form::Targets {
                targets: read.targets,
            },
            delay: arguments.delay.map(|minutes| minutes.to_string()),
        })?;
        Ok(exit::DONE)
    })
    .await
}
