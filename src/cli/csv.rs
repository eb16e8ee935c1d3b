//! CSV and TSV files on the command line: which file, which column is what, and what is said of rows that can't be used.

use std::fs::{self, File};
use std::io::{self, BufWriter, Cursor, IsTerminal, Read, Write, stderr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::exit::Failure;
use super::output;
use crate::audience::{
    AudienceError, ColumnMapping, ColumnUse, Country, Encoding, Header, ImportProgress, Rejected,
    Rejections, write_rejected,
};
use crate::domain::text::{counted, grouped, shown};
use crate::session::Session;

/// Rejected rows that are told one by one.
const TOLD: usize = 20;

/// A file of contacts.
#[derive(Debug, clap::Args)]
pub struct Input {
    /// The file, CSV or TSV with a header line; - for stdin.
    #[arg(value_name = "FILE.csv|-")]
    file: PathBuf,
    /// Take a column for a variable; for nothing where the variable is left out: 'Notes='. Once for each column.
    #[arg(long, value_name = "COLUMN=variable", value_parser = assignment)]
    map: Vec<(String, String)>,
    /// The country of phone numbers without a country code: two letters, such as IT. Default: that of the profile.
    #[arg(long, value_name = "CC")]
    country: Option<String>,
    /// Write the rows that can't be used to this file, each with the reason, to be corrected there.
    #[arg(long, value_name = "FILE.csv")]
    rejected: Option<PathBuf>,
}

/// The columns of a file, and what they are taken for.
pub type Known = (Vec<String>, ColumnMapping);

/// A file whose header was read.
pub struct Opened {
    /// The names of its columns, and what they are taken for.
    pub known: Known,
    /// The country of phone numbers without a country code.
    pub country: Option<Country>,
    /// The whole file, from its beginning.
    pub input: Box<dyn Read>,
}

/// A column of a file and what it is taken for, as JSON.
#[derive(Serialize)]
pub struct ColumnShape<'a> {
    column: &'a str,
    variable: Option<&'a str>,
}

/// A rejected row as JSON.
#[derive(Serialize)]
pub struct RejectedShape {
    line: u64,
    reason: &'static str,
    message: String,
}

/// The last sign divides: a column's name may hold one, a variable's can't.
fn assignment(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((column, variable)) if !column.is_empty() => {
            Ok((column.to_owned(), variable.trim().to_owned()))
        }
        _ => {
            Err("write the column's name, = and the variable: Mobile=user_phone_number".to_owned())
        }
    }
}

impl Input {
    /// What the file is called.
    pub fn name(&self) -> String {
        match self.file.file_name() {
            Some(name) if self.file != Path::new("-") => name.to_string_lossy().into_owned(),
            _ => "stdin".to_owned(),
        }
    }

    /// Reads the header, and decides what the columns are taken for: as said, else as the last time for such a file,
    /// else by their names.
    ///
    /// # Errors
    /// Exit code 2 for a file that can't be read, and for columns that can't be told apart.
    pub async fn open(&self, session: &Session) -> Result<Opened, Failure> {
        self.check_rejected()?;
        let country = session.country(self.country.as_deref())?;
        let (header, input) = self.read_header()?;
        let columns = header.columns;
        let remembered = match session.remembered_mapping(&columns).await {
            Ok(mapping) => mapping.filter(|_| self.map.is_empty()),
            Err(error) => {
                output::note(&format!(
                    "What columns were taken for is not known: {error}."
                ));
                None
            }
        };
        let mapping = match remembered {
            Some(mapping) => {
                output::note(
                    "The columns are taken as the last time for such a file; --map takes them otherwise.",
                );
                mapping
            }
            None => ColumnMapping::decided(&columns, &self.map).map_err(|error| wrong(&error))?,
        };
        tell_taken(&columns, &mapping);
        tell_ignored(&columns, &mapping);
        Ok(Opened {
            known: (columns, mapping),
            country,
            input,
        })
    }

