//! `mylink launch`: shows the review, or - with `--yes` - launches once, and says what became of it.
//!
//! ```text
//! plan ─→ prepared ─→ gates (plan 2, state and word 4) ─→ platform ─→ hold ─→ in flight ─→ result
//!         └────────── a signal takes it back: nothing was sent ─────────────┘   └ finished and recorded, whatever comes;
//!                                                                               a signal takes the calls back behind it
//! ```

mod gates;
pub mod outcome;
mod wait;

use std::ffi::OsString;
use std::pin::pin;

use crate::config::Config;
use crate::domain::act::OutsideAct;
use crate::domain::expect::Expected;
use crate::domain::launch::LaunchRecord;
use crate::domain::plan::Plan;
use crate::domain::preview::Preview;
use crate::domain::problem::Problem;
use crate::domain::since::Since;
use crate::launcher::{Prepared, Stop, Word};
use crate::platform::Client;
use crate::runtime::mistake;
use crate::session::{Session, SessionError};

use super::exit::{self, Failure};
use super::signals::{Caught, Signals};
use super::source::{self, Behalf, Values};
use super::{log, opened, output, preview};

/// Launches a plan, once.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink launch plan.json                              the review; nothing is sent
  mylink launch plan.json --yes                        on a safe profile
  mylink launch plan.json --yes --confirm 312          on a live one: 312 targets, at the most
  mylink launch plan.json --yes --expect 300..350 --json
  mylink launch spring --set city=Milano               a saved template, filled in
  mylink launch --rest 01a2081f --yes                  what a stopped batch has not sent
  mylink launch plan.json --yes --at 'tomorrow 9:00'   is written down for then
  mylink launch plan.json --yes --at +30m --expect 300..350

With --at it is written down and the verb ends (exit 0, outcome `waiting`): an open
console or `mylink run --pending` sends it at its time, if nothing changed that was
reviewed. mylink pending lists what waits, mylink take-back ID takes it back.

Exit codes: 0 accepted, 1 rejected, 2 the plan has errors, 3 the outcome is unknown,
4 refused by a guard, 5 the platform could not be reached, 6 the journal can't be written.
After 2, 4, 5 and 6 nothing was sent; of a batch, nothing more than the calls that say so.")]
pub struct Arguments {
    /// The plan: a JSON file, - for stdin, or the name of a saved plan.
    #[arg(value_name = "PLAN|-", required_unless_present = "rest")]
    plan: Option<OsString>,
    /// What a stopped batch has not sent, in the place of a plan: the launch's id, or the beginning of it.
    #[arg(long, value_name = "ID", conflicts_with_all = ["plan", "set"])]
    rest: Option<String>,
    #[command(flatten)]
    values: Values,
    #[command(flatten)]
    behalf: Behalf,
    /// Launch, warnings or not. Without it the review is shown and nothing is sent.
    #[arg(long)]
    yes: bool,
    /// The number of targets: a live profile asks for it. Where the preview gives a range, its upper end.
    #[arg(long, value_name = "N", value_parser = number)]
    confirm: Option<u64>,
    /// The broadcast's name, letter by letter: large launches on a live profile ask for it.
    #[arg(long, value_name = "NAME")]
    confirm_name: Option<String>,
    /// Send the same body to the same broadcast again within the repeat window.
    #[arg(long)]
    again: bool,
    /// Refuse unless so many contacts are reached: A..B, A.., ..B or N, both ends included.
    #[arg(long, value_name = "A..B")]
    expect: Option<Expected>,
    /// Wait for a time: 09:00, 'tomorrow 9:00', 'fri 18:30', +30m, 2026-11-24T09:00[+01:00]. With --expect the contacts
    /// may change until then, within that range.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// The result as one JSON object.
    #[arg(long)]
    json: bool,
}

/// A number as it is typed: digits alone, no sign.
fn number(text: &str) -> Result<u64, String> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_digits);
    number.ok_or_else(|| "write the number of targets in digits: 312".to_owned())
}

/// Runs the verb.
///
/// # Errors
/// Where nothing was sent, and nothing is on the record.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    if !arguments.yes {
        return review(arguments, config).await;
    }
    let result = confirmed(arguments, config).await;
    if let (Err(failure), true) = (&result, arguments.json) {
        output::json(&outcome::Shape::not_begun(failure))?;
    }
    result
}

/// Which plan is to be launched.
enum Wanted {
    /// This one.
    Plan(Plan),
    /// What a launch on the record has not sent.
    Rest(String),
}

