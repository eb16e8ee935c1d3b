//! The picture: which contacts, their table, and what is typed or chosen.

mod columns;
mod table;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr;

use super::typed::Purpose;
use super::write::Writing;
use super::{Browse, Mode};
use crate::domain::text::{counted, grouped, shown};
use crate::model::{Action, Context};
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::Shared;
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::table::cut;
use crate::ui::widgets::words::marked;

/// Columns of the terminal for a text that is typed in the border.
const TYPED: usize = 30;

/// From so many rows on the group is described by a sentence.
const ROOM_FOR_WORDS: u16 = 12;

/// Draws it.
pub fn draw(
    browse: &Browse,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let place = Span::styled(place_words(browse), theme.dim);
    let width = usize::from(area.width);
    let title = format!("Contacts of {}", shown(&browse.title));
    let title = cut(&title, width.saturating_sub(place.width() + 8));
    let pane = Pane::new(title)
        .right(place)
        .below(below(browse, shared, width));
    let inner = pane.draw_over(frame, area, theme);
    let has_words = inner.height >= ROOM_FOR_WORDS;
    let head = if has_words { 3 } else { 1 };
    let head = head.min(inner.height);
    let [top, rest] =
        Layout::vertical([Constraint::Length(head), Constraint::Fill(1)]).areas(inner);
    draw_groups(
        browse,
        frame,
        Rect { height: 1, ..top }.intersection(top),
        shared,
        picture,
    );
    if has_words {
        let line = Rect {
            y: top.y + 1,
            height: 1,
            ..top
        };
        let words = cut(&words(browse, shared), usize::from(line.width));
        frame.render_widget(Span::styled(words, theme.dim), line);
    }
    match &browse.mode {
        Mode::Columns(chooser) => {
            table::draw(browse, frame, rest, shared, picture);
            picture.hits.clear();
            columns::draw(chooser, browse, frame, area, shared, picture);
        }
        Mode::Naming(writing) | Mode::Writing(writing) => {
            table::draw(browse, frame, rest, shared, picture);
            picture.hits.clear();
            draw_writing(writing, browse, frame, area, shared);
        }
        Mode::Table | Mode::Typing(_) => table::draw(browse, frame, rest, shared, picture),
    }
}

/// Where the cursor is, and what is under way.
fn place_words(browse: &Browse) -> String {
    if browse.waiting.is_slow {
        let what = if browse.scene.is_none() {
            "reading the contacts ..."
        } else {
            "sorting and searching ..."
        };
        return what.to_owned();
    }
    let rows = browse.rows.len() as u64;
    match rows {
        0 => String::new(),
        _ => format!("{} of {}", grouped(browse.cursor as u64 + 1), grouped(rows)),
    }
}

