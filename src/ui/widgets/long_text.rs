//! A text of any length, made fit to be shown and cut into lines once; what is drawn of it costs no more than the
//! page in sight.
//!
//! Lines are kept as places in one text. How many rows of the screen they take depends on the width, which only the
//! picture knows: that is arithmetic, but for lines with other than ASCII characters that are longer than a row.

use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::domain::text::shown;
use crate::ui::theme::Theme;
use crate::ui::widgets::json::{self, Kind, Mode, Piece};

/// Columns of indentation at most: a text that nests a thousand times is no reason to write a million blanks.
const MAX_INDENT: usize = 40;

/// A text, laid out.
#[derive(Debug, Clone, Default)]
pub struct LongText {
    text: String,
    runs: Vec<Run>,
    lines: Vec<TextLine>,
    widest: usize,
}

/// What the text is from a place on, until the next run.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: usize,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
struct TextLine {
    start: usize,
    end: usize,
    columns: usize,
}

impl TextLine {
    fn is_ascii(self) -> bool {
        self.columns == self.end - self.start
    }
}

impl LongText {
    /// Lays out a text from outside: an object or a list of JSON with a member a line, anything else as it is.
    pub fn new(raw: &str) -> Self {
        let mut layout = Self::default();
        if is_json(raw) {
            layout.push_json(raw, Mode::Pretty);
        } else {
            for line in raw.lines() {
                layout.push(line, Kind::Plain);
                layout.end_line();
            }
        }
        layout
    }

    /// Lays out the body of a call: in lines for reading, or every byte as it is sent.
    pub fn of_body(raw: &str, mode: Mode) -> Self {
        let mut layout = Self::default();
        layout.push_json(raw, mode);
        layout
    }

    /// Rows that it takes at a width.
    pub fn rows(&self, width: usize) -> usize {
        if self.widest <= width {
            return self.lines.len();
        }
        self.lines
            .iter()
            .map(|line| self.rows_of(*line, width))
            .sum()
    }

    /// The rows from `skip` on, at most `most` of them.
    pub fn page(
        &self,
        width: usize,
        skip: usize,
        most: usize,
        theme: &Theme,
    ) -> Vec<Line<'static>> {
        let width = width.max(2);
        let mut page = Vec::new();
        let (first, mut skip) = self.line_at(width, skip);
        for line in &self.lines[first.min(self.lines.len())..] {
            for (start, end) in self.breaks(*line, width, skip, most - page.len()) {
                page.push(self.styled(start, end, theme));
            }
            if page.len() >= most {
                break;
            }
            skip = 0;
        }
        page
    }

    /// The line that holds a row, and how many rows of that line stand before it.
    fn line_at(&self, width: usize, row: usize) -> (usize, usize) {
        if self.widest <= width {
            return (row, 0);
        }
        let mut left = row;
        for (index, line) in self.lines.iter().enumerate() {
            let rows = self.rows_of(*line, width);
            if left < rows {
                return (index, left);
            }
            left -= rows;
        }
        (self.lines.len(), 0)
    }

    fn rows_of(&self, line: TextLine, width: usize) -> usize {
        let width = width.max(2);
        if line.columns <= width {
            1
        } else if line.is_ascii() {
            line.columns.div_ceil(width)
        } else {
            self.breaks(line, width, 0, usize::MAX).len()
        }
    }

    /// Where the rows of a line begin and end: those from `skip` on, at most `most`.
    fn breaks(
        &self,
        line: TextLine,
        width: usize,
        skip: usize,
        most: usize,
    ) -> Vec<(usize, usize)> {
        if line.columns <= width {
            return vec![(line.start, line.end)];
        }
        if line.is_ascii() {
            return (skip..line.columns.div_ceil(width))
                .take(most)
                .map(|row| {
                    let start = line.start + row * width;
                    (start, (start + width).min(line.end))
                })
                .collect();
        }
        let mut rows = Vec::new();
        let (mut start, mut used) = (line.start, 0);
        for (index, character) in self.text[line.start..line.end].char_indices() {
            let columns = character.width().unwrap_or(0);
            if used + columns > width {
                rows.push((start, line.start + index));
                (start, used) = (line.start + index, 0);
            }
            used += columns;
        }
        rows.push((start, line.end));
        rows.into_iter().skip(skip).take(most).collect()
    }

    fn styled(&self, start: usize, end: usize, theme: &Theme) -> Line<'static> {
        let first = self
            .runs
            .partition_point(|run| run.start <= start)
            .saturating_sub(1);
        let mut spans = Vec::new();
        for (index, run) in self.runs[first.min(self.runs.len())..].iter().enumerate() {
            if run.start >= end {
                break;
            }
            let until = self
                .runs
                .get(first + index + 1)
                .map_or(end, |next| next.start.min(end));
            let text = self.text[run.start.max(start)..until].to_owned();
            spans.push(Span::styled(text, json::style(run.kind, theme)));
        }
        Line::from(spans)
    }

    fn push_json(&mut self, raw: &str, mode: Mode) {
        json::pieces(raw, mode, |piece| {
            match piece {
                Piece::Text(text, kind) => self.push(text, kind),
                Piece::Break(depth) => {
                    self.end_line();
                    self.push(&" ".repeat((depth * 2).min(MAX_INDENT)), Kind::Plain);
                }
            }
            true
        });
        self.end_line();
    }

    fn push(&mut self, raw: &str, kind: Kind) {
        if raw.is_empty() {
            return;
        }
        self.runs.push(Run {
            start: self.text.len(),
            kind,
        });
        self.text.push_str(&shown(raw));
    }

    fn end_line(&mut self) {
        let start = self.lines.last().map_or(0, |line| line.end);
        let end = self.text.len();
        let columns = self.text[start..end].width();
        self.widest = self.widest.max(columns);
        self.lines.push(TextLine {
            start,
            end,
            columns,
        });
    }
}

