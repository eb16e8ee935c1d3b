//! `mylink pending`: what waits for its time, and what was missed or refused.

use std::collections::HashMap;

use jiff::Timestamp;

use super::exit::{self, Failure};
use super::waiting::{self, Shape};
use super::{opened, output};
use crate::config::Config;
use crate::domain::launch::LaunchRecord;
use crate::domain::waiting::{WaitingLaunch, WaitingState};
use crate::session::Session;
use crate::store::journal::{LaunchFilter, WaitingFilter};

const HEADINGS: [&str; 6] = ["DUE", "LAUNCH", "BROADCAST", "OUTCOME", "CONTACTS", "BY"];

/// Lists launches that wait for their time, soonest first, and those that were missed or refused.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink pending
  mylink pending --json
  mylink pending --all --broadcast 'Autumn menu'    those taken back or started too
  mylink take-back 01a2081f                         takes one back
  mylink move 01a2081f --at 'tomorrow 9:00'         gives one another time

One that was missed (nobody served at its time) or refused (something changed since it
was confirmed) stays in the list until somebody has looked: mylink take-back ID. It is
never sent by itself; launch its plan again: mylink plan again ID.")]
pub struct Arguments {
    /// Launches of this broadcast alone: its id or name.
    #[arg(long, value_name = "B")]
    broadcast: Option<String>,
    /// Those too that were started or taken back, and mishaps that somebody has looked at.
    #[arg(long)]
    all: bool,
    /// A JSON array.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
///
/// # Errors
/// Those of the journal.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        let filter = WaitingFilter {
            broadcast: arguments.broadcast.clone(),
            with_ended: arguments.all,
        };
        let all = session.waiting(filter).await?;
        let now = Timestamp::now();
        if arguments.json {
            let launches = started(session, arguments, &all).await?;
            let launch = |waiting: &WaitingLaunch| launches.get(&waiting.id);
            let shapes = all
                .iter()
                .map(|one| Shape::with(one, launch(one)).at(one, now));
            output::json(&shapes.collect::<Vec<_>>())?;
        } else if all.is_empty() {
            output::line("Nothing waits.")?;
        } else {
            let rows: Vec<_> = all.iter().map(|waiting| row(waiting, now)).collect();
            output::table(&HEADINGS, &rows)?;
        }
        if all.iter().any(WaitingLaunch::is_waiting) {
            waiting::tell_unserved(session);
        }
        Ok(exit::DONE)
    })
    .await
}

/// The launches that those became that were started, by their ids.
async fn started(
    session: &Session,
    arguments: &Arguments,
    all: &[WaitingLaunch],
) -> Result<HashMap<String, LaunchRecord>, Failure> {
    let is_started = |waiting: &WaitingLaunch| waiting.state() == WaitingState::Started;
    if !all.iter().any(is_started) {
        return Ok(HashMap::new());
    }
    let filter = LaunchFilter {
        broadcast: arguments.broadcast.clone(),
        ..LaunchFilter::default()
    };
    let launches = session.launcher.launches(filter).await?;
    let by_id = launches
        .into_iter()
        .map(|launch| (launch.id.clone(), launch));
    Ok(by_id.collect())
}

fn row(launch: &WaitingLaunch, now: Timestamp) -> Vec<String> {
    vec![
        waiting::due(launch),
        launch.id.clone(),
        launch.broadcast.name.clone(),
        waiting::state(launch, now),
        waiting::contacts(launch),
        launch.operator.clone(),
    ]
}
