//! What waits for its time, soonest first, and what was missed or refused: taken back, given another time, or opened as
//! a draft.

mod moving;
mod overlay;

use crossterm::event::KeyEvent;
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::domain::due::{in_zone, moment};
use crate::domain::launch::{LaunchRecord, Outcome};
use crate::domain::text::{grouped, shown};
use crate::domain::waiting::{Timing, WaitingLaunch, countdown};
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::overlays::stop::StopSending;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::list::List;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::plan;
use crate::ui::widgets::table::{self, Column, Row};
use crate::ui::widgets::words::{fact, marked, wrap};
use moving::{Moved, Moving};

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 116;

/// Rows under the list that tell of the selected one, at most.
const MOST_DETAIL: usize = 12;

/// The list of what waits.
#[derive(Default)]
pub struct Waiting {
    list: List,
    /// The launch whose taking back was asked for once.
    taking: Option<String>,
    /// One that the list has no more, in its place.
    alone: Option<String>,
    /// Another time that is being given to the selected one.
    moving: Option<Moving>,
}

impl Waiting {
    /// The list with this one selected; where the list has it no more, it alone.
    pub fn at(id: &str, shared: &Shared<'_>) -> Self {
        let mut waiting = Self::default();
        let place = shared.data.waiting.iter().position(|one| one.id == id);
        match place {
            Some(place) => waiting.list.cursor = place,
            None => waiting.alone = Some(id.to_owned()),
        }
        waiting
    }

