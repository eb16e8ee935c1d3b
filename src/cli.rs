//! The command line: one file a verb; the screen is the default one.
//!
//! Results go to stdout, notes and progress to stderr. Exit codes are in [`exit`].

pub mod exit;
mod logging;
mod output;
mod screen;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Environment, Flags};
use exit::Failure;

/// Terminal console for `MyLINK` Connect's On Demand broadcasts.
#[derive(Debug, Parser)]
#[command(name = "mylink", version, about, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// What every verb takes.
#[derive(Debug, clap::Args)]
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
enum Verb {}

impl Common {
    fn flags(&self) -> Flags {
        Flags {
            config: self.config.clone(),
            profile: self.profile.clone(),
            readonly: self.readonly,
            ..Flags::default()
        }
    }
}

/// Runs the program with the process's own environment; returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    crate::platform::init();
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return output::usage(&error),
    };
    match perform(arguments) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => output::fail(&failure),
    }
}

fn perform(arguments: Arguments) -> Result<u8, Failure> {
    let environment = Environment::of_this_process();
    let config = Config::load(&environment, &arguments.common.flags())
        .map_err(|error| Failure::usage(error.to_string()))?;
    logging::start(&config.paths, &environment);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::local(format!("The program could not start its threads: {error}."))
        })?;
    let result = match arguments.verb {
        None => runtime.block_on(screen::run(&config, &environment)),
        Some(verb) => match verb {},
    };
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    result
}
