//! The configuration from file, environment and flags: defaults, layers, what is refused, and what must not be shown.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mylink_console::config::{Config, ConfigError, Environment, Flags, Kind, Profile, Theme};
use mylink_console::domain::dialect::{ContainsSpelling, DelayAs, Dialect};
use mylink_console::domain::filter::{Case, Precedence};
use mylink_console::domain::gate::Danger;
use rstest::rstest;
use tempfile::TempDir;

/// A home with a configuration file, an environment and flags.
struct Home {
    folder: TempDir,
    variables: Vec<(String, String)>,
    flags: Flags,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap().to_owned();
        Self {
            folder,
            variables: vec![
                ("HOME".to_owned(), home),
                ("USER".to_owned(), "ada".to_owned()),
            ],
            flags: Flags::default(),
        }
    }

    /// Writes the file where it is looked for.
    fn file(self, text: &str) -> Self {
        let file = self.path(".config/mylink-console/config.toml");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        self
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn flags(mut self, flags: Flags) -> Self {
        self.flags = flags;
        self
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn try_load(&self) -> Result<Config, ConfigError> {
        let variables = self
            .variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        Config::load(&Environment::of(variables, "desk"), &self.flags)
    }

    fn load(&self) -> Config {
        self.try_load().unwrap()
    }

    fn error(&self) -> String {
        self.try_load().unwrap_err().to_string()
    }
}

/// The profile `p` of a file with these lines in it.
fn profile(lines: &str) -> Result<Profile, String> {
    let config = Home::new()
        .file(&format!("[profiles.p]\n{lines}\n"))
        .try_load();
    config
        .map(|config| config.profiles["p"].clone())
        .map_err(|error| error.to_string())
}

fn refusal(lines: &str) -> String {
    profile(lines).unwrap_err()
}

const SECONDS: fn(u64) -> Duration = Duration::from_secs;

#[test]
fn without_a_file_there_is_the_sandbox() {
    let home = Home::new();
    let config = home.load();
    assert_eq!(
        (config.start.as_str(), config.operator.as_str()),
        ("sandbox", "ada@desk")
    );
    assert_eq!(config.file, home.path(".config/mylink-console/config.toml"));
    assert_eq!(
        config.paths.data(),
        home.path(".local/share/mylink-console")
    );
    assert_eq!(
        (config.theme, config.ascii, config.mouse),
        (Theme::Auto, false, true)
    );
    assert!(config.warnings.is_empty());
    assert_eq!(config.profiles.keys().collect::<Vec<_>>(), ["sandbox"]);
    let sandbox = config.profile("sandbox").unwrap();
    assert!(sandbox.is_built_in());
    assert_eq!(
        (sandbox.kind, sandbox.danger, sandbox.url.as_ref()),
        (Kind::Sandbox, Danger::Safe, None)
    );
}

#[test]
fn a_profile_has_the_defaults_of_the_documentation() {
    let profile = profile("").unwrap();
    assert_eq!(profile.name, "p");
    assert!(!profile.is_built_in());
    assert_eq!(
        profile.url.unwrap().as_str(),
        "https://publicapi.xenioo.com/"
    );
    assert_eq!(
        (profile.kind, profile.danger, profile.readonly),
        (Kind::Live, Danger::Live, false)
    );
    assert!(profile.hook_hosts.is_empty() && profile.bots.is_empty() && profile.proxy.is_none());
    assert_eq!(
        (profile.confirm_above, profile.max_targets),
        (1_000, 100_000)
    );
    assert_eq!(
        (profile.hold, profile.repeat_window),
        (SECONDS(5), SECONDS(86_400))
    );
    assert_eq!(
        (profile.connect_timeout, profile.timeout),
        (SECONDS(10), SECONDS(60))
    );
    assert_eq!(profile.fields, ["*"]);
    let dialect = Dialect {
        contains: ContainsSpelling::Contains,
        delay_as: DelayAs::Number,
        limit_bytes: 1_000_000,
        precedence: Precedence::LeftToRight,
        case: Case::IgnoreCase,
    };
    assert_eq!(profile.dialect, dialect);
}

const EVERY_KEY: &str = r#"
profile = "p"
operator = "eve@shared"
theme = "plain"
ascii = true
mouse = false
[profiles.p]
kind = "live"
url = "https://connect.example.com/api"
hook_hosts = ["Hooks.example.com", "other.example.com:8443"]
account_key = "k3y"
danger = "safe"
readonly = true
confirm_above = 7
hold_seconds = 0
max_targets = 9
repeat_window = "1h30m"
fields = ["city", "user_name"]
proxy = "http://proxy.example.com:3128"
connect_timeout = "3s"
timeout = "2m"
[profiles.p.dialect]
contains = "Cointains"
delay_as = "text"
limit_bytes = 5000
precedence = "and_before_or"
case = "match_case"
[[profiles.p.bots]]
name = "Shop"
api_key = "bk"
api_secret = "bs"
"#;

#[test]
fn every_key_can_be_said_in_the_file() {
    let config = Home::new().file(EVERY_KEY).load();
    assert_eq!(
        (config.start.as_str(), config.operator.as_str()),
        ("p", "eve@shared")
    );
    assert_eq!(
        (config.theme, config.ascii, config.mouse),
        (Theme::Plain, true, false)
    );
    let profile = &config.profiles["p"];
    assert_eq!(
        profile.url.as_ref().unwrap().as_str(),
        "https://connect.example.com/api"
    );
    assert_eq!(
        profile.hook_hosts,
        ["hooks.example.com", "other.example.com:8443"]
    );
    assert_eq!(profile.account_key().unwrap().expose(), "k3y");
    assert_eq!((profile.danger, profile.readonly), (Danger::Safe, true));
    assert_eq!((profile.confirm_above, profile.max_targets), (7, 9));
    assert_eq!(
        (profile.hold, profile.repeat_window),
        (Duration::ZERO, SECONDS(5_400))
    );
    assert_eq!(
        (profile.connect_timeout, profile.timeout),
        (SECONDS(3), SECONDS(120))
    );
    assert_eq!(profile.fields, ["city", "user_name"]);
    assert_eq!(profile.proxy.as_ref().unwrap().port(), Some(3128));
    let dialect = Dialect {
        contains: ContainsSpelling::Cointains,
        delay_as: DelayAs::Text,
        limit_bytes: 5_000,
        precedence: Precedence::AndBeforeOr,
        case: Case::MatchCase,
    };
    assert_eq!(profile.dialect, dialect);
    let bot = &profile.bots[0];
    assert_eq!(
        (
            bot.name.as_str(),
            bot.api_key.as_str(),
            bot.api_secret.expose()
        ),
        ("Shop", "bk", "bs")
    );
}

#[rstest]
#[case::default("", "", "", "sandbox", "ada@desk")]
#[case::file("p1", "", "", "p1", "o1")]
#[case::environment_over_file("p1", "p2", "", "p2", "o2")]
#[case::flag_over_environment("p1", "p2", "p3", "p3", "o3")]
#[case::flag_over_file("p1", "", "p3", "p3", "o3")]
fn the_later_layer_wins(
    #[case] file: &str,
    #[case] environment: &str,
    #[case] flag: &str,
    #[case] start: &str,
    #[case] operator: &str,
) {
    let own = |profile: &str| profile.replace('p', "o");
    let head = match file {
        "" => String::new(),
        profile => format!("profile = \"{profile}\"\noperator = \"{}\"\n", own(profile)),
    };
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let home = Home::new()
        .file(&format!(
            "{head}[profiles.p1]\n[profiles.p2]\n[profiles.p3]\n"
        ))
        .with("MYLINK_PROFILE", environment)
        .with("MYLINK_OPERATOR", &own(environment))
        .flags(Flags {
            profile: given(flag),
            operator: given(&own(flag)),
            ..Flags::default()
        });
    let config = home.load();
    assert_eq!(
        (config.start.as_str(), config.operator.as_str()),
        (start, operator)
    );
}

#[rstest]
#[case::nowhere("", None, None, None)]
#[case::file("country = \"it\"", None, None, Some("IT"))]
#[case::environment_before_file("country = \"IT\"", Some("de"), None, Some("DE"))]
#[case::flag_before_environment("country = \"IT\"", Some("DE"), Some(" fr "), Some("FR"))]
fn the_country_of_phone_numbers(
    #[case] file: &str,
    #[case] environment: Option<&str>,
    #[case] flag: Option<&str>,
    #[case] expected: Option<&str>,
) {
    let text = format!("[profiles.p]\n{file}\n");
    let mut home = Home::new().file(&text).flags(Flags {
        country: flag.map(str::to_owned),
        ..Flags::default()
    });
    if let Some(code) = environment {
        home = home.with("MYLINK_COUNTRY", code);
    }
    assert_eq!(home.load().profiles["p"].country.as_deref(), expected);
}

#[rstest]
#[case::word("Italy")]
#[case::three_letters("ITA")]
#[case::digits("39")]
#[case::empty("")]
fn a_country_that_is_none(#[case] code: &str) {
    let text = format!("[profiles.p]\ncountry = \"{code}\"\n");
    let error = Home::new().file(&text).error();
    assert!(error.contains("profiles.p.country"), "{error}");
}

#[rstest]
#[case::nowhere("", None, false, false)]
#[case::file("readonly = true", None, false, true)]
#[case::environment("", Some("yes"), false, true)]
#[case::flag("", None, true, true)]
#[case::environment_loosens_nothing("readonly = true", Some("0"), false, true)]
fn read_only_is_what_any_layer_says(
    #[case] line: &str,
    #[case] environment: Option<&str>,
    #[case] flag: bool,
    #[case] expected: bool,
) {
    let mut home = Home::new()
        .file(&format!("[profiles.p]\n{line}\n"))
        .flags(Flags {
            readonly: flag,
            ..Flags::default()
        });
    if let Some(value) = environment {
        home = home.with("MYLINK_READONLY", value);
    }
    let config = home.load();
    assert_eq!(config.profiles["p"].readonly, expected);
    // A layer that says it for all says it for the sandbox too.
    assert_eq!(
        config.profiles["sandbox"].readonly,
        expected && line.is_empty()
    );
}

#[test]
fn a_switch_that_is_neither_on_nor_off_is_refused() {
    let error = Home::new().with("MYLINK_READONLY", "mabye").error();
    assert!(
        error.contains("MYLINK_READONLY") && error.contains("mabye"),
        "{error}"
    );
}

#[test]
fn folders_are_those_of_the_environment() {
    let home = Home::new();
    let base = home.folder.path().to_str().unwrap().to_owned();
    let other = home.path("other.toml");
    fs::write(&other, "operator = \"other\"").unwrap();
    let home = home
        .with("XDG_CONFIG_HOME", &format!("{base}/c"))
        .with("XDG_DATA_HOME", &format!("{base}/d"));
    let config = home.load();
    assert_eq!(config.file, home.path("c/mylink-console/config.toml"));
    assert_eq!(
        config.paths.journal("p"),
        home.path("d/mylink-console/p/journal.db")
    );
    assert_eq!(
        config.paths.cache("p"),
        home.path("d/mylink-console/p/cache.db")
    );
    assert_eq!(
        config.paths.locks("p"),
        home.path("d/mylink-console/p/locks")
    );
    assert_eq!(
        config.paths.sandbox(),
        home.path("d/mylink-console/sandbox")
    );
    let home = home
        .with("MYLINK_CONFIG", other.to_str().unwrap())
        .with("MYLINK_DATA_DIR", &format!("{base}/e"));
    let config = home.load();
    assert_eq!((&config.file, config.operator.as_str()), (&other, "other"));
    assert_eq!(config.paths.data(), home.path("e"));
    let flagged = home.path("f");
    let home = home.flags(Flags {
        data_dir: Some(flagged.clone()),
        ..Flags::default()
    });
    assert_eq!(home.load().paths.data(), flagged);
}

#[test]
fn a_relative_data_folder_is_made_absolute() {
    let home = Home::new().with("MYLINK_DATA_DIR", "data");
    let expected = std::env::current_dir().unwrap().join("data");
    assert_eq!(home.load().paths.data(), expected);
}

#[test]
fn a_file_that_was_asked_for_has_to_be_there() {
    let missing = Path::new("/nowhere/config.toml");
    let by_flag = Home::new().flags(Flags {
        config: Some(missing.to_owned()),
        ..Flags::default()
    });
    let by_environment = Home::new().with("MYLINK_CONFIG", "/nowhere/config.toml");
    for error in [by_flag.error(), by_environment.error()] {
        assert!(error.contains("/nowhere/config.toml"), "{error}");
    }
}

#[rstest]
#[case::at_the_top("mouse = true\nprofil = \"x\"\n", 2, "profil")]
#[case::in_a_profile("[profiles.p]\n\nread_only = true\n", 3, "read_only")]
#[case::in_a_dialect("[profiles.p.dialect]\nlimit = 5\n", 2, "limit")]
#[case::in_a_bot(
    "[[profiles.p.bots]]\nname = \"n\"\napi_key = \"k\"\nsecret = \"s\"\n",
    4,
    "secret"
)]
fn an_unknown_key_is_named_with_its_line(
    #[case] text: &str,
    #[case] line: usize,
    #[case] key: &str,
) {
    let error = Home::new().file(text).error();
    assert!(error.contains(&format!("line {line},")), "{error}");
    assert!(error.contains(&format!("`{key}`")), "{error}");
}

