//! The configuration: layers, profiles, secrets.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use mylink_console::config::{Config, ConfigError, Danger, Environment, Flags, Kind, Theme};
use mylink_console::domain::dialect::{ContainsSpelling, DelayAs};
use mylink_console::domain::filter::{Case, Precedence};
use rstest::rstest;
use tempfile::TempDir;

/// A machine with a home folder, maybe with a configuration in it.
struct Machine {
    home: TempDir,
    variables: Vec<(String, String)>,
    flags: Flags,
}

impl Machine {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
            flags: Flags::default(),
        }
    }

    /// One with this text as `~/.config/mylink-console/config.toml`.
    fn with(text: &str) -> Self {
        let machine = Self::new();
        let file = machine.file();
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        machine
    }

    fn file(&self) -> std::path::PathBuf {
        self.home.path().join(".config/mylink-console/config.toml")
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn flags(mut self, flags: Flags) -> Self {
        self.flags = flags;
        self
    }

    fn load(&self) -> Result<Config, ConfigError> {
        let home = [
            ("HOME", self.home.path().to_str().unwrap()),
            ("USER", "ada"),
        ];
        let variables = self
            .variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let environment = Environment::of(home.into_iter().chain(variables), "desk");
        Config::load(&environment, &self.flags)
    }

    fn config(&self) -> Config {
        self.load().unwrap()
    }

    fn error(&self) -> String {
        self.load().unwrap_err().to_string()
    }
}

#[test]
fn without_a_file_there_is_the_sandbox() {
    let machine = Machine::new();
    let config = machine.config();
    assert_eq!(
        (config.start.as_str(), config.operator.as_str()),
        ("sandbox", "ada@desk")
    );
    assert_eq!(
        (config.theme, config.ascii, config.mouse),
        (Theme::Auto, false, true)
    );
    assert_eq!(config.profiles.keys().collect::<Vec<_>>(), ["sandbox"]);
    let sandbox = config.profile("sandbox").unwrap();
    assert_eq!(
        (sandbox.kind, sandbox.danger, sandbox.readonly),
        (Kind::Sandbox, Danger::Safe, false)
    );
    assert!(sandbox.is_built_in());
    assert!(matches!(
        sandbox.account_key(),
        Err(ConfigError::NoAccountKey { .. })
    ));
    assert!(config.warnings.is_empty());
    let data = machine.home.path().join(".local/share/mylink-console");
    assert_eq!(config.paths.data(), data);
    assert_eq!(
        config.paths.journal("sandbox"),
        data.join("sandbox/journal.db")
    );
    assert_eq!(config.paths.cache("p"), data.join("p/cache.db"));
    assert_eq!(config.paths.locks("p"), data.join("p/locks"));
    assert_eq!(config.paths.sandbox(), data.join("sandbox"));
    assert_eq!(config.paths.log_file(), data.join("mylink.log"));
}

#[test]
fn an_empty_live_profile_has_the_defaults() {
    let config = Machine::with("[profiles.production]\n").config();
    let profile = config.profile("production").unwrap();
    assert_eq!(
        profile.url.as_ref().unwrap().as_str(),
        "https://publicapi.xenioo.com/"
    );
    assert_eq!(
        (profile.kind, profile.danger, profile.readonly),
        (Kind::Live, Danger::Live, false)
    );
    assert_eq!(
        (profile.confirm_above, profile.max_targets),
        (1_000, 100_000)
    );
    assert_eq!(profile.hold, Duration::from_secs(5));
    assert_eq!(profile.repeat_window, Duration::from_hours(24));
    assert_eq!(profile.fields, ["*"]);
    assert_eq!(
        (profile.connect_timeout, profile.timeout),
        (Duration::from_secs(10), Duration::from_mins(1))
    );
    assert_eq!(profile.dialect.limit_bytes, 1_000_000);
    assert!(profile.hook_hosts.is_empty() && profile.bots.is_empty() && profile.proxy.is_none());
}

