//! The record as other processes leave it: whether they changed something, and whether it still takes launches.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use super::sync::SYNC_LOCK;
use super::{Session, SessionError};
use crate::domain::standing::RecordTrouble;
use crate::store::{Access, BroadcastLock, SqliteJournal, StoreError};

/// What journal and cache were like when somebody last asked whether others changed them.
#[derive(Default)]
pub(super) struct Seen(Mutex<Option<(i64, i64)>>);

/// What other processes changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChangedElsewhere {
    /// Whether they wrote to the journal.
    pub journal: bool,
    /// Whether they wrote anything but drafts to the cache.
    pub cache: bool,
}

impl Session {
    /// What other processes wrote to journal and cache since this was asked last; everything, where it never was.
    ///
    /// # Errors
    /// Those of the databases.
    pub async fn changed_elsewhere(&self) -> Result<ChangedElsewhere, SessionError> {
        let journal = self
            .launcher
            .journal
            .run(|journal| journal.writes_elsewhere());
        let (journal, cache) = (
            journal.await?,
            self.cache.run(|cache| cache.writes_elsewhere()).await?,
        );
        let mut seen = self.seen.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = seen.replace((journal, cache));
        Ok(ChangedElsewhere {
            journal: before.is_none_or(|before| before.0 != journal),
            cache: before.is_none_or(|before| before.1 != cache),
        })
    }

    /// Who launches a broadcast at this moment, in words: the operator and the process.
    pub async fn holder_of(&self, bot: &str, broadcast: &str) -> Option<String> {
        let (locks, bot, broadcast) = (
            self.launcher.locks.clone(),
            bot.to_owned(),
            broadcast.to_owned(),
        );
        let looked =
            tokio::task::spawn_blocking(move || BroadcastLock::holder(&locks, &bot, &broadcast));
        looked.await.ok().flatten()
    }

    /// Whether a sync of the profile is under way, here or in another process.
    pub fn is_syncing(&self) -> bool {
        BroadcastLock::is_held(&self.launcher.locks, "", SYNC_LOCK)
    }

    /// The ids of the launches that this program made or settled itself.
    ///
    /// # Errors
    /// Those of the journal.
    pub async fn own_launches(&self) -> Result<HashSet<String>, SessionError> {
        let own = self
            .launcher
            .journal
            .run(|journal| Ok(journal.own().clone()));
        Ok(own.await?)
    }

    /// Why no launch can be put on the record at present.
    pub async fn record_trouble(&self) -> Option<RecordTrouble> {
        let checked = self.launcher.journal.run(SqliteJournal::check).await;
        let trouble = checked.err()?.standing()?;
        Some(self.of_this_profile(trouble))
    }

    /// A command that mends a journal is for the profile that is open, which need not be the one to start with.
    fn of_this_profile(&self, trouble: RecordTrouble) -> RecordTrouble {
        let way_out = match trouble.way_out.strip_prefix("mylink ") {
            Some(verb) if !self.profile.is_built_in() => {
                format!("mylink --profile {} {verb}", self.profile.name)
            }
            _ => trouble.way_out,
        };
        RecordTrouble { way_out, ..trouble }
    }

    /// As [`Session::record_trouble`], but where there is some, what stands in the journal's place now is looked at:
    /// who rebuilt it, or put it back, need not leave this program.
    pub async fn record_trouble_now(&self) -> Option<RecordTrouble> {
        let trouble = self.record_trouble().await?;
        match self.take_journal_anew().await {
            Ok(true) => self.record_trouble().await,
            Ok(false) => Some(trouble),
            Err(error) => {
                tracing::warn!(%error, "the journal could not be opened anew");
                Some(trouble)
            }
        }
    }

    /// Opens the journal anew, and holds it against the one that the cache remembers.
    async fn take_journal_anew(&self) -> Result<bool, StoreError> {
        let reopened = self.launcher.journal.run(|journal| journal.reopened());
        let Some(mut fresh) = reopened.await? else {
            return Ok(false);
        };
        if fresh.trouble().is_none() {
            let mark = fresh.mark()?;
            let loss = self.cache.run(move |cache| {
                if cache.access() == Access::ReadWrite {
                    cache.remember_journal(&mark)
                } else {
                    Ok(None)
                }
            });
            if let Some(loss) = loss.await? {
                fresh.refuse(loss);
            }
        }
        *self.seen.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.launcher
            .journal
            .run(move |journal| {
                *journal = fresh;
                Ok(true)
            })
            .await
    }
}
