//! One launch in full: what was reviewed and sent, what was answered, when.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::launch::LaunchRecord;
use crate::model::Action;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};

/// One launch.
pub struct LaunchDetail {
    id: String,
}

impl LaunchDetail {
    /// A launch whose bodies come later.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned() }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Option<Action>) -> Vec<Step> {
        if action == Some(Action::Back) {
            vec![Step::Close]
        } else {
            Vec::new()
        }
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, _picture: &Picture) {}

    /// Takes the launch, and its first call as curl.
    pub fn loaded(&mut self, record: &LaunchRecord, _curl: &str) {
        self.id.clone_from(&record.id);
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
