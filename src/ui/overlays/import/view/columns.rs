//! How the columns look: their names, what they are taken for, the first rows; below them what holds for all rows.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::text::{counted, grouped, size};
use crate::model::{Action, Context, Notice};
use crate::ui::overlays::import::columns::{At, Columns, IDENTITY, Said};
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::table::{self, Column, Row, clip};

/// Columns of the labels below.
const LABELS: usize = 29;

/// Draws them.
pub fn draw(
    columns: &Columns,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let said = said_lines(columns, usize::from(area.width), shared);
    let said_rows = u16::try_from(said.len()).unwrap_or(0);
    let rows = u16::try_from(columns.uses.len() + 1).unwrap_or(u16::MAX);
    let parts = [
        Constraint::Length(2),
        Constraint::Max(rows),
        Constraint::Length(1),
        Constraint::Length(2),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(said_rows),
    ];
    let [head, list, _, options, _, end, below] = Layout::vertical(parts).areas(area);
    frame.render_widget(Paragraph::new(head_line(columns, shared)), head);
    let cell = draw_list(columns, frame, list, shared, picture);
    let option = draw_options(columns, frame, options, shared);
    draw_end(columns, frame, end, shared);
    frame.render_widget(Paragraph::new(said), below);
    if let (Some(pick), Some(cell)) = (&columns.editing, cell.or(option)) {
        pick.view(frame, cell, area, shared);
    }
}

