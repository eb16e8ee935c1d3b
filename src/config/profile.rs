//! A profile: one place to launch at, and what it allows.

mod addresses;

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::domain::dialect::Dialect;
use crate::domain::gate::Danger;
use crate::domain::secret::{self, Secret};

use super::account_key::AccountKey;
use super::raw::{RawBot, RawProfile};
use super::{ConfigError, Environment, parse_duration};
use addresses::{base_url, hosts, proxy};

/// What a profile's URL leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The platform.
    Live,
    /// A sandbox of ours: it has an endpoint for settings, and takes part in nothing real.
    Sandbox,
}

/// A bot with its secret, for accounts that may not list their bots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotKeys {
    /// Its name.
    pub name: String,
    /// The Bot API Key.
    pub api_key: String,
    /// The Bot API Secret.
    pub api_secret: Secret,
}

/// One place to launch at.
#[derive(Clone)]
pub struct Profile {
    /// Its name: `[a-z0-9_-]+`, safe for a folder.
    pub name: String,
    /// What its URL leads to.
    pub kind: Kind,
    /// The base URL; `None` for the built-in sandbox, whose endpoint is found at run time.
    pub url: Option<Url>,
    /// Further hosts (`host` or `host:port`, lower case) that the bot token may go to.
    pub hook_hosts: Vec<String>,
    /// How much a launch asks of the operator.
    pub danger: Danger,
    /// Whether nothing may be launched or changed at the platform.
    pub readonly: bool,
    /// From so many targets up the broadcast's name is typed too.
    pub confirm_above: u64,
    /// How long a confirmed launch can be taken back.
    pub hold: Duration,
    /// More targets are refused.
    pub max_targets: u64,
    /// A count that differs from the last launch's by more than this factor asks for more; `None` for never.
    pub count_factor: Option<u64>,
    /// How long a broadcast to the same contact counts as a repeat.
    pub repeat_window: Duration,
    /// What a sync asks of a contact; `*` is everything.
    pub fields: Vec<String>,
    /// The country of phone numbers that are written without its code: two capitals of ISO 3166-1.
    pub country: Option<String>,
    /// The proxy, if one is to be used; may hold a password.
    pub proxy: Option<Url>,
    /// How long a connection may take to stand.
    pub connect_timeout: Duration,
    /// How long a call may take in all.
    pub timeout: Duration,
    /// What the platform leaves undocumented.
    pub dialect: Dialect,
    /// Bots that `GET /bots` need not list.
    pub bots: Vec<BotKeys>,
    account_key: AccountKey,
}

impl fmt::Debug for Profile {
    /// Without the proxy's user name and password, and without the command, which may hold a secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Profile")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("url", &self.url.as_ref().map(Url::as_str))
            .field("danger", &self.danger)
            .field("readonly", &self.readonly)
            .field("proxy", &self.proxy.as_ref().map(secret::origin))
            .field("bots", &self.bots)
            .finish_non_exhaustive()
    }
}

impl Profile {
    /// Whether its calls go where another one's go, and to no further host.
    pub fn leads_where(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.url == other.url
            && self.proxy == other.proxy
            && self.hook_hosts == other.hook_hosts
    }

    /// The sandbox that exists always. The file may make its rules stricter, but says nothing of where it is.
    pub(super) fn built_in(raw: RawProfile) -> Result<Self, ConfigError> {
        let mut placed = Vec::new();
        placed.extend(raw.url.is_some().then_some("url"));
        placed.extend((raw.kind == Some(Kind::Live)).then_some("kind"));
        placed.extend(raw.account_key.is_some().then_some("account_key"));
        placed.extend(raw.account_key_env.is_some().then_some("account_key_env"));
        placed.extend(
            raw.account_key_command
                .is_some()
                .then_some("account_key_command"),
        );
        placed.extend((!raw.bots.is_empty()).then_some("bots"));
        placed.extend(raw.proxy.is_some().then_some("proxy"));
        if let Some(key) = placed.first() {
            return Err(ConfigError::value(
                super::SANDBOX,
                *key,
                "the built-in sandbox finds its own address and keys. Give your profile another name",
            ));
        }
        let raw = RawProfile {
            kind: Some(Kind::Sandbox),
            ..raw
        };
        Self::checked(super::SANDBOX, raw, None, AccountKey::None)
    }

    /// A profile of the file.
    pub(super) fn new(
        name: &str,
        raw: RawProfile,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        check_name(name)?;
        let url = base_url(name, &raw)?;
        let account_key = AccountKey::new(name, &raw, environment)?;
        Self::checked(name, raw, Some(url), account_key)
    }

