//! What each row of a filter does: to what the rows before it match, and to what the whole matches.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::explain::Step;
use crate::domain::filter::{Filter, Join, Reading};

use crate::audience::evaluate::{Lane, State};
use crate::audience::kept::Verdicts;
use crate::audience::pieces::PIECE_WORDS;
use crate::audience::rows::{valid_bits, words_for};
use crate::audience::table::Table;

/// The bits of a piece of the rows.
type Piece = [u64; PIECE_WORDS];

impl Table {
    /// What each row does under a reading; `None` as soon as `stop` is set. After a count the verdicts are there, so
    /// that it costs a few operations on bits for each pair of rows.
    pub fn steps(
        &self,
        filters: &[Filter],
        reading: Reading,
        stop: &AtomicBool,
    ) -> Option<Vec<Step>> {
        let verdicts = self.verdicts(filters, stop)?;
        let joins = filters.iter().map(|filter| filter.join);
        let rows: Vec<(Join, Verdicts)> = joins.zip(verdicts).collect();
        let mut steps = vec![Step::default(); rows.len()];
        for piece in 0..words_for(self.rows()).div_ceil(PIECE_WORDS) {
            let first = piece * PIECE_WORDS;
            let valid = std::array::from_fn(|word| valid_bits(self.rows(), first + word));
            let part = Part {
                rows: &rows,
                lane: Lane::of(reading),
                first,
                valid,
            };
            part.add_to(&mut steps, stop)?;
        }
        Some(steps)
    }
}

/// A piece of the question.
struct Part<'a> {
    rows: &'a [(Join, Verdicts)],
    lane: Lane,
    first: usize,
    valid: Piece,
}

impl Part<'_> {
    fn add_to(&self, steps: &mut [Step], stop: &AtomicBool) -> Option<()> {
        let start = State::all(&self.valid);
        let whole = self.joined(start.clone(), 0).holds(&self.valid);
        let (mut state, mut before) = (start, self.valid);
        for (place, step) in steps.iter_mut().enumerate() {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            // What comes behind is joined to what stands before, as if the row were deleted.
            let without = self.joined(state.clone(), place + 1).holds(&self.valid);
            self.join(&mut state, place);
            let after = state.holds(&self.valid);
            step.left += ones(&after, |_| 0);
            step.added += ones(&after, |word| before[word]);
            step.removed += ones(&before, |word| after[word]);
            step.lets_in += ones(&whole, |word| without[word]);
            step.keeps_out += ones(&without, |word| whole[word]);
            step.alone += self.alone(place);
            before = after;
        }
        Some(())
    }

    /// Joins the rows from a place on to what is known.
    fn joined(&self, mut state: State, from: usize) -> State {
        for place in from..self.rows.len() {
            // Without the first row the second is the first, and its join has no meaning.
            if place == from && from == 1 {
                self.join_as(&mut state, place, Join::And);
            } else {
                self.join(&mut state, place);
            }
        }
        state
    }

    fn join(&self, state: &mut State, place: usize) {
        let join = if place == 0 {
            Join::And
        } else {
            self.rows[place].0
        };
        self.join_as(state, place, join);
    }

    fn join_as(&self, state: &mut State, place: usize, join: Join) {
        self.lane.join(state, join, &self.rows[place].1, self.first);
    }

    fn alone(&self, place: usize) -> u64 {
        let mut state = State::all(&self.valid);
        self.join_as(&mut state, place, Join::And);
        ones(&state.holds(&self.valid), |_| 0)
    }
}

/// How many bits are set that aren't among others.
fn ones(words: &Piece, others: impl Fn(usize) -> u64) -> u64 {
    let words = words.iter().enumerate();
    words
        .map(|(place, word)| u64::from((word & !others(place)).count_ones()))
        .sum()
}
