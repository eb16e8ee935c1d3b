//! Drafts kept: a small one at every key, a large one at most every few seconds, always before it is left.
//!
//! A plan becomes JSON on the cache's thread: a long list takes a tenth of a second, which nobody else should wait for.
//! That thread does one after the other, so a draft is kept on the one that the screen knew when it was typed. Where
//! another program changed that meanwhile, what is typed is set aside, and the screen is told.

mod elsewhere;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::Performer;
use crate::domain::plan::Plan;
use crate::model::effect::BroadcastKey;
use crate::model::{Notice, Reply};
use crate::runtime::run::Incoming;
use crate::store::cache::Draft;
use crate::store::{Cache, StoreError};

/// Targets from which a draft is large.
const LARGE: usize = 2_000;

/// How long a large draft waits for further keys. Where the program is killed, so much of the typing is lost.
const LATER: Duration = Duration::from_secs(2);

/// What is known of the drafts that the screen had open.
#[derive(Clone, Default)]
pub struct Drafts(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    /// The broadcast whose draft was opened last.
    open: Option<BroadcastKey>,
    of: HashMap<BroadcastKey, Standing>,
    /// Whether what another program is writing is waited for.
    is_awaiting: bool,
}

/// How the screen's draft of a broadcast stands to the one that is kept.
#[derive(Default)]
struct Standing {
    /// The mark of the kept one that the screen's stands on; empty where none was kept.
    on: String,
    /// The mark of another program's that the screen was told of last.
    told: Option<String>,
    /// The mark under which the screen's is set aside, as long as it can't replace the kept one.
    aside: Option<String>,
    /// The newest, where it is not written yet.
    waiting: Option<Waiting>,
}

/// A draft that waits to be written.
struct Waiting {
    plan: Arc<Plan>,
    saved_at: Timestamp,
    /// How many asked for it, and want to be answered.
    asked: usize,
}

/// What came of writing a draft.
enum Written {
    /// It is kept, or, behind one of another program's that the screen knows of, set aside.
    Safe,
    /// It is set aside, since another program's is kept that the screen doesn't know of.
    Aside(Box<Draft>),
}

impl Drafts {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, key: &BroadcastKey, change: impl FnOnce(&mut Standing) -> T) -> T {
        change(self.lock().of.entry(key.clone()).or_default())
    }

    /// Puts a draft in the place of the one before; says whether none waited.
    fn put(&self, key: &BroadcastKey, plan: Arc<Plan>) -> bool {
        self.with(key, |standing| {
            let asked = standing.waiting.as_ref().map_or(0, |before| before.asked);
            standing.waiting = Some(Waiting {
                plan,
                saved_at: Timestamp::now(),
                asked: asked + 1,
            });
            asked == 0
        })
    }

    /// Notes that the screen has the kept draft of this mark.
    fn opened(&self, key: &BroadcastKey, mark: String) {
        let mut known = self.lock();
        known.open = Some(key.clone());
        let standing = known.of.entry(key.clone()).or_default();
        standing.on = mark;
        standing.told = None;
        standing.aside = None;
    }
}

impl Performer {
    pub(super) fn load_draft(&self, key: BroadcastKey) {
        // What waits is the newest; the cache's thread does one after the other.
        self.write_draft(key.clone());
        let drafts = self.drafts.clone();
        self.look(move |session| async move {
            let wanted = key.clone();
            let read = session.cache().run(move |cache: &mut Cache| {
                let draft = cache.draft(&wanted.bot, &wanted.id)?;
                let mark = draft.as_ref().map(|draft| draft.mark.clone());
                drafts.opened(&wanted, mark.unwrap_or_default());
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
        let waits = |(key, standing): (&BroadcastKey, &Standing)| {
            standing.waiting.is_some().then(|| key.clone())
        };
        let keys: Vec<BroadcastKey> = self.drafts.lock().of.iter().filter_map(waits).collect();
        for key in keys {
            self.write_draft(key);
        }
    }

    /// Writes the draft of a broadcast, if one waits, and answers all who asked for it.
    fn write_draft(&self, key: BroadcastKey) {
        if self
            .drafts
            .with(&key, |standing| standing.waiting.is_none())
        {
            return;
        }
        let (drafts, wanted, writer) = (self.drafts.clone(), key.clone(), self.writer());
        let writing = self.session.cache().run(move |cache: &mut Cache| {
            let newest = drafts.with(&wanted, |standing| standing.waiting.take());
            let Some(newest) = newest else {
                return Ok((0, Ok(Written::Safe)));
            };
            let draft = Draft {
                bot_key: wanted.bot.clone(),
                broadcast_id: wanted.id.clone(),
                plan: newest.plan.to_json(),
                saved_at: newest.saved_at,
                mark: Uuid::now_v7().to_string(),
                writer,
            };
            Ok((newest.asked, write(cache, &drafts, &wanted, draft)))
        });
        let performer = self.clone();
        self.unfinished.spawn(async move {
            let (asked, result) = match writing.await {
                Ok((asked, result)) => (asked, result),
                Err(error) => (1, Err(error)),
            };
            performer.answer_all(&key, asked, result).await;
        });
    }

    /// Answers all who asked for a draft to be kept; tells of another program's before.
    async fn answer_all(
        &self,
        key: &BroadcastKey,
        asked: usize,
        result: Result<Written, StoreError>,
    ) {
        let result = match result {
            Ok(Written::Safe) => Ok(()),
            Ok(Written::Aside(other)) => {
                self.tell_of(key.clone(), *other, true).await;
                Ok(())
            }
            Err(error) => Err(Notice::error(format!(
                "The draft could not be kept: {error}"
            ))),
        };
        for _ in 0..asked {
            let reply = Reply::DraftSaved(key.clone(), result.clone());
            let _ = self.send.send(Incoming::reply(reply));
        }
    }

    /// Who keeps drafts here, in words.
    fn writer(&self) -> String {
        format!("{} (process {})", self.session.operator, std::process::id())
    }
}

/// Keeps a draft on the one that the screen's stands on, or sets it aside.
fn write(
    cache: &mut Cache,
    drafts: &Drafts,
    key: &BroadcastKey,
    draft: Draft,
) -> Result<Written, StoreError> {
    let (on, aside) = drafts.with(key, |standing| {
        (standing.on.clone(), standing.aside.clone())
    });
    if cache.save_draft(&draft, &on)? {
        drafts.with(key, |standing| {
            standing.on = draft.mark;
            standing.aside = None;
        });
        return Ok(Written::Safe);
    }
    let mark = aside.unwrap_or_else(|| draft.mark.clone());
    drafts.with(key, |standing| standing.aside = Some(mark.clone()));
    cache.set_draft_aside(&Draft { mark, ..draft })?;
    let told = drafts.with(key, |standing| standing.told.clone());
    let kept = cache.draft_glance(&key.bot, &key.id)?;
    if kept.is_none_or(|kept| Some(kept.mark) == told) {
        return Ok(Written::Safe);
    }
    let other = cache.draft(&key.bot, &key.id)?;
    Ok(other.map_or(Written::Safe, |other| Written::Aside(Box::new(other))))
}
