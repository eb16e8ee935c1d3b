//! The steps of the interface: each one write, and what comes after it.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::contact::Reached;
use crate::domain::launch::{LaunchRecord, Outcome, Settlement};
use crate::domain::record::ContactId;
use crate::domain::waiting::{NewTime, WaitingEnd, WaitingLaunch, WaitingState};
use crate::store::StoreError;
use crate::store::journal::{
    ArmedLaunch, CallEnd, Journal, LaunchFilter, WaitingFilter, end, reached, read, waiting, write,
};

use super::SqliteJournal;

impl SqliteJournal {
    /// Ends a launch that stands in the database, but not in the copy: nothing of it is sent. Where that fails too, it
    /// ends as one whose process died before its first call.
    fn take_back(&mut self, launch: &ArmedLaunch) {
        let (id, at) = (&launch.record.id, launch.record.started_at);
        let reason = "The journal's copy could not be written; nothing was sent.";
        let ended = self.write("Ending a launch that was not armed", |transaction| {
            end::finish(transaction, id, Outcome::Refused, reason, at)
        });
        if let Err(error) = ended {
            tracing::error!(%error, "a launch that was not armed could not be ended");
        }
    }

    /// Ends the waiting of a launch that stands in the database, but not in the copy: whoever confirmed it is told that
    /// it doesn't wait.
    fn release(&mut self, launch: &WaitingLaunch) {
        let end = WaitingEnd {
            state: WaitingState::Refused,
            at: launch.confirmed_at,
            by: launch.operator.clone(),
            reason: "The journal's copy could not be written when it was confirmed.".to_owned(),
        };
        if let Err(error) = self.end_waiting(&launch.id, &end) {
            tracing::error!(%error, "a launch that was not kept waiting could not be ended");
        }
    }

    /// Gives a launch its time back whose new one stands in the database, but not in the copy: whoever moved it is told
    /// that it is due when it was.
    fn move_back(&mut self, id: &str, to: &NewTime) {
        let back = NewTime {
            due_at: to.from,
            from: to.due_at,
            ..to.clone()
        };
        let moved = self.write("Moving a launch back", |transaction| {
            waiting::moved::give(transaction, id, &back)
        });
        if let Err(error) = moved {
            tracing::error!(%error, "a launch that was not moved could not be moved back");
        }
    }
}

/// Whether a write may stand in the database, but not in the copy.
fn may_be_only_in_rows(written: &Result<(), StoreError>) -> bool {
    matches!(
        written,
        Err(StoreError::Copy { .. }
            | StoreError::Record(_)
            | StoreError::Busy { .. }
            | StoreError::Corrupt { .. })
    )
}

impl Journal for SqliteJournal {
    fn arm(&mut self, launch: &ArmedLaunch) -> Result<(), StoreError> {
        self.check()?;
        let _turn = self.take_turn()?;
        self.own.insert(launch.record.id.clone());
        let armed = self.write_both("Arming the launch", |transaction| {
            write::arm(transaction, launch)
        });
        if may_be_only_in_rows(&armed) {
            self.take_back(launch);
        }
        self.testify();
        armed
    }

    fn hold(&mut self, launch: &WaitingLaunch) -> Result<(), StoreError> {
        self.check()?;
        let held = self.write_both("Keeping the waiting launch", |transaction| {
            waiting::hold(transaction, launch)
        });
        if may_be_only_in_rows(&held) {
            self.release(launch);
        }
        self.testify();
        held
    }

    fn arm_waiting(
        &mut self,
        launch: &ArmedLaunch,
        due_at: Timestamp,
        served_by: &str,
    ) -> Result<(), StoreError> {
        self.check()?;
        let _turn = self.take_turn()?;
        let armed = self.write_both("Arming the waiting launch", |transaction| {
            waiting::arm(transaction, launch, due_at, served_by)
        });
        let not_ours = |error: &StoreError| {
            matches!(
                error,
                StoreError::NotWaiting { .. } | StoreError::Moved { .. }
            )
        };
        if !armed.as_ref().is_err_and(not_ours) {
            self.own.insert(launch.record.id.clone());
        }
        if may_be_only_in_rows(&armed) {
            self.take_back(launch);
        }
        self.testify();
        armed
    }

    fn move_waiting(&mut self, id: &str, to: &NewTime) -> Result<(), StoreError> {
        self.check()?;
        let moved = self.write_both("Moving the waiting launch", |transaction| {
            waiting::moved::give(transaction, id, to)
        });
        if may_be_only_in_rows(&moved) {
            self.move_back(id, to);
        }
        self.testify();
        moved
    }

