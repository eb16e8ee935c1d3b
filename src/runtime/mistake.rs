//! Mistakes of the program itself: a panic in any of its threads and tasks.
//!
//! The terminal is given back, one sentence says what happened and where the details lie, and everything else goes to the
//! log file. Nobody lives on as if nothing had happened: the screen and the servers listen to [`happened`] and end, once
//! what is on its way is finished and recorded.

use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::FutureExt as _;
use tokio::sync::Notify;

use super::terminal;
use crate::domain::text::shown;

/// Whether there was one.
static HAPPENED: AtomicBool = AtomicBool::new(false);

/// Told of each.
static TOLD: Notify = Notify::const_new();

/// The log file, where it can be written.
static DETAILS: OnceLock<PathBuf> = OnceLock::new();

/// Takes the place of Rust's own words on a panic.
pub fn install() {
    static INSTALLED: std::sync::Once = std::sync::Once::new();
    INSTALLED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let is_first = !HAPPENED.swap(true, Ordering::SeqCst);
            let had_screen = terminal::give_back();
            let trace = std::backtrace::Backtrace::capture();
            tracing::error!(%panic, %trace, "panic");
            if is_first {
                let _ = writeln!(io::stderr(), "{}", words(panic, had_screen));
            }
            // Whoever asks for more (RUST_BACKTRACE) gets it.
            if trace.status() == std::backtrace::BacktraceStatus::Captured {
                before(panic);
            }
            TOLD.notify_one();
        }));
    });
}

/// Says where the details lie.
pub fn details_in(log: &Path) {
    let _ = DETAILS.set(log.to_owned());
}

/// Whether a thread or task of the program has panicked.
pub fn has_happened() -> bool {
    HAPPENED.load(Ordering::SeqCst)
}

/// Returns once that is so.
pub async fn happened() {
    let told = TOLD.notified();
    if !has_happened() {
        told.await;
    }
}

/// Does the work; `None` where it panicked.
pub async fn caught<T>(work: impl Future<Output = T>) -> Option<T> {
    AssertUnwindSafe(work).catch_unwind().await.ok()
}

/// What happened, where, what becomes of what is under way, and where to look, for a person.
fn words(panic: &PanicHookInfo<'_>, had_screen: bool) -> String {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("a thread without a name");
    let place = panic.location().map_or_else(
        || "a place that is not known".to_owned(),
        ToString::to_string,
    );
    let said = panic
        .payload_as_str()
        .map_or_else(String::new, |said| format!(": {}", shown(said)));
    let what = format!("({}, at {place}{said})", shown(name));
    let details = DETAILS.get().map_or_else(String::new, |log| {
        format!(" Details are in {}.", shown(&log.display().to_string()))
    });
    if had_screen {
        format!(
            "mylink has made a mistake of its own and ends {what}. What was on its way is finished and recorded: mylink log.{details} Please report it."
        )
    } else {
        format!(
            "mylink: something went wrong inside {what}. What was sent is in: mylink log.{details} Please report it."
        )
    }
}
