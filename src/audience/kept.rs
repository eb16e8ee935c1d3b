//! The verdicts of the filters that were asked last, so that a change of one filter costs one filter.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::criterion::Criterion;
use crate::domain::filter::{Case, Filter};

/// Filters kept at least, whatever their size: more than stand below each other on a screen.
const LEAST: usize = 8;

/// Filters kept at most.
const MOST: usize = 64;

/// Bytes of all that is kept, beyond the least.
const BYTES: usize = 8 << 20;

/// A filter's verdict on every row: without case, and with it. Bits behind the table's end mean nothing.
#[derive(Debug, Clone)]
pub(super) struct Verdicts {
    pub(super) ignore: Arc<Vec<u64>>,
    pub(super) exact: Arc<Vec<u64>>,
}

impl Verdicts {
    /// Takes one lane, or the one without case and the one with it; they become one where they agree.
    pub(super) fn new(mut lanes: Vec<Vec<u64>>) -> Self {
        let last = Arc::new(lanes.pop().unwrap_or_default());
        match lanes.pop() {
            Some(ignore) if ignore != *last => Self {
                ignore: Arc::new(ignore),
                exact: last,
            },
            _ => Self {
                ignore: Arc::clone(&last),
                exact: last,
            },
        }
    }

    /// The verdicts under a reading of case.
    pub(super) fn of(&self, case: Case) -> &[u64] {
        match case {
            Case::IgnoreCase => &self.ignore,
            Case::MatchCase => &self.exact,
        }
    }

    /// The verdicts as they are together with others, word by word; words that others lack are 0.
    pub(super) fn with(&self, others: &[u64], join: impl Fn(u64, u64) -> u64) -> Self {
        let joined = |words: &[u64]| {
            let others = others.iter().copied().chain(std::iter::repeat(0));
            let words = words.iter().zip(others);
            Arc::new(words.map(|(word, other)| join(*word, other)).collect())
        };
        let ignore = joined(&self.ignore);
        Self {
            exact: if self.differ() {
                joined(&self.exact)
            } else {
                Arc::clone(&ignore)
            },
            ignore,
        }
    }

    /// Whether letter case matters to somebody.
    pub(super) fn differ(&self) -> bool {
        !Arc::ptr_eq(&self.ignore, &self.exact)
    }

    fn bytes(&self) -> usize {
        let lanes = if self.differ() { 2 } else { 1 };
        self.ignore.len() * 8 * lanes
    }
}

/// What is asked of a contact, apart from how it is joined to the rest.
#[derive(Debug, PartialEq, Eq)]
struct Question {
    field: String,
    criterion: Criterion,
    value: String,
}

impl Question {
    fn is_of(&self, filter: &Filter) -> bool {
        self.criterion == filter.criterion
            && self.field == filter.field
            && self.value == filter.value
    }
}

/// The verdicts that are kept for a table, the last asked first.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<VecDeque<(Question, Verdicts)>>);

impl Kept {
    /// The verdicts of a filter, if they are still here; they stay the longer for it.
    pub(super) fn get(&self, filter: &Filter) -> Option<Verdicts> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept
            .iter()
            .position(|(question, _)| question.is_of(filter))?;
        let found = kept.remove(place)?;
        let verdicts = found.1.clone();
        kept.push_front(found);
        Some(verdicts)
    }

    /// Keeps the verdicts of a filter, and gives up those that were not asked for longest.
    pub(super) fn put(&self, filter: &Filter, verdicts: &Verdicts) {
        let question = Question {
            field: filter.field.clone(),
            criterion: filter.criterion,
            value: filter.value.clone(),
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((question, verdicts.clone()));
        let mut bytes = 0;
        let too_many = kept.iter().enumerate().position(|(number, (_, verdicts))| {
            bytes += verdicts.bytes();
            number >= LEAST && (number >= MOST || bytes > BYTES)
        });
        if let Some(too_many) = too_many {
            kept.truncate(too_many);
        }
    }

    /// How many bytes of memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().map(|(_, verdicts)| verdicts.bytes()).sum()
    }
}
