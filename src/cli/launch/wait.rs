//! `--at TIME`: the launch is written down with its time, and the verb ends.

use jiff::Zoned;

use super::{Arguments, check_rest, gates, not_reached, tell};
use crate::cli::exit::{self, Failure};
use crate::cli::output;
use crate::cli::waiting::{self, Shape};
use crate::domain::due::{self, Due};
use crate::domain::plan::Plan;
use crate::domain::waiting::WaitingLaunch;
use crate::launcher::{Prepared, Stop, Until, Word};
use crate::platform::Client;
use crate::session::Session;

/// Reads the time, before anything is opened.
///
/// # Errors
/// A sentence on wrong usage.
pub fn time(arguments: &Arguments) -> Result<Option<Due>, Failure> {
    let read = |text: &String| due::read(text, &Zoned::now()).map_err(Failure::usage);
    arguments.at.as_ref().map(read).transpose()
}

/// A launch that only has to be kept waiting.
pub struct Ready {
    client: Client,
    prepared: Prepared,
    due: Due,
}

/// Everything before the journal: every gate is asked now, and once more at its time. Can be dropped at any time.
///
/// # Errors
/// Those of a launch.
pub async fn make_ready(
    arguments: &Arguments,
    session: &Session,
    plan: Plan,
    due: Due,
) -> Result<Ready, Failure> {
    let surface = arguments.behalf.surface();
    let prepared = session.prepare(plan.clone(), surface).await?;
    gates::check(arguments, session, &prepared)?;
    session
        .launcher
        .check(None, &prepared, arguments.again)
        .await?;
    let client = session.client().await.map_err(not_reached)?;
    // The sandbox may have another address than last time, and its hooks were read again.
    let prepared = session.prepare(plan, surface).await?;
    check_rest(arguments, session).await?;
    gates::check(arguments, session, &prepared)?;
    tell(prepared.preview.problems.iter());
    if let Some(note) = &due.note {
        output::note(&format!("{note}."));
    }
    Ok(Ready {
        client,
        prepared,
        due,
    })
}

/// Lets it wait. A signal that comes while it is written down changes nothing: that is soon done, and is said.
///
/// # Errors
/// Those of a launch: then nothing waits.
pub async fn hold(arguments: &Arguments, session: &Session, ready: Ready) -> Result<u8, Failure> {
    let word = Word {
        hash: None,
        number: arguments.confirm,
        name: arguments.confirm_name.clone(),
        again: arguments.again,
        reviewed_at: None,
        held: None,
        stop: Stop::default(),
    };
    let until = Until {
        due: ready.due.at,
        expect: arguments.expect,
        surface: arguments.behalf.surface(),
    };
    let kept = session
        .launcher_now()
        .await?
        .hold(&ready.client, &ready.prepared, word, until)
        .await?;
    if let Err(failure) = print(&kept, arguments.json) {
        // It waits, and will be sent: an exit code that says that nothing was done would have somebody do it again.
        output::note(&format!("mylink: {} {}", failure.message, words(&kept)));
    }
    waiting::tell_unserved(session);
    Ok(exit::DONE)
}

fn print(kept: &WaitingLaunch, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&Shape::listed(kept));
    }
    output::line(&words(kept))?;
    output::line(&format!("mylink take-back {} takes it back.", kept.id))
}

fn words(kept: &WaitingLaunch) -> String {
    format!(
        "waiting  {} until {}  launch {}",
        waiting::what(kept),
        waiting::due(kept),
        kept.id
    )
}
