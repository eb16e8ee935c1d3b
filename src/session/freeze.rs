//! A plan whose contacts are named: frozen as they are matched now, and without those who got the broadcast already.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Contacts, Found, Session, SessionError};
use crate::audience::{FreezeSource, freeze, freeze_rows, without_reached};
use crate::domain::bounds::Bounds;
use crate::domain::dialect::Dialect;
use crate::domain::plan::Form;
use crate::domain::plan::Plan;
use crate::domain::preview::Who;
use crate::domain::problem::Surface;
use crate::domain::text::grouped;

impl Session {
    /// Names the contacts that a plan matches now as its targets, by the cache alone: see [`freeze`]. Where the readings
    /// of its filters differ, it is the contacts of the profile's reading that are named.
    /// What that leaves open is told by [`Session::left_open`].
    ///
    /// # Errors
    /// [`SessionError::Lookup`], [`SessionError::Freeze`]; those of the cache.
    pub async fn freeze(&self, plan: &Plan) -> Result<Plan, SessionError> {
        let (found, contacts) = self.found_with_contacts(plan).await?;
        let (plan, dialect) = (plan.clone(), self.profile.dialect.clone());
        off_the_loop(move || frozen(&plan, &found, &contacts, &dialect)).await
    }

    /// What naming the contacts of a plan leaves open, in a sentence: who is left out since nobody here knows whether they
    /// match, and who may match besides. `None` where the contacts are all there can be.
    ///
    /// # Errors
    /// Those of [`Session::preview`].
    pub async fn left_open(&self, plan: &Plan) -> Result<Option<String>, SessionError> {
        let preview = self.preview(plan, Surface::Console).await?;
        Ok(match plan.form {
            Form::Audience { .. } => left_open(&preview.who),
            _ => None,
        })
    }

    /// Names the contacts of an audience of the platform as the targets of a plan, whoever it reached before; its
    /// variables are set on each. The audience has to be synced to its end.
    ///
    /// # Errors
    /// [`SessionError::Lookup`], [`SessionError::Freeze`]; those of the cache.
    pub async fn freeze_audience(
        &self,
        plan: &Plan,
        audience_id: &str,
    ) -> Result<Plan, SessionError> {
        let (_, contacts) = self.found_with_contacts(plan).await?;
        let (plan, id) = (plan.clone(), audience_id.to_owned());
        off_the_loop(move || {
            let rows = contacts.audiences.get(&id);
            let rows = rows.ok_or(crate::audience::FreezeError::NotKnown)?;
            Ok(freeze_rows(&plan, &contacts.table, rows)?)
        })
        .await
    }

    /// Takes out of a plan who got this broadcast within the repeat window, and says how many they were. What is no
    /// list of targets yet is [frozen](Self::freeze) first.
    ///
    /// # Errors
    /// [`SessionError::Lookup`], [`SessionError::Freeze`]; those of cache and journal.
    pub async fn without_reached(&self, plan: &Plan) -> Result<(Plan, u64), SessionError> {
        let (found, contacts) = self.found_with_contacts(plan).await?;
        let reached = self.reached(&found.broadcast.id).await?;
        let (plan, dialect) = (plan.clone(), self.profile.dialect.clone());
        off_the_loop(move || {
            let plan = frozen(&plan, &found, &contacts, &dialect)?;
            Ok(without_reached(plan, &contacts.table, &reached))
        })
        .await
    }

    async fn found_with_contacts(
        &self,
        plan: &Plan,
    ) -> Result<(Found, Arc<Contacts>), SessionError> {
        let found = self
            .find_broadcast(&plan.broadcast, plan.bot.as_deref())
            .await?;
        let contacts = self.contacts(&found.bot).await?;
        Ok((found, contacts))
    }
}

fn left_open(who: &Who) -> Option<String> {
    let unknown = who.unknown.as_ref();
    let unsure = unknown.map_or(0, |unknown| unknown.may_not_match);
    let mut parts = Vec::new();
    if unsure > 0 {
        parts.push(format!(
            "{} of those counted left out, since the cache doesn't hold what is asked of them",
            grouped(unsure)
        ));
    }
    match who.doubt() {
        Some(Bounds { most: None, .. }) => parts.push(
            "contacts of audiences that were not read to their end may match besides".to_owned(),
        ),
        Some(Bounds { most, .. }) if most != who.count() => parts.push(format!(
            "the platform may match up to {}",
            grouped(most.unwrap_or(0))
        )),
        _ => {}
    }
    (!parts.is_empty())
        .then(|| format!("Only who matches for sure is named: {}.", parts.join("; ")))
}

fn frozen(
    plan: &Plan,
    found: &Found,
    contacts: &Contacts,
    dialect: &Dialect,
) -> Result<Plan, SessionError> {
    let source = FreezeSource {
        table: &contacts.table,
        configured: contacts.configured_for(&found.broadcast),
        dialect,
    };
    Ok(freeze(plan, source, &AtomicBool::new(false))?)
}

/// Counts where nothing else waits for it.
pub(super) async fn off_the_loop<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, SessionError> + Send + 'static,
) -> Result<R, SessionError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(SessionError::Internal(error.to_string())))
}
