//! Lines of CSV that are harmless in a spreadsheet, whichever sign that splits them at.
//!
//! A spreadsheet takes a cell that begins like a formula for one, and contacts choose their names themselves. Many split
//! a file at `;` or tabs, whatever it is written with, and don't see quotes that stand in the middle of what they take for
//! a cell. So a cell may begin wherever one of those stands in a value, or a new line; and a value that holds one is
//! quoted, for those that split at all of them and do see quotes.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use crate::domain::criterion::number;

/// What a formula begins with in one spreadsheet or another.
const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Signs behind which one spreadsheet or another begins a cell.
const ENDS: [char; 4] = [';', '\t', '\r', '\n'];

/// Writes lines of CSV (RFC 4180).
pub(super) struct Lines<W: Write> {
    out: BufWriter<W>,
    delimiter: char,
}

impl<W: Write> Lines<W> {
    /// Lines whose cells stand between this sign.
    pub(super) fn new(out: W, delimiter: char) -> Self {
        Self {
            out: BufWriter::new(out),
            delimiter,
        }
    }

    /// Writes a line; returns how many of its cells got a `'`, since they, or parts of them, could be taken for formulas.
    ///
    /// # Errors
    /// Whatever stops the writing.
    pub(super) fn write<'a>(
        &mut self,
        cells: impl IntoIterator<Item = &'a str>,
    ) -> io::Result<u64> {
        let mut neutralised = 0;
        let mut length = 0;
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                write!(self.out, "{}", self.delimiter)?;
            }
            let cell = neutral(cell);
            neutralised += u64::from(matches!(cell, Cow::Owned(_)));
            length += cell.len() + place;
            self.cell(&cell)?;
        }
        if length == 0 {
            // An empty line would be no line.
            self.out.write_all(b"\"\"")?;
        }
        self.out.write_all(b"\n")?;
        Ok(neutralised)
    }

    fn cell(&mut self, cell: &str) -> io::Result<()> {
        let is_quoted = |sign: char| {
            matches!(sign, ',' | ';' | '\t' | '"' | '\r' | '\n') || sign == self.delimiter
        };
        if cell.contains(is_quoted) {
            write!(self.out, "\"{}\"", cell.replace('"', "\"\""))
        } else {
            self.out.write_all(cell.as_bytes())
        }
    }

    /// Has everything written out.
    ///
    /// # Errors
    /// Whatever stops the writing.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A cell that no spreadsheet takes for a formula, nor a part of it: `'` is put before what begins like one.
///
/// A decimal number with its sign is no formula and stays as it is, and so does a phone number. `unneutral` takes off what
/// was put before it, and nothing else.
pub(super) fn neutral(cell: &str) -> Cow<'_, str> {
    let mut text = String::new();
    let mut written = 0;
    for place in places(cell) {
        text.push_str(&cell[written..place]);
        text.push('\'');
        written = place;
    }
    if text.is_empty() {
        return Cow::Borrowed(cell);
    }
    text.push_str(&cell[written..]);
    Cow::Owned(text)
}

/// A cell of a file without each `'` that marks it, or a part of it, as text for a spreadsheet.
pub(super) fn unneutral(cell: &str) -> Cow<'_, str> {
    let mut text = String::new();
    let mut read = 0;
    for place in places(cell).filter(|place| cell[*place..].starts_with('\'')) {
        text.push_str(&cell[read..place]);
        read = place + 1;
    }
    if read == 0 {
        return Cow::Borrowed(cell);
    }
    text.push_str(&cell[read..]);
    Cow::Owned(text)
}

/// Where in a cell a spreadsheet may see the beginning of a formula; or would, but for one `'` or more.
fn places(cell: &str) -> impl Iterator<Item = usize> {
    let behind = cell.match_indices(ENDS).map(|(place, _)| place + 1);
    let behind = behind.filter_map(|begin| {
        // Of a cell in quotes the text begins behind them.
        let place = begin + quotes(&cell[begin..]);
        let end = cell[place..].find(ENDS);
        let end = end.map_or(cell.len(), |end| place + end);
        is_formula(&cell[place..], &cell[place..end]).then_some(place)
    });
    let first = is_formula(cell, cell).then_some(0);
    first.into_iter().chain(behind)
}

fn quotes(text: &str) -> usize {
    text.len() - text.trim_start_matches('"').len()
}

