//! The review as something that lies over the screen.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::ReviewOverlay;
use crate::domain::hold::{Clocks, Interruption};
use crate::model::{Action, Context, Reply};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};

impl Overlay for ReviewOverlay {
    fn contexts(&self) -> &'static [Context] {
        self.contexts()
    }

    fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        self.key(key, action, shared, requests)
    }

    fn paste(&mut self, _text: &str, _shared: &Shared<'_>, _requests: &mut Requests) -> Vec<Step> {
        self.paste();
        Vec::new()
    }

    fn scroll(&mut self, down: bool, _shared: &Shared<'_>) {
        self.scroll(down);
    }

    fn reply(
        &mut self,
        reply: &Reply,
        shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        let said = match reply {
            Reply::Reviewed(id, result) => self.reviewed(*id, result, shared.now),
            Reply::ReviewSince(id, since) => {
                self.compared(*id, since);
                None
            }
            Reply::DraftElsewhere(key, other) => {
                self.draft_changed(key, &other.by);
                None
            }
            Reply::Launching(id, done, of) => {
                self.launching(*id, *done, *of);
                None
            }
            Reply::Launched(id, result) => {
                return self.launched(*id, result).then(Vec::new);
            }
            Reply::Held(id, result) => self.held(*id, result),
            _ => return None,
        };
        Some(said.map(Step::Say).into_iter().collect())
    }

    fn others_launched(&mut self, requests: &mut Requests) -> Vec<Step> {
        self.anew(requests).map(Step::Do).into_iter().collect()
    }

    fn interrupted(&mut self, interruption: Interruption) {
        self.interrupted(interruption);
    }

    fn tick(&mut self, now: Clocks, requests: &mut Requests) -> Vec<Step> {
        self.tick(now, requests)
    }

    fn was_drawn(&mut self, picture: &Picture) {
        self.was_drawn(picture);
    }

    fn offers(&self, action: Action, _shared: &Shared<'_>, picture: &Picture) -> bool {
        self.offers(action, picture)
    }

    fn label(&self, action: Action, _shared: &Shared<'_>) -> Option<&'static str> {
        self.label(action)
    }

    fn keeps_interrupt(&self) -> bool {
        self.keeps_interrupt()
    }

    fn keeps_its_place(&self) -> bool {
        true
    }

    fn is_over(&self) -> bool {
        self.is_over()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        self.view(frame, area, shared, picture);
    }
}