/// What is typed or looked for.
fn below(browse: &Browse, shared: &Shared<'_>, width: usize) -> Line<'static> {
    let theme = shared.theme;
    let room = TYPED.min(width.saturating_sub(30)).max(6);
    let mut spans = Vec::new();
    match &browse.mode {
        Mode::Typing(typing) => {
            let label = match typing.purpose {
                Purpose::Search => "search ",
                Purpose::Go => "user_id, phone or #row ",
            };
            spans.push(Span::styled(label, theme.dim));
            spans.extend(typing.input.line(room, theme.text).spans);
        }
        _ if !browse.search.text.is_empty() => {
            spans.push(Span::styled("search ", theme.dim));
            spans.push(Span::styled(
                cut(&shown(&browse.search.text), room),
                theme.text,
            ));
        }
        _ => return Line::default(),
    }
    if !browse.search.text.is_empty() {
        spans.push(Span::styled(format!("  {}", hit_words(browse)), theme.dim));
    }
    Line::from(spans)
}

/// Which hit the cursor is on: `3 of 41 hits`.
fn hit_words(browse: &Browse) -> String {
    let search = &browse.search;
    if search.of != search.text {
        return "...".to_owned();
    }
    let hits = &search.hits;
    let here = u32::try_from(browse.cursor).unwrap_or(u32::MAX);
    match (hits.len(), hits.binary_search(&here)) {
        (0, _) => "no hit".to_owned(),
        (of, Ok(place)) => {
            let hits = counted(of as u64, "hit");
            format!("{} of {hits}", grouped(place as u64 + 1))
        }
        (of, Err(_)) => counted(of as u64, "hit"),
    }
}

/// The groups with their counts, the one that is shown strong; where there is no room for all, that one alone.
fn draw_groups(
    browse: &Browse,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let Some(scene) = &browse.scene else {
        return;
    };
    let key = shared.key_of(&[Context::Browse], Action::NextGroup);
    let texts: Vec<(usize, String, String)> = scene
        .groups
        .iter()
        .enumerate()
        .map(|(place, group)| {
            let label = group.kind.label().to_owned();
            (place, label, grouped(group.count()))
        })
        .collect();
    let width = |(_, label, count): &(usize, String, String)| label.width() + count.width() + 4;
    let all: usize = texts.iter().map(width).sum();
    let hint = if texts.len() > 1 { key.width() + 7 } else { 0 };
    let has_room = all + hint <= usize::from(area.width) + 3;
    let mut x = area.x;
    for text in &texts {
        let (place, label, count) = text;
        if !has_room && *place != browse.group {
            continue;
        }
        let is_shown = *place == browse.group;
        let style = if is_shown { theme.focus } else { theme.dim };
        let figure = if is_shown { theme.strong } else { theme.text };
        let mut spans = vec![
            Span::styled(label.clone(), style),
            Span::raw(" "),
            Span::styled(count.clone(), figure),
        ];
        if !has_room {
            let of = format!("   {} of {}", browse.group + 1, texts.len());
            spans.push(Span::styled(of, theme.dim));
        }
        let line = Line::from(spans);
        let cell = Rect {
            x,
            width: u16::try_from(line.width()).unwrap_or(u16::MAX),
            ..area
        };
        let cell = cell.intersection(area);
        frame.render_widget(line, cell);
        picture.hits.push((cell, Hit::Group(*place)));
        x = x.saturating_add(u16::try_from(width(text) - 1).unwrap_or(0));
        x = x.saturating_add(2);
    }
    if texts.len() > 1 {
        let hint = Line::from(vec![
            Span::styled(key, theme.focus),
            Span::styled(" others", theme.dim),
        ]);
        let free = Rect {
            x,
            width: area.right().saturating_sub(x),
            ..area
        };
        if usize::from(free.width) >= hint.width() {
            frame.render_widget(hint.right_aligned(), free);
        }
    }
}

/// What the contacts are, and of when.
fn words(browse: &Browse, shared: &Shared<'_>) -> String {
    let Some(scene) = &browse.scene else {
        return String::new();
    };
    let sentence = match (scene.note, browse.shown()) {
        (Some(note), _) => note,
        (None, Some(group)) => group.kind.sentence(),
        (None, None) => "",
    };
    match scene.as_of {
        Some(at) => format!("{sentence} Synced {}.", ago(at, shared.now)),
        None => format!("{sentence} They were never synced."),
    }
}

fn draw_writing(
    writing: &Writing,
    browse: &Browse,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
) {
    let theme = shared.theme;
    let columns = 84.min(area.width);
    let width = usize::from(columns.saturating_sub(4));
    let contacts = counted(browse.rows.len() as u64, "contact");
    let fields = counted(browse.columns.len() as u64, "column");
    let mut lines = vec![Line::from(Span::styled(
        cut(&format!("{contacts}, {fields}, in this order"), width),
        theme.dim,
    ))];
    let mut name = vec![Span::styled("File  ", theme.dim)];
    name.extend(
        writing
            .input
            .line(width.saturating_sub(6), theme.strong)
            .spans,
    );
    lines.push(Line::from(name));
    lines.push(Line::default());
    if matches!(browse.mode, Mode::Writing(_)) {
        lines.push(Line::from(Span::styled(
            format!("{} written ...", grouped(writing.done)),
            theme.text,
        )));
    } else if let Some(problem) = &writing.problem {
        let mark = theme.mark_of(Mark::Warning);
        lines.extend(marked(mark, &shown(&problem.text), theme.warning, width));
    } else {
        lines.extend(hints(width, theme));
    }
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let inner = Pane::new("Write as CSV").draw_over(frame, centred(area, columns, height), theme);
    frame.render_widget(Paragraph::new(lines), inner);
}

fn hints(width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let text = "UTF-8, readable by you alone: it holds personal data. What a spreadsheet would take for a formula, in a cell or a part of it, gets a ' in front; a number with its sign, a phone number too, stays as it is.";
    let lines = crate::ui::widgets::words::wrap(text, width).into_iter();
    lines
        .map(|line| Line::from(Span::styled(line, theme.dim)))
        .collect()
}
