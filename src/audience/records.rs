//! The rows of a CSV file, one at a time: whatever the file holds, no more than one row of it is in memory.

use std::io::Read;

use csv_core::ReadRecordResult;

use super::decoder::Decoder;
use super::encoding::Encoding;
use super::error::Result;

/// Bytes of a row at most; what is behind them is skipped.
pub const LONGEST_ROW: usize = 1_000_000;

/// Cells of a row at most.
const MOST_CELLS: usize = 20_000;

/// Reads rows.
pub(super) struct Records<R> {
    decoder: Decoder<R>,
    reader: csv_core::Reader,
    delimiter: u8,
    /// What ends a line, to count them: a line feed, or a carriage return alone on old systems.
    line_end: u8,
    /// A piece of the file, and how far it is read.
    text: Vec<u8>,
    at: usize,
    line: u64,
    /// Quotation marks until there.
    quotes: u64,
    /// The byte before, to tell whether the line is a new one of which nothing is read.
    last: u8,
    cells: Vec<u8>,
    ends: Vec<usize>,
}

/// The row that was read last.
pub(super) struct Row<'a> {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// The line on which it ends; another one where a quoted cell goes over lines.
    pub(super) last_line: u64,
    /// Its cells; those of a row that is too long are cut.
    pub(super) cells: Cells<'a>,
    /// Whether it has more than [`LONGEST_ROW`] bytes, or too many cells.
    pub(super) is_too_long: bool,
    /// Whether it has an odd number of quotation marks: one of them is not closed, or is text.
    pub(super) has_odd_quotes: bool,
}

/// The cells of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Cells<'a> {
    pub(super) fn len(self) -> usize {
        self.ends.len()
    }

    /// The cells as text; `None` where one of them holds bytes that are none.
    pub(super) fn texts(self) -> Option<impl Iterator<Item = &'a str> + Clone> {
        let text = std::str::from_utf8(self.bytes).ok()?;
        // Bytes at the end of a cell and at the start of the next could be one character.
        if !self.ends.iter().all(|end| text.is_char_boundary(*end)) {
            return None;
        }
        Some(
            self.ranges()
                .map(move |range| text.get(range).unwrap_or_default()),
        )
    }

    /// The cells as text to show or to write, U+FFFD where bytes are none.
    pub(super) fn lossy(self) -> impl Iterator<Item = String> + 'a {
        let cell = move |range| {
            let bytes = self.bytes.get(range).unwrap_or_default();
            String::from_utf8_lossy(bytes).into_owned()
        };
        self.ranges().map(cell)
    }

    pub(super) fn holds_nul(self) -> bool {
        self.bytes.contains(&0)
    }

    fn ranges(self) -> impl Iterator<Item = std::ops::Range<usize>> + Clone + 'a {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends).map(|(start, end)| start..*end)
    }
}

impl<R: Read> Records<R> {
    /// Looks at the file's beginning for its encoding and what separates its cells.
    pub(super) fn new(input: R) -> Result<Self> {
        let mut decoder = Decoder::new(input);
        let mut text = Vec::new();
        decoder.next(&mut text)?;
        let delimiter = delimiter(&text);
        Ok(Self {
            decoder,
            reader: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            line_end: line_end(&text),
            text,
            at: 0,
            line: 1,
            quotes: 0,
            last: 0,
            cells: vec![0; 1 << 12],
            ends: vec![0; 64],
        })
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.decoder.encoding()
    }

    pub(super) fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// Bytes of the file that were read; up to a piece of it is not yet told as rows.
    pub(super) fn bytes_read(&self) -> u64 {
        self.decoder.bytes_read()
    }

    /// The next row that isn't empty; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>> {
        if !self.skip_empty_lines()? {
            return Ok(None);
        }
        let (line, quotes) = (self.line, self.quotes);
        let (mut bytes, mut ends, mut is_too_long) = (0, 0, false);
        loop {
            let (result, read, wrote, ended) = self.reader.read_record(
                &self.text[self.at..],
                &mut self.cells[bytes..],
                &mut self.ends[ends..],
            );
            self.pass(read);
            bytes += wrote;
            ends += ended;
            match result {
                ReadRecordResult::InputEmpty => self.refill()?,
                ReadRecordResult::OutputFull if self.cells.len() < LONGEST_ROW => {
                    self.cells
                        .resize((2 * self.cells.len()).min(LONGEST_ROW), 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < MOST_CELLS => {
                    self.ends.resize((2 * self.ends.len()).min(MOST_CELLS), 0);
                }
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    // Written over from the start: nobody looks at a row that is too long but for its beginning.
                    is_too_long = true;
                    (bytes, ends) = (KEPT, 1);
                }
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        let has_odd_quotes = !(self.quotes - quotes).is_multiple_of(2);
        let row = self.row(line, bytes, ends, is_too_long);
        Ok(Some(Row {
            has_odd_quotes,
            ..row
        }))
    }

    fn row(&self, line: u64, bytes: usize, ends: usize, is_too_long: bool) -> Row<'_> {
        let cells = if is_too_long {
            Cells {
                bytes: &self.cells[..KEPT],
                ends: &[KEPT],
            }
        } else {
            Cells {
                bytes: &self.cells[..bytes],
                ends: &self.ends[..ends],
            }
        };
        Row {
            line,
            last_line: self.line - u64::from(self.last == self.line_end),
            cells,
            is_too_long,
            has_odd_quotes: false,
        }
    }

    /// Goes to the next byte that belongs to a row; `false` at the end.
    fn skip_empty_lines(&mut self) -> Result<bool> {
        loop {
            let rest = &self.text[self.at..];
            let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
            let blank = blank.count();
            let is_at_row = blank < rest.len();
            self.pass(blank);
            if is_at_row {
                return Ok(true);
            }
            self.refill()?;
            if self.text.is_empty() {
                return Ok(false);
            }
        }
    }

    /// Counts the lines in so many bytes of the piece, which are done with.
    fn pass(&mut self, bytes: usize) {
        let passed = &self.text[self.at..self.at + bytes];
        let ends = passed.iter().map(|byte| u64::from(*byte == self.line_end));
        self.line += ends.sum::<u64>();
        let quotes = passed.iter().map(|byte| u64::from(*byte == b'"'));
        self.quotes += quotes.sum::<u64>();
        self.last = passed.last().copied().unwrap_or(self.last);
        self.at += bytes;
    }

    /// Takes the next piece; an empty one is the end.
    fn refill(&mut self) -> Result<()> {
        self.at = 0;
        self.decoder.next(&mut self.text)?;
        Ok(())
    }
}

/// Bytes that are kept of a row that is too long.
const KEPT: usize = 200;

/// Whichever stands most often in the first line, outside of quotes.
fn delimiter(text: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let is_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
    for byte in text.iter().skip_while(is_end) {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (delimiter, count) in &mut counts {
                    *count += usize::from(byte == delimiter);
                }
            }
        }
    }
    let most = |best: (u8, usize), next: (u8, usize)| if next.1 > best.1 { next } else { best };
    counts.into_iter().fold((b',', 0), most).0
}

fn line_end(text: &[u8]) -> u8 {
    if !text.contains(&b'\n') && text.contains(&b'\r') {
        b'\r'
    } else {
        b'\n'
    }
}