#[rstest]
#[case::not_closed("account_key = \"s3cr3t")]
#[case::not_a_text("account_key = [\"s3cr3t\"]")]
#[case::a_number("account_key = 53637")]
#[case::rubbish_behind_it("account_key = \"s3cr3t\" x")]
#[case::twice("account_key = \"s3cr3t\"\naccount_key = \"s3cr3t\"")]
#[case::two_places("account_key = \"s3cr3t\"\naccount_key_env = \"X\"")]
#[case::empty("account_key = \"\"")]
#[case::proxy("account_key = \"s3cr3t\"\nproxy = \"socks5://me:s3cr3t@h\"")]
#[case::url("url = \"https://me:s3cr3t@example.com\"")]
#[case::fragment("url = \"https://example.com/#s3cr3t\"")]
#[case::bot("[[profiles.p.bots]]\nname = \"n\"\napi_key = \"k\"\napi_secret = [\"s3cr3t\"]")]
#[case::bots(
    "bots = [{ name = \"n\", api_key = \"k\", api_secret = \"s3cr3t\" }, { name = \"s\" }]"
)]
fn a_wrong_file_is_told_without_its_secrets(#[case] lines: &str) {
    let home = Home::new().file(&format!("[profiles.p]\n{lines}\n"));
    let error = home.try_load().unwrap_err();
    for shown in [format!("{error}"), format!("{error:?}")] {
        assert!(
            !shown.contains("s3cr3t") && !shown.contains("53637"),
            "{shown}"
        );
    }
}

