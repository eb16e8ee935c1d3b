//! Contacts of a kind: how many, and the first of them.

use serde::Serialize;

use super::RehearsedTarget;
use crate::domain::text::{grouped, shown};

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

    /// How many, and the first of them by name, `most` at most; fit to be shown.
    pub fn words(&self, most: usize) -> String {
        if self.count == 0 {
            return "nobody".to_owned();
        }
        let some: Vec<String> = self.some.iter().take(most).map(Person::name).collect();
        let more = if self.count > some.len() as u64 {
            ", ..."
        } else {
            ""
        };
        format!("{}: {}{more}", grouped(self.count), some.join(", "))
    }
}

impl Person {
    /// In one word, so that a line never ends within it; fit to be shown.
    fn name(&self) -> String {
        let id = self.user_id.as_deref().unwrap_or("(nobody)");
        match self.bot_channel.as_deref() {
            Some(channel) if !channel.is_empty() => format!("{}:{}", shown(channel), shown(id)),
            _ => shown(id).into_owned(),
        }
    }
}
