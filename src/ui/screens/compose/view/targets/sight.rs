//! Which rows and columns of the grid are in sight, and where they stand.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::domain::text::grouped;
use crate::ui::screens::compose::Compose;
use crate::ui::screens::compose::cell::Cell;
use crate::ui::screens::compose::edit::Editing;
use crate::ui::screens::compose::targets::{Column, Grid};

/// Columns of the terminal between two columns of the grid.
const GAP: u16 = 2;

/// Columns of the terminal that a column has at least, and where it is cut at the right end.
const NARROWEST: u16 = 6;

/// A column in sight: its place among all, its name, and where it stands.
pub(super) struct InSight<'a> {
    pub(super) place: usize,
    pub(super) name: &'a str,
    pub(super) x: u16,
    pub(super) width: u16,
}

impl InSight<'_> {
    pub(super) fn at(&self, line: Rect) -> Rect {
        Rect {
            x: self.x,
            width: self.width,
            ..line
        }
    }
}

/// Columns of the terminal that the whole grid asks for, its border included.
pub fn wanted_width(compose: &Compose) -> u16 {
    let columns = compose.grid.columns.iter();
    // A file may have thousands of columns.
    let widths = columns.map(|column| width_of(column).saturating_add(GAP));
    let cells = widths.fold(0, u16::saturating_add);
    gutter(compose).saturating_add(cells).saturating_add(4)
}

fn width_of(column: &Column) -> u16 {
    column.width.max(NARROWEST)
}

/// Columns of the terminal at the left of the cells: bar, mark, row number.
pub(super) fn gutter(compose: &Compose) -> u16 {
    let digits = grouped(compose.draft.targets.len() as u64).len().max(3);
    u16::try_from(digits).unwrap_or(u16::MAX) + 4
}

/// The line at the foot of the grid in which what is no cell is typed; no height where nothing is.
pub(super) fn with_foot(compose: &Compose, inner: Rect) -> [Rect; 2] {
    let is_apart = |editing: &Editing| editing.cell.is_of_grid() && editing.cell != Cell::Target;
    let height = u16::from(compose.editing.as_ref().is_some_and(is_apart));
    Layout::vertical([Constraint::Fill(1), Constraint::Length(height)]).areas(inner)
}

/// The rows in sight: the first, and how many fit below the titles.
pub(super) fn rows_in_sight(compose: &Compose, area: Rect) -> (usize, usize) {
    let grid = &compose.grid;
    let page = usize::from(area.height.saturating_sub(1)).max(1);
    let all = compose.draft.targets.len() + 1;
    let least = (grid.row + 1).saturating_sub(page);
    let first = grid.seen.row.clamp(least, grid.row.max(least));
    (first.min(all.saturating_sub(page).max(least)), page)
}

/// The columns in sight; the first stays where it is when the others move.
pub(super) fn columns_in_sight(compose: &Compose, area: Rect) -> (usize, Vec<InSight<'_>>) {
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
