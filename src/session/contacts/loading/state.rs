//! What of a bot's contacts is read, and what is read next.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use super::part::{Part, Read};
use crate::audience::{AskedGroup, Column, RowSet, Table};
use crate::domain::preview::Unread;
use crate::session::contacts::{Contacts, Needs};
use crate::store::cache::ContactIds;

/// How far the reading is.
#[derive(Default)]
pub(super) struct State {
    /// Known as soon as the reading has begun.
    pub(super) head: Option<Head>,
    pub(super) queue: VecDeque<Part>,
    pub(super) columns: Vec<Option<Arc<Column>>>,
    asked: Option<Vec<AskedGroup>>,
    audiences: HashMap<String, RowSet>,
    /// What is waited for.
    pub(super) wanted: Vec<Needs>,
    pub(super) has_failed: bool,
}

/// What is read.
pub(super) struct Head {
    pub(super) generation: i64,
    pub(super) as_of: Option<Timestamp>,
    pub(super) ids: Arc<ContactIds>,
    pub(super) names: Vec<String>,
    pub(super) audiences: usize,
}

/// How far it is, as far as somebody wants to know.
pub(in crate::session::contacts) enum Progress {
    /// Everything is there.
    Whole(Contacts),
    /// What is needed is there.
    Part(Contacts),
    /// Something could not be read; whoever needs it reads it in a way that says what.
    Failed,
}

impl State {
    /// The next part: one that somebody waits for, else any.
    pub(super) fn next(&mut self) -> Option<Part> {
        let is_wanted = |part: &Part| self.wanted.iter().any(|needs| part.is_in(needs));
        let place = self.queue.iter().position(is_wanted).unwrap_or(0);
        self.queue.remove(place)
    }

    pub(super) fn take(&mut self, read: Read) {
        match read {
            Read::Asked(groups) => self.asked = Some(groups),
            Read::Column(place, column) => self.columns[place] = Some(column),
            Read::Audience(id, members) => {
                self.audiences.insert(id, members);
            }
        }
    }

    pub(super) fn progress(&self, needs: Option<&Needs>, generation: i64) -> Option<Progress> {
        if self.has_failed {
            return Some(Progress::Failed);
        }
        let head = self.head.as_ref()?;
        let asked = self.asked.as_ref()?;
        let unread = self
            .columns
            .iter()
            .filter(|column| column.is_none())
            .count();
        let has_audiences = self.audiences.len() == head.audiences;
        if unread == 0 && has_audiences {
            return Some(Progress::Whole(self.contacts(head, asked, None)));
        }
        let needs = needs?;
        let mut columns = head.names.iter().zip(&self.columns);
        let has_columns = columns.all(|(name, column)| column.is_some() || !needs.has_field(name));
        let is_there = has_columns && (has_audiences || !needs.has_audiences());
        let unread = Unread {
            fields: unread,
            is_behind: head.generation != generation,
        };
        is_there.then(|| Progress::Part(self.contacts(head, asked, Some(unread))))
    }

    fn contacts(&self, head: &Head, asked: &[AskedGroup], unread: Option<Unread>) -> Contacts {
        let columns = self.columns.iter().flatten().map(Arc::clone);
        let table = Table::new(head.ids.rows(), columns).asked_in(asked.to_vec());
        Contacts {
            table: Arc::new(table),
            as_of: head.as_of,
            audiences: self.audiences.clone(),
            unread,
            generation: head.generation,
            listed: OnceLock::new(),
            made_at: head.generation,
            change: None,
            ids: Arc::clone(&head.ids),
        }
    }
}
