//! The open draft as other programs change it: looked at when the profile's files changed, told to the screen.

use std::time::Duration;

use super::{Drafts, Standing};
use crate::domain::plan::Plan;
use crate::domain::text::shown;
use crate::model::effect::BroadcastKey;
use crate::model::message::OtherDraft;
use crate::model::{Notice, Reply};
use crate::runtime::effects::Performer;
use crate::runtime::run::Incoming;
use crate::store::cache::Draft;
use crate::store::{Cache, StoreError};

/// Bytes from which a draft of another program's is large: it is read once that rests.
const LARGE: u64 = 250_000;

/// A large draft is read once it was the same for so long; longer than its writer waits between two keys.
const REST: Duration = Duration::from_millis(2_500);

impl Drafts {
    /// Whether a mark is of a draft that the screen neither has nor was told of. On the cache's thread: only there no
    /// draft is being kept meanwhile. Of a broadcast that was left nothing is news.
    fn is_news(&self, key: &BroadcastKey, mark: &str) -> bool {
        let known = self.lock();
        let is_open = known.open.as_ref() == Some(key);
        let standing = known.of.get(key).filter(|_| is_open);
        standing
            .is_some_and(|standing| standing.on != mark && standing.told.as_deref() != Some(mark))
    }
}

impl Performer {
    /// Tells the screen what another program made of the draft that is open.
    pub(in crate::runtime::effects) fn look_at_draft(&self) {
        let mut known = self.drafts.lock();
        let Some(key) = known.open.clone().filter(|_| !known.is_awaiting) else {
            return;
        };
        known.is_awaiting = true;
        drop(known);
        let performer = self.clone();
        tokio::spawn(async move {
            let found = performer.other_draft(&key).await;
            performer.drafts.lock().is_awaiting = false;
            match found {
                Ok(Some(other)) => performer.tell_of(key, other, false).await,
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "it can't be seen what others made of the draft");
                }
            }
        });
    }

    /// The draft of a broadcast, where another program changed it and the screen doesn't know. One that is large is
    /// waited for until its writer rests.
    async fn other_draft(&self, key: &BroadcastKey) -> Result<Option<Draft>, StoreError> {
        let mut last = None;
        loop {
            let (drafts, wanted) = (self.drafts.clone(), key.clone());
            let glance = self.session.cache().run(move |cache: &mut Cache| {
                let glance = cache.draft_glance(&wanted.bot, &wanted.id)?;
                Ok(glance.filter(|glance| drafts.is_news(&wanted, &glance.mark)))
            });
            let Some(glance) = glance.await? else {
                return Ok(None);
            };
            if glance.bytes < LARGE || last.as_ref() == Some(&glance.mark) {
                break;
            }
            last = Some(glance.mark);
            tokio::time::sleep(REST).await;
        }
        let (drafts, wanted) = (self.drafts.clone(), key.clone());
        let read = self.session.cache().run(move |cache: &mut Cache| {
            let draft = cache.draft(&wanted.bot, &wanted.id)?;
            Ok(draft.filter(|draft| drafts.is_news(&wanted, &draft.mark)))
        });
        read.await
    }

    /// Tells the screen of another program's draft.
    pub(super) async fn tell_of(&self, key: BroadcastKey, other: Draft, is_conflict: bool) {
        let mark = other.mark.clone();
        self.drafts
            .with(&key, |standing| standing.told = Some(mark));
        let Draft {
            plan, mark, writer, ..
        } = other;
        let by = if writer.is_empty() {
            "another program".to_owned()
        } else {
            writer
        };
        let plan = tokio::task::spawn_blocking(move || Plan::from_json(&plan)).await;
        let reply = match plan {
            Ok(Ok(plan)) => {
                let other = OtherDraft {
                    plan,
                    mark,
                    by,
                    is_conflict,
                };
                Reply::DraftElsewhere(key, Box::new(other))
            }
            _ => Reply::Say(Notice::warning(format!(
                "{} changed this draft to something that can't be read here. What you type is set aside (o lists it).",
                shown(&by)
            ))),
        };
        let _ = self.send.send(Incoming::reply(reply));
    }

    /// Lets the screen's draft stand on another program's, in the order in which drafts are kept.
    pub(in crate::runtime::effects) fn take_draft(
        &self,
        key: BroadcastKey,
        mark: String,
        gives_way: bool,
    ) {
        let drafts = self.drafts.clone();
        let taking = self.session.cache().run(move |cache: &mut Cache| {
            let mine = drafts.with(&key, |standing: &mut Standing| {
                standing.on.clone_from(&mark);
                standing.aside.take()
            });
            if gives_way {
                cache.give_way(&key.bot, &key.id, &mark, mine.as_deref())?;
            }
            Ok(())
        });
        let send = self.send.clone();
        self.unfinished.spawn(async move {
            if let Err(error) = taking.await {
                let text = format!("The other draft could not be set aside: {error}");
                let _ = send.send(Incoming::reply(Reply::Say(Notice::error(text))));
            }
        });
    }
}
