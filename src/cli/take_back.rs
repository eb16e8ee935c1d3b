//! `mylink take-back`: a launch that waits does not start; one that was missed or refused was looked at.

use super::exit::{self, Failure};
use super::waiting::{self, Shape};
use super::{opened, output};
use crate::config::Config;
use crate::domain::act::OutsideAct;
use crate::domain::waiting::{WaitingLaunch, WaitingState};
use crate::session::Session;

/// Takes a launch back that waits for its time, until the last moment.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink take-back 01a2081f
  mylink take-back 01a2081f --json

Exit code 4 where it was started by then: whichever came first stands, and is said.
Of one that was missed or refused it is noted that you looked at it.")]
pub struct Arguments {
    /// The launch's id, or the beginning of it: mylink pending lists them.
    #[arg(value_name = "ID")]
    id: String,
    /// The launch as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
///
/// # Errors
/// Exit code 2 for an unknown id; 4 where it waits no more, and on a read-only profile.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        session.allow(OutsideAct::TakeBack).await?;
        let launch = session.launcher.take_back(&arguments.id).await?;
        let printed = if arguments.json {
            output::json(&Shape::whole(&launch))
        } else {
            output::line(&words(&launch))
        };
        if let Err(failure) = printed {
            // It is done, and on the record: the exit code says so.
            output::note(&format!(
                "mylink: {} {} Launch {}.",
                failure.message,
                words(&launch),
                launch.id
            ));
        }
        Ok(exit::DONE)
    })
    .await
}

fn words(launch: &WaitingLaunch) -> String {
    let what = waiting::what(launch);
    let state = launch.state();
    if state == WaitingState::TakenBack {
        format!("Taken back: {what} will not be sent.")
    } else {
        let word = state.word();
        format!("{what} was {word} and not sent. It is noted that you looked at it.")
    }
}
