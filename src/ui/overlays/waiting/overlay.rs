//! The list of what waits as something that lies over the screen.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::Waiting;
use crate::model::{Action, Context};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};

impl Overlay for Waiting {
    fn contexts(&self) -> &'static [Context] {
        self.contexts()
    }

    fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        self.key(key, action, shared)
    }

    fn paste(&mut self, text: &str, _shared: &Shared<'_>, _requests: &mut Requests) -> Vec<Step> {
        self.paste(text);
        Vec::new()
    }

    fn scroll(&mut self, down: bool, shared: &Shared<'_>) {
        self.step(down, shared);
    }

    fn was_drawn(&mut self, picture: &Picture) {
        self.was_drawn(picture);
    }

    fn offers(&self, action: Action, shared: &Shared<'_>, _picture: &Picture) -> bool {
        self.offers(action, shared)
    }

    fn label(&self, action: Action, shared: &Shared<'_>) -> Option<&'static str> {
        self.label(action, shared)
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        self.view(frame, area, shared, picture);
    }
}
