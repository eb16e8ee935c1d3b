//! Telling how a file's text is encoded.

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

pub(super) fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
