//! What the next event needs to know of what was drawn.

use crate::ui::overlays::browse::Seen;
use ratatui::layout::{Position, Rect};

/// Something that can be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// A row of the screen's list, by its place among the rows that are listed.
    Row(usize),
    /// A tab.
    Tab(usize),
    /// A pane of the builder, by its place.
    Pane(usize),
    /// The title of a column, by its place.
    Title(usize),
    /// One of several groups that can be shown.
    Group(usize),
    /// A cell of the grid of targets, by its row and column.
    Target(usize, usize),
}

/// Areas and offsets of the last picture, as data.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// What can be clicked, the last first.
    pub hits: Vec<(Rect, Hit)>,
    /// The first row of the screen's list that was visible.
    pub offset: usize,
    /// Rows of it that fit.
    pub page: usize,
    /// How far a text can be scrolled.
    pub scroll_limit: u16,
    /// The last row at which a text of any length may begin.
    pub text_limit: usize,
    /// Rows of it that fit.
    pub text_page: usize,
    /// The first row and column of the grid of targets that were visible, and its rows that fit.
    pub grid: Option<(usize, usize, usize)>,
    /// The last row at which the builder's focused pane may begin; `None` where it doesn't scroll.
    pub pane_limit: Option<usize>,
    /// What was in sight of contacts that are looked through.
    pub browsed: Option<Seen>,
    /// Whether the terminal is too small for anything to be seen.
    pub is_too_small: bool,
    /// Rows and columns of the text editor in sight; `None` where there is none.
    pub editor_page: Option<(usize, usize)>,
}

impl Picture {
    /// What lies under a cell.
    pub fn hit(&self, column: u16, row: u16) -> Option<Hit> {
        let position = Position::new(column, row);
        self.hits
            .iter()
            .rev()
            .find(|(area, _)| area.contains(position))
            .map(|(_, hit)| *hit)
    }
}
