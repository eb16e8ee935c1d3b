//! Launches that wait for their time: what waits, and starting one of them when it has come.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Session, SessionError};
use crate::domain::launch::LaunchRecord;
use crate::domain::plan::Plan;
use crate::domain::waiting::{GRACE, Timing, WaitingLaunch, WaitingState};
use crate::launcher::{Launcher, NotStarted, Served, Stop};
use crate::store::journal::WaitingFilter;
use crate::store::serving::is_served;
use crate::store::{Journal, StoreError};

/// How long to wait for another process that launches the same broadcast, before looking again. Nothing was sent by
/// this one.
const BUSY: Duration = Duration::from_millis(250);

/// How long to wait for the turn of one that goes before.
const TURN: Duration = Duration::from_millis(50);

/// So long after the grace whoever serves is left to note that a launch was missed.
const THEIRS: SignedDuration = SignedDuration::from_secs(30);

/// Why one was not armed in time that was begun in time.
const TOO_SLOW: &str = "the machine slept, or what is done before the sending (the account key, the platform's answer, the contacts) took too long.";

/// What became of a waiting launch that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// Its time has not come (any more: the clock may have been set back).
    NotYet,
    /// It was launched by this process; what became of it is on the record.
    Launched(Box<LaunchRecord>),
    /// This process found it missed, or refused it.
    Ended(Box<WaitingLaunch>),
    /// Somebody else was faster: started it, or took it back.
    Elsewhere(Box<WaitingLaunch>),
}

/// Why a launch whose time has come does not start yet: it is the reason on the record where that lasts too long.
pub(super) struct HeldUp<'a> {
    /// The newest reason.
    pub(super) why: Mutex<Option<String>>,
    /// Gets each reason once.
    pub(super) tell: &'a (dyn Fn(&str) + Send + Sync),
}

impl HeldUp<'_> {
    /// Notes a reason; `is_told` where it is to be told too.
    pub(super) fn note(&self, why: &str, is_told: bool) {
        let mut known = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = known.as_deref() != Some(why);
        *known = Some(why.to_owned());
        drop(known);
        if is_told && is_new {
            (self.tell)(why);
        }
    }

    /// The newest reason.
    pub(super) fn reason(&self) -> Option<String> {
        let known = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }
}

/// Why launches did not start yet, by their ids: who finds out that one was missed says it, also where noting that fails at
/// first.
#[derive(Default)]
pub(super) struct Reasons(Mutex<HashMap<String, String>>);

impl Reasons {
    pub(super) fn of(&self, id: &str) -> Option<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).cloned()
    }

    pub(super) fn keep(&self, id: &str, why: Option<String>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(why) = why {
            known.insert(id.to_owned(), why);
        }
    }
}

