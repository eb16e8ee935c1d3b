//! The builder: who gets it, what is set, when; and beside it, live, whom it reaches and what is sent.

use crossterm::event::Event;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::plan::Plan;
use crate::domain::preview::Preview;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::message::Candidate;
use crate::model::{Action, Context, Notice};
use crate::ui::app::Requests;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};

/// The builder.
pub struct Compose {
    key: BroadcastKey,
    /// Whether panes stand behind tabs.
    pub narrow: bool,
}

impl Compose {
    /// Where keys are looked up.
    pub const CONTEXTS: &'static [Context] =
        &[Context::Compose, Context::List, Context::Everywhere];

    /// An empty builder; its draft comes later.
    pub fn new(key: BroadcastKey) -> Self {
        Self { key, narrow: false }
    }

    /// Whether keys go into a cell.
    pub fn is_typing(&self) -> bool {
        false
    }

    /// Whether the draft is kept, in words.
    pub fn saved_words(&self) -> &'static str {
        ""
    }

    /// Moves the focus.
    pub fn focus_pane(&mut self, _pane: usize) {}

    /// Takes an action.
    pub fn act(
        &mut self,
        _action: Action,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        Vec::new()
    }

    /// Takes what is typed.
    pub fn typed(
        &mut self,
        _event: &Event,
        _action: Option<Action>,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        Vec::new()
    }

    /// Takes the draft.
    pub fn loaded(
        &mut self,
        key: &BroadcastKey,
        _plan: Option<Box<Plan>>,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        self.key.clone_from(key);
        Vec::new()
    }

    /// Takes whether the draft was kept.
    pub fn saved(&mut self, _key: &BroadcastKey, result: Result<(), Notice>) -> Option<Notice> {
        result.err()
    }

    /// Counts again, since the cache changed.
    pub fn refresh(&mut self, _shared: &Shared<'_>, _requests: &mut Requests) -> Vec<Step> {
        Vec::new()
    }

    /// Takes whom the plan would reach.
    pub fn evaluated(&mut self, _id: RequestId, _preview: Preview) {}

    /// Takes what continues the typed text.
    pub fn completed(&mut self, _id: RequestId, _candidates: Vec<Candidate>) {}

    /// Draws the builder.
    pub fn view(
        &self,
        _frame: &mut Frame<'_>,
        _area: Rect,
        _shared: &Shared<'_>,
        _picture: &mut Picture,
    ) {
    }
}
