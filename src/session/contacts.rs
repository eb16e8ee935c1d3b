//! The contacts of a bot as a table in memory: loaded once, the columns that are waited for first, and brought up to date
//! with what changed whenever they are asked for.

mod loading;
mod needs;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::Timestamp;

use super::freeze::off_the_loop;
use super::{Session, SessionError};
use crate::audience::{RowChange, RowSet, Table};
use crate::domain::preview::Unread;
use crate::domain::record::{Bot, Broadcast};
use crate::store::Cache;
use crate::store::cache::{ContactIds, Known, Update};

use loading::{Loading, Progress, whole};

pub use needs::Needs;

/// Times that it is tried to come up to date with a cache that goes on changing, before everything is read at once.
const ATTEMPTS: usize = 4;

/// The contacts of a bot, as of one state of the cache.
#[derive(Debug)]
pub struct Contacts {
    /// The contacts. While some variables are still being read they lack here as if nobody had them: for questions to
    /// those that were asked for alone.
    pub table: Arc<Table>,
    /// When they came.
    pub as_of: Option<Timestamp>,
    /// The members of each audience that was read to its end.
    pub audiences: HashMap<String, RowSet>,
    /// What is still being read; `None` where everything is there.
    pub unread: Option<Unread>,
    pub(super) generation: i64,
    /// The union of the audiences, once somebody asked for it.
    listed: OnceLock<Option<RowSet>>,
    /// The generation that the table was made at: that of the contacts, or an earlier one from which none has changed.
    pub(super) made_at: i64,
    /// The generation that the table before was made at, and the rows that are others in this one.
    pub(super) change: Option<(i64, RowChange)>,
    ids: Arc<ContactIds>,
}

impl Contacts {
    /// The members of a broadcast's configured audience; `None` where it isn't known, or wasn't read to its end.
    pub fn configured_for(&self, broadcast: &Broadcast) -> Option<&RowSet> {
        let audience = broadcast.audience.as_ref()?;
        self.audiences.get(&audience.id)
    }

    /// The members of all audiences: who isn't among them is known from a file alone. `None` where none was read to its
    /// end, or not everything is there yet.
    pub fn listed(&self) -> Option<&RowSet> {
        let union = || {
            let mut audiences = self.audiences.values();
            let first = audiences.next()?.clone();
            Some(audiences.fold(first, |union, members| union.union(members)))
        };
        let is_whole = self.unread.is_none();
        is_whole.then(|| self.listed.get_or_init(union).as_ref())?
    }

    fn updated(&self, update: Update) -> Self {
        let is_same = update.change.removed.is_empty() && update.change.rows.is_empty();
        let has_same_columns = || {
            let now = update.change.columns.iter().map(|(name, _)| name);
            now.eq(self.table.columns().iter().map(|column| column.name()))
        };
        let mut contacts = Self {
            table: Arc::clone(&self.table),
            as_of: update.as_of,
            audiences: update.audiences,
            unread: None,
            generation: update.generation,
            listed: OnceLock::new(),
            made_at: self.made_at,
            change: self.change.clone(),
            ids: update.ids,
        };
        if !(is_same && has_same_columns()) {
            contacts.table = Arc::new(self.table.changed(&update.change));
            contacts.made_at = update.generation;
            contacts.change = Some((self.made_at, update.change.into_rows()));
        }
        contacts
    }
}

/// The tables that are loaded, by the bot's key.
#[derive(Default)]
pub(super) struct Loaded {
    bots: Mutex<HashMap<String, Entry>>,
    /// One comes up to date at a time: who comes second finds it done.
    updating: tokio::sync::Mutex<()>,
}

/// What is in memory of a bot's contacts.
#[derive(Clone)]
enum Entry {
    Whole(Arc<Contacts>),
    Loading(Arc<Loading>),
}

impl Loaded {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.bots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, bot: &str) -> Option<Entry> {
        self.lock().get(bot).cloned()
    }

    fn put(&self, bot: &str, contacts: &Arc<Contacts>) {
        let entry = Entry::Whole(Arc::clone(contacts));
        self.lock().insert(bot.to_owned(), entry);
    }

    /// Puts a loading in the place of what was known, unless somebody loads already; whether this one is to be started.
    /// `None` where somebody has loaded meanwhile: what that one found is to be looked at first.
    fn begin(&self, bot: &str, known: Option<&Arc<Contacts>>) -> Option<(Arc<Loading>, bool)> {
        let mut bots = self.lock();
        match bots.get(bot) {
            Some(Entry::Loading(loading)) => return Some((Arc::clone(loading), false)),
            Some(Entry::Whole(newer)) if !known.is_some_and(|known| Arc::ptr_eq(known, newer)) => {
                return None;
            }
            _ => {}
        }
        let loading = Loading::new();
        bots.insert(bot.to_owned(), Entry::Loading(Arc::clone(&loading)));
        Some((loading, true))
    }

    /// Takes a loading away that came to its end.
    fn end(&self, bot: &str, ended: &Arc<Loading>) {
        let mut bots = self.lock();
        if let Some(Entry::Loading(loading)) = bots.get(bot)
            && Arc::ptr_eq(loading, ended)
        {
            bots.remove(bot);
        }
    }
}

