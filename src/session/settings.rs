//! Enabling broadcasts, and changing their settings: pushed where that is possible, else recorded.

use super::{Found, Session, SessionError};
use crate::domain::act::OutsideAct;
use crate::domain::settings::{Setting, Settings};
use crate::store::Cache;

impl Session {
    /// Enables or disables a broadcast on the platform, then in the cache.
    ///
    /// # Errors
    /// [`SessionError::ReadOnly`], [`SessionError::ConfigNow`]; what the platform says.
    pub async fn set_enabled(&self, found: &Found, enabled: bool) -> Result<(), SessionError> {
        self.allow(OutsideAct::SetEnabled).await?;
        self.client()
            .await?
            .set_enabled(&found.bot, &found.broadcast.id, enabled)
            .await?;
        let (bot, id) = (found.bot.key.clone(), found.broadcast.id.clone());
        Ok(self
            .cache
            .run(move |cache: &mut Cache| cache.set_enabled(&bot, &id, enabled))
            .await?)
    }

    /// Changes settings of a broadcast. On a sandbox of ours they are pushed; on the live platform there is no such
    /// call `[D]`, so they are recorded here, and the switch itself is flipped in the vendor's web page.
    ///
    /// # Errors
    /// [`SessionError::ReadOnly`], [`SessionError::ConfigNow`]; what the platform says.
    pub async fn change_settings(
        &self,
        found: &Found,
        changes: &[(Setting, bool)],
    ) -> Result<(), SessionError> {
        self.allow(OutsideAct::ChangeSettings).await?;
        if self.pushes_settings() {
            self.client()
                .await?
                .set_sandbox_settings(&found.broadcast.id, changes)
                .await?;
        }
        let recorded: Settings = changes.iter().copied().collect();
        let (bot, id) = (found.bot.key.clone(), found.broadcast.id.clone());
        Ok(self
            .cache
            .run(move |cache: &mut Cache| cache.record_settings(&bot, &id, recorded))
            .await?)
    }
}
