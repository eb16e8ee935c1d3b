//! What is set on everyone, and when it goes out.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;

use super::cells::{draw as cell, indented, mark_row, paragraph, rows, set_columns, style_of};
use crate::domain::plan::FormKind;
use crate::domain::text::counted;
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::{Cell, Pane};
use crate::ui::shared::Shared;
use crate::ui::widgets::pane;

/// Draws the variables.
pub fn draw(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let variables = compose.draft.variables();
    let count = Span::styled(counted(variables.len() as u64, "variable"), theme.dim);
    let title = match compose.draft.form {
        FormKind::Conversation => "The contact, and what is set on it",
        _ => "Set on everyone",
    };
    let pane = pane::Pane::new(title)
        .right(count)
        .focused(compose.focus == Pane::Set);
    let inner = pane.draw(frame, area, theme);
    if !compose.draft.takes_variables() {
        let words = match compose.draft.form {
            FormKind::Raw => "A raw body says itself what it sets.",
            _ => "Each contact has its own, in its row.",
        };
        return paragraph(frame, inner, words, theme.dim);
    }
    for (row, line) in rows(inner, compose.set.row, variables.len() + 1) {
        let selected = compose.focus == Pane::Set && compose.set.row == row;
        mark_row(frame, line, shared, selected);
        let [name, content] = set_columns(line);
        let Some(variable) = variables.get(row) else {
            let style = if selected { theme.focus } else { theme.dim };
            frame.render_widget(Span::styled("+ variable", style), name);
            continue;
        };
        let style =
            |key: &str, style| style_of(compose, shared, &format!("/variables/{row}/{key}"), style);
        let mut draw = |area, place, text: &str, style| {
            cell(compose, frame, area, shared, place, text, style);
        };
        let looks = style("name", theme.field);
        draw(name, Cell::Name(row), &variable.name, looks);
        let looks = style("value", theme.value);
        draw(content, Cell::Content(row), &variable.value, looks);
    }
}

/// Draws the delay.
pub fn when(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let focused = compose.focus == Pane::When;
    let inner = pane::Pane::new("When")
        .focused(focused)
        .draw(frame, area, theme);
    mark_row(frame, inner, shared, focused);
    let line = indented(inner);
    let is_now = compose.draft.delay.is_empty()
        && !matches!(&compose.editing, Some(editing) if editing.cell == Cell::Delay);
    let (now, later) = if is_now {
        (theme.strong, theme.dim)
    } else {
        (theme.dim, theme.text)
    };
    let [now_area, words, minutes, unit] = Layout::horizontal([
        Constraint::Length(6),
        Constraint::Length(9),
        Constraint::Length(9),
        Constraint::Fill(1),
    ])
    .areas(line);
    frame.render_widget(Span::styled("now", now), now_area);
    frame.render_widget(Span::styled("or after", later), words);
    cell(
        compose,
        frame,
        Rect {
            width: 8,
            ..minutes
        },
        shared,
        Cell::Delay,
        &compose.draft.delay,
        style_of(compose, shared, "/delay_minutes", later),
    );
    frame.render_widget(Span::styled("minutes", later), unit);
}