    /// Where keys are looked up.
    pub fn contexts(&self) -> &'static [Context] {
        if self.moving.is_some() {
            &[Context::Moving]
        } else {
            &[Context::Waiting]
        }
    }

    /// Whether the footer names an action.
    pub fn offers(&self, action: Action, shared: &Shared<'_>) -> bool {
        if self.moving.is_some() {
            return true;
        }
        let selected = self.selected(shared);
        match action {
            Action::Back | Action::Help => true,
            Action::TakeBack => selected.is_some_and(may_take_back) && !shared.environment.readonly,
            Action::StopSending => sending(shared).is_some(),
            Action::GiveTime => {
                selected.is_some_and(WaitingLaunch::is_waiting) && !shared.environment.readonly
            }
            Action::LaunchAgain => selected.is_some(),
            _ => self.rows(shared).len() > 1,
        }
    }

    /// What a key does to the selected one, where that is not what it always does.
    pub fn label(&self, action: Action, shared: &Shared<'_>) -> Option<&'static str> {
        match action {
            Action::TakeBack if self.selected(shared)?.state().is_mishap() => Some("seen it"),
            Action::LaunchAgain => Some("open as a draft"),
            Action::GiveTime => Some("another time"),
            Action::Accept if self.moving.as_ref()?.is_taken() => Some("move it"),
            Action::Accept => Some("take this time"),
            _ => None,
        }
    }

    /// Takes a key, with what it means here.
    pub fn key(&mut self, key: KeyEvent, action: Option<Action>, shared: &Shared<'_>) -> Vec<Step> {
        if self.moving.is_some() && self.selected(shared).is_none_or(|one| !one.is_waiting()) {
            self.moving = None;
            let text = "It waits no more: its time can't be another one.";
            return vec![Step::Say(Notice::warning(text))];
        }
        let Some(moving) = &mut self.moving else {
            return self.act(action, shared);
        };
        match moving.key(key, action, shared.now) {
            Moved::On => Vec::new(),
            Moved::Over(steps) => {
                self.moving = None;
                steps
            }
        }
    }

    /// Takes a paste into the time that is being typed.
    pub fn paste(&mut self, text: &str) {
        if let Some(moving) = &mut self.moving {
            moving.paste(text);
        }
    }

    /// Begins to give the selected one another time.
    fn give_time(&mut self, shared: &Shared<'_>) -> Vec<Step> {
        let said = match self.selected(shared) {
            Some(_) if shared.environment.readonly => {
                Notice::error("This profile is read-only: nothing is given another time from here.")
            }
            Some(waiting) if waiting.is_waiting() => {
                self.moving = Some(Moving::of(waiting));
                return Vec::new();
            }
            _ => Notice::ok("Only what waits can be given another time."),
        };
        vec![Step::Say(said)]
    }

    /// Takes an action.
    fn act(&mut self, action: Option<Action>, shared: &Shared<'_>) -> Vec<Step> {
        let asked = self.taking.take();
        let selected = self.selected(shared);
        match (action, selected) {
            (Some(Action::Back), _) => vec![Step::Close],
            (Some(Action::TakeBack), Some(waiting)) if may_take_back(waiting) => {
                self.take_back(waiting, asked.as_deref(), shared)
            }
            (Some(Action::StopSending), _) => vec![StopSending::ask(sending(shared))],
            (Some(Action::GiveTime), _) => self.give_time(shared),
            (Some(Action::LaunchAgain), Some(waiting)) => {
                vec![Step::Do(Effect::LaunchAgain(waiting.id.clone()))]
            }
            (Some(action), _) => {
                self.list.act(action, self.rows(shared).len());
                Vec::new()
            }
            (None, _) => Vec::new(),
        }
    }

    /// Goes a row down or up.
    pub fn step(&mut self, down: bool, shared: &Shared<'_>) {
        if self.moving.is_some() {
            return;
        }
        self.act(Some(if down { Action::Down } else { Action::Up }), shared);
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        self.list.offset = picture.text_limit;
        self.list.page = picture.text_page;
    }

    /// The one under the cursor; the one that is being moved, wherever the list has it by now.
    fn selected<'a>(&self, shared: &Shared<'a>) -> Option<&'a WaitingLaunch> {
        let rows = self.rows(shared);
        if let Some(moving) = &self.moving {
            return rows.iter().find(|waiting| waiting.id == moving.id);
        }
        rows.get(self.list.cursor.min(rows.len().checked_sub(1)?))
    }

    fn rows<'a>(&self, shared: &Shared<'a>) -> &'a [WaitingLaunch] {
        let Some(alone) = &self.alone else {
            return &shared.data.waiting;
        };
        let not_sent = &shared.data.waited.not_sent;
        let place = not_sent.iter().position(|one| one.id == *alone);
        place.map_or(&[], |place| &not_sent[place..=place])
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
        let rows = self.rows(shared);
        let told = self.selected(shared).map_or_else(Vec::new, |selected| {
            let room = MOST_COLUMNS.min(area.width).saturating_sub(4);
            let room = usize::from(room);
            match &self.moving {
                Some(moving) => moving.lines(selected, room, shared),
                None => detail_lines(selected, room, shared),
            }
        });
        let most = usize::from(area.height / 2).min(MOST_DETAIL);
        let detail = u16::try_from(told.len().min(most)).unwrap_or(0);
        let height = u16::try_from(rows.len().max(2) + 3).unwrap_or(u16::MAX);
        let area = centred(
            area,
            MOST_COLUMNS.min(area.width),
            height.saturating_add(detail + u16::from(detail > 0)),
        );
        let count = Span::styled(grouped(rows.len() as u64), theme.dim);
        let title = if self.alone.is_none() {
            "Waiting launches"
        } else {
            "Not sent"
        };
        let inner = Pane::new(title)
            .right(count)
            .below(sending_line(shared).unwrap_or_default())
            .draw_over(frame, area, theme);
        if rows.is_empty() {
            let text = Paragraph::new(Span::styled(nothing(shared), theme.dim));
            frame.render_widget(text.wrap(Wrap { trim: true }), inner);
            return;
        }
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
        frame.render_widget(Paragraph::new(told), below);
    }

    fn view_list(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        let rows = self.rows(shared);
        let moved = self.moving.as_ref();
        let moved = moved.and_then(|moving| rows.iter().position(|one| one.id == moving.id));
        let cursor = moved.unwrap_or(self.list.cursor).min(rows.len() - 1);
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

/// The batch that is being sent: one whose time came is in this list no more.
fn sending<'a>(shared: &Shared<'a>) -> Option<&'a LaunchRecord> {
    let mut launches = shared.data.launches.iter();
    launches.find(|launch| launch.outcome == Outcome::Sending && launch.calls.len() > 1)
}

