//! A plan whose contacts are named: frozen as they are matched now, and without those who got the broadcast already.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Contacts, Found, Session, SessionError};
use crate::audience::{FreezeSource, freeze, freeze_rows, without_reached};
use crate::domain::dialect::Dialect;
use crate::domain::plan::Plan;

impl Session {
    /// Names the contacts that a plan matches now as its targets, by the cache alone: see [`freeze`]. Where the readings
    /// of its filters differ, it is the contacts of the profile's reading that are named.
    ///
    /// # Errors
    /// [`SessionError::Lookup`], [`SessionError::Freeze`]; those of the cache.
    pub async fn freeze(&self, plan: &Plan) -> Result<Plan, SessionError> {
        let (found, contacts) = self.found_with_contacts(plan).await?;
        let (plan, dialect) = (plan.clone(), self.profile.dialect.clone());
        off_the_loop(move || frozen(&plan, &found, &contacts, &dialect)).await
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
