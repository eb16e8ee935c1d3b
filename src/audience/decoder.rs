//! A file's bytes as UTF-8, a piece at a time, however they were encoded.
//!
//! Bytes that are no text come through as they are, for the reader of rows to reject the row that holds them.

use std::io::Read;

use super::encoding::{Encoding, unmarked_utf16, windows_1252};
use super::error::{AudienceError, Result};

/// Bytes that are read at a time.
const PIECE: usize = 1 << 16;

/// Bytes that are looked at to tell the encoding.
const HEAD: usize = 1 << 12;

/// Decodes what it reads.
pub(super) struct Decoder<R> {
    input: R,
    /// Where a piece is read to.
    piece: Vec<u8>,
    /// What is read and not yet decoded.
    raw: Vec<u8>,
    read: u64,
    mode: Option<Mode>,
    ended: bool,
}

/// How the bytes are read now.
#[derive(Debug, Clone, Copy)]
enum Mode {
    /// Nothing but ASCII came yet: UTF-8 or Windows-1252.
    Ascii,
    Utf8,
    Windows1252,
    Utf16(Encoding, fn([u8; 2]) -> u16),
}

impl<R: Read> Decoder<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            piece: vec![0; PIECE],
            raw: Vec::with_capacity(2 * PIECE),
            read: 0,
            mode: None,
            ended: false,
        }
    }

    /// Bytes read of the input so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.read
    }

    /// How the file is encoded, by what came so far.
    pub(super) fn encoding(&self) -> Encoding {
        match self.mode {
            None | Some(Mode::Ascii | Mode::Utf8) => Encoding::Utf8,
            Some(Mode::Windows1252) => Encoding::Windows1252,
            Some(Mode::Utf16(encoding, _)) => encoding,
        }
    }

    /// Puts the next piece into `text`, in the place of what was there; `false` at the end.
    pub(super) fn next(&mut self, text: &mut Vec<u8>) -> Result<bool> {
        text.clear();
        while text.is_empty() {
            if self.ended && self.raw.is_empty() {
                return Ok(false);
            }
            let wanted = if self.mode.is_none() { HEAD } else { 1 };
            self.read_at_least(wanted)?;
            let mode = match self.mode {
                Some(mode) => mode,
                None => self.recognise(),
            };
            let used = match mode {
                Mode::Utf16(_, unit) => self.utf16(unit, text),
                Mode::Windows1252 => self.windows_1252(text),
                Mode::Ascii | Mode::Utf8 => self.utf8(text),
            };
            self.raw.drain(..used);
        }
        Ok(true)
    }

    /// Reads until so many new bytes are there, or the input is at its end.
    fn read_at_least(&mut self, wanted: usize) -> Result<()> {
        let mut got = 0;
        while got < wanted && !self.ended {
            match self.input.read(&mut self.piece) {
                Ok(0) => self.ended = true,
                Ok(count) => {
                    self.raw.extend_from_slice(&self.piece[..count]);
                    got += count;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(AudienceError::Read(error)),
            }
        }
        self.read += got as u64;
        Ok(())
    }

    /// Tells the encoding by the file's mark or its first bytes, and takes the mark away.
    fn recognise(&mut self) -> Mode {
        let little = Mode::Utf16(Encoding::Utf16LittleEndian, u16::from_le_bytes);
        let big = Mode::Utf16(Encoding::Utf16BigEndian, u16::from_be_bytes);
        let (mark, mode) = match self.raw.as_slice() {
            [0xff, 0xfe, ..] => (2, little),
            [0xfe, 0xff, ..] => (2, big),
            [0xef, 0xbb, 0xbf, ..] => (3, Mode::Utf8),
            unmarked => match unmarked_utf16(unmarked) {
                Some(Encoding::Utf16BigEndian) => (0, big),
                Some(_) => (0, little),
                None => (0, Mode::Ascii),
            },
        };
        self.raw.drain(..mark);
        self.mode = Some(mode);
        mode
    }

    /// Passes UTF-8 on. The first byte that is none makes the file Windows-1252, if all before it was ASCII, and is
    /// passed on otherwise. Returns how many bytes were used: all, but for a character that is cut off.
    fn utf8(&mut self, text: &mut Vec<u8>) -> usize {
        let mut used = 0;
        while used < self.raw.len() {
            let rest = &self.raw[used..];
            let (valid, wrong) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), 0),
                Err(error) => match error.error_len() {
                    Some(length) => (error.valid_up_to(), length),
                    None if self.ended => (error.valid_up_to(), rest.len() - error.valid_up_to()),
                    None => (error.valid_up_to(), 0),
                },
            };
            if !rest[..valid].is_ascii() {
                self.mode = Some(Mode::Utf8);
            }
            text.extend_from_slice(&rest[..valid]);
            used += valid;
            if wrong == 0 {
                break;
            }
            if matches!(self.mode, Some(Mode::Ascii)) {
                self.mode = Some(Mode::Windows1252);
                break;
            }
            text.extend_from_slice(&self.raw[used..used + wrong]);
            used += wrong;
        }
        used
    }

    fn windows_1252(&mut self, text: &mut Vec<u8>) -> usize {
        for byte in &self.raw {
            push(text, windows_1252(*byte));
        }
        self.raw.len()
    }

    /// Half a pair, and half a unit at the end, become U+FFFD.
    fn utf16(&mut self, unit: fn([u8; 2]) -> u16, text: &mut Vec<u8>) -> usize {
        let mut used = 0;
        while let Some(&[first, second]) = self.raw.get(used..used + 2) {
            let first = unit([first, second]);
            let is_first_half = (0xd800..0xdc00).contains(&first);
            let second = self.raw.get(used + 2..used + 4);
            if is_first_half && second.is_none() && !self.ended {
                return used;
            }
            let second = second.map(|bytes| unit([bytes[0], bytes[1]]));
            let pair = std::iter::once(first).chain(second.filter(|_| is_first_half));
            let character = char::decode_utf16(pair)
                .next()
                .and_then(std::result::Result::ok);
            push(text, character.unwrap_or(char::REPLACEMENT_CHARACTER));
            let is_pair = is_first_half && character.is_some();
            used += if is_pair { 4 } else { 2 };
        }
        if self.ended && used < self.raw.len() {
            push(text, char::REPLACEMENT_CHARACTER);
            used = self.raw.len();
        }
        used
    }
}

