//! The panes that are edited: who, what is set, when.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::problem_at;
use crate::domain::criterion::Criterion;
use crate::domain::filter::Join;
use crate::domain::plan::Form;
use crate::domain::text::{counted, grouped, shown};
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::{Cell, Pane};
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::pane;
use crate::ui::widgets::table::cut;

/// Widths of join, field, criterion, value and the funnel's figure.
fn who_columns(area: Rect) -> [Rect; 5] {
    Layout::horizontal([
        Constraint::Length(3),
        Constraint::Fill(5),
        Constraint::Length(16),
        Constraint::Fill(4),
        Constraint::Length(7),
    ])
    .spacing(1)
    .areas(Rect {
        x: area.x + 2,
        width: area.width.saturating_sub(2),
        ..area
    })
}

/// Draws the filters.
pub fn who(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let arrow = if theme.ascii { "v" } else { "▾" };
    let form = Span::styled(
        format!(
            "{} {} {arrow}",
            compose.draft.method,
            compose.draft.kind().word()
        ),
        theme.dim,
    );
    let inner = pane::Pane::new("Who")
        .right(form)
        .focused(compose.focus == Pane::Who)
        .draw(frame, area, theme);
    if let Some(form) = &compose.draft.from_file {
        return paragraph(frame, inner, &from_file_words(form), theme.text);
    }
    if compose.draft.configured {
        return configured(compose, frame, inner, shared);
    }
    let [_, field, criterion, value, left] = who_columns(Rect { height: 1, ..inner });
    for (title, cell) in [("Field", field), ("Criterion", criterion), ("Value", value)] {
        frame.render_widget(Span::styled(title, theme.dim), cell);
    }
    frame.render_widget(
        Paragraph::new(Line::from(Span::styled("left", theme.dim)).right_aligned()),
        left,
    );
    let rows = Rect {
        y: inner.y + 1,
        height: inner.height.saturating_sub(1),
        ..inner
    };
    let first = first_row(
        compose.who.row,
        compose.draft.filters.len() + 1,
        rows.height,
    );
    for (line, row) in (first..=compose.draft.filters.len())
        .take(usize::from(rows.height))
        .enumerate()
    {
        let line = Rect {
            y: rows.y + u16::try_from(line).unwrap_or(0),
            height: 1,
            ..rows
        };
        let selected = compose.focus == Pane::Who && compose.who.row == row;
        filter_row(compose, frame, line, shared, row, selected);
    }
}

fn filter_row(
    compose: &Compose,
    frame: &mut Frame<'_>,
    line: Rect,
    shared: &Shared<'_>,
    row: usize,
    selected: bool,
) {
    let theme = shared.theme;
    mark_row(frame, line, shared, selected);
    let columns = who_columns(line);
    let Some(filter) = compose.draft.filters.get(row) else {
        let style = if selected { theme.focus } else { theme.dim };
        frame.render_widget(Span::styled("+ condition", style), columns[1]);
        return;
    };
    if row > 0 {
        let style = if filter.join == Join::Or {
            theme.warning
        } else {
            theme.dim
        };
        cell(
            compose,
            frame,
            columns[0],
            shared,
            Cell::Join(row),
            filter.join.word(),
            style,
        );
    }
    let wrong = |key: &str| {
        problem_at(compose, &format!("/filters/{row}/{key}"))
            .is_some_and(crate::domain::problem::Problem::is_error)
    };
    let style = |key: &str, style: Style| if wrong(key) { theme.danger } else { style };
    cell(
        compose,
        frame,
        columns[1],
        shared,
        Cell::Field(row),
        &filter.field,
        style("field", theme.field),
    );
    cell(
        compose,
        frame,
        columns[2],
        shared,
        Cell::Criterion(row),
        &filter.criterion,
        style("criterion", theme.criterion),
    );
    let value = filter.value.as_deref().unwrap_or_default();
    if Criterion::parse(&filter.criterion).is_none_or(Criterion::takes_value) {
        cell(
            compose,
            frame,
            columns[3],
            shared,
            Cell::Value(row),
            value,
            style("value", theme.value),
        );
    }
    if let Some(left) = compose
        .preview
        .as_ref()
        .and_then(|preview| preview.who.funnel.get(row))
    {
        let style = if compose.is_counted {
            theme.text
        } else {
            theme.dim
        };
        frame.render_widget(
            Paragraph::new(Line::from(Span::styled(grouped(*left), style)).right_aligned()),
            columns[4],
        );
    }
}

