//! Folders and files that can't be written: a sentence that names what and where, nothing launched that is not on the
//! record, and all as before once the right is there again.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use portable_pty::CommandBuilder;
use rstest::rstest;

use crate::acts::{BOT, BROADCAST};
use crate::home::{Home, PROGRAM};
use crate::platform::{Broadcast, Platform};
use crate::terminal::{Size, Terminal};

const SIZE: Size = (120, 40);
/// To root everything is writable, so the program runs as somebody else then; nobody has to have this id.
const SOMEBODY: u32 = 54_321;

/// A profile apart from the sandbox's own folder, which belongs to whoever runs the program.
struct Desk {
    home: Home,
    platform: Platform,
    broadcast: Broadcast,
    program: PathBuf,
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

impl Desk {
    fn new() -> Self {
        let home = Home::new();
        let platform = Platform::of(&home.sandbox());
        home.configure(&format!(
            "profile = \"test\"\n[profiles.test]\nkind = \"sandbox\"\nurl = \"{}\"\naccount_key = \"{}\"\n",
            platform.url, platform.account_key
        ));
        let plan = format!(r#"{{"broadcast":"{BROADCAST}","bot":"{BOT}","form":"configured"}}"#);
        home.write("plan.json", &plan);
        fs::create_dir_all(home.path("home")).unwrap();
        // Where the build lies, others may not come.
        let program = home.path("mylink");
        if fs::hard_link(PROGRAM, &program).is_err() {
            fs::copy(PROGRAM, &program).unwrap();
        }
        let desk = Self {
            broadcast: platform.broadcast(BOT, BROADCAST),
            home,
            platform,
            program,
        };
        desk.give_away();
        let synced = desk.run(&["sync"]);
        assert!(synced.status.success(), "{synced:?}");
        let launched = desk.launch();
        assert!(launched.status.success(), "{launched:?}");
        desk
    }

    /// Everything but the program belongs to whoever runs it.
    fn give_away(&self) {
        if is_root() {
            let folder = self.home.path("");
            fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
            give(&folder, &self.program);
        }
    }

    fn verb(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env_clear()
            .envs(self.home.environment())
            .current_dir(self.home.path(""))
            .stdin(std::process::Stdio::null());
        if is_root() {
            command.uid(SOMEBODY).gid(SOMEBODY);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.verb(arguments).output().unwrap()
    }

    fn launch(&self) -> Output {
        self.run(&["launch", "plan.json", "--yes", "--again"])
    }

    /// The screen, in the hands of the same user.
    fn console(&self) -> Terminal {
        let program = self.program.to_str().unwrap();
        let words = if is_root() {
            let id = SOMEBODY.to_string();
            let (user, group) = (format!("--reuid={id}"), format!("--regid={id}"));
            let words = ["setpriv", &user, &group, "--clear-groups", program];
            words.map(str::to_owned).to_vec()
        } else {
            vec![program.to_owned()]
        };
        let mut command = CommandBuilder::new(&words[0]);
        command.args(&words[1..]);
        command.env_clear();
        command.cwd(self.home.path(""));
        for (name, value) in self.home.environment() {
            command.env(name, value);
        }
        command.env("PATH", "/usr/bin:/bin");
        Terminal::start(SIZE, command)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.home.path("data/mylink-console").join(path)
    }

    fn arrived(&self) -> usize {
        self.platform.runs(&self.broadcast).len()
    }
}

fn give(path: &Path, but: &Path) {
    if path == but {
        return;
    }
    chown(path, Some(SOMEBODY), Some(SOMEBODY)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path(), but);
        }
    }
}

/// Takes the right to write away until it is dropped.
struct Closed {
    path: PathBuf,
    before: Permissions,
}

impl Closed {
    fn at(path: PathBuf) -> Self {
        let before = fs::metadata(&path).unwrap().permissions();
        let mode = before.mode() & !0o222;
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        Self { path, before }
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        fs::set_permissions(&self.path, self.before.clone()).unwrap();
    }
}

fn said(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    assert!(!said.contains("went wrong inside"), "{said}");
    said
}

#[rstest]
#[case::the_profiles_folder("test", "test/")]
#[case::the_locks("test/locks", "test/locks")]
#[case::the_journal("test/journal.db", "test/journal.db")]
#[case::the_journals_copy("test/journal.jsonl", "test/journal.jsonl")]
#[case::the_cache("test/cache.db", "test/cache.db")]
fn nothing_is_launched_where_it_cant_be_written_down(#[case] closed: &str, #[case] named: &str) {
    let desk = Desk::new();
    // A lock that is there could be taken.
    for lock in fs::read_dir(desk.at("test/locks")).unwrap() {
        fs::remove_file(lock.unwrap().path()).unwrap();
    }
    let held = Closed::at(desk.at(closed));
    let output = desk.launch();
    assert_eq!(output.status.code(), Some(6), "{output:?}");
    let words = said(&output);
    assert!(words.contains(named), "{words}");
    assert!(words.contains("Check "), "what to do: {words}");
    assert_eq!(desk.arrived(), 1);
    let waits = desk.run(&["launch", "plan.json", "--yes", "--again", "--at", "+2h"]);
    assert_eq!(waits.status.code(), Some(6), "{waits:?}");
    said(&waits);
    let doctor = desk.run(&["doctor", "--offline"]);
    assert_eq!(doctor.status.code(), Some(6), "{doctor:?}");
    drop(held);
    let launched = desk.launch();
    assert!(launched.status.success(), "{launched:?}");
    assert_eq!(desk.arrived(), 2);
    let doctor = desk.run(&["doctor", "--offline"]);
    assert_eq!(doctor.status.code(), Some(0), "{doctor:?}");
}

#[rstest]
#[case::what_remembers_how_far_the_journal_had_come(
    "../../home/.local/state/mylink-console/journals"
)]
#[case::the_log_file("mylink.log")]
fn a_launch_goes_on_without_what_it_only_misses_and_the_doctor_says_so(#[case] closed: &str) {
    let desk = Desk::new();
    let held = Closed::at(desk.at(closed));
    let output = desk.launch();
    assert!(output.status.success(), "{output:?}");
    said(&output);
    assert_eq!(desk.arrived(), 2);
    let doctor = desk.run(&["doctor", "--offline"]);
    let lines = String::from_utf8(doctor.stdout).unwrap();
    let name = Path::new(closed).file_name().unwrap().to_str().unwrap();
    assert!(
        lines
            .lines()
            .any(|line| line.starts_with("warn") && line.contains(name)),
        "{lines}"
    );
    drop(held);
    let log = desk.run(&["log", "--json"]);
    let log: Vec<serde_json::Value> = serde_json::from_slice(&log.stdout).unwrap();
    assert_eq!(log.len(), 2);
}

