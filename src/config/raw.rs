//! What the file says, before anything is checked but its shape.

use std::path::Path;

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer};

use crate::domain::dialect::Dialect;
use crate::domain::gate::Danger;
use crate::domain::secret::Secret;
use crate::domain::text;

use super::ConfigError;
use super::profile::Kind;

/// The colours of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark or light, as the terminal says.
    #[default]
    Auto,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// No colours.
    Plain,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawConfig {
    pub(super) profile: Option<String>,
    pub(super) operator: Option<String>,
    pub(super) theme: Theme,
    pub(super) ascii: bool,
    pub(super) mouse: bool,
    pub(super) profiles: IndexMap<String, RawProfile>,
}

impl Default for RawConfig {
    fn default() -> Self {
        Self {
            profile: None,
            operator: None,
            theme: Theme::Auto,
            ascii: false,
            mouse: true,
            profiles: IndexMap::new(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawProfile {
    pub(super) kind: Option<Kind>,
    pub(super) url: Option<String>,
    pub(super) hook_hosts: Vec<String>,
    pub(super) account_key: Option<RawSecret>,
    pub(super) account_key_env: Option<String>,
    pub(super) account_key_command: Option<String>,
    pub(super) danger: Option<Danger>,
    pub(super) readonly: bool,
    pub(super) confirm_above: Option<u64>,
    pub(super) hold_seconds: Option<u64>,
    pub(super) max_targets: Option<u64>,
    pub(super) repeat_window: Option<String>,
    pub(super) fields: Option<Vec<String>>,
    pub(super) country: Option<String>,
    pub(super) proxy: Option<String>,
    pub(super) connect_timeout: Option<String>,
    pub(super) timeout: Option<String>,
    pub(super) dialect: Dialect,
    pub(super) bots: Vec<RawBot>,
}

impl RawProfile {
    pub(super) fn holds_secrets(&self) -> bool {
        let has_password = |proxy: &String| proxy.contains('@');
        self.account_key.is_some()
            || !self.bots.is_empty()
            || self.proxy.as_ref().is_some_and(has_password)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBot {
    pub(super) name: String,
    pub(super) api_key: String,
    pub(super) api_secret: RawSecret,
}

/// A secret in the file. An error about it must not show it, so any value is taken first and looked at then.
#[derive(Debug, Clone)]
pub(super) struct RawSecret(pub(super) Secret);

impl<'de> Deserialize<'de> for RawSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) if !text.is_empty() => Ok(Self(Secret::new(text))),
            _ => Err(serde::de::Error::custom(
                "a key or secret is a text in quotes, and not empty",
            )),
        }
    }
}

impl RawConfig {
    /// Reads the file's text. The error names the line but never shows it: it may hold a secret.
    pub(super) fn parse(file: &Path, text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            let before = text.as_bytes().iter().take(start);
            ConfigError::Syntax {
                file: file.to_owned(),
                line: before.filter(|byte| **byte == b'\n').count() + 1,
                message: text::shown(error.message()).into_owned(),
            }
        })
    }
}
