//! The screen: the verb that is meant where none is given.

use std::io::{IsTerminal, stdin, stdout};
use std::sync::Arc;

use super::exit::Failure;
use crate::config::{Config, Environment, Theme as Wanted};
use crate::model::Keymap;
use crate::runtime::{self, Options};
use crate::session::Session;
use crate::ui::Theme;
use crate::ui::theme::ThemeName;

/// Runs the screen until it is left.
pub async fn run(config: &Config, environment: &Environment) -> Result<u8, Failure> {
    if !stdin().is_terminal() || !stdout().is_terminal() {
        return Err(Failure::usage(
            "The screen needs a terminal for input and output. Use a verb instead: mylink --help lists them.",
        ));
    }
    let keymap = Keymap::shipped().map_err(|error| Failure::usage(error.to_string()))?;
    let session = Arc::new(Session::open(config, &config.start)?);
    let options = Options {
        theme: theme(config, environment),
        mouse: config.mouse,
        folder: config.paths.profile_dir(&config.start),
    };
    let ended = runtime::run(session, keymap, options).await;
    ended.map_err(|error| Failure::local(format!("The terminal could not be used: {error}.")))
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
