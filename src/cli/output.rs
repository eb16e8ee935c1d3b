//! What is written to stdout and stderr. A closed pipe is no error, and nothing from outside reaches a terminal as an
//! escape sequence: human output goes through [`shown`], JSON through [`text::json`].

use std::io::{self, BufWriter, StdoutLock, Write};
use std::process::ExitCode;

use serde::Serialize;

use super::exit::{self, Failure};
use super::table;
use crate::domain::text::{self, shown};

/// Writes a line of result to stdout. What came from outside was made fit to be shown.
///
/// # Errors
/// Where stdout can't be written, but for a pipe that was closed.
pub fn line(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    unless_closed(written)
}

/// Writes a value to stdout as one line of JSON.
///
/// # Errors
/// As [`line()`].
pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<(), Failure> {
    line(&to_json(value)?)
}

/// Writes an aligned table to stdout; cells may hold anything.
///
/// # Errors
/// As [`line()`].
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
    line(&table::lines(headings, rows).join("\n"))
}

fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, Failure> {
    text::json(value).map_err(|error| {
        Failure::local(format!(
            "The result could not be written as JSON: {error}. This is a defect of the program."
        ))
    })
}

fn unless_closed(written: io::Result<()>) -> Result<(), Failure> {
    written.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Failure::local(format!(
            "The result could not be written: {error}."
        ))),
    })
}

/// A long JSON array on stdout, written as it comes.
pub struct Array {
    out: BufWriter<StdoutLock<'static>>,
    is_empty: bool,
    is_closed: bool,
}

impl Array {
    /// Opens the array.
    pub fn begin() -> Self {
        Self {
            out: BufWriter::new(io::stdout().lock()),
            is_empty: true,
            is_closed: false,
        }
    }

    /// Adds an element; does nothing once the reader is gone.
    ///
    /// # Errors
    /// As [`line()`].
    pub fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        if self.is_closed {
            return Ok(());
        }
        let before = if self.is_empty { '[' } else { ',' };
        self.is_empty = false;
        let element = to_json(value)?;
        let written = write!(self.out, "{before}{element}");
        self.took(written)
    }

    /// Closes the array.
    ///
    /// # Errors
    /// As [`line()`].
    pub fn end(mut self) -> Result<(), Failure> {
        if self.is_closed {
            return Ok(());
        }
        let end = if self.is_empty { "[]" } else { "]" };
        let written = writeln!(self.out, "{end}").and_then(|()| self.out.flush());
        self.took(written)
    }

    fn took(&mut self, written: io::Result<()>) -> Result<(), Failure> {
        self.is_closed = written.is_err();
        unless_closed(written)
    }
}

/// Writes a note to stderr: one line, made fit to be shown.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}", shown(text));
}

/// Shows what is going on in one line of a terminal's stderr, in the place of what stood there; empty takes it away.
pub fn status(text: &str) {
    let mut err = io::stderr().lock();
    let _ = write!(err, "\r\x1b[K{}", shown(text)).and_then(|()| err.flush());
}

/// Says why a verb did not do what it was asked for.
pub fn fail(failure: &Failure) -> ExitCode {
    if !failure.message.is_empty() {
        note(&format!("mylink: {}", failure.message));
    }
    ExitCode::from(failure.code)
}

/// Shows help or version, or says what is wrong with the arguments, which may hold anything.
pub fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::from(exit::DONE);
    }
    for line in error.render().to_string().lines() {
        note(line);
    }
    ExitCode::from(exit::USAGE)
}
