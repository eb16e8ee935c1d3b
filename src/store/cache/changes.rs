//! What changed of a bot's contacts since a table was loaded: written down by every write, read when the table is asked
//! for next.
//!
//! The log is short: where more changed than it holds, loading everything is as quick.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::Cache;
use super::columns::ContactView;
use super::ids::ContactIds;
use crate::audience::{RowSet, TableChange};
use crate::store::StoreError;
use crate::store::sql::{Count, one};

/// Changed contacts that are written down of a bot, and changed members of an audience.
const MOST: u64 = 100_000;

/// Where more than one contact in so many changed, everything is loaded.
const ONE_IN: usize = 10;

/// So many changes pay in any table.
const FEW: usize = 1000;

/// Variables with their values in some contacts.
type Columns = Vec<(String, Vec<Option<String>>)>;

/// What is in memory of a bot's contacts.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The generation that it shows.
    pub generation: i64,
    /// The contacts.
    pub ids: &'a ContactIds,
    /// The members of the audiences.
    pub audiences: &'a HashMap<String, RowSet>,
}

/// What brings it up to date.
#[derive(Debug)]
pub struct Update {
    /// The generation that it shows then.
    pub generation: i64,
    /// When the contacts came.
    pub as_of: Option<Timestamp>,
    /// What became of the table.
    pub change: TableChange,
    /// The contacts.
    pub ids: Arc<ContactIds>,
    /// The members of each audience that was read to its end.
    pub audiences: HashMap<String, RowSet>,
}

impl Cache {
    /// What changed of a bot's contacts, by about as much work as there are changes; `None` where that isn't known, or
    /// where it is so much that everything is loaded as quickly.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn update(
        &mut self,
        bot_key: &str,
        known: Known<'_>,
    ) -> Result<Option<Update>, StoreError> {
        let Some(view) = self.contacts_with(bot_key, |_| Some(Arc::default()))? else {
            return Ok(None);
        };
        let Some(changed) = view.changed_since(known.generation)? else {
            return Ok(None);
        };
        if changed.len() > FEW.max(known.ids.rows() as usize / ONE_IN) {
            return Ok(None);
        }
        view.update(known, &changed)
    }
}

impl ContactView<'_> {
    /// The contacts that changed after a generation, rising; `None` where the log doesn't reach back so far.
    fn changed_since(&self, generation: i64) -> Result<Option<Vec<i64>>, StoreError> {
        let (since, until): (i64, i64) = self
            .transaction
            .prepare_cached("SELECT changes_since, changes_until FROM bot WHERE id = ?1")?
            .query_row([self.bot], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let now = self.generation();
        if until != now || generation < since || generation > now {
            return Ok(None);
        }
        let mut statement = self.transaction.prepare_cached(
            "SELECT DISTINCT contact FROM contact_change WHERE bot = ?1 AND generation > ?2 ORDER BY contact",
        )?;
        let changed = statement.query_map([self.bot, generation], |row| row.get(0))?;
        Ok(Some(changed.collect::<rusqlite::Result<_>>()?))
    }

    fn update(&self, known: Known<'_>, changed: &[i64]) -> Result<Option<Update>, StoreError> {
        let mut statement = self
            .transaction
            .prepare_cached("SELECT asked FROM contact WHERE id = ?1 AND bot = ?2")?;
        let (mut gone, mut here) = (Vec::new(), Vec::new());
        for id in changed {
            let asked = one(statement.query_row([*id, self.bot], |row| row.get(0)))?;
            match asked {
                Some(asked) => here.push((*id, asked)),
                None => gone.push(*id),
            }
        }
        gone.retain(|id| known.ids.row_of(*id).is_some());
        let removed = gone.iter().filter_map(|id| known.ids.row_of(*id)).collect();
        let mut ids = known.ids.without(&gone);
        let before = ids.rows();
        for (id, _) in here
            .iter()
            .filter(|(id, _)| known.ids.row_of(*id).is_none())
        {
            // A number that was free again: its row would lie between those that stay.
            if ids.last().is_some_and(|last| *id <= last) {
                return Ok(None);
            }
            ids.push(*id);
        }
        let rows: Vec<u32> = here.iter().filter_map(|(id, _)| ids.row_of(*id)).collect();
        let change = TableChange {
            removed,
            added: ids.rows() - before,
            rows,
            asked: self.asked_of(&here)?,
            columns: self.values_of(&here)?,
        };
        Ok(Some(Update {
            generation: self.generation(),
            as_of: self.as_of()?,
            audiences: self.members_since(known, &change, &ids)?,
            ids: Arc::new(ids),
            change,
        }))
    }

    /// The names that contacts were read with, by the numbers of their sets.
    fn asked_of(
        &self,
        contacts: &[(i64, Option<i64>)],
    ) -> Result<Vec<Option<Arc<BTreeSet<String>>>>, StoreError> {
        let sets = self.sets_in_part()?;
        let names = |asked: Option<i64>| sets.get(&asked?).cloned();
        Ok(contacts.iter().map(|(_, asked)| names(*asked)).collect())
    }

    /// Every variable with its values in these contacts.
    fn values_of(&self, contacts: &[(i64, Option<i64>)]) -> Result<Columns, StoreError> {
        let mut columns = Vec::new();
        for name in self.columns()? {
            let mut values = Vec::with_capacity(contacts.len());
            self.each_value(&name, contacts.iter().map(|(id, _)| *id), |value| {
                values.push(value);
            })?;
            columns.push((name, values));
        }
        Ok(columns)
    }

    /// The members of the audiences now: those that are known and what changed, or all of them.
    fn members_since(
        &self,
        known: Known<'_>,
        change: &TableChange,
        ids: &ContactIds,
    ) -> Result<HashMap<String, RowSet>, StoreError> {
        let mut audiences = HashMap::new();
        for (number, id, since) in self.synced_audiences()? {
            let members = match known.audiences.get(&id) {
                Some(members) if since <= known.generation => {
                    let changed = self.changed_members(number, known.generation, ids)?;
                    members.moved(&change.removed, ids.rows()).with(changed)
                }
                _ => {
                    let members = self.members_of(number)?.into_iter();
                    RowSet::of(ids.rows(), members.filter_map(|id| ids.row_of(id)))
                }
            };
            audiences.insert(id, members);
        }
        Ok(audiences)
    }

    fn changed_members(
        &self,
        audience: i64,
        generation: i64,
        ids: &ContactIds,
    ) -> Result<Vec<(u32, bool)>, StoreError> {
        // In the order of time: what was written last holds.
        let mut statement = self.transaction.prepare_cached(
            "SELECT contact, is_member FROM member_change WHERE audience = ?1 AND generation > ?2
             ORDER BY generation, contact",
        )?;
        let mut rows = statement.query([audience, generation])?;
        let mut changed = Vec::new();
        while let Some(row) = rows.next()? {
            if let Some(place) = ids.row_of(row.get(0)?) {
                changed.push((place, row.get(1)?));
            }
        }
        Ok(changed)
    }
}

