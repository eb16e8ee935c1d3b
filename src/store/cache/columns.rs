//! Contacts by column, for the table in memory.
//!
//! A contact's row is its place, from 0, among its bot's contacts in the order in which they first came. Rows stay
//! the same as long as [`ContactView::generation`] does.

use rusqlite::{Connection, Transaction, params};

use crate::domain::record::Contact;
use crate::store::StoreError;
use crate::store::sql::one;

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
            let transaction = connection.unchecked_transaction()?;
            let bot = bot_id(&transaction, bot_key)?;
            let generation = transaction.query_row(
                "SELECT generation FROM bot WHERE id = ?1",
                [bot],
                |row| row.get(0),
            )?;
            let ids = transaction
                .prepare_cached(
                    "SELECT id FROM contact INDEXED BY contact_of_bot WHERE bot = ?1 ORDER BY id",
                )?
                .query_map([bot], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(ContactView {
                transaction,
                bot,
                generation,
                ids,
            })
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
    /// The row numbers in the database, ascending: a contact's row is its index.
    pub(super) ids: Vec<i64>,
}

impl ContactView<'_> {
    /// How many contacts there are: rows are from 0 to one less.
    pub fn rows(&self) -> usize {
        self.ids.len()
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
        let mut statement = self.transaction.prepare_cached(
            "SELECT contact FROM audience_member WHERE audience = ?1 ORDER BY position",
        )?;
        let mut rows = statement.query([audience])?;
        let mut members = Vec::new();
        while let Some(row) = rows.next()? {
            if let Ok(index) = self.ids.binary_search(&row.get(0)?) {
                members.extend(u32::try_from(index));
            }
        }
        Ok(members)
    }

    /// One contact with all its variables; `None` where there is no such row.
    ///
    /// # Errors
    /// Those of the database.
    pub fn contact(&self, row: u32) -> Result<Option<Contact>, StoreError> {
        let Some(id) = self.ids.get(row as usize) else {
            return Ok(None);
        };
        read_contact(&self.transaction, self.bot, *id).map(Some)
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
        let mut ids = (0..).zip(&self.ids).peekable();
        while let Some(row) = rows.next()? {
            let contact: i64 = row.get(0)?;
            while ids.next_if(|(_, id)| **id < contact).is_some() {}
            if let Some((index, _)) = ids.next_if(|(_, id)| **id == contact) {
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
