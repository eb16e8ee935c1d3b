//! The screen: the verb that is meant where none is given.

use std::ffi::OsString;
use std::io::{IsTerminal, stdin, stdout};
use std::sync::Arc;

use clap::Parser;

use super::exit::Failure;
use super::source::{self, Values};
use super::{Common, output};
use crate::config::{Config, Environment, Theme as Wanted};
use crate::domain::plan::Plan;
use crate::domain::text::shown;
use crate::model::Keymap;
use crate::model::effect::BroadcastKey;
use crate::runtime::{self, Options};
use crate::session::{Session, SessionError};
use crate::ui::Theme;
use crate::ui::theme::ThemeName;

/// A plan that the screen is to open: what stands where a verb could.
#[derive(Debug, Parser)]
#[command(
    name = "mylink",
    override_usage = "mylink [OPTIONS] PLAN [--set NAME=VALUE ...]"
)]
pub struct Opening {
    /// The plan: a JSON file, or the name of a saved plan.
    #[arg(value_name = "PLAN")]
    plan: OsString,
    #[command(flatten)]
    values: Values,
    #[command(flatten)]
    pub(super) common: Common,
}

impl Opening {
    /// Reads the words that are no verb of ours.
    ///
    /// # Errors
    /// What clap says of them.
    pub fn read(words: &[OsString]) -> Result<Self, clap::Error> {
        let name = OsString::from("mylink");
        Self::try_parse_from(std::iter::once(&name).chain(words))
    }
}

/// The plan that the screen is to open.
///
/// # Errors
/// Exit code 2 for a word that is no plan, so most likely a mistyped verb, and for a plan with mistakes.
pub fn plan(
    words: &[OsString],
    opening: Option<Result<Opening, clap::Error>>,
    config: &Config,
) -> Result<Plan, Failure> {
    let word = words.first().cloned().unwrap_or_default();
    if word == "-" {
        return Err(Failure::usage(
            "The screen reads the keyboard, so it can't read a plan from stdin. Give it a file, or the name of a saved plan.",
        ));
    }
    if !source::is_plan(&word, config) {
        return Err(Failure::usage(format!(
            "There is no verb and no plan called \"{}\": mylink --help lists the verbs, mylink plan list the saved plans.",
            shown(&word.to_string_lossy())
        )));
    }
    match opening {
        Some(Ok(opening)) => source::read_valid(&opening.plan, &opening.values, config),
        Some(Err(error)) => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            Err(Failure::usage(format!("{}.", shown(first))))
        }
        None => Err(Failure::usage("Say which plan to open.")),
    }
}

/// Runs the screen until it is left, with the builder open on a plan where one is given.
pub async fn run(
    config: &Config,
    environment: &Environment,
    plan: Option<Plan>,
) -> Result<u8, Failure> {
    if !stdin().is_terminal() || !stdout().is_terminal() {
        return Err(Failure::usage(
            "The screen needs a terminal for input and output. Use a verb instead: mylink --help lists them.",
        ));
    }
    let keymap = Keymap::shipped().map_err(|error| Failure::usage(error.to_string()))?;
    let session = Arc::new(Session::open(config, &config.start)?);
    let open = match plan {
        Some(plan) => Some(open_on(&session, plan).await?),
        None => None,
    };
    let options = Options {
        theme: theme(config, environment),
        mouse: config.mouse,
        folder: config.paths.profile_dir(&config.start),
        editor: ["VISUAL", "EDITOR"]
            .iter()
            .find_map(|name| environment.text(name))
            .filter(|editor| !editor.trim().is_empty()),
        open,
    };
    let ended = runtime::run(session, keymap, options).await;
    ended.map_err(|error| Failure::local(format!("The terminal could not be used: {error}.")))
}

/// The broadcast of a plan. On a sandbox nothing may be cached yet, and asking is free.
async fn open_on(session: &Session, plan: Plan) -> Result<(BroadcastKey, Plan), Failure> {
    let find = || session.find_broadcast(&plan.broadcast, plan.bot.as_deref());
    let found = match find().await {
        Err(SessionError::Lookup(_)) if session.pushes_settings() => {
            output::note("Reading the sandbox's broadcasts ...");
            session.sync(|_| {}).await?;
            find().await?
        }
        found => found?,
    };
    let key = BroadcastKey {
        bot: found.bot.key,
        id: found.broadcast.id,
    };
    Ok((key, plan))
}

/// `NO_COLOR` and terminals without colours get the theme without; a locale that isn't UTF-8 gets ASCII.
fn theme(config: &Config, environment: &Environment) -> Theme {
    let is_plain = environment.text("NO_COLOR").is_some()
        || environment.text("TERM").as_deref() == Some("dumb");
    let name = match config.theme {
        _ if is_plain => ThemeName::Plain,
        Wanted::Plain => ThemeName::Plain,
        Wanted::Light => ThemeName::Light,
        Wanted::Auto | Wanted::Dark => ThemeName::Dark,
    };
    Theme::shipped(name).with_ascii(config.ascii || !is_utf8(environment))
}

fn is_utf8(environment: &Environment) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| environment.text(name));
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
