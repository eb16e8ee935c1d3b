//! What keys do to a review, by how far it is.

use crossterm::event::{KeyCode, KeyEvent};

use super::confirming::taken_back;
use super::typed::Typed;
use super::{ReviewOverlay, State};
use crate::domain::preview::Review;
use crate::model::{Action, Effect};
use crate::ui::app::Requests;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::json::Mode;
use crate::ui::widgets::list::is_text_key;
use crate::ui::widgets::long_text::LongText;
use crate::ui::widgets::scroll::Scroll;

/// What a key does to a launch in its hold.
const TAKEN_BACK: &str = "Taken back: nothing was sent.";

impl ReviewOverlay {
    /// Takes a key, with what it means here.
    pub(super) fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if action.is_some_and(|action| self.scroll.act(action)) {
            return Vec::new();
        }
        self.answer(key, action, shared, requests)
    }

    /// Takes a paste: it confirms nothing, and during the hold it takes the launch back as a key does.
    pub(super) fn paste(&mut self) {
        self.state = match std::mem::replace(&mut self.state, State::Gone) {
            State::Holding(review, typed, _) => taken_back(review, typed, TAKEN_BACK.to_owned()),
            state => state,
        };
    }

    pub(super) fn answer(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let state = std::mem::replace(&mut self.state, State::Gone);
        let (state, steps) = match state {
            State::Ready(review, typed) => {
                self.ready_key(review, typed, key, action, shared, requests)
            }
            State::Holding(review, typed, _) => {
                let state = taken_back(review, typed, TAKEN_BACK.to_owned());
                (state, Vec::new())
            }
            State::Over(review, result) if action == Some(Action::SeeInLog) => {
                // What didn't begin is on no record.
                let steps = match *result {
                    Ok(_) => vec![Step::Close, Step::OpenLog],
                    Err(_) => Vec::new(),
                };
                (State::Over(review, result), steps)
            }
            state @ State::Sending(_, _, 2..) if action == Some(Action::StopBatch) => {
                self.is_stopping = true;
                (state, vec![Step::Do(Effect::StopBatch(self.request))])
            }
            // A launch under way can't be taken back; leaving only stops watching it.
            state if matches!(action, Some(Action::Back | Action::StopWatching)) => {
                (state, vec![Step::Close])
            }
            state => (state, Vec::new()),
        };
        self.state = state;
        steps
    }

    pub(super) fn ready_key(
        &mut self,
        review: Box<Review>,
        mut typed: Typed,
        key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> (State, Vec<Step>) {
        match action {
            // A step back: to the review without a time.
            Some(Action::Back) if typed.time.is_some() => typed.swap_time(),
            Some(Action::Back) => return (State::Ready(review, typed), vec![Step::Close]),
            Some(Action::Body) => {
                self.swap_body(&review);
            }
            Some(Action::GiveTime) if self.was_drawn => typed.swap_time(),
            Some(Action::Again) => typed.again = !typed.again,
            Some(Action::Confirm) if self.was_drawn => {
                return self.confirm(review, typed, shared, requests);
            }
            None if self.was_drawn && key.code == KeyCode::Backspace && typed.may_edit_time() => {
                typed.edit_time();
            }
            // What was typed ahead, before the review stood on the screen, is dropped.
            _ if self.was_drawn => {
                typed.complaint = None;
                let is_edit = is_text_key(&key) || action.is_none();
                if let Some(input) = typed.input().filter(|_| is_edit) {
                    input.key(key);
                }
            }
            _ => {}
        }
        (State::Ready(review, typed), Vec::new())
    }

    /// Shows the body, or the facts again.
    pub(super) fn swap_body(&mut self, review: &Review) {
        self.scroll = Scroll::default();
        self.body = if self.body.is_some() {
            None
        } else {
            let call = review.preview.calls.first();
            let body = call.and_then(|call| call.body.as_deref());
            Some(LongText::of_body(body.unwrap_or_default(), Mode::Exact))
        };
    }
}
