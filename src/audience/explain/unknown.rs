//! Contacts whose verdict hangs on what the cache doesn't hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::bounds::Bounds;
use crate::domain::explain::{Coverage, Unknown};
use crate::domain::filter::{Filter, Join, Reading};

use crate::audience::evaluate::{Evaluation, Lane, State};
use crate::audience::kept::Verdicts;
use crate::audience::pieces::PIECE_WORDS;
use crate::audience::rows::{RowSet, valid_bits, words_for};
use crate::audience::table::Table;

/// Whom a filter may match: by every reading, and whatever the platform knows of what the cache doesn't hold.
#[derive(Debug, Clone)]
pub struct Spread {
    /// The fewest and the most by any one reading.
    pub bounds: Bounds,
    /// Whoever may match by one of the readings.
    pub widest: Arc<RowSet>,
    /// Contacts whose verdict isn't sure under the reading that was asked for; `None` where every verdict is.
    pub unknown: Option<Unknown>,
}

impl Table {
    /// The contacts whose verdict could be another if the cache held everything that is asked; of two rows on the same
    /// field each is taken by itself. The outer `None` as soon as `stop` is set, the inner where every verdict is sure.
    ///
    /// AND and OR never turn a match into none where one row more holds: so a verdict is sure if it is the same whether
    /// all that is unknown holds or none of it.
    pub fn unsure(
        &self,
        filters: &[Filter],
        reading: Reading,
        stop: &AtomicBool,
    ) -> Option<Option<Unknown>> {
        let rows = self.half_known(filters, stop)?;
        if rows.is_empty() {
            return Some(None);
        }
        let ends = self.ends(&rows, reading, stop)?;
        Some(self.told(filters, &ends))
    }

    /// Whom a filter may match under any reading, and how sure that is under `reading`. `None` as soon as `stop` is set.
    pub fn spread(
        &self,
        filters: &[Filter],
        evaluation: &Evaluation,
        reading: Reading,
        stop: &AtomicBool,
    ) -> Option<Spread> {
        let rows = self.half_known(filters, stop)?;
        if rows.is_empty() {
            let (least, most) = evaluation.range();
            return Some(Spread {
                bounds: Bounds {
                    least,
                    most: Some(most),
                },
                widest: united(&evaluation.matched),
                unknown: None,
            });
        }
        let asked = self.ends(&rows, reading, stop)?;
        let unknown = self.told(filters, &asked);
        let mut bounds = asked.bounds();
        let mut widest = RowSet::clone(&asked.most);
        for other in others(&rows, reading) {
            let ends = self.ends(&rows, other, stop)?;
            let (least, most) = (ends.least.count(), ends.most.count());
            bounds.least = bounds.least.min(least);
            bounds.most = bounds.most.max(Some(most));
            widest = widest.union(&ends.most);
        }
        Some(Spread {
            bounds,
            widest: Arc::new(widest),
            unknown,
        })
    }

    /// Those who match under a reading whatever the platform knows; `None` as soon as `stop` is set.
    pub fn surely(
        &self,
        filters: &[Filter],
        reading: Reading,
        stop: &AtomicBool,
    ) -> Option<Arc<RowSet>> {
        let rows = self.half_known(filters, stop)?;
        if rows.is_empty() {
            let found = self.evaluate(filters, reading, stop)?;
            return Some(Arc::clone(found.matched(reading)));
        }
        Some(Arc::new(self.ends(&rows, reading, stop)?.least))
    }

    /// The rows of a filter with what is unknown in each; none where everything is known.
    fn half_known(&self, filters: &[Filter], stop: &AtomicBool) -> Option<Vec<Row>> {
        let unknown: Vec<Option<Arc<RowSet>>> = filters
            .iter()
            .map(|filter| self.unknown(&filter.field))
            .collect();
        if unknown.iter().all(Option::is_none) {
            return Some(Vec::new());
        }
        let verdicts = self.verdicts(filters, stop)?.into_iter();
        let rows = filters.iter().zip(verdicts.zip(&unknown));
        let row = |(filter, (verdicts, unknown)): (&Filter, (Verdicts, &Option<Arc<RowSet>>))| {
            Row::new(filter.join, verdicts, unknown.as_deref())
        };
        Some(rows.map(row).collect())
    }

