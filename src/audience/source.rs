//! Where the verdicts of one filter come from, row by row.
//!
//! Where values repeat, each is judged once and the rows look its verdict up; texts that nobody shares are judged as
//! they lie behind each other.

use std::sync::atomic::AtomicBool;

use crate::domain::filter::Filter;

use super::codes::{Codes, Lookup};
use super::column::{Column, Data};
use super::judge::{Judge, Test};
use super::pieces::{Cost, PIECE_WORDS, share};
use super::rows::RowSet;
use super::table::Table;
use super::texts::Texts;

/// A filter made ready for a table.
#[derive(Debug)]
pub(super) struct Source<'a> {
    judge: Judge,
    kind: Kind<'a>,
}

#[derive(Debug)]
enum Kind<'a> {
    /// Nobody has the variable: the same verdict for all.
    Nowhere,
    /// Verdicts a code.
    Codes { lookup: Lookup, codes: &'a Codes },
    /// Texts to be judged, and the rows that have one.
    Raw {
        column: &'a Column,
        values: &'a Texts,
        set: &'a RowSet,
    },
}

impl<'a> Source<'a> {
    /// Makes a filter ready, judging every value that repeats; `None` when stopped.
    pub(super) fn new(table: &'a Table, filter: &Filter, stop: &AtomicBool) -> Option<Self> {
        let judge = Judge::new(filter);
        let kind = match table.column(&filter.field) {
            None => Kind::Nowhere,
            Some(column) => match &column.data {
                Data::Dictionary { values, codes, .. } => Kind::Codes {
                    lookup: lookup(&judge, column, values, stop)?,
                    codes,
                },
                Data::Raw { values, set } => Kind::Raw {
                    column,
                    values,
                    set,
                },
            },
        };
        Some(Self { judge, kind })
    }

    /// What a piece of it costs.
    pub(super) fn cost(&self) -> Cost {
        match self.kind {
            Kind::Nowhere | Kind::Codes { .. } => Cost::Small,
            Kind::Raw { .. } => Cost::Large,
        }
    }

    /// How many different verdicts there are: one, or one without case and one with it.
    pub(super) fn lanes(&self) -> usize {
        self.judge.tests().len()
    }

    /// Writes the verdicts on a piece of the rows, a lane each; bits behind the table's end mean nothing.
    pub(super) fn fill(&self, piece: usize, lanes: &mut [&mut [u64]]) {
        match &self.kind {
            Kind::Nowhere => {
                for (lane, test) in lanes.iter_mut().zip(self.judge.tests()) {
                    lane.fill(all_if(test.unset()));
                }
            }
            Kind::Codes { lookup, codes } => lookup.fill(codes, piece, lanes),
            Kind::Raw {
                column,
                values,
                set,
            } => {
                for (lane, test) in lanes.iter_mut().zip(self.judge.tests()) {
                    test.fill(values, &column.prepared, piece, lane);
                    keep_set(lane, set, piece, test);
                }
            }
        }
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
fn lookup(judge: &Judge, column: &Column, values: &Texts, stop: &AtomicBool) -> Option<Lookup> {
    let words = values.len().div_ceil(64);
    let mut lanes = vec![vec![0; words]; judge.tests().len()];
    let jobs: Vec<_> = judge
        .tests()
        .iter()
        .zip(&mut lanes)
        .flat_map(|(test, lane)| {
            let pieces = lane.chunks_mut(PIECE_WORDS).enumerate();
            pieces.map(move |(piece, part)| (test, piece, part))
        })
        .collect();
    share(jobs.into_iter(), Cost::Large, stop, |(test, piece, part)| {
        test.fill(values, &column.prepared, piece, part);
    })?;
    let unset = judge.tests().iter().map(Test::unset);
    Some(Lookup::new(values.len(), unset.zip(&lanes)))
}
