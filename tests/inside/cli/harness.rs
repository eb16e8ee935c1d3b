//! A console of its own for each test: the binary with folders of its own, and a sandbox in this process.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use std::{fs, thread};

use assert_cmd::cargo::CommandCargoExt as _;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::sandbox::harness::{Broadcast, Harness};

/// No run of these tests takes nearly as long.
const DEADLINE: Duration = Duration::from_mins(2);

/// The binary with a configuration: the profile `test` is a sandbox, and safe.
pub struct Console {
    pub sandbox: Harness,
    home: TempDir,
}

/// What a run of the binary left.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// The whole of stdout as one JSON value.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "no {words:?}: {self:#?}");
        self
    }
}

impl Console {
    /// Over an empty sandbox with one bot.
    pub async fn start() -> Self {
        Self::over(Harness::start().await)
    }

    pub fn over(sandbox: Harness) -> Self {
        let console = Self {
            sandbox,
            home: tempfile::tempdir().unwrap(),
        };
        console.configure("");
        console
    }

    /// A console whose bot has the contacts 1 to 6, a broadcast in direct mode, and both in the cache.
    pub async fn with_broadcast(settings: Value) -> (Self, Broadcast) {
        let console = Self::start().await;
        let contacts = crate::sandbox::harness::numbered(6);
        assert_eq!(console.sandbox.put_contacts(contacts).await.status, 200);
        let broadcast = console.sandbox.direct(settings).await;
        console.run(["sync"]).expect(0);
        (console, broadcast)
    }

    /// Writes the configuration; `more` are keys of the profile, or further tables.
    pub fn configure(&self, more: &str) {
        let folder = self.home.path().join("config/mylink-console");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("config.toml");
        let mut text = String::from("profile = \"test\"\noperator = \"ada@desk\"\n");
        let Harness {
            url, account_key, ..
        } = &self.sandbox;
        let _ = write!(
            text,
            "[profiles.test]\nkind = \"sandbox\"\nurl = \"{url}\"\naccount_key = \"{account_key}\"\n{more}\n"
        );
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    pub fn data(&self) -> PathBuf {
        self.home.path().join("data/mylink-console")
    }

    pub fn command<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::cargo_bin("mylink").unwrap();
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("XDG_CONFIG_HOME", self.home.path().join("config"))
            .env("XDG_DATA_HOME", self.home.path().join("data"))
            .current_dir(self.home.path());
        command
    }

    pub fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Ran {
        self.run_with("", arguments)
    }

    /// Runs with this text on stdin.
    pub fn run_with<'a>(
        &self,
        stdin: impl AsRef<[u8]>,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Ran {
        let mut child = Started::of(self.command(arguments).stdin(Stdio::piped()));
        let mut pipe = child.child.stdin.take().unwrap();
        let bytes = stdin.as_ref().to_vec();
        // A program that doesn't read its input closes it.
        let writer = thread::spawn(move || pipe.write_all(&bytes));
        let ran = child.end();
        let _ = writer.join().unwrap();
        ran
    }

    /// Runs a verb with a plan on stdin.
    pub fn plan<'a>(&self, plan: &Value, arguments: impl IntoIterator<Item = &'a str>) -> Ran {
        let mut arguments: Vec<&str> = arguments.into_iter().collect();
        arguments.insert(1, "-");
        self.run_with(plan.to_string(), arguments)
    }

    /// Runs a verb of `mylink plan` with a plan on stdin.
    pub fn plan_of(&self, plan: &Value, words: &[&str]) -> Ran {
        let all = [&["plan", words[0], "-"], &words[1..]].concat();
        self.run_with(plan.to_string(), all)
    }

    /// Launches with `--yes --json` and more.
    pub fn launch<'a>(&self, plan: &Value, more: impl IntoIterator<Item = &'a str>) -> Ran {
        self.plan(plan, ["launch", "--yes", "--json"].into_iter().chain(more))
    }

    /// A plan in a file of its own; gives its path.
    pub fn file(&self, plan: &Value) -> String {
        let path = self.home.path().join("plan.json");
        fs::write(&path, plan.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn spawn<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Started {
        Started::of(self.command(arguments).stdin(Stdio::null()))
    }

    /// As [`Console::spawn`], by another program that starts it: `nohup`, or `env` with its flags.
    pub fn spawn_by<'a>(
        &self,
        starter: &[&str],
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Started {
        let command = self.command(arguments);
        let mut starting = std::process::Command::new(starter[0]);
        starting.args(&starter[1..]);
        starting
            .arg(command.get_program())
            .args(command.get_args())
            .env_clear()
            .current_dir(self.home());
        let set = command.get_envs();
        starting.envs(set.filter_map(|(name, value)| Some((name, value?))));
        Started::of(starting.stdin(Stdio::null()))
    }

    pub fn log(&self) -> Vec<Value> {
        let ran = self.run(["log", "--json"]).expect(0);
        ran.json().as_array().unwrap().clone()
    }
}

/// A run that goes on; it is killed where a test fails before its end.
pub struct Started {
    pub child: Child,
}

impl Started {
    pub fn of(command: &mut Command) -> Self {
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        Self {
            child: child.unwrap(),
        }
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Waits for the end, and reads what is left of its output. One that doesn't end is killed, and has no exit code.
    pub fn end(mut self) -> Ran {
        let mut stderr = self.child.stderr.take().unwrap();
        let reader = thread::spawn(move || text(&mut stderr));
        let mut stdout = self.child.stdout.take().unwrap();
        let stdout = self.killed_where_it_hangs(|| text(&mut stdout));
        let status = self.child.wait().unwrap();
        Ran {
            code: status.code().unwrap_or(-1),
            stdout,
            stderr: reader.join().unwrap(),
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap()
    }

    /// Reads stderr until a line holds these words.
    pub fn wait_for(&mut self, words: &str) {
        let mut stderr = self.child.stderr.take().unwrap();
        let mut lines = BufReader::new(&mut stderr).lines();
        let is_said =
            self.killed_where_it_hangs(|| lines.any(|line| line.unwrap().contains(words)));
        drop(lines);
        assert!(is_said, "{words}");
        self.child.stderr = Some(stderr);
    }

    /// Waits for what comes by a pipe: where it takes too long the process is killed, which ends the pipe.
    fn killed_where_it_hangs<R>(&self, wait: impl FnOnce() -> R) -> R {
        let (done, is_done) = channel::<()>();
        // Not reaped meanwhile: the number stays this process's.
        let pid = self.pid();
        let watchdog = thread::spawn(move || {
            if is_done.recv_timeout(DEADLINE) == Err(RecvTimeoutError::Timeout) {
                let _ = kill_process(pid, Signal::KILL);
            }
        });
        let result = wait();
        drop(done);
        watchdog.join().unwrap();
        result
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(pipe: &mut impl Read) -> String {
    let mut text = String::new();
    pipe.read_to_string(&mut text).unwrap();
    text
}

/// The plan for the contacts whose `favorite_color` is this.
pub fn coloured(broadcast: &Broadcast, color: &str) -> Value {
    json!({"broadcast": broadcast.id, "form": "audience",
        "filters": [{"field": "favorite_color", "criterion": "Equals", "value": color}]})
}

/// The keys of an object, in order.
#[track_caller]
pub fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().unwrap_or_else(|| panic!("{value}"));
    object.keys().map(String::as_str).collect()
}
