//! What every screen may look at, and what it may ask for.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::dialect::Dialect;
use crate::domain::gate::Danger;
use crate::domain::hold::Clocks;
use crate::domain::plan::FormKind;
use crate::domain::plan::Plan;
use crate::domain::record::Broadcast;
use crate::domain::waiting::WaitingLaunch;
use crate::model::effect::{BroadcastKey, Effect};
use crate::model::message::{BotRow, Overview};
use crate::model::{Action, Context, Keymap, Notice};
use crate::ui::overlays::Overlay;
use crate::ui::overlays::values::Picked;
use crate::ui::theme::Theme;

/// What stays the same while the program runs, but that a profile may become stricter: [`Shared`] knows of that.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The profile's name.
    pub profile: String,
    /// How much harm a mistake does.
    pub danger: Danger,
    /// Whether nothing may be changed outside.
    pub readonly: bool,
    /// Whether settings can be pushed: the profile is a sandbox of ours.
    pub pushes_settings: bool,
    /// Who is on the record: `user@host`.
    pub operator: String,
    /// How the profile writes what the platform leaves open.
    pub dialect: Dialect,
}

/// What every screen may look at.
pub struct Shared<'a> {
    /// What stays the same.
    pub environment: &'a Environment,
    /// How meanings look.
    pub theme: &'a Theme,
    /// What keys mean.
    pub keymap: &'a Keymap,
    /// What cache and journal hold.
    pub data: &'a Overview,
    /// Now.
    pub now: Timestamp,
    /// Now, by the clock that nobody sets: holds are measured by it.
    pub steady: Duration,
    /// Whether a sync is under way.
    pub syncing: bool,
    /// Why the last sync brought nothing.
    pub sync_error: Option<&'a str>,
}

impl<'a> Shared<'a> {
    /// Now, by both clocks.
    pub fn clocks(&self) -> Clocks {
        Clocks {
            wall: self.now,
            steady: self.steady,
        }
    }

    /// Whether nothing may be changed outside, or on the record: by the configuration of the start, or by that of now.
    pub fn is_readonly(&self) -> bool {
        let now = self.data.gate.as_ref();
        self.environment.readonly || now.is_some_and(|gate| gate.readonly)
    }

    /// How much harm a mistake does: the more harmful, by the configuration of the start and that of now.
    pub fn danger(&self) -> Danger {
        let now = self.data.gate.as_ref();
        match now.map(|gate| gate.danger) {
            Some(Danger::Live) => Danger::Live,
            Some(Danger::Safe) | None => self.environment.danger,
        }
    }

    /// The bot with this key.
    pub fn bot(&self, key: &str) -> Option<&'a BotRow> {
        self.data.bots.iter().find(|row| row.bot.key == key)
    }

    /// The broadcast with this key.
    pub fn broadcast(&self, key: &BroadcastKey) -> Option<&'a Broadcast> {
        self.data
            .broadcasts
            .iter()
            .find(|broadcast| broadcast.bot_key == key.bot && broadcast.id == key.id)
    }

    /// What waits of a broadcast, soonest first, and what of it was missed or refused.
    pub fn waiting_for(&self, broadcast: &Broadcast) -> Vec<&'a WaitingLaunch> {
        let all = self.data.waiting.iter();
        let is_its = |waiting: &&WaitingLaunch| {
            waiting.broadcast.id == broadcast.id && waiting.bot.id == broadcast.bot_key
        };
        all.filter(is_its).collect()
    }

    /// The name of the key for an action.
    pub fn key_of(&self, contexts: &[Context], action: Action) -> String {
        self.keymap.key_of(contexts, action).unwrap_or_default()
    }
}

/// What a screen asks for when a key was pressed.
pub enum Step {
    /// Have something done.
    Do(Effect),
    /// Say something.
    Say(Notice),
    /// Go to the broadcasts of a bot.
    ToBroadcasts(String),
    /// Go to a broadcast.
    ToBroadcast(BroadcastKey, Tab),
    /// Go to the builder of a broadcast with a plan as its draft; the draft before can be gone back to.
    ToDraft(BroadcastKey, Box<Plan>),
    /// Open the launches of the place one is in.
    OpenLog,
    /// Show one launch.
    ToLaunch(String),
    /// Take another form for the draft that is open.
    ChooseForm(FormKind),
    /// Put a value that was picked where it is wanted.
    Pick(Picked),
    /// Lay something over the screen.
    Show(Box<dyn Overlay>),
    /// Take away what lies over all else. For keys alone, which go to the top one: an answer may be for one below, which
    /// says itself that it is over.
    Close,
}

impl Step {
    /// Lays something over the screen.
    pub fn show(overlay: impl Overlay + 'static) -> Self {
        Self::Show(Box::new(overlay))
    }

    /// Lays something over the screen, and has done what it wants done first.
    pub fn open((overlay, first): (impl Overlay + 'static, Vec<Self>)) -> Vec<Self> {
        let mut steps = vec![Self::show(overlay)];
        steps.extend(first);
        steps
    }
}

/// The tabs of a broadcast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// The builder.
    Compose,
    /// The settings.
    Settings,
    /// The launches.
    Log,
}

impl Tab {
    /// All three, in order.
    pub const ALL: [Self; 3] = [Self::Compose, Self::Settings, Self::Log];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Compose => "Compose",
            Self::Settings => "Settings",
            Self::Log => "Log",
        }
    }
}
