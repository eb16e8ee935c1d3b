//! The eight On Demand settings of a broadcast, and whether it is enabled.

mod meaning;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::record::Broadcast;
use crate::domain::settings::Setting;
use crate::model::effect::BroadcastKey;
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::picture::{Hit, Picture};
use crate::ui::screens::broadcasts::empty;
use crate::ui::shared::{Shared, Step};
use crate::ui::theme::Mark;
use crate::ui::widgets::list::List;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::table::{self, Column, Row};
use crate::ui::widgets::words::wrap;

/// Rows of the list, titles and borders included.
const LIST_HEIGHT: u16 = 12;

/// Rows from which on the selected switch's meaning has room below the list.
const LEAST_FOR_MEANING: u16 = 17;

/// A switch of a broadcast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Switch {
    /// Whether it is enabled.
    Enabled,
    /// One of the eight settings.
    Setting(Setting),
}

impl Switch {
    /// All nine, as they are listed.
    fn all() -> Vec<Self> {
        let settings = Setting::ALL.into_iter().map(Self::Setting);
        std::iter::once(Self::Enabled).chain(settings).collect()
    }

    fn label(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Setting(setting) => setting.label(),
        }
    }

    /// What is known of it; `None` where nobody recorded it, or the platform does not say.
    fn state(self, broadcast: &Broadcast) -> Option<bool> {
        match self {
            Self::Enabled => broadcast.enabled,
            Self::Setting(setting) => broadcast.settings.get(setting),
        }
    }
}

/// The settings of a broadcast.
pub struct SettingsScreen {
    /// The broadcast.
    pub key: BroadcastKey,
    /// Its cursor.
    pub list: List,
}

impl SettingsScreen {
    /// Where keys are looked up.
    pub const CONTEXTS: &'static [Context] = &[
        Context::Settings,
        Context::List,
        Context::Places,
        Context::Everywhere,
    ];

    /// The settings of a broadcast.
    pub fn new(key: BroadcastKey) -> Self {
        Self {
            key,
            list: List::default(),
        }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action, shared: &Shared<'_>) -> Vec<Step> {
        if action == Action::Toggle {
            return self.toggle(shared).into_iter().collect();
        }
        let count = self.rows().len();
        self.list.act(action, count);
        Vec::new()
    }

    /// Switches what is selected; what nobody recorded is recorded as on first.
    fn toggle(&self, shared: &Shared<'_>) -> Option<Step> {
        let broadcast = shared.broadcast(&self.key)?;
        let switch = self.selected()?;
        if shared.is_readonly() {
            return Some(Step::Say(Notice::error(
                "This profile is read-only: no setting can be changed.",
            )));
        }
        let on = switch.state(broadcast) != Some(true);
        let key = self.key.clone();
        Some(Step::Do(match switch {
            Switch::Enabled => Effect::SetEnabled(key, on),
            Switch::Setting(setting) => Effect::SetSetting(key, setting, on),
        }))
    }

    /// Whether an action does something now.
    pub fn offers(&self, action: Action, shared: &Shared<'_>) -> bool {
        match action {
            Action::Toggle => {
                let is_there = shared.broadcast(&self.key).is_some() && self.selected().is_some();
                is_there && !shared.is_readonly()
            }
            _ => self.list.offers(action, self.rows().len()),
        }
    }

    /// The switches that match the filter.
    fn rows(&self) -> Vec<Switch> {
        let all = Switch::all();
        self.list
            .matching(&all, |switch| switch.label().to_owned())
            .into_iter()
            .map(|place| all[place])
            .collect()
    }

    fn selected(&self) -> Option<Switch> {
        self.rows().get(self.list.cursor).copied()
    }

    /// Draws the list, and below it what the selected switch means.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        let Some(broadcast) = shared.broadcast(&self.key) else {
            return view_missing(frame, area, shared);
        };
        let roomy = area.height >= LIST_HEIGHT + meaning::height(shared, area.width, true);
        let has_meaning = area.height >= LEAST_FOR_MEANING;
        let meaning_height = if has_meaning {
            meaning::height(shared, area.width, roomy)
        } else {
            0
        };
        let list_height = LIST_HEIGHT.min(area.height.saturating_sub(meaning_height));
        let [list, below, _] = Layout::vertical([
            Constraint::Length(list_height),
            Constraint::Length(meaning_height),
            Constraint::Min(0),
        ])
        .areas(area);
        let below_list = if has_meaning {
            ""
        } else {
            meaning::shortly(shared)
        };
        self.view_list(frame, list, shared, broadcast, below_list, picture);
        if let Some(switch) = self.selected().filter(|_| has_meaning) {
            meaning::view(frame, below, shared, switch, roomy);
        }
    }

    fn view_list(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        broadcast: &Broadcast,
        below: &'static str,
        picture: &mut Picture,
    ) {
        let theme = shared.theme;
        let below = if self.list.filter.is_some() {
            self.list.filter_line(theme)
        } else {
            Line::from(Span::styled(below, theme.warning))
        };
        let recorded = broadcast.settings.iter().filter(|(_, on)| on.is_some());
        let figures = format!("{} of {} recorded", recorded.count(), Setting::ALL.len());
        let inner = Pane::new("Settings")
            .right(Span::styled(figures, theme.dim))
            .below(below)
            .focused(true)
            .draw(frame, area, theme);
        let columns = [
            Column::left("Setting", Constraint::Length(40)),
            Column::left("State", Constraint::Fill(1)),
        ];
        let offset = self
            .list
            .offset_for(usize::from(inner.height.saturating_sub(1)));
        let switches = self.rows();
        if switches.is_empty() {
            return empty(frame, inner, shared, "settings", true);
        }
        let rows = switches
            .into_iter()
            .skip(offset)
            .map(|switch| row(switch, broadcast, shared));
        let selected = Some(self.list.cursor);
        let drawn = table::draw(frame, inner, theme, &columns, rows, offset, selected);
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

fn row(switch: Switch, broadcast: &Broadcast, shared: &Shared<'_>) -> Row<'static> {
    let theme = shared.theme;
    let (mark, word, style) = match switch.state(broadcast) {
        Some(true) => (Mark::On, "on", theme.ok),
        Some(false) => (Mark::Off, "off", theme.dim),
        None if switch == Switch::Enabled => (Mark::Unknown, "not known", theme.warning),
        None => (Mark::Unknown, "not recorded", theme.warning),
    };
    Row::new(vec![
        Line::from(Span::styled(switch.label(), theme.text)),
        Line::from(Span::styled(
            format!("{} {word}", theme.mark_of(mark)),
            style,
        )),
    ])
}

/// Says what to do where the broadcast is gone from the cache.
fn view_missing(frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let inner = Pane::new("Settings").focused(true).draw(frame, area, theme);
    let key = shared.key_of(&[Context::Everywhere], Action::Sync);
    let text = format!(
        "This broadcast is not in the cache any more. Press {key} to ask the platform for the broadcasts."
    );
    let lines: Vec<Line<'_>> = std::iter::once(Line::default())
        .chain(
            wrap(&text, usize::from(inner.width))
                .into_iter()
                .map(|line| Line::from(Span::styled(line, theme.dim))),
        )
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
}
