//! Review, confirmation, outcome: everything that is about to happen, and the last word on it.

use crossterm::event::KeyEvent;
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::launch::LaunchRecord;
use crate::domain::preview::Review;
use crate::model::{Action, Notice};
use crate::ui::app::Requests;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};

/// A review.
pub struct ReviewOverlay {}

impl ReviewOverlay {
    /// Whether ctrl-c takes the launch back.
    pub fn keeps_interrupt(&self) -> bool {
        false
    }

    /// Takes a key.
    pub fn key(
        &mut self,
        _key: KeyEvent,
        _action: Option<Action>,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        Vec::new()
    }

    /// Takes a turn of the mouse wheel.
    pub fn scroll(&mut self, _down: bool) {}

    /// Takes the time.
    pub fn tick(&mut self, _now: Timestamp) -> Vec<Step> {
        Vec::new()
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, _picture: &Picture) {}

    /// Takes the review.
    pub fn reviewed(
        &mut self,
        _id: u64,
        _result: &Result<Box<Review>, Notice>,
        _now: Timestamp,
    ) -> Option<Notice> {
        None
    }

    /// Takes how far the launch is.
    pub fn launching(&mut self, _id: u64, _done: usize, _of: usize) {}

    /// Takes what became of it.
    pub fn launched(&mut self, _id: u64, _result: &Result<Box<LaunchRecord>, Notice>) -> bool {
        false
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        false
    }

    /// Draws it.
    pub fn view(
        &self,
        _frame: &mut Frame<'_>,
        _area: Rect,
        _shared: &Shared<'_>,
        _picture: &mut Picture,
    ) {
    }
}
