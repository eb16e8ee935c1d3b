//! Which rows decide.

use crate::domain::filter::{Join, Precedence};

/// Why a part of a filter holds, or doesn't.
#[derive(Debug, Clone, Default)]
pub struct Reason {
    holds: bool,
    /// The fewest rows that decide it, rising.
    pub rows: Vec<usize>,
    /// Those, and what they save a contact from.
    pub story: Vec<usize>,
    /// The last row of the part that saved it.
    pub saved_by: Option<usize>,
}

impl Reason {
    fn of_row(row: usize, holds: bool) -> Self {
        Self {
            holds,
            rows: vec![row],
            story: vec![row],
            saved_by: None,
        }
    }

    /// One side that holds is enough for OR, one that fails for AND; of two the shorter is told, the first of equals.
    /// Every row stands once, so that the fewest of the parts are the fewest of the whole.
    fn joined(self, join: Join, right: Self) -> Self {
        let enough = join == Join::Or;
        match (self.holds == enough, right.holds == enough) {
            (true, true) if right.rows.len() < self.rows.len() => right,
            (true, _) => self,
            (false, true) if enough => self.saved(right),
            (false, true) => right,
            (false, false) => self.with(right),
        }
    }

    /// The right side holds where the left one failed; of what failed the last row is told.
    fn saved(self, mut right: Self) -> Self {
        right.saved_by = right.rows.last().copied();
        right.story.splice(0..0, self.rows.last().copied());
        right
    }

    fn with(mut self, right: Self) -> Self {
        self.rows.extend(right.rows);
        self.story.extend(right.story);
        self.saved_by = right.saved_by.or(self.saved_by);
        self
    }
}

/// The reason of the whole, by each row's join and verdict; the first join has no meaning.
pub fn reason(precedence: Precedence, rows: impl Iterator<Item = (Join, bool)>) -> Reason {
    let mut groups: Option<Reason> = None;
    let mut group: Option<Reason> = None;
    for (row, (join, holds)) in rows.enumerate() {
        let right = Reason::of_row(row, holds);
        group = Some(match group.take() {
            None => right,
            Some(left) if join == Join::Or && precedence == Precedence::AndBeforeOr => {
                groups = Some(either(groups.take(), left));
                right
            }
            Some(left) => left.joined(join, right),
        });
    }
    group.map_or_else(Reason::default, |group| either(groups, group))
}

fn either(left: Option<Reason>, right: Reason) -> Reason {
    match left {
        Some(left) => left.joined(Join::Or, right),
        None => right,
    }
}
