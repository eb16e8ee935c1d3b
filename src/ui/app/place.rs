//! Where one is: the bots, a bot, or a broadcast of it.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::model::effect::BroadcastKey;
use crate::model::{Action, Context};
use crate::ui::app::Requests;
use crate::ui::picture::Picture;
use crate::ui::screens::bots::{self, Bots};
use crate::ui::screens::broadcasts::Broadcasts;
use crate::ui::screens::compose::Compose;
use crate::ui::screens::log::{Log, Scope};
use crate::ui::screens::settings::SettingsScreen;
use crate::ui::shared::{Shared, Step, Tab};
use crate::ui::widgets::list::List;

/// A place, with the state of its screens.
pub enum Place {
    /// The bots of the account.
    Bots(Box<Bots>),
    /// A bot: its broadcasts, or its launches.
    Bot(Box<BotPlace>),
    /// A broadcast: builder, settings, launches.
    Broadcast(Box<BroadcastPlace>),
}

/// A bot's screens.
pub struct BotPlace {
    /// Its broadcasts.
    pub broadcasts: Broadcasts,
    /// Its launches.
    pub log: Log,
    /// Whether the launches are shown.
    pub shows_log: bool,
    /// Where one came from, as it was left.
    from: Box<Bots>,
}

/// A broadcast's screens.
pub struct BroadcastPlace {
    /// The broadcast.
    pub key: BroadcastKey,
    /// The tab that is open.
    pub tab: Tab,
    /// The builder.
    pub compose: Compose,
    /// The settings.
    pub settings: SettingsScreen,
    /// Its launches.
    pub log: Log,
    /// Where one came from, as it was left; `None` where one came by another way.
    from: Option<Box<BotPlace>>,
}

impl BroadcastPlace {
    /// A broadcast with a tab open.
    fn new(key: BroadcastKey, tab: Tab) -> Self {
        Self {
            compose: Compose::new(key.clone()),
            settings: SettingsScreen::new(key.clone()),
            log: Log::new(Scope::Broadcast(key.clone())),
            key,
            tab,
            from: None,
        }
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::Bots(Box::default())
    }
}

impl Place {
    /// The broadcasts of a bot.
    pub fn bot(key: String) -> Self {
        let log = Log::new(Scope::Bot(key.clone()));
        Self::Bot(Box::new(BotPlace {
            broadcasts: Broadcasts::new(key),
            log,
            shows_log: false,
            from: Box::default(),
        }))
    }

    /// The broadcasts of a bot, entered from here: going up again finds this as it is now.
    pub fn into_bot(self, key: String) -> Self {
        match (self, Self::bot(key)) {
            (Self::Bots(from), Self::Bot(place)) => {
                Self::Bot(Box::new(BotPlace { from, ..*place }))
            }
            (_, bot) => bot,
        }
    }

    /// A broadcast, entered from here: going up again finds this as it is now.
    pub fn into_broadcast(self, key: BroadcastKey, tab: Tab) -> Self {
        let mut place = BroadcastPlace::new(key, tab);
        if let Self::Bot(from) = self {
            place.from = Some(from);
        }
        Self::Broadcast(Box::new(place))
    }

    /// One level up.
    pub fn parent(self) -> Self {
        match self {
            Self::Broadcast(place) => match place.from {
                Some(from) => Self::Bot(from),
                None => Self::bot(place.key.bot),
            },
            Self::Bot(place) => Self::Bots(place.from),
            Self::Bots(bots) => Self::Bots(bots),
        }
    }

    /// The bot one is in.
    pub fn bot_key(&self) -> Option<&str> {
        match self {
            Self::Bots(_) => None,
            Self::Bot(place) => Some(&place.broadcasts.bot),
            Self::Broadcast(place) => Some(&place.key.bot),
        }
    }