impl Arguments {
    /// Reads the plan, before anything is opened; the inner error is what is wrong with its text.
    fn wanted(&self, config: &Config) -> Result<Result<Wanted, Vec<Problem>>, Failure> {
        match (&self.plan, &self.rest) {
            (Some(plan), _) => Ok(source::read(plan, &self.values, config)?.map(Wanted::Plan)),
            (None, Some(id)) => Ok(Ok(Wanted::Rest(id.clone()))),
            (None, None) => Err(Failure::usage("Say what to launch: a plan, or --rest ID.")),
        }
    }
}

/// Says no where the rest of a launch went out meanwhile, unless that is meant.
///
/// # Errors
/// Exit code 4; those of the journal.
pub(super) async fn check_rest(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let Some(id) = arguments.rest.as_ref().filter(|_| !arguments.again) else {
        return Ok(());
    };
    refuse_repeat(session.rest(id).await?.repeats)
}

fn refuse_repeat(repeats: Option<String>) -> Result<(), Failure> {
    repeats.map_or(Ok(()), |why| {
        let why = repeat_words(&why);
        Err(Failure::guard(format!("{why} Nothing was sent.")))
    })
}

impl Wanted {
    /// The plan, and why a launch of it would be a second one, if that is known.
    async fn plan(self, session: &Session) -> Result<(Plan, Option<String>), Failure> {
        match self {
            Self::Plan(plan) => Ok((plan, None)),
            Self::Rest(id) => {
                let rest = session.rest(&id).await?;
                Ok((rest.plan, rest.repeats))
            }
        }
    }
}

/// Why the rest of a launch would be a repeat, and how it is meant all the same.
pub(super) fn repeat_words(why: &str) -> String {
    format!("{why} If it is to go out once more, say so: --again.")
}

/// Without `--yes`: the preview, and what confirming would ask.
async fn review(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    let wanted = match arguments.wanted(config)? {
        Ok(wanted) => wanted,
        Err(problems) => return preview::unreadable(&problems, arguments.json),
    };
    let due = wait::time(arguments)?;
    opened::with(config, async |session: &Session| {
        let (plan, repeats) = wanted.plan(session).await?;
        let (seen, since) = looked_at(session, &plan, arguments).await?;
        preview::print(session, &plan, &seen, arguments.json).await?;
        if let Some(since) = since.filter(|_| !arguments.json) {
            log::print_diff(&since, false)?;
        }
        let code = gates::code_of(&seen.problems);
        gates::tell_unsettled(session, &plan).await?;
        if let Some(why) = repeats.filter(|_| !arguments.again) {
            output::note(&repeat_words(&why));
        }
        output::note(&gates::asked(session, &seen, due.as_ref()));
        Ok(code)
    })
    .await
}

/// The preview, and what changed since the last launch; that can't be said of a broadcast that isn't known.
async fn looked_at(
    session: &Session,
    plan: &Plan,
    arguments: &Arguments,
) -> Result<(Preview, Option<Since>), Failure> {
    let surface = arguments.behalf.surface();
    match session.prepare(plan.clone(), surface).await {
        Ok(prepared) => {
            let since = session.since_last_launch(&prepared).await?;
            Ok((prepared.preview, Some(since)))
        }
        Err(SessionError::Lookup(_)) => Ok((session.preview(plan, surface).await?, None)),
        Err(error) => Err(error.into()),
    }
}

/// With `--yes`.
async fn confirmed(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    let wanted = arguments.wanted(config)?.map_err(|problems| {
        tell(problems.iter().skip(1));
        let message = problems
            .first()
            .map_or("The plan can't be read.", |first| &first.message);
        Failure::usage(message)
    })?;
    let due = wait::time(arguments)?;
    opened::with(config, async |session: &Session| {
        let mut signals = Signals::listen_unless_ignored()?;
        let (plan, repeats) = wanted.plan(session).await?;
        refuse_repeat(repeats.filter(|_| !arguments.again))?;
        if let Some(due) = due {
            session.allow(OutsideAct::Hold).await?;
            let ready = wait::make_ready(arguments, session, plan, due);
            let ready = Box::pin(unless_taken_back(&mut signals, ready)).await?;
            return wait::hold(arguments, session, ready).await;
        }
        let ready = make_ready(arguments, session, plan);
        let ready = Box::pin(unless_taken_back(&mut signals, ready)).await?;
        opened::on_the_way(session, async {
            let stop = ready.word.stop.clone();
            let record = fly_until_stopped(session, ready, &mut signals).await?;
            outcome::print(&record, arguments.json);
            let was_stopped = stop.holds_back(record.calls.len());
            Ok(outcome::code_of(&record, was_stopped))
        })
        .await
    })
    .await
}

