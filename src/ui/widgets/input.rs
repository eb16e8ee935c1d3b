//! A line of text that is being typed. Editing is the library's; drawing is ours, since typed and pasted text may
//! hold what must not reach the terminal: placeholders are shown, the raw text is kept.

use crossterm::event::KeyEvent;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui_textarea::{CursorMove, TextArea};
use unicode_width::UnicodeWidthStr;

use crate::domain::text::shown;

/// A line of text with a cursor.
#[derive(Debug, Clone)]
pub struct Input {
    area: TextArea<'static>,
}

impl Input {
    /// Starts with a text and the cursor behind it.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::new(vec![one_line(text)]);
        area.move_cursor(CursorMove::End);
        Self { area }
    }

    /// The raw text.
    pub fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    /// Replaces the whole text; the cursor stands behind it.
    pub fn set(&mut self, text: &str) {
        *self = Self::new(text);
    }

    /// Takes a key; says whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        use crossterm::event::{KeyCode, KeyModifiers};
        if matches!(
            key.code,
            KeyCode::Enter | KeyCode::Tab | KeyCode::BackTab | KeyCode::Esc
        ) {
            return false;
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Left if control => self.move_to(CursorMove::WordBack),
            KeyCode::Right if control => self.move_to(CursorMove::WordForward),
            KeyCode::Left => self.move_to(CursorMove::Back),
            KeyCode::Right => self.move_to(CursorMove::Forward),
            KeyCode::Home => self.move_to(CursorMove::Head),
            KeyCode::End => self.move_to(CursorMove::End),
            KeyCode::Char('a') if control => self.move_to(CursorMove::Head),
            KeyCode::Char('e') if control => self.move_to(CursorMove::End),
            KeyCode::Char('u') if control => self.area.delete_line_by_head(),
            KeyCode::Char('k') if control => self.area.delete_line_by_end(),
            KeyCode::Char('w') if control => self.area.delete_word(),
            KeyCode::Char('z') if control => self.area.undo(),
            _ => self.area.input_without_shortcuts(key),
        }
    }

    /// Takes pasted text, its line breaks as blanks; says whether the text changed.
    pub fn paste(&mut self, text: &str) -> bool {
        self.area.insert_str(one_line(text))
    }

    fn move_to(&mut self, to: CursorMove) -> bool {
        self.area.move_cursor(to);
        false
    }

    /// The text in at most `width` columns, scrolled so that the cursor is in sight, the cursor reversed.
    pub fn line(&self, width: usize, style: Style) -> Line<'static> {
        let cursor = self.area.cursor().1;
        let text = self.text();
        let split = text
            .char_indices()
            .nth(cursor)
            .map_or(text.len(), |(index, _)| index);
        let (before, after) = text.split_at(split);
        let under: String = after.chars().next().map_or_else(
            || " ".to_owned(),
            |under| shown(&under.to_string()).into_owned(),
        );
        // What is out of sight is not made fit to be shown: a pasted text may be a megabyte.
        let most = (width + 1) * 36;
        let behind = after.chars().next().map_or(0, char::len_utf8);
        let rest = &after[behind..after.floor_char_boundary(behind + most).max(behind)];
        let room = width.saturating_sub(under.width());
        let near = before.ceil_char_boundary(before.len().saturating_sub(most));
        let before = tail(&shown(&before[near..]), room);
        Line::from(vec![
            Span::styled(before, style),
            Span::styled(
                under,
                style.add_modifier(ratatui::style::Modifier::REVERSED),
            ),
            Span::styled(shown(rest).into_owned(), style),
        ])
    }
}

fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\r', '\n', '\t'], " ")
}

/// The end of a text that fits into `room` columns.
fn tail(text: &str, room: usize) -> String {
    let mut start = text.len();
    let mut width = 0;
    for (index, character) in text.char_indices().rev() {
        width += unicode_width::UnicodeWidthChar::width(character).unwrap_or(0);
        if width > room {
            break;
        }
        start = index;
    }
    text[start..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyModifiers};

    fn press(input: &mut Input, code: KeyCode) -> bool {
        input.key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn typing_changes_the_text_and_moving_does_not() {
        let mut input = Input::new("re");
        assert!(press(&mut input, KeyCode::Char('d')));
        assert!(!press(&mut input, KeyCode::Home));
        assert!(press(&mut input, KeyCode::Char('x')));
        assert_eq!(input.text(), "xred");
    }

    #[test]
    fn a_paste_stays_on_one_line_and_is_kept_raw() {
        let mut input = Input::new("");
        assert!(input.paste("a\r\nb\u{202e}c"));
        assert_eq!(input.text(), "a b\u{202e}c");
        let drawn: String = input
            .line(40, Style::new())
            .spans
            .iter()
            .map(|span| span.content.to_string())
            .collect();
        assert_eq!(drawn, "a b‹U+202E›c ");
    }

    #[test]
    fn the_cursor_stays_in_sight() {
        let input = Input::new("0123456789");
        let line = input.line(5, Style::new());
        assert_eq!(line.width(), 5);
        assert_eq!(line.spans[0].content, "6789");
    }
}