/// Writes down that contacts changed: once in the write that changes them, before it counts the generation up.
pub(super) fn note(
    transaction: &Transaction<'_>,
    bot: i64,
    contacts: &[i64],
) -> Result<(), StoreError> {
    if contacts.is_empty() {
        return Ok(());
    }
    let (generation, held): (i64, Count) = transaction
        .prepare_cached("SELECT generation, changes FROM bot WHERE id = ?1")?
        .query_row([bot], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let more = contacts.len() as u64;
    let is_too_much = more > MOST;
    if is_too_much || held.0 + more > MOST {
        transaction.execute("DELETE FROM contact_change WHERE bot = ?1", [bot])?;
        let since = generation + i64::from(is_too_much);
        transaction.execute(
            "UPDATE bot SET changes = 0, changes_since = ?2 WHERE id = ?1",
            [bot, since],
        )?;
    }
    if is_too_much {
        return Ok(());
    }
    let mut insert = transaction.prepare_cached(
        "INSERT OR IGNORE INTO contact_change (bot, generation, contact) VALUES (?1, ?2, ?3)",
    )?;
    let mut noted = 0;
    for contact in contacts {
        noted += insert.execute([bot, generation + 1, *contact])?;
    }
    transaction
        .prepare_cached("UPDATE bot SET changes = changes + ?2 WHERE id = ?1")?
        .execute(params![bot, Count(noted as u64)])?;
    Ok(())
}

/// Writes down how the members of an audience change when those that were read take the place of those that are there,
/// in the write that does it and before it counts the generation up.
pub(super) fn note_members(
    transaction: &Transaction<'_>,
    bot: i64,
    audience: i64,
) -> Result<(), StoreError> {
    let generation: i64 =
        transaction.query_row("SELECT generation FROM bot WHERE id = ?1", [bot], |row| {
            row.get(0)
        })?;
    let had: i64 = transaction.query_row(
        "SELECT count(*) FROM (SELECT 1 FROM audience_member WHERE audience = ?1 LIMIT 1)",
        [audience],
        |row| row.get(0),
    )?;
    let mut noted = 0;
    if had > 0 {
        let most = MOST + 1;
        for (is_member, here, there) in [
            (true, "audience_reading", "audience_member"),
            (false, "audience_member", "audience_reading"),
        ] {
            noted += transaction.execute(
                &format!(
                    "INSERT OR REPLACE INTO member_change (audience, generation, contact, is_member)
                     SELECT ?1, ?2, contact, ?3 FROM (SELECT contact FROM {here} WHERE audience = ?1
                     EXCEPT SELECT contact FROM {there} WHERE audience = ?1) LIMIT {most}"
                ),
                params![audience, generation + 1, is_member],
            )?;
        }
    }
    let held: Count = transaction.query_row(
        "SELECT count(*) FROM member_change WHERE audience = ?1",
        [audience],
        |row| row.get(0),
    )?;
    if had == 0 || noted as u64 > MOST || held.0 > MOST {
        transaction.execute("DELETE FROM member_change WHERE audience = ?1", [audience])?;
        transaction.execute(
            "UPDATE audience SET members_since = ?2 WHERE number = ?1",
            [audience, generation + 1],
        )?;
    }
    Ok(())
}
