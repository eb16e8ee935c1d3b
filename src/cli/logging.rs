//! The log file: what went wrong, for whoever looks into it later. Never the screen, never a secret.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::filter::LevelFilter;

use crate::config::{Environment, Paths};

/// A log longer than this is set aside at the start; one older log is kept.
const MOST_BYTES: u64 = 10_000_000;

/// Begins to log into the data folder; `MYLINK_LOG` is the level (`error`, `warn`, `info`, `debug`), `warn` by default.
///
/// A log that can't be written is no reason not to work: a launch is on the record in the journal, not here.
/// Nor is one that takes no more, on a full disk for one: nothing is said of that on stderr, where the screen is.
/// Returns whether there is a log.
pub fn start(paths: &Paths, environment: &Environment) -> bool {
    let level = environment
        .text("MYLINK_LOG")
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::WARN);
    let Ok(file) = open(&paths.log_file()) else {
        return false;
    };
    let log = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(level)
        .log_internal_errors(false)
        .with_writer(Mutex::new(file));
    tracing::subscriber::set_global_default(log.finish()).is_ok()
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > MOST_BYTES) {
        fs::rename(path, path.with_extension("log.1"))?;
    }
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
}
