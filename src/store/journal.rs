//! The journal: every launch is written down before it is sent, and stays.
//!
//! ```text
//! arm ──→ launch sending, its calls not_sent
//!   begin_call ──→ the call sending            (durable before the first byte leaves)
//!   record_call ─→ the call's outcome          (at the status line)
//!   record_answer  the answer's text           (later; may be missing)
//! finish ─→ the launch's outcome
//!
//! after a death: mark_died, by whoever gets the broadcast's lock; after an unknown outcome: settle, by a person
//! ```
//!
//! [`Journal`] is the one narrow interface: teams on several machines will keep it in another database later. Every
//! step is durable when it returns Ok.
//!
//! Every step is written twice: as rows of the database, and as lines of JSON that are only ever added to a file beside
//! it, the copy (`copy`). [`Journal::arm`] and [`Journal::begin_call`] return Ok when both are on the disk. Lines are
//! added after the commit, so that the database is never behind: one that is was put back, replaced or lost what it had
//! confirmed. It can be read then, and nothing is launched ([`Trouble`]) before it is rebuilt ([`rebuild()`]).
//!
//! **An error from a commit isn't "not recorded"** ([`StoreError::Commit`]): what failed in the disk's sync can be
//! there after a crash. That is safe at every step, because a caller that got an error from [`Journal::arm`] or
//! [`Journal::begin_call`] sends nothing: a launch that comes back so has no call that began, and [`Journal::mark_died`]
//! calls it failed; a call that comes back as `sending` becomes unknown, never forgotten. Where
//! [`Journal::record_call`] fails, the call stays `sending` and becomes unknown later, though it may be known now: the
//! caller says both. After such an error the same connection arms nothing more ([`StoreError::Distrusted`]).

mod compare;
mod copy;
mod end;
mod entry;
mod event;
mod glance;
mod line;
mod reached;
mod read;
mod rebuild;
mod replay;
mod row;
mod sqlite;
mod standing;
mod trouble;
mod view;
mod waiting;
mod witness;
mod write;

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::contact::Reached;
use crate::domain::launch::{LaunchRecord, Outcome, Settlement};
use crate::domain::record::ContactId;
use crate::domain::waiting::{NewTime, WaitingEnd, WaitingLaunch};

use super::StoreError;

pub use copy::Cut;
pub use glance::Glance;
pub use rebuild::{Diagnosis, Rebuilt, Source, diagnose, rebuild};
pub use sqlite::{JournalMark, Memory, SqliteJournal};
pub use trouble::{Trouble, TroubleKind, launches};

/// What a person did to the journal itself, on the record.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct JournalAct {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What, and why, in a sentence.
    pub note: String,
}

/// A launch as it is armed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArmedLaunch {
    /// The record: outcome `sending`, and every call with its body and outcome `not_sent`.
    pub record: LaunchRecord,
    /// Whom each call is to reach, as far as that is known: one list a call, in the order of the calls. Fewer lists
    /// than calls are fine.
    pub contacts: Vec<Vec<ContactId>>,
    /// How its broadcast stood when it was checked, where that was looked at: where it stands otherwise by now, nothing
    /// is armed. The broadcast's lock sees to that already; this holds even where somebody took the lock's file away.
    pub expects: Option<Newest>,
}

/// The id of a broadcast's newest launch; `None` where there is none. None of its launches is under way or unsettled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest(pub Option<String>);

/// What an outcome of a call rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallEnd {
    /// What became of it.
    pub outcome: Outcome,
    /// The answer's status, if a status line was read.
    pub status: Option<u16>,
    /// Why, in a sentence.
    pub reason: String,
    /// When that stood.
    pub at: Timestamp,
}

/// Which launches to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LaunchFilter {
    /// Those of the broadcast with this id or name alone.
    pub broadcast: Option<String>,
    /// Those armed at this time or later alone.
    pub since: Option<Timestamp>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Which of the launches that wait, or waited, for their time to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WaitingFilter {
    /// Those of the broadcast with this id or name alone.
    pub broadcast: Option<String>,
    /// Those too that wait no more and need nobody's look.
    pub with_ended: bool,
}

/// Arms, records, settles and reads launches.
///
/// Launches are named by their whole id, but for [`Journal::launch`]. Calls are numbered from 0, in the order of
/// [`LaunchRecord::calls`].
pub trait Journal {
    /// Writes launch, calls, bodies and contacts in one durable commit and in the copy, after the checks of
    /// [`super::guard`] and of the copy.
    ///
    /// # Errors
    /// Any: then nothing may be sent. A launch that could not be armed is not in the journal (but see above); where its
    /// copy alone could not be written, it stands there as refused.
    fn arm(&mut self, launch: &ArmedLaunch) -> Result<(), StoreError>;

