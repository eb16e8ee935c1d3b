//! Who got a broadcast within the repeat window: read once, and again whenever the journal went a step further.
//!
//! Every keystroke asks for it, and after a launch to 100,000 contacts reading it takes a tenth of a second.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::{Session, SessionError};
use crate::domain::record::ContactId;
use crate::launcher;
use crate::store::{Journal, SqliteJournal};

/// Who got a broadcast within the repeat window, and when last.
pub type Reached = HashMap<ContactId, Timestamp>;

/// For so long the window's end may lag behind: who falls out of it is warned about a little longer.
const LAG: SignedDuration = SignedDuration::from_secs(60);

/// The broadcast that was asked for last.
#[derive(Default)]
pub(super) struct Kept(Mutex<Option<Entry>>);

struct Entry {
    broadcast: String,
    /// The journal's state when it was read: other processes write to it too, or put another in its place.
    state: Option<(u64, u64)>,
    read_at: Timestamp,
    reached: Arc<Reached>,
}

impl Kept {
    fn lock(&self) -> MutexGuard<'_, Option<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(
        &self,
        broadcast: &str,
        state: Option<(u64, u64)>,
        now: Timestamp,
    ) -> Option<Arc<Reached>> {
        let kept = self.lock();
        let entry = kept.as_ref().filter(|entry| {
            let age = now.duration_since(entry.read_at);
            entry.broadcast == broadcast
                && entry.state.is_some()
                && entry.state == state
                && SignedDuration::ZERO <= age
                && age < LAG
        });
        entry.map(|entry| Arc::clone(&entry.reached))
    }
}

impl Session {
    /// Who got a broadcast within the repeat window.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn reached(&self, broadcast: &str) -> Result<Arc<Reached>, SessionError> {
        let journal = &self.launcher.journal;
        let now = Timestamp::now();
        let state = journal.run(|journal: &mut SqliteJournal| Ok(journal.state()));
        let state = state.await?;
        if let Some(reached) = self.reached.get(broadcast, state, now) {
            return Ok(reached);
        }
        let wanted = broadcast.to_owned();
        let since = launcher::repeats_since(now, self.profile.repeat_window);
        let reached = journal.run(move |journal: &mut SqliteJournal| {
            // A step between the two questions makes the answer newer than its number, so that it is asked again.
            journal.may_have_reached(&wanted, since)
        });
        let reached = Arc::new(reached.await?);
        *self.reached.lock() = Some(Entry {
            broadcast: broadcast.to_owned(),
            state,
            read_at: now,
            reached: Arc::clone(&reached),
        });
        Ok(reached)
    }
}
