//! A text of many lines that is being typed. Editing is the library's; drawing is ours: what must not reach a terminal
//! is shown as a placeholder, and kept raw.

mod paint;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui_textarea::{CursorMove, TextArea};

use crate::ui::theme::Theme;

/// Rows that a page key moves by at least.
const LEAST_PAGE: usize = 5;

/// A text with a cursor, a selection and a way back.
#[derive(Debug, Clone)]
pub struct TextEditor {
    area: TextArea<'static>,
    /// The first row and column in sight, as they were drawn last.
    first: (usize, usize),
    page: usize,
}

impl TextEditor {
    /// Starts with a text, the cursor at its beginning.
    pub fn new(text: &str) -> Self {
        Self {
            area: area(text),
            first: (0, 0),
            page: LEAST_PAGE,
        }
    }

    /// The raw text.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Replaces the whole text; the change can be taken back.
    pub fn replace(&mut self, text: &str) {
        self.area.select_all();
        self.area.insert_str(text.replace("\r\n", "\n"));
        self.area.move_cursor(CursorMove::Top);
        self.area.move_cursor(CursorMove::Head);
    }

    /// Row and column of the cursor in characters, from 0.
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// Moves the cursor to a row and column in characters, from 0.
    pub fn go_to(&mut self, row: usize, column: usize) {
        let clamp = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        self.area.cancel_selection();
        self.area
            .move_cursor(CursorMove::Jump(clamp(row), clamp(column)));
    }

    /// Takes a key; says whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        if matches!(key.code, KeyCode::Esc | KeyCode::BackTab | KeyCode::F(_)) {
            return false;
        }
        if let Some(movement) = self.movement(key) {
            self.select(key.modifiers.contains(KeyModifiers::SHIFT));
            for _ in 0..movement.1 {
                self.area.move_cursor(movement.0);
            }
            return false;
        }
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return self.control(key.code);
        }
        match key.code {
            KeyCode::Tab => self.area.insert_str("  "),
            _ => self.area.input_without_shortcuts(key),
        }
    }

    /// Takes pasted text; says whether the text changed.
    pub fn paste(&mut self, text: &str) -> bool {
        // A terminal sends the lines of a paste with carriage returns.
        self.area
            .insert_str(text.replace("\r\n", "\n").replace('\r', "\n"))
    }

    fn control(&mut self, code: KeyCode) -> bool {
        match code {
            KeyCode::Char('z') => self.area.undo(),
            KeyCode::Char('y' | 'r') => self.area.redo(),
            KeyCode::Char('u') => self.area.delete_line_by_head(),
            KeyCode::Char('k') => self.area.delete_line_by_end(),
            KeyCode::Char('w') | KeyCode::Backspace => self.area.delete_word(),
            KeyCode::Delete => self.area.delete_next_word(),
            KeyCode::Char('x') => self.area.cut(),
            KeyCode::Char('v') => self.area.paste(),
            KeyCode::Char('a') => {
                self.area.select_all();
                false
            }
            _ => false,
        }
    }

    /// Where a key moves the cursor, and how often.
    fn movement(&self, key: KeyEvent) -> Option<(CursorMove, usize)> {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let movement = match (key.code, control) {
            (KeyCode::Left, true) => CursorMove::WordBack,
            (KeyCode::Right, true) => CursorMove::WordForward,
            (KeyCode::Left, false) => CursorMove::Back,
            (KeyCode::Right, false) => CursorMove::Forward,
            (KeyCode::Up, _) => CursorMove::Up,
            (KeyCode::Down, _) => CursorMove::Down,
            (KeyCode::Home, true) => CursorMove::Top,
            (KeyCode::End, true) => CursorMove::Bottom,
            (KeyCode::Home, false) => CursorMove::Head,
            (KeyCode::End, false) => CursorMove::End,
            (KeyCode::PageUp, _) => return Some((CursorMove::Up, self.page)),
            (KeyCode::PageDown, _) => return Some((CursorMove::Down, self.page)),
            _ => return None,
        };
        Some((movement, 1))
    }

    fn select(&mut self, wanted: bool) {
        match (wanted, self.area.is_selecting()) {
            (true, false) => self.area.start_selection(),
            (false, true) => self.area.cancel_selection(),
            _ => {}
        }
    }

    /// Takes the size at which it was drawn last.
    pub fn was_drawn(&mut self, (rows, columns): (usize, usize)) {
        self.page = rows.saturating_sub(1).max(LEAST_PAGE);
        self.first = self.first_in_sight(rows, columns);
    }

    /// Its rows that are in sight in an area, with their numbers; `marked` is the row (from 0) in which something is
    /// wrong, and the cursor is shown where it is being typed.
    pub fn lines(
        &self,
        area: Rect,
        is_typing: bool,
        marked: Option<usize>,
        theme: &Theme,
    ) -> Vec<Line<'static>> {
        let paint = paint::Paint {
            editor: self,
            is_typing,
            marked,
            theme,
        };
        paint.lines(usize::from(area.width), usize::from(area.height))
    }

    /// Rows and columns of text that an area holds beside the numbers.
    pub fn page_of(&self, area: Rect) -> (usize, usize) {
        let columns = usize::from(area.width).saturating_sub(self.gutter());
        (usize::from(area.height), columns)
    }

    /// Columns of the numbers, the blank behind them included.
    fn gutter(&self) -> usize {
        self.area.lines().len().max(1).ilog10() as usize + 2
    }

    /// The first row and column in sight, so that the cursor is.
    fn first_in_sight(&self, rows: usize, columns: usize) -> (usize, usize) {
        let (row, _) = self.cursor();
        let column = paint::column_of(self.area.lines(), self.cursor());
        (
            in_sight(self.first.0, row, rows),
            in_sight(self.first.1, column, columns),
        )
    }
}

