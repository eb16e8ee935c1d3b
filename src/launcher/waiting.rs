//! Launches that are given a time: confirmed now, kept on the record, and started at their time through the very same
//! gates, lock and journal as any other.
//!
//! ```text
//! confirmed ─gates→ waiting ─its time→ gates anew ─what was reviewed is the same→ lock ─→ armed ─→ as every launch
//! ```

mod moved;

use jiff::{SignedDuration, Timestamp, Zoned};
use uuid::Uuid;

use super::{
    LaunchError, Launcher, Prepared, Stop, Word, calls, check_host, hook, host, named, review,
    suppressed, waiting_for,
};
use crate::domain::due;
use crate::domain::expect::Expected;
use crate::domain::launch::LaunchRecord;
use crate::domain::payload::Payload;
use crate::domain::plan::Plan;
use crate::domain::problem::Surface;
use crate::domain::waiting::{
    Given, Timing, WaitingCall, WaitingEnd, WaitingLaunch, WaitingState, countdown,
};
use crate::platform::Client;
use crate::store::journal::WaitingFilter;
use crate::store::{Journal, StoreError};

/// Until when a launch is to wait, and what it is held against then.
#[derive(Debug, Clone)]
pub struct Until {
    /// Its time, in the zone that it was given in.
    pub due: Zoned,
    /// Within this range the count may change meanwhile.
    pub expect: Option<Expected>,
    /// On whose behalf.
    pub surface: Surface,
}

/// One that waits and is served now, with the wall clock that its time is held against.
#[derive(Clone, Copy)]
pub struct Served<'a> {
    /// The launch.
    pub waiting: &'a WaitingLaunch,
    /// The wall clock.
    pub clock: &'a (dyn Fn() -> Timestamp + Send + Sync),
}

impl Served<'_> {
    /// Whether it is too late for it by now.
    pub fn is_late(&self) -> bool {
        self.waiting.timing((self.clock)()) == Timing::Late
    }

    /// Whether its time is not here (any more): the clock was set back.
    pub fn is_early(&self) -> bool {
        matches!(self.waiting.timing((self.clock)()), Timing::Early(_))
    }
}

/// Why a waiting launch did not start at its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotStarted {
    /// Another process holds the broadcast's lock: it may be starting this very launch.
    Locked(String),
    /// It is refused: a sentence.
    Refused(String),
    /// Its time was over before it could be armed.
    Late,
    /// The journal can't be written or read: nothing is known to have changed. A sentence.
    Local(String),
}

/// The plan of exactly the broadcast that was found for it, whatever is called so later.
pub fn pinned(prepared: &Prepared) -> Plan {
    Plan {
        broadcast: prepared.broadcast.id.clone(),
        bot: Some(prepared.bot.key.clone()),
        ..prepared.plan.clone()
    }
}

impl Launcher {
    /// Lets what was prepared wait for its time. Everything is asked of it that [`Launcher::launch`] would ask; the hold
    /// of a large launch is the waiting itself.
    ///
    /// # Errors
    /// Those of [`Launcher::launch`], and where the time is past or nearer than the hold: then nothing waits.
    pub async fn hold(
        &self,
        client: &Client,
        prepared: &Prepared,
        word: Word,
        until: Until,
    ) -> Result<WaitingLaunch, LaunchError> {
        self.check_word(prepared, &word)?;
        let asks = self.asks(prepared)?;
        let now = Timestamp::now();
        check_time(&until.due, now, asks.hold)?;
        if let Some(expected) = until.expect {
            let counted = prepared.preview.who.to_expect();
            expected.check(counted).map_err(LaunchError::Guard)?;
        }
        self.check(Some(client), prepared, word.again).await?;
        let (bot, broadcast) = (prepared.bot.key.clone(), prepared.broadcast.id.clone());
        let before = self
            .journal
            .run(move |journal| waiting_for(journal, &bot, &broadcast))
            .await
            .map_err(LaunchError::local)?;
        let waiting = self.waiting_launch(prepared, word, &until, now, before);
        let kept = waiting.clone();
        self.journal
            .run(move |journal| journal.hold(&kept))
            .await
            .map_err(LaunchError::local)?;
        Ok(waiting)
    }