    /// Writes a launch that was confirmed and is to wait for its time, in one durable commit and in the copy, after the
    /// checks of [`Journal::arm`].
    ///
    /// # Errors
    /// Any: then it doesn't wait, and nobody starts it.
    fn hold(&mut self, waiting: &WaitingLaunch) -> Result<(), StoreError>;

    /// As [`Journal::arm`], for a launch that waited under the same id: that it started stands in the same commit, so
    /// one process alone can start it, and none can lose it on the way. `due_at` is the time that it is started for,
    /// `served_by` started it; whose launch it is stands in the record.
    ///
    /// # Errors
    /// Those of [`Journal::arm`]; [`StoreError::NotWaiting`] where it waits no more, [`StoreError::Moved`] where it is
    /// due at another time by now: nothing may be sent.
    fn arm_waiting(
        &mut self,
        launch: &ArmedLaunch,
        due_at: Timestamp,
        served_by: &str,
    ) -> Result<(), StoreError>;

    /// Gives a launch that waits another time, by its whole id, in one durable commit and in the copy.
    ///
    /// # Errors
    /// Any: then it is due when it was before, unless the disk failed just then. [`StoreError::NotWaiting`] where it
    /// waits no more, [`StoreError::Moved`] where somebody else moved it meanwhile.
    fn move_waiting(&mut self, id: &str, to: &NewTime) -> Result<(), StoreError>;

    /// Ends the waiting of a launch that does not start, by its whole id.
    ///
    /// # Errors
    /// [`StoreError::NotWaiting`] where somebody was faster; [`StoreError::NoSuchLaunch`].
    fn end_waiting(&mut self, id: &str, end: &WaitingEnd) -> Result<(), StoreError>;

    /// Notes that a person looked at one that was missed or refused; does nothing to others.
    ///
    /// # Errors
    /// Those of the database.
    fn see_waiting(&mut self, id: &str, by: &str, at: Timestamp) -> Result<(), StoreError>;

    /// Lists those that wait, soonest first, and after them those that were missed or refused and nobody has looked at;
    /// without plans and bodies.
    ///
    /// # Errors
    /// Those of the database.
    fn all_waiting(&self, filter: &WaitingFilter) -> Result<Vec<WaitingLaunch>, StoreError>;

    /// One that waits or waited, with plan and bodies, by its id or a beginning of it that no other has.
    ///
    /// # Errors
    /// [`StoreError::NoSuchLaunch`], [`StoreError::AmbiguousLaunch`].
    fn one_waiting(&self, id: &str) -> Result<WaitingLaunch, StoreError>;

