//! Contacts as CSV, harmless in a spreadsheet.

use std::borrow::Cow;
use std::io::Write;

use crate::domain::criterion::number;

use super::error::{AudienceError, Result};
use super::table::Table;

/// Writes rows as CSV (RFC 4180, UTF-8): a header with the columns' names, then a line a row, unset as empty.
///
/// Every cell that a spreadsheet would take for a formula is neutralised. Rows behind the table's end are left out.
/// Returns how many contacts were written.
///
/// # Errors
/// Whatever stops the writing.
pub fn write_csv(
    out: impl Write,
    table: &Table,
    rows: impl IntoIterator<Item = u32>,
    columns: &[&str],
) -> Result<u64> {
    Ok(write_csv_while(out, table, rows, columns, |_| true)?.contacts)
}

/// What was written as CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WrittenCsv {
    /// Contacts.
    pub contacts: u64,
    /// Cells that got a `'` in front, since a spreadsheet would take them for formulas.
    pub neutralised: u64,
    /// Whether all of it was written.
    pub is_whole: bool,
}

/// Rows between two questions whether to go on.
const PIECE: u64 = 4096;

/// The same; every few thousand rows `go_on` is told how many are written, and whether there are to be more.
///
/// # Errors
/// As [`write_csv`].
pub fn write_csv_while(
    out: impl Write,
    table: &Table,
    rows: impl IntoIterator<Item = u32>,
    columns: &[&str],
    mut go_on: impl FnMut(u64) -> bool,
) -> Result<WrittenCsv> {
    let mut writer = csv::Writer::from_writer(out);
    let names = columns.iter().map(|name| neutral(name).into_owned());
    writer.write_record(names).map_err(AudienceError::Write)?;
    let found: Vec<_> = columns.iter().map(|name| table.column(name)).collect();
    let mut written = WrittenCsv {
        is_whole: true,
        ..WrittenCsv::default()
    };
    let mut record = csv::StringRecord::new();
    for row in rows.into_iter().filter(|row| *row < table.rows()) {
        record.clear();
        for column in &found {
            let value = column
                .and_then(|column| column.get(row))
                .unwrap_or_default();
            let cell = neutral(value);
            written.neutralised += u64::from(matches!(cell, Cow::Owned(_)));
            record.push_field(&cell);
        }
        writer.write_record(&record).map_err(AudienceError::Write)?;
        written.contacts += 1;
        if written.contacts.is_multiple_of(PIECE) && !go_on(written.contacts) {
            written.is_whole = false;
            break;
        }
    }
    writer
        .flush()
        .map_err(|error| AudienceError::Write(error.into()))?;
    Ok(written)
}

/// What a formula begins with in one spreadsheet or another.
const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that no spreadsheet takes for a formula: `'` is put before one that begins like one.
///
/// A decimal number with its sign, a phone number among them, is no formula and stays as it is. `unneutral` takes off
/// what was put before it, and nothing else.
pub fn neutral(cell: &str) -> Cow<'_, str> {
    let is_formula = cell.starts_with(STARTS) && number(cell).is_none();
    if is_formula || is_marked(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// A cell of a file without the `'` that marks it as text for a spreadsheet.
pub fn unneutral(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_marked(cell) => text,
        _ => cell,
    }
}

/// Whether a cell begins with `'` before what could be a formula.
fn is_marked(cell: &str) -> bool {
    cell.starts_with('\'') && cell.trim_start_matches('\'').starts_with(STARTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::formula("=1+1", "'=1+1")]
    #[case::at("@SUM(A1)", "'@SUM(A1)")]
    #[case::sum("+1+1", "'+1+1")]
    #[case::negated_call("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0")]
    #[case::tab("\t=1", "'\t=1")]
    #[case::full_width("＝1", "'＝1")]
    #[case::phone("+393201", "+393201")]
    #[case::negative("-4.5", "-4.5")]
    #[case::word("a=1", "a=1")]
    #[case::empty("", "")]
    #[case::marked_already("'=1", "''=1")]
    #[case::apostrophe("'s-Hertogenbosch", "'s-Hertogenbosch")]
    fn formulas_are_neutralised_and_read_back_as_they_were(
        #[case] cell: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(neutral(cell), expected);
        assert_eq!(unneutral(expected), cell);
    }
}
