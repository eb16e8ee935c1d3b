//! Counting a filter under the four readings.
//!
//! Each row of the filter is judged for every contact, a bit each, and what was judged lately is kept: then the rows are
//! joined, word by word, in every reading at once. Readings that can't differ, since nothing is mixed or case matters to
//! nobody, are computed once.
//!
//! ```text
//! filter row ─ kept? ─┬─ yes ──────────────────────────────┐
//!                     └─ no ─ Source ─ verdicts ─ (kept) ──┴─ lanes ─ Evaluation
//! ```

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::domain::filter::Case;
use crate::domain::filter::Filter;
use crate::domain::filter::Join;
use crate::domain::filter::Precedence;
use crate::domain::filter::Reading;

use super::kept::Verdicts;
use super::pieces::{Cost, PIECE_WORDS, share};
use super::rows::{RowSet, valid_bits, words_for};
use super::source::Source;
use super::table::Table;

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
    /// No filter at all matches everyone. Verdicts are kept for the next evaluation of this table, so that it costs the
    /// rows that are new in it.
    pub fn evaluate(
        &self,
        filters: &[Filter],
        reading: Reading,
        stop: &AtomicBool,
    ) -> Option<Evaluation> {
        let verdicts = self.verdicts(filters, stop)?;
        let joins = filters.iter().map(|filter| filter.join);
        let rows: Vec<(Join, Verdicts)> = joins.zip(verdicts).collect();
        Lanes::new(self.rows(), &rows, reading).run(stop)
    }

    /// The verdicts of each filter on every row.
    fn verdicts(&self, filters: &[Filter], stop: &AtomicBool) -> Option<Vec<Verdicts>> {
        let kept: Vec<Option<Verdicts>> = filters.iter().map(|one| self.kept.get(one)).collect();
        let unknown = filters.iter().zip(&kept);
        let unknown = unknown.filter(|(_, kept)| kept.is_none());
        let unknown: Vec<&Filter> = unknown.map(|(filter, _)| filter).collect();
        let mut judged = self.judge(&unknown, stop)?.into_iter();
        for (filter, verdicts) in unknown.iter().zip(judged.as_slice()) {
            self.kept.put(filter, verdicts);
        }
        let verdicts = kept.into_iter().map(|kept| kept.or_else(|| judged.next()));
        verdicts.collect()
    }

    fn judge(&self, filters: &[&Filter], stop: &AtomicBool) -> Option<Vec<Verdicts>> {
        let mut sources = Vec::with_capacity(filters.len());
        for filter in filters {
            sources.push(Source::new(self, filter, stop)?);
        }
        let words = words_for(self.rows());
        let lanes = |source: &Source<'_>| vec![vec![0; words]; source.lanes()];
        let mut verdicts: Vec<Vec<Vec<u64>>> = sources.iter().map(lanes).collect();
        let jobs = sources.iter().zip(&mut verdicts);
        let jobs: Vec<_> = jobs
            .flat_map(|(source, lanes)| parts(lanes).map(move |part| (source, part)))
            .collect();
        let is_large = |source: &Source<'_>| matches!(source.cost(), Cost::Large);
        let cost = if sources.iter().any(is_large) {
            Cost::Large
        } else {
            Cost::Small
        };
        share(jobs.into_iter(), cost, stop, |(source, (piece, mut lanes))| {
            source.fill(piece, &mut lanes);
        })?;
        Some(verdicts.into_iter().map(Verdicts::new).collect())
    }
}

/// The same piece of every lane, piece after piece, with its number.
fn parts(lanes: &mut [Vec<u64>]) -> impl Iterator<Item = (usize, Vec<&mut [u64]>)> {
    let mut lanes: Vec<_> = lanes.iter_mut().map(|lane| lane.chunks_mut(PIECE_WORDS)).collect();
    let part = move || lanes.iter_mut().map(Iterator::next).collect::<Option<Vec<_>>>();
    std::iter::from_fn(part).take_while(|part| !part.is_empty()).enumerate()
}

/// One way of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lane {
    precedence: Precedence,
    case: Case,
}

/// What a lane knows of a piece of the rows: `any` of the groups before holds, the `group` at hand holds so far.
struct State {
    any: [u64; PIECE_WORDS],
    group: [u64; PIECE_WORDS],
}

impl Lane {
    fn join(self, state: &mut State, join: Join, verdicts: &Verdicts, first: usize) {
        let words = match self.case {
            Case::IgnoreCase => &verdicts.ignore[first..],
            Case::MatchCase => &verdicts.exact[first..],
        };
        let groups = state.group.iter_mut().zip(words);
        match (self.precedence, join) {
            (_, Join::And) => groups.for_each(|(group, word)| *group &= word),
            (Precedence::LeftToRight, Join::Or) => groups.for_each(|(group, word)| *group |= word),
            (Precedence::AndBeforeOr, Join::Or) => {
                for (any, (group, word)) in state.any.iter_mut().zip(groups) {
                    *any |= *group;
                    *group = *word;
                }
            }
        }
    }
}