#[test]
fn debug_shows_no_secret() {
    let text = "[profiles.p]\naccount_key = \"s3cr3t\"\nproxy = \"http://me:s3cr3t@proxy.example.com:3128\"\n\
                [[profiles.p.bots]]\nname = \"n\"\napi_key = \"k\"\napi_secret = \"s3cr3t\"\n\
                [profiles.q]\naccount_key_env = \"KEY\"\n\
                [profiles.r]\naccount_key_command = \"echo s3cr3t\"\n";
    let home = Home::new().file(text).with("KEY", "s3cr3t");
    let config = home.load();
    assert_eq!(
        config.profiles["q"].account_key().unwrap().expose(),
        "s3cr3t"
    );
    let shown = format!("{config:?}");
    assert!(shown.contains("proxy.example.com"), "{shown}");
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

#[rstest]
#[case::value("account_key = \"k3y\"", Ok("k3y"))]
#[case::variable("account_key_env = \"KEY\"", Ok("from the environment"))]
#[case::command("account_key_command = \"printf 'k3y\\\\n'\"", Ok("k3y"))]
#[case::nowhere("", Err("account_key_env"))]
#[case::no_such_variable("account_key_env = \"NO_KEY\"", Err("NO_KEY, which is not set"))]
#[case::a_failing_command(
    "account_key_command = \"printf '\\\\033[2Jno entry\\\\n' >&2; exit 3\"",
    Err("exit status: 3): ‹U+001B›[2Jno entry")
)]
#[case::a_command_without_a_key("account_key_command = \"true\"", Err("in one line"))]
#[case::a_command_that_leaves_a_child(
    "account_key_command = \"sleep 5 & echo k3y\"",
    Err("keeps its output open")
)]
fn the_account_key_comes_from_one_place(#[case] line: &str, #[case] expected: Result<&str, &str>) {
    let home = Home::new()
        .file(&format!("[profiles.p]\n{line}\n"))
        .with("KEY", "from the environment");
    match (home.load().profiles["p"].account_key(), expected) {
        (Ok(key), Ok(expected)) => assert_eq!(key.expose(), expected),
        (Err(error), Err(expected)) => {
            let error = error.to_string();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("k3y"), "{error}");
        }
        (found, _) => panic!("{found:?}"),
    }
}

