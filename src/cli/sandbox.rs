//! `mylink sandbox`: serves the platform's stand-in in the foreground.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Serialize;

use super::exit::{self, Failure};
use super::output;
use super::signals::Signals;
use crate::config::Config;
use crate::sandbox::{self, Options, Running, Sandbox, SandboxError};

/// Serves a stand-in of the platform on this machine.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink sandbox
  mylink sandbox --data-dir /tmp/rehearsal --listen 127.0.0.1:8080 --contacts 200000
  mylink sandbox --reset

The first line on stdout is one JSON object:
{\"url\",\"account_api_key\",\"bots\":[{\"name\",\"api_key\",\"api_secret\"}]}
Serves until SIGINT or SIGTERM, and throttles as the platform does unless told otherwise.")]
pub struct Arguments {
    /// A loopback address; port 0 is the port of last time, or any.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Where its data lie [default: those of the profile `sandbox`].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Begin without demo data, where there are no data yet.
    #[arg(long)]
    empty: bool,
    /// Begin with so many demo contacts, where there are no data yet and no --empty.
    #[arg(long, value_name = "N", default_value_t = 5000)]
    contacts: usize,
    /// Answer calls that the platform would throttle.
    #[arg(long)]
    no_throttle: bool,
    /// Throw the data away first, with all keys and runs.
    #[arg(long)]
    reset: bool,
}

/// What the first line says.
#[derive(Serialize)]
struct Announcement<'a> {
    url: &'a str,
    account_api_key: &'a str,
    bots: Vec<Bot<'a>>,
}

#[derive(Serialize)]
struct Bot<'a> {
    name: &'a str,
    api_key: &'a str,
    api_secret: &'a str,
}

/// Runs the verb until a signal ends it.
///
/// # Errors
/// Where the folder is served already, or can't be served.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    if !arguments.listen.ip().is_loopback() {
        return Err(SandboxError::NotLoopback(arguments.listen).into());
    }
    let mut signals = Signals::listen(false)?;
    let data_dir = arguments
        .data_dir
        .clone()
        .unwrap_or_else(|| config.paths.sandbox());
    if arguments.reset {
        sandbox::reset(&data_dir)?;
    }
    let mut running = Sandbox::start(Options {
        listen: arguments.listen,
        empty: arguments.empty,
        contacts: arguments.contacts,
        throttle: !arguments.no_throttle,
        ..Options::new(data_dir)
    })
    .await?;
    announce(&running)?;
    let is_asked = tokio::select! {
        _ = signals.caught() => true,
        () = running.ended() => false,
    };
    running.shutdown().await;
    if is_asked {
        return Ok(exit::DONE);
    }
    Err(Failure::local(
        "A part of the sandbox has ended, so it serves no more. Start it again.",
    ))
}

fn announce(running: &Running) -> Result<(), Failure> {
    let bots = running.bots().iter().map(|bot| Bot {
        name: &bot.name,
        api_key: &bot.api_key,
        api_secret: bot.api_secret.expose(),
    });
    output::json(&Announcement {
        url: running.url(),
        account_api_key: running.account_key().expose(),
        bots: bots.collect(),
    })
}