/// The question: filters that are judged, and the readings that can differ.
struct Lanes<'a> {
    rows: u32,
    filters: &'a [(Join, Verdicts)],
    lanes: Vec<Lane>,
    /// The lane of each reading.
    lane_of: [usize; 4],
    funnel_lane: usize,
}

/// A piece of the answer: where the matching rows go, how many they are in each lane, and the funnel.
struct Part<'a> {
    piece: usize,
    matched: Vec<&'a mut [u64]>,
    counts: &'a mut Vec<u64>,
    funnel: &'a mut Vec<u64>,
}

impl<'a> Lanes<'a> {
    fn new(rows: u32, filters: &'a [(Join, Verdicts)], reading: Reading) -> Self {
        let joins = |join| filters.iter().skip(1).any(|(other, _)| *other == join);
        let is_mixed = joins(Join::And) && joins(Join::Or);
        let is_cased = filters.iter().any(|(_, verdicts)| verdicts.differ());
        let mut lanes: Vec<Lane> = Vec::new();
        let lane_of = Reading::ALL.map(|reading| {
            let lane = Lane {
                precedence: if is_mixed {
                    reading.precedence
                } else {
                    Precedence::LeftToRight
                },
                case: if is_cased {
                    reading.case
                } else {
                    Case::IgnoreCase
                },
            };
            let known = lanes.iter().position(|other| *other == lane);
            known.unwrap_or_else(|| {
                lanes.push(lane);
                lanes.len() - 1
            })
        });
        Self {
            rows,
            filters,
            lanes,
            lane_of,
            funnel_lane: lane_of[reading.index()],
        }
    }

    fn run(&self, stop: &AtomicBool) -> Option<Evaluation> {
        let words = words_for(self.rows);
        let pieces = words.div_ceil(PIECE_WORDS);
        let mut matched = vec![vec![0; words]; self.lanes.len()];
        let mut counts = vec![vec![0; self.lanes.len()]; pieces];
        let mut funnels = vec![vec![0; self.filters.len()]; pieces];
        let figures = counts.iter_mut().zip(&mut funnels);
        let jobs: Vec<Part<'_>> = parts(&mut matched)
            .zip(figures)
            .map(|((piece, matched), (counts, funnel))| Part {
                piece,
                matched,
                counts,
                funnel,
            })
            .collect();
        share(jobs.into_iter(), Cost::Small, stop, |part| self.join(part))?;
        let counts = sum(&counts, self.lanes.len());
        let funnel = sum(&funnels, self.filters.len());
        Some(self.conclude(matched, &counts, funnel))
    }

    fn join(&self, part: Part<'_>) {
        let first = part.piece * PIECE_WORDS;
        for (number, (lane, matched)) in self.lanes.iter().zip(part.matched).enumerate() {
            let mut state = State {
                any: [0; PIECE_WORDS],
                group: [u64::MAX; PIECE_WORDS],
            };
            for (place, (join, verdicts)) in self.filters.iter().enumerate() {
                let join = if place == 0 { Join::And } else { *join };
                lane.join(&mut state, join, verdicts, first);
                if number == self.funnel_lane {
                    part.funnel[place] = self.write(&mut state, first, matched);
                }
            }
            part.counts[number] = match part.funnel.last() {
                Some(count) if number == self.funnel_lane => *count,
                _ => self.write(&mut state, first, matched),
            };
        }
    }

    /// Writes down who matches so far; returns how many.
    fn write(&self, state: &mut State, first: usize, matched: &mut [u64]) -> u64 {
        // A group that begins with an OR has the bits behind the end too.
        if let Some(last) = matched.len().checked_sub(1) {
            let valid = valid_bits(self.rows, first + last);
            state.any[last] &= valid;
            state.group[last] &= valid;
        }
        let words = state.any.iter().zip(&state.group);
        let mut count = 0;
        for (place, (any, group)) in matched.iter_mut().zip(words) {
            *place = any | group;
            count += u64::from(place.count_ones());
        }
        count
    }

    fn conclude(&self, matched: Vec<Vec<u64>>, counts: &[u64], funnel: Vec<u64>) -> Evaluation {
        let sets: Vec<Arc<RowSet>> = matched
            .into_iter()
            .zip(counts)
            .map(|(words, count)| Arc::new(RowSet::counted(words, self.rows, *count)))
            .collect();
        let matched = self.lane_of.map(|lane| Arc::clone(&sets[lane]));
        Evaluation {
            counts: self.lane_of.map(|lane| counts[lane]),
            matched,
            funnel,
            of: u64::from(self.rows),
        }
    }
}

/// The sums of the figures of all pieces, place by place.
fn sum(pieces: &[Vec<u64>], places: usize) -> Vec<u64> {
    let sum = |place: usize| pieces.iter().map(|piece| piece[place]).sum();
    (0..places).map(sum).collect()
}
