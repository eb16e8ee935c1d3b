//! A user's folders, of a journey's own: nothing of the real ones is read, nothing is left behind.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use mylink_console::store::Cache;
use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::terminal::{DEADLINE, Size, Terminal};

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_mylink");

/// Configuration and data folders that vanish at the end.
pub struct Home {
    folder: TempDir,
}

impl Home {
    /// Makes empty folders.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// What the program reads of its environment.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        let below = |name| self.folder.path().join(name);
        vec![
            ("HOME", below("home")),
            ("XDG_CONFIG_HOME", below("config")),
            ("XDG_DATA_HOME", below("data")),
            ("TERM", "xterm-256color".into()),
            ("LANG", "C.UTF-8".into()),
            ("TZ", "UTC".into()),
        ]
    }

    /// The folder of the built-in sandbox.
    pub fn sandbox(&self) -> PathBuf {
        self.folder.path().join("data/mylink-console/sandbox")
    }

    /// Reads a file of that folder.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// Waits until a draft on the disk holds a text.
    pub fn wait_for_draft(&self, text: &str) {
        let cache = self
            .folder
            .path()
            .join("data/mylink-console/sandbox/cache.db");
        let deadline = Instant::now() + DEADLINE;
        loop {
            let drafts = Cache::open(&cache)
                .and_then(|cache| cache.drafts())
                .unwrap();
            if drafts.iter().any(|draft| draft.plan.contains(text)) {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "no draft holds {text}: {drafts:?}"
            );
            std::thread::yield_now();
        }
    }

    /// Writes the configuration file.
    pub fn configure(&self, text: &str) {
        let folder = self.folder.path().join("config/mylink-console");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("config.toml");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// The program with arguments, in these folders and with nothing else of this process's environment.
    pub fn command(&self, arguments: &[&str]) -> CommandBuilder {
        let mut command = CommandBuilder::new(PROGRAM);
        command.env_clear();
        command.cwd(self.folder.path());
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command.args(arguments);
        command
    }

    /// The program without a terminal, in these folders.
    pub fn verb(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .env_clear()
            .envs(self.environment())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Writes a file that may be run, and gives its path.
    pub fn script(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
        file
    }

    /// A path in the folder of this journey.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Saves the text of a plan by a name.
    pub fn save_plan(&self, name: &str, text: &str) {
        let folder = self.sandbox().join("plans");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.json")), text).unwrap();
    }

    /// Starts the screen with an editor of the operator's.
    pub fn console_with_editor(&self, size: Size, editor: &str) -> Terminal {
        let mut command = self.command(&[]);
        command.env("EDITOR", editor);
        Terminal::start(size, command)
    }

    /// Writes a file into the folder that the program is started in.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Starts the screen with arguments.
    pub fn console_with(&self, size: Size, arguments: &[&str]) -> Terminal {
        Terminal::start(size, self.command(arguments))
    }

    /// Starts the screen.
    pub fn console(&self, size: Size) -> Terminal {
        Terminal::start(size, self.command(&[]))
    }
}
