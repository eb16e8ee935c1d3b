//! The picture of the builder: two columns where there is room, else pages that follow the focus.

mod body;
mod cells;
mod contacts;
mod conversation;
mod elsewhere;
mod problems;
mod raw;
mod rows;
mod set;
mod status;
mod suggestions;
mod targets;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::Compose;
use super::cell::Pane;
use crate::domain::plan::FormKind;
use crate::domain::problem::Problem;
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::Shared;

/// Columns and rows from which both columns stand side by side.
const WIDE: (u16, u16) = (100, 26);

/// Rows from which the panes that are edited stand together.
const LEAST_EDITOR: u16 = 14;

/// The named areas of the builder; those of other pages have no size.
#[derive(Default)]
struct Areas {
    /// What suggestions may cover.
    page: Rect,
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
    let area = elsewhere::draw(compose, frame, area, shared);
    let areas = if area.width < WIDE.0 || area.height < WIDE.1 {
        narrow(compose, frame, area, shared, picture)
    } else {
        wide(compose, area, shared)
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
        picture.hits.push((area, Hit::Pane(pane as usize)));
        match pane {
            Pane::Who if compose.draft.form == FormKind::Targets => {
                targets::draw(compose, frame, area, shared, picture);
            }
            Pane::Who => rows::draw(compose, frame, area, shared, picture),
            Pane::Set => set::draw(compose, frame, area, shared),
            Pane::When => set::when(compose, frame, area, shared),
            Pane::Problems => problems::draw(compose, frame, area, shared),
            Pane::Contacts => contacts::draw(compose, frame, area, shared, picture),
            Pane::Body => body::draw(compose, frame, area, shared, picture),
        }
    }
    suggestions::draw(compose, frame, &areas, shared);
}

fn wide(compose: &Compose, area: Rect, shared: &Shared<'_>) -> Areas {
    let is_grid = compose.draft.form == FormKind::Targets;
    let left = u16::try_from(u32::from(area.width) * 51 / 100).unwrap_or(u16::MAX);
    if is_grid && compose.focus == Pane::Who && targets::wanted_width(compose) > left {
        return wide_grid(area);
    }
    let [left, _, right] = Layout::horizontal([
        Constraint::Percentage(51),
        Constraint::Length(1),
        Constraint::Fill(1),
    ])
    .areas(area);
    let [who, set, when, problems] =
        Layout::vertical(editor_rows(compose, left, shared)).areas(left);
    let [contacts, body] =
        Layout::vertical([Constraint::Percentage(54), Constraint::Fill(1)]).areas(right);
    Areas {
        page: area,
        who,
        set,
        when,
        problems,
        contacts,
        body,
    }
}

/// The grid over the whole width, what is sent and what is wrong below it.
fn wide_grid(area: Rect) -> Areas {
    let [who, below] = Layout::vertical([Constraint::Fill(3), Constraint::Fill(2)]).areas(area);
    let [left, _, body] = Layout::horizontal([
        Constraint::Percentage(51),
        Constraint::Length(1),
        Constraint::Fill(1),
    ])
    .areas(below);
    let [when, problems] =
        Layout::vertical([Constraint::Length(3), Constraint::Fill(1)]).areas(left);
    Areas {
        page: area,
        who,
        when,
        problems,
        body,
        ..Areas::default()
    }
}

/// Heights of the left panes: as many rows as they hold, the problems what is left.
fn editor_rows(compose: &Compose, area: Rect, shared: &Shared<'_>) -> [Constraint; 4] {
    let height = area.height;
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let when = 3;
    let least_problems = if height >= 20 { 5 } else { 3 };
    let room = height.saturating_sub(when + least_problems);
    if compose.draft.form == FormKind::Targets {
        let problems = if height >= 20 { (height / 3).max(5) } else { 0 };
        let fixed = [0, when, problems].map(Constraint::Length);
        return [Constraint::Fill(1), fixed[0], fixed[1], fixed[2]];
    }
    // Title row, filters, the line that adds one, borders; where there is nothing yet, what to do first.
    let first_steps = if compose.wants_filters() { 3 } else { 0 };
    if compose.draft.form == FormKind::Raw {
        let fixed = [0, when, least_problems].map(Constraint::Length);
        return [Constraint::Fill(1), fixed[0], fixed[1], fixed[2]];
    }
    let wanted = match compose.draft.form {
        FormKind::Conversation => {
            let width = usize::from(area.width.saturating_sub(4));
            rows(conversation::lines(compose, width, shared).len()).saturating_add(2)
        }
        _ => rows(compose.draft.filters.len()).saturating_add(4 + first_steps),
    };
    let who = wanted.clamp(5, room.saturating_sub(3).max(5));
    let set = rows(compose.draft.variables().len())
        .saturating_add(3)
        .clamp(3, room.saturating_sub(who).max(3));
    [
        Constraint::Length(who),
        Constraint::Length(set),
        Constraint::Length(when),
        Constraint::Fill(1),
    ]
}

fn narrow(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) -> Areas {
    let [pages, page, status] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
    ])
    .areas(area);
    status::pages(compose, frame, pages, shared, picture);
    status::draw(compose, frame, status, shared);
    match compose.focus {
        Pane::Contacts => Areas {
            page,
            contacts: page,
            ..Areas::default()
        },
        Pane::Body => Areas {
            page,
            body: page,
            ..Areas::default()
        },
        // Problems have long sentences: whoever goes to them wants to read them.
        pane if page.height < LEAST_EDITOR || pane == Pane::Problems => alone(pane, page),
        // A text wants all the room there is.
        Pane::Who if compose.draft.form == FormKind::Raw => alone(Pane::Who, page),
        _ => {
            let [who, set, when, problems] =
                Layout::vertical(editor_rows(compose, page, shared)).areas(page);
            Areas {
                page,
                who,
                set,
                when,
                problems,
                ..Areas::default()
            }
        }
    }
}

/// One pane of the first page, where there is no room for the others.
fn alone(pane: Pane, page: Rect) -> Areas {
    let mut areas = Areas {
        page,
        ..Areas::default()
    };
    match pane {
        Pane::Set => areas.set = page,
        Pane::When => areas.when = page,
        Pane::Problems => areas.problems = page,
        _ => areas.who = page,
    }
    areas
}

/// The problem at a place of the plan, the worst first.
fn problem_at<'a>(compose: &'a Compose, pointer: &str) -> Option<&'a Problem> {
    compose
        .problems
        .iter()
        .find(|problem| problem.at == pointer)
}
