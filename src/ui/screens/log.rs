//! The launches on the record, newest first, and the selected one in short.

mod detail;
mod rows;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::domain::launch::LaunchRecord;
use crate::domain::text::grouped;
use crate::domain::waiting::WaitingLaunch;
use crate::model::effect::BroadcastKey;
use crate::model::{Action, Context, Effect};
use crate::ui::overlays::Overlay;
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::list::List;
use crate::ui::widgets::outcome;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::table;

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
    pub const CONTEXTS: &'static [Context] = &[Context::Log, Context::List, Context::Everywhere];

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
        let selected = self.selected(&rows).and_then(|place| rows.get(place));
        match (action, selected) {
            (Action::Open, Some(launch)) => vec![Step::ToLaunch(launch.id.clone())],
            (Action::Copy, Some(launch)) => vec![Step::Do(Effect::CopyCurl(launch.id.clone(), 0))],
            (Action::LaunchAgain, Some(launch)) => {
                vec![Step::Do(Effect::LaunchAgain(launch.id.clone()))]
            }
            (Action::LaunchRest, Some(launch)) => {
                vec![Step::Do(Effect::LaunchRest(launch.id.clone()))]
            }
            (Action::Changes, Some(launch)) => vec![
                Step::ToLaunch(launch.id.clone()),
                Step::Do(Effect::LoadSince(launch.id.clone())),
            ],
            (Action::Export, Some(launch)) => {
                vec![Step::Do(Effect::ExportLaunch(launch.id.clone()))]
            }
            (Action::Settle, Some(launch)) if launch.is_unsettled() => {
                vec![Step::Show(Box::new(Overlay::settle(launch)))]
            }
            _ => {
                let count = rows.len();
                self.list.act(action, count);
                Vec::new()
            }
        }
    }

    /// The selected launch.
    pub fn launch<'a>(&self, shared: &Shared<'a>) -> Option<&'a LaunchRecord> {
        let rows = self.rows(shared);
        self.selected(&rows).map(|place| rows[place])
    }

    /// The launches that are listed: those of the scope that match the filter.
    fn rows<'a>(&self, shared: &Shared<'a>) -> Vec<&'a LaunchRecord> {
        let of_scope: Vec<&LaunchRecord> = shared
            .data
            .launches
            .iter()
            .filter(|launch| self.scope.holds(launch))
            .collect();
        self.list
            .containing(&of_scope, |launch| searched(launch))
            .into_iter()
            .map(|place| of_scope[place])
            .collect()
    }

    /// The selected row: a list may have become shorter since the cursor was moved.
    fn selected(&self, rows: &[&LaunchRecord]) -> Option<usize> {
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
        if let Some(launch) = selected
            .and_then(|place| rows.get(place))
            .filter(|_| detail_height > 0)
        {
            detail::view(frame, below, shared, launch);
        }
    }

    fn view_list(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        rows: &[&LaunchRecord],
        selected: Option<usize>,
        picture: &mut Picture,
    ) {
        let theme = shared.theme;
        let inner = Pane::new("Launches")
            .right(Span::styled(self.count(rows.len(), shared), theme.dim))
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
            .map(|launch| layout.row(launch, shared));
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

    /// How many there are, and how many more wait for their time.
    fn count(&self, rows: usize, shared: &Shared<'_>) -> String {
        let all = shared.data.waiting.iter();
        let waiting =
            all.filter(|waiting| waiting.is_waiting() && self.scope.holds_waiting(waiting));
        let rows = grouped(rows as u64);
        match waiting.count() {
            0 => rows,
            waiting => format!("{waiting} to come · {rows}"),
        }
    }

    /// What an empty log says: what to do next.
    fn view_empty(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
        let everywhere = &[Context::Everywhere];
        let text = if self.list.filter_text().is_empty() {
            let key = shared.key_of(everywhere, Action::Tab1);
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

/// What a filter looks into: names, who, what became of it, id.
fn searched(launch: &LaunchRecord) -> String {
    [
        launch.broadcast.name.as_str(),
        &launch.operator,
        outcome::plain(launch.outcome),
        outcome::short(launch),
        &launch.id,
    ]
    .join("\n")
}
