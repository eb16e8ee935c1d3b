//! What waits for its time, soonest first, and what was missed or refused: taken back, or opened as a draft.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::domain::due::{in_zone, moment};
use crate::domain::text::{grouped, shown};
use crate::domain::waiting::{Timing, WaitingLaunch, countdown};
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::theme::Theme;
use crate::ui::widgets::list::List;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::table::{self, Column, Row};
use crate::ui::widgets::words::wrap;

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 116;

/// Rows under the list that tell of the selected one.
const DETAIL: u16 = 4;

/// The list of what waits.
#[derive(Default)]
pub struct Waiting {
    list: List,
    /// The launch whose taking back was asked for once.
    taking: Option<String>,
}

impl Waiting {
    /// Takes an action.
    pub fn act(&mut self, action: Option<Action>, shared: &Shared<'_>) -> Vec<Step> {
        let asked = self.taking.take();
        let selected = self.selected(shared);
        match (action, selected) {
            (Some(Action::Back), _) => vec![Step::Close],
            (Some(Action::TakeBack), Some(waiting)) => {
                self.take_back(waiting, asked.as_deref(), shared)
            }
            (Some(Action::LaunchAgain), Some(waiting)) => {
                vec![Step::Do(Effect::LaunchAgain(waiting.id.clone()))]
            }
            (Some(action), _) => {
                self.list.act(action, shared.data.waiting.len());
                Vec::new()
            }
            (None, _) => Vec::new(),
        }
    }

    /// Goes a row down or up.
    pub fn step(&mut self, down: bool, shared: &Shared<'_>) {
        self.act(Some(if down { Action::Down } else { Action::Up }), shared);
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        self.list.offset = picture.text_limit;
        self.list.page = picture.text_page;
    }

    fn selected<'a>(&self, shared: &Shared<'a>) -> Option<&'a WaitingLaunch> {
        let rows = &shared.data.waiting;
        rows.get(self.list.cursor.min(rows.len().checked_sub(1)?))
    }

    /// Takes the selected launch back, once that was asked for twice; that somebody looked at a mishap needs no second.
    fn take_back(
        &mut self,
        waiting: &WaitingLaunch,
        asked: Option<&str>,
        shared: &Shared<'_>,
    ) -> Vec<Step> {
        if shared.environment.readonly {
            let text = "This profile is read-only: nothing is taken back from here.";
            return vec![Step::Say(Notice::error(text))];
        }
        let id = waiting.id.clone();
        if !waiting.is_waiting() || asked == Some(id.as_str()) {
            return vec![Step::Do(Effect::TakeBack(id))];
        }
        let key = shared.key_of(&[Context::Waiting], Action::TakeBack);
        let name = shown(&waiting.broadcast.name);
        self.taking = Some(id);
        vec![Step::Say(Notice::warning(format!(
            "Press {key} again to take {name} back: it is not sent then."
        )))]
    }

    /// Draws it.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        let theme = shared.theme;
        let rows = &shared.data.waiting;
        let detail = if rows.is_empty() { 0 } else { DETAIL };
        let height = u16::try_from(rows.len().max(2) + 3).unwrap_or(u16::MAX);
        let area = centred(
            area,
            MOST_COLUMNS.min(area.width),
            height.saturating_add(detail + u16::from(detail > 0)),
        );
        let count = Span::styled(grouped(rows.len() as u64), theme.dim);
        let inner = Pane::new("Waiting launches")
            .right(count)
            .draw_over(frame, area, theme);
        let Some(selected) = self.selected(shared) else {
            let text = Paragraph::new(Span::styled(nothing(shared), theme.dim));
            frame.render_widget(text.wrap(Wrap { trim: true }), inner);
            return;
        };
        let [above, rule, below] = Layout::vertical([
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(detail),
        ])
        .areas(inner);
        self.view_list(frame, above, shared, picture);
        let dash = if theme.ascii { "-" } else { "─" };
        let dashes = dash.repeat(usize::from(rule.width));
        frame.render_widget(Span::styled(dashes, theme.faint), rule);
        let told = detail_lines(selected, usize::from(below.width), shared);
        frame.render_widget(Paragraph::new(told), below);
    }

    fn view_list(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        let rows = &shared.data.waiting;
        let cursor = self.list.cursor.min(rows.len() - 1);
        let offset = List {
            cursor,
            ..self.list.clone()
        }
        .offset_for(usize::from(area.height.saturating_sub(1)));
        let is_wide = area.width >= 90;
        let lines = rows
            .iter()
            .skip(offset)
            .map(|waiting| line(waiting, is_wide, shared));
        let titles = titles(is_wide);
        let theme = shared.theme;
        let drawn = table::draw(frame, area, theme, &titles, lines, offset, Some(cursor));
        picture.text_limit = offset;
        picture.text_page = drawn.page;
    }
}

