//! Contacts out of CSV: what can be read is read, and every line that can't is told by its number.

use std::collections::HashMap;
use std::io::Read;

use crate::domain::record::Contact;
use crate::domain::record::is_phone_channel;

use super::encoding::{Encoding, decode};
use super::error::{AudienceError, Result};

/// The most bytes of a file that are read.
const LIMIT: u64 = 1 << 30;

/// A column of the file, and the variable it becomes.
pub type Mapping = (String, String);

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The contacts, in the order of their lines; an empty cell is a variable that is not set.
    pub contacts: Vec<Contact>,
    /// The variables that the columns became.
    pub variables: Vec<String>,
    /// How the file was encoded.
    pub encoding: Encoding,
    /// What stood between the cells: `,`, `;` or a tab.
    pub delimiter: char,
    /// The lines that were left out, and why.
    pub problems: Vec<LineProblem>,
}

/// A line that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineProblem {
    /// The line in the file, from 1, on which the row begins.
    pub line: u64,
    /// What is wrong with it and what to do, as a sentence that begins with the line.
    pub message: String,
}

/// Reads contacts: a header line, then a contact a line, between commas, semicolons or tabs.
///
/// A column becomes the variable that `mapping` says, else its name in `snake_case` `[D]`. On WhatsApp, SMS and RCS the
/// identity that is missing is taken from the other `[D]`.
///
/// # Errors
/// A file that can't be read, is over 1 GiB, or whose header is missing, has unnamed or equal columns, lacks a mapped
/// one, or identifies nobody.
pub fn read_csv(input: impl Read, mapping: &[Mapping]) -> Result<Import> {
    let mut bytes = Vec::new();
    let read = input.take(LIMIT + 1).read_to_end(&mut bytes);
    if read.map_err(AudienceError::Read)? as u64 > LIMIT {
        return Err(AudienceError::TooLarge { limit: LIMIT });
    }
    let (text, encoding) = decode(&bytes);
    drop(bytes);
    let delimiter = delimiter(&text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    let variables = variables(&header, mapping)?;
    let mut import = Import {
        contacts: Vec::new(),
        variables,
        encoding,
        delimiter,
        problems: Vec::new(),
    };
    for record in reader.into_records() {
        import.take(record);
    }
    Ok(import)
}

impl Import {
    fn take(&mut self, record: csv::Result<csv::StringRecord>) {
        let line = |position: Option<&csv::Position>| position.map_or(0, csv::Position::line);
        let (line, contact) = match record {
            Ok(record) => (line(record.position()), contact(&record, &self.variables)),
            Err(error) => (
                line(error.position()),
                Err(format!("can't be read: {error}.")),
            ),
        };
        match contact {
            Ok(contact) => self.contacts.push(contact),
            Err(reason) => self.problems.push(LineProblem {
                line,
                message: format!("Line {line} {reason}"),
            }),
        }
    }
}

fn contact(
    record: &csv::StringRecord,
    variables: &[String],
) -> std::result::Result<Contact, String> {
    if record.len() != variables.len() {
        return Err(format!(
            "has {} cells, but the header names {}: it was left out. Quote cells that hold the separator.",
            record.len(),
            variables.len()
        ));
    }
    if record.iter().any(|cell| cell.contains('\0')) {
        return Err("holds a NUL character, so it isn't text: it was left out.".to_owned());
    }
    let set =
        |(name, cell): (&String, &str)| (!cell.is_empty()).then(|| (name.clone(), cell.to_owned()));
    let mut contact = Contact {
        variables: variables.iter().zip(record).filter_map(set).collect(),
    };
    complete_identity(&mut contact);
    if contact.get("user_id").is_none() && contact.get("user_phone_number").is_none() {
        return Err(
            "has neither a user_id nor a user_phone_number: it was left out. Fill one of them in."
                .to_owned(),
        );
    }
    Ok(contact)
}

fn complete_identity(contact: &mut Contact) {
    if !contact.get("bot_channel").is_some_and(is_phone_channel) {
        return;
    }
    for (has, lacks) in [
        ("user_id", "user_phone_number"),
        ("user_phone_number", "user_id"),
    ] {
        if let (Some(value), None) = (contact.get(has).map(str::to_owned), contact.get(lacks)) {
            contact.variables.insert(lacks.to_owned(), value);
        }
    }
}

fn variables(header: &csv::StringRecord, mapping: &[Mapping]) -> Result<Vec<String>> {
    if header.iter().all(str::is_empty) {
        return Err(AudienceError::NoHeader);
    }
    if let Some((column, variable)) = mapping
        .iter()
        .find(|(column, _)| !header.iter().any(|name| name == column))
    {
        return Err(AudienceError::UnknownColumn {
            column: column.clone(),
            variable: variable.clone(),
            columns: header.iter().collect::<Vec<_>>().join(", "),
        });
    }
    let mapped = |name: &str| mapping.iter().find(|(column, _)| column == name);
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut variables = Vec::with_capacity(header.len());
    for (name, column) in header.iter().zip(1..) {
        let variable = mapped(name).map_or_else(|| snake_case(name), |(_, name)| snake_case(name));
        if variable.is_empty() {
            return Err(AudienceError::UnnamedColumn { column });
        }
        if let Some(first) = seen.insert(variable.clone(), column) {
            return Err(AudienceError::DuplicateColumn {
                name: variable,
                first,
                second: column,
            });
        }
        variables.push(variable);
    }
    if !seen.contains_key("user_id") && !seen.contains_key("user_phone_number") {
        return Err(AudienceError::NoIdentity);
    }
    Ok(variables)
}

/// A name as the platform forces it `[D]`, in our reading `[I]`: lower case, `_` for whatever is no letter or digit
/// and where a capital follows a small letter (`firstName`), none at the ends, never two.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len());
    let mut after_small = false;
    for character in name.chars() {
        let word = character.is_alphanumeric();
        let breaks = !word || (character.is_uppercase() && after_small);
        if breaks && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        if word {
            snake.extend(character.to_lowercase());
        }
        after_small = character.is_lowercase() || character.is_numeric();
    }
    snake.truncate(snake.trim_end_matches('_').len());
    snake
}

/// Whichever stands most often in the header, outside of quotes.
fn delimiter(text: &str) -> char {
    let mut quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    for character in text.trim_start_matches(['\r', '\n']).chars() {
        match character {
            '"' => quoted = !quoted,
            '\r' | '\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (delimiter, count) in &mut counts {
                    *count += usize::from(character == *delimiter);
                }
            }
        }
    }
    let most = |best: (char, usize), next: (char, usize)| if next.1 > best.1 { next } else { best };
    counts.into_iter().fold((',', 0), most).0
}
