//! What stands between the word on the command line and the launch.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::Arguments;
use crate::cli::exit::{self, Failure};
use crate::cli::output;
use crate::cli::signals::Signals;
use crate::domain::bounds::Bounds;
use crate::domain::due::Due;
use crate::domain::gate::Asks;
use crate::domain::hold::{Clocks, Hold, Interruption, Look};
use crate::domain::launch::Named;
use crate::domain::plan::Plan;
use crate::domain::preview::Preview;
use crate::domain::problem::{Kind, Problem};
use crate::domain::text::{grouped, shown};
use crate::launcher::Prepared;
use crate::session::Session;
use crate::store::Journal;

/// The exit code of a plan's problems: errors of the plan before those of the broadcast's state.
pub fn code_of(problems: &[Problem]) -> u8 {
    let has = |kind| problems.iter().any(|problem| problem.code.kind() == kind);
    if has(Kind::Plan) {
        exit::USAGE
    } else if has(Kind::State) {
        exit::GUARD
    } else {
        exit::DONE
    }
}

/// What a launch of this would ask, now or at the time it is to be given, in a sentence.
pub fn asked(session: &Session, preview: &Preview, due: Option<&Due>) -> String {
    if preview.has_errors() {
        return "Nothing was sent. It can't be launched before its errors are gone.".into();
    }
    match session.launcher.graded(preview) {
        Err(reason) => format!("Nothing was sent. {reason}"),
        Ok(asks) => {
            let number = asks
                .number
                .map(|number| format!(" --confirm {number}"))
                .unwrap_or_default();
            let number = match preview.who.doubt().and_then(|bounds| bounds.most) {
                Some(most) if asks.number.is_some() && preview.who.count() != Some(most) => {
                    format!("{number} (the most it may reach)")
                }
                _ => number,
            };
            let name = if asks.name {
                " --confirm-name NAME"
            } else {
                ""
            };
            if let Some(due) = due {
                let when = due.words(Timestamp::now());
                return format!("Nothing was sent. --yes{number}{name} lets it wait for {when}.");
            }
            let hold = match asks.hold.as_secs() {
                0 => String::new(),
                seconds => format!(", and waits {seconds} s in which ctrl-c takes it back"),
            };
            format!("Nothing was sent. --yes{number}{name} launches it{hold}.")
        }
    }
}

/// Names launches of the plan's broadcast that nobody settled: they would block this one.
///
/// # Errors
/// Those of the journal.
pub async fn tell_unsettled(session: &Session, plan: &Plan) -> Result<(), Failure> {
    let journal = &session.launcher.journal;
    let unsettled = journal.run(|journal| journal.unsettled()).await?;
    let is_ours = |named: &Named| [&named.id, &named.name].contains(&&plan.broadcast);
    for launch in unsettled.iter().filter(|launch| is_ours(&launch.broadcast)) {
        output::note(&format!(
            "The launch {} at {} has an unknown outcome, and blocks this broadcast until it is settled.",
            launch.id, launch.started_at
        ));
    }
    Ok(())
}

/// Holds the command line's word against what was prepared.
///
/// # Errors
/// Exit code 2 for the plan, 4 for everything else.
pub fn check(
    arguments: &Arguments,
    session: &Session,
    prepared: &Prepared,
) -> Result<Asks, Failure> {
    let asks = session.launcher.asks(prepared)?;
    let bounds = prepared.preview.who.bounds;
    if let Some(expected) = arguments.expect {
        expected
            .check(prepared.preview.who.to_expect())
            .map_err(Failure::guard)?;
    }
    if let Some(number) = arguments
        .confirm
        .filter(|number| Some(*number) != bounds.most)
    {
        return Err(Failure::guard(not_the_number(number, bounds)));
    }
    let name = &prepared.broadcast.name;
    if arguments
        .confirm_name
        .as_ref()
        .is_some_and(|given| given != name)
    {
        return Err(Failure::guard(format!(
            "--confirm-name is not the broadcast's name, \"{}\", letter by letter. Nothing was sent.",
            shown(name)
        )));
    }
    if let Some(number) = asks.number.filter(|_| arguments.confirm.is_none()) {
        let what = match bounds.exact() {
            Some(_) => "the number of targets is".to_owned(),
            None => format!(
                "how many targets there are is not sure ({}), and the most there may be is",
                bounds.words()
            ),
        };
        return Err(Failure::guard(format!(
            "This profile is live: {what} confirmed by --confirm {number}. Nothing was sent."
        )));
    }
    if asks.name && arguments.confirm_name.is_none() {
        return Err(Failure::guard(
            "So many targets on a live profile, a number that is not known, or one far from the last launch's, are confirmed by --confirm-name with the broadcast's name. Nothing was sent.",
        ));
    }
    Ok(asks)
}

/// Says which number is to be confirmed instead of this one.
fn not_the_number(number: u64, bounds: Bounds) -> String {
    let number = grouped(number);
    match bounds.most {
        Some(most) if most != bounds.least => format!(
            "--confirm says {number}, but the number of targets may be {}: confirm the most there may be, --confirm {most}. Nothing was sent.",
            bounds.words()
        ),
        _ => format!(
            "--confirm says {number}, but the number of targets is {}. Nothing was sent.",
            bounds.words()
        ),
    }
}

/// Waits the hold out with a countdown on stderr. Dropped by a signal that ends.
///
/// # Errors
/// Exit code 4 where it was interrupted: nobody could have taken the launch back meanwhile.
pub async fn hold(time: Duration) -> Result<(), Failure> {
    let is_terminal = stderr().is_terminal();
    let status = |words: &str| {
        if is_terminal {
            output::status(words);
        }
    };
    let words = |seconds: u64| format!("Launching in {seconds} s: ctrl-c takes it back.");
    let started = Instant::now();
    let clocks = || Clocks {
        wall: Timestamp::now(),
        steady: started.elapsed(),
    };
    let mut continued = Signals::listen_to_continue()?;
    let mut hold = Hold::begin(time, clocks());
    if !is_terminal {
        output::note(&words(hold.seconds()));
    }
    let interruption = loop {
        status(&words(hold.seconds()));
        tokio::select! {
            biased;
            _ = continued.caught() => break Interruption::Suspended,
            () = tokio::time::sleep(hold.next()) => {}
        }
        match hold.look(clocks()) {
            Look::Wait(_) => {}
            Look::Over => {
                status("");
                return Ok(());
            }
            Look::Interrupted(interruption) => break interruption,
        }
    };
    status("");
    Err(Failure::guard(interruption.to_string()))
}
