//! What a review is told: by the launcher, and by other consoles.

use std::time::Duration;

use jiff::Timestamp;

use super::typed::Typed;
use super::{ReviewOverlay, State};
use crate::domain::due::{in_zone, moment};
use crate::domain::gate::Asks;
use crate::domain::launch::LaunchRecord;
use crate::domain::payload::Payload;
use crate::domain::preview::Review;
use crate::domain::since::Since;
use crate::domain::text::shown;
use crate::domain::waiting::WaitingLaunch;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::{Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::widgets::scroll::Scroll;

impl ReviewOverlay {
    /// Takes note that another console changed the draft: what is reviewed stays as it is.
    pub(super) fn draft_changed(&mut self, broadcast: &BroadcastKey, by: &str) {
        if *broadcast == self.broadcast {
            self.draft_changed_by = Some(by.to_owned());
        }
    }

    /// Takes what changed since the last launch.
    pub(super) fn compared(&mut self, id: RequestId, since: &Since) {
        if id == self.request {
            self.since = Some(since.clone());
        }
    }

    /// Asks for the review once more, since something it says may not hold any more; not once it was confirmed.
    pub(super) fn anew(&mut self, requests: &mut Requests) -> Option<Effect> {
        if !matches!(self.state, State::Asked | State::Ready(..)) {
            return None;
        }
        self.request = requests.take();
        let plan = Box::new(self.plan.clone());
        Some(Effect::Review(self.request, self.broadcast.clone(), plan))
    }

    /// Takes the review, or why there is none.
    pub(super) fn reviewed(
        &mut self,
        id: u64,
        result: &Result<Box<Review>, Notice>,
        _now: Timestamp,
    ) -> Option<Notice> {
        if id != self.request {
            return None;
        }
        match result {
            // Nothing changed since it was asked for before: what was typed stays.
            Ok(review) if self.stands_as(review) => None,
            Ok(review) => {
                let none = Asks {
                    number: None,
                    name: false,
                    hold: Duration::ZERO,
                };
                let typed = Typed::asked_by(*review.asks.as_ref().unwrap_or(&none));
                let first = review.preview.calls.first();
                self.hash = first.map(Payload::sha256).unwrap_or_default();
                self.was_drawn = false;
                self.body = None;
                self.state = State::Ready(review.clone(), typed);
                None
            }
            Err(notice) => {
                self.state = State::Gone;
                Some(notice.clone())
            }
        }
    }

    /// Whether exactly this review stands already.
    pub(super) fn stands_as(&self, review: &Review) -> bool {
        matches!(&self.state, State::Ready(standing, _)
            if standing.hash == review.hash && standing.asks == review.asks)
    }

    /// Takes how far the launch is.
    pub(super) fn launching(&mut self, id: u64, done: usize, of: usize) {
        if let State::Sending(_, answered, calls) = &mut self.state
            && id == self.request
        {
            (*answered, *calls) = (done, of);
        }
    }

    /// Takes what became of the launch; says whether it was this one's.
    pub(super) fn launched(&mut self, id: u64, result: &Result<Box<LaunchRecord>, Notice>) -> bool {
        if id != self.request {
            return false;
        }
        let State::Sending(review, ..) = std::mem::replace(&mut self.state, State::Gone) else {
            return false;
        };
        self.scroll = Scroll::default();
        let result = result.clone().map(|launch| *launch);
        self.state = State::Over(review, Box::new(result));
        true
    }

    /// Takes whether the launch waits that was given a time; says so where it does.
    pub(super) fn held(
        &mut self,
        id: RequestId,
        result: &Result<Box<WaitingLaunch>, Notice>,
    ) -> Option<Notice> {
        if id != self.request {
            return None;
        }
        let State::Keeping(review, _) = std::mem::replace(&mut self.state, State::Gone) else {
            return None;
        };
        match result {
            Ok(waiting) => Some(Notice::ok(format!(
                "{} waits until {}. It is sent while a console of this profile is open, or `mylink run --pending` runs.",
                shown(&waiting.broadcast.name),
                moment(&in_zone(waiting.due_at, &waiting.zone))
            ))),
            Err(notice) => {
                self.state = State::Over(review, Box::new(Err(notice.clone())));
                None
            }
        }
    }
}