impl Session {
    /// The contacts of a bot, whole: those in memory with what changed since, or loaded where there are none.
    ///
    /// # Errors
    /// Those of the cache.
    pub async fn contacts(&self, bot: &Bot) -> Result<Arc<Contacts>, SessionError> {
        self.contacts_of(bot, None).await
    }

    /// As [`Session::contacts`]; while they are loaded, those variables alone that are needed, as soon as they are there.
    /// Then [`Contacts::unread`] is some, and only what was said to be needed may be asked.
    ///
    /// # Errors
    /// Those of the cache.
    pub async fn contacts_for(
        &self,
        bot: &Bot,
        needs: &Needs,
    ) -> Result<Arc<Contacts>, SessionError> {
        self.contacts_of(bot, Some(needs)).await
    }

    async fn contacts_of(
        &self,
        bot: &Bot,
        needs: Option<&Needs>,
    ) -> Result<Arc<Contacts>, SessionError> {
        for _ in 0..ATTEMPTS {
            let known = self.contacts.get(&bot.key);
            // Asked behind the look at what is known, so that only a cache that was begun anew has a lower one.
            let key = bot.key.clone();
            let generation = self
                .lookups
                .run(move |cache| cache.generation(&key))
                .await?;
            let loading = match known {
                Some(Entry::Whole(contacts)) if contacts.generation == generation => {
                    return Ok(contacts);
                }
                Some(Entry::Whole(contacts)) => {
                    if let Some(contacts) = self.up_to_date(bot, &contacts).await? {
                        return Ok(contacts);
                    }
                    self.load(bot, Some(&contacts)).await
                }
                Some(Entry::Loading(loading)) => Ok(Some(loading)),
                None => self.load(bot, None).await,
            };
            let loading = match loading {
                Ok(Some(loading)) => loading,
                Ok(None) => continue,
                // Where no further connection can be had, the one that is there does it.
                Err(_) => break,
            };
            match loading.wait(needs, generation).await {
                Progress::Part(contacts) => return Ok(Arc::new(contacts)),
                Progress::Whole(contacts) => {
                    let is_now = contacts.generation == generation;
                    let contacts = self.contacts.whole(&bot.key, &loading, contacts);
                    if is_now {
                        return Ok(contacts);
                    }
                }
                Progress::Failed => {
                    self.contacts.end(&bot.key, &loading);
                    break;
                }
            }
        }
        self.load_at_once(bot).await
    }

    /// Brings what is known up to date; `None` where everything has to be loaded.
    async fn up_to_date(
        &self,
        bot: &Bot,
        known: &Arc<Contacts>,
    ) -> Result<Option<Arc<Contacts>>, SessionError> {
        let _alone = self.contacts.updating.lock().await;
        let known = match self.contacts.get(&bot.key) {
            Some(Entry::Whole(newer)) if newer.generation > known.generation => newer,
            _ => Arc::clone(known),
        };
        let reader = self.lookups.run(|cache| cache.reader()).await?;
        let key = bot.key.clone();
        let updated = off_the_loop(move || {
            let mut reader = reader;
            let update = reader.update(
                &key,
                Known {
                    generation: known.generation,
                    ids: &known.ids,
                    audiences: &known.audiences,
                },
            )?;
            Ok(update.map(|update| Arc::new(known.updated(update))))
        });
        let updated = updated.await?;
        if let Some(contacts) = &updated {
            self.contacts.put(&bot.key, contacts);
        }
        Ok(updated)
    }

    /// Begins to load, unless somebody does already; `None` where somebody has done so meanwhile.
    async fn load(
        &self,
        bot: &Bot,
        known: Option<&Arc<Contacts>>,
    ) -> Result<Option<Arc<Loading>>, SessionError> {
        let readers = self
            .cache
            .run(|cache| Ok((cache.reader()?, cache.reader()?)));
        let (first, second) = readers.await?;
        let begun = self.contacts.begin(&bot.key, known);
        Ok(begun.map(|(loading, is_new)| {
            if is_new {
                loading.start(&bot.key, first, second);
            }
            loading
        }))
    }

    /// Loads everything in one go, on the thread of the cache: nobody writes meanwhile, and what is wrong is said.
    async fn load_at_once(&self, bot: &Bot) -> Result<Arc<Contacts>, SessionError> {
        let key = bot.key.clone();
        let loaded = self.cache.run(move |cache: &mut Cache| whole(cache, &key));
        let contacts = loaded.await?.map_err(SessionError::Contacts)?;
        let contacts = Arc::new(contacts);
        self.contacts.put(&bot.key, &contacts);
        Ok(contacts)
    }
}

impl Loaded {
    /// Takes the whole of a loading over; the one who comes first.
    fn whole(&self, bot: &str, ended: &Arc<Loading>, contacts: Contacts) -> Arc<Contacts> {
        let mut bots = self.lock();
        match bots.get(bot) {
            Some(Entry::Whole(newer)) if newer.generation >= contacts.generation => {
                Arc::clone(newer)
            }
            Some(Entry::Loading(loading)) if !Arc::ptr_eq(loading, ended) => Arc::new(contacts),
            _ => {
                let contacts = Arc::new(contacts);
                bots.insert(bot.to_owned(), Entry::Whole(Arc::clone(&contacts)));
                contacts
            }
        }
    }
}
