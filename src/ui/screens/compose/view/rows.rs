//! The filters: who gets it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::cells::{
    below_titles, change_words, draw as cell, mark_row, paragraph, rows, style_of, who_columns,
};
use super::{conversation, raw};
use crate::domain::criterion::Criterion;
use crate::domain::filter::Join;
use crate::domain::plan::{FormKind, PlanFilter};
use crate::domain::text::{grouped, shown};
use crate::model::{Action, Context};
use crate::ui::picture::Picture;
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::{Cell, Pane};
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::pane;

/// Draws the pane.
pub fn draw(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let (method, form) = (compose.draft.method, compose.draft.form.word());
    let form = Line::from(vec![
        Span::styled(format!("{method} {form}  "), theme.dim),
        Span::styled(
            shared.key_of(&[Context::Compose], Action::Form),
            theme.focus,
        ),
        Span::styled(" form", theme.dim),
    ]);
    let title = match compose.draft.form {
        FormKind::Raw if compose.raw.is_typing => "Who and what: raw JSON, typing",
        FormKind::Raw => "Who and what: raw JSON",
        FormKind::Conversation => "Who: conversation, deprecated",
        _ => "Who",
    };
    let inner = pane::Pane::new(title)
        .right(form)
        .focused(compose.focus == Pane::Who)
        .draw(frame, area, theme);
    match compose.draft.form {
        FormKind::Audience => {}
        FormKind::Configured => {
            return paragraph(frame, inner, &configured_words(compose, shared), theme.text);
        }
        FormKind::Raw => return raw::draw(compose, frame, inner, shared, picture),
        FormKind::Conversation => return conversation::draw(compose, frame, inner, shared),
        // The grid has a pane of its own.
        FormKind::Targets => return,
    }
    titles(compose, frame, inner, shared);
    let area = below_titles(inner);
    let count = compose.draft.filters.len() + 1;
    for (row, line) in rows(area, compose.who.row, count) {
        let selected = compose.focus == Pane::Who && compose.who.row == row;
        mark_row(frame, line, shared, selected);
        if let Some(filter) = compose.draft.filters.get(row) {
            filter_row(compose, frame, line, shared, row, filter);
        } else {
            let style = if selected { theme.focus } else { theme.dim };
            let place = who_columns(compose, line)[1];
            frame.render_widget(Span::styled("+ condition", style), place);
        }
    }
    if compose.wants_filters() {
        let rest = Rect {
            y: area.y + 2,
            height: area.height.saturating_sub(2),
            ..area
        };
        first_steps(frame, rest.intersection(inner), shared);
    }
}

fn titles(compose: &Compose, frame: &mut Frame<'_>, inner: Rect, shared: &Shared<'_>) {
    let row = Rect {
        height: inner.height.min(1),
        ..inner
    };
    let [_, field, criterion, value, left] = who_columns(compose, row);
    let title = |title| Line::from(Span::styled(title, shared.theme.dim));
    frame.render_widget(title("Field"), field);
    frame.render_widget(title("Criterion"), criterion);
    frame.render_widget(title("Value"), value);
    frame.render_widget(title("left").right_aligned(), left);
}

/// What to do while there is nothing.
fn first_steps(frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let key = |action| Span::styled(shared.key_of(&[Context::Compose], action), theme.focus);
    let lines = vec![
        Line::from(vec![
            key(Action::Add),
            Span::styled(" adds a condition, such as city Equals Milano", theme.text),
        ]),
        Line::from(vec![
            key(Action::Form),
            Span::styled(" takes another form, such as targets", theme.text),
        ]),
    ];
    frame.render_widget(Paragraph::new(lines), area);
}

fn filter_row(
    compose: &Compose,
    frame: &mut Frame<'_>,
    line: Rect,
    shared: &Shared<'_>,
    row: usize,
    filter: &PlanFilter,
) {
    let theme = shared.theme;
    let [join, field, criterion, value, left] = who_columns(compose, line);
    let mut draw = |area, place, text: &str, style| {
        cell(compose, frame, area, shared, place, text, style);
    };
    if row > 0 {
        let style = match filter.join {
            Join::Or => theme.warning,
            Join::And => theme.dim,
        };
        draw(join, Cell::Join(row), filter.join.word(), style);
    }
    let style =
        |key: &str, style| style_of(compose, shared, &format!("/filters/{row}/{key}"), style);
    draw(
        field,
        Cell::Field(row),
        &filter.field,
        style("field", theme.field),
    );
    let name = &filter.criterion;
    draw(
        criterion,
        Cell::Criterion(row),
        name,
        style("criterion", theme.criterion),
    );
    if Criterion::parse(name).is_none_or(Criterion::takes_value) {
        let text = filter.value.as_deref().unwrap_or_default();
        draw(value, Cell::Value(row), text, style("value", theme.value));
    }
    funnel_figure(compose, frame, left, shared, row);
}

/// How many contacts are left when the filters are read to a row; what the row takes away or adds, where there is room,
/// or that it changes nothing.
fn funnel_figure(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    row: usize,
) {
    let theme = shared.theme;
    let funnel = compose
        .preview
        .iter()
        .flat_map(|preview| &preview.who.funnel);
    let figures: Vec<String> = funnel.map(|left| grouped(*left)).collect();
    let Some(figure) = figures.get(row) else {
        return;
    };
    let widest = figures.iter().map(String::len).max().unwrap_or(0);
    let is_idle = compose.is_idle(row);
    let change = change_words(compose, row);
    let room = usize::from(area.width).saturating_sub(widest + 2);
    let change = if change.len() <= room {
        change
    } else if is_idle {
        // The sentence below says what the mark means.
        theme.mark_of(Mark::Warning).to_owned()
    } else {
        String::new()
    };
    let parted = if change.is_empty() { "" } else { "  " };
    let style = if compose.count.is_slow {
        theme.dim
    } else {
        theme.text
    };
    let change_style = if is_idle { theme.warning } else { theme.dim };
    // Figures stand below each other, and so do changes.
    let width = if parted.is_empty() { 0 } else { widest };
    let line = Line::from(vec![
        Span::styled(change, change_style),
        Span::styled(format!("{parted}{figure:>width$}"), style),
    ]);
    frame.render_widget(line.right_aligned(), area);
}

fn configured_words(compose: &Compose, shared: &Shared<'_>) -> String {
    let broadcast = shared.broadcast(&compose.key);
    let audience = broadcast.and_then(|broadcast| broadcast.audience.as_ref());
    let audience = audience.map_or_else(
        || "The configured audience, which is not known here.".to_owned(),
        |audience| format!("The configured audience: {}.", shown(&audience.name)),
    );
    format!("{audience}\nPress f for filters of your own.")
}
