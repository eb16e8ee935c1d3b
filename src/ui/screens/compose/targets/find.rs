//! Finding a text in a list of targets.

use super::list::TargetList;
use crate::domain::plan::Target;

/// A text that is looked for, in any case.
#[derive(Debug, Clone)]
pub struct Needle(String);

impl Needle {
    /// What was typed; `None` where that is nothing.
    pub fn new(typed: &str) -> Option<Self> {
        (!typed.is_empty()).then(|| Self(typed.to_lowercase()))
    }

    fn is_in(&self, text: &str) -> bool {
        if !text.is_ascii() || !self.0.is_ascii() {
            return text.to_lowercase().contains(&self.0);
        }
        let needle = self.0.as_bytes();
        let mut windows = text.as_bytes().windows(needle.len());
        windows.any(|window| window.eq_ignore_ascii_case(needle))
    }

    fn is_in_any(&self, target: &Target) -> bool {
        target.iter().any(|(_, value)| self.is_in(value))
    }

    /// The next cell that holds it, row by row in the order of the columns, behind (or, with `here`, at) the cell; round
    /// the end.
    pub fn next(
        &self,
        list: &TargetList,
        columns: &[&str],
        (row, column): (usize, usize),
        here: bool,
    ) -> Option<(usize, usize)> {
        let from = column + usize::from(!here);
        let mut rest = list.iter_from(row);
        let first = rest
            .next()
            .and_then(|target| self.column(target, columns, from, columns.len()));
        first.map(|column| (row, column)).or_else(|| {
            let below = (row + 1..).zip(rest);
            let above = (0..=row).zip(list.iter_from(0));
            let mut rows = below
                .chain(above)
                .filter(|(_, target)| self.is_in_any(target));
            rows.find_map(|(row, target)| {
                Some((row, self.column(target, columns, 0, columns.len())?))
            })
        })
    }

    /// The cell before that holds it; round the beginning.
    pub fn previous(
        &self,
        list: &TargetList,
        columns: &[&str],
        (row, column): (usize, usize),
    ) -> Option<(usize, usize)> {
        let last_in = |target: &Target, end: usize| {
            let column = |place: &usize| {
                let value = target.get(columns[*place]);
                value.is_some_and(|value| self.is_in(value))
            };
            (0..end).rev().find(column)
        };
        let all = || {
            (0..)
                .zip(list.iter_from(0))
                .filter(|(_, target)| self.is_in_any(target))
        };
        let above = all()
            .take_while(|(place, _)| *place <= row)
            .filter_map(|(place, target)| {
                let end = if place == row { column } else { columns.len() };
                Some((place, last_in(target, end.min(columns.len()))?))
            });
        above.last().or_else(|| {
            all()
                .filter_map(|(place, target)| Some((place, last_in(target, columns.len())?)))
                .last()
        })
    }

    fn column(&self, target: &Target, columns: &[&str], from: usize, to: usize) -> Option<usize> {
        (from..to).find(|place| {
            let value = target.get(columns[*place]);
            value.is_some_and(|value| self.is_in(value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn list() -> TargetList {
        let target = |row: &[(&str, &str)]| row.iter().copied().collect();
        [
            target(&[("user_id", "1"), ("city", "Milano")]),
            target(&[("city", "Roma"), ("user_id", "11")]),
            target(&[("user_id", "3"), ("city", "MÜNCHEN")]),
        ]
        .into_iter()
        .collect()
    }

    #[rstest]
    #[case::here("mil", (0, 1), true, Some((0, 1)))]
    #[case::below("1", (0, 0), false, Some((1, 0)))]
    #[case::round_the_end("milano", (2, 0), false, Some((0, 1)))]
    #[case::in_any_case("münch", (0, 0), true, Some((2, 1)))]
    #[case::only_here("roma", (1, 1), false, Some((1, 1)))]
    #[case::nowhere("Napoli", (0, 0), true, None)]
    fn the_next(
        #[case] typed: &str,
        #[case] from: (usize, usize),
        #[case] here: bool,
        #[case] expected: Option<(usize, usize)>,
    ) {
        let needle = Needle::new(typed).unwrap();
        assert_eq!(
            needle.next(&list(), &["user_id", "city"], from, here),
            expected
        );
    }

    #[rstest]
    #[case::above("1", (1, 0), Some((0, 0)))]
    #[case::in_the_row("3", (2, 1), Some((2, 0)))]
    #[case::round_the_beginning("mün", (0, 0), Some((2, 1)))]
    fn the_one_before(
        #[case] typed: &str,
        #[case] from: (usize, usize),
        #[case] expected: Option<(usize, usize)>,
    ) {
        let needle = Needle::new(typed).unwrap();
        assert_eq!(
            needle.previous(&list(), &["user_id", "city"], from),
            expected
        );
    }
}
