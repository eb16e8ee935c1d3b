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
        Lanes::new(self.rows(), rows, reading).run(stop)
    }

    /// The verdicts of each filter on every row.
    pub(super) fn verdicts(&self, filters: &[Filter], stop: &AtomicBool) -> Option<Vec<Verdicts>> {
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

    /// The verdicts of filters that are not kept.
    pub(super) fn judge(&self, filters: &[&Filter], stop: &AtomicBool) -> Option<Vec<Verdicts>> {
        let mut sources = Vec::with_capacity(filters.len());
        for filter in filters {
            sources.push(Source::new(self, filter, stop)?);
        }
        let words = words_for(self.rows());
        let pieces = words.div_ceil(PIECE_WORDS);
        let lanes = |source: &Source| vec![vec![0; words]; source.lanes()];
        let mut verdicts: Vec<Vec<Vec<u64>>> = sources.iter().map(lanes).collect();
        let is_large = |source: &Source| matches!(source.cost(), Cost::Large);
        let cost = if sources.iter().any(is_large) {
            Cost::Large
        } else {
            Cost::Small
        };
        let jobs = sources.len() * pieces;
        let work = move |job: usize| sources[job / pieces].verdicts(job % pieces);
        share(jobs, cost, stop, work, |job, part| {
            for (lane, words) in verdicts[job / pieces].iter_mut().zip(&part) {
                put_piece(lane, job % pieces, words);
            }
        })?;
        Some(verdicts.into_iter().map(Verdicts::new).collect())
    }
}

fn put_piece(lane: &mut [u64], piece: usize, words: &[u64; PIECE_WORDS]) {
    let place = &mut lane[piece * PIECE_WORDS..];
    let length = place.len().min(PIECE_WORDS);
    place[..length].copy_from_slice(&words[..length]);
}

/// One way of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lane {
    precedence: Precedence,
    case: Case,
}

/// What a lane knows of a piece of the rows: `any` of the groups before holds, the `group` at hand holds so far.
#[derive(Clone)]
pub(super) struct State {
    any: [u64; PIECE_WORDS],
    group: [u64; PIECE_WORDS],
}

impl Lane {
    /// That of a reading.
    pub(super) fn of(reading: Reading) -> Self {
        Self {
            precedence: reading.precedence,
            case: reading.case,
        }
    }

    /// Joins the verdicts of a row, from the word `first` on, to those before.
    pub(super) fn join(self, state: &mut State, join: Join, verdicts: &Verdicts, first: usize) {
        let words = &verdicts.of(self.case)[first..];
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
struct Lanes {
    rows: u32,
    filters: Vec<(Join, Verdicts)>,
    ways: Vec<Lane>,
    /// The lane of each reading.
    lane_of: [usize; 4],
    funnel_lane: usize,
}

/// A piece of the answer: the matching rows and how many they are, in each lane; and the funnel.
struct Part {
    matched: Vec<[u64; PIECE_WORDS]>,
    counts: Vec<u64>,
    funnel: Vec<u64>,
}

impl Lanes {
    fn new(rows: u32, filters: Vec<(Join, Verdicts)>, reading: Reading) -> Self {
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
            ways: lanes,
            lane_of,
            funnel_lane: lane_of[reading.index()],
        }
    }

    fn run(self, stop: &AtomicBool) -> Option<Evaluation> {
        let (rows, lane_of) = (self.rows, self.lane_of);
        let words = words_for(rows);
        let mut matched = vec![vec![0; words]; self.ways.len()];
        let mut counts = vec![0; self.ways.len()];
        let mut funnel = vec![0; self.filters.len()];
        let mut is_taken = vec![false; words.div_ceil(PIECE_WORDS)];
        let work = move |piece: usize| self.part(piece);
        share(is_taken.len(), Cost::Small, stop, work, |piece, part| {
            // One that is done twice counts once.
            if std::mem::replace(&mut is_taken[piece], true) {
                return;
            }
            for (lane, words) in matched.iter_mut().zip(&part.matched) {
                put_piece(lane, piece, words);
            }
            add(&mut counts, &part.counts);
            add(&mut funnel, &part.funnel);
        })?;
        Some(conclude(rows, lane_of, matched, &counts, funnel))
    }

    fn part(&self, piece: usize) -> Part {
        let first = piece * PIECE_WORDS;
        let valid = std::array::from_fn(|word| valid_bits(self.rows, first + word));
        let mut part = Part {
            matched: Vec::with_capacity(self.ways.len()),
            counts: Vec::with_capacity(self.ways.len()),
            funnel: Vec::with_capacity(self.filters.len()),
        };
        for (number, lane) in self.ways.iter().enumerate() {
            let mut state = State::all(&valid);
            for (place, (join, verdicts)) in self.filters.iter().enumerate() {
                let join = if place == 0 { Join::And } else { *join };
                lane.join(&mut state, join, verdicts, first);
                if number == self.funnel_lane {
                    part.funnel.push(count(&state.holds(&valid)));
                }
            }
            let matched = state.holds(&valid);
            part.counts.push(match part.funnel.last() {
                Some(count) if number == self.funnel_lane => *count,
                _ => count(&matched),
            });
            part.matched.push(matched);
        }
        part
    }
}

impl State {
    /// Everybody, before the first row.
    pub(super) fn all(valid: &[u64; PIECE_WORDS]) -> Self {
        Self {
            any: [0; PIECE_WORDS],
            group: *valid,
        }
    }

    /// Who matches so far. A group that begins with an OR has the bits behind the table's end too.
    pub(super) fn holds(&self, valid: &[u64; PIECE_WORDS]) -> [u64; PIECE_WORDS] {
        std::array::from_fn(|word| (self.any[word] | self.group[word]) & valid[word])
    }
}

fn count(words: &[u64; PIECE_WORDS]) -> u64 {
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}

fn add(sums: &mut [u64], figures: &[u64]) {
    for (sum, figure) in sums.iter_mut().zip(figures) {
        *sum += figure;
    }
}

fn conclude(
    rows: u32,
    lane_of: [usize; 4],
    matched: Vec<Vec<u64>>,
    counts: &[u64],
    funnel: Vec<u64>,
) -> Evaluation {
    let sets = matched.into_iter().zip(counts);
    let set = |(words, count): (_, &u64)| Arc::new(RowSet::counted(words, rows, *count));
    let sets: Vec<Arc<RowSet>> = sets.map(set).collect();
    Evaluation {
        counts: lane_of.map(|lane| counts[lane]),
        matched: lane_of.map(|lane| Arc::clone(&sets[lane])),
        funnel,
        of: u64::from(rows),
    }
}