    /// Remembers what was said of the columns, for the next file of the kind. That it can't be is no failure.
    pub async fn remember(&self, session: &Session, (columns, mapping): &Known) {
        if self.map.is_empty() {
            return;
        }
        if let Err(error) = session.remember_mapping(columns, mapping).await {
            output::note(&format!(
                "What the columns are taken for can't be remembered: {error}."
            ));
        }
    }

    /// A file is opened once more from its beginning; of a pipe what was read is kept.
    fn read_header(&self) -> Result<(Header, Box<dyn Read>), Failure> {
        let is_file = fs::metadata(&self.file).is_ok_and(|metadata| metadata.is_file());
        if is_file && self.file != Path::new("-") {
            let header = Header::read(self.open_file()?).map_err(|error| wrong(&error))?;
            return Ok((header, self.open_file()?));
        }
        let input: Box<dyn Read> = if self.file == Path::new("-") {
            Box::new(io::stdin())
        } else {
            self.open_file()?
        };
        let mut kept = Keeping {
            input,
            kept: Vec::new(),
        };
        let header = Header::read(&mut kept).map_err(|error| wrong(&error))?;
        let Keeping { input, kept } = kept;
        Ok((header, Box::new(Cursor::new(kept).chain(input))))
    }

    fn open_file(&self) -> Result<Box<dyn Read>, Failure> {
        let opened = File::open(&self.file);
        let opened = opened.map_err(|error| {
            let name = self.file.to_string_lossy().into_owned();
            Failure::usage(format!("The file {} can't be read: {error}.", shown(&name)))
        })?;
        Ok(Box::new(opened))
    }

    /// Rejected rows never go over the file that they come from.
    fn check_rejected(&self) -> Result<(), Failure> {
        let same = |rejected: &PathBuf| {
            let real = |path: &Path| fs::canonicalize(path).ok();
            real(rejected).is_some() && real(rejected) == real(&self.file)
        };
        if self.rejected.as_ref().is_some_and(same) {
            return Err(Failure::usage(
                "--rejected names the file that is read. Give it another name.",
            ));
        }
        Ok(())
    }

    /// Tells what was not taken, and writes it to the file that was asked for.
    ///
    /// # Errors
    /// Exit code 6 where that file can't be written.
    pub fn tell_rejected(
        &self,
        columns: &[String],
        delimiter: char,
        rejected: &Rejections,
    ) -> Result<(), Failure> {
        for row in rejected.rows().iter().take(TOLD) {
            output::note(&format!("Line {}: {}", row.line, row.reason));
        }
        if rejected.count() > TOLD as u64 {
            output::note(&format!(
                "... {} more.",
                grouped(rejected.count() - TOLD as u64)
            ));
        }
        let Some(path) = &self.rejected else {
            return Ok(());
        };
        write_private(path, columns, delimiter, rejected.rows()).map_err(|error| {
            Failure::local(format!("The rejected rows could not be written: {error}"))
        })?;
        if rejected.not_kept() > 0 {
            output::note(&format!(
                "{} more are not in the file of rejected rows.",
                counted(rejected.not_kept(), "row")
            ));
        }
        Ok(())
    }
}

fn write_private(
    path: &Path,
    columns: &[String],
    delimiter: char,
    rows: &[Rejected],
) -> Result<(), AudienceError> {
    let file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| AudienceError::Write(error.into()))?;
    let mut out = BufWriter::new(file);
    write_rejected(&mut out, columns, delimiter, rows)?;
    out.flush()
        .map_err(|error| AudienceError::Write(error.into()))
}

/// What was read of a file.
///
/// # Errors
/// Exit code 2 for a file that can't be used.
pub fn taken<T>(read: Result<Option<T>, AudienceError>) -> Result<T, Failure> {
    let stopped = || Failure::local("The reading of the file was stopped. Nothing was changed.");
    read.map_err(|error| wrong(&error))?.ok_or_else(stopped)
}

