//! The picture of what waits: the rows, and of the selected one what is known.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::detail::detail;
use super::{Waiting, sending};
use crate::domain::due::in_zone;
use crate::domain::text::{grouped, shown};
use crate::domain::waiting::{Timing, WaitingLaunch, countdown};
use crate::model::{Action, Context};
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::list::List;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::table::{self, Column, Row};

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 116;

/// Rows under the list that tell of the selected one, at most.
const MOST_DETAIL: usize = 12;

/// Draws it.
pub fn draw(
    overlay: &Waiting,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let rows = overlay.rows(shared);
    let told = overlay.selected(shared).map_or_else(Vec::new, |selected| {
        let room = MOST_COLUMNS.min(area.width).saturating_sub(4);
        let room = usize::from(room);
        match &overlay.moving {
            Some(moving) => moving.lines(selected, room, shared),
            None => detail(selected, room, shared),
        }
    });
    let most = usize::from(area.height / 2).min(MOST_DETAIL);
    let told_rows = u16::try_from(told.len().min(most)).unwrap_or(0);
    let height = u16::try_from(rows.len().max(2) + 3).unwrap_or(u16::MAX);
    let area = centred(
        area,
        MOST_COLUMNS.min(area.width),
        height.saturating_add(told_rows + u16::from(told_rows > 0)),
    );
    let count = Span::styled(grouped(rows.len() as u64), theme.dim);
    let title = if overlay.alone.is_none() {
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
        Constraint::Length(told_rows),
    ])
    .areas(inner);
    list(overlay, frame, above, shared, picture);
    let dash = if theme.ascii { "-" } else { "─" };
    let dashes = dash.repeat(usize::from(rule.width));
    frame.render_widget(Span::styled(dashes, theme.faint), rule);
    frame.render_widget(Paragraph::new(told), below);
}

/// The rows, with the one that keys are for.
fn list(
    overlay: &Waiting,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let rows = overlay.rows(shared);
    let moved = overlay.moving.as_ref();
    let moved = moved.and_then(|moving| rows.iter().position(|one| one.id == moving.id));
    let cursor = moved.unwrap_or(overlay.list.cursor).min(rows.len() - 1);
    let offset = List {
        cursor,
        ..overlay.list.clone()
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
