//! Contacts of a kind: how many, and the first of them.

use serde::Serialize;

use super::RehearsedTarget;

/// Contacts that are named of each kind at most.
pub(super) const NAMED: usize = 20;

/// A contact by what tells it from the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Its channel; `None` where it isn't known.
    pub bot_channel: Option<String>,
    /// Its `user_id`; `None` where a target names nobody.
    pub user_id: Option<String>,
}

/// Some contacts of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct People {
    /// How many.
    pub count: u64,
    /// The first of them, 20 at most; not yet fit to be shown.
    pub some: Vec<Person>,
}

impl People {
    /// Takes a target.
    pub(super) fn add(&mut self, target: &RehearsedTarget) {
        self.push(|| Person {
            bot_channel: target.channel.clone(),
            user_id: target.user_id.clone(),
        });
    }

    /// Takes one more; who it is, is asked only of the first.
    pub(super) fn push(&mut self, person: impl FnOnce() -> Person) {
        self.count += 1;
        if self.some.len() < NAMED {
            self.some.push(person());
        }
    }
}
