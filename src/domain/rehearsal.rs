//! What a throw-away sandbox made of the calls of a launch, and where that differs from the preview.

mod difference;
mod people;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use indexmap::IndexMap;
use serde::Serialize;

use super::plan::Method;
use super::record::ContactId;
use super::text::{counted, grouped};
use difference::{Key, difference, key};

pub use difference::Difference;
pub use people::{People, Person};

/// How far a rehearsal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RehearsalStep {
    /// The plan is held against the cache, and the sandbox started.
    Preparing,
    /// Contacts are copied: so many, of so many.
    Copying(u64, u64),
    /// The hook is called: so many calls were answered, of so many.
    Calling(usize, usize),
    /// What came of it is read and held against the preview.
    Comparing,
}

impl RehearsalStep {
    /// What is done, and how far it is, in one line.
    pub fn words(self) -> String {
        let so_far = |what: &str, done: u64, of: u64| {
            format!("{what} ... {} of {}", grouped(done), grouped(of))
        };
        match self {
            Self::Preparing => "Counting, and starting a throw-away sandbox ...".to_owned(),
            Self::Copying(done, of) => so_far("Copying the cached contacts into it", done, of),
            Self::Calling(done, of) => {
                so_far("Sending it the very same bytes", done as u64, of as u64)
            }
            Self::Comparing => "Holding what it did against the preview ...".to_owned(),
        }
    }
}

/// A target of a call, as the sandbox resolved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RehearsedTarget {
    /// The contact's channel; `None` where it was neither found nor created.
    pub channel: Option<String>,
    /// Its `user_id`, or what was given for it.
    pub user_id: Option<String>,
    /// Whether the call created it.
    pub created: bool,
    /// Why it can't be reached; `None` for one that is.
    pub reason: Option<String>,
}

/// What became of one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RehearsedCall {
    /// The verb.
    #[serde(serialize_with = "word")]
    pub method: Method,
    /// Length of its body.
    pub bytes: u64,
    /// The hash of its body, as the review and the log show it: the very same bytes.
    pub sha256: String,
    /// The status that the sandbox answered; `None` where none came, or the call was not made.
    pub status: Option<u16>,
    /// The answer's text, or why there is none; not yet fit to be shown.
    pub answer: String,
}

impl RehearsedCall {
    /// Whether the sandbox accepted it.
    pub fn is_accepted(&self) -> bool {
        matches!(self.status, Some(200..=299))
    }
}

/// Contacts that can't be reached for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreached {
    /// The reason.
    pub reason: String,
    /// Who.
    #[serde(flatten)]
    pub who: People,
}

/// What the platform would do, by its stand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rehearsal {
    /// Contacts that the sandbox got from the cache.
    pub contacts: u64,
    /// The calls in their order.
    pub calls: Vec<RehearsedCall>,
    /// Contacts that are targeted, each once.
    pub targets: People,
    /// Contacts that the calls created.
    pub created: People,
    /// Who can't be reached, by reason, in the order in which the reasons come first.
    pub unreached: Vec<Unreached>,
    /// Contacts that are targeted more than once.
    pub repeated: People,
    /// Where that differs from the preview; `None` where the preview knows no contacts, or a call wasn't accepted.
    pub difference: Option<Difference>,
    /// What else there is to know, in sentences; fit to be shown.
    pub notes: Vec<String>,
}

impl Rehearsal {
    /// Puts together what came of the calls; `previewed` are the contacts of the preview, where it knows them.
    pub fn of(
        calls: Vec<RehearsedCall>,
        targets: &[RehearsedTarget],
        previewed: Option<&[ContactId]>,
    ) -> Self {
        let mut rehearsal = Self {
            contacts: 0,
            targets: People::default(),
            created: People::default(),
            unreached: Vec::new(),
            repeated: People::default(),
            difference: None,
            notes: Vec::new(),
            calls,
        };
        rehearsal.count(targets);
        if rehearsal.is_accepted() {
            rehearsal.difference = previewed.map(|previewed| difference(previewed, targets));
        }
        rehearsal
    }

    fn count(&mut self, targets: &[RehearsedTarget]) {
        let mut seen: HashMap<Key<'_>, bool> = HashMap::with_capacity(targets.len());
        let mut unreached: IndexMap<&str, People> = IndexMap::new();
        for target in targets {
            if let Some(was_told) = seen.get_mut(&key(target)) {
                if !std::mem::replace(was_told, true) {
                    self.repeated.add(target);
                }
                continue;
            }
            seen.insert(key(target), false);
            self.targets.add(target);
            if target.created {
                self.created.add(target);
            }
            if let Some(reason) = &target.reason {
                unreached.entry(reason).or_default().add(target);
            }
        }
        let reasons = unreached.into_iter().map(|(reason, who)| Unreached {
            reason: reason.to_owned(),
            who,
        });
        self.unreached = reasons.collect();
    }

    /// Whether every call was accepted.
    pub fn is_accepted(&self) -> bool {
        !self.calls.is_empty() && self.calls.iter().all(RehearsedCall::is_accepted)
    }

    /// How many can't be reached.
    pub fn unreached_count(&self) -> u64 {
        self.unreached.iter().map(|some| some.who.count).sum()
    }

    /// What it comes to, in a sentence.
    pub fn verdict(&self) -> String {
        let targets = counted(self.targets.count, "contact");
        match &self.difference {
            _ if !self.is_accepted() => {
                let accepted = self.calls.iter().filter(|call| call.is_accepted()).count();
                let of = counted(self.calls.len() as u64, "call");
                format!("NOT accepted: {} of {of}.", grouped(accepted as u64))
            }
            None => {
                format!("Accepted: {targets} targeted. The preview knows no contacts to compare.")
            }
            Some(difference) if difference.is_any() => format!(
                "Accepted: {targets} targeted, which are NOT those of the preview: {} of the preview missing, {} in addition.",
                grouped(difference.only_in_preview.count),
                grouped(difference.only_in_rehearsal.count)
            ),
            Some(_) => format!("Accepted: {targets} targeted, exactly those of the preview."),
        }
    }

    /// Whether there is nothing to worry about: accepted, everyone reached once, as previewed.
    pub fn is_as_previewed(&self) -> bool {
        self.is_accepted()
            && self.unreached.is_empty()
            && self.repeated.count == 0
            && self
                .difference
                .as_ref()
                .is_some_and(|difference| !difference.is_any())
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn word<S: serde::Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(method.word())
}
