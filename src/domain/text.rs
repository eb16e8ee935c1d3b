//! Outside text made fit to be shown.
//!
//! Whatever a platform, a file, a paste or the environment says may hold escape sequences, bidi overrides or marks
//! without width. [`shown`] is the one place where such text becomes text to show: every dangerous character turns
//! into a visible placeholder such as `‹U+202E›`. The raw text stays where it was.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Combining marks that may follow each other before the rest is replaced.
const MAX_COMBINING: usize = 8;

/// Returns `raw` with every character that could move, hide or reorder text replaced by a visible placeholder.
///
/// Control characters (C0, DEL, C1), bidi overrides and isolates, zero-width and tag characters, line and
/// paragraph separators, and the ninth and further combining marks of one grapheme become `‹U+XXXX›`.
/// Borrows when there was nothing to replace.
pub fn shown(raw: &str) -> Cow<'_, str> {
    if raw.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Cow::Borrowed(raw);
    }
    let mut marks = 0;
    let mut text = String::with_capacity(raw.len());
    for character in raw.chars() {
        marks = if is_combining(character) {
            marks + 1
        } else {
            0
        };
        if is_dangerous(character) || marks > MAX_COMBINING {
            placeholder(&mut text, character);
        } else {
            text.push(character);
        }
    }
    if text == raw {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(text)
    }
}

/// Whether a character may not reach a terminal as it is.
pub fn is_dangerous(character: char) -> bool {
    matches!(character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Serialises a value as compact JSON in which every dangerous character is `\uXXXX`.
///
/// # Errors
/// Whatever the value's own serialisation gives.
pub fn json<T: serde::Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    serde_json::to_string(value).map(fit_json)
}

/// JSON text in which every dangerous character is `\uXXXX`; lines and tabs between its parts stay.
pub fn fit_json(json: String) -> String {
    if !json.chars().any(is_dangerous) {
        return json;
    }
    // Outside of strings JSON has ASCII alone, and within them no raw line or tab: what is dangerous and is none of
    // these is part of a string.
    let mut escaped = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        match character {
            '\n' | '\t' => escaped.push(character),
            '\r' => escaped.push(' '),
            _ if is_dangerous(character) => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

fn placeholder(text: &mut String, character: char) {
    let _ = write!(text, "‹U+{:04X}›", u32::from(character));
}

fn is_combining(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{6d6}'..='\u{6dc}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Writes a whole number with thousands separators: `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a part of a whole in per cent, rounded to a tenth: `24.1 %`; empty where there is no whole. What is not nothing
/// is never `0.0 %`, and what is not all never `100.0 %`.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    match (part * 2000 + whole) / (2 * whole) {
        0 if part > 0 => "< 0.1 %".to_owned(),
        1000 if part < whole => "> 99.9 %".to_owned(),
        tenths => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

/// Writes a size in bytes for a person, 1 kB = 1,000 bytes: `249 B`, `1.5 kB`, `12 MB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    let mut unit = 0;
    let mut divisor = 1u64;
    while unit + 1 < UNITS.len() && bytes >= divisor * 1000 {
        divisor *= 1000;
        unit += 1;
    }
    let whole = bytes / divisor;
    if unit == 0 || whole >= 10 {
        return format!("{whole} {}", UNITS[unit]);
    }
    format!("{whole}.{} {}", bytes % divisor * 10 / divisor, UNITS[unit])
}

/// Writes bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// Chooses between singular and plural: `1 contact`, `2 contacts`.
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_share_is_rounded_but_never_to_nothing_or_to_all() {
        for (part, whole, expected) in [
            (139, 3_600, "3.9 %"),
            (11, 12, "91.7 %"),
            (1, 1_000_000, "< 0.1 %"),
            (999_999, 1_000_000, "> 99.9 %"),
            (0, 10, "0.0 %"),
            (10, 10, "100.0 %"),
            (u64::MAX, u64::MAX, "100.0 %"),
            (5, 0, ""),
        ] {
            assert_eq!(share(part, whole), expected, "{part} of {whole}");
        }
    }

    #[rstest]
    #[case::plain("Ada", "Ada")]
    #[case::accents_and_scripts("Zoë 東京 Привет", "Zoë 東京 Привет")]
    #[case::escape_sequence("a\x1b[31mb", "a‹U+001B›[31mb")]
    #[case::c1_control("a\u{9b}31mb", "a‹U+009B›31mb")]
    #[case::bidi_override("abc\u{202e}fdp", "abc‹U+202E›fdp")]
    #[case::zero_width("a\u{200b}b", "a‹U+200B›b")]
    #[case::newline("a\nb", "a‹U+000A›b")]
    #[case::tag_character("a\u{e0041}", "a‹U+E0041›")]
    fn dangerous_characters_become_placeholders(#[case] raw: &str, #[case] expected: &str) {
        assert_eq!(shown(raw), expected);
    }

    #[test]
    fn the_ninth_combining_mark_is_replaced() {
        let eight = format!("e{}", "\u{301}".repeat(8));
        assert_eq!(shown(&eight), eight);
        let nine = format!("e{}", "\u{301}".repeat(9));
        assert_eq!(shown(&nine), format!("{eight}‹U+0301›"));
    }

    #[test]
    fn json_escapes_what_a_terminal_would_obey_and_reads_back_the_same() {
        let raw = "a\u{9b}b\u{202e}c\u{e0041}d\u{1b}e";
        let text = json(raw).unwrap();
        assert_eq!(text, "\"a\\u009bb\\u202ec\\udb40\\udc41d\\u001be\"");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), raw);
    }

    #[rstest]
    #[case(0, "0")]
    #[case(999, "999")]
    #[case(1000, "1,000")]
    #[case(1_234_567, "1,234,567")]
    fn numbers_are_grouped_by_thousands(#[case] number: u64, #[case] expected: &str) {
        assert_eq!(grouped(number), expected);
    }

    #[rstest]
    #[case(999, "999 B")]
    #[case(1000, "1.0 kB")]
    #[case(1_550, "1.5 kB")]
    #[case(999_986, "999 kB")]
    #[case(1_000_000, "1.0 MB")]
    fn sizes_use_a_thousand(#[case] bytes: u64, #[case] expected: &str) {
        assert_eq!(size(bytes), expected);
    }
}
