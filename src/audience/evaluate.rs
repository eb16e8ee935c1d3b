//! Counting a filter under the four readings in one pass.
//!
//! The rows are read in blocks, every filter in its order over each block. A verdict is only asked for where some
//! reading can still change by it: an AND where the reading holds so far, an OR where it doesn't. Readings that can't
//! differ, since nothing is mixed or no case matters, are computed once.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crate::domain::filter::Case;
use crate::domain::filter::Filter;
use crate::domain::filter::Join;
use crate::domain::filter::Precedence;
use crate::domain::filter::Reading;

use super::rows::{RowSet, valid_bits, words_for};
use super::source::{Source, Word};
use super::table::Table;

/// Words of 64 rows between two looks at the stop token.
const BLOCK: usize = 64;

/// From so many rows on, two threads share them.
const SHARED_FROM: u32 = 50_000;

/// Who a filter matches, under every reading.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// How many contacts match, in the order of [`Reading::ALL`].
    pub counts: [u64; 4],
    /// Which rows match, in the order of [`Reading::ALL`]; readings that agree by their nature share one set.
    pub matched: [Arc<RowSet>; 4],
    /// How many contacts match when the filters are read up to and with each, under the reading that was asked for.
    pub funnel: Vec<u64>,
    /// How many contacts there are.
    pub of: u64,
}

impl Evaluation {
    /// How many contacts match under a reading.
    pub fn count(&self, reading: Reading) -> u64 {
        self.counts[reading.index()]
    }

    /// Which rows match under a reading.
    pub fn matched(&self, reading: Reading) -> &Arc<RowSet> {
        &self.matched[reading.index()]
    }

    /// The smallest and the largest count of the four readings.
    pub fn range(&self) -> (u64, u64) {
        let [first, rest @ ..] = self.counts;
        rest.into_iter()
            .fold((first, first), |(least, most), count| {
                (least.min(count), most.max(count))
            })
    }

    /// Whether it matters who is targeted how the platform reads the filter: the counts may agree and the rows not.
    pub fn differs(&self) -> bool {
        let [first, rest @ ..] = &self.matched;
        rest.iter().any(|set| set != first)
    }
}

impl Table {
    /// Evaluates a filter under every reading; the funnel under `reading`. `None` as soon as `stop` is set.
    ///
    /// No filter at all matches everyone.
    pub fn evaluate(
        &self,
        filters: &[Filter],
        reading: Reading,
        stop: &AtomicBool,
    ) -> Option<Evaluation> {
        let mut sources = Vec::with_capacity(filters.len());
        for filter in filters {
            sources.push((filter.join, Source::new(self, filter, stop)?));
        }
        let scan = Scan::new(self.rows(), &sources, reading);
        let words = words_for(self.rows());
        let part = if self.rows() < SHARED_FROM {
            scan.run(0, words, stop)?
        } else {
            scan.run_shared(words, stop)?
        };
        Some(scan.conclude(part))
    }
}

/// One way of reading, with its state in the block at hand.
#[derive(Debug, Clone, Copy)]
struct Lane {
    precedence: Precedence,
    case: Case,
}

/// What a lane knows of 64 rows: `any` of the groups before holds, the `group` at hand holds so far.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    any: u64,
    group: u64,
}

impl Lane {
    /// The rows for which a verdict still changes something.
    fn open(self, state: State, join: Join) -> u64 {
        match (self.precedence, join) {
            (Precedence::LeftToRight, Join::And) => state.group,
            (Precedence::LeftToRight, Join::Or) => !state.group,
            (Precedence::AndBeforeOr, Join::And) => state.group & !state.any,
            (Precedence::AndBeforeOr, Join::Or) => !(state.group | state.any),
        }
    }

    fn join(self, state: &mut State, join: Join, verdicts: Word) {
        let verdict = match self.case {
            Case::IgnoreCase => verdicts.ignore,
            Case::MatchCase => verdicts.exact,
        };
        match (self.precedence, join) {
            (_, Join::And) => state.group &= verdict,
            (Precedence::LeftToRight, Join::Or) => state.group |= verdict,
            (Precedence::AndBeforeOr, Join::Or) => {
                state.any |= state.group;
                state.group = verdict;
            }
        }
    }
}

impl State {
    fn holds(self) -> u64 {
        self.any | self.group
    }
}

