//! What the configuration says now: a console stands open for days, and a profile may have become stricter meanwhile.
//!
//! Of each limit the stricter one holds, that of the opening or that of this moment. Where the configuration can't be
//! read any more, nothing is sent and nothing is changed outside.

use std::path::Path;

use super::{Session, SessionError, gate};
use crate::config::Profile;
use crate::domain::act::OutsideAct;
use crate::domain::gate::Gate;
use crate::domain::preview::Review;
use crate::launcher::{Launcher, Prepared};

impl Session {
    /// The configuration file, there or not: the limits of now are read from it.
    pub fn config_file(&self) -> &Path {
        &self.config.file
    }

    /// The launcher with the gates of now. On a profile that is read-only by now it launches nothing.
    ///
    /// # Errors
    /// [`SessionError::ConfigNow`]; [`SessionError::Redirected`].
    pub async fn launcher_now(&self) -> Result<Launcher, SessionError> {
        let profile = Box::pin(self.profile_now()).await?;
        if !profile.leads_where(&self.profile) {
            return Err(SessionError::Redirected);
        }
        Ok(Launcher {
            gate: self.launcher.gate.stricter(&gate(&profile)),
            repeat_window: self.launcher.repeat_window.max(profile.repeat_window),
            ..self.launcher.clone()
        })
    }

    /// What a person sees before confirming, with the gates of now; where they can't be known, it says so in the place
    /// of what it asks.
    pub async fn review(&self, prepared: &Prepared) -> Review {
        match Box::pin(self.launcher_now()).await {
            Ok(launcher) => launcher.review_on_record(prepared).await,
            Err(error) => Review {
                asks: Err(error.to_string()),
                ..self.launcher.review(prepared)
            },
        }
    }

    /// Says no to what changes something outside, where the profile is read-only, or became so meanwhile.
    ///
    /// # Errors
    /// [`SessionError::ReadOnly`]; [`SessionError::ConfigNow`], but not for taking back: what stops a launch is not
    /// refused because a file can't be read.
    pub async fn allow(&self, act: OutsideAct) -> Result<(), SessionError> {
        tracing::info!(act = act.described().changes, "asked for");
        self.check_writable()?;
        match Box::pin(self.profile_now()).await {
            Ok(profile) if profile.readonly => Err(SessionError::ReadOnly(profile.name)),
            Ok(_) => Ok(()),
            Err(_) if act == OutsideAct::TakeBack => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Says no to what a person puts on the record, where the profile is read-only, or became so meanwhile.
    ///
    /// # Errors
    /// [`SessionError::ReadOnly`]; [`SessionError::ConfigNow`].
    pub async fn allow_record(&self) -> Result<(), SessionError> {
        self.check_writable()?;
        match Box::pin(self.profile_now()).await? {
            profile if profile.readonly => Err(SessionError::ReadOnly(profile.name)),
            _ => Ok(()),
        }
    }

    /// The gates of now, for what is only shown: those of the opening where they can't be known.
    pub async fn gate_now(&self) -> Gate {
        match Box::pin(self.launcher_now()).await {
            Ok(launcher) => launcher.gate,
            Err(_) => self.launcher.gate.clone(),
        }
    }

    async fn profile_now(&self) -> Result<Profile, SessionError> {
        let (config, name) = (self.config.clone(), self.profile.name.clone());
        let read =
            tokio::task::spawn_blocking(move || config.read_again()?.profile(&name).cloned());
        read.await
            .map_err(|error| SessionError::Internal(error.to_string()))?
            .map_err(SessionError::ConfigNow)
    }
}
