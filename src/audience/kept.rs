//! The verdicts of the filters that were asked last, so that a change of one filter costs one filter.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::pieces::put;
use super::rows::{cut, words_for};
use super::table::{Table, TableChange};
use crate::domain::criterion::{Criterion, Predicate};
use crate::domain::filter::{Case, Filter};

/// Filters kept at least, whatever their size: more than stand below each other on a screen.
const LEAST: usize = 8;

/// Filters kept at most.
const MOST: usize = 64;

/// Bytes of all that is kept, beyond the least.
const BYTES: usize = 8 << 20;

/// Where more than one row in so many changed, what is kept is given up.
const MANY_CHANGED: u32 = 50;

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

    /// The verdicts on the rows of a table that has changed.
    fn carried(
        &self,
        question: &Question,
        change: &TableChange,
        before: u32,
        table: &Table,
    ) -> Self {
        let column = table.column(&question.field);
        let lane = |case| {
            let predicate = Predicate::new(question.criterion, &question.value, case);
            let mut words = cut(self.of(case), before, &change.removed);
            words.resize(words_for(table.rows()), 0);
            for row in &change.rows {
                let value = column.and_then(|column| column.get(*row));
                put(&mut words, *row as usize, predicate.holds(value));
            }
            (words, predicate.depends_on_case())
        };
        let (ignore, is_cased) = lane(Case::IgnoreCase);
        let mut lanes = vec![ignore];
        if is_cased {
            lanes.push(lane(Case::MatchCase).0);
        }
        Self::new(lanes)
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
#[derive(Debug, Clone, PartialEq, Eq)]
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

    /// What is kept, for the table as it is after a change: of rows that are the same the verdicts stay.
    pub(super) fn carried(&self, change: &TableChange, before: u32, table: &Table) -> Self {
        // Many changed rows are judged quicker by the piece.
        if change.rows.len() > (before / MANY_CHANGED) as usize {
            return Self::default();
        }
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept: Vec<(Question, Verdicts)> = kept.iter().cloned().collect();
        let carry = |(question, verdicts): (Question, Verdicts)| {
            let verdicts = verdicts.carried(&question, change, before, table);
            (question, verdicts)
        };
        Self(Mutex::new(kept.into_iter().map(carry).collect()))
    }

    /// How many bytes of memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().map(|(_, verdicts)| verdicts.bytes()).sum()
    }
}