#[test]
fn a_data_folder_that_cant_be_made_is_named() {
    let desk = Desk::new();
    fs::rename(desk.home.path("data"), desk.home.path("aside")).unwrap();
    let data = desk.home.path("data");
    fs::create_dir(&data).unwrap();
    let _held = Closed::at(data.clone());
    for arguments in [&["log"][..], &["sync"], &["launch", "plan.json", "--yes"]] {
        let output = desk.run(arguments);
        assert_eq!(output.status.code(), Some(6), "{output:?}");
        let words = said(&output);
        assert!(words.contains(data.to_str().unwrap()), "{words}");
    }
    assert_eq!(desk.arrived(), 1);
}

#[test]
fn a_screen_whose_folder_is_closed_under_it_keeps_what_is_typed_and_says_so() {
    let desk = Desk::new();
    let mut console = desk.console();
    console.wait_for(BOT).press("enter");
    console.wait_for(BROADCAST).press("enter");
    console.wait_for("+ condition");
    let held = [
        Closed::at(desk.at("test/cache.db-wal")),
        Closed::at(desk.at("test")),
    ];
    console.add_filter("favorite_color", "Equals", "magenta");
    console.wait_for("Nothing can be launched");
    // Once nothing else has anything to say any more, whatever is said is the review's.
    console.wait_for("synced just now").wait_until_at_rest();
    console.press("left").wait_until_gone("could not be read");
    console.press("f5").wait_for("could not be read");
    assert_eq!(desk.arrived(), 1);
    drop(held);
    console.add_variable("campaign", "spring");
    console.wait_until_gone("Nothing can be launched");
    console
        .review()
        .press("f3")
        .press("enter")
        .wait_for("● accepted");
    console.press("esc").wait_until_gone("● accepted").quit();
    console.assert_as_it_was();
    assert_eq!(desk.arrived(), 2);
}
