//! Contacts: per bot the union of its synced audiences and its imports, told apart by `bot_channel` and `user_id`.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::domain::record::{Contact, is_phone_channel};
use crate::store::StoreError;
use crate::store::sql::{Count, Time};

use super::asked::{Notes, Read};
use super::{Cache, bot_id, changes};

/// What became of contacts that were to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Merged {
    /// Saved, as new ones or into those that were there.
    pub saved: u64,
    /// Left out: neither `user_id` nor, on a phone channel, `user_phone_number` tells who it is.
    pub not_identified: u64,
}

impl Cache {
    /// Saves contacts that came from a file called `source`: new values win, others stay. They outlive syncs.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn import_contacts(
        &mut self,
        bot_key: &str,
        source: &str,
        contacts: &[Contact],
        at: Timestamp,
    ) -> Result<Merged, StoreError> {
        self.write("Importing contacts", |transaction| {
            let bot = bot_id(transaction, bot_key)?;
            let mut mark = transaction.prepare("UPDATE contact SET imported = 1 WHERE id = ?1")?;
            let columns = columns_of(contacts);
            let merged = merge(
                transaction,
                bot,
                contacts,
                Read::File(&columns),
                |contact| {
                    mark.execute([contact])?;
                    Ok(())
                },
            )?;
            transaction.execute(
                "INSERT INTO import (bot, source, contacts, at) VALUES (?1, ?2, ?3, ?4)",
                params![bot, source, Count(merged.saved), Time(at)],
            )?;
            touch(transaction, bot, Some(at))?;
            Ok(merged)
        })
    }

    /// Forgets that contacts of a bot were imported: those that are in no audience are removed.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn forget_imports(&mut self, bot_key: &str) -> Result<(), StoreError> {
        self.write("Forgetting imports", |transaction| {
            let bot = bot_id(transaction, bot_key)?;
            transaction.execute("UPDATE contact SET imported = 0 WHERE bot = ?1", [bot])?;
            transaction.execute("DELETE FROM import WHERE bot = ?1", [bot])?;
            remove_left_over(transaction, bot)?;
            touch(transaction, bot, None)
        })
    }

    /// How many contacts of a bot are cached.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn contact_count(&self, bot_key: &str) -> Result<u64, StoreError> {
        self.read("Counting contacts", |connection| {
            let bot = bot_id(connection, bot_key)?;
            let count: Count = connection
                .prepare_cached(
                    "SELECT count(*) FROM contact INDEXED BY contact_of_bot WHERE bot = ?1",
                )?
                .query_row([bot], |row| row.get(0))?;
            Ok(count.0)
        })
    }

    /// When a bot's contacts were last read to an audience's end, or imported.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn as_of(&self, bot_key: &str) -> Result<Option<Timestamp>, StoreError> {
        self.read("Reading the time of the contacts", |connection| {
            let bot = bot_id(connection, bot_key)?;
            let at: Option<Time> =
                connection.query_row("SELECT as_of FROM bot WHERE id = ?1", [bot], |row| {
                    row.get(0)
                })?;
            Ok(at.map(|time| time.0))
        })
    }
}

/// The variables that a file has a column for: those that one of its contacts has.
fn columns_of(contacts: &[Contact]) -> Vec<String> {
    let names = contacts.iter().flat_map(|contact| contact.variables.keys());
    let names: BTreeSet<&String> = names.collect();
    names.into_iter().cloned().collect()
}

/// Saves contacts and hands each one's row number to `saved`, in their order.
///
/// A variable that was asked for and that a contact doesn't have any more is unset. What an import said of a contact
/// stays, since the platform may not know it.
pub(super) fn merge(
    transaction: &Transaction<'_>,
    bot: i64,
    contacts: &[Contact],
    read: Read<'_>,
    mut saved: impl FnMut(i64) -> Result<(), StoreError>,
) -> Result<Merged, StoreError> {
    let mut writer = Writer::new(transaction, bot)?;
    let mut notes = Notes::new(transaction, bot, read);
    let mut merged = Merged::default();
    let mut changed = Vec::new();
    for contact in contacts {
        let Some(identity) = Identity::of(contact) else {
            merged.not_identified += 1;
            continue;
        };
        let known = writer.contact(&identity)?;
        let id = known.id;
        let mut is_changed = known.is_new;
        for (name, text) in &contact.variables {
            if name != "user_id" && name != "bot_channel" {
                is_changed |= writer.value(id, name, text)?;
            }
        }
        if let Some(phone) = identity.phone {
            is_changed |= writer.value(id, "user_phone_number", phone)?;
        }
        is_changed |= writer.unset(id, contact, read.asked())?;
        is_changed |= notes.note(id, known.asked, known.is_new)?;
        changed.extend(is_changed.then_some(id));
        saved(id)?;
        merged.saved += 1;
    }
    changes::note(transaction, bot, &changed)?;
    touch(transaction, bot, None)?;
    Ok(merged)
}

/// Who a contact is.
struct Identity<'a> {
    channel: &'a str,
    user_id: &'a str,
    /// The phone number that follows from the `user_id`, where the contact doesn't say it.
    phone: Option<&'a str>,
}

impl<'a> Identity<'a> {
    /// On WhatsApp, SMS and RCS `user_id` equals `user_phone_number` `[D]`: either one gives the other.
    fn of(contact: &'a Contact) -> Option<Self> {
        let given = |name| contact.get(name).filter(|text| !text.is_empty());
        let channel = given("bot_channel").unwrap_or_default();
        let phone = given("user_phone_number");
        let is_phone = is_phone_channel(channel);
        let user_id = given("user_id").or(phone.filter(|_| is_phone))?;
        Some(Self {
            channel,
            user_id,
            phone: (is_phone && phone.is_none()).then_some(user_id),
        })
    }
}

