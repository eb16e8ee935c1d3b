//! Rows of a file that were not taken: told by line and reason, and written to a file to be corrected there.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use crate::domain::text::{counted, grouped, shown};

use super::error::{AudienceError, Result};
use super::harmless::Lines;
use super::mapping::REJECTED;
use super::phone::BadPhone;
use super::records::LONGEST_ROW;

/// Bytes of rejected rows at most that are kept to be shown and written; the rest is counted.
const KEPT_BYTES: usize = 32_000_000;

/// Rejected rows at most that are kept.
const KEPT_ROWS: usize = 100_000;

/// Why a row was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It has neither `user_id` nor `user_phone_number`.
    NotIdentified,
    /// It is to be a contact, and nothing stands for its `user_id`.
    NotKeyed,
    /// Its phone number is none.
    BadPhone {
        /// The text.
        text: String,
        /// What is wrong with it.
        why: BadPhone,
    },
    /// It is to be on a suppression list, and could match nobody.
    NeverMatches {
        /// The text.
        text: String,
        /// The end of a sentence: why, and what to do.
        why: &'static str,
    },
    /// It names the same contact as an earlier row.
    DuplicateOf {
        /// The line of that row.
        line: u64,
    },
    /// It has more or fewer cells than the header.
    Ragged {
        /// Its cells.
        cells: usize,
        /// Those of the header.
        columns: usize,
    },
    /// It goes over several lines and is no row of the file: the quote that opens a cell of it is not closed there.
    OpenQuote {
        /// Its first line.
        first: u64,
        /// Its last line.
        last: u64,
    },
    /// It holds a NUL character.
    Nul,
    /// It holds bytes that are no text in the file's encoding.
    NotText,
    /// It is longer than a row may be.
    TooLong,
}

impl Reason {
    /// The word that it is counted by.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotIdentified | Self::NotKeyed => "not-identified",
            Self::BadPhone { .. } => "bad-phone",
            Self::NeverMatches { .. } => "never-matches",
            Self::DuplicateOf { .. } => "duplicate",
            Self::Ragged { .. } => "ragged",
            Self::OpenQuote { .. } => "open-quote",
            Self::Nul => "nul",
            Self::NotText => "not-text",
            Self::TooLong => "too-long",
        }
    }
}

impl fmt::Display for Reason {
    /// A sentence: what is wrong, and what to do.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotIdentified => formatter.write_str(
                "It has neither a user_id nor a user_phone_number. Fill one of them in.",
            ),
            Self::NotKeyed => formatter.write_str(
                "It has no user_id, and its phone number stands for one on WhatsApp, SMS and RCS alone. Fill in the user_id, or the bot_channel.",
            ),
            Self::BadPhone { text, why } => formatter.write_str(&why.about(text)),
            Self::NeverMatches { text, why } => write!(formatter, "\"{}\" {why}.", shown(text)),
            Self::DuplicateOf { line } => {
                write!(formatter, "It is the same contact as line {line}. Remove one of them.")
            }
            Self::Ragged { cells, columns } => write!(
                formatter,
                "It has {}, but the header names {columns}. Quote cells that hold the separator.",
                counted(*cells as u64, "cell")
            ),
            Self::OpenQuote { first, last } => write!(
                formatter,
                "It goes from line {first} to line {last}: a quote is never closed there. Close it, or write it twice in a quoted cell where it is text."
            ),
            Self::Nul => formatter
                .write_str("It holds a NUL character, so it isn't text. Export the file again."),
            Self::NotText => formatter.write_str(
                "It holds bytes that are no UTF-8, as the lines before are. Save the file as UTF-8.",
            ),
            Self::TooLong => write!(
                formatter,
                "It has more than {} bytes. Check that a quote in it is closed.",
                grouped(LONGEST_ROW as u64)
            ),
        }
    }
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The line on which it begins, from 1; the header is on the first.
    pub line: u64,
    /// Why.
    pub reason: Reason,
    /// Its cells as they stand in the file; only the beginning of a row that is too long.
    pub cells: Vec<String>,
}

/// The rows that were not taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rejections {
    rows: Vec<Rejected>,
    counts: BTreeMap<&'static str, u64>,
    kept_bytes: usize,
}

impl Rejections {
    /// The rows in the order of their lines; the first 100,000 of them, and no more than 32 MB.
    pub fn rows(&self) -> &[Rejected] {
        &self.rows
    }

    /// How many rows were rejected, those not kept too.
    pub fn count(&self) -> u64 {
        self.counts.values().sum()
    }

    /// How many rows were rejected but not kept.
    pub fn not_kept(&self) -> u64 {
        self.count() - self.rows.len() as u64
    }

    /// How many rows were rejected for each reason, by [`Reason::word`].
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    pub(super) fn push(&mut self, line: u64, reason: Reason, cells: impl Iterator<Item = String>) {
        *self.counts.entry(reason.word()).or_default() += 1;
        if self.rows.len() >= KEPT_ROWS || self.kept_bytes >= KEPT_BYTES {
            return;
        }
        let cells: Vec<String> = cells.collect();
        let bytes = cells.iter().map(|cell| cell.len() + size_of::<String>());
        self.kept_bytes += bytes.sum::<usize>() + size_of::<Rejected>();
        self.rows.push(Rejected {
            line,
            reason,
            cells,
        });
    }
}

/// Writes rejected rows as CSV (RFC 4180, UTF-8), separated as the file is by its `delimiter` (an ASCII character, else
/// a comma): the line, the reason, then the file's own columns. Harmless in a spreadsheet; a file that is corrected there can be imported, and its first two columns are ignored.
///
/// # Errors
/// Whatever stops the writing.
pub fn write_rejected(
    out: impl Write,
    columns: &[String],
    delimiter: char,
    rows: &[Rejected],
) -> Result<()> {
    let failed = |error: io::Error| AudienceError::Write(error.into());
    let mut lines = Lines::new(out, delimiter);
    let header = REJECTED
        .into_iter()
        .chain(columns.iter().map(String::as_str));
    lines.write(header).map_err(failed)?;
    for row in rows {
        let why = [row.line.to_string(), row.reason.to_string()];
        // A ragged row has as many cells as it has.
        let cells = why.iter().chain(&row.cells);
        lines.write(cells.map(String::as_str)).map_err(failed)?;
    }
    lines.flush().map_err(failed)
}
