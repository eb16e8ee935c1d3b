//! The picture of the builder: two columns where there is room, else pages that follow the focus.

mod body;
mod contacts;
mod problems;
mod rows;
mod suggestions;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::Compose;
use super::cell::Pane;
use crate::domain::problem::Problem;
use crate::domain::text::{counted, grouped, size};
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;

/// Columns and rows from which both columns stand side by side.
const WIDE: (u16, u16) = (100, 26);

/// The named areas of the builder; those of other pages have no size.
#[derive(Default)]
struct Areas {
    who: Rect,
    set: Rect,
    when: Rect,
    problems: Rect,
    contacts: Rect,
    body: Rect,
}

/// Draws the builder.
pub fn draw(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    picture.narrow = area.width < WIDE.0 || area.height < WIDE.1;
    let areas = if picture.narrow {
        narrow(compose, frame, area, shared)
    } else {
        wide(compose, area)
    };
    let panes = [
        (Pane::Who, areas.who),
        (Pane::Set, areas.set),
        (Pane::When, areas.when),
        (Pane::Problems, areas.problems),
        (Pane::Contacts, areas.contacts),
        (Pane::Body, areas.body),
    ];
    for (pane, area) in panes.into_iter().filter(|(_, area)| area.height > 0) {
        match pane {
            Pane::Who => rows::who(compose, frame, area, shared),
            Pane::Set => rows::set(compose, frame, area, shared),
            Pane::When => rows::when(compose, frame, area, shared),
            Pane::Problems => problems::draw(compose, frame, area, shared),
            Pane::Contacts => contacts::draw(compose, frame, area, shared),
            Pane::Body => body::draw(compose, frame, area, shared),
        }
        picture.hits.push((area, Hit::Pane(pane as usize)));
    }
    suggestions::draw(compose, frame, area, &[areas.who, areas.set], shared);
}

fn wide(compose: &Compose, area: Rect) -> Areas {
    let [left, _, right] = Layout::horizontal([
        Constraint::Percentage(51),
        Constraint::Length(1),
        Constraint::Fill(1),
    ])
    .areas(area);
    let [who, set, when, problems] =
        Layout::vertical(editor_rows(compose, left.height)).areas(left);
    let [contacts, body] =
        Layout::vertical([Constraint::Percentage(54), Constraint::Fill(1)]).areas(right);
    Areas {
        who,
        set,
        when,
        problems,
        contacts,
        body,
    }
}

/// Heights of the left panes: as many rows as they hold, the problems what is left.
fn editor_rows(compose: &Compose, height: u16) -> [Constraint; 4] {
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let when = 3;
    let least_problems = if height >= 20 { 5 } else { 3 };
    let room = height.saturating_sub(when + least_problems);
    // Title row, filters, the line that adds one, borders.
    let who = rows(compose.draft.filters.len())
        .saturating_add(4)
        .clamp(5, room.saturating_sub(3).max(5));
    let set = rows(compose.draft.variables.len())
        .saturating_add(3)
        .clamp(3, room.saturating_sub(who).max(3));
    [
        Constraint::Length(who),
        Constraint::Length(set),
        Constraint::Length(when),
        Constraint::Fill(1),
    ]
}

fn narrow(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) -> Areas {
    let [pages, page, status] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
    ])
    .areas(area);
    draw_pages(compose, frame, pages, shared);
    draw_status(compose, frame, status, shared);
    match compose.focus {
        Pane::Contacts => Areas {
            contacts: page,
            ..Areas::default()
        },
        Pane::Body => Areas {
            body: page,
            ..Areas::default()
        },
        _ => {
            let [who, set, when, problems] =
                Layout::vertical(editor_rows(compose, page.height)).areas(page);
            Areas {
                who,
                set,
                when,
                problems,
                ..Areas::default()
            }
        }
    }
}

/// The pages, the open one marked; Tab goes through them.
fn draw_pages(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let open = match compose.focus {
        Pane::Contacts => 1,
        Pane::Body => 2,
        _ => 0,
    };
    let mut spans = vec![Span::raw(" ")];
    for (index, title) in ["Who and what", "Contacts", "Body"].into_iter().enumerate() {
        let style = if index == open {
            theme.focus
        } else {
            theme.dim
        };
        spans.push(Span::styled(title, style));
        spans.push(Span::raw("   "));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
    let hint = Line::from(vec![
        Span::styled("Tab", theme.focus),
        Span::styled(" next pane ", theme.dim),
    ]);
    frame.render_widget(Paragraph::new(hint.right_aligned()), area);
}

/// Count, size and problems in one line that is always in sight.
fn draw_status(compose: &Compose, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let mut spans = vec![Span::raw(" ")];
    spans.push(Span::styled(count_words(compose), theme.strong));
    if let Some((least, most)) = compose
        .preview
        .as_ref()
        .and_then(|preview| preview.who.range())
    {
        spans.push(Span::styled(
            format!(" ({} to {})", grouped(least), grouped(most)),
            theme.warning,
        ));
    }
    spans.push(Span::styled(
        format!("   {}   ", sent_words(compose)),
        theme.text,
    ));
    let errors = compose
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .count();
    let warnings = compose.problems.len() - errors;
    if errors > 0 {
        let text = format!(
            "{} {}",
            theme.mark_of(Mark::Error),
            counted(errors as u64, "error")
        );
        spans.push(Span::styled(format!("{text}   "), theme.danger));
    }
    if warnings > 0 {
        let text = format!(
            "{} {}",
            theme.mark_of(Mark::Warning),
            counted(warnings as u64, "warning")
        );
        spans.push(Span::styled(text, theme.warning));
    }
    if compose.problems.is_empty() {
        spans.push(Span::styled(
            format!("{} nothing wrong", theme.mark_of(Mark::Ok)),
            theme.ok,
        ));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// How many contacts, in words.
fn count_words(compose: &Compose) -> String {
    match &compose.preview {
        None => "counting ...".to_owned(),
        Some(preview) => {
            let words = preview.who.count().map_or_else(
                || "contacts not known".to_owned(),
                |count| counted(count, "contact"),
            );
            if compose.is_counted {
                words
            } else {
                format!("{words} ...")
            }
        }
    }
}

/// What is sent, in words: `249 B`, or `3 calls, 2.4 MB`.
fn sent_words(compose: &Compose) -> String {
    let bytes = size(
        compose
            .calls
            .iter()
            .map(crate::domain::payload::Payload::bytes)
            .sum(),
    );
    match compose.calls.len() {
        0 | 1 => bytes,
        calls => format!("{calls} calls, {bytes}"),
    }
}

/// The problem at a place of the plan, the worst first.
fn problem_at<'a>(compose: &'a Compose, pointer: &str) -> Option<&'a Problem> {
    compose
        .problems
        .iter()
        .find(|problem| problem.at == pointer)
}
