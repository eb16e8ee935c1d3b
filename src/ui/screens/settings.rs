//! The eight On Demand settings of a broadcast, and whether it is enabled.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::model::effect::BroadcastKey;
use crate::model::{Action, Context};
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::list::List;

/// The settings of a broadcast.
pub struct SettingsScreen {
    /// The broadcast.
    pub key: BroadcastKey,
    /// Its cursor.
    pub list: List,
}

impl SettingsScreen {
    /// Where keys are looked up.
    pub const CONTEXTS: &'static [Context] =
        &[Context::Settings, Context::List, Context::Everywhere];

    /// The settings of a broadcast.
    pub fn new(key: BroadcastKey) -> Self {
        Self {
            key,
            list: List::default(),
        }
    }

    /// Takes an action.
    pub fn act(&mut self, _action: Action, _shared: &Shared<'_>) -> Vec<Step> {
        Vec::new()
    }

    /// Draws the list.
    pub fn view(
        &self,
        _frame: &mut Frame<'_>,
        _area: Rect,
        _shared: &Shared<'_>,
        _picture: &mut Picture,
    ) {
    }
}
