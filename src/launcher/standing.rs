//! How a broadcast stands in the journal: what blocks a launch of it, and what would be a repeat.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Prepared;
use crate::domain::launch::LaunchRecord;
use crate::domain::payload::Payload;
use crate::store::journal::LaunchFilter;
use crate::store::{Journal, SqliteJournal, StoreError};

/// What is asked of the journal before a launch, while the broadcast's lock is held.
pub(super) struct Question {
    bot: String,
    broadcast: String,
    bodies: Vec<String>,
    since: Timestamp,
}

/// What the journal answers.
pub(super) struct Standing {
    /// An unknown launch that nobody settled.
    pub(super) blocking: Option<LaunchRecord>,
    /// A launch of one of the same bodies within the repeat window.
    pub(super) same: Option<LaunchRecord>,
    /// The id of the newest launch.
    pub(super) last: Option<String>,
}

impl Question {
    /// What a launch of this asks.
    pub(super) fn of(prepared: &Prepared, repeat_window: Duration) -> Self {
        Self {
            bot: prepared.bot.key.clone(),
            broadcast: prepared.broadcast.id.clone(),
            bodies: prepared.preview.calls.iter().map(Payload::sha256).collect(),
            since: repeats_since(Timestamp::now(), repeat_window),
        }
    }

    /// Launches that died in the middle are ended first: no other process is sending, since the lock is ours. It is
    /// the lock of this bot's broadcast alone, so a broadcast of the same id elsewhere is left to whoever gets its lock.
    ///
    /// # Errors
    /// Those of the journal.
    pub(super) fn ask(&self, journal: &mut SqliteJournal) -> Result<Standing, StoreError> {
        let is_ours = |launch: &LaunchRecord| launch.broadcast.id == self.broadcast;
        for launch in journal.sending()?.iter().filter(|launch| is_ours(launch)) {
            if launch.bot.id == self.bot {
                journal.mark_died(&launch.id, Timestamp::now())?;
            }
        }
        let blocking = journal.unsettled()?.into_iter().find(is_ours);
        let mut same = None;
        for body in &self.bodies {
            same = same.or(journal.same_body(&self.broadcast, body, self.since)?);
        }
        Ok(Standing {
            blocking,
            same,
            last: last_launch(journal, &self.broadcast)?,
        })
    }
}

/// The id of a broadcast's newest launch.
///
/// # Errors
/// Those of the journal.
pub fn last_launch(journal: &SqliteJournal, broadcast: &str) -> Result<Option<String>, StoreError> {
    let filter = LaunchFilter {
        broadcast: Some(broadcast.to_owned()),
        limit: Some(1),
        ..LaunchFilter::default()
    };
    Ok(journal.launches(&filter)?.pop().map(|launch| launch.id))
}

/// How many contacts the newest launch of a bot's broadcast was to reach, of those that have or may have arrived.
///
/// # Errors
/// Those of the journal.
pub fn last_count(
    journal: &SqliteJournal,
    bot: &str,
    broadcast: &str,
) -> Result<Option<u64>, StoreError> {
    let filter = LaunchFilter {
        broadcast: Some(broadcast.to_owned()),
        limit: Some(100),
        ..LaunchFilter::default()
    };
    let launches = journal.launches(&filter)?;
    let arrived = launches
        .iter()
        .find(|launch| launch.bot.id == bot && launch.may_have_arrived());
    Ok(arrived.and_then(|launch| launch.targets))
}

/// From when on a launch counts as a repeat.
pub fn repeats_since(now: Timestamp, repeat_window: Duration) -> Timestamp {
    SignedDuration::try_from(repeat_window)
        .ok()
        .and_then(|window| now.checked_sub(window).ok())
        .unwrap_or(Timestamp::MIN)
}
