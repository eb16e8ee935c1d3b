//! `mylink preview`: whom a plan reaches, with which bytes, and what is wrong with it - by the cache alone.

mod explanation;
mod rehearsal;
mod shape;
mod words;

use super::exit::{self, Failure};
use super::source::Source;
use super::{opened, output};
use crate::config::Config;
use crate::domain::plan::Plan;
use crate::domain::preview::Preview;
use crate::domain::problem::Problem;
use crate::session::Session;

use shape::Shape;

pub use words::problem as problem_words;

/// Says whom a plan would reach, and with which bytes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink preview plan.json
  mylink preview plan.json --json | jq .audience.count
  mylink preview spring --set city=Milano       a saved template, filled in
  mylink preview plan.json --explain 393201234567   why this contact is reached, or isn't
  mylink preview plan.json --rehearse           what the platform would do, by its stand-in
  echo '{\"broadcast\":\"Spring\",\"form\":\"configured\"}' | mylink preview -

Reads the cache alone: run mylink sync first. Exit code 2 where the plan, or the
broadcast's state, has an error; 1 where a rehearsal is not accepted.

The JSON has, beside what every preview has:
  audience.at_least, audience.at_most
                     the fewest and the most contacts that may be reached, by any reading of the
                     filter and whatever the cache doesn't hold. Left out where it is the count
                     for sure. at_most is the number that --confirm of mylink launch asks, null
                     where nobody can tell, as count is then.
  audience.unknown   contacts of whom the cache doesn't hold what a filter asks, so that
                     they may match, or not, after all; audience.coverage says of how many
                     contacts each of those fields is known. Both are left out where every
                     verdict is sure.
  audience.imported  contacts of the count that a file alone has brought, and no audience that
                     was read: the platform may not have them. Left out where it is 0, and
                     where no audience was read.
  explain            with --explain: {asked, message, contacts: [{contact, reached,
                     suppressed, sure, sentences, readings, rows: [{join, field, criterion,
                     value, held, known, holds, decides}]}], more}; message says that nobody
                     of that name is cached; held is the contact's own value.
  rehearsal          with --rehearse: what came of the calls, or null.")]
pub struct Arguments {
    #[command(flatten)]
    plan: Source,
    /// Send the same bytes to a throw-away sandbox with a copy of the cached contacts, and say what it does.
    #[arg(long)]
    rehearse: bool,
    /// Say why a cached contact is reached, or isn't: by its `user_id`, phone number, or CHANNEL:ID.
    #[arg(long, value_name = "ID", value_parser = explanation::name, conflicts_with = "rehearse")]
    explain: Option<String>,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
///
/// # Errors
/// Where cache or journal can't be read; what is wrong with the plan is printed.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    let plan = match arguments.plan.read(config)? {
        Ok(plan) => plan,
        Err(problems) => return unreadable(&problems, arguments.json),
    };
    opened::with(config, async |session: &Session| {
        if arguments.rehearse {
            return rehearsal::run(session, arguments, plan).await;
        }
        if let Some(name) = &arguments.explain {
            return explanation::run(session, arguments, plan, name).await;
        }
        let preview = session.preview(&plan, arguments.plan.surface()).await?;
        print(session, &plan, &preview, arguments.json).await?;
        let has_errors = preview.has_errors();
        Ok(if has_errors { exit::USAGE } else { exit::DONE })
    })
    .await
}

/// Prints a preview to stdout.
///
/// # Errors
/// Where stdout can't be written.
pub async fn print(
    session: &Session,
    plan: &Plan,
    preview: &Preview,
    json: bool,
) -> Result<(), Failure> {
    let limit = session.profile.dialect.limit_bytes;
    if json {
        return output::json(&Shape::of(plan, preview, limit));
    }
    let found = session
        .find_broadcast(&plan.broadcast, plan.bot.as_deref())
        .await;
    if let Ok(found) = found {
        output::line(&words::place(&session.profile, &found))?;
    }
    for line in words::lines(plan, preview) {
        output::line(&line)?;
    }
    Ok(())
}

/// Prints what is wrong with a text that is no plan.
///
/// # Errors
/// Where stdout can't be written.
pub fn unreadable(problems: &[Problem], json: bool) -> Result<u8, Failure> {
    if json {
        output::json(&Shape::unreadable(problems))?;
    } else {
        for problem in problems {
            output::line(&words::problem(problem))?;
        }
    }
    Ok(exit::USAGE)
}