    fn end_waiting(&mut self, id: &str, end: &WaitingEnd) -> Result<(), StoreError> {
        // By a time that was changed by hand nothing is missed.
        self.look_for_alterations()?;
        // In both: from a copy that lacks it, one that was taken back would come to life again.
        let ended = self.write_both("Ending the waiting", |transaction| {
            waiting::finish(transaction, id, end)
        });
        self.testify();
        ended
    }

    fn see_waiting(&mut self, id: &str, by: &str, at: Timestamp) -> Result<(), StoreError> {
        self.write("Noting that somebody looked", |transaction| {
            waiting::see(transaction, id, by, at)
        })
    }

    fn all_waiting(&self, filter: &WaitingFilter) -> Result<Vec<WaitingLaunch>, StoreError> {
        self.read(|connection| waiting::all(connection, filter))
    }

    fn one_waiting(&self, id: &str) -> Result<WaitingLaunch, StoreError> {
        self.read(|connection| waiting::by_id(connection, id))
    }

    fn begin_call(
        &mut self,
        launch: &str,
        number: usize,
        sent_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.check_trusted()?;
        self.write_both("Beginning the call", |transaction| {
            write::begin_call(transaction, launch, number, sent_at)
        })
    }

    fn record_call(
        &mut self,
        launch: &str,
        number: usize,
        end: &CallEnd,
    ) -> Result<(), StoreError> {
        self.write("Recording the call's outcome", |transaction| {
            write::record_call(transaction, launch, number, end)
        })
    }

    fn record_answer(
        &mut self,
        launch: &str,
        number: usize,
        answer: &str,
    ) -> Result<(), StoreError> {
        self.write("Recording the answer", |transaction| {
            write::record_answer(transaction, launch, number, answer)
        })
    }

    fn finish(
        &mut self,
        launch: &str,
        outcome: Outcome,
        reason: &str,
        ended_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("Recording the launch's outcome", |transaction| {
            end::finish(transaction, launch, outcome, reason, ended_at)
        })?;
        self.testify();
        Ok(())
    }

    fn settle(&mut self, launch: &str, settlement: &Settlement) -> Result<(), StoreError> {
        self.own.insert(launch.to_owned());
        self.write("Settling the launch", |transaction| {
            end::settle(transaction, launch, settlement)
        })
    }

    fn mark_died(&mut self, launch: &str, at: Timestamp) -> Result<Option<Outcome>, StoreError> {
        self.write("Closing a launch whose process died", |transaction| {
            end::mark_died(transaction, launch, at)
        })
    }

    fn launches(&self, filter: &LaunchFilter) -> Result<Vec<LaunchRecord>, StoreError> {
        self.read(|connection| read::launches(connection, filter))
    }

    fn launch(&self, id: &str) -> Result<LaunchRecord, StoreError> {
        self.read(|connection| read::launch(connection, id))
    }

    fn unsettled(&self) -> Result<Vec<LaunchRecord>, StoreError> {
        self.read(|connection| {
            read::with_condition(
                connection,
                "outcome IN ('sending', 'unknown') AND outcome = 'unknown' AND settled_as IS NULL",
            )
        })
    }

    fn sending(&self) -> Result<Vec<LaunchRecord>, StoreError> {
        self.read(|connection| {
            read::with_condition(
                connection,
                "outcome IN ('sending', 'unknown') AND outcome = 'sending'",
            )
        })
    }

    fn last_of(&self, broadcast_id: &str) -> Result<Option<LaunchRecord>, StoreError> {
        self.read(|connection| read::last_of(connection, broadcast_id))
    }

    fn before(&self, launch: &str) -> Result<Option<LaunchRecord>, StoreError> {
        self.read(|connection| read::before(connection, launch))
    }

    fn contacts(&self, launch: &str) -> Result<Vec<Vec<ContactId>>, StoreError> {
        self.read(|connection| read::contacts(connection, launch))
    }

    fn may_have_reached(
        &self,
        broadcast_id: &str,
        since: Timestamp,
    ) -> Result<HashMap<ContactId, Timestamp>, StoreError> {
        self.read(|connection| read::may_have_reached(connection, broadcast_id, since))
    }

    fn launches_to(&self, bot: &str, contact: &ContactId) -> Result<Reached, StoreError> {
        self.read(|connection| reached::launches_to(connection, bot, contact))
    }

    fn same_body(
        &self,
        broadcast_id: &str,
        sha256: &str,
        since: Timestamp,
    ) -> Result<Option<LaunchRecord>, StoreError> {
        self.read(|connection| read::same_body(connection, broadcast_id, sha256, since))
    }

    fn same_plan(
        &self,
        broadcast_id: &str,
        heads: &[String],
        tail: &str,
        since: Timestamp,
    ) -> Result<Option<LaunchRecord>, StoreError> {
        self.read(|connection| read::same_plan(connection, broadcast_id, heads, tail, since))
    }
}
