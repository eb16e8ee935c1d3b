//! The rows of a filter as they were judged of one contact.

use ratatui::text::Line;

use super::words::marked;
use crate::domain::explain::Explanation;
use crate::ui::theme::{Mark, Theme};

/// A row each, with the contact's own value; those that decide stand out. A single row is told in the sentence above it
/// already.
pub fn judged(explanation: &Explanation, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    if explanation.rows.len() == 1 {
        return Vec::new();
    }
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