    /// Where keys are looked up.
    pub fn contexts(&self) -> &'static [Context] {
        match self {
            Self::Bots(_) => Bots::CONTEXTS,
            Self::Bot(place) if place.shows_log => Log::CONTEXTS,
            Self::Bot(_) => Broadcasts::CONTEXTS,
            Self::Broadcast(place) => match place.tab {
                Tab::Compose => place.compose.contexts(),
                Tab::Settings => SettingsScreen::CONTEXTS,
                Tab::Log => Log::CONTEXTS,
            },
        }
    }

    /// Where keys are looked up while a text is typed that narrows no list.
    pub fn typing_contexts(&self) -> &'static [Context] {
        match self {
            Self::Broadcast(place) => place.compose.typing_contexts(),
            _ => &[Context::Field],
        }
    }

    /// Takes an action.
    pub fn act(
        &mut self,
        action: Action,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        match self {
            Self::Bots(bots) => bots.act(action, shared, requests),
            Self::Bot(place) if place.shows_log => place.log.act(action, shared),
            Self::Bot(place) => place.broadcasts.act(action, shared, requests),
            Self::Broadcast(place) => match place.tab {
                Tab::Compose => place.compose.act(action, shared, requests),
                Tab::Settings => place.settings.act(action, shared),
                Tab::Log => place.log.act(action, shared),
            },
        }
    }

    /// The list that the cursor is in, but for the builder, which has several.
    pub fn list_mut(&mut self) -> Option<&mut List> {
        match self {
            Self::Bots(bots) => Some(&mut bots.list),
            Self::Bot(place) => {
                let BotPlace {
                    broadcasts,
                    log,
                    shows_log,
                    ..
                } = place.as_mut();
                Some(if *shows_log {
                    &mut log.list
                } else {
                    &mut broadcasts.list
                })
            }
            Self::Broadcast(place) => match place.tab {
                Tab::Compose => None,
                Tab::Settings => Some(&mut place.settings.list),
                Tab::Log => Some(&mut place.log.list),
            },
        }
    }

    /// Whether a list is open, so that what is typed narrows it; the builder has several.
    pub fn has_list(&self) -> bool {
        !matches!(self, Self::Broadcast(place) if place.tab == Tab::Compose)
    }

    /// The builder, if it is open.
    pub fn compose_mut(&mut self) -> Option<&mut Compose> {
        match self {
            Self::Broadcast(place) => Some(&mut place.compose),
            _ => None,
        }
    }

    /// Whether keys go into a text.
    pub fn is_typing(&self) -> bool {
        match self {
            Self::Bots(bots) => bots.list.typing,
            Self::Bot(place) if place.shows_log => place.log.list.typing,
            Self::Bot(place) => place.broadcasts.list.typing,
            Self::Broadcast(place) => match place.tab {
                Tab::Compose => place.compose.is_typing(),
                Tab::Settings => place.settings.list.typing,
                Tab::Log => place.log.list.typing,
            },
        }
    }

    /// Opens another tab, if the action asks for one.
    pub fn switch_tab(&mut self, action: Action) -> bool {
        let (titles, open) = self.tabs();
        let count = titles.len();
        let wanted = match action {
            Action::Tab1 => 0,
            Action::Tab2 => 1,
            Action::Tab3 => 2,
            Action::NextTab => (open + 1) % count,
            Action::PreviousTab => (open + count - 1) % count,
            _ => return false,
        };
        self.open_tab(wanted);
        true
    }

    /// Opens a tab by its place.
    pub fn open_tab(&mut self, wanted: usize) {
        match self {
            Self::Bots(_) => {}
            Self::Bot(place) => place.shows_log = wanted == 1,
            Self::Broadcast(place) => {
                if let Some(tab) = Tab::ALL.get(wanted) {
                    place.tab = *tab;
                }
            }
        }
    }

    /// The titles of the tabs, and which is open.
    pub fn tabs(&self) -> (Vec<&'static str>, usize) {
        match self {
            Self::Bots(_) => (vec!["Bots"], 0),
            Self::Bot(place) => (vec!["Broadcasts", "Log"], usize::from(place.shows_log)),
            Self::Broadcast(place) => (Tab::ALL.map(Tab::title).to_vec(), place.tab as usize),
        }
    }

    /// What the tabs' line says at its right.
    pub fn summary(&self, shared: &Shared<'_>) -> String {
        match self {
            Self::Bots(_) => bots::summary(shared),
            Self::Bot(place) => {
                let of_bot = |bot: &str| *bot == place.broadcasts.bot;
                let all = shared
                    .data
                    .broadcasts
                    .iter()
                    .filter(|broadcast| of_bot(&broadcast.bot_key));
                let (all, on_demand) = all.fold((0, 0), |(all, on_demand), broadcast| {
                    (all + 1, on_demand + usize::from(broadcast.is_on_demand()))
                });
                format!("{all} broadcasts · {on_demand} On Demand")
            }
            Self::Broadcast(place) => place.compose.saved_words().to_owned(),
        }
    }

    /// Takes the time.
    pub fn tick(&mut self, now: Timestamp) {
        if let Some(compose) = self.compose_mut() {
            compose.tick(now);
        }
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        if let Some(compose) = self.compose_mut() {
            compose.was_drawn(picture);
        }
    }

    /// Whether an action does something now: the footer names no other.
    pub fn offers(&self, action: Action, shared: &Shared<'_>, picture: &Picture) -> bool {
        let (titles, open) = self.tabs();
        match action {
            Action::Tab1 => open != 0,
            Action::Tab2 => titles.len() > 1 && open != 1,
            Action::Tab3 => titles.len() > 2 && open != 2,
            Action::NextTab | Action::PreviousTab => titles.len() > 1,
            Action::Back => !matches!(self, Self::Bots(bots) if bots.list.filter.is_none()),
            _ => self.screen_offers(action, shared, picture),
        }
    }

    fn screen_offers(&self, action: Action, shared: &Shared<'_>, picture: &Picture) -> bool {
        match self {
            Self::Bots(bots) => bots.offers(action, shared),
            Self::Bot(place) if place.shows_log => place.log.offers(action, shared),
            Self::Bot(place) => place.broadcasts.offers(action, shared),
            Self::Broadcast(place) => match place.tab {
                Tab::Compose => place.compose.offers(action, shared, picture),
                Tab::Settings => place.settings.offers(action, shared),
                Tab::Log => place.log.offers(action, shared),
            },
        }
    }

    /// What a key does now, where that is not what it always does.
    pub fn label(&self, action: Action, shared: &Shared<'_>) -> Option<&'static str> {
        match action {
            Action::Back if self.is_narrowed() => Some("clear filter"),
            Action::Review if shared.is_readonly() => Some("review"),
            _ => None,
        }
    }

    /// Whether a filter narrows the list that is open.
    fn is_narrowed(&self) -> bool {
        match self {
            Self::Bots(bots) => bots.list.filter.is_some(),
            Self::Bot(place) if place.shows_log => place.log.list.filter.is_some(),
            Self::Bot(place) => place.broadcasts.list.filter.is_some(),
            Self::Broadcast(place) => match place.tab {
                Tab::Compose => false,
                Tab::Settings => place.settings.list.filter.is_some(),
                Tab::Log => place.log.list.filter.is_some(),
            },
        }
    }

    /// Draws the open tab.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        match self {
            Self::Bots(bots) => bots.view(frame, area, shared, picture),
            Self::Bot(place) if place.shows_log => place.log.view(frame, area, shared, picture),
            Self::Bot(place) => place.broadcasts.view(frame, area, shared, picture),
            Self::Broadcast(place) => match place.tab {
                Tab::Compose => place.compose.view(frame, area, shared, picture),
                Tab::Settings => place.settings.view(frame, area, shared, picture),
                Tab::Log => place.log.view(frame, area, shared, picture),
            },
        }
    }
}
