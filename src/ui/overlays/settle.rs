//! Settling: a person says what became of a launch whose outcome nobody knows.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::launch::LaunchRecord;
use crate::model::Action;
use crate::ui::shared::{Shared, Step};

/// A launch to settle.
pub struct Settle {
    launch: String,
}

impl Settle {
    /// Starts with nothing said.
    pub fn new(launch: &LaunchRecord) -> Self {
        Self {
            launch: launch.id.clone(),
        }
    }

    /// Takes a key, with what it means here.
    pub fn key(&mut self, _key: KeyEvent, action: Option<Action>) -> Vec<Step> {
        if action == Some(Action::Back) {
            vec![Step::Close]
        } else {
            Vec::new()
        }
    }

    /// Takes a paste into the reason.
    pub fn paste(&mut self, _text: &str) {
        self.launch.shrink_to_fit();
    }

    /// Draws it.
    pub fn view(&self, _frame: &mut Frame<'_>, _area: Rect, _shared: &Shared<'_>) {}
}
