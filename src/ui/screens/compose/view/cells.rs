//! Cells of the panes that are edited: where they are, and how they look.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Span;
use ratatui::widgets::{Paragraph, Wrap};

use super::{Areas, problem_at};
use crate::domain::text::grouped;
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::Cell;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::table::clip;

/// From so many columns on there is room for what each filter takes away or adds.
const WITH_CHANGES: u16 = 60;

/// Columns left of the cells of a variable, and of the delay: as many as mark and join take.
const INDENT: u16 = 6;

/// Areas of join, field, criterion, value and the funnel's figure in a row.
pub fn who_columns(compose: &Compose, row: Rect) -> [Rect; 5] {
    let funnel = compose
        .preview
        .iter()
        .flat_map(|preview| &preview.who.funnel);
    let figure = funnel.map(|left| grouped(*left).len()).max().unwrap_or(0);
    let figure = (figure + row_change_width(compose, row.width)).clamp(5, 28);
    Layout::horizontal([
        Constraint::Length(3),
        Constraint::Fill(5),
        Constraint::Length(16),
        Constraint::Fill(4),
        Constraint::Length(u16::try_from(figure).unwrap_or(5)),
    ])
    .spacing(1)
    .areas(Rect {
        x: row.x + 2,
        width: row.width.saturating_sub(2),
        ..row
    })
}

/// Columns of what each row takes away or adds, and what parts it from the figure behind it; in a narrow pane those of
/// the mark of a row that changes nothing, if there is one.
fn row_change_width(compose: &Compose, width: u16) -> usize {
    let mut rows = 0..compose.draft.filters.len();
    if width < WITH_CHANGES {
        return if rows.any(|row| compose.is_idle(row)) {
            3
        } else {
            0
        };
    }
    let widths = rows.map(|row| change_words(compose, row).len());
    let widest = widths.max().filter(|widest| *widest > 0);
    widest.map_or(0, |widest| widest + 2)
}

/// What a filter takes away or adds, or that it changes nothing; empty while that isn't known.
pub fn change_words(compose: &Compose, row: usize) -> String {
    match compose.told.step(row) {
        _ if compose.is_idle(row) => "no effect".to_owned(),
        Some(step) => step.change(),
        None => String::new(),
    }
}

/// Areas of name and value of a variable in a row.
pub fn set_columns(row: Rect) -> [Rect; 2] {
    Layout::horizontal([Constraint::Fill(2), Constraint::Fill(3)])
        .spacing(1)
        .areas(indented(row))
}

/// A row without the columns that mark and join take.
pub fn indented(row: Rect) -> Rect {
    Rect {
        x: row.x + INDENT,
        width: row.width.saturating_sub(INDENT),
        ..row
    }
}

/// The rows of a list within `area`: each one's place in the list, and its area; the cursor's is among them.
pub fn rows(area: Rect, cursor: usize, count: usize) -> impl Iterator<Item = (usize, Rect)> {
    let height = usize::from(area.height);
    let first = if count <= height {
        0
    } else {
        (cursor + 1).saturating_sub(height.max(1))
    };
    (first..count).zip(area.rows())
}

/// The rows of the filters within the inside of their pane: below the titles.
pub fn below_titles(inner: Rect) -> Rect {
    Rect {
        y: inner.y + 1,
        height: inner.height.saturating_sub(1),
        ..inner
    }
}

/// Where a cell is drawn that is being typed into; `None` where its pane is out of sight.
pub fn area_of(compose: &Compose, areas: &Areas, cell: Cell) -> Option<Rect> {
    let (filters, variables) = (&compose.draft.filters, compose.draft.variables());
    let who = |wanted: usize, column: usize| {
        let area = below_titles(inside(areas.who));
        let row = rows(area, compose.who.row, filters.len() + 1).find(|(row, _)| *row == wanted)?;
        Some(who_columns(compose, row.1)[column])
    };
    let set = |wanted: usize, column: usize| {
        let area = inside(areas.set);
        let row =
            rows(area, compose.set.row, variables.len() + 1).find(|(row, _)| *row == wanted)?;
        Some(set_columns(row.1)[column])
    };
    match cell {
        Cell::Field(row) => who(row, 1),
        Cell::Criterion(row) => who(row, 2),
        Cell::Value(row) => who(row, 3),
        Cell::Name(row) => set(row, 0),
        Cell::Content(row) => set(row, 1),
        _ if cell.is_of_grid() => super::targets::area_of(compose, areas.who),
        _ => None,
    }
}

/// The inside of a pane: without its border and the blank column at either side.
pub fn inside(pane: Rect) -> Rect {
    Rect {
        x: pane.x + 2,
        y: pane.y + 1,
        width: pane.width.saturating_sub(4),
        height: pane.height.saturating_sub(2),
    }
}

/// Draws a cell: what it holds, or the text that is being typed into it.
pub fn draw(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    cell: Cell,
    text: &str,
    style: Style,
) {
    let width = usize::from(area.width);
    let editing = compose.editing.as_ref();
    if let Some(editing) = editing.filter(|editing| editing.cell == cell) {
        stand_out(frame, area);
        frame.render_widget(Paragraph::new(editing.input.line(width, style)), area);
        return;
    }
    let under_cursor = editing.is_none() && compose.cell() == Some(cell);
    if under_cursor {
        stand_out(frame, area);
    }
    let style = match (under_cursor, text.is_empty()) {
        (true, true) => shared.theme.focus,
        (false, true) => shared.theme.dim,
        // No underline: it would hide the underscores that names are full of.
        (true, false) => style.patch(shared.theme.focus),
        (false, false) => style,
    };
    let text = if text.is_empty() {
        let blank = if shared.theme.ascii { "_" } else { "·" };
        blank.repeat(width.min(8))
    } else {
        clip(text, width)
    };
    frame.render_widget(Span::styled(text, style), area);
}

/// How a cell looks in which something may be wrong.
pub fn style_of(compose: &Compose, shared: &Shared<'_>, pointer: &str, style: Style) -> Style {
    match problem_at(compose, pointer) {
        Some(problem) if problem.is_error() => shared.theme.danger,
        Some(_) => shared.theme.warning,
        None => style,
    }
}

/// Where the selected row is reversed for want of colours, the cell of the cursor is not: it stands out.
fn stand_out(frame: &mut Frame<'_>, area: Rect) {
    let plain = Style::new().remove_modifier(Modifier::REVERSED);
    frame.buffer_mut().set_style(area, plain);
}

/// Marks the row of the cursor.
pub fn mark_row(frame: &mut Frame<'_>, line: Rect, shared: &Shared<'_>, selected: bool) {
    if selected {
        frame.buffer_mut().set_style(line, shared.theme.selected);
        let mark = Span::styled(shared.theme.mark_of(Mark::Row), shared.theme.mark);
        frame.render_widget(mark, Rect { width: 1, ..line });
    }
}

/// Draws a text, broken between words.
pub fn paragraph(frame: &mut Frame<'_>, area: Rect, text: &str, style: Style) {
    frame.render_widget(
        Paragraph::new(text).style(style).wrap(Wrap { trim: true }),
        area,
    );
}
