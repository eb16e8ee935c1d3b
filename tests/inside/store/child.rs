//! A second process for tests: this test binary again, told by an environment variable which part to play.
//!
//! The part is a test of its own that does nothing in an ordinary run. What it says on its standard error, line by
//! line, is what it has done so far.

use std::io::{BufRead, BufReader, ErrorKind, Lines, Write as _};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

const FOLDER: &str = "MYLINK_TEST_CHILD_FOLDER";

/// The folder that a part works in, where this process was started to play one.
pub fn folder_of_the_part() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Says that a step is done, in one piece: who is killed while saying it has said all or nothing.
pub fn say(step: &str) {
    let line = format!("did {step}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

/// Waits for the end: the parent kills this process, or its own end closes the pipe that is read here.
pub fn wait_for_the_end() {
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// A process that plays a part; killed when it is dropped.
pub struct Part {
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
}

impl Part {
    /// Starts the test `name` (its path in this binary) in another process.
    pub fn start(name: &str, folder: &Path) -> Self {
        Self::of(Self::command(name, folder).spawn().unwrap())
    }

    /// As [`Part::start`]; where this process is the superuser's, the other is `user`'s. `None` where that user may
    /// not even read this binary.
    pub fn start_as(name: &str, folder: &Path, user: u32) -> Option<Self> {
        let mut command = Self::command(name, folder);
        if rustix::process::getuid().is_root() {
            command.uid(user).gid(user);
        }
        match command.spawn() {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => None,
            child => Some(Self::of(child.unwrap())),
        }
    }

    /// As [`Part::start`]; a file that grows beyond its limit is an error for it, not its end.
    pub fn start_with_limits(name: &str, folder: &Path) -> Self {
        let whole = Self::command(name, folder);
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .arg(whole.get_program())
            .args(whole.get_args())
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        Self::of(command.spawn().unwrap())
    }

    fn command(name: &str, folder: &Path) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    fn of(mut child: Child) -> Self {
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, lines }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the part has done `step`; everything that it did until then.
    pub fn until(&mut self, step: &str) -> Vec<String> {
        let mut done = Vec::new();
        for line in self.lines.by_ref() {
            let line = line.unwrap();
            done.extend(line.strip_prefix("did ").map(str::to_owned));
            if done.last().is_some_and(|last| last == step) {
                return done;
            }
        }
        panic!("the part ended before it did {step:?}; it did {done:?}");
    }

    /// Kills it (SIGKILL) and returns what else it did before that.
    pub fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let did = |line: String| line.strip_prefix("did ").map(str::to_owned);
        self.lines
            .by_ref()
            .map_while(Result::ok)
            .filter_map(did)
            .collect()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// From now on no file of this process may grow beyond so many bytes.
pub fn limit_files(bytes: u64) {
    let limit = rustix::process::Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    rustix::process::setrlimit(rustix::process::Resource::Fsize, limit).unwrap();
}
