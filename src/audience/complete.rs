//! What a person may mean while typing: names of fields, and values that contacts really have.

mod values;

use std::cmp::Reverse;

use super::column::Column;
use super::explain::{Ends, edits_within, meant, spelled};
use super::table::Table;

/// A variable, and how many contacts have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldCount {
    /// The variable's name.
    pub name: String,
    /// How many contacts have it set, an empty one included.
    pub contacts: u64,
}

/// A value, and how many contacts have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueCount {
    /// The value.
    pub value: String,
    /// How many contacts have it.
    pub contacts: u64,
}

impl Table {
    /// The variables, that of the most contacts first, then by name.
    pub fn fields(&self) -> Vec<FieldCount> {
        let count = |column: &std::sync::Arc<Column>| FieldCount {
            name: column.name().to_owned(),
            contacts: column.set_count(),
        };
        let mut fields: Vec<FieldCount> = self.columns().iter().map(count).collect();
        fields.sort_by(|a, b| (Reverse(a.contacts), &a.name).cmp(&(Reverse(b.contacts), &b.name)));
        fields
    }

    /// Whether some contact has the variable.
    pub fn field_is_known(&self, name: &str) -> bool {
        self.column(name)
            .is_some_and(|column| column.set_count() > 0)
    }

    /// The known field that a mistyped name probably means: the same in another spelling (`favouriteColour`), else the
    /// closest by letters (at most a third of them off, case ignored), else another word for the same (`surname`).
    ///
    /// `None` for a name that is known, and for one that is like no other.
    pub fn nearest_field(&self, typed: &str) -> Option<&str> {
        if self.field_is_known(typed) {
            return None;
        }
        let letters: Vec<char> = typed.to_lowercase().chars().collect();
        let most = (letters.len() / 3).max(1);
        let (spelling, meaning) = (spelled(typed), meant(typed));
        let rank = |name: &str| {
            if spelled(name) == spelling {
                return Some((0, 0));
            }
            let edits = edits_within(&letters, name, Ends::Whole, most);
            let is_same = meaning.is_some() && meant(name) == meaning;
            edits.map(|edits| (1, edits)).or(is_same.then_some((2, 0)))
        };
        self.columns()
            .iter()
            .filter(|column| column.set_count() > 0)
            .filter_map(|column| Some((rank(column.name())?, column.name())))
            .min()
            .map(|(_, name)| name)
    }
}

/// How many letters must be changed, added, left out or swapped with their neighbour to get from one to the other.
pub(super) fn edits(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.to_lowercase().chars().collect();
    // More than all letters of both are never needed.
    let most = left.len() + right.chars().flat_map(char::to_lowercase).count();
    edits_within(&left, right, Ends::Whole, most).unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::same("city", "City", 0)]
    #[case::swapped("ctiy", "city", 1)]
    #[case::left_out("favorite_color", "favourite_color", 1)]
    #[case::from_nothing("", "abc", 3)]
    #[case::changed("kitten", "sitting", 3)]
    fn distances(#[case] left: &str, #[case] right: &str, #[case] expected: usize) {
        assert_eq!(edits(left, right), expected);
        assert_eq!(edits(right, left), expected);
    }
}
