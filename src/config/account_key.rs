//! The account key: a value, an environment variable, or a command that prints it.
//!
//! The command runs through `sh -c` when the key is asked for, in a process group of its own, without the terminal's
//! input, and for 30 s at most. Its output never reaches a log or a message.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::domain::secret::Secret;
use crate::domain::text;

use super::raw::RawProfile;
use super::{ConfigError, Environment};

const TIME_LIMIT: Duration = Duration::from_secs(30);
/// How long output may still come once the command has ended; something it left behind may hold the pipe open.
const GRACE: Duration = Duration::from_millis(200);
/// Bytes of output that are kept.
const OUTPUT_LIMIT: usize = 64_000;
/// Characters of the error output that a message shows.
const SHOWN_LIMIT: usize = 400;

/// Where a profile keeps its account key.
#[derive(Debug, Clone)]
pub enum AccountKey {
    /// Nowhere.
    None,
    /// In the file.
    Value(Secret),
    /// In an environment variable, which may not be set.
    Variable {
        /// Its name.
        name: String,
        /// Its value.
        value: Option<Secret>,
    },
    /// A command prints it.
    Command(String),
}

impl AccountKey {
    /// Exactly one of the three may be given; none is found out when the key is needed.
    pub(super) fn new(
        profile: &str,
        raw: &RawProfile,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        let value = raw.account_key.clone().map(|secret| Self::Value(secret.0));
        let variable = raw.account_key_env.clone().map(|name| Self::Variable {
            value: environment.text(&name).map(Secret::new),
            name,
        });
        let command = raw.account_key_command.clone().map(Self::Command);
        let mut given: Vec<Self> = [value, variable, command].into_iter().flatten().collect();
        if given.len() > 1 {
            let why =
                "give one of account_key, account_key_env and account_key_command, not several";
            return Err(ConfigError::value(profile, "account_key", why));
        }
        Ok(given.pop().unwrap_or(Self::None))
    }

    pub(super) fn resolve(&self, profile: &str) -> Result<Secret, ConfigError> {
        match self {
            Self::None => Err(ConfigError::NoAccountKey {
                profile: profile.to_owned(),
            }),
            Self::Value(secret)
            | Self::Variable {
                value: Some(secret),
                ..
            } => Ok(secret.clone()),
            Self::Variable { name, value: None } => Err(ConfigError::KeyVariable {
                profile: profile.to_owned(),
                variable: text::shown(name).into_owned(),
            }),
            Self::Command(command) => {
                run(command, TIME_LIMIT).map_err(|why| ConfigError::KeyCommand {
                    profile: profile.to_owned(),
                    why,
                })
            }
        }
    }
}

/// What the threads around a running command tell.
enum Event {
    Output(Vec<u8>),
    ErrorOutput(Vec<u8>),
    Ended(std::io::Result<ExitStatus>),
}

/// What a command left behind.
#[derive(Default)]
struct Gathered {
    output: Option<Vec<u8>>,
    errors: Option<Vec<u8>>,
    status: Option<ExitStatus>,
}

/// Runs a command and takes its output, without the last newline, as the key. The error says what happened.
fn run(command: &str, limit: Duration) -> Result<Secret, String> {
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("could not be started: {error}"))?;
    let group = child.id();
    let (sender, events) = mpsc::channel();
    read_in_thread(child.stdout.take(), sender.clone(), Event::Output);
    read_in_thread(child.stderr.take(), sender.clone(), Event::ErrorOutput);
    wait_in_thread(child, sender);
    let gathered = gather(&events, limit);
    let Some(status) = gathered.status else {
        end_group(group);
        return Err(format!(
            "did not end within {} s and was stopped",
            limit.as_secs()
        ));
    };
    if !status.success() {
        return Err(failure(status, &gathered.errors.unwrap_or_default()));
    }
    key_of(gathered.output)
}

