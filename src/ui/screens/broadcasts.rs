//! The broadcasts of a bot, and the selected one in short.

mod detail;
mod rows;

use std::cmp::Reverse;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;
use ratatui::widgets::{Paragraph, Wrap};

use crate::domain::gate::Danger;
use crate::domain::record::Broadcast;
use crate::domain::text::shown;
use crate::model::effect::BroadcastKey;
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::picture::{Hit, Picture};
use crate::ui::screens::bots::browse_all;
use crate::ui::shared::{Shared, Step, Tab};
use crate::ui::widgets::list::List;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::table;
use rows::{columns, last_launch, row};

/// The list of broadcasts.
#[derive(Debug, Clone)]
pub struct Broadcasts {
    /// The bot's key.
    pub bot: String,
    /// Its cursor and filter.
    pub list: List,
    order: Order,
    /// The broadcast that was asked about once, to be enabled or disabled on a live profile.
    asked: Option<String>,
}

/// What the rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Name,
    Sent,
    LastLaunch,
}

impl Order {
    fn next(self) -> Self {
        match self {
            Self::Name => Self::Sent,
            Self::Sent => Self::LastLaunch,
            Self::LastLaunch => Self::Name,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Name => "by name",
            Self::Sent => "by sent",
            Self::LastLaunch => "by last launch",
        }
    }
}

impl Broadcasts {
    /// Where keys are looked up.
    pub const CONTEXTS: &'static [Context] = &[
        Context::Broadcasts,
        Context::List,
        Context::Places,
        Context::Everywhere,
    ];

    /// The broadcasts of a bot.
    pub fn new(bot: String) -> Self {
        Self {
            bot,
            list: List::default(),
            order: Order::Name,
            asked: None,
        }
    }

    /// Takes an action.
    pub fn act(
        &mut self,
        action: Action,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if action == Action::Browse {
            let bot = shared.bot(&self.bot);
            return bot.map_or_else(Vec::new, |row| browse_all(&row.bot, shared, requests));
        }
        let asked = self.asked.take();
        let rows = self.rows(shared);
        let selected = rows.get(self.list.cursor).copied();
        match (action, selected) {
            (Action::Sort, _) => self.order = self.order.next(),
            (Action::Compose | Action::Open, Some(broadcast)) => return vec![compose(broadcast)],
            (Action::Settings, Some(broadcast)) => {
                return vec![Step::ToBroadcast(key(broadcast), Tab::Settings)];
            }
            (Action::Log, Some(broadcast)) => {
                return vec![Step::ToBroadcast(key(broadcast), Tab::Log)];
            }
            (Action::ToggleEnabled, Some(broadcast)) => {
                let step = toggle(broadcast, asked.as_deref() == Some(&*broadcast.id), shared);
                if matches!(step, Step::Say(_)) {
                    self.asked = Some(broadcast.id.clone());
                }
                return vec![step];
            }
            _ => {
                let count = rows.len();
                self.list.act(action, count);
            }
        }
        Vec::new()
    }

    /// Whether an action does something now.
    pub fn offers(&self, action: Action, shared: &Shared<'_>) -> bool {
        let rows = self.rows(shared);
        let selected = rows.get(self.list.cursor);
        match action {
            Action::Compose | Action::Open => {
                selected.is_some_and(|broadcast| broadcast.is_on_demand())
            }
            Action::Settings | Action::Log => selected.is_some(),
            Action::ToggleEnabled => selected.is_some() && !shared.is_readonly(),
            Action::Sort => rows.len() > 1,
            Action::Browse => shared.bot(&self.bot).is_some(),
            _ => self.list.offers(action, rows.len()),
        }
    }

    fn rows<'a>(&self, shared: &Shared<'a>) -> Vec<&'a Broadcast> {
        let mut rows: Vec<&Broadcast> = shared
            .data
            .broadcasts
            .iter()
            .filter(|broadcast| broadcast.bot_key == self.bot)
            .collect();
        let name = |broadcast: &Broadcast| broadcast.name.to_lowercase();
        match self.order {
            Order::Name => {
                rows.sort_by_key(|broadcast| (!broadcast.is_on_demand(), name(broadcast)));
            }
            Order::Sent => rows.sort_by_key(|broadcast| (Reverse(broadcast.sent), name(broadcast))),
            Order::LastLaunch => rows.sort_by_key(|broadcast| {
                (
                    Reverse(last_launch(broadcast, shared).map(|launch| launch.started_at)),
                    name(broadcast),
                )
            }),
        }
        let places = self
            .list
            .matching(&rows, |broadcast| broadcast.name.clone());
        places.into_iter().map(|place| rows[place]).collect()
    }

    /// Draws the list, and under it the selected broadcast where there is room.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        let rows = self.rows(shared);
        let detail_height = if area.height >= 20 {
            (area.height / 2).min(14)
        } else {
            0
        };
        let [list, below] =
            Layout::vertical([Constraint::Min(5), Constraint::Length(detail_height)]).areas(area);
        self.view_list(frame, list, shared, &rows, picture);
        if let Some(broadcast) = rows.get(self.list.cursor).filter(|_| detail_height > 0) {
            detail::view(frame, below, shared, broadcast);
        }
    }

    fn view_list(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        rows: &[&Broadcast],
        picture: &mut Picture,
    ) {
        let theme = shared.theme;
        let arrow = if theme.ascii { "v" } else { "▾" };
        let order = Span::styled(format!("{} {arrow}", self.order.words()), theme.dim);
        let inner = Pane::new("Broadcasts")
            .right(order)
            .below(self.list.filter_line(theme))
            .focused(true)
            .draw(frame, area, theme);
        if rows.is_empty() {
            return empty(
                frame,
                inner,
                shared,
                "broadcasts",
                !self.list.filter_text().is_empty(),
            );
        }
        let columns = columns(inner.width);
        let offset = self
            .list
            .offset_for(usize::from(inner.height.saturating_sub(1)));
        let lines = rows
            .iter()
            .skip(offset)
            .map(|broadcast| row(broadcast, shared, inner.width));
        let drawn = table::draw(
            frame,
            inner,
            theme,
            &columns,
            lines,
            offset,
            Some(self.list.cursor),
        );
        picture.offset = offset;
        picture.page = drawn.page;
        picture.hits.extend(
            drawn
                .rows
                .iter()
                .enumerate()
                .map(|(index, area)| (*area, Hit::Row(offset + index))),
        );
    }
}