    /// Who matches under a reading: as counted, and if all or none of what is unknown held.
    fn ends(&self, rows: &[Row], reading: Reading, stop: &AtomicBool) -> Option<Ends> {
        let lane = Lane::of(reading);
        let matches = |of: fn(&Row) -> &Verdicts| {
            let mut words = Vec::with_capacity(words_for(self.rows()) + PIECE_WORDS);
            for piece in 0..words_for(self.rows()).div_ceil(PIECE_WORDS) {
                if stop.load(Ordering::Relaxed) {
                    return None;
                }
                let first = piece * PIECE_WORDS;
                let valid = std::array::from_fn(|word| valid_bits(self.rows(), first + word));
                let mut state = State::all(&valid);
                for (place, row) in rows.iter().enumerate() {
                    let join = if place == 0 { Join::And } else { row.join };
                    lane.join(&mut state, join, of(row), first);
                }
                words.extend(state.holds(&valid));
            }
            Some(RowSet::from_words(words, self.rows()))
        };
        Some(Ends {
            known: matches(|row| &row.known)?,
            most: matches(|row| &row.most)?,
            least: matches(|row| &row.least)?,
        })
    }

    /// How sure the verdicts of one reading are.
    fn told(&self, filters: &[Filter], ends: &Ends) -> Option<Unknown> {
        let unknown: Vec<Option<Arc<RowSet>>> = filters
            .iter()
            .map(|filter| self.unknown(&filter.field))
            .collect();
        let found = Unknown {
            may_match: ends.most.count() - ends.known.count(),
            may_not_match: ends.known.count() - ends.least.count(),
            fields: self.coverage(filters, &unknown),
        };
        (found.contacts() > 0).then_some(found)
    }

    fn coverage(&self, filters: &[Filter], unknown: &[Option<Arc<RowSet>>]) -> Vec<Coverage> {
        let mut fields: Vec<Coverage> = Vec::new();
        let of = u64::from(self.rows());
        for (filter, unknown) in filters.iter().zip(unknown) {
            let is_new = fields.iter().all(|field| field.field != filter.field);
            if let Some(unknown) = unknown.as_ref().filter(|_| is_new) {
                fields.push(Coverage {
                    field: filter.field.clone(),
                    known: of - unknown.count(),
                    of,
                });
            }
        }
        fields
    }
}

/// A row's verdicts: as counted, and if all or none of what is unknown held.
struct Row {
    join: Join,
    known: Verdicts,
    most: Verdicts,
    least: Verdicts,
}

impl Row {
    fn new(join: Join, known: Verdicts, unknown: Option<&RowSet>) -> Self {
        let words = unknown.map_or(&[][..], RowSet::words);
        Self {
            join,
            most: known.with(words, |verdict, unknown| verdict | unknown),
            least: known.with(words, |verdict, unknown| verdict & !unknown),
            known,
        }
    }
}

/// Who matches under one reading: each set is within the one before it.
struct Ends {
    /// If all held that is unknown.
    most: RowSet,
    /// As counted: what is unknown is taken as not set.
    known: RowSet,
    /// If nothing held that is unknown.
    least: RowSet,
}

impl Ends {
    fn bounds(&self) -> Bounds {
        Bounds {
            least: self.least.count(),
            most: Some(self.most.count()),
        }
    }
}

/// The readings that can match others than one does: where nothing is mixed the order is no matter, and letter case where
/// it is none to any row.
fn others(rows: &[Row], reading: Reading) -> Vec<Reading> {
    let joins = |join| rows.iter().skip(1).any(|row| row.join == join);
    let is_mixed = joins(Join::And) && joins(Join::Or);
    let is_cased = rows.iter().any(|row| row.known.differ());
    let may_differ = |other: &Reading| {
        (is_mixed || other.precedence == reading.precedence)
            && (is_cased || other.case == reading.case)
            && *other != reading
    };
    Reading::ALL.into_iter().filter(may_differ).collect()
}

/// The union of sets of which most are one and the same.
fn united(sets: &[Arc<RowSet>; 4]) -> Arc<RowSet> {
    let [first, rest @ ..] = sets;
    let mut union = Arc::clone(first);
    for (place, set) in rest.iter().enumerate() {
        let is_known = sets[..=place].iter().any(|known| Arc::ptr_eq(known, set));
        if !is_known {
            union = Arc::new(union.union(set));
        }
    }
    union
}
