//! `mylink move`: a launch that waits is given another time.

use jiff::Zoned;

use super::exit::{self, Failure};
use super::waiting::{self, Shape};
use super::{opened, output};
use crate::config::Config;
use crate::domain::due;
use crate::domain::waiting::WaitingLaunch;
use crate::session::Session;

/// Gives a launch that waits another time; what was confirmed stays as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink move 01a2081f --at 'tomorrow 9:00'
  mylink move 01a2081f --at +30m --json

Contacts and content are those that were confirmed, and are checked once more at the
new time; the time has to leave at least the profile's hold. Exit code 4 where it waits
no more, or its time has come: whichever came first stands, and is said.")]
pub struct Arguments {
    /// The launch's id, or the beginning of it: mylink pending lists them.
    #[arg(value_name = "ID")]
    id: String,
    /// The new time, as for mylink launch: 09:00, 'tomorrow 9:00', 'fri 18:30', +30m, 2026-11-24T09:00+01:00.
    #[arg(long, value_name = "TIME")]
    at: String,
    /// The launch as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
///
/// # Errors
/// Exit code 2 for an unknown id or a time that isn't understood; 4 where it waits no more, where the time is past or
/// nearer than the hold, and on a read-only profile.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    let due = due::read(&arguments.at, &Zoned::now()).map_err(Failure::usage)?;
    opened::with(config, async |session: &Session| {
        let launch = session.move_waiting(&arguments.id, &due.at, None).await?;
        if let Some(note) = &due.note {
            output::note(&format!("{note}."));
        }
        let printed = if arguments.json {
            output::json(&Shape::whole(&launch))
        } else {
            output::line(&words(&launch))
        };
        if let Err(failure) = printed {
            // It is done, and on the record: the exit code says so.
            let said = words(&launch);
            output::note(&format!("mylink: {} {said}", failure.message));
        }
        waiting::tell_unserved(session);
        Ok(exit::DONE)
    })
    .await
}

fn words(launch: &WaitingLaunch) -> String {
    format!(
        "Moved: {} waits until {}. Launch {}.",
        waiting::what(launch),
        waiting::due(launch),
        launch.id
    )
}
