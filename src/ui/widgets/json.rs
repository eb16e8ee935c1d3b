//! A body of JSON, highlighted: in lines for reading, or exactly as it is sent.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthChar;

use crate::domain::payload::string_length;
use crate::domain::text::shown;
use crate::ui::theme::Theme;

/// How a body is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// A member a line, indented.
    #[default]
    Pretty,
    /// Every byte as it is sent, broken where the line is full.
    Exact,
}

/// The first `most` lines of a body, `width` columns each.
pub fn lines(
    body: &str,
    mode: Mode,
    width: usize,
    most: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut page = Page {
        lines: Vec::new(),
        current: Vec::new(),
        column: 0,
        width: width.max(8),
        most,
    };
    pieces(body, mode, |piece| {
        match piece {
            Piece::Text(text, kind) => page.push(text, style(kind, theme)),
            Piece::Break(depth) => page.break_line(depth),
        }
        !page.is_full()
    });
    page.finish()
}

/// A text of JSON with a member a line, indented by two; every token stays as it is written.
pub fn in_lines(body: &str) -> String {
    let mut text = String::with_capacity(body.len() * 2);
    pieces(body, Mode::Pretty, |piece| {
        match piece {
            Piece::Text(token, _) => text.push_str(token),
            Piece::Break(depth) => {
                text.push('\n');
                // Deeper than anybody reads, an indent would only grow the text by its square.
                text.extend(std::iter::repeat_n("  ", depth.min(40)));
            }
        }
        true
    });
    text
}

/// What a body is drawn from.
pub(super) enum Piece<'a> {
    /// A token, raw.
    Text(&'a str, Kind),
    /// The end of a line; the next one is indented by so many levels.
    Break(usize),
}

/// Hands out a body piece by piece, until `take` says that it has enough.
pub(super) fn pieces<'a>(body: &'a str, mode: Mode, mut take: impl FnMut(Piece<'a>) -> bool) {
    let mut depth = 0usize;
    let mut opened = false;
    let mut first = true;
    let mut tokens = Tokens { rest: body }.peekable();
    while let Some(token) = tokens.next() {
        let next = tokens.peek().map_or("", |next| next.text);
        let pretty = mode == Mode::Pretty;
        let opens = matches!(token.text, "{" | "[");
        let closes = matches!(token.text, "}" | "]");
        if closes {
            depth = depth.saturating_sub(1);
            if pretty && !opened && !first && !take(Piece::Break(depth)) {
                return;
            }
        }
        let kind = match token.kind {
            Kind::Text if next == ":" => Kind::Key,
            kind => kind,
        };
        let text = if pretty && token.text == ":" {
            ": "
        } else {
            token.text
        };
        let mut wants_more = take(Piece::Text(text, kind));
        depth += usize::from(opens);
        let breaks = token.text == "," || (opens && !matches!(next, "}" | "]"));
        if wants_more && pretty && breaks {
            wants_more = take(Piece::Break(depth));
        }
        if !wants_more {
            return;
        }
        opened = opens;
        first = false;
    }
}

/// How a token looks.
pub(super) fn style(kind: Kind, theme: &Theme) -> Style {
    match kind {
        Kind::Key => theme.criterion,
        Kind::Text => theme.value,
        Kind::Word => theme.warning,
        Kind::Mark => theme.dim,
        Kind::Plain => theme.text,
    }
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text that names a member.
    Key,
    /// Another text.
    Text,
    /// A number, `true`, `null`, or what is none of JSON.
    Word,
    /// A bracket, a comma, a colon.
    Mark,
    /// No JSON at all.
    Plain,
}

struct Token<'a> {
    kind: Kind,
    text: &'a str,
}

struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let first = self.rest.chars().next()?;
        let (kind, length) = match first {
            '"' => (Kind::Text, string_length(self.rest)),
            '{' | '}' | '[' | ']' | ',' | ':' => (Kind::Mark, 1),
            _ => {
                let end = self
                    .rest
                    .find(['{', '}', '[', ']', ',', ':', '"', ' ', '\t', '\n', '\r']);
                (Kind::Word, end.unwrap_or(self.rest.len()))
            }
        };
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(Token { kind, text })
    }
}

/// Lines as they fill up.
struct Page {
    lines: Vec<Line<'static>>,
    current: Vec<Span<'static>>,
    column: usize,
    width: usize,
    most: usize,
}

impl Page {
    fn is_full(&self) -> bool {
        self.lines.len() >= self.most
    }

    fn push(&mut self, text: &str, style: Style) {
        let mut piece = String::new();
        for character in shown(text).chars() {
            let width = character.width().unwrap_or(0);
            if self.column + width > self.width {
                self.current
                    .push(Span::styled(std::mem::take(&mut piece), style));
                self.break_line(0);
                if self.is_full() {
                    return;
                }
            }
            piece.push(character);
            self.column += width;
        }
        self.current.push(Span::styled(piece, style));
    }

    fn break_line(&mut self, depth: usize) {
        self.lines
            .push(Line::from(std::mem::take(&mut self.current)));
        let indent = (depth * 2).min(self.width / 2);
        self.column = indent;
        if indent > 0 {
            self.current.push(Span::raw(" ".repeat(indent)));
        }
    }

    fn finish(mut self) -> Vec<Line<'static>> {
        if !self.current.is_empty() && !self.is_full() {
            self.lines.push(Line::from(self.current));
        }
        self.lines.truncate(self.most);
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::ThemeName;

    fn drawn(body: &str, mode: Mode, width: usize, most: usize) -> Vec<String> {
        let theme = Theme::shipped(ThemeName::Plain);
        lines(body, mode, width, most, &theme)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn pretty_puts_a_member_on_each_line() {
        let body = r#"{"a":"x:y,{","b":{},"targets":[{"user_id":"1"}],"n":5}"#;
        let expected = [
            "{",
            "  \"a\": \"x:y,{\",",
            "  \"b\": {},",
            "  \"targets\": [",
            "    {",
            "      \"user_id\": \"1\"",
            "    }",
            "  ],",
            "  \"n\": 5",
            "}",
        ];
        assert_eq!(drawn(body, Mode::Pretty, 80, 100), expected);
    }

    #[test]
    fn exact_shows_every_byte_and_breaks_full_lines() {
        assert_eq!(
            drawn(r#"{"a":"0123456789"}"#, Mode::Exact, 10, 100),
            [r#"{"a":"0123"#, r#"456789"}"#]
        );
    }

    #[test]
    fn no_more_lines_than_asked_for_and_no_control_characters() {
        let body = format!("[{}]", vec!["1"; 10_000].join(","));
        assert_eq!(drawn(&body, Mode::Pretty, 80, 5).len(), 5);
        assert_eq!(
            drawn("\"\u{1b}[31m", Mode::Exact, 80, 5),
            ["\"‹U+001B›[31m"]
        );
    }
}
