//! Another time for a launch that waits.

use jiff::{Timestamp, Zoned};

use super::{Session, SessionError};
use crate::domain::act::OutsideAct;
use crate::domain::due;
use crate::domain::waiting::{NewTime, WaitingLaunch};
use crate::store::Journal;

impl Session {
    /// Gives a launch that waits another time, by its id or the beginning of it; returns it as it is then. `seen` is the
    /// time that the operator saw it due at: where it was moved meanwhile, nothing is changed.
    ///
    /// # Errors
    /// [`SessionError::ReadOnly`], and what [`Session::launcher_now`] says; [`SessionError::Launch`] where the time is
    /// past, nearer than the hold, or its own; those of the journal, as where it waits no more.
    pub async fn move_waiting(
        &self,
        id: &str,
        due: &Zoned,
        seen: Option<Timestamp>,
    ) -> Result<WaitingLaunch, SessionError> {
        self.allow(OutsideAct::Move).await?;
        let waiting = self.waiting_launch(id).await?;
        let now = Timestamp::now();
        let launcher = self.launcher_now().await?;
        launcher.check_move(&waiting, due, now)?;
        let to = NewTime {
            due_at: due.timestamp(),
            zone: due::zone(due),
            from: seen.unwrap_or(waiting.due_at),
            by: self.operator.clone(),
            at: now,
        };
        let moved = self.launcher.journal.run(move |journal| {
            journal.move_waiting(&waiting.id, &to)?;
            journal.one_waiting(&waiting.id)
        });
        Ok(moved.await?)
    }
}
