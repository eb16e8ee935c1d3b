//! The rows whose verdict hangs on what the cache doesn't hold.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::audience::{RowSet, Table, TableBuilder};
use crate::domain::filter::{Filter, Reading};

/// Those of whom a filter would say otherwise if the cache held everything that is asked; `None` as soon as `stop` is
/// set.
///
/// AND and OR never turn a match into none where one row of the filter more holds, so it is enough to ask twice: as if
/// whatever is unknown held, and as if it didn't. Each filter's verdicts become a column of a table that is asked
/// instead, `y` where it holds.
pub fn unsure_rows(
    table: &Table,
    filters: &[Filter],
    reading: Reading,
    stop: &AtomicBool,
) -> Option<RowSet> {
    let unknown: Vec<Option<Arc<RowSet>>> = filters
        .iter()
        .map(|filter| table.unknown(&filter.field))
        .collect();
    if unknown.iter().all(Option::is_none) {
        return Some(RowSet::none(table.rows()));
    }
    let mut ends = Vec::new();
    for holds in [true, false] {
        let mut builder = TableBuilder::new(table.rows());
        let mut asked = Vec::with_capacity(filters.len());
        for (number, (filter, unknown)) in filters.iter().zip(&unknown).enumerate() {
            let alone = table.evaluate(std::slice::from_ref(filter), reading, stop)?;
            let known = alone.matched(reading);
            let rows = match (unknown, holds) {
                (Some(unknown), true) => known.union(unknown),
                (Some(unknown), false) => known.difference(unknown),
                (None, _) => (**known).clone(),
            };
            let name = number.to_string();
            let column = builder.column(&name);
            for row in rows.iter() {
                // Rows rise and are the table's own: nothing can be wrong with them.
                column.push(row, "y").ok()?;
            }
            asked.push(Filter {
                join: filter.join,
                field: name,
                criterion: crate::domain::criterion::Criterion::HasValue,
                value: String::new(),
            });
        }
        let found = builder.finish().evaluate(&asked, reading, stop)?;
        ends.push(Arc::clone(found.matched(reading)));
    }
    Some(ends[0].difference(&ends[1]))
}