/// That a batch is being sent, and the key that stops it.
fn sending_line(shared: &Shared<'_>) -> Option<Line<'static>> {
    let launch = sending(shared)?;
    let theme = shared.theme;
    let key = shared.key_of(&[Context::Waiting], Action::StopSending);
    let mark = theme.mark_of(Mark::Pending);
    let name = shown(&launch.broadcast.name);
    Some(Line::from(vec![
        Span::styled(format!("{mark} {name} is being sent.  "), theme.warning),
        Span::styled(key, theme.focus),
        Span::styled(" stops it", theme.dim),
    ]))
}

/// Whether it waits, or is to be looked at still.
fn may_take_back(waiting: &WaitingLaunch) -> bool {
    waiting.is_waiting() || waiting.is_unseen()
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
        let style = if waiting.is_unseen() {
            theme.danger
        } else {
            theme.dim
        };
        return (waiting.state().plain().to_owned(), style);
    }
    match waiting.timing(now) {
        Timing::Early(left) => (countdown(left), theme.warning),
        Timing::Due => ("now".to_owned(), theme.danger),
        Timing::Late => ("missed".to_owned(), theme.danger),
    }
}

/// When and by whom; of a mishap what happened; what can be done; and what was reviewed.
fn detail_lines(waiting: &WaitingLaunch, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let due = moment(&in_zone(waiting.due_at, &waiting.zone));
    let by = shown(&waiting.operator).into_owned();
    let mut lines = vec![Line::from(Span::styled(
        format!("due {due}, confirmed by {by}"),
        theme.text,
    ))];
    if let Some(moved) = &waiting.moved {
        let from = moment(&in_zone(moved.from, &waiting.zone));
        let text = format!("moved by {}; before, it was due {from}", shown(&moved.by));
        lines.extend(
            wrap(&text, width)
                .into_iter()
                .map(|line| Line::from(Span::styled(line, theme.text))),
        );
    }
    if let Some(expected) = waiting.given.expect {
        let text = format!(
            "expected: {} contacts at its time, else it is refused",
            expected.words()
        );
        lines.push(Line::from(Span::styled(text, theme.text)));
    }
    let style = match &waiting.end {
        Some(_) if waiting.is_unseen() => theme.danger,
        Some(_) => theme.text,
        None => theme.dim,
    };
    let told = wrap(&fate(waiting, shared), width).into_iter();
    lines.extend(told.map(|line| Line::from(Span::styled(line, style))));
    if !waiting.plan.is_empty() {
        let facts = plan::facts(&waiting.plan);
        let facts = facts.iter().filter(|(label, _)| *label != "When");
        lines.extend(facts.flat_map(|(label, text)| fact(label, text, theme.text, width, theme)));
    }
    for warning in &waiting.reviewed.warnings {
        let mark = theme.mark_of(Mark::Warning);
        let message = shown(&warning.message);
        lines.extend(marked(mark, &message, theme.warning, width));
    }
    lines
}

/// What becomes of it, or became, and the keys for it.
fn fate(waiting: &WaitingLaunch, shared: &Shared<'_>) -> String {
    let key = |action| shared.key_of(&[Context::Waiting], action);
    let (again, back) = (key(Action::LaunchAgain), key(Action::TakeBack));
    match &waiting.end {
        Some(end) if waiting.is_unseen() => format!(
            "{} {again} opens it as a draft, {back} says that you saw it.",
            shown(&end.reason)
        ),
        Some(end) => format!(
            "It was {}. {} {again} opens it as a draft.",
            end.state.plain(),
            shown(&end.reason)
        ),
        None => format!(
            "It is sent while a console of this profile is open, or `mylink run --pending` runs; another launch of its broadcast before then has it refused. {back} takes it back."
        ),
    }
}
