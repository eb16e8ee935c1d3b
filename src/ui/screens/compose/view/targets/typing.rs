//! The text that is being typed in the grid: over its cell, or at the foot.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Span;
use ratatui::widgets::{Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::sight::{columns_in_sight, rows_in_sight, with_foot};
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::Cell;
use crate::ui::screens::compose::edit::Editing;
use crate::ui::screens::compose::view::cells;
use crate::ui::shared::Shared;

/// Columns of the terminal that a long text takes while it is typed.
const TYPING: u16 = 40;

/// Draws the text that is being typed: over its cell, or at the foot.
pub(super) fn draw(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    foot: Rect,
    shared: &Shared<'_>,
) {
    let Some(editing) = compose
        .editing
        .as_ref()
        .filter(|editing| editing.cell.is_of_grid())
    else {
        return;
    };
    let theme = shared.theme;
    let label = label_of(editing.cell);
    frame.render_widget(Span::styled(label, theme.dim), foot);
    let Some(at) = typed_at(compose, area, foot, editing) else {
        return;
    };
    frame.render_widget(Clear, at);
    frame
        .buffer_mut()
        .set_style(at, theme.selected.remove_modifier(Modifier::REVERSED));
    let line = editing.input.line(usize::from(at.width), theme.text);
    frame.render_widget(Paragraph::new(line), at);
}

/// What is asked for at the foot.
fn label_of(cell: Cell) -> &'static str {
    match cell {
        Cell::NewColumn => "New column: ",
        Cell::ColumnName => "Rename to: ",
        Cell::Find => "Find: ",
        _ => "",
    }
}

/// Where the typed text stands.
fn typed_at(compose: &Compose, area: Rect, foot: Rect, editing: &Editing) -> Option<Rect> {
    if editing.cell != Cell::Target {
        let label = u16::try_from(label_of(editing.cell).width())
            .unwrap_or(0)
            .min(foot.width);
        return Some(Rect {
            x: foot.x + label,
            width: foot.width - label,
            ..foot
        });
    }
    let (first, page) = rows_in_sight(compose, area);
    let line = u16::try_from(compose.grid.row.checked_sub(first)?).ok()?;
    let (_, columns) = columns_in_sight(compose, area);
    let column = columns
        .iter()
        .find(|column| column.place == compose.grid.column)?;
    let wanted =
        u16::try_from(editing.input.text().len().min(usize::from(TYPING)) + 1).unwrap_or(TYPING);
    let at = Rect {
        x: column.x,
        y: area.y + 1 + line,
        width: column.width.max(wanted).min(area.right() - column.x),
        height: 1,
    };
    (usize::from(line) < page && at.bottom() <= area.bottom()).then_some(at)
}

/// Where a text that is typed in the grid stands within the area of its pane.
pub fn area_of(compose: &Compose, pane: Rect) -> Option<Rect> {
    let inner = cells::inside(pane);
    let editing = compose.editing.as_ref()?;
    let [area, foot] = with_foot(compose, inner);
    typed_at(compose, area, foot, editing).filter(|_| pane.height > 2)
}