    fn waiting_launch(
        &self,
        prepared: &Prepared,
        word: Word,
        until: &Until,
        now: Timestamp,
        before: Vec<WaitingLaunch>,
    ) -> WaitingLaunch {
        let count = prepared.preview.who.count();
        let before = before.into_iter().map(|waiting| waiting.id).collect();
        WaitingLaunch {
            id: Uuid::now_v7().to_string(),
            bot: named(&prepared.bot.key, &prepared.bot.name),
            broadcast: named(&prepared.broadcast.id, &prepared.broadcast.name),
            host: host(prepared),
            operator: self.operator.clone(),
            plan: pinned(prepared).to_json(),
            targets: count,
            confirmed_at: now,
            due_at: until.due.timestamp(),
            zone: due::zone(&until.due),
            moved: None,
            reviewed: review::parts(&self.profile, prepared, before),
            given: Given {
                number: word.number,
                name: word.name,
                again: word.again,
                expect: until.expect,
                as_integration: until.surface == Surface::Integration,
                reviewed_at: word.reviewed_at,
            },
            end: None,
            seen: None,
            calls: prepared
                .preview
                .calls
                .iter()
                .map(|call| waiting_call(call, count))
                .collect(),
        }
    }

    /// Starts a waiting launch whose time has come. `prepared` was made now, of its plan. What was done until then may
    /// have taken its time, so the clock is looked at once more while the lock is held, and before the first byte.
    ///
    /// # Errors
    /// [`NotStarted`]: nothing was sent, and it still stands as waiting. What is on the record as a launch comes back as
    /// `Ok`, whatever its outcome.
    pub async fn start_waiting(
        &self,
        client: &Client,
        prepared: Prepared,
        served: Served<'_>,
        stop: Stop,
        progress: impl Fn(usize, usize) + Send,
    ) -> Result<LaunchRecord, NotStarted> {
        let waiting = served.waiting;
        let foreseen = self.foreseen(waiting, prepared.last_launch.as_deref());
        self.check_unchanged(&prepared, waiting, foreseen.await?)?;
        let word = self.word_now(&prepared, waiting, stop);
        self.check_word(&prepared, &word)?;
        self.check_record().await?;
        check_host(client, hook(&prepared)?)?;
        let lock = self.lock_to_start(&prepared)?;
        self.check_journal(&prepared, word.again, false).await?;
        let prepared = suppressed::checked(&self.notebook, prepared).await?;
        if served.is_late() {
            return Err(NotStarted::Late);
        }
        if served.is_early() {
            return Err(NotStarted::Locked("The clock was set back.".to_owned()));
        }
        let started = calls::send(self, client, prepared, word, Some(served), progress);
        let result = started.await;
        drop(lock);
        Ok(result?)
    }

    /// Whether the broadcast's newest launch was foreseen when this one was confirmed: it was confirmed before it, to
    /// start at its time.
    async fn foreseen(
        &self,
        waiting: &WaitingLaunch,
        newest: Option<&str>,
    ) -> Result<bool, NotStarted> {
        let Some(newest) = newest.map(str::to_owned) else {
            return Ok(false);
        };
        if waiting.reviewed.before.contains(&newest) {
            return Ok(true);
        }
        let found = self
            .journal
            .run(move |journal| journal.one_waiting(&newest))
            .await;
        match found {
            Ok(other) => Ok(other.bot.id == waiting.bot.id
                && (other.confirmed_at, &other.id) < (waiting.confirmed_at, &waiting.id)),
            Err(StoreError::NoSuchLaunch { .. }) => Ok(false),
            Err(error) => Err(NotStarted::Local(error.to_string())),
        }
    }

    /// Whether everything that was reviewed is still so.
    fn check_unchanged(
        &self,
        prepared: &Prepared,
        waiting: &WaitingLaunch,
        is_newest_foreseen: bool,
    ) -> Result<(), NotStarted> {
        let expect = waiting.given.expect;
        if let Some(expected) = expect {
            let counted = prepared.preview.who.to_expect();
            expected.check(counted).map_err(NotStarted::Refused)?;
        }
        // What the plan's or the broadcast's errors say is clearer than that there is something new.
        self.asks(prepared)?;
        let mut now = review::parts(&self.profile, prepared, Vec::new());
        if is_newest_foreseen {
            now.last_launch.clone_from(&waiting.reviewed.last_launch);
        }
        let changes = review::changes(&waiting.reviewed, &now, expect.is_some());
        if changes.is_empty() {
            return Ok(());
        }
        Err(NotStarted::Refused(format!(
            "It is not what was confirmed any more: {}. Nothing was sent; review it again.",
            changes.join("; ")
        )))
    }

