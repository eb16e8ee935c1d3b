//! The environment as a value, so that tests bring their own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::ConfigError;

/// The folder of this program below the configuration and data folders.
const PROGRAM: &str = "mylink-console";

/// Environment variables, and what is known of the machine and the user.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    home: Option<PathBuf>,
    host: String,
}

impl Environment {
    /// That of this process. Variables that aren't Unicode are left out.
    pub fn of_this_process() -> Self {
        Self {
            variables: std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .collect(),
            home: etcetera::home_dir().ok(),
            host: host_name(),
        }
    }

    /// One made of these variables alone, on a machine called `host`. The home folder is `HOME`.
    pub fn of<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>, host: &str) -> Self {
        Self {
            variables: variables
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            home: None,
            host: host.to_owned(),
        }
    }

    /// A variable; `None` where it is absent or empty.
    pub fn text(&self, name: &str) -> Option<String> {
        self.variables
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    }

    /// The machine's name.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// A switch: on is `1`, `true`, `yes`, `on`; off is absent, `0`, `false`, `no`, `off`, in any case.
    ///
    /// # Errors
    /// [`ConfigError::NotASwitch`].
    pub fn flag(&self, name: &'static str) -> Result<bool, ConfigError> {
        let Some(value) = self.text(name) else {
            return Ok(false);
        };
        match value.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            _ => Err(ConfigError::NotASwitch { name, value }),
        }
    }

    /// `$XDG_CONFIG_HOME/mylink-console`, by default in `~/.config`.
    ///
    /// # Errors
    /// [`ConfigError::NoHome`].
    pub fn config_folder(&self) -> Result<PathBuf, ConfigError> {
        self.folder("XDG_CONFIG_HOME", ".config", "MYLINK_CONFIG")
    }

    /// `$XDG_DATA_HOME/mylink-console`, by default in `~/.local/share`.
    ///
    /// # Errors
    /// [`ConfigError::NoHome`].
    pub fn data_folder(&self) -> Result<PathBuf, ConfigError> {
        self.folder("XDG_DATA_HOME", ".local/share", "MYLINK_DATA_DIR")
    }

    /// A relative path in an XDG variable is ignored, as its specification asks.
    fn folder(
        &self,
        variable: &str,
        below_home: &str,
        instead: &'static str,
    ) -> Result<PathBuf, ConfigError> {
        let given = self
            .text(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        let home = || self.text("HOME").map(PathBuf::from).or(self.home.clone());
        given
            .or_else(|| home().map(|home| home.join(below_home)))
            .map(|folder| folder.join(PROGRAM))
            .ok_or(ConfigError::NoHome(instead))
    }

    /// `user@host`.
    pub fn default_operator(&self) -> String {
        let user = self
            .text("USER")
            .or_else(|| self.text("LOGNAME"))
            .unwrap_or_else(|| format!("uid-{}", rustix::process::getuid().as_raw()));
        let clean = |text: &str| text.replace(char::is_control, "");
        format!("{}@{}", clean(&user), clean(&self.host))
    }
}

/// The machine's name where the system keeps it in a file.
fn host_name() -> String {
    ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .map(Path::new)
        .into_iter()
        .find_map(|file| fs::read_to_string(file).ok())
        .map(|text| text.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "localhost".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::absent(None, Some(false))]
    #[case::empty(Some(""), Some(false))]
    #[case::one(Some("1"), Some(true))]
    #[case::word_in_capitals(Some("TRUE"), Some(true))]
    #[case::off(Some("off"), Some(false))]
    #[case::neither(Some("maybe"), None)]
    fn a_switch_is_on_or_off(#[case] value: Option<&str>, #[case] expected: Option<bool>) {
        let environment = Environment::of(value.map(|value| ("MYLINK_READONLY", value)), "h");
        assert_eq!(environment.flag("MYLINK_READONLY").ok(), expected);
    }

    #[rstest]
    #[case::xdg(&[("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")], "/x/mylink-console")]
    #[case::home(&[("HOME", "/h")], "/h/.config/mylink-console")]
    #[case::relative_xdg_is_ignored(&[("XDG_CONFIG_HOME", "x"), ("HOME", "/h")], "/h/.config/mylink-console")]
    fn the_config_folder(#[case] variables: &[(&str, &str)], #[case] expected: &str) {
        let environment = Environment::of(variables.iter().copied(), "h");
        assert_eq!(environment.config_folder().unwrap(), Path::new(expected));
    }

    #[test]
    fn without_a_home_there_is_a_sentence() {
        let error = Environment::of([], "h").data_folder().unwrap_err();
        assert!(error.to_string().contains("MYLINK_DATA_DIR"));
    }
}