fn push(text: &mut Vec<u8>, character: char) {
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// Gives a byte at a time, so that every character is cut.
    struct Drop<'a>(&'a [u8]);

    impl Read for Drop<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.len().min(1);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn decoded(input: impl Read) -> (Vec<u8>, Encoding) {
        let mut decoder = Decoder::new(input);
        let (mut all, mut text) = (Vec::new(), Vec::new());
        while decoder.next(&mut text).unwrap() {
            all.extend_from_slice(&text);
        }
        (all, decoder.encoding())
    }

    fn long(head: &[u8], tail: &[u8]) -> Vec<u8> {
        [head, &vec![b'x'; 3 * PIECE], tail].concat()
    }

    #[rstest]
    #[case::plain(b"caf\xc3\xa9", "café", Encoding::Utf8)]
    #[case::marked(b"\xef\xbb\xbfa", "a", Encoding::Utf8)]
    #[case::low_first(b"\xff\xfea\0\xac\x20", "a€", Encoding::Utf16LittleEndian)]
    #[case::high_first(b"\xfe\xff\0a\x20\xac", "a€", Encoding::Utf16BigEndian)]
    #[case::unmarked(b"a\0b\0", "ab", Encoding::Utf16LittleEndian)]
    #[case::a_pair(b"\xff\xfea\0\x3d\xd8\x00\xde", "a😀", Encoding::Utf16LittleEndian)]
    #[case::half_a_pair(b"\xff\xfe\x3d\xd8a\0", "\u{fffd}a", Encoding::Utf16LittleEndian)]
    #[case::half_a_pair_at_the_end(
        b"\xff\xfea\0\x3d\xd8",
        "a\u{fffd}",
        Encoding::Utf16LittleEndian
    )]
    #[case::half_a_unit(b"\xff\xfea\0b", "a\u{fffd}", Encoding::Utf16LittleEndian)]
    #[case::windows(b"caf\xe9 \x80", "café €", Encoding::Windows1252)]
    #[case::cut_at_the_end(b"caf\xc3", "cafÃ", Encoding::Windows1252)]
    #[case::empty(b"", "", Encoding::Utf8)]
    fn encodings_byte_by_byte(
        #[case] bytes: &[u8],
        #[case] text: &str,
        #[case] encoding: Encoding,
    ) {
        let expected = (text.as_bytes().to_vec(), encoding);
        assert_eq!(decoded(Drop(bytes)), expected);
        assert_eq!(decoded(bytes), expected);
    }

    #[test]
    fn a_late_first_byte_still_tells_windows_1252() {
        let (text, encoding) = decoded(long(b"", b"caf\xe9").as_slice());
        assert_eq!(encoding, Encoding::Windows1252);
        assert!(text.ends_with("café".as_bytes()));
    }

    #[test]
    fn after_utf8_a_wrong_byte_is_passed_on() {
        let (text, encoding) = decoded(long("é".as_bytes(), b"caf\xe9 \xc3\xa9").as_slice());
        assert_eq!(encoding, Encoding::Utf8);
        assert!(text.ends_with(b"caf\xe9 \xc3\xa9"));
    }
}
