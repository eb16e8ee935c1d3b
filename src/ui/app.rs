//! The whole screen: places, overlays, and the one function that changes them.

mod input;
mod news;
mod place;
mod reply;

use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Paragraph;

use crate::domain::launch::LaunchRecord;
use crate::domain::plan::Plan;
use crate::domain::tally::has_rest;
use crate::domain::text::shown;
use crate::domain::waiting::{WaitingLaunch, until_it_changes};
use crate::model::effect::BroadcastKey;
use crate::model::message::Overview;
use crate::model::{Action, Context, Effect, Keymap, Message, Notice};
use crate::ui::frame;
use crate::ui::overlays::Overlay;
use crate::ui::overlays::values::Picked;
use crate::ui::picture::Picture;
use crate::ui::screens::compose::Compose;
use crate::ui::shared::{Environment, Shared, Step, Tab};
use crate::ui::theme::Theme;
use crate::ui::widgets::relative::ago;
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
    place: Place,
    overlays: Vec<Overlay>,
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
            place: Place::default(),
            overlays: Vec::new(),
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
            Message::Now(now) => self.tick(now),
            Message::Reply(reply) => self.reply(*reply),
        };
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
        if let Some(list) = self.place.list_mut() {
            list.offset = picture.offset;
            list.page = picture.page;
        }
        if let Some(overlay) = self.overlays.last_mut() {
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
    pub fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    fn tick(&mut self, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        self.place.tick(now);
        let steps = self
            .overlays
            .last_mut()
            .map(|overlay| overlay.tick(now, &mut self.requests))
            .unwrap_or_default();
        self.perform(steps)
    }

    fn shared(&self) -> Shared<'_> {
        Shared {
            environment: &self.environment,
            theme: &self.theme,
            keymap: &self.keymap,
            data: &self.data,
            now: self.now,
            syncing: self.syncing.is_some(),
            sync_error: self.sync_error.as_deref(),
        }
    }

    /// The contexts in which the next key is looked up, the nearest first.
    pub fn contexts(&self) -> &'static [Context] {
        if let Some(overlay) = self.overlays.last() {
            return overlay.contexts();
        }
        match (self.place.is_typing(), self.place.has_list()) {
            (true, true) => &[Context::Filter],
            (true, false) => self.place.typing_contexts(),
            (false, _) => self.place.contexts(),
        }
    }

    fn perform(&mut self, steps: Vec<Step>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for step in steps {
            match step {
                Step::Do(effect) => effects.push(effect),
                Step::Say(notice) => self.notice = Some(notice),
                Step::ToBroadcasts(bot) => {
                    self.place = std::mem::take(&mut self.place).into_bot(bot);
                }
                Step::ToBroadcast(key, tab) => effects.extend(self.open_broadcast(key, tab)),
                Step::ToDraft(key, plan) => effects.extend(self.open_draft(key, *plan)),
                Step::OpenLog => self.open_log(),
                Step::ToLaunch(id) => {
                    self.overlays.push(Overlay::launch(&id));
                    effects.push(Effect::LoadLaunch(id));
                }
                Step::ChooseForm(kind) => {
                    let steps = self.with_compose(|compose, shared, requests| {
                        compose.choose_form(kind, shared, requests)
                    });
                    effects.extend(self.perform(steps));
                }
                Step::Pick(picked) => effects.extend(self.pick(picked)),
                Step::Close => {
                    self.overlays.pop();
                }
                Step::Show(overlay) => self.overlays.push(*overlay),
            }
        }
        effects
    }

    /// Puts a value that was picked into the draft, where that has filters; else it is looked for in the table that it
    /// was picked from.
    fn pick(&mut self, picked: Picked) -> Vec<Effect> {
        self.overlays
            .retain(|overlay| !matches!(overlay, Overlay::Values(_)));
        let compose = self.place.compose_mut();
        if compose.is_some_and(|compose| compose.takes_filters()) {
            self.overlays.clear();
            let steps = self.with_compose(|compose, shared, requests| {
                compose.picked(&picked, shared, requests)
            });
            return self.perform(steps);
        }
        let Some(Overlay::Browse(mut browse)) = self.overlays.pop() else {
            return Vec::new();
        };
        let mut requests = std::mem::take(&mut self.requests);
        let value = picked.value.unwrap_or_default();
        let steps = browse.show_value(value, &self.shared(), &mut requests);
        self.requests = requests;
        self.overlays.push(Overlay::Browse(browse));
        self.perform(steps)
    }

    /// Has the draft that is left kept at once, where it isn't yet.
    fn keep_draft(&mut self) -> Vec<Effect> {
        let compose = self.place.compose_mut();
        let (is_unsaved, is_conflict) = compose.map_or((false, false), |compose| {
            (compose.is_unsaved(), compose.is_conflict())
        });
        if is_conflict {
            let text = "Your draft is set aside, since another console changed it: o in its builder lists it.";
            self.notice = Some(Notice::warning(text));
        }
        is_unsaved
            .then_some(Effect::KeepDrafts)
            .into_iter()
            .collect()
    }

    fn open_broadcast(&mut self, key: BroadcastKey, tab: Tab) -> Vec<Effect> {
        if let Place::Broadcast(place) = &mut self.place
            && place.key == key
        {
            place.tab = tab;
            return Vec::new();
        }
        let mut effects = self.keep_draft();
        self.place = std::mem::take(&mut self.place).into_broadcast(key.clone(), tab);
        effects.push(Effect::LoadDraft(key));
        effects
    }

    /// Opens the builder of a broadcast with a plan as its draft.
    fn open_draft(&mut self, key: BroadcastKey, plan: Plan) -> Vec<Effect> {
        self.overlays.clear();
        let mut effects = self.open_broadcast(key, Tab::Compose);
        let steps = self
            .with_compose(|compose, shared, requests| compose.take_plan(plan, shared, requests));
        effects.extend(self.perform(steps));
        effects
    }

    /// Draws everything.
    pub fn view(&self, frame: &mut Frame<'_>) -> Picture {
        let mut picture = Picture::default();
        let area = frame.area();
        let (width, height) = frame::LEAST_SIZE;
        if area.width < width || area.height < height {
            frame::too_small(frame);
            return picture;
        }
        let shared = self.shared();
        let unsettled = self.unsettled();
        let mut standing = frame::standing(&shared, &unsettled, usize::from(area.width));
        standing.extend(frame::waiting(&shared, area.width));
        let areas = frame::split(area, &standing, self.notice.as_ref());
        frame::header(
            frame,
            areas.header,
            &shared,
            &self.crumbs(),
            &self.facts(area),
        );
        let (titles, open) = self.place.tabs();
        let summary = self.place.summary(&shared);
        frame::tabs(
            frame,
            areas.tabs,
            &shared,
            &titles,
            open,
            &summary,
            &mut picture,
        );
        frame.render_widget(Paragraph::new(standing), areas.standing);
        self.place.view(frame, areas.body, &shared, &mut picture);
        if let Some(notice) = &self.notice {
            frame::notice(frame, areas.notice, &self.theme, notice);
        }
        if !self.overlays.is_empty() {
            self.view_overlays(frame, areas.body, &shared, &mut picture);
        }
        let is_offered = |action| self.is_offered(action, &shared, &picture);
        let label = |action| self.label(action, &shared);
        let contexts = self.contexts();
        frame::footer(frame, areas.footer, &shared, contexts, is_offered, label);
        picture
    }

    /// Whether the footer names an action: the rest of a launch only where something of it is left, and the next page of
    /// a review only while there is more to see.
    fn is_offered(&self, action: Action, shared: &Shared<'_>, picture: &Picture) -> bool {
        let launch = match (action, self.overlays.last()) {
            (Action::LaunchRest, Some(Overlay::Launch(detail))) => detail.record(shared),
            (Action::LaunchRest, None) => self.place.launch(shared),
            (Action::PageDown, Some(Overlay::Review(review))) => return review.has_more(picture),
            (action, Some(Overlay::Waiting(waiting))) => return waiting.offers(action, shared),
            _ => return true,
        };
        launch.is_some_and(has_rest)
    }

    /// What a key does now, in the footer: where that depends on what lies over the screen, it says so.
    fn label(&self, action: Action, shared: &Shared<'_>) -> &'static str {
        let by_overlay = match self.overlays.last() {
            Some(Overlay::Review(review)) => review.label(action),
            Some(Overlay::Waiting(waiting)) => waiting.label(action, shared),
            _ => None,
        };
        by_overlay.unwrap_or_else(|| action.label())
    }

    fn view_overlays(
        &self,
        frame: &mut Frame<'_>,
        body: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        // Colours and reverse go, the selected row's too: the next key is not for what lies below.
        let quiet = Style::reset().patch(self.theme.faint);
        frame.buffer_mut().set_style(body, quiet);
        let [below @ .., top] = self.overlays.as_slice() else {
            return;
        };
        // What fills the screen stays in sight under what was asked of it.
        if let Some(full) = below.iter().rfind(|overlay| overlay.fills_the_screen()) {
            full.view(frame, body, shared, &mut Picture::default());
            frame.buffer_mut().set_style(body, quiet);
        }
        picture.hits.clear();
        top.view(frame, body, shared, picture);
    }

    fn crumbs(&self) -> Vec<String> {
        let shared = self.shared();
        let bot_name = |key: &str| {
            shared
                .bot(key)
                .map_or_else(|| key.to_owned(), |row| row.bot.name.clone())
        };
        match &self.place {
            Place::Bots(_) => vec!["Bots".to_owned()],
            Place::Bot(place) => vec![bot_name(&place.broadcasts.bot)],
            Place::Broadcast(place) => {
                let name = shared
                    .broadcast(&place.key)
                    .map_or(&place.key.id, |broadcast| &broadcast.name);
                vec![bot_name(&place.key.bot), name.clone()]
            }
        }
    }

    /// What stands at the right of the header: who, token, age of the cache, pending work.
    fn facts(&self, area: Rect) -> Vec<String> {
        let mut facts = Vec::new();
        if area.width >= 100 {
            facts.push(shown(&self.environment.operator).into_owned());
        }
        if let Some(until) = self.token_until.filter(|_| area.width >= 110) {
            let minutes = until.duration_since(self.now).as_secs() / 60;
            facts.push(if minutes > 0 {
                format!("token {minutes} min")
            } else {
                "token expired".to_owned()
            });
        }
        facts.push(match (&self.syncing, self.oldest_sync()) {
            (Some(progress), _) => shown(progress).into_owned(),
            (None, Some(at)) => format!("synced {}", ago(at, self.now)),
            (None, None) => "never synced".to_owned(),
        });
        facts
    }

    fn oldest_sync(&self) -> Option<Timestamp> {
        match self.place.bot_key() {
            Some(key) => self.shared().bot(key).and_then(|row| row.as_of),
            None => self.data.bots.iter().filter_map(|row| row.as_of).min(),
        }
    }

    /// Whether the program is about to end.
    pub fn is_quitting(&self) -> bool {
        self.quitting
    }

    fn help(&mut self) {
        let contexts = self.contexts();
        self.overlays.push(Overlay::help(contexts));
    }

    fn global(&mut self, action: Action) -> Option<Vec<Effect>> {
        match action {
            Action::Quit => Some(self.quit()),
            Action::Waiting => {
                self.overlays.push(Overlay::waiting());
                Some(Vec::new())
            }
            Action::Help => {
                self.help();
                Some(Vec::new())
            }
            Action::Sync => Some(self.sync()),
            Action::Settle => Some(self.settle()),
            Action::Suppressions => {
                let steps = Overlay::suppressions(&mut self.requests);
                Some(self.perform(steps))
            }
            Action::Back => Some(self.back()),
            _ => self.place.switch_tab(action).then(Vec::new),
        }
    }

    /// Ends the program; asks once before where launches wait that nobody would send.
    fn quit(&mut self) -> Vec<Effect> {
        let waits = self.data.waiting.iter().any(WaitingLaunch::is_waiting);
        let was_asked = matches!(self.overlays.last(), Some(Overlay::Leave));
        if waits && !was_asked && !self.environment.readonly {
            self.overlays.push(Overlay::Leave);
            return Vec::new();
        }
        vec![Effect::Quit]
    }

    /// Asks for a sync, unless one is under way.
    fn sync(&mut self) -> Vec<Effect> {
        if self.syncing.is_some() {
            self.notice = Some(Notice::ok("A sync is under way already."));
            return Vec::new();
        }
        self.syncing = Some("syncing ...".to_owned());
        vec![Effect::Sync]
    }

    fn settle(&mut self) -> Vec<Effect> {
        match self
            .unsettled()
            .last()
            .map(|launch| Overlay::settle(launch))
        {
            Some(overlay) => self.overlays.push(overlay),
            None => {
                self.notice = Some(Notice::ok(
                    "No launch has an unknown outcome: there is nothing to settle.",
                ));
            }
        }
        Vec::new()
    }

    fn back(&mut self) -> Vec<Effect> {
        if let Some(list) = self.place.list_mut()
            && list.filter.is_some()
        {
            list.end_typing(false);
            return Vec::new();
        }
        let compose = self.place.compose_mut();
        if compose.is_some_and(Compose::unmark) {
            return Vec::new();
        }
        let effects = self.keep_draft();
        self.place = std::mem::take(&mut self.place).parent();
        effects
    }
}
