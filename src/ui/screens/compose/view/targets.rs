//! The grid of targets: the rows and columns in sight, and no others.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

mod sight;
mod typing;

use super::cells::mark_row;
use crate::domain::plan::Target;
use crate::domain::text::{counted, grouped};
use crate::model::{Action, Context};
use crate::ui::picture::{Hit, Picture};
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::Pane;
use crate::ui::screens::compose::targets::place_of;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::pane;
use crate::ui::widgets::table::clip;

use sight::{InSight, columns_in_sight, gutter, rows_in_sight, with_foot};

pub use sight::wanted_width;
pub use typing::area_of;

/// What is wrong in a row: its variable, or the row as a whole.
struct Wrong {
    row: usize,
    name: Option<String>,
    is_error: bool,
}

/// Draws the pane.
pub fn draw(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let count = counted(compose.draft.targets.len() as u64, "target");
    let form = Line::from(vec![
        Span::styled(format!("{} targets  ", compose.draft.method), theme.dim),
        Span::styled(
            shared.key_of(&[Context::Compose], Action::Form),
            theme.focus,
        ),
        Span::styled(" form", theme.dim),
    ]);
    let inner = pane::Pane::new(format!("Who: {count}"))
        .right(form)
        .below(Span::styled(where_words(compose), theme.dim))
        .focused(compose.focus == Pane::Who)
        .draw(frame, area, theme);
    let [area, foot] = with_foot(compose, inner);
    let (first, page) = rows_in_sight(compose, area);
    let (first_column, columns) = columns_in_sight(compose, area);
    picture.grid = Some((first, first_column, page));
    titles(compose, frame, area, shared, &columns);
    let wrong = wrong(compose, first..first + page);
    let targets = compose
        .draft
        .targets
        .iter_from(first)
        .map(Some)
        .chain([None]);
    let below = area.rows().skip(1);
    for ((row, target), line) in (first..).zip(targets).zip(below) {
        mark_row(
            frame,
            line,
            shared,
            compose.is_in_grid() && row == compose.grid.row,
        );
        for column in columns.iter().filter(|_| target.is_some()) {
            let hit = Hit::Target(row, column.place);
            picture.hits.push((column.at(line), hit));
        }
        match target {
            Some(target) => target_row(compose, frame, line, shared, &columns, row, target, &wrong),
            None => new_row(compose, frame, line, shared, row),
        }
    }
    if compose.draft.targets.is_empty() {
        first_steps(frame, area, shared);
    }
    typing::draw(compose, frame, area, foot, shared);
}

/// Where the cursor is, and how far a range goes.
fn where_words(compose: &Compose) -> String {
    let (grid, length) = (&compose.grid, compose.draft.targets.len());
    if grid.mark.is_some() {
        let rows = grid.marked(&compose.draft.targets);
        return format!(
            "{} marked: {} to {}",
            counted(rows.len() as u64, "row"),
            grouped(rows.start as u64 + 1),
            grouped(rows.end as u64)
        );
    }
    if length == 0 || grid.row >= length {
        return String::new();
    }
    let column = format!("column {} of {}", grid.column + 1, grid.columns.len());
    format!(
        "row {} of {}, {column}",
        grouped(grid.row as u64 + 1),
        grouped(length as u64)
    )
}

