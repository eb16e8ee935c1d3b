//! Whether the first line of a paste names the columns: a header that is taken for a contact would be written to.

use super::IDENTITY;
use crate::audience::ColumnMapping;
use crate::domain::record::STANDARD_VARIABLES;

/// A whole number of so many digits is a phone number or an id, not a column's name (which may be a year).
const DIGITS_OF_AN_ID: usize = 5;

/// What a header gives a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// The variable of this name.
    Variable(String),
    /// A name is to be made up, where a row has a cell there.
    Unnamed,
    /// Nothing: the column of a file of rejected rows that says why.
    LeftOut,
}

/// What is known of the grid that a paste is for.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The names of its columns.
    pub columns: &'a [&'a str],
    /// Whether no target has anything yet.
    pub is_blank: bool,
}

impl Known<'_> {
    fn has(&self, name: &str) -> bool {
        !self.is_blank && self.columns.contains(&name)
    }
}

/// The columns by the first of some rows, where it is a header: where it names a variable, by its own name or by what an
/// import takes it for; in a grid without anybody also where it holds no digit and every line behind it begins with a
/// cell that does.
pub fn of(rows: &[Vec<String>], grid: &Known<'_>) -> Option<Vec<Named>> {
    let (first, others) = rows.split_first()?;
    let is_header = first.iter().any(|cell| is_known(cell, grid))
        || (!first.iter().any(|cell| is_id(cell)) && names_columns(first, grid))
        || (grid.is_blank && stands_over_numbers(first, others));
    is_header.then(|| named(first, grid))
}

/// Whether a cell is the very name of a variable.
fn is_known(cell: &str, grid: &Known<'_>) -> bool {
    STANDARD_VARIABLES.contains(&cell) || grid.has(cell)
}

/// Whether an import would take a cell for who a contact is, or for a column that is there.
fn names_columns(first: &[String], grid: &Known<'_>) -> bool {
    let mapping = ColumnMapping::suggested(first);
    let mut names = mapping.variables().into_iter().flatten();
    names.any(|name| IDENTITY.contains(&name) || grid.has(name))
}

fn is_id(cell: &str) -> bool {
    let is_number = cell
        .chars()
        .all(|letter| letter.is_ascii_digit() || "+-()./ ".contains(letter));
    is_number && cell.bytes().filter(u8::is_ascii_digit).count() >= DIGITS_OF_AN_ID
}

fn stands_over_numbers(first: &[String], others: &[Vec<String>]) -> bool {
    let has_digit = |cell: &String| cell.chars().any(char::is_numeric);
    let begins_with_one = |row: &Vec<String>| row.first().is_some_and(has_digit);
    !others.is_empty() && !first.iter().any(has_digit) && others.iter().all(begins_with_one)
}

/// What the columns of a header are: those of the grid by their own name, others as an import takes them. No two are the
/// same variable: the second keeps its own name, or gets one.
fn named(first: &[String], grid: &Known<'_>) -> Vec<Named> {
    let suggested = ColumnMapping::suggested(first);
    let mut taken: Vec<String> = first
        .iter()
        .filter(|cell| grid.has(cell))
        .cloned()
        .collect();
    let mut seen: Vec<&String> = Vec::new();
    let mut names = Vec::with_capacity(first.len());
    for (cell, variable) in first.iter().zip(suggested.variables()) {
        let is_own = grid.has(cell) && !seen.contains(&cell);
        seen.push(cell);
        let alone = ColumnMapping::suggested(std::slice::from_ref(cell));
        let own = crate::audience::snake_case(cell);
        let free = [variable, Some(own.as_str())]
            .into_iter()
            .flatten()
            .find(|name| !name.is_empty() && !taken.iter().any(|other| other == name));
        names.push(match free {
            _ if is_own => Named::Variable(cell.clone()),
            _ if !own.is_empty() && alone.variables() == [None] => Named::LeftOut,
            Some(name) => {
                taken.push(name.to_owned());
                Named::Variable(name.to_owned())
            }
            None => Named::Unnamed,
        });
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// The header of lines as words: `-` for a column without a name, `x` for one that is left out.
    fn header(text: &str, columns: &[&str]) -> Option<String> {
        let cells = |line: &str| line.split(',').map(str::to_owned).collect();
        let rows: Vec<Vec<String>> = text.split('|').map(cells).collect();
        let is_blank = columns.is_empty();
        let names = of(&rows, &Known { columns, is_blank })?;
        let words = names.into_iter().map(|named| match named {
            Named::Variable(name) => name,
            Named::Unnamed => "-".to_owned(),
            Named::LeftOut => "x".to_owned(),
        });
        Some(words.collect::<Vec<_>>().join(","))
    }

    #[rstest]
    #[case::as_an_import_takes_it("Mobile,Nome|+39 320 1,Ada", Some("user_phone_number,nome"))]
    #[case::by_its_own_name("User ID,Year,2024|1,2,3", Some("user_id,year,2024"))]
    #[case::a_variable_that_all_have("first_name|Ada", Some("first_name"))]
    #[case::words_over_numbers("Kunde,Stadt|1,Roma|2,Milano", Some("kunde,stadt"))]
    #[case::words_over_words("Roma,Ada|1,Bea|Milano,2", None)]
    #[case::words_alone("Roma,Ada", None)]
    #[case::digits_over_numbers("A1,Roma|B2,Milano", None)]
    #[case::a_phone_number_beside("3932000001,mobile|3932000002,desktop", None)]
    #[case::a_phone_number_as_it_is_written("+39 320 000-0001,Mobile|x,y", None)]
    #[case::the_second_keeps_its_name("Mobile,Phone|1,2", Some("user_phone_number,phone"))]
    #[case::equal_names("user_id,user_id|1,2", Some("user_id,-"))]
    #[case::a_column_without_a_name("user_id,,city|1,2,3", Some("user_id,-,city"))]
    #[case::why_a_row_was_rejected("rejected_line,user_id|1,2", Some("x,user_id"))]
    fn in_a_grid_without_anybody(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(header(text, &[]).as_deref(), expected);
    }

    #[rstest]
    #[case::by_the_very_name("Order No|A-1", Some("Order No"))]
    #[case::as_an_import_takes_it("City|Roma", Some("city"))]
    #[case::who_it_is("Mobile,Nome|3,Ada", Some("user_phone_number,nome"))]
    #[case::a_name_and_one_like_it("Order No,order no|A,B", Some("Order No,order_no"))]
    #[case::words_over_numbers("Kunde|1|2", None)]
    fn in_a_grid_with_somebody(#[case] text: &str, #[case] expected: Option<&str>) {
        let columns = ["user_id", "Order No", "city"];
        assert_eq!(header(text, &columns).as_deref(), expected);
    }
}
