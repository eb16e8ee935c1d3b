//! How the list of what a draft can start from looks: sections, and what to do where one is empty.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::naming::Naming;
use super::rows::{Does, Row, Section};
use super::{Stage, StartFrom};
use crate::domain::text::grouped;
use crate::model::{Action, Context, Notice};
use crate::ui::overlays::import::view::notice_lines;
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::table::clip;
use crate::ui::widgets::words::{marked, wrap};

/// Columns and rows of the overlay at most.
const MOST: (u16, u16) = (100, 32);

/// Columns of the counts and of the times.
const COUNT: usize = 16;
const WHEN: usize = 13;

/// A line of the list.
enum Entry {
    Heading(Section),
    /// A row, by its place among those that are listed.
    Row(usize),
    /// What to do in a section that has nothing.
    Hint(String),
    Blank,
}

/// Draws it.
pub fn draw(
    start: &StartFrom,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let rows = start.rows(shared);
    let area = centred(area, MOST.0, MOST.1);
    let pane = Pane::new("Start the draft from")
        .right(Span::styled(grouped(rows.len() as u64), theme.dim))
        .below(start.list.filter_line(theme));
    let inner = pane.draw_over(frame, area, theme);
    let width = usize::from(inner.width);
    let said = start.said.as_ref();
    let foot = said.map_or_else(Vec::new, |notice| notice_lines(notice, width, shared));
    let foot_rows = u16::try_from(foot.len()).unwrap_or(0);
    let parts = [Constraint::Min(0), Constraint::Length(foot_rows)];
    let [list, bottom] = Layout::vertical(parts).areas(inner);
    frame.render_widget(Paragraph::new(foot), bottom);
    draw_list(start, &rows, frame, list, shared, picture);
    match &start.stage {
        Stage::List => {}
        Stage::Naming(naming) => draw_naming(naming, frame, inner, shared),
        Stage::Removing(name) => draw_question(name, frame, inner, shared),
    }
}

fn draw_list(
    start: &StartFrom,
    rows: &[Row],
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let mut entries = entries(start, rows, shared);
    let cursor = start.list.cursor.min(rows.len().saturating_sub(1));
    let page = usize::from(area.height);
    if entries.len() > page {
        entries.retain(|entry| !matches!(entry, Entry::Blank));
    }
    let at = |entry: &Entry| matches!(entry, Entry::Row(place) if *place == cursor);
    let line = entries.iter().position(at).unwrap_or(0);
    let offset = first(start.list.offset, line, page, entries.len());
    for (index, entry) in entries.iter().skip(offset).take(page).enumerate() {
        let y = area.y + u16::try_from(index).unwrap_or(0);
        let place = Rect {
            y,
            height: 1,
            ..area
        };
        draw_entry(entry, rows, cursor, frame, place, shared);
    }
    if rows.is_empty() {
        let text = Span::styled("Nothing matches. Esc clears the filter.", shared.theme.dim);
        frame.render_widget(text, area);
    }
    picture.text_limit = offset;
    picture.text_page = page;
    picture.scroll_limit = u16::try_from(rows.len().saturating_sub(1)).unwrap_or(u16::MAX);
}

/// The first line in sight, so that the selected one is, with the heading above it at the very top.
fn first(offset: usize, line: usize, page: usize, lines: usize) -> usize {
    let page = page.max(1);
    let last = lines.saturating_sub(page);
    let first = if line <= 1 {
        0
    } else if line < offset + 1 {
        line - 1
    } else if line >= offset + page {
        line + 1 - page
    } else {
        offset
    };
    first.min(last)
}

/// The lines: a section without rows says what to do, unless the list is narrowed.
fn entries(start: &StartFrom, rows: &[Row], shared: &Shared<'_>) -> Vec<Entry> {
    let is_narrowed = !start.list.filter_text().is_empty();
    let mut entries = Vec::new();
    for section in Section::ALL {
        let mine: Vec<usize> = (0..rows.len())
            .filter(|place| rows[*place].section == section)
            .collect();
        // Hardly ever is anything set aside: then nothing is said of it.
        if mine.is_empty() && (is_narrowed || section == Section::Aside) {
            continue;
        }
        if !entries.is_empty() {
            entries.push(Entry::Blank);
        }
        entries.push(Entry::Heading(section));
        if mine.is_empty() {
            entries.push(Entry::Hint(hint(start, section, shared)));
        }
        entries.extend(mine.into_iter().map(Entry::Row));
    }
    entries
}

