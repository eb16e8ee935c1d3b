//! What lies over a screen. The top one gets the key first.

pub mod help;
pub mod import;
pub mod launch;
pub mod review;
pub mod settle;

use crossterm::event::{Event, KeyEvent};
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::launch::LaunchRecord;
use crate::domain::plan::Plan;
use crate::domain::preview::Review;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::file::FileReply;
use crate::model::{Action, Context, Notice};
use crate::ui::app::Requests;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use help::Help;
use import::Import;
use launch::LaunchDetail;
use review::ReviewOverlay;
use settle::Settle;

/// Something that lies over the screen.
pub enum Overlay {
    /// The page of keys.
    Help(Help),
    /// Targets out of a file.
    Import(Box<Import>),
    /// One launch in full.
    Launch(LaunchDetail),
    /// Review, confirmation, outcome.
    Review(Box<ReviewOverlay>),
    /// The settling of an unknown launch.
    Settle(Box<Settle>),
}

impl Overlay {
    /// The page of the keys that work in these contexts.
    pub fn help(contexts: &'static [Context]) -> Self {
        Self::Help(Help::new(contexts))
    }

    /// The import of targets into a draft, and what it wants done first.
    pub fn import(broadcast: BroadcastKey, draft: Plan, requests: &mut Requests) -> Vec<Step> {
        let (import, first) = Import::new(broadcast, draft, requests);
        vec![Step::Show(Box::new(Self::Import(Box::new(import)))), first]
    }

    /// One launch; its bodies come later.
    pub fn launch(id: &str) -> Self {
        Self::Launch(LaunchDetail::new(id))
    }

    /// The review of a plan; it was asked for under `request`.
    pub fn review(request: RequestId, broadcast: BroadcastKey, plan: Plan, now: Timestamp) -> Self {
        Self::Review(Box::new(ReviewOverlay::new(request, broadcast, plan, now)))
    }

    /// The settling of a launch.
    pub fn settle(launch: &LaunchRecord) -> Self {
        Self::Settle(Box::new(Settle::new(launch)))
    }

    /// Where keys are looked up.
    pub fn contexts(&self) -> &'static [Context] {
        match self {
            Self::Help(_) => &[Context::Help],
            Self::Import(import) => import.contexts(),
            Self::Launch(_) => &[Context::Launch, Context::Everywhere],
            Self::Review(review) => review.contexts(),
            Self::Settle(_) => &[Context::Settle],
        }
    }

    /// Whether ctrl-c is for the overlay (it takes a launch back), not for the program.
    pub fn keeps_interrupt(&self) -> bool {
        match self {
            Self::Review(review) => review.keeps_interrupt(),
            _ => false,
        }
    }

    /// Takes a key, with what it means here.
    pub fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match self {
            Self::Help(help) => help.act(action),
            Self::Import(import) => import.key(key, action, requests),
            Self::Launch(detail) => detail.act(action, shared),
            Self::Review(review) => review.key(key, action, shared, requests),
            Self::Settle(settle) => settle.key(key, action),
        }
    }

    /// Takes a paste. A confirmation takes none.
    pub fn paste(&mut self, event: &Event, requests: &mut Requests) -> Vec<Step> {
        match (self, event) {
            (Self::Settle(settle), Event::Paste(text)) => settle.paste(text),
            (Self::Review(review), Event::Paste(_)) => review.paste(),
            (Self::Import(import), Event::Paste(text)) => return import.paste(text, requests),
            _ => {}
        }
        Vec::new()
    }

    /// Takes an answer about files.
    pub fn file_replied(&mut self, id: RequestId, reply: &FileReply, shared: &Shared<'_>) {
        if let Self::Import(import) = self {
            import.replied(id, reply, shared);
        }
    }

    /// Takes a turn of the mouse wheel.
    pub fn scroll(&mut self, down: bool) {
        let action = Some(if down {
            Action::ScrollDown
        } else {
            Action::ScrollUp
        });
        match self {
            Self::Help(help) => drop(help.act(action)),
            Self::Import(import) => import.scroll(down),
            Self::Launch(detail) => detail.scroll(down),
            Self::Review(review) => review.scroll(down),
            Self::Settle(_) => {}
        }
    }

    /// Takes the time: a hold runs out.
    pub fn tick(&mut self, now: Timestamp, requests: &mut Requests) -> Vec<Step> {
        match self {
            Self::Review(review) => review.tick(now, requests),
            _ => Vec::new(),
        }
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        match self {
            Self::Help(help) => help.was_drawn(picture),
            Self::Import(import) => import.was_drawn(picture),
            Self::Launch(detail) => detail.was_drawn(picture),
            Self::Review(review) => review.was_drawn(picture),
            Self::Settle(_) => {}
        }
    }

    /// Takes a review; says what there is to say if it can't be made.
    pub fn reviewed(
        &mut self,
        id: u64,
        result: &Result<Box<Review>, Notice>,
        now: Timestamp,
    ) -> Option<Notice> {
        match self {
            Self::Review(review) => review.reviewed(id, result, now),
            _ => None,
        }
    }

    /// Takes how far a launch is.
    pub fn launching(&mut self, id: u64, done: usize, of: usize) {
        if let Self::Review(review) = self {
            review.launching(id, done, of);
        }
    }

    /// Takes what became of a launch; says whether it was this one's.
    pub fn launched(&mut self, id: u64, result: &Result<Box<LaunchRecord>, Notice>) -> bool {
        match self {
            Self::Review(review) => review.launched(id, result),
            _ => false,
        }
    }

    /// Takes one launch in full.
    pub fn loaded(&mut self, record: &LaunchRecord, curl: &str) {
        if let Self::Launch(detail) = self {
            detail.loaded(record, curl);
        }
    }

    /// Whether it has nothing more to show.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Review(review) if review.is_over())
    }

    /// Draws it.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        match self {
            Self::Help(help) => help.view(frame, area, shared, picture),
            Self::Import(import) => import.view(frame, area, shared, picture),
            Self::Launch(detail) => detail.view(frame, area, shared, picture),
            Self::Review(review) => review.view(frame, area, shared, picture),
            Self::Settle(settle) => settle.view(frame, area, shared),
        }
    }
}
