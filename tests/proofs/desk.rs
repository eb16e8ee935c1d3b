//! An operator's desk: folders of its own, a profile, a sandbox beside it, and launches that are told apart.

use std::fs::{self, File};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use mylink_console::store::journal::diagnose;
use rusqlite::Connection;
use tempfile::TempDir;

use super::platform::Platform;
use super::room::Room;
use super::shape::{ONE, Shape};

/// The program under test: the one that was built with this test, or the one that `MYLINK_PROOFS_PROGRAM` names.
pub fn program() -> String {
    std::env::var("MYLINK_PROOFS_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mylink").into())
}

/// Folders, a sandbox, and two broadcasts in the cache.
pub struct Desk {
    pub platform: Platform,
    /// Needs no token.
    pub broadcast: String,
    /// Needs one.
    guarded: String,
    folder: TempDir,
    data: PathBuf,
    room: Option<Room>,
}

/// A launch as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: String,
    pub outcome: String,
    /// In the order of sending.
    pub calls: Vec<KeptCall>,
}

/// A call as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCall {
    pub outcome: String,
    /// Whether it is on the record that it began.
    pub is_begun: bool,
    pub body: String,
}

impl Desk {
    pub fn new() -> Self {
        Self::with(super::shape::LIMIT, None)
    }

    /// With further lines of configuration, and its data in a file system of their own.
    pub fn with(lines: &str, room: Option<Room>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = room.as_ref().map_or(folder.path(), Room::path);
        let data = place.join("data");
        let platform = Platform::start(&program(), folder.path());
        let broadcast = platform.broadcast("Offer", false);
        let guarded = platform.broadcast("Guarded offer", true);
        let desk = Self {
            platform,
            broadcast,
            guarded,
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

    /// Writes the plan of an attempt.
    pub fn write_plan(&self, attempt: &str, shape: Shape) {
        let broadcast = if shape.with_token {
            &self.guarded
        } else {
            &self.broadcast
        };
        let plan = shape.plan(attempt, broadcast);
        fs::write(self.plan(attempt), plan.to_string()).unwrap();
    }

    fn plan(&self, attempt: &str) -> PathBuf {
        self.folder.path().join(format!("{attempt}.json"))
    }

    /// The arguments that launch an attempt: of one call, where no plan was written (then it is, once: others may be
    /// reading it).
    fn arguments(&self, attempt: &str) -> Vec<String> {
        let file = self.plan(attempt);
        if !file.exists() {
            self.write_plan(attempt, ONE);
        }
        let file = file.to_str().unwrap().to_owned();
        vec!["launch".into(), file, "--yes".into(), "--json".into()]
    }

    /// The launch of an attempt, ready to be started; what it prints goes to files.
    pub fn launch(&self, attempt: &str) -> Command {
        self.launch_as(attempt, attempt)
    }

    /// The same; what it prints goes to the files of another name.
    pub fn launch_as(&self, attempt: &str, printed: &str) -> Command {
        let mut command = Command::new(program());
        command.args(self.arguments(attempt));
        self.environment(&mut command);
        command
            .stdout(self.file(printed, "out"))
            .stderr(self.file(printed, "err"));
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

    /// The launch of an attempt of one call, as the journal has it.
    pub fn kept(&self, attempt: &str) -> Option<Kept> {
        self.all_kept(attempt, ONE).pop()
    }

    /// The launches of an attempt, oldest first, read by `SQLite` alone: more than one where the rest was sent.
    pub fn all_kept(&self, attempt: &str, shape: Shape) -> Vec<Kept> {
        let journal = self.journal();
        let mut rows = journal
            .prepare(
                "SELECT launch.id, launch.outcome, call.outcome, call.sent_at IS NOT NULL, body.text FROM launch
                 JOIN call ON call.launch = launch.sequence
                 JOIN body ON body.launch = launch.sequence AND body.number = call.number
                 WHERE instr(body.text, ?1) > 0
                 ORDER BY launch.sequence, call.number",
            )
            .unwrap();
        let row = |row: &rusqlite::Row<'_>| {
            let call = KeptCall {
                outcome: row.get(2)?,
                is_begun: row.get(3)?,
                body: row.get(4)?,
            };
            Ok((row.get(0)?, row.get(1)?, call))
        };
        let rows: Vec<(String, String, KeptCall)> = rows
            .query_map([attempt], row)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let marks = shape.marks(attempt);
        let mut all: Vec<Kept> = Vec::new();
        // What is of another attempt whose name begins in the same way is left out.
        let its = |call: &KeptCall| marks.iter().any(|mark| call.body.contains(mark));
        for (id, outcome, call) in rows.into_iter().filter(|(_, _, call)| its(call)) {
            match all.last_mut().filter(|last| last.id == id) {
                Some(last) => last.calls.push(call),
                None => all.push(Kept {
                    id,
                    outcome,
                    calls: vec![call],
                }),
            }
        }
        all
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

    /// The journal, for `SQLite` alone.
    pub fn journal(&self) -> Connection {
        journal_in(&self.profile())
    }

    /// How often each body has arrived.
    pub fn arrived(&self) -> Vec<(String, usize)> {
        let both = [&self.broadcast, &self.guarded];
        both.into_iter()
            .flat_map(|broadcast| self.platform.arrived(broadcast))
            .collect()
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
