//! An operator's desk: folders of its own, a profile, a sandbox beside it, and launches that are told apart.

use std::fs::{self, File};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use mylink_console::store::journal::diagnose;
use rusqlite::{Connection, OptionalExtension as _};
use serde_json::json;
use tempfile::TempDir;

use super::platform::Platform;
use super::room::Room;

/// The program under test: the one that was built with this test, or the one that `MYLINK_PROOFS_PROGRAM` names.
pub fn program() -> String {
    std::env::var("MYLINK_PROOFS_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mylink").into())
}

/// Folders, a sandbox, and one broadcast in the cache.
pub struct Desk {
    pub platform: Platform,
    pub broadcast: String,
    folder: TempDir,
    data: PathBuf,
    room: Option<Room>,
}

/// A launch as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: String,
    pub outcome: String,
    pub call: String,
}

impl Desk {
    pub fn new() -> Self {
        Self::with("", None)
    }

    /// With further lines of configuration, and its data in a file system of their own.
    pub fn with(lines: &str, room: Option<Room>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = room.as_ref().map_or(folder.path(), Room::path);
        let data = place.join("data");
        let platform = Platform::start(&program(), folder.path());
        let broadcast = platform.broadcast();
        let desk = Self {
            platform,
            broadcast,
            folder,
            data,
            room,
        };
        desk.configure(lines);
        desk.run(&["sync"], 0);
        desk
    }

    fn configure(&self, lines: &str) {
        let folder = self.folder.path().join("config/mylink-console");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("config.toml");
        let text = format!(
            "profile = \"test\"\noperator = \"ada@desk\"\n[profiles.test]\nkind = \"sandbox\"\nurl = \"{}\"\naccount_key = \"{}\"\n{lines}",
            self.platform.url(),
            self.platform.account_key
        );
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// The folder of the profile, where the journal lies.
    pub fn profile(&self) -> PathBuf {
        self.data.join("mylink-console/test")
    }

    fn kept_files(&self) -> PathBuf {
        self.folder.path().join("kept")
    }

    /// Whether [`Desk::keep`] was called.
    pub fn is_kept(&self) -> bool {
        self.kept_files().exists()
    }

    /// Keeps the profile's files as they are, for [`Desk::put_back`].
    pub fn keep(&self) {
        copy_files(&self.profile(), &self.kept_files());
    }

    pub fn put_back(&self) {
        fs::remove_dir_all(self.profile()).unwrap();
        // The witness of the journal would see that it was put back.
        let _ = fs::remove_dir_all(self.folder.path().join(".local/state"));
        copy_files(&self.kept_files(), &self.profile());
    }

    /// What the program reads of its environment, and nothing else.
    pub fn environment(&self, command: &mut Command) {
        command
            .env_clear()
            .env("HOME", self.folder.path())
            .env("XDG_CONFIG_HOME", self.folder.path().join("config"))
            .env("XDG_DATA_HOME", &self.data)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
    }

    /// The file system of its own.
    pub fn room(&self) -> &Room {
        self.room.as_ref().unwrap()
    }

    /// The folder of the desk.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut words = self.room.as_ref().map_or_else(Vec::new, Room::entrance);
        words.push(program());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(arguments);
        self.environment(&mut command);
        command
    }