fn key_of(output: Option<Vec<u8>>) -> Result<Secret, String> {
    let output = output.ok_or("ended, but something that it started keeps its output open")?;
    let text = String::from_utf8(output).map_err(|_| "printed something that is not UTF-8")?;
    let key = text.strip_suffix('\n').unwrap_or(&text);
    if key.is_empty() || key.contains(char::is_control) {
        return Err("has to print the key in one line and nothing else".to_owned());
    }
    Ok(Secret::new(key))
}

fn failure(status: ExitStatus, errors: &[u8]) -> String {
    let said = String::from_utf8_lossy(errors);
    let said: String = text::shown(said.trim()).chars().take(SHOWN_LIMIT).collect();
    let colon = if said.is_empty() { "" } else { ": " };
    format!("failed ({status}){colon}{said}")
}

fn gather(events: &Receiver<Event>, limit: Duration) -> Gathered {
    let mut gathered = Gathered::default();
    let mut deadline = Instant::now() + limit;
    while gathered.output.is_none() || gathered.errors.is_none() || gathered.status.is_none() {
        let left = deadline.saturating_duration_since(Instant::now());
        match events.recv_timeout(left) {
            Ok(Event::Output(bytes)) => gathered.output = Some(bytes),
            Ok(Event::ErrorOutput(bytes)) => gathered.errors = Some(bytes),
            Ok(Event::Ended(status)) => {
                gathered.status = status.ok();
                deadline = deadline.min(Instant::now() + GRACE);
            }
            Err(_) => break,
        }
    }
    gathered
}

/// Reads to the end, so that the command never waits for a full pipe; keeps the beginning.
fn read_in_thread(
    pipe: Option<impl Read + Send + 'static>,
    sender: Sender<Event>,
    event: fn(Vec<u8>) -> Event,
) {
    let Some(mut pipe) = pipe else { return };
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe
            .by_ref()
            .take(OUTPUT_LIMIT as u64)
            .read_to_end(&mut bytes);
        let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        let _ = sender.send(event(bytes));
    });
}

fn wait_in_thread(mut child: Child, sender: Sender<Event>) {
    thread::spawn(move || {
        let _ = sender.send(Event::Ended(child.wait()));
    });
}

fn end_group(group: u32) {
    let group = i32::try_from(group)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const LIMIT: Duration = Duration::from_secs(10);

    #[rstest]
    #[case::with_newline("printf 'k3y\\n'", "k3y")]
    #[case::without_newline("printf k3y", "k3y")]
    #[case::blanks_stay("printf ' k3y '", " k3y ")]
    fn a_command_prints_the_key(#[case] command: &str, #[case] expected: &str) {
        assert_eq!(run(command, LIMIT).unwrap().expose(), expected);
    }

    #[rstest]
    #[case::fails(
        "printf '\\033[2Jno such entry' >&2; exit 3",
        "‹U+001B›[2Jno such entry"
    )]
    #[case::says_nothing("true", "one line")]
    #[case::says_too_much("printf 'a\\nb\\n'", "one line")]
    #[case::is_not_there("no-such-command-of-mylink", "failed")]
    fn a_failing_command_is_told(#[case] command: &str, #[case] expected: &str) {
        let why = run(command, LIMIT).unwrap_err();
        assert!(why.contains(expected), "{why}");
    }

    #[test]
    fn a_key_that_was_printed_before_a_failure_is_not_shown() {
        let why = run("echo k3y; exit 1", LIMIT).unwrap_err();
        assert!(!why.contains("k3y"), "{why}");
    }

    #[test]
    fn a_command_has_no_terminal_input() {
        assert_eq!(run("cat; echo end", LIMIT).unwrap().expose(), "end");
    }

    #[test]
    fn a_command_that_does_not_end_is_stopped() {
        let started = Instant::now();
        let why = run("sleep 600", Duration::from_millis(50)).unwrap_err();
        assert!(why.contains("did not end"), "{why}");
        assert!(started.elapsed() < LIMIT);
    }

    #[test]
    fn a_lot_of_error_output_does_not_block() {
        let why = run("head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 1", LIMIT).unwrap_err();
        assert!(why.len() < 1_000, "{} bytes", why.len());
    }
}
