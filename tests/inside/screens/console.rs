//! A console without a terminal: what is pressed goes in, effects and the picture come out.

use std::time::Duration;

use crokey::KeyCombination;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use mylink_console::domain::gate::Danger;
use mylink_console::domain::hold::Clocks;
use mylink_console::domain::plan::Plan;
use mylink_console::model::effect::BroadcastKey;
use mylink_console::model::message::{Overview, SyncReport};
use mylink_console::model::{Effect, Keymap, Message, Reply};
use mylink_console::ui::theme::ThemeName;
use mylink_console::ui::widgets::relative::{clock, exact};
use mylink_console::ui::{App, Environment, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use super::data;

/// The screen, the size it is drawn at, and what the last event wanted done.
pub struct Console {
    app: App,
    terminal: Terminal<TestBackend>,
    effects: Vec<Effect>,
}

/// How a console is set up.
pub struct Setup {
    environment: Environment,
    theme: Theme,
    size: (u16, u16),
    data: Overview,
    open: Option<(BroadcastKey, Plan)>,
}

impl Setup {
    /// A live profile, on which nothing but Enabled can be pushed.
    pub fn live(mut self) -> Self {
        "production".clone_into(&mut self.environment.profile);
        self.environment.danger = Danger::Live;
        self.environment.pushes_settings = false;
        self
    }

    /// A profile on which nothing can be changed.
    pub fn readonly(mut self) -> Self {
        self.environment.readonly = true;
        self
    }

    /// Another theme.
    pub fn theme(mut self, name: ThemeName, ascii: bool) -> Self {
        self.theme = Theme::shipped(name).with_ascii(ascii);
        self
    }

    /// Another size, in columns and rows.
    pub fn size(mut self, width: u16, height: u16) -> Self {
        self.size = (width, height);
        self
    }

    /// Other data.
    pub fn data(mut self, data: Overview) -> Self {
        self.data = data;
        self
    }

    /// A plan that was given on the command line, and its broadcast.
    pub fn on(mut self, key: BroadcastKey, plan: Plan) -> Self {
        self.open = Some((key, plan));
        self
    }

    /// Starts, before anything is answered: what is wanted done first.
    pub fn begin(self) -> Console {
        let keymap = Keymap::shipped().unwrap();
        let mut app = App::new(self.environment, self.theme, keymap, data::now());
        let effects = app.start();
        let mut console = Console {
            app,
            terminal: Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap(),
            effects,
        };
        console.draw();
        console
    }

    /// Starts, loads the data and draws.
    pub fn start(self) -> Console {
        let keymap = Keymap::shipped().unwrap();
        let mut app = App::new(self.environment, self.theme, keymap, data::now());
        let effects = match self.open {
            Some((key, plan)) => app.start_on(key, plan),
            None => app.start(),
        };
        let is_syncing = effects.contains(&Effect::Sync);
        let console = Console {
            app,
            terminal: Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap(),
            effects,
        };
        let console = console.expect_effect(&Effect::LoadOverview);
        let console = if is_syncing {
            console.reply(Reply::Synced(SyncReport::default()))
        } else {
            console
        };
        console.reply(Reply::Overview(self.data))
    }
}

impl Console {
    /// A console on the sandbox with the fixed data, 120 by 40.
    pub fn setup() -> Setup {
        Setup {
            environment: Environment {
                profile: "sandbox".to_owned(),
                danger: Danger::Safe,
                readonly: false,
                pushes_settings: true,
                operator: "ops@bastion".to_owned(),
                dialect: mylink_console::domain::dialect::Dialect::default(),
            },
            theme: Theme::shipped(ThemeName::Dark),
            size: (120, 40),
            data: data::overview(),
            open: None,
        }
    }

    /// Started as it is set up by default.
    pub fn start() -> Self {
        Self::setup().start()
    }

    /// Presses keys, written as in the table of keys, with blanks between them.
    pub fn press(mut self, keys: &str) -> Self {
        for key in keys.split_whitespace() {
            let key: KeyCombination = crokey::parse(key).unwrap();
            self.handle(Message::Input(Event::Key(key.into())));
        }
        self
    }

    /// Types a text, a key for each character.
    pub fn type_text(mut self, text: &str) -> Self {
        for character in text.chars() {
            let key = KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE);
            self.handle(Message::Input(Event::Key(key)));
        }
        self
    }

    /// Pastes a text.
    pub fn paste(self, text: &str) -> Self {
        self.send(Message::Input(Event::Paste(text.to_owned())))
    }

    /// Answers an effect.
    pub fn reply(self, reply: Reply) -> Self {
        self.send(Message::Reply(Box::new(reply)))
    }

    /// Gives it any message.
    pub fn send(mut self, message: Message) -> Self {
        self.handle(message);
        self
    }

    /// Changes the terminal's size.
    pub fn resize(mut self, width: u16, height: u16) -> Self {
        self.terminal.backend_mut().resize(width, height);
        self.handle(Message::Input(Event::Resize(width, height)));
        self
    }

    /// Opens the broadcasts of the first bot.
    pub fn open_bot(self) -> Self {
        self.press("enter")
    }

    /// Opens a tab of Spring offer, by its number.
    pub fn open_spring(self, tab: &str) -> Self {
        self.open_bot()
            .press("/")
            .type_text("spring")
            .press("enter enter")
            .press(tab)
    }

    fn handle(&mut self, message: Message) {
        self.effects = self.app.update(message);
        self.draw();
    }

    fn draw(&mut self) {
        let mut picture = None;
        let app = &self.app;
        self.terminal
            .draw(|frame| picture = Some(app.view(frame)))
            .unwrap();
        self.app.remember(picture.unwrap());
    }

    /// Where the next key is looked up.
    pub fn contexts(&self) -> &'static [mylink_console::model::Context] {
        self.app.contexts()
    }

    /// What the last event wanted done.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// Lets the time go on, by both clocks, to so many milliseconds after the start.
    pub fn wait(self, millis: i64) -> Self {
        self.clocks(millis, millis.unsigned_abs())
    }

    /// Sets both clocks, in milliseconds after the start.
    pub fn clocks(self, wall: i64, steady: u64) -> Self {
        self.send(Message::Now(Clocks {
            wall: data::now() + SignedDuration::from_millis(wall),
            steady: Duration::from_millis(steady),
        }))
    }

    /// Lets the time go on from one second to another, as a running program is told.
    pub fn seconds(self, seconds: std::ops::RangeInclusive<i64>) -> Self {
        seconds.fold(self, |console, second| console.wait(second * 1_000))
    }

    /// Gives it a message without drawing: what happens before the next picture.
    pub fn unseen(mut self, message: Message) -> Self {
        self.effects = self.app.update(message);
        self
    }

    /// The last event wanted this done.
    #[track_caller]
    pub fn expect_effect(self, effect: &Effect) -> Self {
        assert!(
            self.effects.contains(effect),
            "wanted {effect:?}, got {:?}\n{}",
            self.effects,
            self.text()
        );
        self
    }

    /// The last event wanted nothing done.
    #[track_caller]
    pub fn expect_no_effect(self) -> Self {
        assert!(self.effects.is_empty(), "got {:?}", self.effects);
        self
    }

    /// The picture holds a text.
    #[track_caller]
    pub fn expect_text(self, text: &str) -> Self {
        let screen = self.text();
        assert!(screen.contains(text), "{text:?} is not in sight:\n{screen}");
        self
    }

    /// The picture does not hold a text.
    #[track_caller]
    pub fn expect_no_text(self, text: &str) -> Self {
        let screen = self.text();
        assert!(!screen.contains(text), "{text:?} is in sight:\n{screen}");
        self
    }

    /// The cells of the picture.
    pub fn buffer(&self) -> &Buffer {
        self.terminal.backend().buffer()
    }

    fn text(&self) -> String {
        let buffer = self.buffer();
        let width = usize::from(buffer.area.width);
        let rows: Vec<String> = buffer
            .content
            .chunks(width)
            .map(|row| {
                let row: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
                row.trim_end().to_owned()
            })
            .collect();
        rows.join("\n")
    }

    /// The picture as text, the same in every time zone.
    pub fn screen(&self) -> String {
        let rows: Vec<String> = self.text().lines().map(in_utc).collect();
        rows.join("\n")
    }
}

/// A row whose points in time are told in UTC; what stands at their right stays in its column.
fn in_utc(row: &str) -> String {
    let mut row = row.to_owned();
    for at in data::times() {
        let utc = at.to_zoned(TimeZone::UTC);
        let there = utc.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
        let here = exact(at);
        if let Some(place) = row.find(&here) {
            row = row.replacen(&here, &there, 1);
            // Names of zones differ in length, none is shorter than UTC: the padding behind the time, or behind
            // what is said of it, makes up for it.
            let missing = " ".repeat(here.len().saturating_sub(there.len()));
            let rest = place + there.len();
            let behind = &row[rest..];
            let is_padded = behind.trim_start().starts_with('+');
            let padding = if is_padded {
                Some(0)
            } else {
                behind.find("    ")
            };
            if let Some(padding) = padding {
                row.insert_str(rest + padding, &missing);
            }
        }
        let minute = utc.strftime("%H:%M").to_string();
        for end in [". It blocks", ".  ! settle"] {
            let here = format!("{}{end}", clock(at, data::now()));
            row = row.replace(&here, &format!("{minute}{end}"));
        }
    }
    row
}