#[rstest]
#[case::value_and_variable("account_key = \"a\"\naccount_key_env = \"B\"")]
#[case::value_and_command("account_key = \"a\"\naccount_key_command = \"b\"")]
#[case::variable_and_command("account_key_env = \"B\"\naccount_key_command = \"b\"")]
fn two_places_for_the_account_key_are_refused(#[case] lines: &str) {
    assert!(refusal(lines).contains("not several"), "{}", refusal(lines));
}

#[rstest]
#[case::plain("prod", true)]
#[case::all_kinds("prod-2_b", true)]
#[case::capitals("Prod", false)]
#[case::dots("..", false)]
#[case::slash("a/b", false)]
#[case::blank("a b", false)]
#[case::empty("", false)]
#[case::not_ascii("prüf", false)]
fn a_profiles_name_is_fit_for_a_folder(#[case] name: &str, #[case] expected: bool) {
    let result = Home::new()
        .file(&format!("[profiles.\"{name}\"]\n"))
        .try_load();
    match result {
        Ok(config) => assert!(expected && config.profiles.contains_key(name)),
        Err(ConfigError::ProfileName(found)) => {
            assert_eq!((found.as_str(), expected), (name, false));
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_name_too_long_for_a_folder_is_refused() {
    let name = "a".repeat(101);
    let error = Home::new().file(&format!("[profiles.{name}]\n")).error();
    assert!(error.contains("profile name"), "{error}");
}

#[test]
fn an_unknown_profile_is_refused_with_those_there_are() {
    let home = Home::new()
        .file("[profiles.p]\n")
        .with("MYLINK_PROFILE", "q\x1b[2J");
    let error = home.error();
    assert_eq!(
        error,
        "there is no profile \"q‹U+001B›[2J\". There are: sandbox, p"
    );
}

#[rstest]
#[case::https("https://connect.example.com", Ok("https://connect.example.com/"))]
#[case::without_a_scheme("connect.example.com", Ok("https://connect.example.com/"))]
#[case::with_blanks(" https://connect.example.com ", Ok("https://connect.example.com/"))]
#[case::loopback("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080/"))]
#[case::loopback_of_ipv6("http://[::1]:8080", Ok("http://[::1]:8080/"))]
#[case::plain_http("http://connect.example.com", Err("plain http"))]
#[case::localhost("http://localhost:8080", Err("plain http"))]
#[case::another_loopback("http://127.0.0.2", Err("plain http"))]
#[case::user("https://me@connect.example.com", Err("user name"))]
#[case::user_without_a_scheme("me:pw@connect.example.com", Err("user name"))]
#[case::fragment("https://connect.example.com/#x", Err("fragment"))]
#[case::query("https://connect.example.com/?x=1", Err("no query"))]
#[case::other_scheme("ftp://connect.example.com", Err("http or https"))]
#[case::nothing("", Err("http or https"))]
fn a_url_is_one_that_a_key_may_be_sent_to(#[case] url: &str, #[case] expected: Result<&str, &str>) {
    match (profile(&format!("url = \"{url}\"")), expected) {
        (Ok(profile), Ok(expected)) => assert_eq!(profile.url.unwrap().as_str(), expected),
        (Err(error), Err(expected)) => {
            assert!(
                error.starts_with("profiles.p.url ") && error.contains(expected),
                "{error}"
            );
        }
        (found, _) => panic!("{found:?}"),
    }
}

#[test]
fn a_profile_can_be_a_sandbox_of_ours() {
    let own = profile("kind = \"sandbox\"\nurl = \"http://127.0.0.1:9\"").unwrap();
    assert_eq!(
        (own.kind, own.danger, own.is_built_in()),
        (Kind::Sandbox, Danger::Safe, false)
    );
    let guarded =
        profile("kind = \"sandbox\"\nurl = \"http://[::1]:9\"\ndanger = \"live\"").unwrap();
    assert_eq!(guarded.danger, Danger::Live);
    let nowhere = refusal("kind = \"sandbox\"");
    assert!(nowhere.contains("mylink sandbox"), "{nowhere}");
    let elsewhere = refusal("kind = \"sandbox\"\nurl = \"https://connect.example.com\"");
    assert!(
        elsewhere.contains("127.0.0.1 or [::1] alone"),
        "{elsewhere}"
    );
}

#[rstest]
#[case::url("url = \"http://127.0.0.1:1\"", "url")]
#[case::kind("kind = \"live\"", "kind")]
#[case::value("account_key = \"k3y\"", "account_key")]
#[case::variable("account_key_env = \"K\"", "account_key_env")]
#[case::command("account_key_command = \"c\"", "account_key_command")]
#[case::proxy("proxy = \"http://127.0.0.1:1\"", "proxy")]
#[case::bots(
    "bots = [{ name = \"n\", api_key = \"k\", api_secret = \"k3y\" }]",
    "bots"
)]
fn the_built_in_sandbox_cannot_be_moved(#[case] line: &str, #[case] key: &str) {
    let error = Home::new()
        .file(&format!("[profiles.sandbox]\n{line}\n"))
        .error();
    assert!(
        error.starts_with(&format!("profiles.sandbox.{key} ")),
        "{error}"
    );
    assert!(
        error.contains("another name") && !error.contains("k3y"),
        "{error}"
    );
}

#[test]
fn the_built_in_sandbox_can_be_made_stricter() {
    let text = "[profiles.sandbox]\nreadonly = true\ndanger = \"live\"\nconfirm_above = 3\nhold_seconds = 9\n\
                max_targets = 50\nrepeat_window = \"0\"\nfields = [\"city\"]\n\
                [profiles.sandbox.dialect]\ncase = \"match_case\"\n";
    let config = Home::new().file(text).load();
    let sandbox = &config.profiles["sandbox"];
    assert!(sandbox.is_built_in() && sandbox.readonly);
    assert_eq!(
        (sandbox.kind, sandbox.danger),
        (Kind::Sandbox, Danger::Live)
    );
    assert_eq!((sandbox.confirm_above, sandbox.max_targets), (3, 50));
    assert_eq!(
        (sandbox.hold, sandbox.repeat_window),
        (SECONDS(9), Duration::ZERO)
    );
    assert_eq!(sandbox.dialect.case, Case::MatchCase);
    assert_eq!(sandbox.fields, ["city"]);
}

#[test]
fn the_sandbox_comes_first_wherever_the_file_has_it() {
    let config = Home::new()
        .file("[profiles.b]\n[profiles.sandbox]\n[profiles.a]\n")
        .load();
    assert_eq!(config.profiles.get_index(0).unwrap().0, "sandbox");
    let mut others: Vec<_> = config.profiles.keys().skip(1).collect();
    others.sort();
    assert_eq!(others, ["a", "b"]);
}

#[rstest]
#[case::two_of_one_key(&[("a", "k", "s"), ("b", "k", "t")], "an api_key of its own")]
#[case::no_key(&[("a", "", "s")], "an api_key of its own")]
#[case::no_secret(&[("a", "k", "")], "not empty")]
fn bots_are_told_apart_by_their_keys(#[case] bots: &[(&str, &str, &str)], #[case] expected: &str) {
    let tables: Vec<_> = bots
        .iter()
        .map(|(name, key, secret)| {
            format!("[[profiles.p.bots]]\nname = \"{name}\"\napi_key = \"{key}\"\napi_secret = \"{secret}\"\n")
        })
        .collect();
    let error = refusal(&tables.concat());
    assert!(error.contains(expected), "{error}");
}

#[test]
fn several_bots_keep_their_order() {
    let bot = |n: u8| {
        format!("[[profiles.p.bots]]\nname = \"same\"\napi_key = \"k{n}\"\napi_secret = \"s{n}\"\n")
    };
    let bots = profile(&(bot(2) + &bot(1))).unwrap().bots;
    let keys: Vec<_> = bots
        .iter()
        .map(|bot| (bot.api_key.as_str(), bot.api_secret.expose()))
        .collect();
    assert_eq!(keys, [("k2", "s2"), ("k1", "s1")]);
}

#[rstest]
#[case::off("0", Some(0))]
#[case::seconds("90s", Some(90))]
#[case::minutes("30m", Some(1_800))]
#[case::days("7d", Some(604_800))]
#[case::mixed("1d12h", Some(129_600))]
#[case::no_unit("24", None)]
#[case::words("a day", None)]
#[case::too_long("4000d", None)]
fn the_repeat_window_is_a_duration(#[case] text: &str, #[case] expected: Option<u64>) {
    match (profile(&format!("repeat_window = \"{text}\"")), expected) {
        (Ok(profile), Some(seconds)) => assert_eq!(profile.repeat_window, SECONDS(seconds)),
        (Err(error), None) => {
            assert!(
                error.contains("profiles.p.repeat_window") && error.contains("24h"),
                "{error}"
            );
        }
        (found, _) => panic!("{found:?}"),
    }
}

#[rstest]
#[case::hold("hold_seconds = 3601", "hold_seconds")]
#[case::negative("confirm_above = -1", "line 2")]
#[case::no_time_to_connect("connect_timeout = \"0\"", "connect_timeout")]
#[case::no_time("timeout = \"0s\"", "timeout")]
#[case::no_bytes("[profiles.p.dialect]\nlimit_bytes = 0", "dialect.limit_bytes")]
#[case::no_such_danger("danger = \"none\"", "line 2")]
#[case::no_such_kind("kind = \"test\"", "line 2")]
#[case::spelling("[profiles.p.dialect]\ncontains = \"contains\"", "line 3")]
#[case::no_fields("fields = []", "fields")]
#[case::two_fields_in_one("fields = [\"a,b\"]", "fields")]
#[case::a_path_as_field("fields = [\"../x\"]", "fields")]
#[case::a_url_as_host("hook_hosts = [\"https://h.example.com\"]", "hook_hosts")]
fn what_makes_no_sense_is_refused_with_its_place(#[case] lines: &str, #[case] place: &str) {
    assert!(refusal(lines).contains(place), "{}", refusal(lines));
}

#[rstest]
#[case::secret_for_others("account_key = \"k3y\"", 0o644, true)]
#[case::secret_for_the_group("account_key = \"k3y\"", 0o640, true)]
#[case::secret_for_its_owner("account_key = \"k3y\"", 0o600, false)]
#[case::password_of_a_proxy("proxy = \"http://me:pw@h:1\"", 0o644, true)]
#[case::bots(
    "bots = [{ name = \"n\", api_key = \"k\", api_secret = \"s\" }]",
    0o644,
    true
)]
#[case::no_secret("account_key_env = \"K\"\nproxy = \"http://h:1\"", 0o644, false)]
fn a_file_with_secrets_that_others_can_read_is_warned_about(
    #[case] lines: &str,
    #[case] mode: u32,
    #[case] expected: bool,
) {
    let home = Home::new().file(&format!("[profiles.p]\n{lines}\n"));
    let file = home.path(".config/mylink-console/config.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    let warnings = home.load().warnings;
    assert_eq!(warnings.len(), usize::from(expected), "{warnings:?}");
    assert!(
        warnings.iter().all(|warning| warning.contains("chmod 600")),
        "{warnings:?}"
    );
}

#[rstest]
#[case::blanks_around(" eve ", Some("eve"))]
#[case::blanks_alone("   ", None)]
#[case::a_line_end("eve\nbob", None)]
#[case::an_escape("eve\x1b[2J", None)]
fn the_operator_can_stand_on_the_record(#[case] name: &str, #[case] expected: Option<&str>) {
    let result = Home::new().with("MYLINK_OPERATOR", name).try_load();
    match (result, expected) {
        (Ok(config), Some(expected)) => assert_eq!(config.operator, expected),
        (Err(ConfigError::Operator), None) => {}
        (found, _) => panic!("{found:?}"),
    }
}