    fn checked(
        name: &str,
        raw: RawProfile,
        url: Option<Url>,
        account_key: AccountKey,
    ) -> Result<Self, ConfigError> {
        let kind = raw.kind.unwrap_or(Kind::Live);
        Ok(Self {
            name: name.to_owned(),
            kind,
            url,
            hook_hosts: hosts(name, &raw.hook_hosts)?,
            danger: raw.danger.unwrap_or(match kind {
                Kind::Live => Danger::Live,
                Kind::Sandbox => Danger::Safe,
            }),
            readonly: raw.readonly,
            confirm_above: raw.confirm_above.unwrap_or(1_000),
            hold: Duration::from_secs(within(
                name,
                "hold_seconds",
                raw.hold_seconds,
                5,
                0..=3_600,
            )?),
            max_targets: raw.max_targets.unwrap_or(100_000),
            count_factor: raw.count_factor.filter(|factor| *factor > 0),
            repeat_window: duration(name, "repeat_window", raw.repeat_window.as_deref(), "24h")?,
            fields: fields(name, raw.fields)?,
            country: raw.country.map(|code| country(name, &code)).transpose()?,
            proxy: raw.proxy.map(|url| proxy(name, &url)).transpose()?,
            connect_timeout: positive(
                name,
                "connect_timeout",
                raw.connect_timeout.as_deref(),
                "10s",
            )?,
            timeout: positive(name, "timeout", raw.timeout.as_deref(), "60s")?,
            dialect: dialect(name, raw.dialect)?,
            bots: bots(name, raw.bots)?,
            account_key,
        })
    }

    /// The account key, from wherever the profile keeps it. A command is run now, and may take up to 30 s; not to be
    /// called from async code.
    ///
    /// # Errors
    /// [`ConfigError::NoAccountKey`], [`ConfigError::KeyVariable`], [`ConfigError::KeyCommand`].
    pub fn account_key(&self) -> Result<Secret, ConfigError> {
        self.account_key.resolve(&self.name)
    }

    /// Whether this is the sandbox that exists always.
    pub fn is_built_in(&self) -> bool {
        self.url.is_none()
    }
}

fn check_name(name: &str) -> Result<(), ConfigError> {
    let is_safe =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    if name.is_empty() || name.len() > 100 || !name.bytes().all(is_safe) {
        return Err(ConfigError::ProfileName(name.to_owned()));
    }
    Ok(())
}

fn within(
    profile: &str,
    key: &str,
    value: Option<u64>,
    default: u64,
    range: std::ops::RangeInclusive<u64>,
) -> Result<u64, ConfigError> {
    let value = value.unwrap_or(default);
    if range.contains(&value) {
        return Ok(value);
    }
    let why = format!("it is from {} to {}", range.start(), range.end());
    Err(ConfigError::value(profile, key, why))
}

fn duration(
    profile: &str,
    key: &str,
    text: Option<&str>,
    default: &str,
) -> Result<Duration, ConfigError> {
    parse_duration(text.unwrap_or(default))
        .map_err(|error| ConfigError::value(profile, key, error.to_string()))
}

fn positive(
    profile: &str,
    key: &str,
    text: Option<&str>,
    default: &str,
) -> Result<Duration, ConfigError> {
    let time = duration(profile, key, text, default)?;
    if time.is_zero() {
        return Err(ConfigError::value(profile, key, "it is at least 1s"));
    }
    Ok(time)
}

/// Names go into a path, joined by commas.
fn fields(profile: &str, fields: Option<Vec<String>>) -> Result<Vec<String>, ConfigError> {
    let fields = fields.unwrap_or_else(|| vec!["*".to_owned()]);
    let is_name = |name: &String| !name.trim().is_empty() && !name.contains([',', '/', '?', '#']);
    if fields.is_empty() || !fields.iter().all(is_name) {
        let why = "it is a list of variable names, or [\"*\"] for all";
        return Err(ConfigError::value(profile, "fields", why));
    }
    Ok(fields)
}

/// Whether a country has this code is for whoever reads phone numbers to say.
pub(super) fn country(profile: &str, code: &str) -> Result<String, ConfigError> {
    let code = code.trim().to_ascii_uppercase();
    if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(code);
    }
    let why = "write the country's two letters of ISO 3166, such as IT";
    Err(ConfigError::value(profile, "country", why))
}

fn dialect(profile: &str, dialect: Dialect) -> Result<Dialect, ConfigError> {
    within(
        profile,
        "dialect.limit_bytes",
        Some(dialect.limit_bytes),
        1,
        1..=100_000_000,
    )?;
    Ok(dialect)
}

fn bots(profile: &str, bots: Vec<RawBot>) -> Result<Vec<BotKeys>, ConfigError> {
    let mut known: Vec<BotKeys> = Vec::with_capacity(bots.len());
    for bot in bots {
        if bot.api_key.is_empty() || known.iter().any(|other| other.api_key == bot.api_key) {
            let why = "each bot has an api_key of its own";
            return Err(ConfigError::value(profile, "bots", why));
        }
        known.push(BotKeys {
            name: bot.name,
            api_key: bot.api_key,
            api_secret: bot.api_secret.0,
        });
    }
    Ok(known)
}