#[test]
fn everything_that_the_file_says_is_taken() {
    let config = Machine::with(
        r#"
        profile = "p"
        operator = "Team A"
        theme = "dark"
        ascii = true
        mouse = false
        [profiles.p]
        url = "node1.xenioo.com"
        hook_hosts = ["Hooks.example.com:8443"]
        account_key = "k3y"
        danger = "safe"
        readonly = true
        confirm_above = 10
        hold_seconds = 0
        max_targets = 20
        repeat_window = "7d"
        fields = ["user_id", "city"]
        proxy = "http://proxy.example.com:3128"
        connect_timeout = "3s"
        timeout = "2m"
        [profiles.p.dialect]
        contains = "Cointains"
        delay_as = "text"
        limit_bytes = 500
        precedence = "and_before_or"
        case = "match_case"
        [[profiles.p.bots]]
        name = "One"
        api_key = "b1"
        api_secret = "s3cret"
        "#,
    )
    .config();
    assert_eq!(
        (config.start.as_str(), config.operator.as_str()),
        ("p", "Team A")
    );
    assert_eq!(
        (config.theme, config.ascii, config.mouse),
        (Theme::Dark, true, false)
    );
    let profile = config.profile("p").unwrap();
    assert_eq!(
        profile.url.as_ref().unwrap().as_str(),
        "https://node1.xenioo.com/"
    );
    assert_eq!(profile.hook_hosts, ["hooks.example.com:8443"]);
    assert_eq!(profile.account_key().unwrap().expose(), "k3y");
    assert_eq!((profile.danger, profile.readonly), (Danger::Safe, true));
    assert_eq!((profile.confirm_above, profile.max_targets), (10, 20));
    assert_eq!(
        (profile.hold, profile.repeat_window),
        (Duration::ZERO, Duration::from_hours(168))
    );
    assert_eq!(profile.fields, ["user_id", "city"]);
    assert_eq!(profile.proxy.as_ref().unwrap().port(), Some(3128));
    assert_eq!(
        (profile.connect_timeout, profile.timeout),
        (Duration::from_secs(3), Duration::from_mins(2))
    );
    assert_eq!(profile.dialect.contains, ContainsSpelling::Cointains);
    assert_eq!(
        (profile.dialect.delay_as, profile.dialect.limit_bytes),
        (DelayAs::Text, 500)
    );
    assert_eq!(
        (profile.dialect.precedence, profile.dialect.case),
        (Precedence::AndBeforeOr, Case::MatchCase)
    );
    assert_eq!(
        (
            profile.bots[0].name.as_str(),
            profile.bots[0].api_key.as_str()
        ),
        ("One", "b1")
    );
    assert_eq!(profile.bots[0].api_secret.expose(), "s3cret");
    let printed = format!("{config:?}");
    assert!(
        !printed.contains("k3y") && !printed.contains("s3cret"),
        "{printed}"
    );
}

const LAYERS: &str =
    "profile = \"one\"\noperator = \"file\"\n[profiles.one]\n[profiles.two]\n[profiles.three]\n";

#[test]
fn the_environment_wins_over_the_file_and_flags_over_both() {
    let file = Machine::with(LAYERS);
    assert_eq!(
        (
            file.config().start.as_str(),
            file.config().operator.as_str()
        ),
        ("one", "file")
    );
    let environment = file
        .variable("MYLINK_PROFILE", "two")
        .variable("MYLINK_OPERATOR", "environment")
        .variable("MYLINK_DATA_DIR", "/data/of/environment");
    let config = environment.config();
    assert_eq!(
        (config.start.as_str(), config.operator.as_str()),
        ("two", "environment")
    );
    assert_eq!(config.paths.data(), Path::new("/data/of/environment"));
    let flags = environment.flags(Flags {
        profile: Some("three".to_owned()),
        operator: Some("flag".to_owned()),
        data_dir: Some("/data/of/flag".into()),
        ..Flags::default()
    });
    let config = flags.config();
    assert_eq!(
        (config.start.as_str(), config.operator.as_str()),
        ("three", "flag")
    );
    assert_eq!(config.paths.data(), Path::new("/data/of/flag"));
}

#[test]
fn an_empty_variable_is_as_if_absent() {
    let machine = Machine::with(LAYERS)
        .variable("MYLINK_PROFILE", "")
        .variable("MYLINK_CONFIG", "");
    assert_eq!(machine.config().start, "one");
}