impl Session {
    /// Launches that wait, soonest first, then those that were missed or refused and that nobody has looked at.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn waiting(&self, filter: WaitingFilter) -> Result<Vec<WaitingLaunch>, SessionError> {
        Ok(self.launcher.waiting(filter).await?)
    }

    /// One that waits or waited, with plan and bodies, by its id or the beginning of it.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn waiting_launch(&self, id: &str) -> Result<WaitingLaunch, SessionError> {
        let id = id.to_owned();
        let journal = &self.launcher.journal;
        Ok(journal.run(move |journal| journal.one_waiting(&id)).await?)
    }

    /// Starts a waiting launch whose time has come. Of many processes that do so at once, one sends.
    ///
    /// `clock` is the wall clock. Where the broadcast is being launched by another process, it is waited for until the
    /// time of grace is over, or `stop` is asked for.
    ///
    /// # Errors
    /// [`SessionError::ReadOnly`], and those of the journal: then it still waits, and nothing was sent.
    pub async fn start_waiting(
        &self,
        id: &str,
        stop: &Stop,
        clock: impl Fn() -> Timestamp + Send + Sync,
        progress: impl Fn(usize, usize) + Send + Sync,
    ) -> Result<Became, SessionError> {
        let held_up = HeldUp {
            why: Mutex::default(),
            tell: &|_| {},
        };
        self.start_held(id, stop, &clock, &held_up, progress).await
    }

    /// As [`Session::start_waiting`]; why it does not start yet is kept and told.
    ///
    /// # Errors
    /// As there.
    pub(super) async fn start_held(
        &self,
        id: &str,
        stop: &Stop,
        clock: &(impl Fn() -> Timestamp + Send + Sync),
        held_up: &HeldUp<'_>,
        progress: impl Fn(usize, usize) + Send + Sync,
    ) -> Result<Became, SessionError> {
        self.check_writable()?;
        let mut looks = 0;
        loop {
            let waiting = self.waiting_launch(id).await?;
            if !waiting.is_waiting() {
                return Ok(Became::Elsewhere(Box::new(waiting)));
            }
            match waiting.timing(clock()) {
                Timing::Early(_) => return Ok(Became::NotYet),
                Timing::Due if stop.is_asked() => return Ok(Became::NotYet),
                Timing::Late => {
                    let why = held_up.reason().map_or(Why::Unserved, Why::HeldUp);
                    return self.miss(&waiting, &why, clock()).await;
                }
                Timing::Due => {}
            }
            if self.is_behind(&waiting, clock()).await? {
                tokio::time::sleep(TURN).await;
                continue;
            }
            let served = Served {
                waiting: &waiting,
                clock,
            };
            match self.try_start(served, stop, &progress).await {
                Ok(record) => return Ok(Became::Launched(Box::new(record))),
                Err(NotStarted::Refused(reason)) => {
                    let state = WaitingState::Refused;
                    return self.ended(&waiting, state, reason, clock()).await;
                }
                Err(NotStarted::Late) => {
                    let why = held_up.reason().unwrap_or_else(|| TOO_SLOW.to_owned());
                    return self.miss(&waiting, &Why::HeldUp(why), clock()).await;
                }
                // Another process may be starting this very launch: that is soon over.
                Err(NotStarted::Locked(why)) => held_up.note(&why, looks > 0),
                Err(NotStarted::Local(why)) => {
                    held_up.note(&why, true);
                    self.held_up.keep(id, Some(why));
                    // The record may have been mended, or another one put in its place.
                    self.record_trouble_now().await;
                }
            }
            looks += 1;
            tokio::time::sleep(BUSY).await;
        }
    }

    /// Whether another launch of the same broadcast goes first: they go in the order in which they are due, then
    /// confirmed, so that each finds before it what was foreseen when it was confirmed.
    async fn is_behind(
        &self,
        waiting: &WaitingLaunch,
        now: Timestamp,
    ) -> Result<bool, SessionError> {
        fn turn(waiting: &WaitingLaunch) -> (Timestamp, Timestamp, &str) {
            (waiting.due_at, waiting.confirmed_at, &waiting.id)
        }
        let (bot, broadcast) = (waiting.bot.id.clone(), waiting.broadcast.id.clone());
        let journal = &self.launcher.journal;
        let open = journal
            .run(move |journal| crate::launcher::waiting_for(journal, &bot, &broadcast))
            .await?;
        Ok(open
            .iter()
            .any(|other| turn(other) < turn(waiting) && other.timing(now) == Timing::Due))
    }

    /// The launcher with the gates of now; a profile that is read-only by now refuses.
    async fn serving_launcher(&self) -> Result<Launcher, NotStarted> {
        let launcher = self.launcher_now().await.map_err(not_started)?;
        if launcher.gate.readonly {
            return Err(NotStarted::Refused(format!(
                "The profile {} is read-only by now. Nothing was sent.",
                launcher.profile
            )));
        }
        Ok(launcher)
    }

    async fn try_start(
        &self,
        served: Served<'_>,
        stop: &Stop,
        progress: &(impl Fn(usize, usize) + Send + Sync),
    ) -> Result<LaunchRecord, NotStarted> {
        let launcher = self.serving_launcher().await?;
        let waiting = served.waiting;
        let plan = Plan::from_json(&waiting.plan).map_err(|_| {
            NotStarted::Refused("Its plan can't be read any more. Nothing was sent.".to_owned())
        })?;
        let client = self.client().await.map_err(not_started)?;
        let surface = waiting.given.surface();
        let prepared = self
            .prepare_to_start(plan, surface)
            .await
            .map_err(not_started)?;
        let newest = prepared.last_launch.clone();
        let started = launcher
            .start_waiting(&client, prepared, served, stop.clone(), progress)
            .await;
        match started {
            // Between the look and the lock another one of this broadcast was made: it may have been foreseen.
            Err(NotStarted::Refused(why)) if self.newest(waiting).await? != newest => {
                Err(NotStarted::Locked(why))
            }
            other => other,
        }
    }

    async fn newest(&self, waiting: &WaitingLaunch) -> Result<Option<String>, NotStarted> {
        let broadcast = waiting.broadcast.id.clone();
        let journal = &self.launcher.journal;
        let newest = journal.run(move |journal| crate::launcher::last_launch(journal, &broadcast));
        newest
            .await
            .map_err(|error| NotStarted::Local(error.to_string()))
    }

    /// Notes that a launch was missed: it is never caught up by itself.
    async fn miss(
        &self,
        waiting: &WaitingLaunch,
        why: &Why,
        at: Timestamp,
    ) -> Result<Became, SessionError> {
        let reason = why.words();
        self.ended(waiting, WaitingState::Missed, reason, at).await
    }

    async fn ended(
        &self,
        waiting: &WaitingLaunch,
        state: WaitingState,
        reason: String,
        at: Timestamp,
    ) -> Result<Became, SessionError> {
        let ended = self
            .launcher
            .end_waiting(&waiting.id, state, reason, at)
            .await;
        match ended {
            Ok(ended) => Ok(Became::Ended(Box::new(ended))),
            Err(StoreError::NotWaiting { .. }) => {
                let waiting = self.waiting_launch(&waiting.id).await?;
                Ok(Became::Elsewhere(Box::new(waiting)))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether steps are put on the record: it is of this version, nothing is wrong with it, and the profile is not
    /// read-only.
    pub async fn takes_writes(&self) -> bool {
        if self.profile.readonly {
            return false;
        }
        let journal = &self.launcher.journal;
        let writable = journal.run(|journal| Ok(journal.is_writable()));
        writable.await.unwrap_or(false)
    }

    /// Notes of every launch whose time is over that it was missed; returns them. What is not looked at stays waiting
    /// on the record, and is not sent even so: on a read-only profile nothing is noted. Where somebody serves, it is theirs
    /// for a while to note it: they know why they did not start it.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn mark_missed(&self, now: Timestamp) -> Result<Vec<WaitingLaunch>, SessionError> {
        let mut missed = Vec::new();
        if self.profile.readonly {
            return Ok(missed);
        }
        let is_served = is_served(&self.launcher.locks);
        let all = self.waiting(WaitingFilter::default()).await?;
        let late =
            |waiting: &&WaitingLaunch| waiting.is_waiting() && waiting.timing(now) == Timing::Late;
        for waiting in all.iter().filter(late) {
            let over_for = now.duration_since(waiting.due_at) - GRACE;
            if is_served && over_for < THEIRS {
                continue;
            }
            let why = match self.held_up.of(&waiting.id) {
                Some(why) => Why::HeldUp(why),
                None if is_served => Why::NotStarted,
                None => Why::Unserved,
            };
            if let Became::Ended(waiting) = self.miss(waiting, &why, now).await? {
                missed.push(*waiting);
            }
        }
        Ok(missed)
    }
}

/// A sentence with its full stop: not every error has one.
fn full_stop(sentence: &str) -> Cow<'_, str> {
    let sentence = sentence.trim_end();
    if sentence.ends_with(['.', '!', '?']) {
        sentence.into()
    } else {
        format!("{sentence}.").into()
    }
}