    /// The word that was given, of what there is now: where the count may drift, the number that was typed stands for
    /// the one inside the range.
    fn word_now(&self, prepared: &Prepared, waiting: &WaitingLaunch, stop: Stop) -> Word {
        let given = &waiting.given;
        let most = prepared.preview.who.bounds.most;
        let drifted = given.number.is_some() && given.expect.is_some();
        Word {
            hash: Some(review::hash(&self.profile, prepared)),
            number: if drifted { most } else { given.number },
            name: given.name.clone(),
            again: given.again,
            reviewed_at: given.reviewed_at,
            held: None,
            stop,
        }
    }

    fn lock_to_start(
        &self,
        prepared: &Prepared,
    ) -> Result<crate::store::BroadcastLock, NotStarted> {
        self.lock(prepared).map_err(|error| match error {
            LaunchError::Guard(message) => NotStarted::Locked(message),
            other => other.into(),
        })
    }

    /// Takes a waiting launch back; of one that was missed or refused it is noted that a person looked at it.
    ///
    /// # Errors
    /// [`StoreError::NotWaiting`] where it was started meanwhile, or taken back; those of the journal.
    pub async fn take_back(&self, id: &str) -> Result<WaitingLaunch, StoreError> {
        let (id, by) = (id.to_owned(), self.operator.clone());
        let at = Timestamp::now();
        self.journal
            .run(move |journal| {
                let waiting = journal.one_waiting(&id)?;
                if waiting.state().is_mishap() {
                    journal.see_waiting(&waiting.id, &by, at)?;
                } else {
                    let left = countdown(waiting.due_at.duration_since(at));
                    let end = WaitingEnd {
                        state: WaitingState::TakenBack,
                        at,
                        by,
                        reason: format!("It was taken back {left} before its time."),
                    };
                    journal.end_waiting(&waiting.id, &end)?;
                }
                journal.one_waiting(&waiting.id)
            })
            .await
    }

    /// Ends the waiting of a launch that does not start: missed, or refused with its reason.
    ///
    /// # Errors
    /// [`StoreError::NotWaiting`] where somebody was faster; those of the journal.
    pub async fn end_waiting(
        &self,
        id: &str,
        state: WaitingState,
        reason: String,
        at: Timestamp,
    ) -> Result<WaitingLaunch, StoreError> {
        let (id, by) = (id.to_owned(), self.operator.clone());
        self.journal
            .run(move |journal| {
                let end = WaitingEnd {
                    state,
                    at,
                    by,
                    reason,
                };
                journal.end_waiting(&id, &end)?;
                journal.one_waiting(&id)
            })
            .await
    }

    /// Launches that wait, soonest first, then those that were missed or refused and that nobody has looked at.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn waiting(&self, filter: WaitingFilter) -> Result<Vec<WaitingLaunch>, StoreError> {
        self.journal
            .run(move |journal| journal.all_waiting(&filter))
            .await
    }
}

fn check_time(due: &Zoned, now: Timestamp, hold: std::time::Duration) -> Result<(), LaunchError> {
    let left = due.timestamp().duration_since(now);
    let hold = SignedDuration::try_from(hold).unwrap_or(SignedDuration::MAX);
    if !left.is_positive() {
        return Err(LaunchError::Guard(format!(
            "{} is past by now. Nothing waits; give it another time.",
            due::moment(due)
        )));
    }
    if left < hold {
        return Err(LaunchError::Guard(format!(
            "{} is nearer than the hold of this profile, {} s. Nothing waits; give it a later time.",
            due::moment(due),
            hold.as_secs()
        )));
    }
    Ok(())
}

fn waiting_call(call: &Payload, count: Option<u64>) -> WaitingCall {
    let listed = call.targets.as_ref();
    WaitingCall {
        method: call.method.word().to_owned(),
        body: call.body.clone(),
        bytes: call.bytes(),
        sha256: call.sha256(),
        targets: listed.map_or(count, |list| Some(list.len() as u64)),
    }
}

impl From<LaunchError> for NotStarted {
    fn from(error: LaunchError) -> Self {
        match error {
            LaunchError::Plan(message) | LaunchError::Guard(message) => {
                let is_said = message.contains("Nothing was sent");
                let said = if is_said { "" } else { " Nothing was sent." };
                Self::Refused(format!("{message}{said}"))
            }
            LaunchError::Against(against) => {
                Self::Refused(format!("{} Nothing was sent.", against.what()))
            }
            LaunchError::Local(_) => Self::Local(error.to_string()),
        }
    }
}
