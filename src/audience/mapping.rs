//! Which column of a file becomes which variable.

use std::collections::HashMap;
use std::io::Read;

use serde::{Deserialize, Serialize};

use crate::domain::variable::is_snake_case;

use super::encoding::Encoding;
use super::error::{AudienceError, Result};
use super::records::Records;
use super::snake::snake_case;

/// Rows that are shown beside the header at most.
const SAMPLES: usize = 5;

/// What a column of a file is taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnUse {
    /// The variable of this name.
    Variable(String),
    /// Nothing.
    Ignored,
}

/// What each column of a file is taken for, in the file's order. As JSON it is remembered for files with the same
/// header.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ColumnMapping(pub Vec<ColumnUse>);

/// The beginning of a file: its columns, and some rows to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The names of the columns as they stand there, empty and equal ones too.
    pub columns: Vec<String>,
    /// The first rows, as they stand there; ragged ones too.
    pub samples: Vec<Vec<String>>,
    /// How the file is encoded, by its beginning.
    pub encoding: Encoding,
    /// What stands between the cells: `,`, `;` or a tab.
    pub delimiter: char,
}

impl Header {
    /// Reads the beginning of a CSV or TSV file.
    ///
    /// # Errors
    /// A file that can't be read, or has no header line, or one that is too long to be one.
    pub fn read(input: impl Read) -> Result<Self> {
        let mut records = Records::new(input)?;
        let columns = header_row(&mut records)?;
        let mut samples = Vec::new();
        while samples.len() < SAMPLES
            && let Some(row) = records.next()?
        {
            samples.push(row.cells.lossy().collect());
        }
        Ok(Self {
            columns,
            samples,
            encoding: records.encoding(),
            delimiter: records.delimiter(),
        })
    }

    /// The mapping that suggests itself: [`ColumnMapping::suggested`].
    pub fn mapping(&self) -> ColumnMapping {
        ColumnMapping::suggested(&self.columns)
    }
}

/// Reads the header line.
pub(super) fn header_row<R: Read>(records: &mut Records<R>) -> Result<Vec<String>> {
    let Some(row) = records.next()? else {
        return Err(AudienceError::NoHeader);
    };
    if row.is_too_long {
        return Err(AudienceError::HeaderTooLong);
    }
    let columns: Vec<String> = row.cells.lossy().collect();
    if columns.iter().all(|name| name.trim().is_empty()) {
        return Err(AudienceError::NoHeader);
    }
    Ok(columns)
}

/// Names of columns in which a phone number or an address usually stands, in `snake_case`.
const USUAL: [(&str, &str); 14] = [
    ("phone", "user_phone_number"),
    ("phone_number", "user_phone_number"),
    ("mobile", "user_phone_number"),
    ("mobile_phone", "user_phone_number"),
    ("mobile_number", "user_phone_number"),
    ("telephone", "user_phone_number"),
    ("telefono", "user_phone_number"),
    ("cellulare", "user_phone_number"),
    ("telefon", "user_phone_number"),
    ("handy", "user_phone_number"),
    ("channel", "bot_channel"),
    ("email", "user_email"),
    ("e_mail", "user_email"),
    ("mail", "user_email"),
];

/// Columns of a file of rejected rows that say why; they are no variables.
pub(super) const REJECTED: [&str; 2] = ["rejected_line", "rejected_reason"];

impl ColumnMapping {
    /// A mapping by the columns' names in `snake_case` `[D]`, and by what some names usually mean (`Mobile` is
    /// `user_phone_number`) where no other column has that name. A column without a name is ignored, and so is the
    /// second of two that would be the same variable.
    pub fn suggested(columns: &[String]) -> Self {
        let names: Vec<String> = columns.iter().map(|name| snake_case(name)).collect();
        let mut taken: Vec<&str> = Vec::new();
        let mut usage = Vec::with_capacity(names.len());
        for name in &names {
            let usual = USUAL.iter().find(|(column, _)| column == name);
            let variable = match usual {
                Some((_, variable)) if !names.iter().any(|other| other == variable) => variable,
                _ => name.as_str(),
            };
            let is_free = !variable.is_empty() && !taken.contains(&variable);
            usage.push(if is_free && !REJECTED.contains(&variable) {
                taken.push(variable);
                ColumnUse::Variable(variable.to_owned())
            } else {
                ColumnUse::Ignored
            });
        }
        Self(usage)
    }

    /// Takes a column, by its name as it stands in the header, for something else than suggested. An empty variable
    /// ignores it; a variable's name is put into `snake_case`.
    ///
    /// # Errors
    /// [`AudienceError::UnknownColumn`].
    pub fn with(mut self, columns: &[String], column: &str, variable: &str) -> Result<Self> {
        let mut found = false;
        for (name, usage) in columns.iter().zip(&mut self.0) {
            if name == column {
                found = true;
                *usage = ColumnUse::of(variable);
            }
        }
        if found {
            return Ok(self);
        }
        Err(AudienceError::UnknownColumn {
            column: column.to_owned(),
            variable: variable.to_owned(),
            columns: columns.join(", "),
        })
    }