#[rstest]
#[case::flag(None, true, [true, true])]
#[case::environment(Some("1"), false, [true, true])]
#[case::neither(None, false, [true, false])]
#[case::never_loosened(Some("0"), false, [true, false])]
fn read_only_can_only_be_tightened(
    #[case] variable: Option<&str>,
    #[case] flag: bool,
    #[case] expected: [bool; 2],
) {
    let machine = Machine::with("[profiles.closed]\nreadonly = true\n[profiles.open]\n")
        .variable("MYLINK_READONLY", variable.unwrap_or_default())
        .flags(Flags {
            readonly: flag,
            ..Flags::default()
        });
    let config = machine.config();
    let readonly = ["closed", "open"].map(|name| config.profile(name).unwrap().readonly);
    assert_eq!(readonly, expected);
    assert_eq!(config.profile("sandbox").unwrap().readonly, expected[1]);
}

#[test]
fn another_file_can_be_asked_for_and_has_to_be_there() {
    let machine = Machine::new();
    let other = machine.home.path().join("other.toml");
    let machine = machine.variable("MYLINK_CONFIG", other.to_str().unwrap());
    assert!(
        machine.error().contains("other.toml can't be read"),
        "{}",
        machine.error()
    );
    fs::write(&other, "[profiles.p]\n").unwrap();
    assert!(machine.config().profile("p").is_ok());
}

#[rstest]
#[case::unknown_key("\n[profiles.p]\nurll = \"x\"\n", &["line 3", "urll", "url"])]
#[case::unknown_top_level("colour = 1\n", &["line 1", "colour"])]
#[case::unknown_dialect("[profiles.p.dialect]\ncontains = \"Contain\"\n", &["line 2", "Contain"])]
#[case::not_toml("a = = 1\n", &["line 1"])]
#[case::wrong_type("[profiles.p]\nmax_targets = \"many\"\n", &["line 2"])]
#[case::negative("[profiles.p]\nmax_targets = -1\n", &["line 2"])]
#[case::unknown_danger("[profiles.p]\ndanger = \"none\"\n", &["line 2", "safe", "live"])]
#[case::profile_name("[profiles.\"../p\"]\n", &["profile name", "a-z"])]
#[case::capitals("[profiles.P]\n", &["profile name"])]
#[case::unknown_start("profile = \"q\"\n[profiles.p]\n", &["no profile \"q\"", "sandbox, p"])]
#[case::plain_http("[profiles.p]\nurl = \"http://example.com\"\n", &["profiles.p.url", "plain http"])]
#[case::user_info("[profiles.p]\nurl = \"https://a:b@example.com\"\n", &["profiles.p.url"])]
#[case::query("[profiles.p]\nurl = \"https://example.com?a=b\"\n", &["profiles.p.url", "query"])]
#[case::hook_host("[profiles.p]\nhook_hosts = [\"https://x\"]\n", &["hook_hosts"])]
#[case::window("[profiles.p]\nrepeat_window = \"1 day\"\n", &["profiles.p.repeat_window", "24h"])]
#[case::no_time("[profiles.p]\ntimeout = \"0\"\n", &["profiles.p.timeout"])]
#[case::hold("[profiles.p]\nhold_seconds = 100000\n", &["hold_seconds", "3600"])]
#[case::no_limit("[profiles.p.dialect]\nlimit_bytes = 0\n", &["dialect.limit_bytes"])]
#[case::no_fields("[profiles.p]\nfields = []\n", &["profiles.p.fields"])]
#[case::two_in_one_field("[profiles.p]\nfields = [\"a,b\"]\n", &["profiles.p.fields"])]
#[case::two_keys("[profiles.p]\naccount_key = \"a\"\naccount_key_env = \"B\"\n", &["one of account_key"])]
#[case::sandbox_address("[profiles.sandbox]\nurl = \"https://example.com\"\n", &["profiles.sandbox.url"])]
#[case::sandbox_kind("[profiles.sandbox]\nkind = \"live\"\n", &["profiles.sandbox.kind"])]
#[case::far_sandbox("[profiles.p]\nkind = \"sandbox\"\nurl = \"https://example.com\"\n", &["profiles.p.url", "127.0.0.1"])]
#[case::sandbox_nowhere("[profiles.p]\nkind = \"sandbox\"\n", &["profiles.p.url"])]
#[case::proxy("[profiles.p]\nproxy = \"socks5://x:1\"\n", &["profiles.p.proxy"])]
#[case::operator("operator = \"a\\u001b[31m\"\n", &["operator"])]
fn what_is_wrong_is_said(#[case] text: &str, #[case] expected: &[&str]) {
    let error = Machine::with(text).error();
    for part in expected {
        assert!(error.contains(part), "{part:?} is not in {error:?}");
    }
    assert!(!error.contains('\x1b'), "{error:?}");
}

