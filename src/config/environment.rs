//! The environment as a value, so that tests bring their own.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::ConfigError;

/// The folder of this program below the configuration and data folders.
const PROGRAM: &str = "mylink-console";

/// Environment variables, and what is known of the machine and the user.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    home: Option<PathBuf>,
    account: Option<String>,
    host: String,
}

impl fmt::Debug for Environment {
    /// The names of the variables without their values, which may be secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Environment")
            .field("variables", &self.variables.keys())
            .field("home", &self.home)
            .field("account", &self.account)
            .field("host", &self.host)
            .finish()
    }
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
            account: account_name(),
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
            account: None,
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

    /// `$XDG_STATE_HOME/mylink-console`, by default in `~/.local/state`; `None` where there is no home.
    pub fn state_folder(&self) -> Option<PathBuf> {
        self.folder("XDG_STATE_HOME", ".local/state", "").ok()
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

    /// `user@host`: the user as the environment says, else as the system's list of accounts does, else by number.
    pub fn default_operator(&self) -> String {
        let user = self
            .text("USER")
            .or_else(|| self.text("LOGNAME"))
            .or_else(|| self.account.clone())
            .unwrap_or_else(|| format!("uid-{}", rustix::process::getuid().as_raw()));
        let clean = |text: &str| text.replace(char::is_control, "");
        format!("{}@{}", clean(&user), clean(&self.host))
    }
}

/// The name of this process's account, where the system keeps it in a file.
fn account_name() -> Option<String> {
    let accounts = fs::read("/etc/passwd").ok()?;
    name_in(
        &String::from_utf8_lossy(&accounts),
        rustix::process::getuid().as_raw(),
    )
}

/// The first name that a list of accounts (`name:password:number:...` a line) has for a number.
fn name_in(accounts: &str, number: u32) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        let found: u32 = fields.nth(1)?.parse().ok()?;
        (found == number).then(|| name.to_owned())
    })
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

    const ACCOUNTS: &str = "root:x:0:0:root:/root:/bin/bash\n+nis\n:x:7::\nbroken\n\
                            ada:x:1000:1000:Ada,,,:/home/ada:/bin/sh\nshadow:x:1000:1::/:/bin/sh\n";

    #[rstest]
    #[case::first_line(0, Some("root"))]
    #[case::the_first_of_two(1000, Some("ada"))]
    #[case::no_name(7, None)]
    #[case::not_there(1, None)]
    fn an_account_has_the_name_of_its_number(#[case] number: u32, #[case] expected: Option<&str>) {
        assert_eq!(name_in(ACCOUNTS, number).as_deref(), expected);
    }

    #[rstest]
    #[case::user(&[("USER", "ada"), ("LOGNAME", "bob")], "ada@h")]
    #[case::logname(&[("USER", ""), ("LOGNAME", "bob")], "bob@h")]
    #[case::account(&[], "eve@h")]
    #[case::control_characters(&[("USER", "a\x1b[2Jda\n")], "a[2Jda@h")]
    fn the_operator_is_who_the_system_says(
        #[case] variables: &[(&str, &str)],
        #[case] expected: &str,
    ) {
        let environment = Environment {
            account: Some("eve".to_owned()),
            ..Environment::of(variables.iter().copied(), "h")
        };
        assert_eq!(environment.default_operator(), expected);
    }

    #[test]
    fn the_account_has_a_number_where_it_has_no_name() {
        let number = rustix::process::getuid().as_raw();
        let environment = Environment::of([], "h");
        assert_eq!(environment.default_operator(), format!("uid-{number}@h"));
    }

    #[test]
    fn a_value_is_never_shown() {
        let environment = Environment::of([("MYLINK_KEY", "s3cr3t")], "h");
        let shown = format!("{environment:?}");
        assert!(
            shown.contains("MYLINK_KEY") && !shown.contains("s3cr3t"),
            "{shown}"
        );
    }

    #[test]
    fn without_a_home_there_is_a_sentence() {
        let error = Environment::of([], "h").data_folder().unwrap_err();
        assert!(error.to_string().contains("MYLINK_DATA_DIR"));
    }
}
