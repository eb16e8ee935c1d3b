//! A piece of a list of targets, with what is asked of it at every key known already.

use unicode_width::UnicodeWidthStr;

use crate::domain::payload::{Frame, TargetSizes};
use crate::domain::plan::Target;
use crate::ui::widgets::table::clip;

/// Targets of a piece at most. An edit makes one piece anew, so it costs the same however long the list is.
pub const MOST: usize = 256;

/// Columns of the terminal that a value asks for at most.
pub const WIDEST: u16 = 24;

/// So many neighbouring targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    targets: Vec<Target>,
    sizes: TargetSizes,
    columns: Vec<Column>,
}

/// A variable that some targets have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Columns of the terminal that name and values ask for, at most [`WIDEST`].
    pub width: u16,
}

impl Column {
    /// A column that is as wide as its name.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            width: width_of(name),
        }
    }
}

impl Chunk {
    /// A piece of these targets.
    pub fn new(targets: Vec<Target>) -> Self {
        Self {
            sizes: TargetSizes::of(&targets),
            columns: columns_of(&targets),
            targets,
        }
    }

    /// The targets.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The variables of its targets, in order of their first appearance.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The exact length in bytes of a body with these targets alone.
    pub fn whole(&self, frame: &Frame) -> u64 {
        self.sizes.whole(frame)
    }
}

fn columns_of(targets: &[Target]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for target in targets {
        for (number, (name, value)) in target.iter().enumerate() {
            // Most lists have their variables in one order.
            let is_here = columns
                .get(number)
                .is_some_and(|column| column.name == name);
            let place = if is_here {
                Some(number)
            } else {
                columns.iter().position(|column| column.name == name)
            };
            let place = place.unwrap_or_else(|| {
                columns.push(Column::named(name));
                columns.len() - 1
            });
            let column = &mut columns[place];
            if column.width < WIDEST {
                column.width = column.width.max(width_of(value));
            }
        }
    }
    columns
}

/// Columns of the terminal that a text asks for, at most [`WIDEST`].
pub fn width_of(text: &str) -> u16 {
    let is_plain = |byte: u8| (0x20..0x7f).contains(&byte);
    let head = &text.as_bytes()[..text.len().min(usize::from(WIDEST))];
    let width =
        if head.iter().copied().all(is_plain) && (text.len() == head.len() || text.is_ascii()) {
            text.len()
        } else {
            clip(text, usize::from(WIDEST)).width()
        };
    u16::try_from(width).unwrap_or(WIDEST).min(WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain("Milano", 6)]
    #[case::wide("東京", 4)]
    #[case::hostile("\u{202e}", 8)]
    #[case::long(&"x".repeat(100_000), WIDEST)]
    #[case::nothing("", 0)]
    fn a_value_asks_for_the_columns_that_it_is_shown_in(#[case] text: &str, #[case] expected: u16) {
        assert_eq!(width_of(text), expected);
    }
}
