//! A call as a curl command that can be pasted into a shell: secrets are variables, nothing in it moves a terminal.

use std::fmt::Write as _;

use super::launch::CallRecord;
use super::text::is_dangerous;

/// Writes a call as curl. The hook URL and the token are `$MYLINK_HOOK` and `$MYLINK_TOKEN`.
pub fn command(call: &CallRecord) -> String {
    let mut parts = vec!["curl".to_owned(), "--silent".into(), "--show-error".into()];
    parts.push(format!("--request {}", call.method));
    parts.push("\"$MYLINK_HOOK\"".into());
    if call.with_token {
        parts.push("--header \"Authorization: Bearer $MYLINK_TOKEN\"".into());
    }
    if call.method == "POST" {
        parts.push("--header 'Content-Type: application/json'".into());
    }
    if let Some(body) = &call.body {
        parts.push(format!("--data-binary {}", quoted(body)));
    }
    parts.join(" ")
}

/// A text in quotes for the shell; in `$'...'` with bytes in hex where it holds what must not reach a terminal.
fn quoted(text: &str) -> String {
    if !text.chars().any(is_dangerous) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut quoted = String::from("$'");
    for character in text.chars() {
        match character {
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            dangerous if is_dangerous(dangerous) => {
                let mut bytes = [0; 4];
                for byte in dangerous.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(quoted, "\\x{byte:02x}");
                }
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain(r#"{"a":"b"}"#, r#"'{"a":"b"}'"#)]
    #[case::quote("it's", r"'it'\''s'")]
    #[case::bidi("a\u{202e}'\\", r"$'a\xe2\x80\xae\'\\'")]
    fn texts_are_quoted_for_the_shell(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(quoted(text), expected);
    }
}
