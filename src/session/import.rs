//! Contacts out of files into the cache.

use jiff::Timestamp;

use super::{Session, SessionError};
use crate::audience::Country;
use crate::audience::Table;
use crate::audience::unknown_channels;
use crate::config::ConfigError;
use crate::domain::record::{Bot, Contact};
use crate::store::Cache;
use crate::store::cache::Merged;

/// Contacts of a file, held against those that are cached.
#[derive(Debug, Clone)]
pub struct ContactImport {
    /// The contacts. One whose row named no channel has that of the cached contact of its `user_id`, if there is one
    /// such alone.
    pub contacts: Vec<Contact>,
    /// How many are not cached yet.
    pub new: u64,
    /// How many are cached, and get what the file says in addition.
    pub known: u64,
    /// How many have no `bot_channel`, so that the platform's contacts of the same `user_id` are others.
    pub without_channel: u64,
    /// How many of the new ones are on a channel that nobody of the bot is on, with the warning for each channel.
    pub unknown_channels: Vec<(u64, String)>,
}

impl Session {
    /// The country of phone numbers without a country code: the one given, else that of the profile.
    ///
    /// # Errors
    /// [`SessionError::Config`] where no country has this code.
    pub fn country(&self, given: Option<&str>) -> Result<Option<Country>, SessionError> {
        let Some(code) = given.or(self.profile.country.as_deref()) else {
            return Ok(None);
        };
        Country::parse(code)
            .map(Some)
            .ok_or_else(|| SessionError::Config(ConfigError::Country(code.to_owned())))
    }

    /// Holds the contacts of a file against those that are cached of a bot. Changes nothing.
    ///
    /// # Errors
    /// Those of the cache.
    pub async fn match_import(
        &self,
        bot: &Bot,
        contacts: Vec<Contact>,
    ) -> Result<ContactImport, SessionError> {
        let cached = self.contacts(bot).await?;
        let mut import = ContactImport {
            contacts,
            new: 0,
            known: 0,
            without_channel: 0,
            unknown_channels: Vec::new(),
        };
        for contact in &mut import.contacts {
            complete_channel(contact, &cached.table);
            import.without_channel += u64::from(contact.id().channel.is_empty());
            match cached.table.row_of(&contact.id()) {
                Some(_) => import.known += 1,
                None => import.new += 1,
            }
        }
        let ids: Vec<_> = import.contacts.iter().map(Contact::id).collect();
        let channels = ids.iter().map(|id| id.channel.as_str());
        import.unknown_channels = unknown_channels(channels, &cached.table, &bot.channels);
        Ok(import)
    }

    /// Saves contacts that came from a file called `source`. New values win, variables that the file lacks stay.
    ///
    /// A read-only profile allows it: nothing but the cache on this machine changes, and that can be thrown away.
    ///
    /// # Errors
    /// Those of the cache.
    pub async fn import_contacts(
        &self,
        bot: &Bot,
        source: &str,
        contacts: Vec<Contact>,
    ) -> Result<Merged, SessionError> {
        let (key, source) = (bot.key.clone(), source.to_owned());
        let save = move |cache: &mut Cache| {
            cache.import_contacts(&key, &source, &contacts, Timestamp::now())
        };
        Ok(self.cache.run(save).await?)
    }
}

/// A `user_id` alone is unique in its channel only `[D]`; where one contact has it, that is the one.
fn complete_channel(contact: &mut Contact, table: &Table) {
    let id = contact.id();
    if !id.channel.is_empty() {
        return;
    }
    if let [row] = table.rows_of_user_id(&id.user_id)
        && let Some(channel) = table.value(*row, "bot_channel")
    {
        contact
            .variables
            .insert("bot_channel".to_owned(), channel.to_owned());
    }
}