/// The question: filters made ready, and the readings that can differ.
struct Scan<'a> {
    rows: u32,
    sources: &'a [(Join, Source<'a>)],
    lanes: Vec<Lane>,
    /// The lane of each reading.
    lane_of: [usize; 4],
    funnel_lane: usize,
}

/// The answer for a range of words.
struct Part {
    matched: Vec<Vec<u64>>,
    funnel: Vec<u64>,
}

impl<'a> Scan<'a> {
    fn new(rows: u32, sources: &'a [(Join, Source<'a>)], reading: Reading) -> Self {
        let joins = |join| sources.iter().skip(1).any(|(other, _)| *other == join);
        let mixed = joins(Join::And) && joins(Join::Or);
        let cased = sources.iter().any(|(_, source)| source.depends_on_case());
        let mut lanes: Vec<Lane> = Vec::new();
        let lane_of = Reading::ALL.map(|reading| {
            let precedence = if mixed {
                reading.precedence
            } else {
                Precedence::LeftToRight
            };
            let case = if cased {
                reading.case
            } else {
                Case::IgnoreCase
            };
            let same = |lane: &Lane| lane.precedence == precedence && lane.case == case;
            lanes.iter().position(same).unwrap_or_else(|| {
                lanes.push(Lane { precedence, case });
                lanes.len() - 1
            })
        });
        Self {
            rows,
            sources,
            lanes,
            lane_of,
            funnel_lane: lane_of[reading.index()],
        }
    }

    fn run_shared(&self, words: usize, stop: &AtomicBool) -> Option<Part> {
        let half = words / 2;
        std::thread::scope(|scope| {
            let left = scope.spawn(|| self.run(0, half, stop));
            let right = self.run(half, words, stop);
            let mut left = left.join().ok().flatten()?;
            let right = right?;
            for (left, right) in left.matched.iter_mut().zip(right.matched) {
                left.extend(right);
            }
            for (left, right) in left.funnel.iter_mut().zip(right.funnel) {
                *left += right;
            }
            Some(left)
        })
    }

    fn run(&self, start: usize, end: usize, stop: &AtomicBool) -> Option<Part> {
        let mut part = Part {
            matched: vec![Vec::with_capacity(end - start); self.lanes.len()],
            funnel: vec![0; self.sources.len()],
        };
        for first in (start..end).step_by(BLOCK) {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            self.block(first, end.min(first + BLOCK), &mut part);
        }
        (!stop.load(Ordering::Relaxed)).then_some(part)
    }

    fn block(&self, first: usize, end: usize, part: &mut Part) {
        let mut states = [[State::default(); BLOCK]; 4];
        for lane in &mut states {
            for (state, word) in lane.iter_mut().zip(first..end) {
                state.group = valid_bits(self.rows, word);
            }
        }
        for (number, (join, source)) in self.sources.iter().enumerate() {
            let join = if number == 0 { Join::And } else { *join };
            for word in first..end {
                part.funnel[number] += self.word(source, join, word, word - first, &mut states);
            }
        }
        for (matched, states) in part.matched.iter_mut().zip(&states) {
            matched.extend(states[..end - first].iter().map(|state| state.holds()));
        }
    }

    /// Joins one filter to 64 rows in every lane; returns how many of them match so far in the funnel's lane.
    fn word(
        &self,
        source: &Source<'_>,
        join: Join,
        word: usize,
        place: usize,
        states: &mut [[State; BLOCK]; 4],
    ) -> u64 {
        let valid = valid_bits(self.rows, word);
        let open = self
            .lanes
            .iter()
            .zip(states.iter())
            .fold(0, |open, (lane, states)| {
                open | lane.open(states[place], join)
            });
        let mut verdicts = source.word(word, open & valid);
        verdicts.ignore &= valid;
        verdicts.exact &= valid;
        for (lane, states) in self.lanes.iter().zip(states.iter_mut()) {
            lane.join(&mut states[place], join, verdicts);
        }
        u64::from(states[self.funnel_lane][place].holds().count_ones())
    }

    fn conclude(&self, part: Part) -> Evaluation {
        let sets: Vec<Arc<RowSet>> = part
            .matched
            .into_iter()
            .map(|words| Arc::new(RowSet::from_words(words, self.rows)))
            .collect();
        let matched = self.lane_of.map(|lane| Arc::clone(&sets[lane]));
        Evaluation {
            counts: [0, 1, 2, 3].map(|reading: usize| matched[reading].count()),
            matched,
            funnel: part.funnel,
            of: u64::from(self.rows),
        }
    }
}
