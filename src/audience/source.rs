//! Where the verdicts of one filter come from, row by row.
//!
//! Where values repeat, each is judged once and the rows look its verdict up; texts that nobody shares are judged as
//! they lie behind each other.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::domain::filter::Filter;

use super::codes::Lookup;
use super::column::{Column, Data};
use super::judge::{Judge, Test};
use super::pieces::{Cost, PIECE, PIECE_WORDS, share};
use super::rows::RowSet;
use super::table::Table;

/// A filter made ready for a table.
#[derive(Debug)]
pub(super) struct Source {
    judge: Arc<Judge>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Nobody has the variable: the same verdict for all.
    Nowhere,
    /// Verdicts a code.
    Codes(Arc<Column>, Lookup),
    /// Texts to be judged.
    Texts(Arc<Column>),
}

impl Source {
    /// Makes a filter ready, judging every value that repeats; `None` when stopped.
    pub(super) fn new(table: &Table, filter: &Filter, stop: &AtomicBool) -> Option<Self> {
        let judge = Arc::new(Judge::new(filter));
        let kind = match table.column(&filter.field) {
            None => Kind::Nowhere,
            Some(column) => match &column.data {
                Data::Dictionary { values, .. } => Kind::Codes(
                    Arc::clone(column),
                    lookup(&judge, column, values.len(), stop)?,
                ),
                Data::Raw { .. } => Kind::Texts(Arc::clone(column)),
            },
        };
        Some(Self { judge, kind })
    }

    /// What a piece of it costs.
    pub(super) fn cost(&self) -> Cost {
        match self.kind {
            Kind::Nowhere | Kind::Codes(..) => Cost::Small,
            Kind::Texts(_) => Cost::Large,
        }
    }

    /// How many different verdicts there are: one, or one without case and one with it.
    pub(super) fn lanes(&self) -> usize {
        self.judge.tests().len()
    }

    /// The verdicts on a piece of the rows, a lane each; bits behind the table's end mean nothing.
    pub(super) fn verdicts(&self, piece: usize) -> Vec<[u64; PIECE_WORDS]> {
        let tests = self.judge.tests();
        let mut lanes = vec![[0; PIECE_WORDS]; tests.len()];
        match &self.kind {
            Kind::Nowhere => {
                for (lane, test) in lanes.iter_mut().zip(tests) {
                    lane.fill(all_if(test.unset()));
                }
            }
            Kind::Codes(column, lookup) => {
                if let Data::Dictionary { codes, .. } = &column.data {
                    lookup.fill(codes, piece, &mut lanes);
                }
            }
            Kind::Texts(column) => {
                if let Data::Raw { values, set } = &column.data {
                    for (lane, test) in lanes.iter_mut().zip(tests) {
                        test.fill(values, &column.prepared, piece, lane);
                        keep_set(lane, set, piece, test);
                    }
                }
            }
        }
        lanes
    }
}

/// Gives the rows that are not set their verdict.
fn keep_set(lane: &mut [u64], set: &RowSet, piece: usize, test: &Test) {
    let unset = all_if(test.unset());
    let words = set.words().get(piece * PIECE_WORDS..).unwrap_or_default();
    let words = words.iter().copied().chain(std::iter::repeat(0));
    for (word, set) in lane.iter_mut().zip(words) {
        *word = *word & set | unset & !set;
    }
}

fn all_if(verdict: bool) -> u64 {
    if verdict { u64::MAX } else { 0 }
}

/// The verdict on every code; `None` when stopped.
fn lookup(
    judge: &Arc<Judge>,
    column: &Arc<Column>,
    values: usize,
    stop: &AtomicBool,
) -> Option<Lookup> {
    let pieces = values.div_ceil(PIECE);
    let lanes = judge.tests().len();
    let mut verdicts = vec![vec![0; pieces * PIECE_WORDS]; lanes];
    let (asked, of) = (Arc::clone(judge), Arc::clone(column));
    let work = move |job: usize| {
        let mut part = [0; PIECE_WORDS];
        if let Data::Dictionary { values, .. } = &of.data {
            asked.tests()[job / pieces].fill(values, &of.prepared, job % pieces, &mut part);
        }
        part
    };
    share(lanes * pieces, Cost::Large, stop, work, |job, part| {
        let first = job % pieces * PIECE_WORDS;
        verdicts[job / pieces][first..first + PIECE_WORDS].copy_from_slice(&part);
    })?;
    let unset = judge.tests().iter().map(Test::unset);
    Some(Lookup::new(values, unset.zip(&verdicts)))
}
