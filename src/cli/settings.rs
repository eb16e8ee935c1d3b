//! `mylink settings`: shows what is recorded of a broadcast's settings, or changes it.

use std::str::FromStr;

use super::exit::{self, Failure};
use super::{opened, output};
use crate::config::Config;
use crate::domain::settings::Setting;
use crate::domain::text::shown;
use crate::session::{Found, Session, SessionError};

/// Shows or changes the settings of a broadcast.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mylink settings 'Autumn menu'
  mylink settings 'Autumn menu' direct_mode=on allow_get=off
  mylink settings 'Autumn menu' enabled=off --bot 'Harbour Coffee'

Keys: enabled, direct_mode, allow_get, allow_post, require_valid_filter, single_contact,
disable_execution_button, visible_to_mobile, legacy_mode.
The platform has no call for any but `enabled`: they are pushed to a sandbox, and elsewhere
recorded here, obeyed, and flipped by hand in the vendor's web page.")]
pub struct Arguments {
    /// The broadcast's id or name.
    #[arg(value_name = "BROADCAST")]
    broadcast: String,
    /// What to change.
    #[arg(value_name = "KEY=on|off")]
    changes: Vec<Change>,
    /// The bot's name or API key, where the broadcast's name is not unique.
    #[arg(long, value_name = "BOT")]
    bot: Option<String>,
    /// One JSON object with the eight keys: true, false, or null where nothing is recorded.
    #[arg(long)]
    json: bool,
}

/// One change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Enabled(bool),
    Setting(Setting, bool),
}

impl FromStr for Change {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (key, word) = text.split_once('=').unwrap_or((text, ""));
        let setting = Setting::parse(key);
        if key != "enabled" && setting.is_none() {
            let known: Vec<&str> = Setting::ALL.iter().map(|setting| setting.key()).collect();
            return Err(format!("the keys are enabled, {}", known.join(", ")));
        }
        let on = match word {
            "on" => true,
            "off" => false,
            _ => return Err("a key is followed by =on or =off".to_owned()),
        };
        Ok(setting.map_or(Self::Enabled(on), |setting| Self::Setting(setting, on)))
    }
}

/// Runs the verb.
///
/// # Errors
/// Exit code 2 for an unknown broadcast, 4 on a read-only profile; what the platform says.
pub async fn run(arguments: &Arguments, config: &Config) -> Result<u8, Failure> {
    opened::with(config, async |session: &Session| {
        let find = || session.find_broadcast(&arguments.broadcast, arguments.bot.as_deref());
        let mut found = find().await?;
        if !arguments.changes.is_empty() {
            change(session, &found, &arguments.changes).await?;
            found = find().await?;
        }
        print(&found, arguments.json)?;
        Ok(exit::DONE)
    })
    .await
}

async fn change(session: &Session, found: &Found, changes: &[Change]) -> Result<(), Failure> {
    let settings: Vec<(Setting, bool)> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Setting(setting, on) => Some((*setting, *on)),
            Change::Enabled(_) => None,
        })
        .collect();
    let enabled = changes.iter().rev().find_map(|change| match change {
        Change::Enabled(on) => Some(*on),
        Change::Setting(..) => None,
    });
    if let Some(enabled) = enabled {
        session
            .set_enabled(found, enabled)
            .await
            .map_err(not_changed)?;
        let word = if enabled { "enabled" } else { "disabled" };
        output::note(&format!("Pushed: the broadcast is {word} on the platform."));
    }
    if !settings.is_empty() {
        session
            .change_settings(found, &settings)
            .await
            .map_err(not_changed)?;
        output::note(if session.pushes_settings() {
            "Pushed: the sandbox has these settings now."
        } else {
            "Recorded here, not pushed: the platform has no call for these settings. Flip them in its web page too."
        });
    }
    Ok(())
}

/// A change that the platform may have received, though no answer came, is neither done nor undone.
fn not_changed(error: SessionError) -> Failure {
    let is_unknown =
        matches!(&error, SessionError::Platform(platform) if platform.may_have_arrived());
    let mut failure = Failure::from(error);
    if is_unknown {
        failure.code = exit::UNKNOWN;
        failure.message.push_str(" Sync to see which it is.");
    }
    failure
}

fn print(found: &Found, json: bool) -> Result<(), Failure> {
    let broadcast = &found.broadcast;
    if json {
        return output::json(&broadcast.settings);
    }
    output::line(&format!(
        "{} of {}",
        shown(&broadcast.name),
        shown(&found.bot.name)
    ))?;
    let word = |on: Option<bool>| match on {
        Some(true) => "on",
        Some(false) => "off",
        None => "not known",
    };
    let row = |key: &str, on, label: &str| vec![key.to_owned(), word(on).into(), label.into()];
    let mut rows = vec![row("enabled", broadcast.enabled, "Enabled")];
    let settings = broadcast.settings.iter();
    rows.extend(settings.map(|(setting, on)| row(setting.key(), on, setting.label())));
    output::table(&["KEY", "STATE", "LABEL"], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("enabled=off", Change::Enabled(false))]
    #[case("direct_mode=on", Change::Setting(Setting::DirectMode, true))]
    fn a_change_is_read(#[case] text: &str, #[case] expected: Change) {
        assert_eq!(text.parse(), Ok(expected));
    }

    #[rstest]
    #[case::unknown_key("colour=on", "legacy_mode")]
    #[case::unknown_word("allow_get=yes", "=on or =off")]
    #[case::no_word("allow_get", "=on or =off")]
    #[case::other_case("ALLOW_GET=on", "allow_get")]
    fn a_wrong_change_names_what_is_known(#[case] text: &str, #[case] named: &str) {
        assert!(text.parse::<Change>().unwrap_err().contains(named));
    }
}
