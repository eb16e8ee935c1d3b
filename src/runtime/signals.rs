//! Signals as messages. A launch in flight is finished and recorded before any of them ends the program.
//!
//! A connection that drops is heard of as SIGHUP, or as a terminal that is gone. One that falls silent is heard of by
//! nobody here: no signal comes before sshd (`ClientAliveInterval`) or the system's TCP gives it up, and what is written
//! waits in the terminal's buffer. The launch doesn't wait for that: its outcome is recorded apart from the screen, and
//! the console ends, or takes a signal, as soon as it is told to.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::UnboundedSender;

use super::terminal;
use crate::fault;

/// After so long a terminal that doesn't take what is written is not waited for.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// End, with this exit code (128 + the signal's number).
    End(u8),
    /// The terminal has another size.
    Resize,
    /// Stop until continued.
    Suspend,
    /// Go on after a stop, of which nothing may have been heard before.
    Continue,
}

/// Listens to signals until nobody reads them any more.
///
/// # Errors
/// Where the system refuses a handler.
pub fn listen(send: &UnboundedSender<Asked>) -> io::Result<()> {
    let kinds = [
        (SignalKind::terminate(), Asked::End(143)),
        (SignalKind::hangup(), Asked::End(129)),
        (SignalKind::interrupt(), Asked::End(130)),
        (SignalKind::quit(), Asked::End(131)),
        (SignalKind::window_change(), Asked::Resize),
        (
            SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()),
            Asked::Suspend,
        ),
        (
            SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()),
            Asked::Continue,
        ),
    ];
    for (kind, asked) in kinds {
        let mut stream = signal(kind)?;
        let send = send.clone();
        tokio::spawn(async move {
            while stream.recv().await.is_some() {
                fault::point("signal");
                if send.send(asked).is_err() {
                    return;
                }
                if matches!(asked, Asked::End(_)) {
                    tokio::spawn(insist());
                }
            }
        });
    }
    Ok(())
}

/// Sees to it that a loop that is stuck in writing to the terminal comes to hear of the signal.
async fn insist() {
    loop {
        tokio::time::sleep(PATIENCE).await;
        if terminal::is_given_back() {
            return;
        }
        terminal::unblock();
        // The write sleeps on until a signal wakes it up; this one asks for nothing new.
        let _ = rustix::process::kill_process(
            rustix::process::getpid(),
            rustix::process::Signal::WINCH,
        );
    }
}

/// Stops this process as SIGTSTP would have, until somebody continues it.
pub fn stop_here() {
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}
