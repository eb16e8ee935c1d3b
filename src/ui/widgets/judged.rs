//! The rows of a filter as they were judged of one contact.

use ratatui::text::Line;

use super::words::marked;
use crate::domain::explain::Explanation;
use crate::ui::theme::{Mark, Theme};

/// A row each, with the contact's own value; those that decide stand out.
pub fn judged(explanation: &Explanation, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let rows = explanation.rows.iter().flat_map(|row| {
        let (mark, style) = if row.decides {
            (theme.mark_of(Mark::On), theme.strong)
        } else {
            (theme.mark_of(Mark::Off), theme.dim)
        };
        marked(mark, &row.words(explanation.reading.case), style, width)
    });
    rows.collect()
}
