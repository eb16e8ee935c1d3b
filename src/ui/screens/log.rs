//! The launches on the record, newest first.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::model::effect::BroadcastKey;
use crate::model::{Action, Context};
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::list::List;

/// Whose launches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Those of a bot.
    Bot(String),
    /// Those of a broadcast.
    Broadcast(BroadcastKey),
}

/// The list of launches.
pub struct Log {
    /// Whose.
    pub scope: Scope,
    /// Its cursor and filter.
    pub list: List,
}

impl Log {
    /// Where keys are looked up.
    pub const CONTEXTS: &'static [Context] = &[Context::Log, Context::List, Context::Everywhere];

    /// The launches of a bot or a broadcast.
    pub fn new(scope: Scope) -> Self {
        Self {
            scope,
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
