//! Aligned tables for people. Every cell is made fit to be shown here.

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use crate::domain::text::shown;

/// The most columns of a terminal that a cell takes.
const WIDEST: usize = 64;

/// Writes a heading and rows in columns two blanks apart, a line each. The last column is not filled up.
pub fn lines(headings: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let heading: Vec<String> = headings.iter().map(|text| (*text).to_owned()).collect();
    let cells: Vec<Vec<String>> = std::iter::once(&heading)
        .chain(rows)
        .map(|row| row.iter().map(|cell| fitted(cell)).collect())
        .collect();
    let width = |column: usize| {
        let widths = cells.iter().filter_map(|row| row.get(column));
        widths.map(|cell| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    cells.iter().map(|row| aligned(row, &widths)).collect()
}

/// A time as tables have it, UTC: `2026-11-23 10:59Z`.
pub fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%MZ").to_string()
}

fn aligned(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        line.push_str(cell);
        line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
    }
    line.trim_end().to_owned()
}

/// A text fit to be shown, shortened to the widest that a cell may be.
fn fitted(raw: &str) -> String {
    let text = shown(raw);
    if text.width() <= WIDEST {
        return text.into_owned();
    }
    let mut short = String::new();
    for character in text.chars() {
        short.push(character);
        if short.width() >= WIDEST {
            short.pop();
            break;
        }
    }
    short + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        let rows = [
            vec!["東京".to_owned(), "1".to_owned()],
            vec!["Ada\x1b".to_owned(), "2".to_owned()],
        ];
        assert_eq!(
            lines(&["CITY", "N"], &rows),
            ["CITY         N", "東京         1", "Ada‹U+001B›  2"]
        );
    }

    #[test]
    fn a_long_cell_is_shortened() {
        let shortened = fitted(&"x".repeat(100));
        assert_eq!(shortened.width(), WIDEST);
        assert!(shortened.ends_with('…'));
        assert_eq!(fitted(&"x".repeat(WIDEST)), "x".repeat(WIDEST));
    }
}
