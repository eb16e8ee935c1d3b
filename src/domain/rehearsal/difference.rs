//! Where the sandbox's targets and the preview's contacts differ.

use std::collections::HashSet;

use serde::Serialize;

use super::RehearsedTarget;
use super::people::{People, Person};
use crate::domain::record::ContactId;

/// Where the sandbox's targets and the preview's contacts differ.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Difference {
    /// Contacts of the preview that the sandbox doesn't target.
    pub only_in_preview: People,
    /// Contacts that the sandbox targets and the preview doesn't have.
    pub only_in_rehearsal: People,
}

impl Difference {
    /// Whether there is any.
    pub fn is_any(&self) -> bool {
        self.only_in_preview.count > 0 || self.only_in_rehearsal.count > 0
    }
}

/// Channel and `user_id`; a target that was neither found nor created has no channel.
pub(super) type Key<'a> = (Option<&'a str>, Option<&'a str>);

/// That of a target.
pub(super) fn key(target: &RehearsedTarget) -> Key<'_> {
    (target.channel.as_deref(), target.user_id.as_deref())
}

/// Holds the two against each other.
///
/// A target that the sandbox could not resolve has no channel: it is the contact of the preview of the same name that
/// no other target is.
pub(super) fn difference(previewed: &[ContactId], targets: &[RehearsedTarget]) -> Difference {
    let mut difference = Difference::default();
    let targeted: HashSet<Key<'_>> = targets.iter().map(key).collect();
    let expected: HashSet<Key<'_>> = previewed.iter().map(key_of).collect();
    let mut nameless: HashSet<&str> = targets
        .iter()
        .filter(|target| target.channel.is_none())
        .filter_map(|target| target.user_id.as_deref())
        .collect();
    let mut told: HashSet<Key<'_>> = HashSet::new();
    let mut resolved: HashSet<&str> = HashSet::new();
    for contact in previewed {
        if targeted.contains(&key_of(contact)) || !told.insert(key_of(contact)) {
            continue;
        }
        if nameless.remove(contact.user_id.as_str()) {
            resolved.insert(&contact.user_id);
            continue;
        }
        difference.only_in_preview.push(|| Person {
            bot_channel: Some(contact.channel.clone()).filter(|channel| !channel.is_empty()),
            user_id: Some(contact.user_id.clone()),
        });
    }
    for target in targets {
        let is_resolved = target.channel.is_none()
            && target
                .user_id
                .as_deref()
                .is_some_and(|id| resolved.contains(id));
        if !is_resolved && !expected.contains(&key(target)) && told.insert(key(target)) {
            difference.only_in_rehearsal.add(target);
        }
    }
    difference
}

fn key_of(contact: &ContactId) -> Key<'_> {
    (Some(&contact.channel), Some(&contact.user_id))
}
