//! Signals that ask a verb to end. From [`Signals::listen`] on they end nothing by themselves: a launch in flight is
//! finished and recorded.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::exit::Failure;

/// SIGINT, SIGTERM, SIGQUIT and, where asked for, SIGHUP.
pub struct Signals(Vec<(SignalKind, Signal)>);

/// What a signal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caught {
    /// The terminal, or the connection to it, is gone: nobody's word.
    HangUp,
    /// Somebody asks for it.
    Word,
}

/// Makes a file that grows over the system's limit an error of the write, which is reported like a full disk: by itself
/// the signal ends the program in the middle of a launch. Where it can't be listened to, that stays so.
pub fn without_file_size_limit() -> Option<Signal> {
    signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw())).ok()
}

/// Whether SIGHUP is ignored, as Linux tells it; elsewhere it is taken that it isn't.
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Signals are numbered from 1, and SIGHUP is the first.
    ignored.is_some_and(|mask| mask & 1 == 1)
}

impl Signals {
    /// Takes the signals over from the system that ask to end: SIGHUP only where it is asked for.
    ///
    /// # Errors
    /// Where the system refuses a handler.
    pub fn listen(with_hangup: bool) -> Result<Self, Failure> {
        let mut kinds = vec![
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::quit(),
        ];
        kinds.extend(with_hangup.then(SignalKind::hangup));
        Self::to(kinds)
    }

    /// As [`Signals::listen`] with SIGHUP, but for where this process was started to ignore that: `nohup` means that it
    /// goes on when the connection ends.
    ///
    /// # Errors
    /// Where the system refuses a handler.
    pub fn listen_unless_ignored() -> Result<Self, Failure> {
        Self::listen(!ignores_hangup())
    }

    /// Hears that this process goes on after it was stopped (ctrl-Z, then `fg`).
    ///
    /// # Errors
    /// Where the system refuses a handler.
    pub fn listen_to_continue() -> Result<Self, Failure> {
        let continued = rustix::process::Signal::CONT.as_raw();
        Self::to(vec![SignalKind::from_raw(continued)])
    }

    fn to(kinds: Vec<SignalKind>) -> Result<Self, Failure> {
        let streams = kinds.into_iter();
        streams
            .map(|kind| Ok((kind, signal(kind)?)))
            .collect::<std::io::Result<_>>()
            .map(Self)
            .map_err(|error| Failure::local(format!("Signals can't be listened to: {error}.")))
    }

    /// Waits for one of them; says what it is.
    pub async fn caught(&mut self) -> Caught {
        let streams = self.0.iter_mut();
        let streams = streams.map(|(kind, stream)| {
            Box::pin(async move {
                stream.recv().await;
                *kind
            })
        });
        let (kind, ..) = futures_util::future::select_all(streams).await;
        if kind == SignalKind::hangup() {
            Caught::HangUp
        } else {
            Caught::Word
        }
    }
}
