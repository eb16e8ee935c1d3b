//! What opens under a cell: real names and values with their counts, or criteria with our reading of them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::criterion::Criterion;
use crate::domain::text::{grouped, shown};
use crate::model::message::Candidate;
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::Cell;
use crate::ui::screens::compose::edit::{Editing, Suggestions};
use crate::ui::shared::Shared;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::table::cut;

/// Suggestions that are shown at most.
const MOST: usize = 12;

/// Draws the suggestions of the cell that is being typed into; `panes` are those of the filters and the variables.
pub fn draw(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    panes: &[Rect; 2],
    shared: &Shared<'_>,
) {
    let Some(editing) = &compose.editing else {
        return;
    };
    if editing.suggestions.len() == 0 {
        return;
    }
    let (pane, row, share) = match editing.cell {
        Cell::Field(row) => (panes[0], row + 1, 12),
        Cell::Criterion(row) => (panes[0], row + 1, 30),
        Cell::Value(row) => (panes[0], row + 1, 60),
        Cell::Name(row) => (panes[1], row, 12),
        Cell::Content(row) => (panes[1], row, 45),
        Cell::Delay | Cell::Join(_) | Cell::NewFilter | Cell::NewVariable => return,
    };
    if pane.height == 0 {
        return;
    }
    let lines = lines(editing, shared);
    let width = lines.iter().map(Line::width).max().unwrap_or(0);
    let width = u16::try_from(width + 4)
        .unwrap_or(area.width)
        .min(area.width);
    let height = u16::try_from(lines.len() + 2)
        .unwrap_or(area.height)
        .min(area.height);
    let x = (pane.x + pane.width * share / 100).min(area.right().saturating_sub(width));
    let cell_y =
        (pane.y + 1 + u16::try_from(row).unwrap_or(0)).min(pane.bottom().saturating_sub(2));
    let below = cell_y + 1;
    let y = if below + height <= area.bottom() {
        below
    } else {
        cell_y.saturating_sub(height).max(area.y)
    };
    let inner = Pane::new("").draw_over(
        frame,
        Rect {
            x,
            y,
            width,
            height,
        },
        shared.theme,
    );
    frame.render_widget(Paragraph::new(lines), inner);
    if let Some(selected) = editing.selected {
        let line = selected.saturating_sub(first(editing));
        let line = inner.y + u16::try_from(line).unwrap_or(0);
        if line < inner.bottom() {
            let row = Rect {
                x: inner.x - 1,
                y: line,
                width: inner.width + 2,
                height: 1,
            };
            frame.buffer_mut().set_style(row, shared.theme.selected);
        }
    }
}

/// The first suggestion that is shown, so that the chosen one is in sight.
fn first(editing: &Editing) -> usize {
    editing
        .selected
        .map_or(0, |selected| (selected + 1).saturating_sub(MOST))
}

fn lines(editing: &Editing, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let first = first(editing);
    match &editing.suggestions {
        Suggestions::None => Vec::new(),
        Suggestions::Found(candidates) => {
            let window: Vec<&Candidate> = candidates.iter().skip(first).take(MOST).collect();
            candidate_lines(&window, editing.input.text(), shared)
        }
        Suggestions::Criteria(criteria) => criteria
            .iter()
            .skip(first)
            .take(MOST)
            .map(|criterion| criterion_line(*criterion, shared))
            .collect(),
    }
}

fn candidate_lines(
    candidates: &[&Candidate],
    typed: &str,
    shared: &Shared<'_>,
) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let texts: Vec<String> = candidates
        .iter()
        .map(|candidate| cut(&shown(&candidate.text), 40))
        .collect();
    let counts: Vec<String> = candidates
        .iter()
        .map(|candidate| grouped(candidate.contacts))
        .collect();
    let width = texts
        .iter()
        .map(|text| unicode_width::UnicodeWidthStr::width(text.as_str()))
        .max()
        .unwrap_or(0);
    let digits = counts.iter().map(String::len).max().unwrap_or(0);
    texts
        .into_iter()
        .zip(counts)
        .map(|(text, count)| {
            let pad = width - unicode_width::UnicodeWidthStr::width(text.as_str());
            let typed_part = if text.to_lowercase().starts_with(&typed.to_lowercase()) {
                typed.chars().count()
            } else {
                0
            };
            let split = text
                .char_indices()
                .nth(typed_part)
                .map_or(text.len(), |(index, _)| index);
            let (start, rest) = text.split_at(split);
            Line::from(vec![
                Span::styled(start.to_owned(), theme.focus),
                Span::styled(rest.to_owned(), theme.value),
                Span::styled(format!("{}  {count:>digits$}", " ".repeat(pad)), theme.dim),
            ])
        })
        .collect()
}

fn criterion_line(criterion: Criterion, shared: &Shared<'_>) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!("{:<17}", criterion.name()), shared.theme.criterion),
        Span::styled(criterion.reading(), shared.theme.dim),
    ])
}
