//! Review, confirmation, outcome: everything that is about to happen, and the last word on it.
//!
//! ```text
//! Asked ─review→ Ready ─confirm→ Holding ─time→ Sending ─outcome→ Over
//!                  ↑                 │any key takes it back
//!                  └─────────────────┘
//! Ready ─confirm, with a time→ Keeping ─written down→ gone: it waits
//! ```
//!
//! Keys that were typed before the review stood on the screen confirm nothing, and a paste never does.

mod confirming;
mod keys;
mod overlay;
mod told;
mod typed;
mod view;

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::due::Due;
use crate::domain::hold::Hold;
use crate::domain::launch::LaunchRecord;
use crate::domain::plan::Plan;
use crate::domain::preview::Review;
use crate::domain::since::Since;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::model::{Action, Context, Notice};
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::widgets::long_text::LongText;
use crate::ui::widgets::scroll::Scroll;
use typed::Typed;

/// A review, from the question to the outcome.
pub struct ReviewOverlay {
    request: RequestId,
    broadcast: BroadcastKey,
    plan: Plan,
    opened_at: Timestamp,
    state: State,
    was_drawn: bool,
    /// The first body, laid out; only while it is shown.
    body: Option<LongText>,
    /// The SHA-256 of the first body, taken once.
    hash: String,
    scroll: Scroll,
    /// What changed since the last launch, once that is known.
    since: Option<Since>,
    /// Who changed the draft since, in another console.
    draft_changed_by: Option<String>,
    /// Whether the calls of the batch that are not sent yet were taken back.
    is_stopping: bool,
}

/// How far it is.
enum State {
    /// The review was asked for.
    Asked,
    /// It stands; something may have to be typed.
    Ready(Box<Review>, Typed),
    /// Confirmed; any key takes it back until the time is over.
    Holding(Box<Review>, Typed, Hold),
    /// On its way: calls answered, calls in all.
    Sending(Box<Review>, usize, usize),
    /// Given a time, and being written down.
    Keeping(Box<Review>, Box<Due>),
    /// The outcome stands; or why nothing was sent.
    Over(Box<Review>, Box<Result<LaunchRecord, Notice>>),
    /// There was no review.
    Gone,
}

impl ReviewOverlay {
    /// Starts without a review; it was asked for under `request`.
    pub fn new(
        request: RequestId,
        broadcast: BroadcastKey,
        plan: Plan,
        opened_at: Timestamp,
    ) -> Self {
        Self {
            request,
            broadcast,
            plan,
            opened_at,
            state: State::Asked,
            was_drawn: false,
            body: None,
            hash: String::new(),
            scroll: Scroll::default(),
            since: None,
            draft_changed_by: None,
            is_stopping: false,
        }
    }

    /// Whether ctrl-c takes the launch back, or waits for it, instead of ending the program.
    pub fn keeps_interrupt(&self) -> bool {
        matches!(self.state, State::Holding(..))
    }

    /// Where keys are looked up.
    pub fn contexts(&self) -> &'static [Context] {
        match self.state {
            State::Over(..) => &[Context::Outcome],
            State::Sending(_, _, calls) if calls > 1 && !self.is_stopping => {
                &[Context::Batch, Context::Sending]
            }
            State::Sending(..) | State::Keeping(..) => &[Context::Sending],
            State::Ready(ref review, _) if review.asks.is_err() => &[Context::Refused],
            State::Asked | State::Gone | State::Ready(..) => &[Context::Review],
            // Every key means the same.
            State::Holding(..) => &[],
        }
    }

    /// Whether an action does something now.
    pub fn offers(&self, action: Action, picture: &Picture) -> bool {
        match (&self.state, action) {
            (State::Asked | State::Gone, _) => action == Action::Back,
            (State::Ready(review, _), Action::Body) => has_body(review),
            // What didn't begin is on no record.
            (State::Over(_, result), Action::SeeInLog) => result.is_ok(),
            (_, Action::PageDown) => self.scroll.has_more(picture),
            _ => true,
        }
    }

    /// What a key does now, where that is not what it always does.
    pub fn label(&self, action: Action) -> Option<&'static str> {
        let State::Ready(_, typed) = &self.state else {
            return None;
        };
        match action {
            Action::Confirm if typed.on_time => Some("take this time"),
            Action::Confirm if typed.time.is_some() => Some("let it wait"),
            Action::Confirm if typed.awaits_name() => Some("go on"),
            Action::GiveTime if typed.time.is_some() => Some("no time"),
            _ => None,
        }
    }

    /// Whether there is nothing to show.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Gone)
    }

    /// Takes a turn of the mouse wheel.
    pub fn scroll(&mut self, down: bool) {
        self.scroll.turn(down);
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        self.was_drawn = matches!(self.state, State::Ready(..));
        self.scroll.was_drawn(picture);
    }

    /// Draws it.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        view::draw(self, frame, area, shared, picture);
    }
}

/// Whether there is a body to look at.
fn has_body(review: &Review) -> bool {
    let call = review.preview.calls.first();
    call.is_some_and(|call| call.body.is_some())
}
