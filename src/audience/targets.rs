//! Targets out of a CSV or TSV file of any size, a row at a time.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::plan::{Seen, Target};
use crate::domain::record::is_phone_channel;
use crate::domain::suppression::never_matches;

use super::encoding::Encoding;
use super::error::{AudienceError, Result};
use super::harmless::unneutral;
use super::mapping::{ColumnMapping, header_row};
use super::phone::{Country, normalised};
use super::records::{Cells, Records, Row};
use super::rejected::{Reason, Rejections};

/// Targets of one file at most: five times what the cache is made for.
pub const MOST_TARGETS: usize = 5_000_000;

/// Rows between two looks at whether to stop.
const ROWS_A_LOOK: u64 = 1_024;

/// How a file becomes targets.
#[derive(Debug, Clone, Copy)]
pub struct TargetImport<'a> {
    /// What each column is taken for.
    pub mapping: &'a ColumnMapping,
    /// The `bot_channel` of rows that have none.
    pub bot_channel: Option<&'a str>,
    /// The country of phone numbers that are written without its code.
    pub country: Option<Country>,
}

/// How far a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportProgress {
    /// Bytes read.
    pub bytes: u64,
    /// Rows taken.
    pub taken: u64,
    /// Rows rejected.
    pub rejected: u64,
}

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedTargets {
    /// The targets in the order of their lines, each contact once; an empty cell is a variable that is not set.
    pub targets: Vec<Target>,
    /// The rows that were not taken.
    pub rejected: Rejections,
    /// The names of the file's columns, as [`super::write_rejected`] wants them.
    pub columns: Vec<String>,
    /// How the file is encoded.
    pub encoding: Encoding,
    /// What stands between the cells: `,`, `;` or a tab.
    pub delimiter: char,
}

impl TargetImport<'_> {
    /// Reads targets: a header line, then a contact a line. `None` as soon as `stop` is set.
    ///
    /// Phone numbers, the columns mapped to `user_phone_number` and, on WhatsApp, SMS and RCS, `user_id`, become E.164
    /// digits. A row that can't be used is rejected and told, never changed further. `progress` is told after every
    /// 1,024 rows and at the end. The file is never in memory as a whole: a line of a gigabyte is one rejected row.
    ///
    /// # Errors
    /// A file that can't be read or has no header, a mapping that doesn't fit it, more than [`MOST_TARGETS`].
    pub fn read(
        &self,
        input: impl Read,
        progress: impl FnMut(ImportProgress),
        stop: &AtomicBool,
    ) -> Result<Option<ImportedTargets>> {
        self.read_rows(input, progress, stop, |_| None)
    }

    /// Reads people for a suppression list: as [`TargetImport::read`], but a row that could match nobody is rejected.
    ///
    /// # Errors
    /// As [`TargetImport::read`].
    pub fn read_suppressed(
        &self,
        input: impl Read,
        progress: impl FnMut(ImportProgress),
        stop: &AtomicBool,
    ) -> Result<Option<ImportedTargets>> {
        self.read_rows(input, progress, stop, matches_nobody)
    }

    /// As [`TargetImport::read`]; a target of which `refused` gives a reason is rejected too.
    pub(super) fn read_rows(
        &self,
        input: impl Read,
        mut progress: impl FnMut(ImportProgress),
        stop: &AtomicBool,
        refused: fn(&Target) -> Option<Reason>,
    ) -> Result<Option<ImportedTargets>> {
        let input = Stoppable { input, stop };
        let mut records = match Records::new(input) {
            Err(_) if stop.load(Ordering::Relaxed) => return Ok(None),
            records => records?,
        };
        let columns = header_row(&mut records)?;
        self.mapping.check(&columns)?;
        let mut taking = Taking::new(*self, records.delimiter(), refused);
        let mut rows = 0;
        loop {
            let row = match records.next() {
                Err(_) if stop.load(Ordering::Relaxed) => return Ok(None),
                row => row?,
            };
            let Some(row) = row else {
                break;
            };
            taking.take(&row)?;
            rows += 1;
            if rows % ROWS_A_LOOK == 0 {
                if stop.load(Ordering::Relaxed) {
                    return Ok(None);
                }
                progress(taking.progress(records.bytes_read()));
            }
        }
        progress(taking.progress(records.bytes_read()));
        Ok(Some(ImportedTargets {
            targets: taking.targets,
            rejected: taking.rejected,
            columns,
            encoding: records.encoding(),
            delimiter: records.delimiter(),
        }))
    }
}

fn matches_nobody(target: &Target) -> Option<Reason> {
    ["user_id", "user_phone_number"]
        .into_iter()
        .find_map(|name| {
            let text = target.filled(name)?;
            Some(Reason::NeverMatches {
                text: text.to_owned(),
                why: never_matches(text)?,
            })
        })
}

/// Says no to reading once it is to stop, also in the middle of a line without an end.
struct Stoppable<'a, R> {
    input: R,
    stop: &'a AtomicBool,
}

impl<R: Read> Read for Stoppable<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("stopped"));
        }
        self.input.read(buffer)
    }
}

