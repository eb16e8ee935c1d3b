//! White space taken out of JSON text, and nothing else.

/// Returns JSON text without the white space between its tokens, its texts UTF-8 unescaped.
///
/// Numbers, repeated keys and their order stay as written: a value read and written again would lose digits. Text
/// that is no JSON comes back as it is.
pub fn minify(json: &str) -> String {
    if serde_json::from_str::<serde::de::IgnoredAny>(json).is_err() {
        return json.to_owned();
    }
    let mut compact = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(character) = rest.chars().next() {
        let length = if character == '"' {
            string_length(rest)
        } else {
            character.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        match character {
            '"' => push_string(&mut compact, token),
            ' ' | '\t' | '\n' | '\r' => {}
            _ => compact.push_str(token),
        }
        rest = after;
    }
    compact
}

/// Length in bytes of the string token that `text` starts with, both quotes included.
pub fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// Adds a string token; one that stands for no text (half a surrogate pair) is kept as written.
fn push_string(compact: &mut String, token: &str) {
    let text = serde_json::from_str::<String>(token).and_then(|text| serde_json::to_string(&text));
    compact.push_str(text.as_deref().unwrap_or(token));
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::blanks(" { \"a\" : [ 1 , 2 ] }\n", r#"{"a":[1,2]}"#)]
    #[case::blanks_in_texts_stay(r#"{"a b": " c "}"#, r#"{"a b":" c "}"#)]
    #[case::escaped_quote(r#"["a\" , \\", 1]"#, r#"["a\" , \\",1]"#)]
    #[case::unescaped(r#"["\u00e9\/"]"#, r#"["é/"]"#)]
    #[case::digits_stay(
        "[1.50, 1e400, 123456789012345678901]",
        "[1.50,1e400,123456789012345678901]"
    )]
    #[case::repeated_keys_stay(r#"{"a": 1, "a": 2}"#, r#"{"a":1,"a":2}"#)]
    #[case::no_json("{ not json", "{ not json")]
    fn only_white_space_goes(#[case] json: &str, #[case] expected: &str) {
        assert_eq!(minify(json), expected);
    }
}