/// Why a launch was missed, as far as that is known.
enum Why {
    /// Nobody served who could have started it.
    Unserved,
    /// Somebody serves by now.
    NotStarted,
    /// What kept it from being started: a sentence.
    HeldUp(String),
}

impl Why {
    fn words(&self) -> String {
        let why = match self {
            Self::Unserved => "No mylink served this profile at its time, or none that could put it on the record.".to_owned(),
            Self::NotStarted => "A mylink serves this profile now, but none started it at its time.".to_owned(),
            Self::HeldUp(why) => format!("It could not start in time: {}", full_stop(why)),
        };
        format!(
            "{why} A launch may be {} s late at the most, so it is not sent by itself.",
            GRACE.as_secs()
        )
    }
}

/// What could not be found out at its time: where our own files fail, that may be over in a moment; else it is refused.
fn not_started(error: SessionError) -> NotStarted {
    match error {
        SessionError::Store(_)
        | SessionError::Contacts(_)
        | SessionError::Internal(_)
        | SessionError::ConfigNow(_)
        | SessionError::Redirected => NotStarted::Local(error.to_string()),
        SessionError::Launch(error) => error.into(),
        other => {
            let why = full_stop(&other.to_string()).into_owned();
            NotStarted::Refused(format!("{why} Nothing was sent."))
        }
    }
}
