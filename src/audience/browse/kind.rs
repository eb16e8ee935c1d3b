//! What a field's values mostly are: that decides how they are sorted, and at which side of a column they stand.

use crate::audience::Column;
use crate::domain::criterion::{instant, number};

/// Rows that are looked at to tell.
const PROBES: u32 = 4096;

/// What a field's values mostly are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Anything else.
    #[default]
    Text,
    /// Numbers. Phone numbers with their `+`, and digits with a zero in front, are text: nobody adds them up.
    Number,
    /// Dates, or dates with a time.
    Date,
}

impl Kind {
    /// What at least nine tenths of a column's values are that are not empty, judged by a few thousand of them, evenly
    /// spread.
    pub fn of(column: &Column) -> Self {
        let rows = column.rows();
        let step = (rows / PROBES).max(1) as usize;
        let spread = (0..rows).step_by(step).filter_map(|row| column.get(row));
        let found = Self::of_values(spread);
        found.unwrap_or_else(|| {
            // Hardly anybody has it: those who do are looked for.
            let all = (0..rows).filter_map(|row| column.get(row));
            let some = all.filter(|value| !value.is_empty()).take(PROBES as usize);
            Self::of_values(some).unwrap_or_default()
        })
    }

    /// The same, but what names a contact is text to look at, however much it is sorted as numbers: nobody wants ranges
    /// of phone numbers.
    pub fn to_show(column: &Column) -> Self {
        match column.name() {
            "user_id" | "user_phone_number" => Self::Text,
            _ => Self::of(column),
        }
    }

    /// `None` where no value is filled.
    fn of_values<'a>(values: impl Iterator<Item = &'a str>) -> Option<Self> {
        let (mut all, mut numbers, mut dates) = (0_u32, 0_u32, 0_u32);
        for value in values.filter(|value| !value.is_empty()) {
            all += 1;
            numbers += u32::from(is_quantity(value));
            dates += u32::from(instant(value).is_some());
        }
        let most = |some: u32| u64::from(some) * 10 >= u64::from(all) * 9;
        match all {
            0 => None,
            _ if most(numbers) => Some(Self::Number),
            _ if most(dates) => Some(Self::Date),
            _ => Some(Self::Text),
        }
    }
}

/// A number that says how much.
fn is_quantity(text: &str) -> bool {
    let has_zero_in_front = text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
    !text.starts_with('+') && !has_zero_in_front && number(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::numbers(&["1", "-2.5", "300", ""], Kind::Number)]
    #[case::phones(&["+39320", "+39321"], Kind::Text)]
    #[case::postcodes(&["00184", "20121"], Kind::Text)]
    #[case::fractions(&["0.5", "0"], Kind::Number)]
    #[case::dates(&["2026-01-31", "2026-01-31T10:00Z"], Kind::Date)]
    #[case::half_of_them(&["1", "one"], Kind::Text)]
    #[case::nothing_filled(&["", ""], Kind::Text)]
    fn a_column_is_what_its_values_mostly_are(#[case] values: &[&str], #[case] expected: Kind) {
        let rows = u32::try_from(values.len()).unwrap();
        let mut builder = crate::audience::ColumnBuilder::new("x", rows);
        for (value, row) in values.iter().zip(0..) {
            builder.push(row, value).unwrap();
        }
        assert_eq!(Kind::of(&builder.finish()), expected);
    }

    #[test]
    fn a_field_that_hardly_anybody_has_is_judged_by_those_who_do() {
        let mut builder = crate::audience::ColumnBuilder::new("x", 1_000_000);
        builder.push(777_777, "12").unwrap();
        assert_eq!(Kind::of(&builder.finish()), Kind::Number);
    }
}
