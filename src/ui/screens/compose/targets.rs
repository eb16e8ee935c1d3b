//! The grid of targets: a row a contact, a column a variable.
//!
//! What a key costs doesn't depend on how long the list is: it is kept in pieces ([`list::TargetList`]), a picture looks
//! at the rows in sight alone, and columns are learned from the piece that changed.

mod act;
mod chunk;
mod columns;
mod fill;
mod find;
mod header;
mod list;
mod paste;
mod typing;

use std::ops::Range;

pub use chunk::Column;
pub use list::TargetList;

/// The variables that say who a contact is: their columns stand first.
pub const IDENTITY: [&str; 3] = ["user_id", "user_phone_number", "bot_channel"];

/// Where one is in the list of targets, and which columns it has.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// The row of the cursor; the one behind the last adds a row.
    pub row: usize,
    /// The column of the cursor.
    pub column: usize,
    /// The columns, in their order on the screen.
    pub columns: Vec<Column>,
    /// Columns that were added by hand: they stay while no target has them.
    made: Vec<String>,
    /// The other end of a marked range of rows.
    pub mark: Option<usize>,
    /// The row and column that the picture began with, and the rows that it held.
    pub seen: Seen,
    /// What was looked for last.
    needle: Option<find::Needle>,
}

/// What was in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// The first row.
    pub row: usize,
    /// The first column that is not held in its place.
    pub column: usize,
    /// Rows.
    pub rows: usize,
}

impl Grid {
    /// Learns the columns of a list anew: those that say who it is, then the others in order of their appearance, then
    /// those that were added by hand.
    pub fn learn(&mut self, list: &TargetList) {
        let (identity, others): (Vec<Column>, Vec<Column>) = list
            .columns()
            .into_iter()
            .partition(|column| IDENTITY.contains(&column.name.as_str()));
        let place = |column: &Column| IDENTITY.iter().position(|name| *name == column.name);
        self.columns = identity;
        self.columns.sort_by_key(place);
        self.columns.extend(others);
        // A row that is added has to say who it is.
        let first = ["user_id", "bot_channel"]
            .into_iter()
            .filter(|_| self.columns.is_empty());
        let first: Vec<Column> = first.map(Column::named).collect();
        let made: Vec<Column> = self.made.iter().map(|name| Column::named(name)).collect();
        list::merge(&mut self.columns, &first);
        list::merge(&mut self.columns, &made);
        self.keep_inside(list);
    }

    /// Learns what changed around the cursor; columns that are in sight stay where they are.
    pub fn learn_near(&mut self, list: &TargetList) {
        list::merge(&mut self.columns, list.columns_near(self.row));
        self.keep_inside(list);
    }

    /// Begins anew with another list.
    pub fn open(&mut self, list: &TargetList) {
        *self = Self::default();
        self.learn(list);
    }

    fn keep_inside(&mut self, list: &TargetList) {
        self.row = self.row.min(list.len());
        self.column = self.column.min(self.columns.len().saturating_sub(1));
        self.mark = self.mark.filter(|mark| *mark < list.len());
    }

    /// The name of the cursor's column.
    pub fn name(&self) -> &str {
        self.columns
            .get(self.column)
            .map_or("", |column| &column.name)
    }

    /// The place of a column.
    pub fn place_of(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The rows that are marked, else the cursor's.
    pub fn marked(&self, list: &TargetList) -> Range<usize> {
        let other = self.mark.unwrap_or(self.row);
        self.row.min(other)..(self.row.max(other) + 1).min(list.len())
    }
}

/// The row and the variable of a target's place in a plan, by its JSON Pointer: `/targets/5/user_phone_number`.
pub fn place_of(pointer: &str) -> Option<(usize, Option<String>)> {
    let rest = pointer.strip_prefix("/targets/")?;
    let (row, name) = match rest.split_once('/') {
        Some((row, name)) => (row, Some(name.replace("~1", "/").replace("~0", "~"))),
        None => (rest, None),
    };
    Some((row.parse().ok()?, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/targets/5/user_phone_number", Some((5, Some("user_phone_number"))))]
    #[case("/targets/0", Some((0, None)))]
    #[case("/targets/1/a~1b~0c", Some((1, Some("a/b~c"))))]
    #[case("/targets", None)]
    #[case("/filters/0/field", None)]
    fn places(#[case] pointer: &str, #[case] expected: Option<(usize, Option<&str>)>) {
        let expected = expected.map(|(row, name)| (row, name.map(str::to_owned)));
        assert_eq!(place_of(pointer), expected);
    }

    #[test]
    fn who_it_is_stands_first_and_what_was_added_by_hand_last() {
        let target = [
            ("city", "Roma"),
            ("bot_channel", "SMSChannel"),
            ("user_id", "1"),
        ];
        let list: TargetList = [target.into_iter().collect()].into_iter().collect();
        let mut grid = Grid {
            made: vec!["order".to_owned()],
            ..Grid::default()
        };
        grid.learn(&list);
        let names: Vec<&str> = grid
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, ["user_id", "bot_channel", "city", "order"]);
        grid.open(&TargetList::default());
        let names: Vec<&str> = grid
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, ["user_id", "bot_channel"]);
    }
}
