//! The targets of a plan with the cached contacts that they name: looked up once, for every question that is asked.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::HashSet;

use super::find::{id_of, row_of};
use crate::audience::Table;
use crate::domain::parts::in_parts;
use crate::domain::payload::{Payload, Share};
use crate::domain::plan::{Form, Target};
use crate::domain::problem::{Code, Problem};
use crate::domain::record::{Contact, ContactId};
use crate::domain::text::shown;

/// Fewer targets than this are looked up before a thread has begun.
const LOOKUPS_WORTH_THREADS: usize = 5_000;

/// Targets that would stand in two calls: so many are listed at most.
const CLASHES: usize = 20;

/// The targets of a plan, or the one that a conversation is with.
pub struct Named<'a> {
    targets: Cow<'a, [Target]>,
    rows: Vec<Option<u32>>,
    table: &'a Table,
}

/// Contacts that are reached, each once.
pub struct Reached {
    /// By call.
    pub contacts: Vec<Vec<ContactId>>,
    /// The places of the targets that name them first, in the order of the calls.
    pub places: Vec<usize>,
}

impl<'a> Named<'a> {
    /// Those of a form; none for the forms without.
    pub fn of(form: &'a Form, table: &'a Table) -> Self {
        let targets = form.contacts();
        // The index is made by one thread while the others would wait for it.
        if !targets.is_empty() {
            table.rows_of_user_id("");
        }
        let rows = in_parts(&targets, LOOKUPS_WORTH_THREADS, |part| {
            part.iter().map(|target| row_of(table, target)).collect()
        });
        Self {
            targets,
            rows,
            table,
        }
    }

    /// How many targets there are.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// The targets.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Whether the cache holds the contact that the target at a place names.
    pub fn is_cached(&self, place: usize) -> bool {
        self.rows.get(place).is_some_and(Option::is_some)
    }

    /// Whether the platform can create the contact that the target at a place names.
    pub fn is_creatable(&self, place: usize) -> bool {
        self.targets.get(place).is_some_and(Target::is_creatable)
    }

    /// What the target at a place sets, to be shown.
    pub fn sample(&self, place: usize) -> Option<Contact> {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Some(Contact {
            variables: self.targets.get(place)?.iter().map(owned).collect(),
        })
    }

    /// The contacts that the targets at these places name, list by list, each where it comes first.
    pub fn each_once(&self, lists: &[Vec<usize>]) -> Reached {
        let mut seen = Once::default();
        let mut reached = Reached {
            contacts: Vec::with_capacity(lists.len()),
            places: Vec::with_capacity(self.len()),
        };
        for list in lists {
            let mut contacts = Vec::with_capacity(list.len());
            for &place in list {
                if let Some(contact) = self.contact_if_new(place, &mut seen) {
                    contacts.push(contact);
                    reached.places.push(place);
                }
            }
            reached.contacts.push(contacts);
        }
        reached
    }

    /// The cached contact that the target at a place names, or the one it would become, unless it came before.
    fn contact_if_new<'b>(&'b self, place: usize, seen: &mut Once<'b>) -> Option<ContactId> {
        let target = self.targets.get(place)?;
        if let Some(row) = self.rows[place] {
            return seen.rows.insert(row).then(|| id_of(self.table, row));
        }
        let channel = target.filled("bot_channel").unwrap_or_default();
        let is_new = seen.names.insert((target.named_by()?, channel));
        is_new.then(|| target.identity()).flatten()
    }

    /// Targets that the cache knows as a contact of an earlier call: the plan alone doesn't show it, so they were not
    /// brought together, and one contact would be messaged by two calls.
    pub fn in_two_calls(&self, calls: &[Payload]) -> Vec<Problem> {
        let mut problems = Vec::new();
        if calls.len() < 2 {
            return problems;
        }
        let mut call_of: HashMap<u32, usize> = HashMap::with_capacity(self.len());
        for (number, call) in calls.iter().enumerate() {
            for place in call.targets.iter().flat_map(Share::places) {
                let Some(row) = self.rows.get(place).copied().flatten() else {
                    continue;
                };
                if *call_of.entry(row).or_insert(number) != number && problems.len() < CLASHES {
                    problems.push(self.clash(place, row));
                }
            }
        }
        problems
    }

    fn clash(&self, place: usize, row: u32) -> Problem {
        let contact = id_of(self.table, row);
        let message = format!(
            "The cache knows this target as {}, which an earlier call names by other means. Name both by user_id and bot_channel, so that they go out in one call.",
            shown(&contact.user_id)
        );
        Problem::new(
            Code::TargetNotIdentified,
            format!("/targets/{place}"),
            message,
        )
    }
}

/// Contacts that were named: by row, or by text and channel.
#[derive(Default)]
struct Once<'a> {
    rows: HashSet<u32>,
    names: HashSet<(&'a str, &'a str)>,
}
