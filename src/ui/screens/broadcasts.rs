//! The broadcasts of a bot, and the selected one in short.

mod detail;

use std::cmp::Reverse;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::domain::gate::Danger;
use crate::domain::record::Broadcast;
use crate::domain::settings::Setting;
use crate::domain::text::{grouped, shown};
use crate::model::effect::BroadcastKey;
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::waiting::state;
use crate::ui::picture::{Hit, Picture};
use crate::ui::screens::bots::browse_all;
use crate::ui::shared::{Shared, Step, Tab};
use crate::ui::theme::Mark;
use crate::ui::widgets::list::List;
use crate::ui::widgets::outcome;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::table::{self, Column, Row};

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
            Action::ToggleEnabled => selected.is_some() && !shared.environment.readonly,
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
    if shared.environment.readonly {
        return Step::Say(Notice::error(
            "This profile is read-only: nothing can be changed.",
        ));
    }
    let enables = broadcast.enabled != Some(true);
    if shared.environment.danger == Danger::Live && !is_asked_again {
        let key = shared.key_of(Broadcasts::CONTEXTS, Action::ToggleEnabled);
        let word = if enables { "enable" } else { "disable" };
        let name = shown(&broadcast.name);
        return Step::Say(Notice::warning(format!(
            "This is a live profile. Press {key} again to {word} {name}."
        )));
    }
    Step::Do(Effect::SetEnabled(key(broadcast), enables))
}

fn last_launch<'a>(
    broadcast: &Broadcast,
    shared: &Shared<'a>,
) -> Option<&'a crate::domain::launch::LaunchRecord> {
    shared
        .data
        .launches
        .iter()
        .find(|launch| launch.broadcast.id == broadcast.id && launch.bot.id == broadcast.bot_key)
}

/// Columns for a width: audience, delivered and opened go first where there is no room.
fn columns(width: u16) -> Vec<Column> {
    let mut columns = vec![
        Column::left("Name", Constraint::Fill(3)),
        Column::left("State", Constraint::Length(5)),
        Column::left("Verbs", Constraint::Length(10)),
        Column::left("Direct", Constraint::Length(6)),
    ];
    if width >= 110 {
        columns.push(Column::left("Audience", Constraint::Fill(2)));
    }
    columns.push(Column::right("Sent", Constraint::Length(7)));
    if width >= 90 {
        columns.push(Column::right("Delivered", Constraint::Length(9)));
        columns.push(Column::right("Opened", Constraint::Length(7)));
    }
    columns.push(Column::left("Last launch", Constraint::Length(14)));
    columns
}

fn row<'a>(broadcast: &'a Broadcast, shared: &Shared<'_>, width: u16) -> Row<'a> {
    let theme = shared.theme;
    if !broadcast.is_on_demand() {
        return Row::new(vec![
            Line::from(Span::styled(shown(&broadcast.name), theme.dim)),
            Line::from(Span::styled(why_not_on_demand(broadcast), theme.dim)),
        ]);
    }
    let disabled = broadcast.enabled == Some(false);
    let (text, name) = if disabled {
        (theme.dim, theme.dim)
    } else {
        (theme.text, theme.strong)
    };
    let cell = |content: String| Line::from(Span::styled(content, text));
    let state = match broadcast.enabled {
        Some(true) => Span::styled("on", theme.ok),
        Some(false) => Span::styled("off", theme.warning),
        None => Span::styled("?", theme.dim),
    };
    let mut cells = vec![
        Line::from(Span::styled(shown(&broadcast.name), name)),
        Line::from(state),
        cell(verbs(broadcast)),
        cell(word(broadcast.settings.get(Setting::DirectMode)).to_owned()),
    ];
    if width >= 110 {
        let audience = broadcast
            .audience
            .as_ref()
            .map_or("not known", |audience| &audience.name);
        cells.push(cell(shown(audience).into_owned()));
    }
    cells.push(cell(broadcast.sent.map_or_else(|| "-".to_owned(), grouped)));
    if width >= 90 {
        cells.push(cell(share(broadcast.delivered, broadcast.sent)));
        cells.push(cell(share(broadcast.opened, broadcast.delivered)));
    }
    cells.push(last_launch_cell(broadcast, shared));
    Row::new(cells)
}

fn last_launch_cell(broadcast: &Broadcast, shared: &Shared<'_>) -> Line<'static> {
    let theme = shared.theme;
    if let Some(waiting) = shared.waiting_for(broadcast).first() {
        let (state, style) = state(waiting, shared.now, theme);
        let mark = theme.mark_of(if waiting.is_waiting() {
            Mark::Pending
        } else {
            Mark::Error
        });
        return Line::from(Span::styled(format!("{mark} {state}"), style));
    }
    let Some(launch) = last_launch(broadcast, shared) else {
        return Line::from(Span::styled("never", theme.dim));
    };
    let (mark, style) = outcome::mark(launch.outcome, theme);
    Line::from(vec![
        Span::styled(format!("{mark} "), style),
        Span::styled(ago(launch.started_at, shared.now), theme.text),
    ])
}

fn why_not_on_demand(broadcast: &Broadcast) -> String {
    match &broadcast.schedule_date {
        Some(date) if !date.is_empty() => format!("not On Demand: scheduled for {}", shown(date)),
        _ => "not On Demand: it has no launch hook".to_owned(),
    }
}

/// The verbs that launch, as recorded; `?` where nobody recorded them.
fn verbs(broadcast: &Broadcast) -> String {
    let verb = |setting, name: &str| match broadcast.settings.get(setting) {
        Some(true) => Some(name.to_owned()),
        Some(false) => None,
        None => Some(format!("{name}?")),
    };
    let verbs: Vec<String> = [
        verb(Setting::AllowGet, "GET"),
        verb(Setting::AllowPost, "POST"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if verbs.is_empty() {
        "none".to_owned()
    } else {
        verbs.join(" ")
    }
}

fn word(on: Option<bool>) -> &'static str {
    match on {
        Some(true) => "yes",
        Some(false) => "no",
        None => "?",
    }
}

/// A share in per cent with one decimal; `-` where it can't be told.
fn share(part: Option<u64>, whole: Option<u64>) -> String {
    match (part, whole) {
        (Some(part), Some(whole)) if whole > 0 => crate::domain::text::share(part, whole),
        _ => "-".to_owned(),
    }
}