    /// Runs the program to its end, which has to be with this exit code.
    #[track_caller]
    pub fn run(&self, arguments: &[&str], code: i32) -> Output {
        let output = self.command(arguments).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {output:?}"
        );
        output
    }

    /// Writes the plan of an attempt (once: others may be reading it), whose body holds its name; gives the arguments
    /// that launch it.
    fn arguments(&self, attempt: &str) -> Vec<String> {
        let file = self.folder.path().join(format!("{attempt}.json"));
        let plan = json!({"broadcast": self.broadcast, "form": "configured",
            "variables": [{"name": "attempt", "value": attempt}]});
        if !file.exists() {
            fs::write(&file, plan.to_string()).unwrap();
        }
        let file = file.to_str().unwrap().to_owned();
        vec!["launch".into(), file, "--yes".into(), "--json".into()]
    }

    /// The launch of an attempt, ready to be started; what it prints goes to files.
    pub fn launch(&self, attempt: &str) -> Command {
        let mut command = Command::new(program());
        command.args(self.arguments(attempt));
        self.environment(&mut command);
        command
            .stdout(self.file(attempt, "out"))
            .stderr(self.file(attempt, "err"));
        command
    }

    /// Lets an attempt wait, until it is due after so long.
    #[track_caller]
    pub fn hold(&self, attempt: &str, wait: Duration) {
        let launch = self.arguments(attempt);
        // A machine with much to do may take longer than that to write it down: then once more, for a later time.
        for times in [1, 4, 16] {
            let due = jiff::Timestamp::now() + wait * times;
            let mut arguments: Vec<&str> = launch.iter().map(String::as_str).collect();
            let due = due.to_string();
            arguments.extend(["--at", &due]);
            let output = self.command(&arguments).output().unwrap();
            let is_late = String::from_utf8_lossy(&output.stderr).contains(" is past");
            if !is_late {
                assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
                return;
            }
        }
        panic!("no launch was written down in time");
    }

    /// What serves launches that wait, ready to be started; what it prints goes to the files of this name.
    pub fn serve(&self, name: &str) -> Command {
        let mut command = self.command(&["run", "--pending", "--json"]);
        command
            .stdout(self.file(name, "out"))
            .stderr(self.file(name, "err"));
        command
    }

    /// The same, for the tracer.
    pub fn serve_traced(&self, name: &str) -> Command {
        self.with_outputs(self.serve(name), name)
    }

    /// What became of a launch that waits, read by `SQLite` alone.
    #[track_caller]
    pub fn state_of_waiting(&self, attempt: &str) -> String {
        self.journal()
            .query_row(
                "SELECT state FROM waiting JOIN waiting_call ON waiting = sequence WHERE instr(body, ?1) > 0",
                [attempt],
                |row| row.get(0),
            )
            .unwrap()
    }

    /// The same, for the tracer, which starts it through a shell that redirects its outputs.
    pub fn traced(&self, attempt: &str) -> Command {
        self.with_outputs(self.launch(attempt), attempt)
    }

    fn with_outputs(&self, mut command: Command, attempt: &str) -> Command {
        for (name, kind) in [("OUT", "out"), ("ERR", "err")] {
            command.env(name, self.folder.path().join(format!("{attempt}.{kind}")));
        }
        command
    }

    fn file(&self, attempt: &str, kind: &str) -> File {
        File::create(self.folder.path().join(format!("{attempt}.{kind}"))).unwrap()
    }

    /// What a launch printed: the outcome that it says, and everything on both outputs.
    pub fn said(&self, attempt: &str) -> (Option<String>, String) {
        let read = |kind: &str| {
            let path = self.folder.path().join(format!("{attempt}.{kind}"));
            fs::read_to_string(path).unwrap_or_default()
        };
        let (out, err) = (read("out"), read("err"));
        let result: Option<serde_json::Value> = serde_json::from_str(&out).ok();
        let outcome = result.and_then(|result| Some(result["outcome"].as_str()?.to_owned()));
        (outcome, format!("{out}{err}"))
    }

    /// The next start of the program: it ends what others left in the middle. What it says on stderr.
    #[track_caller]
    pub fn next_start(&self) -> String {
        let output = self.run(&["log", "--since", "1s", "--json"], 0);
        String::from_utf8(output.stderr).unwrap()
    }

    /// The journal's row of an attempt, read by `SQLite` alone.
    pub fn kept(&self, attempt: &str) -> Option<Kept> {
        let row = |row: &rusqlite::Row<'_>| {
            Ok(Kept {
                id: row.get(0)?,
                outcome: row.get(1)?,
                call: row.get(2)?,
            })
        };
        self.journal()
            .query_row(
                "SELECT launch.id, launch.outcome, call.outcome FROM launch
                 JOIN call ON call.launch = launch.sequence
                 JOIN body ON body.launch = launch.sequence AND body.number = call.number
                 WHERE instr(body.text, ?1) > 0",
                [attempt],
                row,
            )
            .optional()
            .unwrap()
    }

    /// Whether the journal's structure is whole, and it and its copy tell the same.
    pub fn is_whole(&self) -> bool {
        let Some(room) = &self.room else {
            return is_whole(&self.profile());
        };
        let copy = self.folder.path().join("looked-at");
        copy_files(&room.outside(&self.profile()), &copy);
        let is_whole = is_whole(&copy);
        fs::remove_dir_all(&copy).unwrap();
        is_whole
    }

    fn journal(&self) -> Connection {
        journal_in(&self.profile())
    }

    /// How often each attempt has arrived.
    pub fn arrived(&self) -> Vec<(String, usize)> {
        let arrived = self.platform.arrived(&self.broadcast);
        arrived.into_iter().collect()
    }
}

fn is_whole(folder: &Path) -> bool {
    let answer: String = journal_in(folder)
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    let found = diagnose(&folder.join("journal.db")).unwrap();
    answer == "ok" && found.is_well()
}

fn journal_in(folder: &Path) -> Connection {
    let journal = Connection::open(folder.join("journal.db")).unwrap();
    journal.busy_timeout(Duration::from_secs(5)).unwrap();
    journal
}

/// Copies a folder's files; the folders in it are left out, they hold locks alone.
fn copy_files(from: &Path, to: &Path) {
    fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
