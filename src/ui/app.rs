//! The whole screen: places, overlays, and the one function that changes them.

mod everywhere;
mod input;
mod news;
mod place;
mod reply;
mod steps;
mod view;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::hold::{Clocks, Interruption};
use crate::domain::launch::LaunchRecord;
use crate::domain::plan::Plan;
use crate::domain::waiting::until_it_changes;
use crate::model::effect::BroadcastKey;
use crate::model::message::Overview;
use crate::model::{Context, Effect, Keymap, Message, Notice};
use crate::ui::overlays::stack::Stack;
use crate::ui::picture::Picture;
use crate::ui::shared::{Environment, Shared};
use crate::ui::theme::Theme;
use place::Place;

/// A countdown moves by itself from here on: before that, the minute that all screens are woken for is enough.
const LAST_MINUTES: SignedDuration = SignedDuration::from_secs(121);

/// The state of the screen.
pub struct App {
    environment: Environment,
    theme: Theme,
    keymap: Keymap,
    data: Overview,
    /// Whether cache and journal were looked at by now.
    has_looked: bool,
    now: Timestamp,
    steady: Duration,
    place: Place,
    overlays: Stack,
    notice: Option<Notice>,
    syncing: Option<String>,
    sync_error: Option<String>,
    token_until: Option<Timestamp>,
    picture: Picture,
    requests: Requests,
    quitting: bool,
    /// When the screen wakes up next, so that a countdown moves.
    wakes_at: Option<Timestamp>,
}

/// Numbers for requests, each used once.
#[derive(Debug, Default)]
pub struct Requests(u64);

impl Requests {
    /// The next number.
    pub fn take(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

impl App {
    /// Starts on the list of bots. The first effects are those of [`App::start`].
    pub fn new(environment: Environment, theme: Theme, keymap: Keymap, now: Timestamp) -> Self {
        Self {
            environment,
            theme,
            keymap,
            data: Overview::default(),
            has_looked: false,
            now,
            steady: Duration::ZERO,
            place: Place::default(),
            overlays: Stack::default(),
            notice: None,
            syncing: None,
            sync_error: None,
            token_until: None,
            picture: Picture::default(),
            requests: Requests::default(),
            quitting: false,
            wakes_at: None,
        }
    }

    /// What is wanted done first.
    pub fn start(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::LoadOverview];
        if self.environment.pushes_settings {
            effects.extend(self.sync());
        }
        if !self.environment.readonly {
            effects.push(Effect::ServeWaiting);
        }
        effects
    }

    /// Starts in the builder of a broadcast, with a plan as its draft; the draft before can be gone back to.
    pub fn start_on(&mut self, key: BroadcastKey, plan: Plan) -> Vec<Effect> {
        let mut effects = self.start();
        effects.extend(self.open_draft(key, plan));
        effects
    }

    /// Takes what happened; returns what is wanted done. Nothing else changes the state.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        let mut effects = match message {
            Message::Input(event) => self.input(&event),
            Message::Now(clocks) => self.tick(clocks),
            Message::Suspended => self.suspended(),
            Message::Reply(reply) => self.reply(*reply),
        };
        self.overlays.cover();
        if effects.contains(&Effect::Quit) {
            self.quitting = true;
        }
        effects.extend(self.follow_draft());
        effects.extend(self.wake_for_countdown());
        effects
    }

    /// Has the screen woken when the countdown of what is sent next changes, if that is sooner than the next minute.
    fn wake_for_countdown(&mut self) -> Option<Effect> {
        let mut waiting = self
            .data
            .waiting
            .iter()
            .filter(|waiting| waiting.is_waiting());
        let left = waiting.next()?.due_at.duration_since(self.now);
        if !left.is_positive() || left > LAST_MINUTES {
            return None;
        }
        let millis = until_it_changes(left);
        let at = self.now + SignedDuration::from_millis(i64::try_from(millis).unwrap_or(1000));
        let is_awaited = |wakes: Timestamp| wakes > self.now && wakes <= at;
        if self.wakes_at.is_some_and(is_awaited) {
            return None;
        }
        self.wakes_at = Some(at);
        Some(Effect::Wake(millis))
    }

    /// Keeps what the next event needs to know of the last picture.
    pub fn remember(&mut self, picture: Picture) {
        if picture.is_too_small {
            // Nothing was seen, so nothing may be confirmed by what is pressed next.
            self.picture = picture;
            return;
        }
        if let Some(list) = self.place.list_mut() {
            list.offset = picture.offset;
            list.page = picture.page;
        }
        if let Some(overlay) = self.overlays.top_mut() {
            overlay.was_drawn(&picture);
        }
        self.place.was_drawn(&picture);
        self.picture = picture;
    }

    /// Whether the picture changes by itself as time goes on: relative times stand on it.
    pub fn shows_time(&self) -> bool {
        true
    }

    /// The launches whose outcome nobody knows, newest first.
    pub fn unsettled(&self) -> Vec<&LaunchRecord> {
        self.data
            .launches
            .iter()
            .filter(|launch| launch.is_unsettled())
            .collect()
    }

    /// Takes the time without anything else happening.
    pub fn set_now(&mut self, clocks: Clocks) {
        (self.now, self.steady) = (clocks.wall, clocks.steady);
    }

    fn tick(&mut self, clocks: Clocks) -> Vec<Effect> {
        self.set_now(clocks);
        self.place.tick(clocks.wall);
        let top = self.overlays.top_mut();
        let steps = top.map_or_else(Vec::new, |overlay| overlay.tick(clocks, &mut self.requests));
        self.perform(steps)
    }

    /// Nobody could take anything back meanwhile.
    fn suspended(&mut self) -> Vec<Effect> {
        self.overlays.interrupt(Interruption::Suspended);
        Vec::new()
    }

    fn shared(&self) -> Shared<'_> {
        Shared {
            environment: &self.environment,
            theme: &self.theme,
            keymap: &self.keymap,
            data: &self.data,
            now: self.now,
            steady: self.steady,
            syncing: self.syncing.is_some(),
            sync_error: self.sync_error.as_deref(),
        }
    }

    /// The contexts in which the next key is looked up, the nearest first.
    pub fn contexts(&self) -> &'static [Context] {
        if let Some(overlay) = self.overlays.top() {
            return overlay.contexts();
        }
        match (self.place.is_typing(), self.place.has_list()) {
            (true, true) => &[Context::Filter],
            (true, false) => self.place.typing_contexts(),
            (false, _) => self.place.contexts(),
        }
    }

    /// Whether the program is about to end.
    pub fn is_quitting(&self) -> bool {
        self.quitting
    }
}