fn hint(start: &StartFrom, section: Section, shared: &Shared<'_>) -> String {
    let key = |context, action| shared.key_of(&[context], action);
    let is_read = match section {
        Section::Plans => start.plans.is_some(),
        _ => start.starts.is_some(),
    };
    match section {
        _ if !is_read => "reading ...".to_owned(),
        Section::Filters => {
            let save = key(Context::StartFrom, Action::SaveFilters);
            format!("none yet: {save} saves the draft's filters by a name")
        }
        Section::Audiences => {
            let sync = key(Context::Everywhere, Action::Sync);
            format!("none known: {sync} syncs")
        }
        Section::Plans => {
            let save = key(Context::Compose, Action::SavePlan);
            format!("none yet: {save} in the builder saves the draft by a name")
        }
        Section::Launches => "none yet".to_owned(),
        Section::Aside | Section::File => String::new(),
    }
}

fn draw_entry(
    entry: &Entry,
    rows: &[Row],
    cursor: usize,
    frame: &mut Frame<'_>,
    line: Rect,
    shared: &Shared<'_>,
) {
    let theme = shared.theme;
    match entry {
        Entry::Blank => {}
        Entry::Heading(section) => {
            frame.render_widget(Span::styled(section.heading(), theme.dim), line);
        }
        Entry::Hint(text) => {
            frame.render_widget(Span::styled(format!("  {text}"), theme.dim), line);
        }
        Entry::Row(place) => {
            let row = &rows[*place];
            let text = row_line(row, usize::from(line.width), shared);
            if *place == cursor {
                frame.buffer_mut().set_style(line, theme.selected);
                frame.render_widget(Paragraph::new(text).style(theme.selected), line);
                let bar = Span::styled(theme.mark_of(Mark::Row), theme.mark);
                frame.render_widget(bar, Rect { width: 1, ..line });
            } else {
                frame.render_widget(Paragraph::new(text), line);
            }
        }
    }
}

fn row_line(row: &Row, width: usize, shared: &Shared<'_>) -> Line<'static> {
    let theme = shared.theme;
    let room = width.saturating_sub(2 + COUNT + WHEN);
    let name_room = (room * 2 / 3).min(32);
    let name = clip(&row.name, name_room.saturating_sub(2));
    let pad = |text: &str, room: usize| " ".repeat(room.saturating_sub(text.width()));
    let what_room = room.saturating_sub(name_room);
    let what = clip(&row.what, what_room);
    let when = row.when.map_or_else(String::new, |at| ago(at, shared.now));
    let is_known = !matches!(&row.does, Does::Unreadable | Does::BadPlan(_))
        && !matches!(&row.does, Does::Audience(audience) if audience.contacts.is_none());
    let style = if is_known { theme.text } else { theme.dim };
    Line::from(vec![
        Span::raw("  "),
        Span::styled(name.clone(), style),
        Span::raw(pad(&name, name_room)),
        Span::styled(what.clone(), theme.dim),
        Span::raw(pad(&what, what_room)),
        Span::styled(format!("{:>COUNT$}", row.count), theme.text),
        Span::styled(format!("{when:>WHEN$}"), theme.dim),
    ])
}

fn draw_naming(naming: &Naming, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let title = match &naming.from {
        None => "Save the draft's filters",
        Some(_) => "Another name for the filters",
    };
    let problem = naming.problem.clone().map(Notice::error);
    let width = usize::from(area.width.min(70)).saturating_sub(4);
    let mut lines = vec![naming.input.line(width, theme.strong)];
    match problem {
        Some(notice) => lines.extend(notice_lines(&notice, width, shared)),
        None => lines.push(Line::from(Span::styled(
            "by a name; they can be used in every broadcast of this bot",
            theme.dim,
        ))),
    }
    let height = u16::try_from(lines.len() + 2).unwrap_or(4);
    let inner = Pane::new(title).draw_over(frame, centred(area, 70, height), theme);
    frame.render_widget(Paragraph::new(lines), inner);
}

fn draw_question(name: &str, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let inner = Pane::new("Delete saved filters").draw_over(frame, centred(area, 70, 5), theme);
    let width = usize::from(inner.width);
    let name = clip(name, 60);
    let mut lines = marked(theme.mark_of(Mark::Warning), &name, theme.strong, width);
    let text = "Enter deletes them, Esc leaves them. Drafts that use them stay as they are.";
    let rest = wrap(text, width).into_iter();
    lines.extend(rest.map(|line| Line::from(Span::styled(line, theme.dim))));
    frame.render_widget(Paragraph::new(lines), inner);
}
