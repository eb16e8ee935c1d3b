//! Launches that are given a time, under a clock that is moved by hand.

mod changed;
mod confirmed;
mod due;
mod in_order;
mod kept;
mod missed;
mod served;
pub mod serving;
mod started;
mod taken_back;

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::launch::LaunchRecord;
use mylink_console::domain::problem::Surface;
use mylink_console::domain::waiting::{WaitingLaunch, WaitingState};
use mylink_console::launcher::{LaunchError, Stop, Until, Word};
use mylink_console::session::{Became, SessionError};
use mylink_console::store::journal::WaitingFilter;

use super::desk::{Desk, RED, accepting};
use crate::scripted::Scripted;

/// A desk before a server that accepts every launch.
pub async fn desk() -> (Scripted, Desk) {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    (server, desk)
}

/// As [`desk`], with a launch of [`RED`] that waits for an hour.
pub async fn one_that_waits() -> (Scripted, Desk, WaitingLaunch) {
    let (server, desk) = desk().await;
    let waiting = desk.wait(RED).await;
    (server, desk, waiting)
}

/// An hour from now.
pub fn in_an_hour() -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(1)
}

pub fn until(due: Timestamp) -> Until {
    Until {
        due: due.to_zoned(TimeZone::UTC),
        expect: None,
        surface: Surface::Console,
    }
}

/// In an hour, where the count is in this range then.
pub fn expecting(range: Option<&str>) -> Until {
    Until {
        expect: range.map(|range| range.parse().unwrap()),
        ..until(in_an_hour())
    }
}

pub fn again() -> Word {
    Word {
        again: true,
        ..Word::default()
    }
}

/// The number of targets, typed.
pub fn number(number: u64) -> Word {
    Word {
        number: Some(number),
        ..Word::default()
    }
}

/// A clock that shows so many seconds after `due`: those that are in `late`.
pub fn late_by(due: Timestamp, late: &AtomicI64) -> impl Fn() -> Timestamp + Copy + Send + Sync {
    move || due + SignedDuration::from_secs(late.load(Ordering::SeqCst))
}

/// A clock that shows `due` at the first look, and goes on by so many seconds with each.
pub fn running(due: Timestamp, seconds: i64) -> impl Fn() -> Timestamp + Send + Sync {
    let late = AtomicI64::new(0);
    move || due + SignedDuration::from_secs(late.fetch_add(seconds, Ordering::SeqCst))
}

/// What was launched.
pub fn launched(became: Became) -> LaunchRecord {
    match became {
        Became::Launched(record) => *record,
        other => panic!("it did not start: {other:?}"),
    }
}

/// Why it was missed.
pub fn missed(became: Became) -> String {
    ended(became, WaitingState::Missed).end.unwrap().reason
}

fn ended(became: Became, state: WaitingState) -> WaitingLaunch {
    match became {
        Became::Ended(ended) if ended.state() == state => *ended,
        other => panic!("it is not {state:?}: {other:?}"),
    }
}

impl Desk {
    /// Lets a plan wait for a time.
    pub async fn wait_with(
        &self,
        plan: &str,
        word: Word,
        until: Until,
    ) -> Result<WaitingLaunch, LaunchError> {
        let prepared = self.prepare(plan).await;
        let client = self.session.client().await.unwrap();
        let launcher = &self.session.launcher;
        launcher.hold(&client, &prepared, word, until).await
    }

    /// Lets a plan wait for an hour.
    pub async fn wait(&self, plan: &str) -> WaitingLaunch {
        let until = until(in_an_hour());
        self.wait_with(plan, Word::default(), until).await.unwrap()
    }

    /// Lets a plan wait until then, whatever waits already.
    pub async fn wait_until(&self, plan: &str, due: Timestamp) -> WaitingLaunch {
        self.wait_with(plan, again(), until(due)).await.unwrap()
    }

    /// As [`Desk::wait_until`], for so many milliseconds.
    pub async fn wait_for_a(&self, plan: &str, millis: i64) -> WaitingLaunch {
        let soon = Timestamp::now() + SignedDuration::from_millis(millis);
        self.wait_until(plan, soon).await
    }

    /// Looks at a waiting launch by a clock.
    pub async fn look_by(
        &self,
        waiting: &WaitingLaunch,
        clock: impl Fn() -> Timestamp + Send + Sync,
    ) -> Result<Became, SessionError> {
        let (session, stop) = (&self.session, Stop::default());
        session
            .start_waiting(&waiting.id, &stop, clock, |_, _| {})
            .await
    }

    /// Looks at a waiting launch, when it is `late` after its time.
    pub async fn look(&self, waiting: &WaitingLaunch, late: SignedDuration) -> Became {
        let at = waiting.due_at + late;
        self.look_by(waiting, || at).await.unwrap()
    }

    pub async fn at_its_time(&self, waiting: &WaitingLaunch) -> Became {
        self.look(waiting, SignedDuration::ZERO).await
    }

    /// Starts one at its time, which is expected to be refused; gives the reason.
    pub async fn refused(&self, waiting: &WaitingLaunch) -> String {
        let refused = ended(self.at_its_time(waiting).await, WaitingState::Refused);
        assert!(refused.is_unseen());
        refused.end.unwrap().reason
    }

    pub async fn all_waiting(&self) -> Vec<WaitingLaunch> {
        let filter = WaitingFilter {
            with_ended: true,
            ..WaitingFilter::default()
        };
        self.session.waiting(filter).await.unwrap()
    }

    pub fn configuration(&self) -> PathBuf {
        self.data().with_file_name("config.toml")
    }

    /// The journal's copy.
    pub fn copy(&self) -> PathBuf {
        self.journal().with_extension("jsonl")
    }
}