/// What to do where nothing waits.
fn nothing(shared: &Shared<'_>) -> String {
    let key = shared.key_of(&[Context::Review], Action::GiveTime);
    format!("Nothing waits. {key} in a review gives a launch a time: it waits here until then.")
}

fn titles(is_wide: bool) -> Vec<Column> {
    let mut titles = vec![
        Column::left("Broadcast", Constraint::Fill(2)),
        Column::right("Contacts", Constraint::Length(10)),
        Column::left("Due", Constraint::Length(if is_wide { 26 } else { 17 })),
        Column::left("In", Constraint::Length(11)),
    ];
    if is_wide {
        titles.push(Column::left("By", Constraint::Fill(1)));
    }
    titles
}

fn line<'a>(waiting: &WaitingLaunch, is_wide: bool, shared: &Shared<'_>) -> Row<'a> {
    let theme = shared.theme;
    let span = |text: String, style| Line::from(Span::styled(text, style));
    let contacts = waiting
        .targets
        .map_or_else(|| "not known".to_owned(), grouped);
    let (left, style) = state(waiting, shared.now, theme);
    let due = in_zone(waiting.due_at, &waiting.zone);
    let format = if is_wide {
        "%a %-d %b %Y %H:%M %Z"
    } else {
        "%a %-d %b %H:%M"
    };
    let mut cells = vec![
        span(shown(&waiting.broadcast.name).into_owned(), theme.strong),
        span(contacts, theme.text),
        span(due.strftime(format).to_string(), theme.text),
        span(left, style),
    ];
    if is_wide {
        cells.push(span(shown(&waiting.operator).into_owned(), theme.dim));
    }
    Row::new(cells)
}

/// What is left, or what became of it, and how that looks.
pub fn state(waiting: &WaitingLaunch, now: Timestamp, theme: &Theme) -> (String, Style) {
    if !waiting.is_waiting() {
        let word = waiting.state().word().replace('_', " ");
        return (word, theme.danger);
    }
    match waiting.timing(now) {
        Timing::Early(left) => (countdown(left), theme.warning),
        Timing::Due => ("now".to_owned(), theme.danger),
        Timing::Late => ("missed".to_owned(), theme.danger),
    }
}

/// When, by whom, which launch; of a mishap what happened, and what to do.
fn detail_lines(waiting: &WaitingLaunch, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let due = moment(&in_zone(waiting.due_at, &waiting.zone));
    let by = shown(&waiting.operator).into_owned();
    let mut lines = vec![Line::from(Span::styled(
        format!("due {due}, confirmed by {by}"),
        theme.text,
    ))];
    let key = |action| shared.key_of(&[Context::Waiting], action);
    let (text, style) = match &waiting.end {
        Some(end) => (
            format!(
                "{} {} opens it as a draft, {} says that you saw it.",
                shown(&end.reason),
                key(Action::LaunchAgain),
                key(Action::TakeBack)
            ),
            theme.danger,
        ),
        None => (
            format!(
                "It is sent while a console of this profile is open, or `mylink run --pending` runs. {} takes it back.",
                key(Action::TakeBack)
            ),
            theme.dim,
        ),
    };
    let told = wrap(&text, width).into_iter();
    lines.extend(told.map(|line| Line::from(Span::styled(line, style))));
    lines
}
