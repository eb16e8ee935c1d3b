//! Drafts kept: a small one at every key, a large one at most every few seconds, always before it is left.
//!
//! A plan becomes JSON on the cache's thread: a long list takes a tenth of a second, which nobody else should wait for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::Performer;
use crate::domain::plan::Plan;
use crate::model::effect::BroadcastKey;
use crate::model::{Notice, Reply};
use crate::runtime::run::Incoming;
use crate::store::Cache;
use crate::store::cache::Draft;

/// Targets from which a draft is large.
const LARGE: usize = 2_000;

/// How long a large draft waits for further keys. Where the program is killed, so much of the typing is lost.
const LATER: Duration = Duration::from_secs(2);

/// Drafts that are not written yet, the newest of each broadcast.
#[derive(Clone, Default)]
pub struct Drafts(Arc<Mutex<HashMap<BroadcastKey, Waiting>>>);

/// A draft that waits to be written.
struct Waiting {
    plan: Arc<Plan>,
    saved_at: Timestamp,
    /// How many asked for it, and want to be answered.
    asked: usize,
}

impl Drafts {
    fn lock(&self) -> MutexGuard<'_, HashMap<BroadcastKey, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a draft in the place of the one before; says whether none waited.
    fn put(&self, key: &BroadcastKey, plan: Arc<Plan>) -> bool {
        let mut waiting = self.lock();
        let asked = waiting.get(key).map_or(0, |before| before.asked);
        let new = Waiting {
            plan,
            saved_at: Timestamp::now(),
            asked: asked + 1,
        };
        waiting.insert(key.clone(), new);
        asked == 0
    }
}

impl Performer {
    pub(super) fn load_draft(&self, key: BroadcastKey) {
        // What waits is the newest; the cache's thread does one after the other.
        self.write_draft(key.clone());
        self.look(move |session| async move {
            let wanted = key.clone();
            let read = session.cache().run(move |cache: &mut Cache| {
                let draft = cache.draft(&wanted.bot, &wanted.id)?;
                Ok(draft.and_then(|draft| Plan::from_json(&draft.plan).ok()))
            });
            Ok(Reply::Draft(key, read.await?.map(Box::new)))
        });
    }

    /// Takes a draft: one that is small is queued at once. Where the disk is slower than the fingers, the newest alone
    /// is written.
    pub(super) fn save_draft(&self, key: BroadcastKey, plan: Arc<Plan>) {
        let is_large = plan.form.targets().len() > LARGE;
        let is_first = self.drafts.put(&key, plan);
        if !is_large {
            self.write_draft(key);
        } else if is_first {
            let later = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(LATER).await;
                later.write_draft(key);
            });
        }
    }

    /// Writes whatever waits.
    pub(super) fn keep_drafts(&self) {
        let keys: Vec<BroadcastKey> = self.drafts.lock().keys().cloned().collect();
        for key in keys {
            self.write_draft(key);
        }
    }

    /// Writes the draft of a broadcast, if one waits, and answers all who asked for it.
    fn write_draft(&self, key: BroadcastKey) {
        if !self.drafts.lock().contains_key(&key) {
            return;
        }
        let (drafts, wanted) = (self.drafts.clone(), key.clone());
        let writing = self.session.cache().run(move |cache: &mut Cache| {
            let Some(newest) = drafts.lock().remove(&wanted) else {
                return Ok((0, Ok(())));
            };
            let draft = Draft {
                bot_key: wanted.bot,
                broadcast_id: wanted.id,
                plan: newest.plan.to_json(),
                saved_at: newest.saved_at,
            };
            Ok((newest.asked, cache.save_draft(&draft)))
        });
        let send = self.send.clone();
        self.unfinished.spawn(async move {
            let (asked, result) = match writing.await {
                Ok((asked, result)) => (asked, result),
                Err(error) => (1, Err(error)),
            };
            for _ in 0..asked {
                let result = match &result {
                    Ok(()) => Ok(()),
                    Err(error) => Err(Notice::error(format!(
                        "The draft could not be kept: {error}"
                    ))),
                };
                let _ = send.send(Incoming::Reply(Reply::DraftSaved(key.clone(), result)));
            }
        });
    }
}
