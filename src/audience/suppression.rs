//! The suppression list held against the cached contacts: who of them is on it, by whichever of their names.

use std::collections::HashSet;

use super::preview::rows_of;
use super::{RowChange, RowSet, Table};
use crate::domain::parts::in_parts;
use crate::domain::plan::Target;
use crate::domain::record::is_phone_channel;
use crate::domain::suppression::{may_be_phone, normal, normals_of};

/// Fewer rows than this are held against the list before a thread has begun.
const ROWS_WORTH_THREADS: u32 = 20_000;

/// Who must not be written to, made ready for the contacts of one table.
#[derive(Debug, Clone, Default)]
pub struct Suppression {
    /// The list, in normal forms.
    keys: HashSet<String>,
    /// The cached contacts that are on it by `user_id` or phone number.
    rows: Option<RowSet>,
    /// The phone numbers of these contacts, in normal form: whoever is named by one of them is one of these contacts.
    phones: HashSet<String>,
}

impl Suppression {
    /// Holds a list (normal forms, see [`crate::domain::suppression::key`]) against a table: each contact is looked at
    /// once.
    pub fn new(keys: HashSet<String>, table: &Table) -> Self {
        if keys.is_empty() {
            return Self::default();
        }
        let all: Vec<u32> = (0..table.rows()).collect();
        let found = in_parts(&all, ROWS_WORTH_THREADS as usize, |part| {
            let rows = part.iter().copied();
            rows.filter(|row| is_on(&keys, table, *row)).collect()
        });
        Self::of(keys, RowSet::of(table.rows(), found), table)
    }

    /// The same list held against a table that has changed: only the rows that came or have other values are looked at.
    #[must_use]
    pub fn changed(&self, change: &RowChange, table: &Table) -> Self {
        let Some(rows) = &self.rows else {
            return self.clone();
        };
        let looked_at = change.rows.iter();
        let looked_at = looked_at.map(|row| (*row, is_on(&self.keys, table, *row)));
        let rows = rows.moved(&change.removed, table.rows()).with(looked_at);
        Self::of(self.keys.clone(), rows, table)
    }

    fn of(keys: HashSet<String>, rows: RowSet, table: &Table) -> Self {
        let phones = rows.iter().filter_map(|row| phone_of(table, row));
        Self {
            phones: phones.map(|phone| normal(phone).into_owned()).collect(),
            rows: Some(rows),
            keys,
        }
    }

    /// Whether nobody is on the list.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The list itself.
    pub fn keys(&self) -> &HashSet<String> {
        &self.keys
    }

    /// Those of some rows that are on the list.
    pub fn among(&self, rows: &RowSet) -> Option<RowSet> {
        let both = self.rows.as_ref()?.intersection(rows);
        (!both.is_empty()).then_some(both)
    }

    /// Whether a target names somebody on the list: by a text that is on it itself, or by the other name of a cached
    /// contact that is. Where it could be one of several cached contacts, one of them is enough.
    pub fn holds(&self, target: &Target, table: &Table) -> bool {
        if self.is_empty() {
            return false;
        }
        normals_of(target).any(|key| self.keys.contains(&*key))
            || self.has_phone_of(target)
            || self
                .rows
                .as_ref()
                .is_some_and(|rows| rows_of(table, target).any(|row| rows.contains(row)))
    }

    /// Whether the phone number that names a target is that of a contact on the list, however it is written.
    fn has_phone_of(&self, target: &Target) -> bool {
        let on_phone = target.get("bot_channel").is_some_and(is_phone_channel);
        let by_phone = on_phone || target.filled("user_id").is_none();
        by_phone
            && target
                .named_by()
                .is_some_and(|name| self.phones.contains(&*normal(name)))
    }

    /// The places of the targets that name somebody on the list, rising.
    pub fn places_in(&self, targets: &[Target], table: &Table) -> Vec<usize> {
        if self.is_empty() {
            return Vec::new();
        }
        let places: Vec<usize> = (0..targets.len()).collect();
        in_parts(&places, ROWS_WORTH_THREADS as usize, |part| {
            let held = part.iter().copied();
            held.filter(|place| self.holds(&targets[*place], table))
                .collect()
        })
    }
}

/// Whether a contact is on a list by one of its names.
fn is_on(keys: &HashSet<String>, table: &Table, row: u32) -> bool {
    let names = ["user_id", "user_phone_number"].into_iter();
    names
        .filter_map(|name| table.value(row, name))
        .any(|value| !value.is_empty() && keys.contains(&*normal(value)))
}

/// The number that a contact is called by.
fn phone_of(table: &Table, row: u32) -> Option<&str> {
    let on_phone = || {
        let channel = table.value(row, "bot_channel").unwrap_or_default();
        is_phone_channel(channel)
    };
    let phone = table.value(row, "user_phone_number");
    let phone = phone.or_else(|| table.value(row, "user_id").filter(|_| on_phone()))?;
    may_be_phone(phone).then_some(phone)
}
