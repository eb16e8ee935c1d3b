//! `mylink sync`: bots, broadcasts, audiences and their contacts into the cache.

use std::io::{IsTerminal, stderr};

use super::exit::{self, Failure};
use super::{opened, output};
use crate::config::Config;
use crate::domain::text::counted;
use crate::session::{Session, SyncProgress};

/// Reads bots, broadcasts, audiences and contacts into the cache.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink sync
  mylink --profile production sync

What is throttled or fails is named on stderr, and what was cached of it stays. Exit code 0
where bots and broadcasts came, 1 where the platform refused, 5 where it was not reached.")]
pub struct Arguments {}

/// Runs the verb.
///
/// # Errors
/// Where bots or broadcasts don't come.
pub async fn run(config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        let is_terminal = stderr().is_terminal();
        let tell = |progress: SyncProgress| {
            if is_terminal {
                output::status(&progress.words);
            }
        };
        let synced = session.sync(tell).await;
        if is_terminal {
            output::status("");
        }
        let report = synced?;
        for note in &report.notes {
            output::note(note);
        }
        output::line(&format!(
            "{}, {}, {} read.",
            counted(report.bots as u64, "bot"),
            counted(report.broadcasts as u64, "broadcast"),
            counted(report.contacts as u64, "contact")
        ))?;
        Ok(exit::DONE)
    })
    .await
}
