//! What can be wrong with a configuration, in sentences for an operator.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::domain::secret::HookUrlError;
use crate::domain::text;

/// Why there is no configuration, or no account key.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file could not be read.
    #[error("the configuration {} can't be read: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file isn't TOML, or says what nobody asked for.
    #[error("the configuration {}, line {line}, is wrong: {message}", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, without the line's text, which may hold a secret.
        message: String,
    },
    /// A folder's path can't be made out.
    #[error("the folder {} can't be used: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no home folder to put files in.
    #[error("there is no home folder. Set HOME, or {0}")]
    NoHome(&'static str),
    /// The operator's name can't stand on the record.
    #[error(
        "the operator's name is empty or holds control characters. Set `operator` or MYLINK_OPERATOR to a name"
    )]
    Operator,
    /// An environment variable is neither on nor off.
    #[error(
        "{name} is \"{}\", which is neither on nor off. Set it to 1 or 0",
        text::shown(value)
    )]
    NotASwitch {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// No profile has this name.
    #[error("there is no profile \"{name}\". There are: {known}")]
    UnknownProfile {
        /// The name, made fit to be shown.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// A profile's name can't be that of a folder.
    #[error("the profile name \"{}\" can't be used: take a-z, 0-9, _ and -", text::shown(.0))]
    ProfileName(String),
    /// A URL isn't one, or not one that a token may be sent to.
    #[error("profiles.{profile}.{key} can't be used: {}", url_reason(source))]
    Url {
        /// The profile.
        profile: String,
        /// `url` or `proxy`.
        key: &'static str,
        /// What is wrong.
        source: HookUrlError,
    },
    /// A value is out of its range or not understood.
    #[error("profiles.{profile}.{key} is wrong: {why}")]
    Value {
        /// The profile.
        profile: String,
        /// The key.
        key: String,
        /// What is wrong and what would be right.
        why: String,
    },
    /// No country has this code.
    #[error("\"{}\" is no country: write its two letters of ISO 3166, such as IT", text::shown(.0))]
    Country(String),
    /// A duration isn't understood.
    #[error("\"{}\" is no duration: write 90s, 30m, 24h or 7d", text::shown(.0))]
    Duration(String),
    /// A profile says nowhere where its account key is.
    #[error(
        "the profile {profile} has no account key. Set one of account_key, account_key_env and account_key_command"
    )]
    NoAccountKey {
        /// The profile.
        profile: String,
    },
    /// The environment variable that should hold the key isn't set.
    #[error("the profile {profile} takes its account key from {variable}, which is not set")]
    KeyVariable {
        /// The profile.
        profile: String,
        /// The environment variable.
        variable: String,
    },
    /// The command that should print the key did not.
    #[error("the account_key_command of the profile {profile} {why}")]
    KeyCommand {
        /// The profile.
        profile: String,
        /// What happened, made fit to be shown.
        why: String,
    },
}

impl ConfigError {
    pub(super) fn unknown_profile<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> Self {
        Self::UnknownProfile {
            name: text::shown(name).into_owned(),
            known: known.cloned().collect::<Vec<_>>().join(", "),
        }
    }

    pub(super) fn value(profile: &str, key: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Value {
            profile: profile.to_owned(),
            key: key.into(),
            why: why.into(),
        }
    }
}

/// The reasons are worded for hook URLs; a profile's are the same, about another URL.
fn url_reason(error: &HookUrlError) -> String {
    error.to_string().replace("the hook URL", "it")
}
