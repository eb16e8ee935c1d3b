//! Contacts by column, for the table in memory.
//!
//! A contact's row is its place, from 0, among its bot's contacts in the order in which they first came. Rows stay
//! the same as long as [`ContactView::generation`] does.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use crate::domain::record::Contact;
use crate::store::StoreError;
use crate::store::sql::{Time, one};

use super::ids::ContactIds;
use super::{Cache, audience_number, bot_id};

/// The variables that stand in the contact's own row.
const OWN: [&str; 2] = ["user_id", "bot_channel"];

impl Cache {
    /// The names of a bot's variables: `user_id`, `bot_channel`, then the others as they first came.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn columns(&mut self, bot_key: &str) -> Result<Vec<String>, StoreError> {
        self.contacts(bot_key)?.columns()
    }

    /// Hands each set value of one variable to `take`, with its contact's row, in the order of rows.
    ///
    /// To load several columns of one state, take one [`Cache::contacts`].
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn load_column(
        &mut self,
        bot_key: &str,
        name: &str,
        take: &mut dyn FnMut(u32, &str),
    ) -> Result<(), StoreError> {
        self.contacts(bot_key)?.load_column(name, take)
    }

    /// A consistent view of a bot's contacts; writes of others don't show in it. Not to be kept for long: while it
    /// lives the write-ahead log can't be shortened. It takes the cache for itself, since views can't be nested.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn contacts(&mut self, bot_key: &str) -> Result<ContactView<'_>, StoreError> {
        self.read("Reading contacts", |connection| {
            let mut view = ContactView::begin(connection, bot_key)?;
            let mut ids = ContactIds::default();
            let mut statement = connection.prepare_cached(
                "SELECT id FROM contact INDEXED BY contact_of_bot WHERE bot = ?1 ORDER BY id",
            )?;
            let mut rows = statement.query([view.bot])?;
            while let Some(row) = rows.next()? {
                ids.push(row.get(0)?);
            }
            view.ids = Arc::new(ids);
            Ok(view)
        })
    }

    /// As [`Cache::contacts`], where it is known which contacts there are at its generation; `None` where it isn't.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn contacts_with(
        &mut self,
        bot_key: &str,
        known: impl FnOnce(i64) -> Option<Arc<ContactIds>>,
    ) -> Result<Option<ContactView<'_>>, StoreError> {
        self.read("Reading contacts", |connection| {
            let mut view = ContactView::begin(connection, bot_key)?;
            let ids = known(view.generation);
            Ok(ids.map(|ids| {
                view.ids = ids;
                view
            }))
        })
    }

    /// The number that grows whenever a bot's contacts change, in this process or another.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn generation(&self, bot_key: &str) -> Result<i64, StoreError> {
        self.read("Reading contacts", |connection| {
            let bot = bot_id(connection, bot_key)?;
            Ok(connection
                .prepare_cached("SELECT generation FROM bot WHERE id = ?1")?
                .query_row([bot], |row| row.get(0))?)
        })
    }
}

/// A bot's contacts at one moment.
#[derive(Debug)]
pub struct ContactView<'a> {
    pub(super) transaction: Transaction<'a>,
    pub(super) bot: i64,
    generation: i64,
    pub(super) ids: Arc<ContactIds>,
}

impl<'a> ContactView<'a> {
    fn begin(connection: &'a Connection, bot_key: &str) -> Result<Self, StoreError> {
        let transaction = connection.unchecked_transaction()?;
        let bot = bot_id(&transaction, bot_key)?;
        let generation =
            transaction.query_row("SELECT generation FROM bot WHERE id = ?1", [bot], |row| {
                row.get(0)
            })?;
        Ok(Self {
            transaction,
            bot,
            generation,
            ids: Arc::default(),
        })
    }
}

