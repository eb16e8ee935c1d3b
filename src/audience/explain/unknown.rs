//! Contacts whose verdict hangs on what the cache doesn't hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::explain::{Coverage, Unknown};
use crate::domain::filter::{Filter, Join, Reading};

use crate::audience::evaluate::{Lane, State};
use crate::audience::kept::Verdicts;
use crate::audience::pieces::PIECE_WORDS;
use crate::audience::rows::{RowSet, valid_bits, words_for};
use crate::audience::table::Table;

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
        let unknown: Vec<Option<Arc<RowSet>>> = filters
            .iter()
            .map(|filter| self.unknown(&filter.field))
            .collect();
        if unknown.iter().all(Option::is_none) {
            return Some(None);
        }
        let verdicts = self.verdicts(filters, stop)?;
        let lane = Lane::of(reading);
        let rows: Vec<Row> = filters
            .iter()
            .zip(verdicts.into_iter().zip(&unknown))
            .map(|(filter, (verdicts, unknown))| {
                Row::new(filter.join, verdicts, unknown.as_deref())
            })
            .collect();
        let mut found = Unknown {
            fields: self.coverage(filters, &unknown),
            ..Unknown::default()
        };
        for piece in 0..words_for(self.rows()).div_ceil(PIECE_WORDS) {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let first = piece * PIECE_WORDS;
            let valid = std::array::from_fn(|word| valid_bits(self.rows(), first + word));
            let matches = |of: fn(&Row) -> &Verdicts| {
                let mut state = State::all(&valid);
                for (place, row) in rows.iter().enumerate() {
                    let join = if place == 0 { Join::And } else { row.join };
                    lane.join(&mut state, join, of(row), first);
                }
                state.holds(&valid)
            };
            let counted = matches(|row| &row.known);
            found.may_match += more(&matches(|row| &row.most), &counted);
            found.may_not_match += more(&counted, &matches(|row| &row.least));
        }
        Some((found.contacts() > 0).then_some(found))
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

fn more(words: &[u64; PIECE_WORDS], others: &[u64; PIECE_WORDS]) -> u64 {
    let words = words.iter().zip(others);
    words
        .map(|(word, other)| u64::from((word & !other).count_ones()))
        .sum()
}
