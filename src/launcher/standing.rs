//! How a broadcast stands in the journal: what blocks a launch of it, and what would be a repeat.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Launcher, Prepared};
use crate::domain::bounds::Bounds;
use crate::domain::launch::LaunchRecord;
use crate::domain::payload::Payload;
use crate::domain::waiting::WaitingLaunch;
use crate::store::journal::{LaunchFilter, WaitingFilter};
use crate::store::{Journal, SqliteJournal, StoreError};

/// What is asked of the journal before a launch, while the broadcast's lock is held.
pub(super) struct Question {
    bot: String,
    broadcast: String,
    bodies: Vec<String>,
    plan: Texts,
    since: Timestamp,
    /// Whether launches that died may be ended.
    may_write: bool,
}

/// What the journal answers.
pub(super) struct Standing {
    /// An unknown launch that nobody settled.
    pub(super) blocking: Option<LaunchRecord>,
    /// A launch of one of the same bodies within the repeat window.
    pub(super) same: Option<LaunchRecord>,
    /// A launch of the same plan within the repeat window, whatever its calls were: a suppression list or a limit
    /// changed, and the same targets are cut into other bodies.
    pub(super) same_plan: Option<LaunchRecord>,
    /// A launch of one of the same bodies, or of the same plan, that waits for its time.
    pub(super) waiting: Option<WaitingLaunch>,
    /// The id of the newest launch.
    pub(super) last: Option<String>,
}

impl Question {
    /// What a launch of this asks.
    pub(super) fn of(prepared: &Prepared, launcher: &Launcher) -> Self {
        Self {
            bot: prepared.bot.key.clone(),
            broadcast: prepared.broadcast.id.clone(),
            bodies: prepared.preview.calls.iter().map(Payload::sha256).collect(),
            plan: Texts::of(prepared),
            since: repeats_since(Timestamp::now(), launcher.repeat_window),
            may_write: !launcher.gate.readonly,
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
            if launch.bot.id == self.bot && self.may_write {
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
            waiting: self.waiting(journal)?,
            same_plan: self.plan.launched(journal, &self.broadcast, self.since)?,
            last: last_launch(journal, &self.broadcast)?,
        })
    }

    /// What waits to go to the same broadcast with the same bytes, or by the same plan.
    fn waiting(&self, journal: &SqliteJournal) -> Result<Option<WaitingLaunch>, StoreError> {
        for waiting in waiting_for(journal, &self.bot, &self.broadcast)? {
            let is_same = |sha256: &String| self.bodies.contains(sha256);
            if waiting.calls.iter().any(|call| is_same(&call.sha256))
                || self.plan.is(&journal.one_waiting(&waiting.id)?.plan)
            {
                return Ok(Some(waiting));
            }
        }
        Ok(None)
    }
}

/// A plan as it may stand in the record: it may call its broadcast by id or name, and its bot too, or not at all; what
/// follows is the same. A list of targets may be large, so that is held once.
struct Texts {
    heads: Vec<String>,
    tail: String,
}

impl Texts {
    fn of(prepared: &Prepared) -> Self {
        let (plan, bot, broadcast) = (&prepared.plan, &prepared.bot, &prepared.broadcast);
        let mut text = plan.to_json();
        let own = head(&plan.broadcast, plan.bot.as_deref());
        let tail = text.split_off(text.len().min(own.len()));
        let mut heads = vec![text];
        for called in [&broadcast.id, &broadcast.name] {
            for bot in [None, Some(bot.key.as_str()), Some(bot.name.as_str())] {
                heads.push(head(called, bot));
            }
        }
        heads.sort_unstable();
        heads.dedup();
        Self { heads, tail }
    }

    /// Whether a text of the record is this plan.
    fn is(&self, text: &str) -> bool {
        let head = text.strip_suffix(&self.tail);
        head.is_some_and(|head| self.heads.iter().any(|own| own == head))
    }

    /// The newest launch of it since a time that may have arrived.
    fn launched(
        &self,
        journal: &SqliteJournal,
        broadcast: &str,
        since: Timestamp,
    ) -> Result<Option<LaunchRecord>, StoreError> {
        let filter = LaunchFilter {
            broadcast: Some(broadcast.to_owned()),
            since: Some(since),
            limit: Some(1),
        };
        if journal.launches(&filter)?.is_empty() {
            return Ok(None);
        }
        journal.same_plan(broadcast, &self.heads, &self.tail, since)
    }
}

/// How a plan's text begins.
fn head(broadcast: &str, bot: Option<&str>) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let bot = bot.map_or_else(String::new, |bot| format!(",\"bot\":{}", text(bot)));
    format!("{{\"broadcast\":{}{bot}", text(broadcast))
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

/// The launches of a bot's broadcast that wait for their time, soonest first.
///
/// # Errors
/// Those of the journal.
pub fn waiting_for(
    journal: &SqliteJournal,
    bot: &str,
    broadcast: &str,
) -> Result<Vec<WaitingLaunch>, StoreError> {
    let filter = WaitingFilter {
        broadcast: Some(broadcast.to_owned()),
        with_ended: false,
    };
    let mut found = journal.all_waiting(&filter)?;
    found.retain(|waiting| waiting.is_waiting() && waiting.bot.id == bot);
    Ok(found)
}

/// How many contacts the newest launch of a bot's broadcast was to reach, of those that have or may have arrived: its
/// count, and as many as are on its record where it may have been more.
///
/// # Errors
/// Those of the journal.
pub fn last_count(
    journal: &SqliteJournal,
    bot: &str,
    broadcast: &str,
) -> Result<Bounds, StoreError> {
    let filter = LaunchFilter {
        broadcast: Some(broadcast.to_owned()),
        limit: Some(100),
        ..LaunchFilter::default()
    };
    let launches = journal.launches(&filter)?;
    let arrived = launches
        .iter()
        .find(|launch| launch.bot.id == bot && launch.may_have_arrived());
    let Some((launch, targets)) = arrived.and_then(|launch| Some((launch, launch.targets?))) else {
        return Ok(Bounds::NOT_KNOWN);
    };
    let recorded = journal.contacts(&launch.id)?;
    let recorded = recorded.iter().map(Vec::len).sum::<usize>() as u64;
    Ok(Bounds {
        least: targets,
        most: Some(targets.max(recorded)),
    })
}

/// From when on a launch counts as a repeat.
pub fn repeats_since(now: Timestamp, repeat_window: Duration) -> Timestamp {
    SignedDuration::try_from(repeat_window)
        .ok()
        .and_then(|window| now.checked_sub(window).ok())
        .unwrap_or(Timestamp::MIN)
}