fn titles(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    columns: &[InSight<'_>],
) {
    let line = Rect {
        height: area.height.min(1),
        ..area
    };
    for column in columns {
        let is_here = compose.is_in_grid() && column.place == compose.grid.column;
        let style = if is_here {
            shared.theme.criterion.add_modifier(Modifier::BOLD)
        } else {
            shared.theme.criterion
        };
        let title = clip(column.name, usize::from(column.width));
        frame.render_widget(Span::styled(title, style), column.at(line));
    }
    if let Some(last) = columns.last() {
        let hidden = compose.grid.columns.len() - last.place - 1;
        let more = format!("+{hidden}");
        let x = last.x + last.width + 1;
        if hidden > 0 && usize::from(area.right().saturating_sub(x)) >= more.len() {
            let more_at = Rect {
                x: area.right() - u16::try_from(more.len()).unwrap_or(0),
                width: u16::try_from(more.len()).unwrap_or(0),
                ..line
            };
            frame.render_widget(Span::styled(more, shared.theme.dim), more_at);
        }
    }
}

/// What is wrong in the rows in sight.
fn wrong(compose: &Compose, rows: std::ops::Range<usize>) -> Vec<Wrong> {
    let problems = compose.problems.iter();
    let in_rows = problems.filter_map(|problem| {
        let (row, name) = place_of(&problem.at).filter(|(row, _)| rows.contains(row))?;
        Some(Wrong {
            row,
            name,
            is_error: problem.is_error(),
        })
    });
    in_rows.collect()
}

#[expect(
    clippy::too_many_arguments,
    reason = "a row is drawn from all of these"
)]
fn target_row(
    compose: &Compose,
    frame: &mut Frame<'_>,
    line: Rect,
    shared: &Shared<'_>,
    columns: &[InSight<'_>],
    row: usize,
    target: &Target,
    wrong: &[Wrong],
) {
    let theme = shared.theme;
    let grid = &compose.grid;
    let is_marked = grid.mark.is_some() && grid.marked(&compose.draft.targets).contains(&row);
    if is_marked {
        frame.buffer_mut().set_style(line, theme.selected);
    }
    let here: Vec<&Wrong> = wrong.iter().filter(|wrong| wrong.row == row).collect();
    let looks = |is_error| {
        if is_error {
            theme.danger
        } else {
            theme.warning
        }
    };
    let worst = here.iter().map(|wrong| wrong.is_error).max();
    if let Some(is_error) = worst {
        let mark = if is_error { Mark::Error } else { Mark::Warning };
        let at = Rect {
            x: line.x + 1,
            width: 1,
            ..line
        };
        frame.render_widget(Span::styled(theme.mark_of(mark), looks(is_error)), at);
    }
    let style = worst.map_or(theme.dim, looks);
    let preview = compose.preview.as_ref();
    let is_left_out =
        preview.is_some_and(|preview| preview.suppressed.places.binary_search(&row).is_ok());
    number(compose, frame, line, &grouped(row as u64 + 1), style);
    for column in columns {
        let of_cell = here
            .iter()
            .filter(|wrong| wrong.name.as_deref() == Some(column.name));
        let of_cell = of_cell.map(|wrong| wrong.is_error).max();
        let selected = compose.is_in_grid() && (grid.row, grid.column) == (row, column.place);
        let plain = if is_left_out { theme.dim } else { theme.value };
        let style = of_cell.map_or(plain, looks);
        cell(
            frame,
            column.at(line),
            shared,
            target.get(column.name),
            style,
            selected,
        );
    }
}

fn number(compose: &Compose, frame: &mut Frame<'_>, line: Rect, text: &str, style: Style) {
    let at = Rect {
        x: line.x + 2,
        width: gutter(compose) - 3,
        ..line
    };
    let text = Line::from(Span::styled(text.to_owned(), style));
    frame.render_widget(text.right_aligned(), at.intersection(line));
}

/// Draws a cell; one without the variable shows a dot.
fn cell(
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    value: Option<&str>,
    style: Style,
    selected: bool,
) {
    let theme = shared.theme;
    let empty = if theme.ascii { "_" } else { "·" };
    let (text, style) = match value {
        Some("") => ("\"\"".to_owned(), theme.dim),
        Some(value) => (clip(value, usize::from(area.width)), style),
        None => (empty.to_owned(), theme.dim),
    };
    let style = if selected {
        style.patch(theme.focus)
    } else {
        style
    };
    if selected {
        // Where the row is reversed for want of colours, its cell stands out.
        let plain = Style::new().remove_modifier(Modifier::REVERSED);
        frame.buffer_mut().set_style(area, plain);
    }
    let text = if selected && value.is_none() {
        empty.repeat(usize::from(area.width.min(6)))
    } else {
        text
    };
    frame.render_widget(Span::styled(text, style), area);
}

/// The line behind the last target.
fn new_row(compose: &Compose, frame: &mut Frame<'_>, line: Rect, shared: &Shared<'_>, row: usize) {
    let selected = compose.is_in_grid() && compose.grid.row == row;
    let style = if selected {
        shared.theme.focus
    } else {
        shared.theme.dim
    };
    let left = gutter(compose).min(line.width);
    let at = Rect {
        x: line.x + left,
        width: line.width - left,
        ..line
    };
    frame.render_widget(Span::styled("+ target", style), at);
}

/// What to do while there is nobody.
fn first_steps(frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let key = |context, action| shared.key_of(&[context], action);
    let step = |keys: String, words: &str| {
        Line::from(vec![
            Span::styled(keys, theme.focus),
            Span::styled(format!(" {words}"), theme.text),
        ])
    };
    let lines = vec![
        step(key(Context::Targets, Action::Add), "adds a contact"),
        step(
            "paste".to_owned(),
            "puts rows in; a header names the columns",
        ),
        step(
            key(Context::Compose, Action::Import),
            "takes a CSV or TSV file",
        ),
        step(
            format!(
                "{} {}",
                key(Context::Compose, Action::Form),
                key(Context::Compose, Action::Freeze)
            ),
            "take filters, then freeze whom they match",
        ),
    ];
    let rest = Rect {
        x: area.x + 2,
        y: area.y + 3,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(3),
    };
    frame.render_widget(Paragraph::new(lines), rest.intersection(area));
}