/// A file of which nothing could be taken. Where at least one row was, what was rejected is told and no failure.
pub fn nothing_taken(rejected: u64) -> Failure {
    Failure::usage(format!(
        "No row of the file can be used ({} rejected), so nothing was taken.",
        counted(rejected, "row")
    ))
}

/// A file that can't be read as contacts is wrong usage.
fn wrong(error: &AudienceError) -> Failure {
    Failure::usage(error.to_string())
}

/// No column falls out unsaid.
fn tell_ignored(columns: &[String], mapping: &ColumnMapping) {
    let ignored = columns
        .iter()
        .zip(&mapping.0)
        .zip(1..)
        .filter(|((_, usage), _)| **usage == ColumnUse::Ignored)
        .map(|((name, _), place)| match name.trim() {
            "" => format!("column {place}, which has no name"),
            name => format!("\"{}\"", shown(name)),
        });
    let ignored: Vec<String> = ignored.collect();
    if !ignored.is_empty() {
        output::note(&format!("Ignored: {}.", ignored.join(", ")));
    }
}

/// Says what columns are taken for, where that is not just the name that they have.
fn tell_taken(columns: &[String], mapping: &ColumnMapping) {
    for (column, usage) in columns.iter().zip(&mapping.0) {
        if let Some(variable) = usage.variable().filter(|_| *usage != ColumnUse::of(column)) {
            output::note(&format!(
                "\"{}\" is taken for {variable}.",
                shown(column.trim())
            ));
        }
    }
}

/// Says how a file was encoded, and what stood between its cells.
pub fn tell_encoding(encoding: Encoding, delimiter: char) {
    let separator = match delimiter {
        ',' => "commas".to_owned(),
        ';' => "semicolons".to_owned(),
        '\t' => "tabs".to_owned(),
        other => other.to_string(),
    };
    output::note(&format!(
        "The file was read as {encoding}, separated by {separator}."
    ));
}

/// What a terminal is shown while a long file is read.
pub fn progress() -> impl FnMut(ImportProgress) {
    let is_terminal = stderr().is_terminal();
    let mut last = 0;
    move |progress| {
        // A line for every hundred thousand rows, and none for a short file.
        let step = (progress.taken + progress.rejected) / 50_000;
        if is_terminal && step != last {
            last = step;
            output::status(&format!(
                "{} read ...",
                counted(progress.taken + progress.rejected, "row")
            ));
        }
    }
}

/// Takes the progress away.
pub fn progress_done() {
    if stderr().is_terminal() {
        output::status("");
    }
}

/// The columns as JSON.
pub fn column_shapes<'a>(
    columns: &'a [String],
    mapping: &'a ColumnMapping,
) -> Vec<ColumnShape<'a>> {
    let pairs = columns.iter().zip(mapping.variables());
    pairs
        .map(|(column, variable)| ColumnShape { column, variable })
        .collect()
}

/// The rejected rows as JSON.
pub fn rejected_shapes(rejected: &Rejections) -> Vec<RejectedShape> {
    let rows = rejected.rows().iter();
    rows.map(|row| RejectedShape {
        line: row.line,
        reason: row.reason.word(),
        message: row.reason.to_string(),
    })
    .collect()
}

/// Keeps what it reads.
struct Keeping {
    input: Box<dyn Read>,
    kept: Vec<u8>,
}

impl Read for Keeping {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.kept.extend_from_slice(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain("Mobile=user_phone_number", Some(("Mobile", "user_phone_number")))]
    #[case::the_last_sign_divides("a=b=c", Some(("a=b", "c")))]
    #[case::nothing_ignores_it("Notes=", Some(("Notes", "")))]
    #[case::no_column("=x", None)]
    #[case::no_sign("Mobile", None)]
    fn what_a_column_is_taken_for(#[case] text: &str, #[case] expected: Option<(&str, &str)>) {
        let expected = expected.map(|(column, name)| (column.to_owned(), name.to_owned()));
        assert_eq!(assignment(text).ok(), expected);
    }
}
