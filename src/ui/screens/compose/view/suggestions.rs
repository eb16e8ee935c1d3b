//! What opens under a cell: real names and values with their counts, or criteria with our reading of them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::Areas;
use super::cells::area_of;
use crate::domain::criterion::Criterion;
use crate::domain::text::grouped;
use crate::model::message::Candidate;
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::edit::{Editing, Suggestions};
use crate::ui::shared::Shared;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::table::clip;

/// Suggestions that are shown at most.
const MOST: usize = 12;

/// Draws the suggestions of the cell that is being typed into.
pub fn draw(compose: &Compose, frame: &mut Frame<'_>, areas: &Areas, shared: &Shared<'_>) {
    let Some(editing) = &compose.editing else {
        return;
    };
    let Some(cell) = area_of(compose, areas, editing.cell) else {
        return;
    };
    let count = editing.suggestions.len().min(MOST);
    let Some((y, height)) = beside(cell, count, areas.page) else {
        return;
    };
    let shown = usize::from(height) - 2;
    let lines = lines(editing, shown, shared);
    let width = lines.iter().map(Line::width).max().unwrap_or(0);
    let width = u16::try_from(width + 4)
        .unwrap_or(u16::MAX)
        .min(areas.page.width);
    // The texts stand under what is typed.
    let x = cell.x.saturating_sub(2).max(areas.page.x);
    let area = Rect {
        x: x.min(areas.page.right() - width),
        y,
        width,
        height,
    };
    let inner = Pane::new("").draw_over(frame, area, shared.theme);
    frame.render_widget(Paragraph::new(lines), inner);
    if let Some(selected) = editing.selected {
        let line = selected - first(editing, shown);
        let row = Rect {
            x: area.x + 1,
            y: inner.y + u16::try_from(line).unwrap_or(0),
            width: area.width - 2,
            height: 1,
        };
        frame
            .buffer_mut()
            .set_style(row.intersection(area), shared.theme.selected);
    }
}

/// First row and height of a box for so many suggestions: below the cell where they fit, else above, else where there
/// is more room. Never over the cell, never outside of the page; `None` where there is room for none.
fn beside(cell: Rect, suggestions: usize, page: Rect) -> Option<(u16, u16)> {
    let wanted = u16::try_from(suggestions).unwrap_or(u16::MAX) + 2;
    let below = page.bottom().saturating_sub(cell.y + 1);
    let above = cell.y.saturating_sub(page.y);
    let goes_below = wanted <= below || (wanted > above && below >= above);
    let height = wanted.min(if goes_below { below } else { above });
    let y = if goes_below {
        cell.y + 1
    } else {
        cell.y - height
    };
    (suggestions > 0 && height > 2).then_some((y, height))
}

/// The first suggestion that is shown, so that the chosen one is in sight.
fn first(editing: &Editing, most: usize) -> usize {
    editing
        .selected
        .map_or(0, |selected| (selected + 1).saturating_sub(most))
}

fn lines(editing: &Editing, most: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let first = first(editing, most);
    match &editing.suggestions {
        Suggestions::None => Vec::new(),
        Suggestions::Found(candidates) => {
            let window: Vec<&Candidate> = candidates.iter().skip(first).take(most).collect();
            candidate_lines(&window, editing.input.text(), shared)
        }
        Suggestions::Criteria(criteria) => criteria
            .iter()
            .skip(first)
            .take(most)
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
        .map(|candidate| clip(&candidate.text, 40))
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::below(5, 3, Some((6, 5)))]
    #[case::above_where_it_does_not_fit_below(15, 8, Some((5, 10)))]
    #[case::cut_short_on_the_side_with_more_room(8, 40, Some((9, 11)))]
    #[case::cut_short_above(14, 40, Some((2, 12)))]
    #[case::nothing_to_suggest(5, 0, None)]
    fn suggestions_stand_beside_their_cell(
        #[case] y: u16,
        #[case] count: usize,
        #[case] expected: Option<(u16, u16)>,
    ) {
        let page = Rect::new(0, 2, 80, 18);
        assert_eq!(beside(Rect::new(10, y, 8, 1), count, page), expected);
    }
}
