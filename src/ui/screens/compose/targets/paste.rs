//! Pasted text as rows of cells, as spreadsheets and CSV files give it.

use super::header::{self, Known, Named};
use crate::domain::text::grouped;

/// Lines that are taken at most; a longer list is for the import, which shows how far it is and can be stopped.
const MOST_LINES: usize = 20_000;

/// Cells of a line that are taken at most: names of columns are held against each other.
const MOST_CELLS: usize = 2_000;

/// Rows out of a paste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    /// What the columns are called, where the first line is a header.
    pub header: Option<Vec<Named>>,
    /// The rows, ragged ones too.
    pub rows: Vec<Vec<String>>,
}

/// Whether a paste is of rows, not of a text for one cell.
pub fn is_of_rows(text: &str) -> bool {
    let text = text.trim_end_matches(['\r', '\n']);
    text.contains(['\t', '\n', '\r'])
}

/// Reads a paste. Its first line is a header where [`header::of`] takes it for one.
///
/// # Errors
/// A sentence, where it is too long, or a line is.
pub fn read(text: &str, grid: &Known<'_>) -> Result<Pasted, String> {
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    let lines = lines.max(text.bytes().filter(|byte| *byte == b'\r').count());
    if lines > MOST_LINES {
        return Err(format!(
            "{} lines are too many for a paste, so nothing was taken. Save them as a CSV file and import that (Shift-I).",
            grouped(lines as u64)
        ));
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let cells = |record: csv::StringRecord| -> Vec<String> {
        record.iter().map(|cell| cell.trim().to_owned()).collect()
    };
    // The text is UTF-8 and may be ragged, so every line is a record.
    let records = reader.records().filter_map(Result::ok).map(cells);
    let mut rows: Vec<Vec<String>> = records
        .filter(|row| row.iter().any(|cell| !cell.is_empty()))
        .collect();
    if rows.iter().any(|row| row.len() > MOST_CELLS) {
        return Err(format!(
            "A line of more than {} cells is no contact, so nothing was taken.",
            grouped(MOST_CELLS as u64)
        ));
    }
    let header = header::of(&rows, grid);
    if header.is_some() {
        rows.remove(0);
    }
    Ok(Pasted { header, rows })
}

/// A tab, `;` or `,`: what the first line has, a tab before all others.
fn delimiter(text: &str) -> u8 {
    let line = text.trim_start().lines().next().unwrap_or_default();
    let count = |wanted: char| line.matches(wanted).count();
    if count('\t') > 0 {
        b'\t'
    } else if count(';') > count(',') {
        b';'
    } else {
        b','
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const KNOWN: Known<'_> = Known {
        columns: &[],
        is_blank: true,
    };

    fn pasted(header: Option<&[&str]>, rows: &[&[&str]]) -> Pasted {
        let texts = |row: &[&str]| {
            row.iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        let named = |names: &[&str]| texts(names).into_iter().map(Named::Variable).collect();
        Pasted {
            header: header.map(named),
            rows: rows.iter().map(|row| texts(row)).collect(),
        }
    }

    #[rstest]
    #[case::of_a_spreadsheet("user_id\tcity\n1\tRoma\n2\tMilano\n", Some(&["user_id", "city"][..]), &[&["1", "Roma"][..], &["2", "Milano"]])]
    #[case::line_breaks_as_terminals_send_them("1\tRoma\r2\tMilano", None, &[&["1", "Roma"][..], &["2", "Milano"]])]
    #[case::windows("1,Roma\r\n2,Milano\r\n", None, &[&["1", "Roma"][..], &["2", "Milano"]])]
    #[case::quoted("user_id,name\n1,\"Rossi, Ada\"", Some(&["user_id", "name"][..]), &[&["1", "Rossi, Ada"][..]])]
    #[case::semicolons("user_id;name\n1;Ada", Some(&["user_id", "name"][..]), &[&["1", "Ada"][..]])]
    #[case::ragged_and_empty_lines("1\t\n\n2\tx\ty", None, &[&["1", ""][..], &["2", "x", "y"]])]
    fn what_is_read(#[case] text: &str, #[case] header: Option<&[&str]>, #[case] rows: &[&[&str]]) {
        assert_eq!(read(text, &KNOWN), Ok(pasted(header, rows)));
    }

    #[test]
    fn too_many_lines_are_for_the_import() {
        let sentence = read(&"1\n".repeat(1_000_000), &KNOWN).unwrap_err();
        assert!(sentence.starts_with("1,000,000 lines"), "{sentence}");
        assert!(sentence.contains("import"), "{sentence}");
    }

    #[test]
    fn a_line_without_end_is_no_contact() {
        let sentence = read(&"a\t".repeat(1_000_000), &KNOWN).unwrap_err();
        assert!(sentence.contains("2,000 cells"), "{sentence}");
    }

    #[rstest]
    #[case("Milano", false)]
    #[case("Milano\n", false)]
    #[case("a, b", false)]
    #[case("1\t2", true)]
    #[case("1\r2", true)]
    fn one_text_is_no_row(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_of_rows(text), expected);
    }
}
