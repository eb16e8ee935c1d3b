//! Configuration: where files lie, which profiles there are, what each allows, and where its secrets come from.
//!
//! Layers: defaults < file < environment < flags. The file is `$XDG_CONFIG_HOME/mylink-console/config.toml`. Of the
//! environment these are read (an empty one is as if absent):
//!
//! | Variable | Says |
//! |---|---|
//! | `MYLINK_CONFIG` | another configuration file |
//! | `MYLINK_DATA_DIR` | another data folder than `$XDG_DATA_HOME/mylink-console` |
//! | `MYLINK_PROFILE` | the profile to start with |
//! | `MYLINK_OPERATOR` | who is on the record |
//! | `MYLINK_COUNTRY` | the country of phone numbers without a country code, two letters; for all profiles |
//! | `MYLINK_READONLY` | `1`, `true`, `yes` or `on`: no profile may launch. It can't loosen a profile that the file says is read-only |
//!
//! A raw configuration is what the file says; a [`Config`] is one that holds together. Nothing here opens a
//! database or a socket.

mod account_key;
mod duration;
mod environment;
mod error;
mod paths;
mod profile;
mod raw;

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;

pub use crate::domain::gate::Danger;
pub use account_key::AccountKey;
pub use duration::parse_duration;
pub use environment::Environment;
pub use error::ConfigError;
pub use paths::Paths;
pub use profile::{BotKeys, Kind, Profile};
pub use raw::Theme;

use raw::{RawConfig, RawProfile};

/// The rights of others than the owner in a file's mode.
const OTHERS: u32 = 0o077;

/// The name of the profile that exists always.
pub const SANDBOX: &str = "sandbox";

/// What the command line says; it wins over everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flags {
    /// Another configuration file.
    pub config: Option<PathBuf>,
    /// Another data folder.
    pub data_dir: Option<PathBuf>,
    /// The profile to start with.
    pub profile: Option<String>,
    /// Who is on the record.
    pub operator: Option<String>,
    /// The country of phone numbers that are written without its code, in all profiles.
    pub country: Option<String>,
    /// No profile may launch.
    pub readonly: bool,
}

/// A configuration that holds together.
#[derive(Debug, Clone)]
pub struct Config {
    /// The configuration file, there or not.
    pub file: PathBuf,
    /// Where data lie.
    pub paths: Paths,
    /// The profile to start with; it exists.
    pub start: String,
    /// Who is on the record.
    pub operator: String,
    /// Colours.
    pub theme: Theme,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// Whether the mouse is listened to.
    pub mouse: bool,
    /// Whether launches are armed on a network file system too.
    pub allow_network_files: bool,
    /// The profiles by name, `sandbox` first.
    pub profiles: IndexMap<String, Profile>,
    /// What the operator should be told, in sentences.
    pub warnings: Vec<String>,
    /// What it was made of besides the file.
    source: (Environment, Flags),
}

impl Config {
    /// Reads the file (none is fine, unless it was asked for), the environment and the flags.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn load(environment: &Environment, flags: &Flags) -> Result<Self, ConfigError> {
        let file = file_path(environment, flags)?;
        let text = read(&file, is_asked_for(environment, flags))?;
        let raw = RawConfig::parse(&file, &text)?;
        let warnings = exposed_secrets(&file, &raw);
        let readonly = flags.readonly || environment.flag("MYLINK_READONLY")?;
        let mut profiles = profiles(raw.profiles, environment, readonly)?;
        let country = first_of([flags.country.clone(), environment.text("MYLINK_COUNTRY")]);
        if let Some(country) = country {
            for (name, profile) in &mut profiles {
                profile.country = Some(profile::country(name, &country)?);
            }
        }
        let start = first_of([
            flags.profile.clone(),
            environment.text("MYLINK_PROFILE"),
            raw.profile,
        ])
        .unwrap_or_else(|| SANDBOX.to_owned());
        let config = Self {
            file,
            paths: Paths::new(data_folder(environment, flags)?)
                .with_state(environment.state_folder()),
            operator: operator(environment, flags, raw.operator)?,
            theme: raw.theme,
            ascii: raw.ascii,
            mouse: raw.mouse,
            allow_network_files: raw.allow_network_files,
            profiles,
            start,
            warnings,
            source: (environment.clone(), flags.clone()),
        };
        config.profile(&config.start)?;
        Ok(config)
    }

    /// Reads the file again, as it is now, with the environment and the flags of before.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn read_again(&self) -> Result<Self, ConfigError> {
        let (environment, flags) = &self.source;
        Self::load(environment, flags)
    }

    /// A profile by its name.
    ///
    /// # Errors
    /// [`ConfigError::UnknownProfile`].
    pub fn profile(&self, name: &str) -> Result<&Profile, ConfigError> {
        self.profiles
            .get(name)
            .ok_or_else(|| ConfigError::unknown_profile(name, self.profiles.keys()))
    }
}