/// A contact's row.
struct Known {
    id: i64,
    /// The set of names that it was read with, where that was noted.
    asked: Option<i64>,
    is_new: bool,
}

struct Writer<'a> {
    transaction: &'a Transaction<'a>,
    bot: i64,
    variables: HashMap<Cow<'a, str>, i64>,
}

impl<'a> Writer<'a> {
    fn new(transaction: &'a Transaction<'a>, bot: i64) -> Result<Self, StoreError> {
        let variables = transaction
            .prepare_cached("SELECT name, id FROM variable WHERE bot = ?1")?
            .query_map([bot], |row| Ok((Cow::Owned(row.get(0)?), row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Self {
            transaction,
            bot,
            variables,
        })
    }

    fn contact(&self, identity: &Identity<'_>) -> Result<Known, StoreError> {
        let key = params![self.bot, identity.channel, identity.user_id];
        let known = self
            .transaction
            .prepare_cached(
                "SELECT id, asked FROM contact WHERE bot = ?1 AND channel = ?2 AND user_id = ?3",
            )?
            .query_row(key, |row| {
                Ok(Known {
                    id: row.get(0)?,
                    asked: row.get(1)?,
                    is_new: false,
                })
            })
            .optional()?;
        if let Some(known) = known {
            return Ok(known);
        }
        self.transaction
            .prepare_cached("INSERT INTO contact (bot, channel, user_id) VALUES (?1, ?2, ?3)")?
            .execute(key)?;
        Ok(Known {
            id: self.transaction.last_insert_rowid(),
            asked: None,
            is_new: true,
        })
    }

    /// Sets a variable; whether it had another value.
    fn value(&mut self, contact: i64, name: &str, text: &str) -> Result<bool, StoreError> {
        let variable = self.variable(name)?;
        let changed = self
            .transaction
            .prepare_cached(
                "INSERT INTO value (variable, contact, text) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET text = excluded.text WHERE text <> excluded.text",
            )?
            .execute(params![variable, contact, text])?;
        Ok(changed > 0)
    }

    /// Takes away the variables that were asked for and that a contact doesn't have; whether there were any.
    fn unset(&self, id: i64, contact: &Contact, asked: &[String]) -> Result<bool, StoreError> {
        let mut changed = 0;
        let is_asked = |name: &str| asked.iter().any(|asked| asked == "*" || asked == name);
        let mut delete = self.transaction.prepare_cached(
            "DELETE FROM value WHERE variable = ?1 AND contact = ?2
                 AND NOT (SELECT imported FROM contact WHERE id = ?2)",
        )?;
        // The number of a contact on a phone channel follows from its id.
        let is_phone = contact.get("bot_channel").is_some_and(is_phone_channel);
        for (name, variable) in &self.variables {
            let follows = is_phone && name == "user_phone_number";
            if contact.get(name).is_none() && !follows && is_asked(name) {
                changed += delete.execute([*variable, id])?;
            }
        }
        Ok(changed > 0)
    }

    fn variable(&mut self, name: &str) -> Result<i64, StoreError> {
        if let Some(id) = self.variables.get(name) {
            return Ok(*id);
        }
        self.transaction.execute(
            "INSERT INTO variable (bot, name) VALUES (?1, ?2)",
            params![self.bot, name],
        )?;
        let id = self.transaction.last_insert_rowid();
        self.variables.insert(Cow::Owned(name.to_owned()), id);
        Ok(id)
    }
}

/// Counts up that a bot's contacts changed, and notes from when they are, if a read or import came to its end. Where a
/// program wrote that doesn't note what it changes, what was noted before it is of no use any more.
pub(super) fn touch(
    transaction: &Transaction<'_>,
    bot: i64,
    as_of: Option<Timestamp>,
) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE bot SET generation = generation + 1, as_of = coalesce(?2, as_of),
             changes_since = CASE changes_until WHEN generation THEN changes_since ELSE generation + 1 END,
             changes_until = generation + 1
         WHERE id = ?1",
        params![bot, as_of.map(Time)],
    )?;
    Ok(())
}

/// Removes contacts that are in no audience, no unfinished read and no import, and variables that nobody has.
pub(super) fn remove_left_over(transaction: &Transaction<'_>, bot: i64) -> Result<(), StoreError> {
    transaction.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS left_over (id INTEGER PRIMARY KEY);
         DELETE FROM temp.left_over;",
    )?;
    let members = |table: &str| {
        format!(
            "SELECT contact FROM {table} JOIN audience ON audience.number = {table}.audience WHERE audience.bot = ?1"
        )
    };
    let found = transaction.execute(
        &format!(
            "INSERT INTO temp.left_over SELECT id FROM contact WHERE bot = ?1 AND imported = 0
                 AND id NOT IN ({} UNION ALL {})",
            members("audience_member"),
            members("audience_reading"),
        ),
        [bot],
    )?;
    if found == 0 {
        return Ok(());
    }
    let gone: Vec<i64> = transaction
        .prepare("SELECT id FROM temp.left_over ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    changes::note(transaction, bot, &gone)?;
    transaction.execute(
        "DELETE FROM value WHERE variable IN (SELECT id FROM variable WHERE bot = ?1)
             AND contact IN (SELECT id FROM temp.left_over)",
        [bot],
    )?;
    transaction.execute(
        "DELETE FROM contact WHERE id IN (SELECT id FROM temp.left_over)",
        [],
    )?;
    transaction.execute(
        "DELETE FROM variable WHERE bot = ?1 AND NOT EXISTS (SELECT 1 FROM value WHERE variable = variable.id)",
        [bot],
    )?;
    Ok(())
}
