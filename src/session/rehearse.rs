//! A launch rehearsed: the very same bytes go to a throw-away sandbox in this process that holds a copy of the cached
//! contacts and the recorded settings, and what it makes of them is held against the preview.
//!
//! Nothing of it touches the journal, the real hook, or the profile's own sandbox.

mod calls;
mod scene;
mod stage;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::freeze::off_the_loop;
use super::{Session, SessionError};
use crate::audience::{Matched, RowSet};
use crate::domain::plan::Form;
use crate::domain::rehearsal::{Rehearsal, RehearsalStep, RehearsedTarget};
use crate::launcher::Prepared;
use scene::Audience;
use stage::Stage;

impl Session {
    /// Rehearses a launch as it was prepared; `None` as soon as `stop` says so. Whatever comes of it, nothing is left
    /// behind.
    ///
    /// # Errors
    /// [`SessionError::Rehearsal`] where there is nothing to rehearse; those of the throw-away sandbox.
    pub async fn rehearse(
        &self,
        prepared: &Prepared,
        tell: impl Fn(RehearsalStep) + Send + Sync,
        stop: &CancellationToken,
    ) -> Result<Option<Rehearsal>, SessionError> {
        check(prepared)?;
        let audience = self.audience(prepared).await?;
        let stage = Stage::open(&self.rehearsals).await?;
        let done = tokio::select! {
            biased;
            () = stop.cancelled() => Ok(None),
            done = perform(&stage, prepared, &audience, &tell) => done.map(Some),
        };
        stage.close().await;
        done
    }

    /// The audience of calls that name nobody, as far as it is known.
    async fn audience(&self, prepared: &Prepared) -> Result<Audience, SessionError> {
        let known = |rows: Option<&RowSet>| match rows {
            Some(rows) => Audience::of(rows, &prepared.table),
            None => Audience::NotKnown,
        };
        Ok(match (&prepared.plan.form, &prepared.matched) {
            (Form::Configured { .. }, Matched::Rows { rows, .. }) => known(Some(rows)),
            (Form::Configured { .. }, _) => Audience::NotKnown,
            // A raw body that builds no filter goes to the configured audience.
            (Form::Raw { .. }, _) => {
                let contacts = self.contacts(&prepared.bot).await?;
                let is_same = Arc::ptr_eq(&contacts.table, &prepared.table);
                let rows = contacts.configured_for(&prepared.broadcast);
                known(rows.filter(|_| is_same))
            }
            _ => Audience::NotAsked,
        })
    }
}

/// Says no where there is nothing to rehearse.
fn check(prepared: &Prepared) -> Result<(), SessionError> {
    let reason = if !prepared.broadcast.is_on_demand() {
        "The broadcast has no Launch Web Hook, so there is nothing to rehearse."
    } else if prepared.preview.calls.is_empty() {
        "The plan makes no call, so there is nothing to rehearse."
    } else {
        return Ok(());
    };
    Err(SessionError::Rehearsal(reason.to_owned()))
}

async fn perform(
    stage: &Stage,
    prepared: &Prepared,
    audience: &Audience,
    tell: &(impl Fn(RehearsalStep) + Send + Sync),
) -> Result<Rehearsal, SessionError> {
    let sandbox = stage.sandbox();
    let scene = scene::of(prepared, audience);
    let staged = sandbox.stage(scene).await?;
    let copied = scene::copy_contacts(sandbox, &staged, prepared, audience, tell).await?;
    let calls = calls::send(sandbox, &staged, &prepared.preview.calls, tell).await?;
    tell(RehearsalStep::Comparing);
    let targets = sandbox.staged_targets(&staged).await?;
    let mut rehearsal = compared(prepared, calls, targets).await?;
    rehearsal.contacts = copied.contacts;
    rehearsal.notes = scene::notes(prepared, audience, &staged);
    rehearsal.notes.extend(copied.note());
    Ok(rehearsal)
}

async fn compared(
    prepared: &Prepared,
    calls: Vec<crate::domain::rehearsal::RehearsedCall>,
    targets: Vec<RehearsedTarget>,
) -> Result<Rehearsal, SessionError> {
    let (matched, table) = (prepared.matched.clone(), Arc::clone(&prepared.table));
    off_the_loop(move || {
        let previewed = match matched {
            Matched::NotKnown => None,
            known => Some(known.into_contacts(&table).concat()),
        };
        Ok(Rehearsal::of(calls, &targets, previewed.as_deref()))
    })
    .await
}