fn first_of<T>(layers: impl IntoIterator<Item = Option<T>>) -> Option<T> {
    layers.into_iter().flatten().next()
}

fn is_asked_for(environment: &Environment, flags: &Flags) -> bool {
    flags.config.is_some() || environment.text("MYLINK_CONFIG").is_some()
}

fn file_path(environment: &Environment, flags: &Flags) -> Result<PathBuf, ConfigError> {
    let given = first_of([
        flags.config.clone(),
        environment.text("MYLINK_CONFIG").map(PathBuf::from),
    ]);
    match given {
        Some(path) => Ok(path),
        None => Ok(environment.config_folder()?.join("config.toml")),
    }
}

fn data_folder(environment: &Environment, flags: &Flags) -> Result<PathBuf, ConfigError> {
    let given = first_of([
        flags.data_dir.clone(),
        environment.text("MYLINK_DATA_DIR").map(PathBuf::from),
    ]);
    let folder = match given {
        Some(folder) => folder,
        None => environment.data_folder()?,
    };
    std::path::absolute(&folder).map_err(|source| ConfigError::Folder { folder, source })
}

fn operator(
    environment: &Environment,
    flags: &Flags,
    raw: Option<String>,
) -> Result<String, ConfigError> {
    let given = first_of([
        flags.operator.clone(),
        environment.text("MYLINK_OPERATOR"),
        raw,
    ]);
    let operator = given.unwrap_or_else(|| environment.default_operator());
    let operator = operator.trim();
    if operator.is_empty() || operator.chars().any(char::is_control) {
        return Err(ConfigError::Operator);
    }
    Ok(operator.to_owned())
}

fn read(file: &Path, is_asked_for: bool) -> Result<String, ConfigError> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_asked_for => Ok(String::new()),
        Err(source) => Err(ConfigError::Unreadable {
            file: file.to_owned(),
            source,
        }),
    }
}

/// A file with secrets in it that others may read is a warning, not an error: the secret is out already.
fn exposed_secrets(file: &Path, raw: &RawConfig) -> Vec<String> {
    let mode = fs::metadata(file).map_or(0, |metadata| metadata.permissions().mode());
    if mode & OTHERS == 0 || !raw.profiles.values().any(RawProfile::holds_secrets) {
        return Vec::new();
    }
    vec![format!(
        "{} holds secrets and can be read by others. Run `chmod 600` on it, or use account_key_command",
        file.display()
    )]
}

fn profiles(
    mut raw: IndexMap<String, RawProfile>,
    environment: &Environment,
    readonly: bool,
) -> Result<IndexMap<String, Profile>, ConfigError> {
    let sandbox = raw.shift_remove(SANDBOX).unwrap_or_default();
    let mut profiles = IndexMap::new();
    profiles.insert(SANDBOX.to_owned(), Profile::built_in(sandbox)?);
    for (name, profile) in raw {
        let profile = Profile::new(&name, profile, environment)?;
        profiles.insert(name, profile);
    }
    for profile in profiles.values_mut() {
        profile.readonly |= readonly;
    }
    Ok(profiles)
}
