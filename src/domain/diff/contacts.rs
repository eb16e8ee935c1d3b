//! What changed between the contacts that two launches reach.

use std::collections::HashSet;
use std::fmt;

use crate::domain::record::ContactId;
use crate::domain::text::{counted, grouped};

/// Contacts of a sample at most.
pub const SAMPLE: usize = 20;

/// What is different between the contacts of two launches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactChanges {
    /// How many are reached now that weren't before.
    pub added: u64,
    /// How many were reached before and aren't now.
    pub gone: u64,
    /// How many are reached both times.
    pub kept: u64,
    /// The first of those added, in the order of the new list.
    pub added_sample: Vec<ContactId>,
    /// The first of those gone, in the order of the old list.
    pub gone_sample: Vec<ContactId>,
}

impl ContactChanges {
    /// Compares two lists of contacts; who stands twice in one counts once. At most [`SAMPLE`] of each are named.
    pub fn between(before: &[ContactId], after: &[ContactId]) -> Self {
        let old: HashSet<&ContactId> = before.iter().collect();
        let new: HashSet<&ContactId> = after.iter().collect();
        let (added, added_sample) = not_in(after, &old);
        let (gone, gone_sample) = not_in(before, &new);
        Self {
            added,
            gone,
            kept: new.len() as u64 - added,
            added_sample,
            gone_sample,
        }
    }

    /// Whether the same contacts are reached.
    pub fn is_none(&self) -> bool {
        self.added == 0 && self.gone == 0
    }
}

impl fmt::Display for ContactChanges {
    /// `12 contacts added, 3 gone, 4,800 as before`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return write!(formatter, "the same {}", counted(self.kept, "contact"));
        }
        write!(
            formatter,
            "{} added, {} gone, {} as before",
            counted(self.added, "contact"),
            grouped(self.gone),
            grouped(self.kept)
        )
    }
}

/// The contacts of a list that aren't in `others`: how many, and the first of them.
fn not_in(list: &[ContactId], others: &HashSet<&ContactId>) -> (u64, Vec<ContactId>) {
    let mut seen = HashSet::new();
    let mut sample = Vec::new();
    for contact in list {
        if !others.contains(contact) && seen.insert(contact) && sample.len() < SAMPLE {
            sample.push(contact.clone());
        }
    }
    (seen.len() as u64, sample)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_added_and_gone() {
        let contact = |id: u32| ContactId {
            channel: "A".to_owned(),
            user_id: id.to_string(),
        };
        let before: Vec<ContactId> = (0..10).map(contact).collect();
        let after: Vec<ContactId> = (8..40).chain([8, 39]).map(contact).collect();
        let changes = ContactChanges::between(&before, &after);
        assert_eq!((changes.added, changes.gone, changes.kept), (30, 8, 2));
        assert_eq!(
            changes.added_sample,
            (10..30).map(contact).collect::<Vec<_>>()
        );
        assert_eq!(
            changes.to_string(),
            "30 contacts added, 8 gone, 2 as before"
        );
        let same = ContactChanges::between(&before, &before);
        assert_eq!(same.to_string(), "the same 10 contacts");
    }
}
