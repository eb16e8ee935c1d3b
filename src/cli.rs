//! The command line: one file a verb; the screen is the default one.
//!
//! Results go to stdout, notes and progress to stderr. Exit codes are in [`exit`].

mod bots;
mod broadcasts;
mod contacts;
mod csv;
mod doctor;
pub mod exit;
mod import;
mod launch;
mod log;
mod logging;
mod move_to;
mod opened;
mod output;
mod pending;
mod plan;
mod preview;
mod run;
mod sandbox;
mod screen;
mod settings;
mod settle;
mod signals;
mod source;
mod suppress;
mod sync;
mod table;
mod take_back;
mod waiting;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Environment, Flags};
use crate::fault;
use crate::runtime::{PANICKED, mistake};
use exit::Failure;

/// Terminal console for `MyLINK` Connect's On Demand broadcasts.
#[derive(Debug, Parser)]
#[command(
    name = "mylink",
    version,
    about,
    max_term_width = 100,
    override_usage = "mylink [OPTIONS] [PLAN | VERB ...]",
    after_help = "Examples:
  mylink                                       the screen, on the built-in sandbox
  mylink plan.json                             the screen, with the builder open on a plan
  mylink sync                                  bots, broadcasts and contacts into the cache
  mylink preview plan.json                     who would get it, with which bytes
  mylink launch plan.json --yes                launches it, once
  mylink launch plan.json --yes --at 'tomorrow 9:00'   at its time; mylink run --pending sends it
  mylink --profile production log --since 24h  what was launched

Exit codes: 0 done, 1 the platform rejected it, 2 wrong usage or a plan with errors,
3 the outcome is unknown, 4 refused by a guard, 5 the platform could not be reached,
6 a local failure. Without a verb the screen is shown; mylink VERB --help tells more."
)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// What every verb takes.
#[derive(Debug, Clone, Default, clap::Args)]
struct Common {
    /// The profile to work with.
    #[arg(long, short = 'P', global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Launch and change nothing.
    #[arg(long, global = true)]
    readonly: bool,
    /// Another configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Sandbox(sandbox::Arguments),
    Sync(sync::Arguments),
    Bots(bots::Arguments),
    Broadcasts(broadcasts::Arguments),
    Contacts(contacts::Arguments),
    Settings(settings::Arguments),
    Import(import::Arguments),
    Plan(plan::Arguments),
    Preview(preview::Arguments),
    Launch(launch::Arguments),
    Pending(pending::Arguments),
    TakeBack(take_back::Arguments),
    Move(move_to::Arguments),
    Run(run::Arguments),
    Log(log::Arguments),
    Settle(settle::Arguments),
    Doctor(doctor::Arguments),
    Suppress(suppress::Arguments),
    /// A plan, or a mistyped verb.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

impl Common {
    /// What is said in addition, behind the plan that the screen is to open.
    fn and(&self, more: &Self) -> Self {
        Self {
            profile: more.profile.clone().or_else(|| self.profile.clone()),
            readonly: self.readonly || more.readonly,
            config: more.config.clone().or_else(|| self.config.clone()),
        }
    }

    fn flags(&self) -> Flags {
        Flags {
            config: self.config.clone(),
            profile: self.profile.clone(),
            readonly: self.readonly,
            ..Flags::default()
        }
    }
}

impl Verb {
    /// Runs it; where it panics, it has said so, and nothing was sent by it: what sends sees to itself.
    async fn run(&self, config: &Config) -> Result<u8, Failure> {
        let done = mistake::caught(self.perform(config)).await;
        match done.unwrap_or_else(|| Err(Failure::mistake())) {
            // What went wrong beside it may be missing in what it printed.
            Ok(exit::DONE) if mistake::has_happened() && !self.is_launch() => {
                Err(Failure::mistake())
            }
            result => result,
        }
    }

    fn is_launch(&self) -> bool {
        matches!(self, Self::Launch(_))
    }

    async fn perform(&self, config: &Config) -> Result<u8, Failure> {
        fault::point("verb");
        match self {
            Self::Sandbox(arguments) => sandbox::run(arguments, config).await,
            Self::Sync(_) => sync::run(config).await,
            Self::Bots(arguments) => bots::run(arguments, config).await,
            Self::Broadcasts(arguments) => broadcasts::run(arguments, config).await,
            Self::Contacts(arguments) => contacts::run(arguments, config).await,
            Self::Settings(arguments) => settings::run(arguments, config).await,
            Self::Pending(arguments) => pending::run(arguments, config).await,
            Self::TakeBack(arguments) => take_back::run(arguments, config).await,
            Self::Move(arguments) => move_to::run(arguments, config).await,
            Self::Run(arguments) => run::run(arguments, config).await,
            Self::Log(arguments) => log::run(arguments, config).await,
            Self::Settle(arguments) => settle::run(arguments, config).await,
            Self::Doctor(arguments) => doctor::run(arguments, config).await,
            Self::Preview(arguments) => preview::run(arguments, config).await,
            Self::Launch(arguments) => launch::run(arguments, config).await,
            Self::Import(arguments) => import::run(arguments, config).await,
            Self::Plan(arguments) => plan::run(arguments, config).await,
            Self::Suppress(arguments) => suppress::run(arguments, config).await,
            // That is the screen's, which is no verb.
            Self::Other(_) => Ok(exit::USAGE),
        }
    }
}

/// Runs the program with the process's own environment; returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    mistake::install();
    let ended = catch_unwind(AssertUnwindSafe(|| understand(arguments)));
    ended.unwrap_or_else(|_| output::fail(&Failure::mistake()))
}

fn understand(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    crate::platform::init();
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return output::usage(&error),
    };
    match perform(&arguments) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => output::fail(&failure),
    }
}

fn perform(arguments: &Arguments) -> Result<u8, Failure> {
    let environment = Environment::of_this_process();
    let opening = match &arguments.verb {
        Some(Verb::Other(words)) => Some(screen::Opening::read(words)),
        _ => None,
    };
    let common = match &opening {
        Some(Ok(opening)) => arguments.common.and(&opening.common),
        _ => arguments.common.clone(),
    };
    let config = Config::load(&environment, &common.flags())
        .map_err(|error| Failure::usage(error.to_string()))?;
    if logging::start(&config.paths, &environment) {
        mistake::details_in(&config.paths.log_file());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::local(format!("The program could not start its threads: {error}."))
        })?;
    let _large_files = runtime.block_on(async { signals::without_file_size_limit() });
    let screen = |plan| {
        let ended = mistake::caught(screen::run(&config, &environment, plan));
        runtime.block_on(ended).unwrap_or(Ok(PANICKED))
    };
    let result = match &arguments.verb {
        None => screen(None),
        Some(Verb::Other(words)) => {
            screen::plan(words, opening, &config).and_then(|plan| screen(Some(plan)))
        }
        Some(verb) => runtime.block_on(verb.run(&config)),
    };
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    result
}
