//! A file system of a few megabytes that really fills up: in memory, mounted where nobody else sees it.
//!
//! A shell in a mount namespace of its own keeps it, and it is gone with that shell. Programs are started in there; from
//! outside its files are reached by way of `/proc/PID/root`. An ordinary user gets one where the system lets users have
//! namespaces.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// What is written at once while it is filled up.
const STEP: usize = 1 << 20;
/// The least that a file system gives away.
pub const PAGE: u64 = 4096;

/// Keeps what it mounts until its input ends.
const SCRIPT: &str =
    r#"mount -t tmpfs -o "size=$2,mode=700" none "$1" && echo mounted && read -r _"#;

/// The file system, until it is dropped.
pub struct Room {
    keeper: Child,
    /// Seen from outside.
    path: PathBuf,
    mounted_on: TempDir,
}

impl Drop for Room {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Room {
    /// Makes one of so many bytes.
    ///
    /// # Errors
    /// Why this system doesn't allow it.
    pub fn of(bytes: u64) -> Result<Self, String> {
        let is_root = rustix::process::geteuid().is_root();
        let options = if is_root { "-m" } else { "-Urm" };
        let mounted_on = tempfile::tempdir().unwrap();
        let mut keeper = Command::new("unshare")
            .args([
                options,
                "--propagation",
                "private",
                "sh",
                "-c",
                SCRIPT,
                "sh",
            ])
            .arg(mounted_on.path())
            .arg(bytes.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("no private file system can be made: unshare: {error}"))?;
        let mut said = String::new();
        let mut out = BufReader::new(keeper.stdout.take().unwrap());
        out.read_line(&mut said).unwrap();
        let inside = mounted_on.path().strip_prefix("/").unwrap();
        let path = PathBuf::from(format!("/proc/{}/root", keeper.id())).join(inside);
        if said.trim() == "mounted" && fs::metadata(&path).is_ok() {
            return Ok(Self {
                keeper,
                path,
                mounted_on,
            });
        }
        let ended = keeper.wait_with_output().unwrap();
        let why = String::from_utf8_lossy(&ended.stderr);
        let why = why.lines().next().unwrap_or("it can't be reached");
        Err(format!("no private file system can be made: {why}"))
    }

    /// Where it is, for a program that runs in there.
    pub fn path(&self) -> &Path {
        self.mounted_on.path()
    }

    /// The words before a command that is to run in there.
    pub fn entrance(&self) -> Vec<String> {
        let keeper = self.keeper.id().to_string();
        let mut words = vec!["nsenter", "-t", &keeper, "-m"];
        if !rustix::process::geteuid().is_root() {
            words.extend(["-U", "--preserve-credentials"]);
        }
        words.into_iter().map(str::to_owned).collect()
    }

    /// Where a path in there is, seen from outside; `SQLite` can't be told of it, since it follows the links in it.
    pub fn outside(&self, path: &Path) -> PathBuf {
        let below = path.strip_prefix(self.path()).unwrap();
        self.path.join(below)
    }

    fn filler(&self) -> PathBuf {
        self.path.join("filler")
    }

    /// Fills it up, but for so many bytes.
    pub fn fill(&self, left: u64) {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.filler())
            .unwrap();
        for step in [STEP, 1 << 12, 64] {
            let zeros = vec![0; step];
            while file.write_all(&zeros).is_ok() {}
        }
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(left)).unwrap();
    }

    /// Gives the space back.
    pub fn free(&self) {
        File::create(self.filler()).unwrap();
    }
}
