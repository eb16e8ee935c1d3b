//! The record as other processes leave it: whether they changed something, and whether it still takes launches.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::sync::SYNC_LOCK;
use super::{Session, SessionError};
use crate::domain::standing::RecordTrouble;
use crate::store::journal::{Cut, JournalMark, Memory, TroubleKind};
use crate::store::{Access, BroadcastLock, Cache, SqliteJournal, StoreError, Worker};

/// What journal and cache were like when somebody last asked whether others changed them.
#[derive(Default)]
pub(super) struct Seen(Mutex<Option<(u64, Option<i64>, i64)>>);

/// What the copy had lost, until it is told.
#[derive(Default)]
pub(super) struct Lost(Mutex<Option<Cut>>);

impl Lost {
    fn lock(&self) -> MutexGuard<'_, Option<Cut>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, cut: Option<Cut>) {
        if cut.is_some() {
            *self.lock() = cut;
        }
    }
}

/// What other processes changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChangedElsewhere {
    /// Whether they wrote to the journal, or put another one in its place.
    pub journal: bool,
    /// Whether they wrote anything but drafts to the cache.
    pub cache: bool,
}

impl Session {
    /// What other processes changed since this was asked last; everything, where it never was.
    ///
    /// # Errors
    /// Those of the cache.
    pub async fn changed_elsewhere(&self) -> Result<ChangedElsewhere, SessionError> {
        let journal = self
            .launcher
            .journal
            .run(|journal| Ok((journal.openings(), journal.writes_elsewhere().ok())));
        let (opening, writes) = journal.await?;
        let cache = self.cache.run(|cache| cache.writes_elsewhere()).await?;
        let mut seen = self.seen.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = seen.replace((opening, writes, cache));
        Ok(ChangedElsewhere {
            journal: before.is_none_or(|before| (before.0, before.1) != (opening, writes)),
            cache: before.is_none_or(|before| before.2 != cache),
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

    /// As [`Session::record_trouble`], but what was rebuilt, restored or replaced is looked at as it is now: who mends it
    /// need not leave this program.
    pub async fn record_trouble_now(&self) -> Option<RecordTrouble> {
        let (by, may_write) = (self.operator.clone(), !self.profile.readonly);
        let checked = self.launcher.journal.run(move |journal| {
            journal.check_anew()?;
            if may_write {
                journal.note_cut(&by, Timestamp::now())
            } else {
                Ok(None)
            }
        });
        match checked.await {
            Ok(cut) => {
                self.cut.keep(cut);
                None
            }
            Err(error) => error
                .standing()
                .map(|trouble| self.of_this_profile(trouble)),
        }
    }

    /// What the journal's copy was found to have lost while the profile was open: told once.
    pub(super) fn take_cut(&self) -> Option<Cut> {
        self.cut.lock().take()
    }

    /// Which opening of the journal is read: another one after it was replaced.
    pub(super) async fn opening(&self) -> u64 {
        let journal = &self.launcher.journal;
        let openings = journal.run(|journal| Ok(journal.openings()));
        openings.await.unwrap_or_default()
    }
}

/// What the cache in a file remembers of the journal beside it, for one that is opened anew.
pub(super) fn memory(cache: &Arc<Worker<Cache>>, file: &Path) -> Memory {
    let cache = Arc::clone(cache);
    Memory::new(file, move |mark| {
        let mark = mark.clone();
        cache.run_blocking(move |cache| remembered(cache, &mark))
    })
}

/// Holds a journal against the one that the cache remembers, and has it remember this one; a cache of a newer version is
/// asked nothing.
///
/// # Errors
/// Those of the cache.
pub(super) fn remembered(
    cache: &mut Cache,
    mark: &JournalMark,
) -> Result<Option<TroubleKind>, StoreError> {
    match cache.access() {
        Access::ReadWrite => cache.remember_journal(mark),
        Access::NewerVersion { .. } => Ok(None),
    }
}
