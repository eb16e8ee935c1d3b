//! The launches on the record and those that wait or were never sent, newest first, and the selected one in short.

mod detail;
mod entry;
mod rows;
mod waiting;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::domain::launch::LaunchRecord;
use crate::domain::tally::has_rest;
use crate::domain::text::grouped;
use crate::domain::waiting::WaitingLaunch;
use crate::model::effect::BroadcastKey;
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::overlays::settle::Settle;
use crate::ui::overlays::stop::StopSending;
use crate::ui::overlays::waiting::Waiting;
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::list::List;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::table;
use entry::Entry;

/// Rows from which on the selected launch has a pane of its own.
const LEAST_FOR_DETAIL: u16 = 20;

/// Whose launches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Those of a bot.
    Bot(String),
    /// Those of a broadcast.
    Broadcast(BroadcastKey),
}

impl Scope {
    /// Whether a launch is one of them.
    fn holds(&self, launch: &LaunchRecord) -> bool {
        match self {
            Self::Bot(bot) => launch.bot.id == *bot,
            Self::Broadcast(key) => launch.bot.id == key.bot && launch.broadcast.id == key.id,
        }
    }

    /// Whether a launch that waits is one of them.
    fn holds_waiting(&self, waiting: &WaitingLaunch) -> bool {
        match self {
            Self::Bot(bot) => waiting.bot.id == *bot,
            Self::Broadcast(key) => waiting.bot.id == key.bot && waiting.broadcast.id == key.id,
        }
    }
}

/// The list of launches.
pub struct Log {
    /// Whose.
    pub scope: Scope,
    /// Its cursor and filter.
    pub list: List,
}

