//! `mylink doctor`: whether everything is as it should be, and the way back where the journal is not.

mod files;
mod journal;
mod platform;
mod terminal;

use serde::Serialize;

use super::exit::{self, Failure};
use super::output;
use crate::config::{Config, Environment};
use crate::domain::text::shown;

/// Checks paths, permissions, databases, profile, reachability and terminal; rebuilds a journal.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(after_help = "Examples:
  mylink doctor
  mylink --profile production doctor --json
  mylink doctor --offline                       asks no platform
  mylink doctor --rebuild-journal               the journal from its copy, or the copy from the journal
  mylink doctor --accept-journal --reason 'the disk was replaced, nothing could be saved'

Each line is ok, warn or fail; exit code 6 where one is fail.")]
pub struct Arguments {
    /// One JSON array.
    #[arg(long)]
    json: bool,
    /// Doesn't reach for the platform.
    #[arg(long)]
    offline: bool,
    /// Makes the journal whole again: from its copy, or the copy from it. What is replaced stays beside it.
    #[arg(long, conflicts_with_all = ["json", "accept_journal"])]
    rebuild_journal: bool,
    /// What to rebuild from, where that is not clear.
    #[arg(long, requires = "rebuild_journal", value_name = "database|copy", value_parser = journal::source)]
    from: Option<crate::store::journal::Source>,
    /// Takes a journal that is not the one of last time for the record from now on.
    #[arg(long, conflicts_with = "json")]
    accept_journal: bool,
    /// Why; it is put on the record with your name.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// Rebuilds or accepts without asking.
    #[arg(long)]
    yes: bool,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// As it should be.
    Ok,
    /// It works, but somebody should look.
    Warn,
    /// Something will not work.
    Fail,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One line of the report. Other programs read it: names are fixed.
#[derive(Debug, Serialize)]
struct Check {
    #[serde(rename = "check")]
    name: &'static str,
    state: State,
    message: String,
}

impl Check {
    fn new(name: &'static str, state: State, message: impl Into<String>) -> Self {
        Self {
            name,
            state,
            message: message.into(),
        }
    }

    fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self::new(name, State::Ok, message)
    }

    fn warn(name: &'static str, message: impl Into<String>) -> Self {
        Self::new(name, State::Warn, message)
    }

    fn fail(name: &'static str, message: impl Into<String>) -> Self {
        Self::new(name, State::Fail, message)
    }
}

/// Runs the verb.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    if arguments.rebuild_journal {
        return journal::rebuild(arguments, config);
    }
    if arguments.accept_journal {
        return journal::accept(arguments, config);
    }
    let environment = Environment::of_this_process();
    let mut checks = files::checks(config);
    checks.extend(journal::checks(config));
    checks.extend(platform::checks(config, arguments.offline).await);
    checks.extend(terminal::checks(&environment));
    print(&checks, arguments.json)?;
    let worst = checks.iter().map(|check| check.state).max();
    Ok(if worst == Some(State::Fail) {
        exit::LOCAL
    } else {
        exit::DONE
    })
}

fn print(checks: &[Check], json: bool) -> Result<(), Failure> {
    if json {
        return output::json(checks);
    }
    let width = checks.iter().map(|check| check.name.len()).max();
    for check in checks {
        output::line(&format!(
            "{:<4}  {:<width$}  {}",
            check.state.word(),
            check.name,
            shown(&check.message),
            width = width.unwrap_or_default()
        ))?;
    }
    Ok(())
}