/// What comes before a launch is sent, or kept waiting: a signal ends it, and so does a mistake of ours.
///
/// # Errors
/// Its own; exit code 4 after a signal.
async fn unless_taken_back<T>(
    signals: &mut Signals,
    before: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let ready = tokio::select! {
        biased;
        _ = signals.caught() => Err(Failure::guard("The launch was taken back by a signal. Nothing was sent.")),
        ready = before => ready,
    }?;
    if mistake::has_happened() {
        // Whom it reaches may have been counted by what went wrong.
        return Err(Failure::local("Nothing was sent."));
    }
    Ok(ready)
}

/// A launch that only has to be sent.
struct Ready {
    client: Client,
    prepared: Prepared,
    word: Word,
}

/// Everything before the journal: the gates, the platform, the hold. Can be dropped at any time.
async fn make_ready(
    arguments: &Arguments,
    session: &Session,
    plan: Plan,
) -> Result<Ready, Failure> {
    let surface = arguments.behalf.surface();
    let prepare = || session.prepare(plan.clone(), surface);
    let prepared = prepare().await?;
    gates::check(arguments, session, &prepared)?;
    // What forbids the launch is said before anybody waits for it; it is looked for again before it is sent.
    session
        .launcher
        .check(None, &prepared, arguments.again)
        .await?;
    let client = session.client().await.map_err(not_reached)?;
    // The sandbox may have another address than last time, and its hooks were read again.
    let mut prepared = prepare().await?;
    // What was launched until now is part of what is confirmed; from here on it is a change.
    check_rest(arguments, session).await?;
    let asks = gates::check(arguments, session, &prepared)?;
    let hash = session.launcher.review(&prepared).hash;
    session
        .launcher
        .check(Some(&client), &prepared, arguments.again)
        .await?;
    tell(prepared.preview.problems.iter());
    if !asks.hold.is_zero() {
        Box::pin(gates::hold(asks.hold)).await?;
        prepared = prepare().await?;
    }
    let word = Word {
        hash: Some(hash),
        number: arguments.confirm,
        name: arguments.confirm_name.clone(),
        again: arguments.again,
        reviewed_at: None,
        held: Some(asks.hold),
        stop: Stop::default(),
    };
    Ok(Ready {
        client,
        prepared,
        word,
    })
}

/// What the platform says before the hook is called is no answer to the launch: nothing was sent.
fn not_reached(error: SessionError) -> Failure {
    let is_platform = matches!(error, SessionError::Platform(_));
    let mut failure = Failure::from(error);
    if is_platform {
        failure.code = exit::UNREACHABLE;
    }
    failure
}

/// From here on a signal ends nothing that is in flight: that is finished and recorded. What isn't on its way yet is not
/// sent any more; only a connection that ends, which is nobody's word, stops nothing but the rest of a batch.
async fn fly_until_stopped(
    session: &Session,
    ready: Ready,
    signals: &mut Signals,
) -> Result<LaunchRecord, Failure> {
    let stop = ready.word.stop.clone();
    let is_batch = ready.prepared.preview.calls.len() > 1;
    let mut flight = pin!(fly(session, ready));
    loop {
        tokio::select! {
            biased;
            caught = signals.caught() => {
                let is_first = match caught {
                    Caught::HangUp => stop.leave(),
                    Caught::Word => stop.ask(),
                };
                if is_first && is_batch {
                    output::note("Stopping after this call: no further one is sent, and what was sent is on the record.");
                }
            }
            record = &mut flight => return record,
        }
    }
}

async fn fly(session: &Session, ready: Ready) -> Result<LaunchRecord, Failure> {
    let progress = |answered: usize, of: usize| {
        if of > 1 {
            output::note(&format!("Call {answered} of {of} was accepted."));
        }
    };
    let Ready {
        client,
        prepared,
        word,
    } = ready;
    // The hold may have been long: the gates are those of now.
    let launcher = Box::pin(session.launcher_now()).await?;
    Ok(launcher.launch(&client, prepared, word, progress).await?)
}

/// Problems on stderr, a line each.
fn tell<'a>(problems: impl Iterator<Item = &'a crate::domain::problem::Problem>) {
    for problem in problems {
        output::note(&preview::problem_words(problem));
    }
}
