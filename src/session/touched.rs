//! What launches did to a bot's contacts since these were read: each read from the journal once, and looked for again
//! whenever the journal went a step further or the contacts did.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::freeze::off_the_loop;
use super::{Contacts, Session, SessionError};
use crate::audience::touched;
use crate::domain::plan::Plan;
use crate::domain::record::Bot;
use crate::domain::touched::Touched;
use crate::store::{Journal, SqliteJournal};

/// The bot that was asked for last.
#[derive(Default)]
pub(super) struct Kept(Mutex<Option<Entry>>);

#[derive(Clone)]
struct Entry {
    bot: String,
    /// The journal's state when it was read: other processes write to it too, or put another in its place.
    state: Option<(u64, u64)>,
    /// That of the contacts: who is to be created hangs on who is cached.
    generation: i64,
    launches: HashMap<String, Touched>,
    touched: Arc<Vec<Touched>>,
}

impl Kept {
    fn lock(&self) -> MutexGuard<'_, Option<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of the same contacts.
    fn get(&self, bot: &str, generation: i64) -> Option<Entry> {
        let kept = self.lock();
        let entry = kept
            .as_ref()
            .filter(|entry| entry.bot == bot && entry.generation == generation);
        entry.cloned()
    }
}

impl Session {
    /// What launches that have, or may have, arrived did to a bot's contacts since these were read, newest first.
    ///
    /// # Errors
    /// Those of cache and journal.
    pub(super) async fn touched(
        &self,
        bot: &Bot,
        contacts: &Contacts,
    ) -> Result<Arc<Vec<Touched>>, SessionError> {
        let journal = &self.launcher.journal;
        let state = journal.run(|journal: &mut SqliteJournal| Ok(journal.state()));
        let state = state.await?;
        let known = self.touched.get(&bot.key, contacts.generation);
        if let Some(entry) = &known
            && state.is_some()
            && entry.state == state
        {
            return Ok(Arc::clone(&entry.touched));
        }
        let Some(since) = self.read_since(bot, contacts).await? else {
            return Ok(Arc::default());
        };
        let key = bot.key.clone();
        let ids = journal.run(move |journal: &mut SqliteJournal| journal.arrived(&key, since));
        let ids = ids.await?;
        let mut known = known.map(|entry| entry.launches).unwrap_or_default();
        let mut launches = HashMap::with_capacity(ids.len());
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let one = match known.remove(&id) {
                Some(one) => one,
                None => self.touched_by(&id, contacts).await?,
            };
            found.push(one.clone());
            launches.insert(id, one);
        }
        let touched = Arc::new(found);
        *self.touched.lock() = Some(Entry {
            bot: bot.key.clone(),
            state,
            generation: contacts.generation,
            launches,
            touched: Arc::clone(&touched),
        });
        Ok(touched)
    }

    async fn touched_by(&self, id: &str, contacts: &Contacts) -> Result<Touched, SessionError> {
        let (journal, id) = (&self.launcher.journal, id.to_owned());
        let launch = journal.run(move |journal: &mut SqliteJournal| journal.launch(&id));
        let (launch, table) = (launch.await?, Arc::clone(&contacts.table));
        off_the_loop(move || {
            // What a newer version wrote may be no plan here: then nothing is known of it.
            let plan = Plan::from_json(&launch.plan).unwrap_or_default();
            Ok(touched(
                &plan,
                launch.started_at,
                launch.broadcast.name,
                &table,
            ))
        })
        .await
    }

    /// Since when all of a bot's contacts are certainly read: since the reading of its oldest audience began. Where no
    /// audience was read, since they were imported. `None` where there are none.
    async fn read_since(
        &self,
        bot: &Bot,
        contacts: &Contacts,
    ) -> Result<Option<Timestamp>, SessionError> {
        let key = bot.key.clone();
        let read = self.lookups.run(move |cache| {
            let mut oldest: Option<Timestamp> = None;
            for audience in cache.audiences(&key)? {
                let Some(ended) = audience.synced_at else {
                    continue;
                };
                let begun = cache.synced(&key, &reading_of(&audience.id))?;
                // One that began later has not come to its end.
                let since = begun.filter(|begun| *begun <= ended).unwrap_or(ended);
                oldest = Some(oldest.map_or(since, |oldest| oldest.min(since)));
            }
            Ok(oldest)
        });
        Ok(read.await?.or(contacts.as_of))
    }

    /// Notes that an audience begins to be read: what is launched from now on may not be in it.
    pub(super) async fn begins_reading(
        &self,
        bot: &Bot,
        audience: &str,
    ) -> Result<(), SessionError> {
        let (key, part) = (bot.key.clone(), reading_of(audience));
        let noted = self
            .cache
            .run(move |cache| cache.set_synced(&key, &part, Timestamp::now()));
        Ok(noted.await?)
    }
}

/// The part of a sync that the reading of an audience is.
fn reading_of(audience: &str) -> String {
    format!("reading {audience}")
}