    /// A mapping where nobody is there to be asked: columns are taken for what is `said` (column, variable), the others
    /// as suggested. Nothing falls out unsaid: a column whose usual variable is taken keeps its own name.
    ///
    /// # Errors
    /// [`AudienceError::UnknownColumn`]; [`AudienceError::DuplicateColumn`] where two columns have the same name;
    /// [`AudienceError::NoIdentity`].
    pub fn decided(columns: &[String], said: &[(String, String)]) -> Result<Self> {
        let is_said = |name: &String| said.iter().any(|(column, _)| column == name);
        let mut mapping = Self::suggested(columns);
        for (column, variable) in said {
            mapping = mapping.with(columns, column, variable)?;
        }
        let spoken_for: Vec<String> = columns
            .iter()
            .zip(&mapping.0)
            .filter(|(name, _)| is_said(name))
            .filter_map(|(_, usage)| usage.variable().map(str::to_owned))
            .collect();
        for (place, name) in columns.iter().enumerate() {
            let suggested = mapping.0[place].variable();
            let is_free =
                suggested.is_some_and(|variable| !spoken_for.iter().any(|said| said == variable));
            if is_said(name) || is_free || REJECTED.contains(&snake_case(name).as_str()) {
                continue;
            }
            mapping.0[place] = ColumnUse::of(&snake_case(name));
        }
        mapping.check(columns)?;
        Ok(mapping)
    }

    /// The variables in the order of the columns; `None` for a column that is ignored.
    pub fn variables(&self) -> Vec<Option<&str>> {
        self.0.iter().map(ColumnUse::variable).collect()
    }

    /// Checks that it fits a header: a use for each column, no variable twice, and one that tells contacts apart.
    ///
    /// # Errors
    /// [`AudienceError::OtherHeader`], [`AudienceError::DuplicateColumn`], [`AudienceError::NoIdentity`].
    pub fn check(&self, columns: &[String]) -> Result<()> {
        if self.0.len() != columns.len() {
            return Err(AudienceError::OtherHeader {
                mapped: self.0.len(),
                columns: columns.len(),
            });
        }
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (usage, column) in self.0.iter().zip(1..) {
            let Some(name) = usage.variable() else {
                continue;
            };
            if let Some(first) = seen.insert(name, column) {
                return Err(AudienceError::DuplicateColumn {
                    name: name.to_owned(),
                    first,
                    second: column,
                });
            }
        }
        if !seen.contains_key("user_id") && !seen.contains_key("user_phone_number") {
            return Err(AudienceError::NoIdentity);
        }
        Ok(())
    }
}

impl ColumnUse {
    /// The variable of a name, which is put into `snake_case`; nothing where the name is empty.
    pub fn of(name: &str) -> Self {
        let name = name.trim();
        let variable = if is_snake_case(name) {
            name.to_owned()
        } else {
            snake_case(name)
        };
        if variable.is_empty() {
            Self::Ignored
        } else {
            Self::Variable(variable)
        }
    }

    /// The variable's name; `None` where it is ignored.
    pub fn variable(&self) -> Option<&str> {
        match self {
            Self::Variable(name) => Some(name),
            Self::Ignored => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn names(columns: &str) -> Vec<String> {
        columns.split(',').map(str::to_owned).collect()
    }

    fn suggested(columns: &str) -> String {
        let mapping = ColumnMapping::suggested(&names(columns));
        let variables: Vec<&str> = mapping
            .variables()
            .into_iter()
            .map(|name| name.unwrap_or("-"))
            .collect();
        variables.join(",")
    }

    #[rstest]
    #[case::snake("User ID,First Name", "user_id,first_name")]
    #[case::usual("Mobile,E-Mail", "user_phone_number,user_email")]
    #[case::the_name_itself_comes_first("Mobile,user_phone_number", "mobile,user_phone_number")]
    #[case::equal("user_id,City,city", "user_id,city,-")]
    #[case::unnamed("user_id,,--", "user_id,-,-")]
    #[case::of_rejected_rows("rejected_line,rejected_reason,user_id", "-,-,user_id")]
    fn suggestions(#[case] columns: &str, #[case] expected: &str) {
        assert_eq!(suggested(columns), expected);
    }

    #[test]
    fn a_column_is_taken_for_what_is_said() {
        let columns = names("Kunde,Stadt,x");
        let mapping = ColumnMapping::suggested(&columns)
            .with(&columns, "Kunde", "User Id")
            .and_then(|mapping| mapping.with(&columns, "x", ""))
            .unwrap();
        assert_eq!(mapping.variables(), [Some("user_id"), Some("stadt"), None]);
        assert!(mapping.check(&columns).is_ok());
        assert!(mapping.clone().with(&columns, "y", "z").is_err());
        assert!(matches!(
            mapping.check(&columns[..2]),
            Err(AudienceError::OtherHeader { .. })
        ));
        let twice = mapping.with(&columns, "x", "user_id").unwrap();
        assert!(matches!(
            twice.check(&columns),
            Err(AudienceError::DuplicateColumn {
                first: 1,
                second: 3,
                ..
            })
        ));
    }

    #[test]
    fn it_survives_json() {
        let mapping = ColumnMapping::suggested(&names("user_id,,city"));
        let json = serde_json::to_string(&mapping).unwrap();
        assert_eq!(
            json,
            r#"[{"variable":"user_id"},"ignored",{"variable":"city"}]"#
        );
        assert_eq!(
            serde_json::from_str::<ColumnMapping>(&json).unwrap(),
            mapping
        );
    }
}