impl ContactView<'_> {
    /// How many contacts there are: rows are from 0 to one less.
    pub fn rows(&self) -> u32 {
        self.ids.rows()
    }

    /// Which contacts there are.
    pub fn ids(&self) -> &Arc<ContactIds> {
        &self.ids
    }

    /// When the contacts were last read to an audience's end, or imported.
    ///
    /// # Errors
    /// Those of the database.
    pub fn as_of(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT as_of FROM bot WHERE id = ?1";
        let at: Option<Time> = self
            .transaction
            .query_row(sql, [self.bot], |row| row.get(0))?;
        Ok(at.map(|time| time.0))
    }

    /// The generation that this view shows.
    pub fn generation(&self) -> i64 {
        self.generation
    }

    /// See [`Cache::columns`].
    ///
    /// # Errors
    /// Those of the database.
    pub fn columns(&self) -> Result<Vec<String>, StoreError> {
        let mut names: Vec<String> = OWN.map(str::to_owned).into();
        let mut statement = self
            .transaction
            .prepare_cached("SELECT name FROM variable WHERE bot = ?1 ORDER BY id")?;
        for name in statement.query_map([self.bot], |row| row.get(0))? {
            names.push(name?);
        }
        Ok(names)
    }

    /// See [`Cache::load_column`]. A name that nobody has gives nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub fn load_column(
        &self,
        name: &str,
        take: &mut dyn FnMut(u32, &str),
    ) -> Result<(), StoreError> {
        match name {
            "user_id" => self.scan(
                "SELECT id, user_id FROM contact NOT INDEXED WHERE bot = ?1 ORDER BY id",
                self.bot,
                take,
            ),
            "bot_channel" => self.scan(
                "SELECT id, channel FROM contact NOT INDEXED WHERE bot = ?1 AND channel <> '' ORDER BY id",
                self.bot,
                take,
            ),
            _ => match self.variable(name)? {
                Some(variable) => self.scan(
                    "SELECT contact, text FROM value WHERE variable = ?1 ORDER BY contact",
                    variable,
                    take,
                ),
                None => Ok(()),
            },
        }
    }

    /// The rows of an audience's members, in the platform's order.
    ///
    /// # Errors
    /// [`StoreError::UnknownAudience`].
    pub fn members(&self, audience_id: &str) -> Result<Vec<u32>, StoreError> {
        let audience = audience_number(&self.transaction, self.bot, audience_id)?;
        let members = self.members_of(audience)?.into_iter();
        Ok(members.filter_map(|id| self.ids.row_of(id)).collect())
    }

    /// The numbers of an audience's members, in the platform's order.
    pub(super) fn members_of(&self, audience: i64) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.transaction.prepare_cached(
            "SELECT contact FROM audience_member WHERE audience = ?1 ORDER BY position",
        )?;
        let members = statement.query_map([audience], |row| row.get(0))?;
        Ok(members.collect::<rusqlite::Result<_>>()?)
    }

    /// The audiences that were read to their end: number, id, and the generation behind which all changes of their
    /// members are known.
    pub(super) fn synced_audiences(&self) -> Result<Vec<(i64, String, i64)>, StoreError> {
        let mut statement = self.transaction.prepare_cached(
            "SELECT number, id, members_since FROM audience WHERE bot = ?1 AND synced_at IS NOT NULL ORDER BY number",
        )?;
        let audiences = statement.query_map([self.bot], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        Ok(audiences.collect::<rusqlite::Result<_>>()?)
    }

    /// The audiences that were read to their end, whose members are known.
    ///
    /// # Errors
    /// Those of the database.
    pub fn audiences(&self) -> Result<Vec<String>, StoreError> {
        let audiences = self.synced_audiences()?.into_iter();
        Ok(audiences.map(|(_, id, _)| id).collect())
    }

    /// Hands the value of one variable in each of some contacts to `take`.
    pub(super) fn each_value(
        &self,
        name: &str,
        contacts: impl Iterator<Item = i64>,
        mut take: impl FnMut(Option<String>),
    ) -> Result<(), StoreError> {
        let own = |sql| Ok::<_, StoreError>((self.transaction.prepare_cached(sql)?, None));
        let (mut statement, variable) = match name {
            "user_id" => own("SELECT user_id FROM contact WHERE id = ?1")?,
            "bot_channel" => own("SELECT nullif(channel, '') FROM contact WHERE id = ?1")?,
            _ => {
                let sql = "SELECT text FROM value WHERE variable = ?2 AND contact = ?1";
                let variable = self.variable(name)?.unwrap_or_default();
                (self.transaction.prepare_cached(sql)?, Some(variable))
            }
        };
        for contact in contacts {
            let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<String>>(0);
            let value = match variable {
                None => statement.query_row([contact], read),
                Some(variable) => statement.query_row([contact, variable], read),
            };
            take(one(value)?.flatten());
        }
        Ok(())
    }

    /// One contact with all its variables; `None` where there is no such row.
    ///
    /// # Errors
    /// Those of the database.
    pub fn contact(&self, row: u32) -> Result<Option<Contact>, StoreError> {
        let Some(id) = self.ids.id_of(row) else {
            return Ok(None);
        };
        read_contact(&self.transaction, self.bot, id).map(Some)
    }

    fn variable(&self, name: &str) -> Result<Option<i64>, StoreError> {
        one(self
            .transaction
            .prepare_cached("SELECT id FROM variable WHERE bot = ?1 AND name = ?2")?
            .query_row(params![self.bot, name], |row| row.get(0)))
    }

    /// Both the scan and `ids` ascend, so a contact's row is found by walking along.
    fn scan(
        &self,
        sql: &str,
        parameter: i64,
        take: &mut dyn FnMut(u32, &str),
    ) -> Result<(), StoreError> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        let mut rows = statement.query([parameter])?;
        let mut ids = self.ids.iter().peekable();
        while let Some(row) = rows.next()? {
            let contact: i64 = row.get(0)?;
            while ids.next_if(|(_, id)| *id < contact).is_some() {}
            if let Some((index, _)) = ids.next_if(|(_, id)| *id == contact) {
                let text = row.get_ref(1)?.as_str();
                take(index, text.map_err(rusqlite::Error::from)?);
            }
        }
        Ok(())
    }
}

fn read_contact(connection: &Connection, bot: i64, id: i64) -> Result<Contact, StoreError> {
    let mut contact = Contact::default();
    connection
        .prepare_cached("SELECT user_id, channel FROM contact WHERE id = ?1")?
        .query_row([id], |row| {
            contact.variables.insert("user_id".to_owned(), row.get(0)?);
            let channel: String = row.get(1)?;
            if !channel.is_empty() {
                contact.variables.insert("bot_channel".to_owned(), channel);
            }
            Ok(())
        })?;
    let mut statement = connection.prepare_cached(
        "SELECT variable.name, value.text FROM variable JOIN value ON value.variable = variable.id AND value.contact = ?2
         WHERE variable.bot = ?1 ORDER BY variable.id",
    )?;
    let mut rows = statement.query(params![bot, id])?;
    while let Some(row) = rows.next()? {
        contact.variables.insert(row.get(0)?, row.get(1)?);
    }
    Ok(contact)
}
