//! The grid of targets: the rows and columns in sight, and no others.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::cells::mark_row;
use crate::domain::plan::Target;
use crate::domain::text::{counted, grouped};
use crate::model::{Action, Context};
use crate::ui::picture::{Hit, Picture};
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::{Cell, Pane};
use crate::ui::screens::compose::edit::Editing;
use crate::ui::screens::compose::targets::{Column, Grid, place_of};
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::pane;
use crate::ui::widgets::table::clip;

/// Columns of the terminal between two columns of the grid.
const GAP: u16 = 2;

/// Columns of the terminal that a column has at least, and where it is cut at the right end.
const NARROWEST: u16 = 6;

/// Columns of the terminal that a long text takes while it is typed.
const TYPING: u16 = 40;

/// A column in sight: its place among all, its name, and where it stands.
struct InSight<'a> {
    place: usize,
    name: &'a str,
    x: u16,
    width: u16,
}

impl InSight<'_> {
    fn at(&self, line: Rect) -> Rect {
        Rect {
            x: self.x,
            width: self.width,
            ..line
        }
    }
}

/// What is wrong in a row: its variable, or the row as a whole.
struct Wrong {
    row: usize,
    name: Option<String>,
    is_error: bool,
}

/// Columns of the terminal that the whole grid asks for, its border included.
pub fn wanted_width(compose: &Compose) -> u16 {
    let columns = compose.grid.columns.iter();
    let cells = columns.map(|column| width_of(column) + GAP).sum::<u16>();
    gutter(compose).saturating_add(cells).saturating_add(4)
}

fn width_of(column: &Column) -> u16 {
    column.width.max(NARROWEST)
}

/// Columns of the terminal at the left of the cells: bar, mark, row number.
fn gutter(compose: &Compose) -> u16 {
    let digits = grouped(compose.draft.targets.len() as u64).len().max(3);
    u16::try_from(digits).unwrap_or(u16::MAX) + 4
}

/// The line at the foot of the grid in which what is no cell is typed; no height where nothing is.
fn with_foot(compose: &Compose, inner: Rect) -> [Rect; 2] {
    let is_apart = |editing: &Editing| editing.cell.is_of_grid() && editing.cell != Cell::Target;
    let height = u16::from(compose.editing.as_ref().is_some_and(is_apart));
    Layout::vertical([Constraint::Fill(1), Constraint::Length(height)]).areas(inner)
}

/// The rows in sight: the first, and how many fit below the titles.
fn rows_in_sight(compose: &Compose, area: Rect) -> (usize, usize) {
    let grid = &compose.grid;
    let page = usize::from(area.height.saturating_sub(1)).max(1);
    let all = compose.draft.targets.len() + 1;
    let least = (grid.row + 1).saturating_sub(page);
    let first = grid.seen.row.clamp(least, grid.row.max(least));
    (first.min(all.saturating_sub(page).max(least)), page)
}

/// The columns in sight; the first stays where it is when the others move.
fn columns_in_sight(compose: &Compose, area: Rect) -> (usize, Vec<InSight<'_>>) {
    let grid = &compose.grid;
    let left = area.x + gutter(compose);
    let mut first = grid.seen.column.max(1).min(grid.column.max(1));
    // Where there is room at the right, what is hidden at the left comes back.
    while first > 1 && ends_whole(grid, &laid_out(grid, first - 1, left, area.right())) {
        first -= 1;
    }
    loop {
        let columns = laid_out(grid, first, left, area.right());
        let is_whole = |column: &InSight<'_>| {
            column.place == grid.column
                && (column.width == width_of(&grid.columns[column.place]) || first == grid.column)
        };
        if grid.column == 0 || first >= grid.column || columns.iter().any(is_whole) {
            return (first, columns);
        }
        first += 1;
    }
}

/// Whether the last column of all is in sight, uncut.
fn ends_whole(grid: &Grid, columns: &[InSight<'_>]) -> bool {
    let last = columns.last();
    last.is_some_and(|last| {
        last.place + 1 == grid.columns.len() && last.width == width_of(&grid.columns[last.place])
    })
}

fn laid_out(grid: &Grid, first: usize, left: u16, right: u16) -> Vec<InSight<'_>> {
    let places = (0..grid.columns.len().min(1)).chain(first..grid.columns.len());
    let mut columns = Vec::new();
    let mut x = left;
    for place in places {
        let room = right.saturating_sub(x);
        if room < NARROWEST {
            break;
        }
        let column = &grid.columns[place];
        let width = width_of(column).min(room);
        columns.push(InSight {
            place,
            name: &column.name,
            x,
            width,
        });
        x += width + GAP;
    }
    columns
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
    draw_typing(compose, frame, area, foot, shared);
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

/// Draws the text that is being typed: over its cell, or at the foot.
fn draw_typing(
    compose: &Compose,
    frame: &mut Frame<'_>,
    area: Rect,
    foot: Rect,
    shared: &Shared<'_>,
) {
    let Some(editing) = compose
        .editing
        .as_ref()
        .filter(|editing| editing.cell.is_of_grid())
    else {
        return;
    };
    let theme = shared.theme;
    let label = label_of(editing.cell);
    frame.render_widget(Span::styled(label, theme.dim), foot);
    let Some(at) = typed_at(compose, area, foot, editing) else {
        return;
    };
    frame.render_widget(Clear, at);
    frame
        .buffer_mut()
        .set_style(at, theme.selected.remove_modifier(Modifier::REVERSED));
    let line = editing.input.line(usize::from(at.width), theme.text);
    frame.render_widget(Paragraph::new(line), at);
}

/// What is asked for at the foot.
fn label_of(cell: Cell) -> &'static str {
    match cell {
        Cell::NewColumn => "New column: ",
        Cell::ColumnName => "Rename to: ",
        Cell::Find => "Find: ",
        _ => "",
    }
}

/// Where the typed text stands.
fn typed_at(compose: &Compose, area: Rect, foot: Rect, editing: &Editing) -> Option<Rect> {
    if editing.cell != Cell::Target {
        let label = u16::try_from(label_of(editing.cell).width())
            .unwrap_or(0)
            .min(foot.width);
        return Some(Rect {
            x: foot.x + label,
            width: foot.width - label,
            ..foot
        });
    }
    let (first, page) = rows_in_sight(compose, area);
    let line = u16::try_from(compose.grid.row.checked_sub(first)?).ok()?;
    let (_, columns) = columns_in_sight(compose, area);
    let column = columns
        .iter()
        .find(|column| column.place == compose.grid.column)?;
    let wanted =
        u16::try_from(editing.input.text().len().min(usize::from(TYPING)) + 1).unwrap_or(TYPING);
    let at = Rect {
        x: column.x,
        y: area.y + 1 + line,
        width: column.width.max(wanted).min(area.right() - column.x),
        height: 1,
    };
    (usize::from(line) < page && at.bottom() <= area.bottom()).then_some(at)
}

/// Where a text that is typed in the grid stands within the area of its pane.
pub fn area_of(compose: &Compose, pane: Rect) -> Option<Rect> {
    let inner = super::cells::inside(pane);
    let editing = compose.editing.as_ref()?;
    let [area, foot] = with_foot(compose, inner);
    typed_at(compose, area, foot, editing).filter(|_| pane.height > 2)
}
