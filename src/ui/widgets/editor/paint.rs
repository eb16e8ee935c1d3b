//! How the text looks: JSON in colours, the selection, the cursor, numbers at the left.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::TextEditor;
use crate::domain::text::{is_dangerous, shown};
use crate::ui::theme::Theme;

/// Marks without a width of their own that may lie over a character.
const MOST_MARKS: usize = 8;

/// The column at which a place (row and character, from 0) is drawn.
pub(super) fn column_of(lines: &[String], (row, character): (usize, usize)) -> usize {
    let line = lines.get(row).map_or("", String::as_str);
    let mut cells = Cells::new(line);
    let before = cells.by_ref().take(character);
    before.map(|cell| cell.text.width()).sum()
}

/// A picture in the making.
pub(super) struct Paint<'a> {
    pub editor: &'a TextEditor,
    pub is_typing: bool,
    pub marked: Option<usize>,
    pub theme: &'a Theme,
}

impl Paint<'_> {
    pub(super) fn lines(&self, width: usize, height: usize) -> Vec<Line<'static>> {
        let gutter = self.editor.gutter();
        let columns = width.saturating_sub(gutter);
        let (first_row, first_column) = self.editor.first_in_sight(height, columns);
        let rows = self.editor.area.lines().iter().enumerate();
        rows.skip(first_row)
            .take(height)
            .map(|(row, line)| {
                let style = if self.marked == Some(row) {
                    self.theme.danger
                } else {
                    self.theme.faint
                };
                let number = Span::styled(format!("{:>1$} ", row + 1, gutter - 1), style);
                let mut spans = vec![number];
                spans.extend(self.row(row, line, first_column, columns));
                Line::from(spans)
            })
            .collect()
    }

    /// The cells of a row that are in sight, runs of one style as one span.
    fn row(&self, row: usize, line: &str, first: usize, columns: usize) -> Vec<Span<'static>> {
        let line = &line[..near(line, first + columns)];
        let styles = styles(line, self.theme);
        let mut spans: Vec<Span<'static>> = Vec::new();
        let mut column = 0;
        let cells = Cells::new(line).map(Some).chain([None]);
        for (place, cell) in cells.enumerate() {
            // Behind the last character there is the place where the next is typed.
            let (text, style) = match cell {
                Some(cell) => (cell.text, styles.get(place).copied().unwrap_or_default()),
                None => (" ".to_owned(), Style::new()),
            };
            let end = column + text.width();
            if end > first + columns {
                break;
            }
            if column >= first {
                let style = self.over(row, place, style);
                match spans.last_mut() {
                    Some(last) if last.style == style => last.content.to_mut().push_str(&text),
                    _ => spans.push(Span::styled(text, style)),
                }
            }
            column = end;
        }
        spans
    }

    /// The style of a place, with selection and cursor over it.
    fn over(&self, row: usize, place: usize, style: Style) -> Style {
        if !self.is_typing {
            return style;
        }
        if self.editor.cursor() == (row, place) {
            return style.add_modifier(Modifier::REVERSED);
        }
        let selected = self.editor.area.selection_range();
        match selected {
            Some((start, end)) if start <= (row, place) && (row, place) < end => {
                style.patch(self.theme.selected)
            }
            _ => style,
        }
    }
}

/// Bytes of a line that its first columns can hold: a line may be a megabyte, and what is out of sight isn't looked at.
/// A column takes a character of four bytes and eight marks at most, and one character more ends what is in sight.
fn near(line: &str, columns: usize) -> usize {
    line.floor_char_boundary((columns + 2).saturating_mul(36))
}

/// What is drawn of a character.
struct Drawn {
    text: String,
}

/// The characters of a line as they are drawn, each fit to be shown.
struct Cells<'a> {
    characters: std::str::Chars<'a>,
    marks: usize,
}

impl<'a> Cells<'a> {
    fn new(line: &'a str) -> Self {
        Self {
            characters: line.chars(),
            marks: 0,
        }
    }
}

impl Iterator for Cells<'_> {
    type Item = Drawn;

    fn next(&mut self) -> Option<Drawn> {
        let character = self.characters.next()?;
        let is_mark = character.width() == Some(0);
        self.marks = if is_mark { self.marks + 1 } else { 0 };
        let text = if character == '\t' {
            "  ".to_owned()
        } else if is_dangerous(character) {
            shown(character.encode_utf8(&mut [0; 4])).into_owned()
        } else if self.marks > MOST_MARKS {
            format!("‹U+{:04X}›", u32::from(character))
        } else {
            character.to_string()
        };
        Some(Drawn { text })
    }
}

/// The style of each character: texts that name a member, other texts, words, marks. A text of JSON ends on its line.
fn styles(line: &str, theme: &Theme) -> Vec<Style> {
    let characters: Vec<char> = line.chars().collect();
    let mut styles = Vec::with_capacity(characters.len());
    while let Some(character) = characters.get(styles.len()) {
        let at = styles.len();
        if *character == '"' {
            let end = string_end(&characters, at);
            let next = characters[end..].iter().find(|next| !next.is_whitespace());
            let style = if next == Some(&':') {
                theme.criterion
            } else {
                theme.value
            };
            styles.resize(end, style);
        } else if matches!(character, '{' | '}' | '[' | ']' | ',' | ':') {
            styles.push(theme.dim);
        } else {
            styles.push(theme.warning);
        }
    }
    styles
}

/// Behind the quote that ends the text that begins at `at`, or the end of the line.
fn string_end(characters: &[char], at: usize) -> usize {
    let mut place = at + 1;
    while let Some(character) = characters.get(place) {
        match character {
            '\\' => place += 2,
            '"' => return place + 1,
            _ => place += 1,
        }
    }
    characters.len()
}