/// Draws a cell: what it holds, or the text that is being typed into it.
fn cell(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    cell: Cell,
    text: &str,
    style: Style,
) {
    let width = usize::from(area.width);
    if let Some(editing) = compose
        .editing
        .as_ref()
        .filter(|editing| editing.cell == cell)
    {
        frame.render_widget(Paragraph::new(editing.input.line(width, style)), area);
        return;
    }
    let under_cursor = compose.cell() == Some(cell) && compose.editing.is_none();
    if text.is_empty() {
        let blank = if shared.theme.ascii {
            "_".repeat(width.min(8))
        } else {
            "·".repeat(width.min(8))
        };
        let style = if under_cursor {
            shared.theme.focus
        } else {
            shared.theme.dim
        };
        frame.render_widget(Span::styled(blank, style), area);
        return;
    }
    let style = if under_cursor {
        style
            .patch(shared.theme.focus)
            .add_modifier(ratatui::style::Modifier::UNDERLINED)
    } else {
        style
    };
    frame.render_widget(Span::styled(cut(&shown(text), width), style), area);
}

fn mark_row(frame: &mut Frame<'_>, line: Rect, shared: &Shared<'_>, selected: bool) {
    if selected {
        frame.buffer_mut().set_style(line, shared.theme.selected);
        let mark = Span::styled(shared.theme.mark_of(Mark::Row), shared.theme.mark);
        frame.render_widget(mark, Rect { width: 1, ..line });
    }
}

/// The first row to draw, so that the cursor's is in sight.
fn first_row(cursor: usize, rows: usize, height: u16) -> usize {
    let height = usize::from(height).max(1);
    if rows <= height {
        0
    } else {
        (cursor + 1).saturating_sub(height)
    }
}

fn configured(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let broadcast = shared.broadcast(&compose.key);
    let audience = broadcast.and_then(|broadcast| broadcast.audience.as_ref());
    let text = match audience {
        Some(audience) => format!(
            "The configured audience: {}.\nPress f for filters of your own.",
            shown(&audience.name)
        ),
        None => {
            "The configured audience, which is not known here.\nPress f for filters of your own."
                .to_owned()
        }
    };
    paragraph(frame, area, &text, shared.theme.text);
}

fn from_file_words(form: &Form) -> String {
    match form {
        Form::Targets { targets } => {
            format!(
                "{} from a plan file. Edit them there; Shift-X starts over.",
                counted(targets.len() as u64, "target")
            )
        }
        Form::Conversation { .. } => {
            "One conversation, from a plan file. Edit it there; Shift-X starts over.".to_owned()
        }
        _ => "Raw JSON from a plan file. Edit it there; Shift-X starts over.".to_owned(),
    }
}

fn paragraph(frame: &mut Frame<'_>, area: Rect, text: &str, style: Style) {
    frame.render_widget(
        Paragraph::new(text).style(style).wrap(Wrap { trim: true }),
        area,
    );
}

fn set_columns(area: Rect) -> [Rect; 2] {
    Layout::horizontal([Constraint::Fill(2), Constraint::Fill(3)])
        .spacing(1)
        .areas(Rect {
            x: area.x + 6,
            width: area.width.saturating_sub(6),
            ..area
        })
}

/// Draws the variables.
pub fn set(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let variables = &compose.draft.variables;
    let count = Span::styled(counted(variables.len() as u64, "variable"), theme.dim);
    let pane = pane::Pane::new("Set on everyone")
        .right(count)
        .focused(compose.focus == Pane::Set);
    let inner = pane.draw(frame, area, theme);
    if compose.draft.from_file.is_some() {
        return paragraph(
            frame,
            inner,
            "Each contact has its own, in the plan file.",
            theme.dim,
        );
    }
    let first = first_row(compose.set.row, variables.len() + 1, inner.height);
    for (line, row) in (first..=variables.len())
        .take(usize::from(inner.height))
        .enumerate()
    {
        let line = Rect {
            y: inner.y + u16::try_from(line).unwrap_or(0),
            height: 1,
            ..inner
        };
        let selected = compose.focus == Pane::Set && compose.set.row == row;
        mark_row(frame, line, shared, selected);
        let [name, content] = set_columns(line);
        let Some(variable) = variables.get(row) else {
            let style = if selected { theme.focus } else { theme.dim };
            frame.render_widget(Span::styled("+ variable", style), name);
            continue;
        };
        cell(
            compose,
            frame,
            name,
            shared,
            Cell::Name(row),
            &variable.name,
            theme.field,
        );
        cell(
            compose,
            frame,
            content,
            shared,
            Cell::Content(row),
            &variable.value,
            theme.value,
        );
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
    let line = Rect {
        x: inner.x + 6,
        width: inner.width.saturating_sub(6),
        ..inner
    };
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
        later,
    );
    frame.render_widget(Span::styled("minutes", later), unit);
}
