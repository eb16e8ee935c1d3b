//! Contacts as CSV, harmless in a spreadsheet.

use std::io::{self, Write};

use super::error::{AudienceError, Result};
use super::harmless::Lines;
use super::table::Table;

/// Writes rows as CSV (RFC 4180, UTF-8): a header with the columns' names, then a line a row, unset as empty.
///
/// Every cell that a spreadsheet would take for a formula, all of it or a part, is neutralised. Rows behind the table's end are left out.
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
    /// Cells that got a `'`, since a spreadsheet would take them, or a part of them, for formulas.
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
    let mut lines = Lines::new(out, ',');
    lines.write(columns.iter().copied()).map_err(failed)?;
    let found: Vec<_> = columns.iter().map(|name| table.column(name)).collect();
    let mut written = WrittenCsv {
        is_whole: true,
        ..WrittenCsv::default()
    };
    for row in rows.into_iter().filter(|row| *row < table.rows()) {
        let cells = found.iter().map(|column| {
            let value = column.and_then(|column| column.get(row));
            value.unwrap_or_default()
        });
        written.neutralised += lines.write(cells).map_err(failed)?;
        written.contacts += 1;
        if written.contacts.is_multiple_of(PIECE) && !go_on(written.contacts) {
            written.is_whole = false;
            break;
        }
    }
    lines.flush().map_err(failed)?;
    Ok(written)
}

fn failed(error: io::Error) -> AudienceError {
    AudienceError::Write(error.into())
}