/// The first of `page` places so that `cursor` is among them: as it was, if it is.
fn in_sight(first: usize, cursor: usize, page: usize) -> usize {
    let page = page.max(1);
    if cursor < first {
        cursor
    } else if cursor >= first + page {
        cursor + 1 - page
    } else {
        first
    }
}

fn area(text: &str) -> TextArea<'static> {
    let lines = text.replace("\r\n", "\n");
    TextArea::new(lines.split('\n').map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::ThemeName;

    fn press(editor: &mut TextEditor, code: KeyCode, modifiers: KeyModifiers) -> bool {
        editor.key(KeyEvent::new(code, modifiers))
    }

    fn drawn(editor: &TextEditor, width: u16, height: u16) -> Vec<String> {
        let theme = Theme::shipped(ThemeName::Plain);
        let lines = editor.lines(Rect::new(0, 0, width, height), true, None, &theme);
        let lines = lines.iter().map(ToString::to_string);
        lines.map(|line| line.trim_end().to_owned()).collect()
    }

    #[test]
    fn typing_selecting_and_taking_back() {
        let mut editor = TextEditor::new("{\"a\":1}");
        press(&mut editor, KeyCode::End, KeyModifiers::SHIFT);
        assert!(press(&mut editor, KeyCode::Char('['), KeyModifiers::NONE));
        assert!(press(&mut editor, KeyCode::Enter, KeyModifiers::NONE));
        assert_eq!(editor.text(), "[\n");
        assert!(press(
            &mut editor,
            KeyCode::Char('z'),
            KeyModifiers::CONTROL
        ));
        assert!(press(
            &mut editor,
            KeyCode::Char('z'),
            KeyModifiers::CONTROL
        ));
        assert!(!editor.text().contains('\n'));
    }

    #[test]
    fn what_must_not_reach_the_terminal_is_a_placeholder_and_stays_raw() {
        let raw = "\u{1b}[2J\u{202e}x\r\ny\u{9b}";
        let mut editor = TextEditor::new("");
        assert!(editor.paste(raw));
        assert_eq!(editor.text(), "\u{1b}[2J\u{202e}x\ny\u{9b}");
        assert_eq!(
            drawn(&editor, 40, 2),
            ["1 ‹U+001B›[2J‹U+202E›x", "2 y‹U+009B›"]
        );
    }

    #[test]
    fn a_line_longer_than_the_page_is_seen_where_the_cursor_is() {
        let mut editor = TextEditor::new("0123456789");
        assert_eq!(drawn(&editor, 7, 1), ["1 01234"]);
        press(&mut editor, KeyCode::End, KeyModifiers::NONE);
        assert_eq!(drawn(&editor, 7, 1), ["1 6789"]);
        editor.was_drawn((1, 5));
        press(&mut editor, KeyCode::Left, KeyModifiers::NONE);
        assert_eq!(drawn(&editor, 7, 1), ["1 6789"]);
    }

    #[test]
    fn replacing_can_be_taken_back() {
        let mut editor = TextEditor::new("{}");
        editor.replace("[\n1\n]");
        assert_eq!(
            (editor.text().as_str(), editor.cursor()),
            ("[\n1\n]", (0, 0))
        );
        while press(&mut editor, KeyCode::Char('z'), KeyModifiers::CONTROL) {}
        assert_eq!(editor.text(), "{}");
    }
}
