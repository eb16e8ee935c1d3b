//! What the log lists: launches, and those that wait for their time or were never sent.

use jiff::Timestamp;

use crate::domain::launch::LaunchRecord;
use crate::domain::waiting::{Timing, WaitingLaunch, WaitingState};
use crate::ui::widgets::outcome;

/// A row of the log.
#[derive(Clone, Copy)]
pub(super) enum Entry<'a> {
    /// A launch.
    Launch(&'a LaunchRecord),
    /// One that waits, or was missed, refused or taken back.
    Waiting(&'a WaitingLaunch),
}

impl<'a> Entry<'a> {
    /// The launch, where it is one.
    pub(super) fn launch(self) -> Option<&'a LaunchRecord> {
        match self {
            Self::Launch(launch) => Some(launch),
            Self::Waiting(_) => None,
        }
    }

    /// The newest comes first: what is still to come before all.
    pub(super) fn at(self) -> Timestamp {
        match self {
            Self::Launch(launch) => launch.started_at,
            Self::Waiting(waiting) => waiting.stands_at(),
        }
    }

    /// What a filter looks into: names, who, what became of it, id.
    pub(super) fn searched(self, now: Timestamp) -> String {
        match self {
            Self::Launch(launch) => [
                launch.broadcast.name.as_str(),
                &launch.operator,
                outcome::plain(launch.outcome),
                outcome::short(launch),
                &launch.id,
            ]
            .join("\n"),
            Self::Waiting(waiting) => [
                waiting.broadcast.name.as_str(),
                &waiting.operator,
                state(waiting, now).plain(),
                &waiting.id,
            ]
            .join("\n"),
        }
    }
}

/// What became of it; one whose time is over is missed, noted or not.
pub(super) fn state(waiting: &WaitingLaunch, now: Timestamp) -> WaitingState {
    if waiting.is_waiting() && waiting.timing(now) == Timing::Late {
        return WaitingState::Missed;
    }
    waiting.state()
}
