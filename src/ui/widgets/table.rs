//! A table: dim titles, one row a line, a bar beside the selected row.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::ui::theme::{Mark, Theme};

/// A column's title, width and side.
#[derive(Debug, Clone)]
pub struct Column {
    title: String,
    width: Constraint,
    right: bool,
}

impl Column {
    /// A column whose cells stand at the left.
    pub fn left(title: impl Into<String>, width: Constraint) -> Self {
        Self {
            title: title.into(),
            width,
            right: false,
        }
    }

    /// A column of figures: its cells stand at the right.
    pub fn right(title: impl Into<String>, width: Constraint) -> Self {
        Self {
            title: title.into(),
            width,
            right: true,
        }
    }
}

/// One row: a line for each column, or one that spans the rest.
pub struct Row<'a> {
    /// The cells.
    pub cells: Vec<Line<'a>>,
    /// The style under them.
    pub style: Style,
}

impl<'a> Row<'a> {
    /// A row of cells.
    pub fn new(cells: Vec<Line<'a>>) -> Self {
        Self {
            cells,
            style: Style::new(),
        }
    }
}

/// What was drawn: the area of each row, and how many fit.
#[derive(Debug, Default)]
pub struct Drawn {
    /// The area of each visible row.
    pub rows: Vec<Rect>,
    /// The cells of the columns: their left edges and widths.
    pub columns: Vec<Rect>,
    /// Rows that fit.
    pub page: usize,
}

/// Draws titles and the rows from `offset` on; `selected` is the selected row's place among all.
///
/// `rows` are those from `offset` on. A row with fewer cells than there are columns lets its last one span the rest.
pub fn draw<'a>(
    frame: &mut Frame<'_>,
    area: Rect,
    theme: &Theme,
    columns: &[Column],
    rows: impl Iterator<Item = Row<'a>>,
    offset: usize,
    selected: Option<usize>,
) -> Drawn {
    if area.height == 0 || area.width < 4 {
        return Drawn::default();
    }
    let body = Rect {
        x: area.x + 2,
        width: area.width - 2,
        ..area
    };
    let layout = Layout::horizontal(columns.iter().map(|column| column.width)).spacing(2);
    let cells = layout.split(Rect { height: 1, ..body });
    for (column, cell) in columns.iter().zip(cells.iter()) {
        let title = Line::from(Span::styled(column.title.clone(), theme.dim));
        frame.render_widget(aligned(title, column.right), *cell);
    }
    let page = usize::from(area.height - 1);
    let mut drawn = Drawn {
        rows: Vec::new(),
        columns: cells.to_vec(),
        page,
    };
    for (index, row) in rows.take(page).enumerate() {
        let line = Rect {
            y: area.y + 1 + u16::try_from(index).unwrap_or(u16::MAX),
            height: 1,
            ..area
        };
        draw_row(
            frame,
            line,
            theme,
            columns,
            &cells,
            row,
            selected == Some(offset + index),
        );
        drawn.rows.push(line);
    }
    drawn
}

fn draw_row(
    frame: &mut Frame<'_>,
    line: Rect,
    theme: &Theme,
    columns: &[Column],
    cells: &[Rect],
    row: Row<'_>,
    selected: bool,
) {
    if selected {
        frame.buffer_mut().set_style(line, theme.selected);
        frame.render_widget(
            Span::styled(theme.mark_of(Mark::Row), theme.mark),
            Rect { width: 1, ..line },
        );
    }
    let last = row.cells.len().saturating_sub(1);
    let spans_rest = row.cells.len() < columns.len();
    for (place, text) in row.cells.into_iter().enumerate() {
        let (Some(cell), Some(column)) = (cells.get(place), columns.get(place)) else {
            break;
        };
        let width = if spans_rest && place == last {
            line.right().saturating_sub(cell.x)
        } else {
            cell.width
        };
        let cell = Rect {
            y: line.y,
            width,
            ..*cell
        };
        let style = if selected { theme.selected } else { row.style };
        let text = fit(text, usize::from(cell.width));
        frame.render_widget(
            Paragraph::new(aligned(text, column.right && !spans_rest)).style(style),
            cell,
        );
    }
}

fn aligned(line: Line<'_>, right: bool) -> Line<'_> {
    if right { line.right_aligned() } else { line }
}

/// A line cut to `width` columns, with `…` where something is missing.
fn fit(mut line: Line<'_>, width: usize) -> Line<'_> {
    if line.width() <= width {
        return line;
    }
    let mut left = width;
    let mut kept = Vec::new();
    let mut spans = std::mem::take(&mut line.spans).into_iter().peekable();
    while let Some(span) = spans.next() {
        let is_last = spans.peek().is_none();
        let columns = span.width();
        if columns < left || (columns == left && is_last) {
            left -= columns;
            kept.push(span);
        } else {
            // One column more than there is would say that nothing is missing.
            let text = if columns == left {
                format!("{}…", without_last(&span.content, left))
            } else {
                cut(&span.content, left)
            };
            kept.push(Span::styled(text, span.style));
            break;
        }
    }
    line.spans = kept;
    line
}

/// A text that leaves the last of `width` columns free.
fn without_last(text: &str, width: usize) -> String {
    let cut = cut(&format!("{text} "), width);
    cut.trim_end_matches('…').to_owned()
}

/// A text cut to `width` columns, with `…` where something is missing.
pub fn cut(text: &str, width: usize) -> String {
    use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > width {
            break;
        }
        cut.push(character);
    }
    cut.push('…');
    cut
}

/// A text from outside made fit to be shown and cut to `width` columns; takes no longer for a long one.
pub fn clip(raw: &str, width: usize) -> String {
    // A cell holds a character of four bytes with eight marks of four bytes at most.
    let end = raw.floor_char_boundary((width + 1) * 36);
    cut(&crate::domain::text::shown(&raw[..end]), width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Milano", 6, "Milano")]
    #[case("Milano", 5, "Mila…")]
    #[case("東京都", 5, "東京…")]
    #[case("東京都", 4, "東…")]
    fn a_cut_text_says_so(#[case] text: &str, #[case] width: usize, #[case] expected: &str) {
        assert_eq!(cut(text, width), expected);
    }

    #[rstest]
    #[case::hostile("a\u{202e}b", 40, "a‹U+202E›b")]
    #[case::placeholders_are_cut_like_text("a\u{202e}b", 4, "a‹U…")]
    #[case::wide("東京都", 4, "東…")]
    fn a_clipped_text_is_fit_to_be_shown(
        #[case] raw: &str,
        #[case] width: usize,
        #[case] expected: &str,
    ) {
        assert_eq!(clip(raw, width), expected);
        assert_eq!(clip(&raw.repeat(50_000), 4).chars().last(), Some('…'));
    }

    #[rstest]
    #[case::fits(6, "ab cde")]
    #[case::within_the_second_span(5, "ab c…")]
    #[case::at_the_seam(3, "ab…")]
    #[case::within_the_first_span(2, "a…")]
    fn a_cut_line_says_so(#[case] width: usize, #[case] expected: &str) {
        let line = Line::from(vec![Span::raw("ab "), Span::raw("cde")]);
        assert_eq!(fit(line, width).to_string(), expected);
    }
}
