//! A text as a JSON string, UTF-8 unescaped, written without a detour, and its length without writing it.
//!
//! The same bytes as `serde_json` writes (a test holds them together), which a list of a million targets would ask for
//! eight million times.

/// Adds `text` as a JSON string.
pub fn push(json: &mut String, text: &str) {
    json.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(needs_escape) {
        let (plain, special) = rest.split_at(at);
        json.push_str(plain);
        // Whatever needs an escape is ASCII, so the next character begins one byte on.
        let (character, after) = special.split_at(1);
        push_escape(json, character.as_bytes()[0]);
        rest = after;
    }
    json.push_str(rest);
    json.push('"');
}

/// The length in bytes of what [`push`] adds.
pub fn length(text: &str) -> usize {
    let bytes = text.as_bytes();
    // Without a branch a byte: nearly every text has nothing to escape.
    let special = bytes
        .iter()
        .fold(false, |any, byte| any | needs_escape(*byte));
    let more = if special {
        bytes.iter().map(|byte| escape_length(*byte) - 1).sum()
    } else {
        0
    };
    bytes.len() + more + 2
}

fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn escape_length(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | 0x08 | b'\t' | b'\n' | 0x0c | b'\r' => 2,
        0..=0x1f => 6,
        _ => 1,
    }
}

fn push_escape(json: &mut String, byte: u8) {
    let short = match byte {
        0x08 => 'b',
        b'\t' => 't',
        b'\n' => 'n',
        0x0c => 'f',
        b'\r' => 'r',
        b'"' | b'\\' => char::from(byte),
        _ => {
            json.push_str(if byte < 0x10 { "\\u000" } else { "\\u001" });
            json.push(char::from_digit(u32::from(byte & 0xf), 16).unwrap_or('0'));
            return;
        }
    };
    json.push('\\');
    json.push(short);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        let mut json = String::new();
        push(&mut json, text);
        json
    }

    #[test]
    fn every_control_character_is_written_as_serde_json_writes_it() {
        let all: String = (0..=0x7f).map(char::from).collect();
        assert_eq!(written(&all), serde_json::to_string(&all).unwrap());
        for character in all.chars() {
            assert_eq!(
                length(&character.to_string()),
                written(&character.to_string()).len()
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_written_as_serde_json_writes_it(text in "\\PC*[\"\\\\\n\u{1}é東]{0,3}\\PC*") {
            let json = written(&text);
            prop_assert_eq!(&json, &serde_json::to_string(&text).unwrap());
            prop_assert_eq!(length(&text), json.len());
        }
    }
}