/// Whether a text is an object or a list of JSON; bare words and numbers are read as text.
fn is_json(raw: &str) -> bool {
    raw.trim_start().starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(raw).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::ThemeName;
    use proptest::prelude::*;
    use rstest::rstest;

    fn page(text: &LongText, width: usize, skip: usize, most: usize) -> Vec<String> {
        let theme = Theme::shipped(ThemeName::Plain);
        text.page(width, skip, most, &theme)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[rstest]
    #[case::json(r#"{"a":["x"],"b":{}}"#, &["{", "  \"a\": [", "    \"x\"", "  ],", "  \"b\": {}", "}"])]
    #[case::text("no\r\n\nroute", &["no", "", "route"])]
    #[case::cut_short(r#"{"a":"#, &[r#"{"a":"#])]
    #[case::hostile("a\u{1b}[2J\u{202e}", &["a‹U+001B›[2J‹U+202E›"])]
    fn a_text_is_laid_out(#[case] raw: &str, #[case] expected: &[&str]) {
        assert_eq!(page(&LongText::new(raw), 80, 0, 100), expected);
    }

    #[test]
    fn long_lines_are_broken_at_the_width_and_can_be_entered_in_the_middle() {
        let text = LongText::new("0123456789abcdef\n東京都港区");
        assert_eq!(text.rows(5), 4 + 3);
        assert_eq!(page(&text, 5, 2, 4), ["abcde", "f", "東京", "都港"]);
    }

    #[test]
    fn deep_nesting_does_not_blow_up() {
        let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
        let text = LongText::new(&deep);
        assert!(text.text.len() < 20_000 * 2 * (MAX_INDENT + 2));
    }

    proptest! {
        #[test]
        fn pages_put_together_are_the_whole(
            raw in "(\\PC|\n){0,200}",
            width in 2usize..40,
            step in 1usize..9,
        ) {
            let text = LongText::new(&raw);
            let whole = page(&text, width, 0, usize::MAX);
            prop_assert_eq!(text.rows(width), whole.len());
            let stepped: Vec<String> = (0..whole.len())
                .step_by(step)
                .flat_map(|skip| page(&text, width, skip, step))
                .collect();
            prop_assert_eq!(stepped, whole);
        }
    }
}