#[rstest]
#[case::unfinished_text("account_key = \"s3cret\n")]
#[case::a_number("account_key = 5370\n")]
#[case::a_table("account_key = { x = \"s3cret\" }\n")]
#[case::bots_secret("bots = [{ name = \"n\", api_key = \"k\", api_secret = 5370 }]\n")]
fn an_error_about_a_secret_does_not_show_it(#[case] line: &str) {
    let error = Machine::with(&format!("[profiles.p]\n{line}")).error();
    assert!(
        !error.contains("s3cret") && !error.contains("5370"),
        "{error}"
    );
    assert!(error.contains("line 2"), "{error}");
}

#[test]
fn a_sandbox_elsewhere_on_this_machine_is_safe() {
    let config = Machine::with("[profiles.rehearsal]\nkind = \"sandbox\"\nurl = \"http://127.0.0.1:4187\"\naccount_key = \"k\"\n").config();
    let profile = config.profile("rehearsal").unwrap();
    assert_eq!(
        (profile.kind, profile.danger),
        (Kind::Sandbox, Danger::Safe)
    );
    assert!(!profile.is_built_in());
}

#[test]
fn the_built_in_sandbox_can_be_made_stricter() {
    let config =
        Machine::with("[profiles.sandbox]\ndanger = \"live\"\nconfirm_above = 2\n").config();
    let sandbox = config.profile("sandbox").unwrap();
    assert_eq!((sandbox.danger, sandbox.confirm_above), (Danger::Live, 2));
    assert!(sandbox.is_built_in());
}

#[test]
fn an_account_key_comes_from_the_environment() {
    let machine = Machine::with("[profiles.p]\naccount_key_env = \"MY_KEY\"\n");
    let error = machine
        .config()
        .profile("p")
        .unwrap()
        .account_key()
        .unwrap_err();
    assert!(
        error.to_string().contains("MY_KEY, which is not set"),
        "{error}"
    );
    let machine = machine.variable("MY_KEY", "k3y");
    let config = machine.config();
    assert_eq!(
        config.profile("p").unwrap().account_key().unwrap().expose(),
        "k3y"
    );
    assert!(!format!("{config:?}").contains("k3y"));
}

#[test]
fn an_account_key_command_runs_only_when_the_key_is_needed() {
    let machine = Machine::new();
    let trace = machine.home.path().join("ran");
    let machine = {
        let text = format!(
            "[profiles.p]\naccount_key_command = \"touch {} && echo k3y\"\n",
            trace.display()
        );
        fs::create_dir_all(machine.file().parent().unwrap()).unwrap();
        fs::write(machine.file(), text).unwrap();
        machine
    };
    let config = machine.config();
    assert!(!trace.exists());
    assert_eq!(
        config.profile("p").unwrap().account_key().unwrap().expose(),
        "k3y"
    );
    assert!(trace.exists());
}

#[rstest]
#[case::key("[profiles.p]\naccount_key = \"k\"\n", 0o644, true)]
#[case::bots(
    "[[profiles.p.bots]]\nname = \"n\"\napi_key = \"k\"\napi_secret = \"s\"\n",
    0o640,
    true
)]
#[case::private("[profiles.p]\naccount_key = \"k\"\n", 0o600, false)]
#[case::no_secret("[profiles.p]\naccount_key_command = \"pass show x\"\n", 0o644, false)]
fn secrets_that_others_can_read_are_warned_about(
    #[case] text: &str,
    #[case] mode: u32,
    #[case] is_warned: bool,
) {
    let machine = Machine::with(text);
    fs::set_permissions(machine.file(), fs::Permissions::from_mode(mode)).unwrap();
    let warnings = machine.config().warnings;
    assert_eq!(!warnings.is_empty(), is_warned, "{warnings:?}");
}
