//! The contacts of a bot as a table in memory, loaded once and kept until they change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::{Session, SessionError};
use crate::audience::{RowSet, Table, TableBuilder};
use crate::domain::record::{Bot, Broadcast};
use crate::store::{Cache, StoreError};

/// The contacts of a bot, as of one state of the cache.
#[derive(Debug)]
pub struct Contacts {
    /// The contacts.
    pub table: Arc<Table>,
    /// When they came.
    pub as_of: Option<Timestamp>,
    /// The members of each audience that was read to its end.
    pub audiences: HashMap<String, RowSet>,
    pub(super) generation: i64,
}

impl Contacts {
    /// The members of a broadcast's configured audience; `None` where it isn't known, or wasn't read to its end.
    pub fn configured_for(&self, broadcast: &Broadcast) -> Option<&RowSet> {
        let audience = broadcast.audience.as_ref()?;
        self.audiences.get(&audience.id)
    }
}

/// The tables that are loaded, by the bot's key.
#[derive(Default)]
pub(super) struct Loaded(Mutex<HashMap<String, Arc<Contacts>>>);

impl Loaded {
    fn get(&self, bot: &str) -> Option<Arc<Contacts>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(bot)
            .cloned()
    }

    fn put(&self, bot: &str, contacts: Arc<Contacts>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(bot.to_owned(), contacts);
    }
}

impl Session {
    /// The contacts of a bot: those in memory, or loaded anew where the cache has changed since.
    ///
    /// # Errors
    /// Those of the cache.
    pub async fn contacts(&self, bot: &Bot) -> Result<Arc<Contacts>, SessionError> {
        let known = self.contacts.get(&bot.key);
        let generation = known.as_ref().map(|contacts| contacts.generation);
        let key = bot.key.clone();
        let loaded = self
            .cache
            .run(move |cache| load(cache, &key, generation))
            .await?
            .map_err(SessionError::Contacts)?;
        match (loaded, known) {
            (Some(contacts), _) => {
                let contacts = Arc::new(contacts);
                self.contacts.put(&bot.key, Arc::clone(&contacts));
                Ok(contacts)
            }
            (None, Some(known)) => Ok(known),
            (None, None) => Err(SessionError::Contacts("nothing was loaded".into())),
        }
    }
}

/// Loads the contacts of a bot; `None` where those of `known` are still right. The inner error says what of them can't
/// be a table.
fn load(
    cache: &mut Cache,
    bot: &str,
    known: Option<i64>,
) -> Result<Result<Option<Contacts>, String>, StoreError> {
    if known.is_some() && known == Some(cache.generation(bot)?) {
        return Ok(Ok(None));
    }
    let as_of = cache.as_of(bot)?;
    let audiences = cache.audiences(bot)?;
    let view = cache.contacts(bot)?;
    let rows = u32::try_from(view.rows()).unwrap_or(u32::MAX);
    let mut builder = TableBuilder::new(rows);
    for name in view.columns()? {
        let column = builder.column(&name);
        let mut wrong = None;
        view.load_column(&name, &mut |row, value| {
            if wrong.is_none() {
                wrong = column.push(row, value).err();
            }
        })?;
        // A column that lacks values would count the wrong contacts.
        if let Some(error) = wrong {
            return Ok(Err(error.to_string()));
        }
    }
    let asked = view.asked()?;
    let mut members = HashMap::new();
    for audience in audiences
        .into_iter()
        .filter(|audience| audience.synced_at.is_some())
    {
        let of = view.members(&audience.id)?;
        members.insert(audience.id, RowSet::of(rows, of));
    }
    Ok(Ok(Some(Contacts {
        table: Arc::new(builder.finish().asked_in(asked)),
        as_of,
        audiences: members,
        generation: view.generation(),
    })))
}
