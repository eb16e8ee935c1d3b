//! From the confirmation to the launch: what is still missing, the hold in which any key takes it back, and its end.

use std::time::Duration;

use super::typed::{Typed, complaint, unexpected};
use super::{ReviewOverlay, State};
use crate::domain::due::Due;
use crate::domain::hold::{Clocks, Hold, Interruption, Look};
use crate::domain::preview::Review;
use crate::model::Effect;
use crate::model::effect::Confirmation;
use crate::ui::app::Requests;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::scroll::Scroll;

impl ReviewOverlay {
    /// Enter: goes to the next line that is asked for, complains, starts the hold, or launches.
    pub(super) fn confirm(
        &mut self,
        review: Box<Review>,
        mut typed: Typed,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> (State, Vec<Step>) {
        let Ok(asks) = review.asks else {
            return (State::Ready(review, typed), Vec::new());
        };
        let due = match typed.due(shared.now) {
            Some(Err(complaint)) => {
                typed.complaint = Some(complaint);
                return (State::Ready(review, typed), Vec::new());
            }
            Some(Ok(_)) if let Some(complaint) = unexpected(&review, &typed) => {
                typed.complaint = Some(complaint);
                return (State::Ready(review, typed), Vec::new());
            }
            // What was understood is read first; the next Enter confirms it.
            Some(Ok(due)) if typed.on_time => {
                typed.taken = Some(due);
                typed.on_time = false;
                typed.complaint = None;
                return (State::Ready(review, typed), Vec::new());
            }
            Some(Ok(due)) => Some(due),
            None => None,
        };
        if let Some(complaint) = complaint(&review, asks, &mut typed) {
            typed.complaint = Some(complaint);
            return (State::Ready(review, typed), Vec::new());
        }
        if typed.awaits_name() {
            typed.on_name = true;
            return (State::Ready(review, typed), Vec::new());
        }
        if let Some(due) = due {
            return self.hold(review, &typed, due, requests);
        }
        if asks.hold.is_zero() {
            return self.launch(review, &typed, requests);
        }
        let hold = Hold::begin(asks.hold, shared.clocks());
        let wake = wake(hold.next());
        (State::Holding(review, typed, hold), vec![wake])
    }

    pub(super) fn launch(
        &mut self,
        review: Box<Review>,
        typed: &Typed,
        requests: &mut Requests,
    ) -> (State, Vec<Step>) {
        self.request = requests.take();
        let calls = review.preview.calls.len();
        let confirmation = Box::new(self.confirmation(&review, typed));
        self.body = None;
        self.scroll = Scroll::default();
        let effect = Effect::Launch(self.request, confirmation);
        (State::Sending(review, 0, calls), vec![Step::Do(effect)])
    }

    /// Lets the launch wait for its time: the hold is the waiting itself.
    pub(super) fn hold(
        &mut self,
        review: Box<Review>,
        typed: &Typed,
        due: Due,
        requests: &mut Requests,
    ) -> (State, Vec<Step>) {
        self.request = requests.take();
        let confirmation = Box::new(self.confirmation(&review, typed));
        self.body = None;
        self.scroll = Scroll::default();
        let effect = Effect::Hold(self.request, confirmation, Box::new(due.at.clone()));
        (
            State::Keeping(review, Box::new(due)),
            vec![Step::Do(effect)],
        )
    }

    pub(super) fn confirmation(&self, review: &Review, typed: &Typed) -> Confirmation {
        Confirmation {
            broadcast: self.broadcast.clone(),
            plan: self.plan.clone(),
            hash: review.hash.clone(),
            number: typed.number(),
            name: typed.name(),
            again: typed.again,
            expect: typed.expect().unwrap_or_default(),
            reviewed_at: self.opened_at,
            held: review
                .asks
                .as_ref()
                .map_or(Duration::ZERO, |asks| asks.hold),
        }
    }

    /// Takes the time: when the hold is over, the launch goes out.
    pub(super) fn tick(&mut self, now: Clocks, requests: &mut Requests) -> Vec<Step> {
        let State::Holding(_, _, hold) = &mut self.state else {
            return Vec::new();
        };
        match hold.look(now) {
            Look::Wait(time) => vec![wake(time)],
            Look::Over => self.held_out(requests),
            Look::Interrupted(interruption) => {
                self.interrupted(interruption);
                Vec::new()
            }
        }
    }

    pub(super) fn held_out(&mut self, requests: &mut Requests) -> Vec<Step> {
        match std::mem::replace(&mut self.state, State::Gone) {
            State::Holding(review, typed, _) => {
                let (state, steps) = self.launch(review, &typed, requests);
                self.state = state;
                steps
            }
            state => {
                self.state = state;
                Vec::new()
            }
        }
    }

    /// Takes the launch back whose hold was interrupted: nobody could have done it meanwhile.
    pub(super) fn interrupted(&mut self, interruption: Interruption) {
        self.state = match std::mem::replace(&mut self.state, State::Gone) {
            State::Holding(review, typed, _) => taken_back(review, typed, interruption.to_string()),
            state => state,
        };
    }
}

/// Has the screen woken for the next look at the hold.
fn wake(after: Duration) -> Step {
    let millis = u64::try_from(after.as_micros().div_ceil(1000)).unwrap_or(1);
    Step::Do(Effect::Wake(millis.max(1)))
}

/// The review as it stands after a launch was taken back.
pub(super) fn taken_back(review: Box<Review>, mut typed: Typed, why: String) -> State {
    typed.complaint = Some(why);
    State::Ready(review, typed)
}
