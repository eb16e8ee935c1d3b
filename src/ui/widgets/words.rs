//! Sentences in lines: broken between words, and facts with their labels at the left.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::ui::theme::Theme;

/// Columns of a label, the blank behind it included.
pub const LABEL: usize = 13;

/// Breaks a text that is fit to be shown into lines of at most `width` columns: between words, and within one only
/// where it is longer than a line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let columns = word.width();
        if used > 0 && used + 1 + columns > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for character in word.chars() {
            let columns = character.width().unwrap_or(0);
            if used + columns > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(character);
            used += columns;
        }
    }
    lines.push(line);
    lines
}

/// A label, dim, and beside it a text that is fit to be shown, in as many lines as it needs.
pub fn fact(
    label: &str,
    text: &str,
    style: Style,
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    wrap(text, width.saturating_sub(LABEL))
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            let label = if index == 0 { label } else { "" };
            Line::from(vec![
                Span::styled(format!("{label:<LABEL$}"), theme.dim),
                Span::styled(line, style),
            ])
        })
        .collect()
}

/// A mark, and beside it a text that is fit to be shown, in as many lines as it needs.
pub fn marked(mark: &'static str, text: &str, style: Style, width: usize) -> Vec<Line<'static>> {
    let indent = mark.width() + 1;
    wrap(text, width.saturating_sub(indent))
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            let mark = if index == 0 { mark } else { "" };
            Line::from(Span::styled(format!("{mark:<indent$}{line}"), style))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::ThemeName;
    use rstest::rstest;

    #[rstest]
    #[case::fits("one two", 10, &["one two"])]
    #[case::between_words("one two three", 8, &["one two", "three"])]
    #[case::within_a_long_word("a 0123456789 b", 5, &["a", "01234", "56789", "b"])]
    #[case::wide_characters("東京都 x", 4, &["東京", "都 x"])]
    #[case::nothing("", 5, &[""])]
    fn lines_break_between_words(
        #[case] text: &str,
        #[case] width: usize,
        #[case] expected: &[&str],
    ) {
        assert_eq!(wrap(text, width), expected);
    }

    #[test]
    fn a_fact_hangs_under_its_own_text() {
        let theme = Theme::shipped(ThemeName::Plain);
        let lines: Vec<String> = fact("Reason", "one two three", theme.text, 21, &theme)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(lines, ["Reason       one two", "             three"]);
    }
}
