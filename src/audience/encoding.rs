//! Telling how a file's text is encoded, and decoding it.

use std::fmt;

/// How a file's text was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a mark at the start.
    Utf8,
    /// UTF-16, low byte first.
    Utf16LittleEndian,
    /// UTF-16, high byte first.
    Utf16BigEndian,
    /// What western Windows programs write where they don't write Unicode: taken for anything that is no UTF-8.
    Windows1252,
}

impl fmt::Display for Encoding {
    /// Its common name.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16LittleEndian => "UTF-16 LE",
            Self::Utf16BigEndian => "UTF-16 BE",
            Self::Windows1252 => "Windows-1252",
        })
    }
}

/// The characters of the bytes 0x80 to 0x9F; the five that have none are the control characters of that number.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Decodes a whole file, by its mark if it has one; unpaired halves of UTF-16 become U+FFFD.
pub fn decode(bytes: &[u8]) -> (String, Encoding) {
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return (utf16(rest, u16::from_le_bytes), Encoding::Utf16LittleEndian);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return (utf16(rest, u16::from_be_bytes), Encoding::Utf16BigEndian);
    }
    let plain = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    match (unmarked_utf16(plain), std::str::from_utf8(plain)) {
        (Some(Encoding::Utf16BigEndian), _) => {
            (utf16(plain, u16::from_be_bytes), Encoding::Utf16BigEndian)
        }
        (Some(encoding), _) => (utf16(plain, u16::from_le_bytes), encoding),
        (None, Ok(text)) => (text.to_owned(), Encoding::Utf8),
        (None, Err(_)) => (
            plain.iter().copied().map(windows_1252).collect(),
            Encoding::Windows1252,
        ),
    }
}

/// UTF-16 without a mark shows by its header: names are mostly ASCII, so every other byte is 0.
pub(super) fn unmarked_utf16(bytes: &[u8]) -> Option<Encoding> {
    let head = &bytes[..bytes.len().min(256) & !1];
    let zeros = |place: usize| head.chunks_exact(2).filter(|pair| pair[place] == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = |zeros: usize| zeros > 0 && zeros * 10 >= head.len() / 2 * 8;
    if most(odd) && even == 0 {
        Some(Encoding::Utf16LittleEndian)
    } else if most(even) && odd == 0 {
        Some(Encoding::Utf16BigEndian)
    } else {
        None
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let pairs = bytes.chunks(2).map(|pair| match pair {
        [first, second] => unit([*first, *second]),
        _ => 0xfffd,
    });
    char::decode_utf16(pairs)
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

pub(super) fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain(b"caf\xc3\xa9", "café", Encoding::Utf8)]
    #[case::marked(b"\xef\xbb\xbfa", "a", Encoding::Utf8)]
    #[case::low_first(b"\xff\xfea\0\xac\x20", "a€", Encoding::Utf16LittleEndian)]
    #[case::high_first(b"\xfe\xff\0a\x20\xac", "a€", Encoding::Utf16BigEndian)]
    #[case::unmarked_low_first(b"a\0b\0", "ab", Encoding::Utf16LittleEndian)]
    #[case::unmarked_high_first(b"\0a\0b", "ab", Encoding::Utf16BigEndian)]
    #[case::windows(b"caf\xe9 \x80", "café €", Encoding::Windows1252)]
    #[case::a_nul_is_not_utf16(b"abc\0def,x", "abc\0def,x", Encoding::Utf8)]
    #[case::half_a_unit(b"\xff\xfea\0b", "a\u{fffd}", Encoding::Utf16LittleEndian)]
    #[case::empty(b"", "", Encoding::Utf8)]
    fn encodings(#[case] bytes: &[u8], #[case] text: &str, #[case] encoding: Encoding) {
        assert_eq!(decode(bytes), (text.to_owned(), encoding));
    }
}