/// Whether a text begins like a formula, or would but for a mark; `cell` is what a spreadsheet may take for a whole one.
fn is_formula(text: &str, cell: &str) -> bool {
    let unmarked = text.trim_start_matches('\'');
    let is_marked = unmarked.len() < text.len();
    unmarked.starts_with(STARTS) && (is_marked || (number(cell).is_none() && !is_phone(cell)))
}

/// Whether it is a phone number as people write it. Those with signs that a spreadsheet would reckon with are none.
fn is_phone(cell: &str) -> bool {
    let Some(rest) = cell.strip_prefix('+') else {
        return false;
    };
    let is_part = |sign: char| sign.is_ascii_digit() || matches!(sign, ' ' | '(' | ')');
    rest.contains(|sign: char| sign.is_ascii_digit()) && rest.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case::formula("=1+1", "'=1+1")]
    #[case::at("@SUM(A1)", "'@SUM(A1)")]
    #[case::sum("+1+1", "'+1+1")]
    #[case::negated_call("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0")]
    #[case::tab("\t=1", "'\t'=1")]
    #[case::carriage_return("\r1", "'\r1")]
    #[case::full_width("＝1", "'＝1")]
    #[case::phone("+393201", "+393201")]
    #[case::spaced_phone("+49 (30) 1234", "+49 (30) 1234")]
    #[case::phone_to_reckon_with("+49-30-1234", "'+49-30-1234")]
    #[case::negative("-4.5", "-4.5")]
    #[case::word("a=1", "a=1")]
    #[case::empty("", "")]
    #[case::marked_already("'=1", "''=1")]
    #[case::apostrophe("'s-Hertogenbosch", "'s-Hertogenbosch")]
    #[case::behind_a_semicolon("a;=1+1", "a;'=1+1")]
    #[case::in_quotes_behind_a_semicolon("a;\"=1+1;b", "a;\"'=1+1;b")]
    #[case::on_a_line_of_its_own("a\n@b\n-c", "a\n'@b\n'-c")]
    #[case::marked_behind_a_semicolon("a;'=1", "a;''=1")]
    #[case::numbers_behind_semicolons("a;-5;+4930;", "a;-5;+4930;")]
    #[case::words_behind_semicolons("red;blue", "red;blue")]
    fn formulas_are_neutralised_and_read_back_as_they_were(
        #[case] cell: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(neutral(cell), expected);
        assert_eq!(unneutral(expected), cell);
    }

    fn line(cells: &[&str], delimiter: char) -> String {
        let mut lines = Lines::new(Vec::new(), delimiter);
        lines.write(cells.iter().copied()).unwrap();
        String::from_utf8(lines.out.into_inner().unwrap()).unwrap()
    }

    #[rstest]
    #[case::plain(&["1", "red"], "1,red\n")]
    #[case::semicolon(&["1", "a;b"], "1,\"a;b\"\n")]
    #[case::formula(&["1", "a;=1+1"], "1,\"a;'=1+1\"\n")]
    #[case::comma_and_quote(&["a,\"b\""], "\"a,\"\"b\"\"\"\n")]
    #[case::tab(&["a\tb", ""], "\"a\tb\",\n")]
    #[case::nothing(&[""], "\"\"\n")]
    fn what_any_spreadsheet_splits_at_is_quoted(#[case] cells: &[&str], #[case] expected: &str) {
        assert_eq!(line(cells, ','), expected);
    }

    /// Cells made of what is dangerous, of what marks, and of one letter.
    fn cell() -> impl Strategy<Value = String> {
        "[=+@;,\t\n\r'\"a-]{0,8}"
    }

    proptest! {
        #[test]
        fn no_cell_is_lost_or_changed(cells in prop::collection::vec(cell(), 1..4), tabs: bool) {
            let delimiter = if tabs { '\t' } else { ',' };
            let texts: Vec<&str> = cells.iter().map(String::as_str).collect();
            let written = line(&texts, delimiter);
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .delimiter(delimiter as u8)
                .from_reader(written.as_bytes());
            let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            let read: Vec<_> = records.iter().flatten().map(unneutral).collect();
            prop_assert_eq!(records.len(), 1);
            prop_assert_eq!(read, texts);
        }

        #[test]
        fn whoever_splits_the_file_elsewhere_gets_no_formula(cell in cell()) {
            // Behind a cell of its own: what splits elsewhere sees no quote there.
            let written = line(&["a", &cell], ',');
            for part in written.split(ENDS) {
                let part = part.trim_start_matches('"');
                prop_assert!(!part.starts_with(STARTS), "{part:?} of {written:?}");
            }
        }
    }
}
