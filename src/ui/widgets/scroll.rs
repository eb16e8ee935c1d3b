//! How far a text is scrolled.

use crate::model::Action;
use crate::ui::picture::Picture;

/// The first row in sight, and what the last picture said of the rest.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scroll {
    at: usize,
    limit: usize,
    page: usize,
}

impl Scroll {
    /// The first row in sight, for a text of `rows` rows of which `page` fit; tells the picture so.
    pub fn first(self, rows: usize, page: usize, picture: &mut Picture) -> usize {
        picture.text_limit = rows.saturating_sub(page);
        picture.text_page = page;
        self.at.min(picture.text_limit)
    }

    /// Takes an action; says whether it was one of scrolling.
    pub fn act(&mut self, action: Action) -> bool {
        // A line of the old page stays in sight.
        let page = self.page.saturating_sub(1).max(1);
        self.at = match action {
            Action::ScrollDown => self.at + 1,
            Action::ScrollUp => self.at.saturating_sub(1),
            Action::PageDown => self.at + page,
            Action::PageUp => self.at.saturating_sub(page),
            Action::Top => 0,
            Action::Bottom => self.limit,
            _ => return false,
        }
        .min(self.limit);
        true
    }

    /// Takes a turn of the mouse wheel.
    pub fn turn(&mut self, down: bool) {
        self.act(if down {
            Action::ScrollDown
        } else {
            Action::ScrollUp
        });
    }

    /// Whether an action does something; others than those of scrolling are not its own.
    pub fn offers(&self, action: Action, picture: &Picture) -> bool {
        match action {
            Action::ScrollDown | Action::PageDown | Action::Bottom => self.has_more(picture),
            Action::ScrollUp | Action::PageUp | Action::Top => self.at > 0,
            _ => true,
        }
    }

    /// Whether there are rows below those that were drawn.
    pub fn has_more(&self, picture: &Picture) -> bool {
        self.at < picture.text_limit
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        self.limit = picture.text_limit;
        self.page = picture.text_page;
        self.at = self.at.min(self.limit);
    }
}

/// Which rows are in sight, for the border: `1-20 of 214`; nothing where all are.
pub fn in_sight(first: usize, page: usize, rows: usize) -> String {
    if rows <= page {
        return String::new();
    }
    let count = |number: usize| crate::domain::text::grouped(number as u64);
    let last = (first + page).min(rows);
    format!("{}-{} of {}", count(first + 1), count(last), count(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrolling_stays_within_the_text_and_pages_overlap_by_a_row() {
        let mut scroll = Scroll::default();
        let mut picture = Picture::default();
        assert_eq!(scroll.first(25, 10, &mut picture), 0);
        scroll.was_drawn(&picture);
        scroll.act(Action::PageDown);
        assert_eq!(scroll.first(25, 10, &mut picture), 9);
        scroll.act(Action::Bottom);
        scroll.act(Action::ScrollDown);
        assert_eq!(scroll.first(25, 10, &mut picture), 15);
        assert_eq!(scroll.first(12, 10, &mut picture), 2);
        assert!(!scroll.act(Action::Copy));
    }

    #[test]
    fn the_border_says_which_rows_are_in_sight() {
        assert_eq!(in_sight(9, 10, 1_214), "10-19 of 1,214");
        assert_eq!(in_sight(0, 10, 10), "");
    }
}