/// What an empty list says: what to do next.
pub fn empty(frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, what: &str, filtered: bool) {
    let theme = shared.theme;
    let key = shared.key_of(&[Context::Everywhere], Action::Sync);
    let text = match (filtered, shared.syncing) {
        (true, _) => format!("No {what} match. Esc clears the filter."),
        (false, true) => format!("Asking the platform for {what} ..."),
        (false, false) => {
            format!("No {what} in the cache yet. Press {key} to ask the platform for them.")
        }
    };
    let area = Rect {
        y: area.y + area.height.min(1),
        height: area.height.saturating_sub(1),
        ..area
    };
    frame.render_widget(
        Paragraph::new(Span::styled(text, theme.dim)).wrap(Wrap { trim: true }),
        area,
    );
}

/// The key of a broadcast.
pub fn key(broadcast: &Broadcast) -> BroadcastKey {
    BroadcastKey {
        bot: broadcast.bot_key.clone(),
        id: broadcast.id.clone(),
    }
}

fn compose(broadcast: &Broadcast) -> Step {
    if broadcast.is_on_demand() {
        return Step::ToBroadcast(key(broadcast), Tab::Compose);
    }
    let name = shown(&broadcast.name);
    Step::Say(Notice::warning(format!(
        "{name} has no launch hook: it is not an On Demand broadcast, so it can't be launched from here."
    )))
}

/// Enables or disables; on a live profile only when it is asked for twice, since people are affected.
fn toggle(broadcast: &Broadcast, is_asked_again: bool, shared: &Shared<'_>) -> Step {
    if shared.is_readonly() {
        return Step::Say(Notice::error(
            "This profile is read-only: nothing can be changed.",
        ));
    }
    let enables = broadcast.enabled != Some(true);
    if shared.danger() == Danger::Live && !is_asked_again {
        let key = shared.key_of(Broadcasts::CONTEXTS, Action::ToggleEnabled);
        let word = if enables { "enable" } else { "disable" };
        let name = shown(&broadcast.name);
        return Step::Say(Notice::warning(format!(
            "This is a live profile. Press {key} again to {word} {name}."
        )));
    }
    Step::Do(Effect::SetEnabled(key(broadcast), enables))
}