/// Targets as they are taken.
struct Taking<'a> {
    import: TargetImport<'a>,
    delimiter: char,
    refused: fn(&Target) -> Option<Reason>,
    variables: Vec<Option<&'a str>>,
    targets: Vec<Target>,
    /// The line of each target.
    lines: Vec<u64>,
    seen: Seen,
    rejected: Rejections,
}

impl<'a> Taking<'a> {
    fn new(
        import: TargetImport<'a>,
        delimiter: char,
        refused: fn(&Target) -> Option<Reason>,
    ) -> Self {
        Self {
            import,
            delimiter,
            refused,
            variables: import.mapping.variables(),
            targets: Vec::new(),
            lines: Vec::new(),
            seen: Seen::with_capacity(1_024),
            rejected: Rejections::default(),
        }
    }

    fn progress(&self, bytes: u64) -> ImportProgress {
        ImportProgress {
            bytes,
            taken: self.targets.len() as u64,
            rejected: self.rejected.count(),
        }
    }

    fn take(&mut self, row: &Row<'_>) -> Result<()> {
        let taken = self.target(row).and_then(|target| {
            self.targets.push(target);
            let place = self.targets.len() - 1;
            let Some(earlier) = self.seen.note(&self.targets, place) else {
                return Ok(());
            };
            self.targets.pop();
            Err(Reason::DuplicateOf {
                line: self.lines.get(earlier).copied().unwrap_or_default(),
            })
        });
        match taken {
            Ok(()) => self.lines.push(row.line),
            Err(reason) => self.rejected.push(row.line, reason, row.cells.lossy()),
        }
        if self.targets.len() > MOST_TARGETS {
            return Err(AudienceError::TooManyTargets {
                limit: MOST_TARGETS,
            });
        }
        Ok(())
    }

    fn target(&self, row: &Row<'_>) -> std::result::Result<Target, Reason> {
        let fits = !row.is_too_long && row.cells.len() == self.variables.len();
        let goes_over_lines = row.last_line > row.line;
        if goes_over_lines && (!fits || row.has_odd_quotes || self.holds_a_row(row.cells)) {
            return Err(Reason::OpenQuote {
                first: row.line,
                last: row.last_line,
            });
        }
        if row.is_too_long {
            return Err(Reason::TooLong);
        }
        if row.cells.len() != self.variables.len() {
            return Err(Reason::Ragged {
                cells: row.cells.len(),
                columns: self.variables.len(),
            });
        }
        if row.cells.holds_nul() {
            return Err(Reason::Nul);
        }
        let target = self.variables_of(row.cells)?;
        if target.named_by().is_none() {
            return Err(Reason::NotIdentified);
        }
        let target = self.normalised(target)?;
        (self.refused)(&target).map_or(Ok(target), Err)
    }

    /// Whether a line within a quoted cell looks like a row of the file: it has as many cells, and names somebody where
    /// rows do. Then a quote that was not closed has swallowed it, and whom it names would be neither taken nor told of.
    fn holds_a_row(&self, cells: Cells<'_>) -> bool {
        let columns = self.variables.len();
        let names = |place: usize| {
            let variable = self.variables.get(place).copied().flatten();
            matches!(variable, Some("user_id" | "user_phone_number"))
        };
        let is_row = |behind: usize, line: &str| {
            let found: Vec<&str> = line.split(self.delimiter).collect();
            let somebody = found.iter().enumerate().any(|(place, cell)| {
                let cell = cell.trim().trim_matches('"');
                names(place) && !cell.is_empty() && !cell.contains(char::is_whitespace)
            });
            found.len() > 1 && found.len() + behind == columns && somebody
        };
        let Some(texts) = cells.texts() else {
            return false;
        };
        texts.enumerate().any(|(place, cell)| {
            let mut lines = cell.lines().skip(1).peekable();
            std::iter::from_fn(|| {
                let line = lines.next()?;
                // The cells behind this one stand in its last line.
                let behind = if lines.peek().is_none() {
                    columns - place - 1
                } else {
                    0
                };
                Some((behind, line))
            })
            .any(|(behind, line)| is_row(behind, line))
        })
    }

    fn variables_of(&self, cells: Cells<'_>) -> std::result::Result<Target, Reason> {
        let cells = cells.texts().ok_or(Reason::NotText)?;
        let named = self.variables.iter().zip(cells);
        let filled = named.filter_map(|(name, cell)| Some(((*name)?, unneutral(cell))));
        let target: Target = filled.filter(|(_, cell)| !cell.is_empty()).collect();
        Ok(match self.import.bot_channel {
            Some(channel) if target.get("bot_channel").is_none() => {
                target.with("bot_channel", channel)
            }
            _ => target,
        })
    }

    fn normalised(&self, mut target: Target) -> std::result::Result<Target, Reason> {
        let on_phone = target.filled("bot_channel").is_some_and(is_phone_channel);
        let names = ["user_phone_number", "user_id"];
        for name in names.into_iter().take(if on_phone { 2 } else { 1 }) {
            let Some(value) = target.get(name) else {
                continue;
            };
            let number =
                normalised(value, self.import.country).map_err(|why| Reason::BadPhone {
                    text: value.to_owned(),
                    why,
                })?;
            if number != value {
                target = target.with(name, &number);
            }
        }
        Ok(target)
    }
}