    /// Turns a call from `not_sent` to `sending`, in database and copy, before its first byte leaves.
    ///
    /// # Errors
    /// Any: then the call may not be made; [`StoreError::WrongState`] where it was begun before;
    /// [`StoreError::Copy`] or [`StoreError::Record`] where it stands in the database alone: the caller records it as
    /// refused, since it was certainly not sent.
    fn begin_call(
        &mut self,
        launch: &str,
        number: usize,
        sent_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Writes what became of a call; of one that never began (no token, no connection) too, if it was certainly not
    /// sent.
    ///
    /// # Errors
    /// [`StoreError::WrongState`] where its outcome, or that of its launch, stands already;
    /// [`StoreError::InvalidLaunch`] for an outcome that is none (`sending`, `not_sent`).
    fn record_call(&mut self, launch: &str, number: usize, end: &CallEnd)
    -> Result<(), StoreError>;

    /// Writes the answer's text (at most 64 kB are kept), once the call began: also where its outcome could not be
    /// kept, since it helps the person who settles the launch.
    ///
    /// # Errors
    /// [`StoreError::NoSuchLaunch`], also where it has no such call; [`StoreError::InvalidLaunch`] where the call never
    /// began.
    fn record_answer(
        &mut self,
        launch: &str,
        number: usize,
        answer: &str,
    ) -> Result<(), StoreError>;

    /// Writes the launch's outcome. With `unknown`, calls that are still in `sending` become unknown too.
    ///
    /// # Errors
    /// [`StoreError::WrongState`] where one stands already; [`StoreError::OpenCall`] where a call is still in `sending`,
    /// or unknown, and the outcome is another than `unknown`: the launch stays in `sending` then, until
    /// [`Journal::mark_died`]; [`StoreError::InvalidLaunch`] for an outcome that is none (`sending`, `not_sent`).
    fn finish(
        &mut self,
        launch: &str,
        outcome: Outcome,
        reason: &str,
        ended_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Adds a person's word to an unknown launch; the outcome stays `unknown`.
    ///
    /// # Errors
    /// [`StoreError::NotUnknown`], [`StoreError::AlreadySettled`], [`StoreError::NoSuchLaunch`].
    fn settle(&mut self, launch: &str, settlement: &Settlement) -> Result<(), StoreError>;

    /// Ends a launch whose process died, and returns its outcome. The caller holds the broadcast's lock.
    ///
    /// A call left in `sending` is unknown, and so is its launch. Where none is, nothing is open: the launch takes the
    /// outcome of its last call that has one; it is `failed` where no call began, or where the process died between
    /// two calls of a batch - the rest was certainly not sent. `None` where the launch is not in `sending` (any more).
    ///
    /// # Errors
    /// [`StoreError::NoSuchLaunch`].
    fn mark_died(&mut self, launch: &str, at: Timestamp) -> Result<Option<Outcome>, StoreError>;

    /// Lists launches, newest first, without plans (an empty text) and bodies.
    ///
    /// # Errors
    /// Those of the database.
    fn launches(&self, filter: &LaunchFilter) -> Result<Vec<LaunchRecord>, StoreError>;

    /// One launch with plan and bodies, by its id or a beginning of it that no other id has.
    ///
    /// # Errors
    /// [`StoreError::NoSuchLaunch`], [`StoreError::AmbiguousLaunch`].
    fn launch(&self, id: &str) -> Result<LaunchRecord, StoreError>;

    /// Unknown launches that nobody settled, newest first, without plans and bodies.
    ///
    /// # Errors
    /// Those of the database.
    fn unsettled(&self) -> Result<Vec<LaunchRecord>, StoreError>;

    /// Launches in `sending`, newest first, without plans and bodies.
    ///
    /// # Errors
    /// Those of the database.
    fn sending(&self) -> Result<Vec<LaunchRecord>, StoreError>;

    /// The newest launch of a broadcast (by id), with plan and bodies.
    ///
    /// # Errors
    /// Those of the database.
    fn last_of(&self, broadcast_id: &str) -> Result<Option<LaunchRecord>, StoreError>;

    /// The newest launch of the same bot's broadcast before a launch (by its whole id), with plan and bodies.
    ///
    /// # Errors
    /// Those of the database.
    fn before(&self, launch: &str) -> Result<Option<LaunchRecord>, StoreError>;

    /// Whom each call of a launch (by its whole id) was to reach, as far as that was known: one list a call, in the
    /// order of the calls. Whether they were reached is for the calls' outcomes to say.
    ///
    /// # Errors
    /// Those of the database.
    fn contacts(&self, launch: &str) -> Result<Vec<Vec<ContactId>>, StoreError>;

    /// Contacts that have, or may have, got a broadcast (by id) since a time, each with its newest launch's time.
    ///
    /// Counted are calls that were accepted, are on their way, or are unknown and not settled as not sent.
    ///
    /// # Errors
    /// Those of the database.
    fn may_have_reached(
        &self,
        broadcast_id: &str,
        since: Timestamp,
    ) -> Result<HashMap<ContactId, Timestamp>, StoreError>;

    /// The launches of a bot (by its key) that were to reach a contact, newest first, with what became of the call that it
    /// was in; and how many may have arrived of which whom they reached was not known.
    ///
    /// # Errors
    /// Those of the database.
    fn launches_to(&self, bot: &str, contact: &ContactId) -> Result<Reached, StoreError>;

    /// The newest launch of a broadcast (by id) since a time that has, or may have, brought a body with this SHA-256
    /// (hex) to the platform; without plan and bodies.
    ///
    /// # Errors
    /// Those of the database.
    fn same_body(
        &self,
        broadcast_id: &str,
        sha256: &str,
        since: Timestamp,
    ) -> Result<Option<LaunchRecord>, StoreError>;

    /// The newest launch of a broadcast (by id) since a time whose plan is one of these heads with this tail, and of
    /// which a call has, or may have, arrived, whatever its calls were; without plan and bodies.
    ///
    /// # Errors
    /// Those of the database.
    fn same_plan(
        &self,
        broadcast_id: &str,
        heads: &[String],
        tail: &str,
        since: Timestamp,
    ) -> Result<Option<LaunchRecord>, StoreError>;
}
