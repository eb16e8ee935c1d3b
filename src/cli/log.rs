//! `mylink log`: the journal, newest first, or one launch with its plan and bodies.

mod diff;
mod shape;
mod since;
mod words;

use jiff::Timestamp;

use super::exit::{self, Failure};
use super::{opened, output, waiting};
use crate::config::Config;
use crate::domain::curl;
use crate::domain::launch::LaunchRecord;
use crate::domain::waiting::{WaitingLaunch, WaitingState};
use crate::session::Session;
use crate::store::journal::{LaunchFilter, WaitingFilter};

use since::Since;

pub use diff::print as print_diff;
pub use shape::Shape;

/// Shows what was launched: when, by whom, with which bytes and which answer; as a table also what waits.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink log
  mylink log --since 24h --json
  mylink log --broadcast 'Autumn menu' --since 2026-11-01T00:00:00Z
  mylink log 01a2081f                        one launch, with plan and bodies
  mylink log 01a2081f --curl                 its calls; hook and token are variables
  mylink log 01a2081f --diff                 what changed since the launch before it")]
pub struct Arguments {
    /// One launch alone: its id, or the beginning of it.
    #[arg(value_name = "ID", conflicts_with_all = ["broadcast", "since"])]
    id: Option<String>,
    /// Launches of this broadcast alone: its id or name.
    #[arg(long, value_name = "B")]
    broadcast: Option<String>,
    /// Launches since a time (RFC 3339), or in the last 24h, 30m, 7d.
    #[arg(long, value_name = "T|24h")]
    since: Option<Since>,
    /// The launch's calls as curl commands.
    #[arg(long, requires = "id", conflicts_with = "json")]
    curl: bool,
    /// What changed since the launch of the same broadcast before it: plan and contacts.
    #[arg(long, requires = "id", conflicts_with = "curl")]
    diff: bool,
    /// JSON: an array, with an ID one object.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
///
/// # Errors
/// Those of the journal; exit code 2 for an unknown id.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        match &arguments.id {
            Some(id) => one_or_waiting(session, id, arguments).await?,
            None => list(session, arguments).await?,
        }
        Ok(exit::DONE)
    })
    .await
}

async fn list(session: &Session, arguments: &Arguments) -> Result<(), Failure> {
    let filter = LaunchFilter {
        broadcast: arguments.broadcast.clone(),
        since: arguments.since.map(Since::time),
        limit: None,
    };
    let launches = session.launcher.launches(filter).await?;
    if !arguments.json {
        let waiting = waiting_rows(session, arguments).await?;
        return output::table(&words::HEADINGS, &words::rows(&launches, &waiting));
    }
    let mut array = output::Array::begin();
    for launch in &launches {
        array.push(&Shape::listed(launch))?;
    }
    array.end()
}

/// Those that wait, and those that waited and never became launches.
async fn waiting_rows(
    session: &Session,
    arguments: &Arguments,
) -> Result<Vec<WaitingLaunch>, Failure> {
    let filter = WaitingFilter {
        broadcast: arguments.broadcast.clone(),
        with_ended: true,
    };
    let mut all = session.waiting(filter).await?;
    let since = arguments.since.map(Since::time);
    all.retain(|waiting| {
        let is_recent = since.is_none_or(|since| waiting.stands_at() >= since);
        waiting.state() != WaitingState::Started && is_recent
    });
    Ok(all)
}

/// A launch, or, where there is none of the id, one that waits or never started.
async fn one_or_waiting(session: &Session, id: &str, arguments: &Arguments) -> Result<(), Failure> {
    let error = match session.logged(id).await {
        Ok(launch) => return one(session, launch, arguments).await,
        Err(error) => error,
    };
    if arguments.curl || arguments.diff {
        return Err(session.why_not(id, error).await.into());
    }
    let Some(waiting) = session.never_sent(id).await else {
        return Err(error.into());
    };
    if arguments.json {
        return output::json(&waiting::Shape::whole(&waiting).at(&waiting, Timestamp::now()));
    }
    let lines = waiting::lines(&waiting, Timestamp::now());
    lines.iter().try_for_each(|line| output::line(line))
}

async fn one(
    session: &Session,
    launch: LaunchRecord,
    arguments: &Arguments,
) -> Result<(), Failure> {
    if arguments.diff {
        return print_diff(
            &session.since_the_one_before(&launch).await?,
            arguments.json,
        );
    }
    let waited = session.waiting_launch(&launch.id).await.ok();
    if arguments.json {
        return output::json(&Shape::whole(&launch).waited(waited.as_ref()));
    }
    let lines: Vec<String> = if arguments.curl {
        launch.calls.iter().map(curl::command).collect()
    } else {
        words::lines(&launch, waited.as_ref())
    };
    lines.iter().try_for_each(|line| output::line(line))
}