fn head_line(columns: &Columns, shared: &Shared<'_>) -> Line<'static> {
    let theme = shared.theme;
    let count = counted(columns.uses.len() as u64, "column");
    let taken = columns
        .uses
        .iter()
        .filter(|usage| usage.variable().is_some())
        .count();
    let whence = if columns.file.is_remembered {
        "taken as the last file with these columns"
    } else {
        "taken by their names"
    };
    Line::from(vec![
        Span::styled(format!("{count}, {}", grouped(taken as u64)), theme.text),
        Span::styled(format!(" {whence}"), theme.dim),
    ])
}

/// Draws the columns; returns the cell that is typed into.
fn draw_list(
    columns: &Columns,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) -> Option<Rect> {
    let theme = shared.theme;
    let widths = [
        Column::left("Column", Constraint::Fill(2)),
        Column::left("Taken for", Constraint::Fill(2)),
        Column::right("Contacts", Constraint::Length(9)),
        Column::left("First rows", Constraint::Fill(3)),
    ];
    let page = usize::from(area.height.saturating_sub(1));
    let offset = columns.list.offset_for(page);
    let selected = match columns.at() {
        At::Column(column) => Some(column),
        _ => None,
    };
    let rows = (offset..columns.uses.len()).map(|column| {
        let is_typed = columns.is_typing() && selected == Some(column);
        row(columns, column, is_typed, shared)
    });
    let drawn = table::draw(frame, area, theme, &widths, rows, offset, selected);
    picture.text_limit = offset;
    picture.text_page = drawn.page;
    let line = drawn.rows.get(selected?.checked_sub(offset)?)?;
    let cell = drawn.columns.get(1)?;
    Some(Rect { y: line.y, ..*cell })
}

fn row(columns: &Columns, column: usize, is_typed: bool, shared: &Shared<'_>) -> Row<'static> {
    let theme = shared.theme;
    let header = &columns.file.header;
    let name = header.columns.get(column).map_or("", String::as_str);
    let usage = columns.uses[column].variable();
    let plain = |text: String, style: Style| Line::from(Span::styled(text, style));
    let name = match name.trim() {
        "" => plain("(no name)".to_owned(), theme.dim),
        name if usage.is_none() => plain(clip(name, 60), theme.dim),
        name => plain(clip(name, 60), theme.text),
    };
    let (taken, contacts) = match (usage, &columns.editing) {
        (_, Some(pick)) if is_typed => (pick.line(24, shared), Line::default()),
        (None, _) => (plain("not taken".to_owned(), theme.dim), Line::default()),
        (Some(variable), _) => {
            let style = if IDENTITY.contains(&variable) {
                theme.focus
            } else {
                theme.field
            };
            let contacts = match columns.known(variable) {
                Some(contacts) => plain(grouped(contacts), theme.dim),
                None => plain("new".to_owned(), theme.warning),
            };
            (plain(clip(variable, 60), style), contacts)
        }
    };
    let samples = header.samples.iter().filter_map(|row| row.get(column));
    let samples: Vec<String> = samples
        .filter(|cell| !cell.is_empty())
        .map(|cell| clip(cell, 24))
        .collect();
    Row::new(vec![
        name,
        taken,
        contacts,
        plain(samples.join("  "), theme.dim),
    ])
}

/// Draws what holds for all rows; returns the cell that is typed into.
fn draw_options(
    columns: &Columns,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
) -> Option<Rect> {
    let theme = shared.theme;
    let is_taken = |name| {
        columns
            .uses
            .iter()
            .any(|usage| usage.variable() == Some(name))
    };
    let channel_hint = if is_taken("bot_channel") {
        "none"
    } else {
        "none: who is new can't be created"
    };
    let country_hint = "none: each number needs its country's code";
    // Digits without their country's code are somebody else's number.
    let country_style = if is_taken("user_phone_number") {
        theme.warning
    } else {
        theme.dim
    };
    let (channel, country) = (&columns.channel, &columns.country);
    let options = [
        (
            At::Channel,
            "Channel of rows without one",
            channel,
            channel_hint,
            theme.dim,
        ),
        (
            At::Country,
            "Country of phone numbers",
            country,
            country_hint,
            country_style,
        ),
    ];
    let mut typed = None;
    for (index, (at, label, value, hint, style)) in options.into_iter().enumerate() {
        let line = Rect {
            y: area.y + u16::try_from(index).unwrap_or(0),
            height: 1,
            ..area
        }
        .intersection(area);
        let is_here = columns.at() == at;
        mark(frame, line, is_here, shared);
        let mut spans = vec![Span::styled(format!("{label:<LABELS$}"), theme.dim)];
        match &columns.editing {
            Some(pick) if is_here => {
                spans.extend(pick.line(24, shared).spans);
                let x = u16::try_from(LABELS + 2).unwrap_or(0);
                typed = Some(Rect {
                    x: line.x + x,
                    width: 24,
                    ..line
                });
            }
            _ if value.is_empty() => spans.push(Span::styled(hint, style)),
            _ => {
                spans.push(Span::styled(clip(value, 30), theme.value));
                if at == At::Channel {
                    spans.push(on_channel(columns, shared));
                }
            }
        }
        frame.render_widget(Paragraph::new(Line::from(spans)), behind_mark(line));
    }
    typed
}

/// How many contacts are on the channel: a name that nobody has is a slip more often than not.
fn on_channel(columns: &Columns, shared: &Shared<'_>) -> Span<'static> {
    let theme = shared.theme;
    match columns.on(&columns.channel) {
        Some(contacts) if contacts > 0 => {
            Span::styled(format!("   {}", counted(contacts, "contact")), theme.dim)
        }
        _ => Span::styled("   no contact is on it yet", theme.warning),
    }
}

fn draw_end(columns: &Columns, frame: &mut Frame<'_>, line: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let is_here = columns.is_at_end();
    mark(frame, line, is_here, shared);
    let key = if is_here {
        "Enter".to_owned()
    } else {
        shared.key_of(&[Context::ImportColumns], Action::ReadFile)
    };
    let what = format!(
        " reads {} and says who would be taken",
        size(columns.file.stamp.bytes)
    );
    let spans = vec![
        Span::styled(key, theme.focus),
        Span::styled(what, theme.text),
    ];
    frame.render_widget(Paragraph::new(Line::from(spans)), behind_mark(line));
}

/// What lies at the right of the mark.
fn behind_mark(line: Rect) -> Rect {
    let width = line.width.saturating_sub(2);
    Rect {
        x: line.x + 2,
        width,
        ..line
    }
}

/// Marks the row that the cursor is on.
fn mark(frame: &mut Frame<'_>, line: Rect, is_here: bool, shared: &Shared<'_>) {
    if is_here && line.height > 0 {
        frame.buffer_mut().set_style(line, shared.theme.selected);
        let bar = Span::styled(shared.theme.mark_of(Mark::Row), shared.theme.mark);
        frame.render_widget(bar, Rect { width: 1, ..line });
    }
}

fn said_lines(columns: &Columns, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let notice = match &columns.said {
        None => return Vec::new(),
        Some(Said::Wrong(text)) => Notice::error(text.clone()),
        Some(Said::Done(text)) => Notice::ok(text.clone()),
    };
    let mut lines = vec![Line::default()];
    lines.extend(super::notice_lines(&notice, width, shared));
    lines
}
