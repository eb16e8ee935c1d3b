//! Where the cursor of the builder can be.

use super::draft::Draft;
use crate::domain::plan::FormKind;

/// A pane of the builder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// The filters.
    #[default]
    Who,
    /// The variables.
    Set,
    /// The delay.
    When,
    /// What is wrong.
    Problems,
    /// Whom it reaches.
    Contacts,
    /// What is sent.
    Body,
}

impl Pane {
    /// All of them, in the order of Tab.
    pub const ALL: [Self; 6] = [
        Self::Who,
        Self::Set,
        Self::When,
        Self::Problems,
        Self::Contacts,
        Self::Body,
    ];

    /// The pane some places further, round the end.
    pub fn step(self, by: isize) -> Self {
        let count = Self::ALL.len().cast_signed();
        let place = (self as usize).cast_signed() + by;
        Self::ALL[place.rem_euclid(count).cast_unsigned()]
    }
}

/// A cell of a pane that can be edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// How a filter is joined to those before it.
    Join(usize),
    /// A filter's variable.
    Field(usize),
    /// A filter's criterion.
    Criterion(usize),
    /// A filter's value.
    Value(usize),
    /// The line that adds a filter.
    NewFilter,
    /// A variable's name.
    Name(usize),
    /// A variable's value.
    Content(usize),
    /// The line that adds a variable.
    NewVariable,
    /// The delay.
    Delay,
    /// The cell of the grid that its cursor is on.
    Target,
    /// The name of a column that is added.
    NewColumn,
    /// The new name of a column.
    ColumnName,
    /// What is looked for in the grid.
    Find,
}

impl Cell {
    /// Whether it is typed into in the grid of targets.
    pub fn is_of_grid(self) -> bool {
        matches!(
            self,
            Self::Target | Self::NewColumn | Self::ColumnName | Self::Find
        )
    }
}

/// Row and column of the cursor in a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// The row; the one behind the last adds a row.
    pub row: usize,
    /// The column.
    pub column: usize,
}

impl Cursor {
    /// Moves within `rows` rows and `columns` columns.
    pub fn go(&mut self, down: isize, right: isize, rows: usize, columns: usize) {
        self.row = self
            .row
            .saturating_add_signed(down)
            .min(rows.saturating_sub(1));
        self.column = self
            .column
            .saturating_add_signed(right)
            .min(columns.saturating_sub(1));
    }
}

/// The cell under the cursor of a pane.
pub fn cell_at(pane: Pane, cursor: Cursor, draft: &Draft) -> Option<Cell> {
    match pane {
        Pane::Who if draft.form != FormKind::Audience => None,
        Pane::Who if cursor.row >= draft.filters.len() => Some(Cell::NewFilter),
        Pane::Who => Some(match cursor.column {
            0 if cursor.row > 0 => Cell::Join(cursor.row),
            0 | 1 => Cell::Field(cursor.row),
            2 => Cell::Criterion(cursor.row),
            _ => Cell::Value(cursor.row),
        }),
        Pane::Set if !draft.takes_variables() => None,
        Pane::Set if cursor.row >= draft.variables().len() => Some(Cell::NewVariable),
        Pane::Set if cursor.column == 0 => Some(Cell::Name(cursor.row)),
        Pane::Set => Some(Cell::Content(cursor.row)),
        Pane::When => Some(Cell::Delay),
        Pane::Problems | Pane::Contacts | Pane::Body => None,
    }
}

/// The pane and cursor of a place in the plan, by its JSON Pointer.
pub fn place_of(pointer: &str) -> (Pane, Cursor) {
    let mut parts = pointer.split('/').skip(1);
    let (list, row, key) = (
        parts.next().unwrap_or_default(),
        parts.next(),
        parts.next().unwrap_or_default(),
    );
    let row = row.and_then(|row| row.parse().ok()).unwrap_or(0);
    match list {
        "filters" | "targets" => {
            let column = match key {
                "join" => 0,
                "criterion" => 2,
                "value" => 3,
                _ => 1,
            };
            (Pane::Who, Cursor { row, column })
        }
        "variables" => (
            Pane::Set,
            Cursor {
                row,
                column: usize::from(key == "value"),
            },
        ),
        "delay_minutes" => (Pane::When, Cursor::default()),
        "body" => (Pane::Body, Cursor::default()),
        // The broadcast's state, or the whole: no cell corrects it.
        "broadcast" | "method" | "" => (Pane::Problems, Cursor::default()),
        _ => (Pane::Who, Cursor { row: 0, column: 1 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/filters/2/value", Pane::Who, 2, 3)]
    #[case("/filters/0", Pane::Who, 0, 1)]
    #[case("/variables/1/name", Pane::Set, 1, 0)]
    #[case("/delay_minutes", Pane::When, 0, 0)]
    #[case("/form", Pane::Who, 0, 1)]
    #[case("", Pane::Problems, 0, 0)]
    #[case("/broadcast", Pane::Problems, 0, 0)]
    fn every_place_of_a_plan_has_a_cell(
        #[case] at: &str,
        #[case] pane: Pane,
        #[case] row: usize,
        #[case] column: usize,
    ) {
        assert_eq!(place_of(at), (pane, Cursor { row, column }));
    }

    #[test]
    fn panes_go_round() {
        assert_eq!(Pane::Body.step(1), Pane::Who);
        assert_eq!(Pane::Who.step(-1), Pane::Body);
    }
}