impl Log {
    /// Where keys are looked up.
    pub const CONTEXTS: &'static [Context] = &[
        Context::Log,
        Context::List,
        Context::Places,
        Context::Everywhere,
    ];

    /// The launches of a bot or a broadcast.
    pub fn new(scope: Scope) -> Self {
        Self {
            scope,
            list: List::default(),
        }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action, shared: &Shared<'_>) -> Vec<Step> {
        let rows = self.rows(shared);
        let selected = self.selected(&rows).map(|place| rows[place]);
        let steps = match selected {
            Some(Entry::Launch(launch)) => launch_steps(action, launch),
            Some(Entry::Waiting(waiting)) => waiting_steps(action, waiting, shared),
            None => None,
        };
        steps.unwrap_or_else(|| {
            self.list.act(action, rows.len());
            Vec::new()
        })
    }

    /// Whether an action does something now.
    pub fn offers(&self, action: Action, shared: &Shared<'_>) -> bool {
        let rows = self.rows(shared);
        let selected = self.selected(&rows).map(|place| rows[place]);
        let launch = selected.and_then(Entry::launch);
        match action {
            Action::Open | Action::LaunchAgain => selected.is_some(),
            Action::Copy | Action::Changes | Action::Export => launch.is_some(),
            Action::LaunchRest => launch.is_some_and(has_rest),
            Action::StopSending => launch.is_some_and(StopSending::is_for),
            _ => self.list.offers(action, rows.len()),
        }
    }

    /// What is listed: what is of the scope and matches the filter.
    fn rows<'a>(&self, shared: &Shared<'a>) -> Vec<Entry<'a>> {
        let data = shared.data;
        let launches = data.launches.iter();
        let launches = launches.filter(|launch| self.scope.holds(launch));
        let others = data.waiting.iter().chain(&data.waited.not_sent);
        let others = others.filter(|waiting| self.scope.holds_waiting(waiting));
        let mut all: Vec<Entry<'a>> = launches.map(Entry::Launch).collect();
        let launched = all.len();
        all.extend(others.map(Entry::Waiting));
        if all.len() > launched {
            // Stable: launches of one moment stay in the journal's order.
            all.sort_by_key(|entry| std::cmp::Reverse(entry.at()));
        }
        self.list
            .containing(&all, |entry| entry.searched(shared.now))
            .into_iter()
            .map(|place| all[place])
            .collect()
    }

    /// The selected row: a list may have become shorter since the cursor was moved.
    fn selected(&self, rows: &[Entry<'_>]) -> Option<usize> {
        let last = rows.len().checked_sub(1)?;
        Some(self.list.cursor.min(last))
    }

    /// Draws the list, and under it the selected launch where there is room.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        let rows = self.rows(shared);
        let selected = self.selected(&rows);
        let detail_height = if area.height >= LEAST_FOR_DETAIL && !rows.is_empty() {
            detail::HEIGHT
        } else {
            0
        };
        let [list, below] =
            Layout::vertical([Constraint::Min(5), Constraint::Length(detail_height)]).areas(area);
        self.view_list(frame, list, shared, &rows, selected, picture);
        match selected.map(|place| rows[place]) {
            Some(Entry::Launch(launch)) if detail_height > 0 => {
                detail::view(frame, below, shared, launch);
            }
            Some(Entry::Waiting(waiting)) if detail_height > 0 => {
                waiting::view(frame, below, shared, waiting);
            }
            _ => {}
        }
    }

    fn view_list(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        rows: &[Entry<'_>],
        selected: Option<usize>,
        picture: &mut Picture,
    ) {
        let theme = shared.theme;
        let inner = Pane::new("Launches")
            .right(Span::styled(count(rows), theme.dim))
            .below(self.list.filter_line(theme))
            .focused(true)
            .draw(frame, area, theme);
        if rows.is_empty() {
            return self.view_empty(frame, inner, shared);
        }
        let layout = rows::Layout::new(inner.width, matches!(self.scope, Scope::Bot(_)), rows);
        let offset = List {
            cursor: selected.unwrap_or(0),
            ..self.list.clone()
        }
        .offset_for(usize::from(inner.height.saturating_sub(1)));
        let lines = rows
            .iter()
            .skip(offset)
            .map(|entry| layout.row(*entry, shared));
        let columns = layout.columns();
        let drawn = table::draw(frame, inner, theme, &columns, lines, offset, selected);
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

    /// What an empty log says: what to do next.
    fn view_empty(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
        let everywhere = &[Context::Everywhere];
        let text = if self.list.filter_text().is_empty() {
            let key = shared.key_of(&[Context::Places], Action::Tab1);
            let compose = match self.scope {
                Scope::Bot(_) => format!("Press {key} for the broadcasts and open one to compose"),
                Scope::Broadcast(_) => format!("Press {key} to compose"),
            };
            format!("Nothing was launched from this machine yet. {compose} the first launch.")
        } else {
            let key = shared.key_of(everywhere, Action::Back);
            format!("No launches match. {key} clears the filter.")
        };
        let area = Rect {
            y: area.y + area.height.min(1),
            height: area.height.saturating_sub(1),
            ..area
        };
        let text = Line::from(Span::styled(text, shared.theme.dim));
        frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
    }
}

/// What is done with a launch; none where it is for the list.
fn launch_steps(action: Action, launch: &LaunchRecord) -> Option<Vec<Step>> {
    let id = || launch.id.clone();
    let step = match action {
        Action::Open => Step::ToLaunch(id()),
        Action::Copy => Step::Do(Effect::CopyCurl(id(), 0)),
        Action::LaunchAgain => Step::Do(Effect::LaunchAgain(id())),
        Action::LaunchRest => Step::Do(Effect::LaunchRest(id())),
        Action::Changes => {
            let since = Step::Do(Effect::LoadSince(id()));
            return Some(vec![Step::ToLaunch(id()), since]);
        }
        Action::StopSending => StopSending::ask(Some(launch)),
        Action::Export => Step::Do(Effect::ExportLaunch(id())),
        Action::Settle if launch.is_unsettled() => Step::show(Settle::new(launch)),
        _ => return None,
    };
    Some(vec![step])
}

/// What is done with one that was not sent; none where it is for the list.
fn waiting_steps(
    action: Action,
    waiting: &WaitingLaunch,
    shared: &Shared<'_>,
) -> Option<Vec<Step>> {
    let step = match action {
        Action::Open => Step::show(Waiting::at(&waiting.id, shared)),
        Action::LaunchAgain => Step::Do(Effect::LaunchAgain(waiting.id.clone())),
        Action::Copy
        | Action::LaunchRest
        | Action::Changes
        | Action::Export
        | Action::StopSending => {
            let open = shared.key_of(&[Context::Log], Action::Open);
            let again = shared.key_of(&[Context::Log], Action::LaunchAgain);
            Step::Say(Notice::warning(format!(
                "It has not been sent: {open} shows it, {again} opens it as a draft."
            )))
        }
        _ => return None,
    };
    Some(vec![step])
}

/// How many launches there are, how many wait for their time, and how many were never sent.
fn count(rows: &[Entry<'_>]) -> String {
    let launches = rows.iter().filter(|entry| entry.launch().is_some()).count();
    let is_to_come =
        |entry: &&Entry<'_>| matches!(entry, Entry::Waiting(waiting) if waiting.is_waiting());
    let to_come = rows.iter().filter(is_to_come).count();
    let not_sent = rows.len() - launches - to_come;
    let number = |count: usize| grouped(count as u64);
    if to_come + not_sent == 0 {
        return number(launches);
    }
    let parts = [
        (to_come, "to come"),
        (launches, "launched"),
        (not_sent, "not sent"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = parts
        .map(|(count, word)| format!("{} {word}", number(count)))
        .collect();
    words.join(" · ")
}
