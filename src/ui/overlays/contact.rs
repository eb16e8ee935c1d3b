//! One contact in full: who it is, why it matches or doesn't, the launches that reached it, and every field.

mod view;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::contact::ContactInFull;
use crate::model::Context;
use crate::model::Reply;
use crate::model::browse::{BrowseReply, BrowseWork, Listed};
use crate::model::effect::RequestId;
use crate::model::{Action, Effect};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::scroll::Scroll;
use crossterm::event::KeyEvent;

/// One contact of a list.
pub struct ContactOverlay {
    bot: String,
    place: Listed,
    /// Its place in the list.
    at: usize,
    request: RequestId,
    /// What is known of it; of the one before until it comes, so that nothing flickers.
    known: Option<Box<ContactInFull>>,
    scroll: Scroll,
    /// The launch that Enter opens, by its place.
    launch: usize,
    /// Whether it could not be read: then there is nothing to show.
    is_over: bool,
}

impl ContactOverlay {
    /// The contact at a place of a list; what is known of it comes later.
    pub fn new(bot: &str, place: Listed, at: usize, requests: &mut Requests) -> (Self, Vec<Step>) {
        let mut overlay = Self {
            bot: bot.to_owned(),
            place,
            at,
            request: 0,
            known: None,
            scroll: Scroll::default(),
            launch: 0,
            is_over: false,
        };
        let look = overlay.look(requests);
        (overlay, vec![look])
    }

    fn look(&mut self, requests: &mut Requests) -> Step {
        self.request = requests.take();
        let work = BrowseWork::Look {
            bot: self.bot.clone(),
            place: self.place.clone(),
            row: self.place.rows.get(self.at).copied().unwrap_or(u32::MAX),
        };
        Step::Do(Effect::Browse(self.request, work))
    }

    /// Goes to another contact of the list.
    fn go(&mut self, at: usize, requests: &mut Requests) -> Vec<Step> {
        if at >= self.place.rows.len() {
            return Vec::new();
        }
        self.at = at;
        self.launch = 0;
        vec![self.look(requests)]
    }

    /// Takes what is known of it; an overtaken answer is dropped.
    fn replied(&mut self, id: RequestId, reply: &BrowseReply) -> Vec<Step> {
        match reply {
            BrowseReply::Looked(result) if id == self.request => match result {
                Ok(known) => {
                    self.known = Some(known.clone());
                    self.scroll = Scroll::default();
                    Vec::new()
                }
                Err(notice) => {
                    self.is_over = true;
                    vec![Step::Say(notice.clone())]
                }
            },
            _ => Vec::new(),
        }
    }
}

impl Overlay for ContactOverlay {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Contact, Context::Everywhere]
    }

    fn key(
        &mut self,
        _key: KeyEvent,
        action: Option<Action>,
        _shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let launches = self
            .known
            .as_ref()
            .map_or(0, |known| known.reached.launches.len());
        match action {
            Some(Action::Back) => return vec![Step::Close],
            Some(Action::NextContact) => return self.go(self.at + 1, requests),
            Some(Action::PreviousContact) => return self.go(self.at.wrapping_sub(1), requests),
            Some(Action::NextLaunch) if launches > 0 => self.launch = (self.launch + 1) % launches,
            Some(Action::OpenLaunch) => {
                let launches = self.known.iter().flat_map(|known| &known.reached.launches);
                let chosen = launches.map(|by| by.launch.clone()).nth(self.launch);
                return chosen.map(Step::ToLaunch).into_iter().collect();
            }
            Some(action) => drop(self.scroll.act(action)),
            None => {}
        }
        Vec::new()
    }

    fn scrolled(&mut self) -> Option<&mut Scroll> {
        Some(&mut self.scroll)
    }

    fn reply(
        &mut self,
        reply: &Reply,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        let Reply::Browse(id, reply) = reply else {
            return None;
        };
        Some(self.replied(*id, reply))
    }

    fn offers(&self, action: Action, _shared: &Shared<'_>, picture: &Picture) -> bool {
        let launches = self.known.as_ref();
        let launches = launches.map_or(0, |known| known.reached.launches.len());
        match action {
            Action::NextContact => self.at + 1 < self.place.rows.len(),
            Action::PreviousContact => self.at > 0,
            Action::NextLaunch => launches > 1,
            Action::OpenLaunch => launches > 0,
            _ => self.scroll.offers(action, picture),
        }
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        view::draw(self, frame, area, shared, picture);
    }
}
