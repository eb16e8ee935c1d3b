//! Settling: a person says what became of a launch whose outcome nobody knows.
//!
//! Nothing is chosen to begin with, and nothing can be settled without a choice and a reason: the word goes on the
//! record, and decides whether the same launch may be sent again.

mod page;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::launch::{LaunchRecord, SettledAs};
use crate::model::Context;
use crate::model::{Action, Effect};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::input::Input;

/// A launch to settle.
pub struct Settle {
    launch: LaunchRecord,
    choice: Option<SettledAs>,
    reason: Input,
    missing: Option<Missing>,
}

/// What has to be said first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    Choice,
    Reason,
}

impl Settle {
    /// Starts with nothing said.
    pub fn new(launch: &LaunchRecord) -> Self {
        Self {
            launch: launch.clone(),
            choice: None,
            reason: Input::new(""),
            missing: None,
        }
    }

    fn choose(&mut self) {
        self.choice = Some(match self.choice {
            None | Some(SettledAs::NotSent) => SettledAs::Sent,
            Some(SettledAs::Sent) => SettledAs::NotSent,
        });
        self.said(Missing::Choice);
    }

    fn settle(&mut self) -> Vec<Step> {
        let reason = self.reason.text().trim();
        let Some(settled_as) = self.choice else {
            self.missing = Some(Missing::Choice);
            return Vec::new();
        };
        if reason.is_empty() {
            self.missing = Some(Missing::Reason);
            return Vec::new();
        }
        let effect = Effect::Settle {
            launch: self.launch.id.clone(),
            settled_as,
            reason: reason.to_owned(),
        };
        vec![Step::Do(effect), Step::Close]
    }

    /// Takes back the complaint that something is missing, once it is said.
    fn said(&mut self, what: Missing) {
        if self.missing == Some(what) {
            self.missing = None;
        }
    }
}

impl Overlay for Settle {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Settle]
    }

    fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        match action {
            Some(Action::Back) => vec![Step::Close],
            Some(Action::Choose) => {
                self.choose();
                Vec::new()
            }
            Some(Action::Settle) => self.settle(),
            _ => {
                if self.reason.key(key) {
                    self.said(Missing::Reason);
                }
                Vec::new()
            }
        }
    }

    fn paste(&mut self, text: &str, _shared: &Shared<'_>, _requests: &mut Requests) -> Vec<Step> {
        if self.reason.paste(text) {
            self.said(Missing::Reason);
        }
        Vec::new()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, _picture: &mut Picture) {
        page::view(self, frame, area, shared);
    }
}
