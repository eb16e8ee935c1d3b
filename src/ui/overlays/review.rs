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

mod overlay;
mod typed;
mod view;

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::due::{Due, in_zone, moment};
use crate::domain::gate::Asks;
use crate::domain::hold::{Clocks, Hold, Interruption, Look};
use crate::domain::launch::LaunchRecord;
use crate::domain::payload::Payload;
use crate::domain::plan::Plan;
use crate::domain::preview::Review;
use crate::domain::since::Since;
use crate::domain::text::shown;
use crate::domain::waiting::WaitingLaunch;
use crate::model::effect::{BroadcastKey, Confirmation, RequestId};
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::json::Mode;
use crate::ui::widgets::list::is_text_key;
use crate::ui::widgets::long_text::LongText;
use crate::ui::widgets::scroll::Scroll;
use typed::{Typed, complaint, unexpected};

/// What a key does to a launch in its hold.
const TAKEN_BACK: &str = "Taken back: nothing was sent.";

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

    /// Takes note that another console changed the draft: what is reviewed stays as it is.
    pub fn draft_changed(&mut self, broadcast: &BroadcastKey, by: &str) {
        if *broadcast == self.broadcast {
            self.draft_changed_by = Some(by.to_owned());
        }
    }

    /// Takes what changed since the last launch.
    pub fn compared(&mut self, id: RequestId, since: &Since) {
        if id == self.request {
            self.since = Some(since.clone());
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

    /// Whether there are lines below those that were drawn.
    pub fn has_more(&self, picture: &Picture) -> bool {
        self.scroll.has_more(picture)
    }

    /// What a key does now, where that is not what it always does.
    pub fn label(&self, action: Action) -> Option<&'static str> {
        let State::Ready(_, typed) = &self.state else {
            return None;
        };
        match action {
            Action::Confirm if typed.on_time => Some("take this time"),
            Action::Confirm if typed.time.is_some() => Some("let it wait"),
            Action::GiveTime if typed.time.is_some() => Some("no time"),
            _ => None,
        }
    }

    /// Whether there is nothing to show.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Gone)
    }

    /// Takes a key, with what it means here.
    pub fn key(
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
    pub fn paste(&mut self) {
        self.state = match std::mem::replace(&mut self.state, State::Gone) {
            State::Holding(review, typed, _) => taken_back(review, typed, TAKEN_BACK.to_owned()),
            state => state,
        };
    }

    fn answer(
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
            state @ State::Over(..) if action == Some(Action::SeeInLog) => {
                (state, vec![Step::Close, Step::OpenLog])
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

    fn ready_key(
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

    /// Enter: goes to the next line that is asked for, complains, starts the hold, or launches.
    fn confirm(
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
        if typed.number.is_some() && typed.name.is_some() && !typed.on_name {
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

    fn launch(
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
    fn hold(
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

    fn confirmation(&self, review: &Review, typed: &Typed) -> Confirmation {
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

    /// Shows the body, or the facts again.
    fn swap_body(&mut self, review: &Review) {
        self.scroll = Scroll::default();
        self.body = if self.body.is_some() {
            None
        } else {
            let call = review.preview.calls.first();
            let body = call.and_then(|call| call.body.as_deref());
            Some(LongText::of_body(body.unwrap_or_default(), Mode::Exact))
        };
    }

    /// Takes a turn of the mouse wheel.
    pub fn scroll(&mut self, down: bool) {
        self.scroll.act(if down {
            Action::ScrollDown
        } else {
            Action::ScrollUp
        });
    }

    /// Takes the time: when the hold is over, the launch goes out.
    pub fn tick(&mut self, now: Clocks, requests: &mut Requests) -> Vec<Step> {
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

    fn held_out(&mut self, requests: &mut Requests) -> Vec<Step> {
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
    pub fn interrupted(&mut self, interruption: Interruption) {
        self.state = match std::mem::replace(&mut self.state, State::Gone) {
            State::Holding(review, typed, _) => taken_back(review, typed, interruption.to_string()),
            state => state,
        };
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        self.was_drawn = matches!(self.state, State::Ready(..));
        self.scroll.was_drawn(picture);
    }

    /// Asks for the review once more, since something it says may not hold any more; not once it was confirmed.
    pub fn anew(&mut self, requests: &mut Requests) -> Option<Effect> {
        if !matches!(self.state, State::Asked | State::Ready(..)) {
            return None;
        }
        self.request = requests.take();
        let plan = Box::new(self.plan.clone());
        Some(Effect::Review(self.request, self.broadcast.clone(), plan))
    }

    /// Takes the review, or why there is none.
    pub fn reviewed(
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
    fn stands_as(&self, review: &Review) -> bool {
        matches!(&self.state, State::Ready(standing, _)
            if standing.hash == review.hash && standing.asks == review.asks)
    }

    /// Takes how far the launch is.
    pub fn launching(&mut self, id: u64, done: usize, of: usize) {
        if let State::Sending(_, answered, calls) = &mut self.state
            && id == self.request
        {
            (*answered, *calls) = (done, of);
        }
    }

    /// Takes what became of the launch; says whether it was this one's.
    pub fn launched(&mut self, id: u64, result: &Result<Box<LaunchRecord>, Notice>) -> bool {
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
    pub fn held(
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

/// Has the screen woken for the next look at the hold.
fn wake(after: Duration) -> Step {
    let millis = u64::try_from(after.as_micros().div_ceil(1000)).unwrap_or(1);
    Step::Do(Effect::Wake(millis.max(1)))
}

/// The review as it stands after a launch was taken back.
fn taken_back(review: Box<Review>, mut typed: Typed, why: String) -> State {
    typed.complaint = Some(why);
    State::Ready(review, typed)
}
